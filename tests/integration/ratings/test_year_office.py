"""The list of an office's year and a person's page: months, transfers, absences, proposals."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from conduct.agencies.models import Delegation, Posting, Role
from conduct.audit.models import AuditEvent
from conduct.kernel.months import Month
from conduct.ratings.models import Absence, Conclusion, OrganisationClass, YearRating
from conduct.ratings.services.year_facts import count_year
from conduct.ratings.services.year_results import month_lines, year_form
from conduct.ratings.services.year_steps import propose_by_points
from tests.cast import Cast, make_cast
from tests.factories import grant, make_agency, make_posting, make_user
from tests.integration.ratings.yearly import (
    TODAY,
    YEAR,
    YEAR_END,
    add_people,
    give_month,
    give_year,
    heard,
    opened,
    proposed,
    rating_of,
)

pytestmark = pytest.mark.django_db
LIST = "/ratings/year/{}/2026/"


@pytest.fixture
def cast(rating_schemes: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr("django.utils.timezone.now", lambda: YEAR_END)
    return make_cast()


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_the_list_is_opened_once_with_everybody(client: Client, cast: Cast) -> None:
    client.force_login(cast.tam)
    address = LIST.format(cast.commune.code)
    assert "chưa lập danh sách" in page(client, address)
    for _twice in range(2):
        assert client.post(f"{address}open/").status_code == 302
    assert set(YearRating.objects.values_list("person__username", flat=True)) == {
        "lan",
        "minh",
        "tam",
        "quan",
    }
    assert AuditEvent.objects.filter(act="ratings.open_year").count() == 1
    text = page(client, address)
    assert "15/12/2026" in text
    assert "15/01/2027" in text


def test_the_heads_of_the_offices_below_are_on_the_list_of_the_province(client: Client, cast: Cast) -> None:
    client.force_login(cast.phuong)
    client.post(f"{LIST.format(cast.province.code)}open/")
    assert set(YearRating.objects.values_list("person__username", flat=True)) == {"phuong", "tam", "hoa"}


def test_the_list_costs_few_queries(
    client: Client, cast: Cast, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    add_people(cast, *["88"] * 20)
    opened(cast)
    client.force_login(cast.tam)
    with django_assert_max_num_queries(22):
        text = page(client, LIST.format(cast.commune.code))
    assert text.count("88") >= 20


def test_lists_are_filtered(client: Client, cast: Cast) -> None:
    opened(cast)
    client.force_login(cast.tam)
    text = page(client, LIST.format(cast.commune.code) + "?q=thao+lan")
    assert "Tôn Nữ Hoàng Thảo Lan" in text
    assert "Phạm Hữu Minh" not in text.split('id="list-head"')[1]
    assert client.get(LIST.format(cast.commune.code) + "?state=sleeping").status_code == 422


def test_the_mean_is_shown_exactly_enough(client: Client, cast: Cast) -> None:
    give_year(cast.lan_posting, "90", cast.tam)
    give_month(cast.lan_posting, Month(2026, 12), "89.94", cast.tam)
    opened(cast)
    client.force_login(cast.tam)
    text = page(client, f"/ratings/year/people/{rating_of(cast.lan).pk}/")
    assert "89,995" in text
    assert "Hoàn thành tốt nhiệm vụ" in text


def test_scores_travel_with_a_person_and_say_from_where(client: Client, cast: Cast) -> None:
    """Three months in the other commune, then here: the mean of both, the old office in the note."""
    person = make_user("Trịnh Văn Chuyển")
    old = make_posting(person, cast.other_commune, ends_on=date(2026, 3, 31))
    new = make_posting(person, cast.department, starts_on=date(2026, 4, 1))
    for number, total in ((1, "80"), (2, "80"), (3, "80")):
        give_month(old, Month(2026, number), total, cast.hoa)
    for number in (4, 5, 6):
        give_month(new, Month(2026, number), "90", cast.tam)
    opened(cast)
    client.force_login(cast.tam)
    rating = rating_of(person)
    counted = count_year(rating, TODAY)
    assert counted.mean == 85
    lines = month_lines(counted.months)
    assert [line.shown for line in lines[:7]] == ["80", "80", "80", "90", "90", "90", ""]
    assert "Xã Bình Lâm" in lines[0].note
    assert lines[3].note == ""
    assert "Xã Bình Lâm" in page(client, f"/ratings/year/people/{rating.pk}/")


def test_who_was_transferred_is_taken_over_while_nothing_is_decided(cast: Cast) -> None:
    opened(cast)
    Posting.objects.filter(pk=cast.hoa_posting.pk).update(ends_on=date(2026, 11, 30))
    YearRating.objects.create(
        posting=cast.hoa_posting, person=cast.hoa, office=cast.other_commune, year=YEAR,
        scheme=rating_of(cast.minh).scheme,
    )  # fmt: skip
    new = make_posting(cast.hoa, cast.department, starts_on=date(2026, 12, 1))
    opened(cast)
    rating = rating_of(cast.hoa)
    assert (rating.posting, rating.office) == (new, cast.commune)


def test_under_six_months_there_is_no_class_and_sick_leave_costs_none(client: Client, cast: Cast) -> None:
    late = make_posting(make_user("Mới Vào"), cast.department, starts_on=date(2026, 8, 1))
    give_year(late, "95", cast.tam, months=(8, 9))
    give_year(cast.lan_posting, "95", cast.tam, months=(1, 2))
    Absence.objects.create(
        person=cast.lan, office=cast.commune, kind="maternity", starts_on=date(2026, 3, 1),
        ends_on=date(2026, 12, 31), noted_by=cast.tam,
    )  # fmt: skip
    opened(cast)
    assert count_year(rating_of(late.person), TODAY).none == "under_six_months"
    lan = count_year(rating_of(cast.lan), TODAY)
    assert (lan.none, lan.highest) == ("", "htxsnv")
    assert "Nghỉ thai sản" in month_lines(lan.months)[2].note
    client.force_login(cast.tam)
    assert "chưa đủ 06 tháng" in page(client, LIST.format(cast.commune.code))


def test_a_conclusion_makes_the_year_failed_unless_it_happened_elsewhere(cast: Cast) -> None:
    give_year(cast.lan_posting, "95", cast.tam)
    opened(cast)
    values = {
        "person": cast.lan, "kind": "disciplined", "happened_on": date(2026, 2, 1),
        "decided_on": date(2026, 5, 2), "by_authority": "Chủ tịch UBND xã", "noted_by": cast.tam,
        "noted_at": YEAR_END,
    }  # fmt: skip
    Conclusion.objects.create(agency=cast.other_commune, number="1/QĐ", **values)
    old = count_year(rating_of(cast.lan), TODAY)
    assert (old.highest, old.basis["faults"][0]["why"]) == ("htxsnv", "old_office")
    here = Conclusion.objects.create(agency=cast.commune, number="2/QĐ", **values)
    assert count_year(rating_of(cast.lan), TODAY).highest == "khtnv"
    Conclusion.objects.filter(pk=here.pk).update(
        withdrawn_at=YEAR_END, withdrawn_by=cast.tam, withdrawn_reason="Ghi nhầm người"
    )
    assert count_year(rating_of(cast.lan), TODAY).highest == "htxsnv"


def test_the_head_waits_for_the_organisation_and_is_not_above_it(client: Client, cast: Cast) -> None:
    give_year(cast.tam_posting, "96", cast.phuong)
    opened(cast)
    heard(cast)
    rating = rating_of(cast.tam)
    client.force_login(cast.phuong)
    party = {"revision": rating.revision, "opinion": "Gương mẫu", "on": "05/12/2026"}
    assert client.post(f"/ratings/year/people/{rating.pk}/party/", party).status_code == 302
    rating.refresh_from_db()
    said = {"revision": rating.revision, "level": "htxsnv", "reason": "", "group": "", "handling": ""}
    answer = client.post(f"/ratings/year/people/{rating.pk}/propose/", said)
    assert answer.status_code == 422
    assert "trước mức của người đứng đầu" in answer.content.decode()
    OrganisationClass.objects.create(
        agency=cast.commune, year=YEAR, level="httnv", number="9/QĐ", decided_on=TODAY,
        by_authority="Chủ tịch UBND tỉnh", noted_by=cast.phuong, noted_at=YEAR_END,
    )  # fmt: skip
    assert client.post(f"/ratings/year/people/{rating.pk}/propose/", said).status_code == 422
    said["level"] = "httnv"
    assert client.post(f"/ratings/year/people/{rating.pk}/propose/", said).status_code == 302
    assert rating_of(cast.tam).proposed_level == "httnv"


def test_a_proposal_is_never_above_the_points_and_below_needs_a_reason(client: Client, cast: Cast) -> None:
    give_year(cast.lan_posting, "75", cast.tam)
    proposed(cast)
    rating = rating_of(cast.lan)
    assert rating.proposed_level == "httnv"
    client.force_login(cast.tam)
    address = f"/ratings/year/people/{rating.pk}/propose/"
    said = {"revision": rating.revision, "level": "htxsnv", "reason": "Tốt", "group": "", "handling": ""}
    assert client.post(address, said).status_code == 422
    said |= {"level": "htnv", "reason": ""}
    assert "cần có lý do" in client.post(address, said).content.decode()
    said["reason"] = "Chưa hoàn thành một nhiệm vụ trọng tâm"
    assert client.post(address, said).status_code == 302
    assert client.post(address, said).status_code == 409


def test_proposing_by_points_leaves_out_whoever_is_not_ready(cast: Cast) -> None:
    give_year(cast.lan_posting, "75", cast.tam)
    opened(cast)
    assert propose_by_points(office=cast.commune, year=YEAR, by=cast.tam, now=YEAR_END) == 0
    heard(cast)
    assert propose_by_points(office=cast.commune, year=YEAR, by=cast.quan, now=YEAR_END) == 2  # Lan, Minh
    assert rating_of(cast.tam).state == "heard"
    assert rating_of(cast.quan).state == "heard"


def test_nobody_prepares_the_own_year(client: Client, cast: Cast) -> None:
    opened(cast)
    client.force_login(cast.quan)
    rating = rating_of(cast.quan)
    for act in ("party", "propose"):
        assert client.get(f"/ratings/year/people/{rating.pk}/{act}/").status_code == 403
    assert client.get(f"/ratings/year/people/{rating.pk}/").status_code == 302
    assert client.get(f"/ratings/year/people/{rating_of(cast.tam).pk}/propose/").status_code == 403


def test_a_delegate_of_the_head_prepares(client: Client, cast: Cast) -> None:
    opened(cast)
    client.force_login(cast.minh)
    address = LIST.format(cast.commune.code)
    assert client.get(address).status_code == 403
    Delegation.objects.create(
        absent=cast.tam, delegate=cast.minh, agency=cast.commune, starts_on=TODAY, ends_on=TODAY,
        reason="Đi công tác", made_by=cast.tam, made_at=YEAR_END,
    )  # fmt: skip
    assert client.get(address).status_code == 200


def test_offices_are_offered_to_who_stands_in_for_the_head_not_for_a_supervisor(
    client: Client, cast: Cast
) -> None:
    link = f"/ratings/year/{cast.commune.code}/"
    for absent, place, offered in ((cast.minh, cast.one_stop, False), (cast.tam, cast.commune, True)):
        deputy = make_posting(make_user("Người Thay"), cast.department).person
        Delegation.objects.create(
            absent=absent, delegate=deputy, agency=place, starts_on=TODAY, ends_on=TODAY,
            reason="Đi công tác", made_by=cast.tam, made_at=YEAR_END,
        )  # fmt: skip
        client.force_login(deputy)
        assert (link in client.get("/ratings/year/").content.decode()) is offered


def test_other_rules_are_not_on_the_list(cast: Cast) -> None:
    worker = make_posting(make_user("Hợp Đồng"), cast.department, category="hop_dong")
    opened(cast)
    assert not YearRating.objects.filter(person=worker.person).exists()


def test_the_form_of_the_year_can_be_read_by_others(cast: Cast) -> None:
    give_year(cast.lan_posting, "90", cast.tam)
    opened(cast)
    form = year_form(rating_of(cast.lan), TODAY)
    assert (form.mean_shown, len(form.months), form.level) == ("90", 12, "")
    assert form.months[11].note == "chưa hết tháng" or form.months[11].note


def test_a_former_head_is_shown_out(client: Client, cast: Cast) -> None:
    opened(cast)
    former = make_user("Nguyên Chủ Tịch")
    grant(former, cast.commune, Role.HEAD, ends_on=date(2026, 11, 30))
    client.force_login(former)
    for address in (LIST.format(cast.commune.code), f"/ratings/year/people/{rating_of(cast.lan).pk}/"):
        assert client.get(address).status_code == 404


def test_a_unit_has_no_list_of_its_own(client: Client, cast: Cast) -> None:
    make_agency("Thôn Một", kind="residential_group", parent=cast.commune)
    client.force_login(cast.tam)
    assert client.get(LIST.format(cast.one_stop.code)).status_code == 404
    assert client.get("/ratings/year/T1/2019/").status_code == 404
