"""The list before the decision, the cap on it, and the signature."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from conduct.agencies.models import Posting
from conduct.audit.models import AuditEvent
from conduct.notices.models import Notice
from conduct.ratings.models import OfficeTerms, OrganisationClass, YearDecision, YearRating
from conduct.ratings.services.year_steps import propose
from tests.cast import Cast, make_cast
from tests.factories import PASSWORD
from tests.integration.ratings.yearly import (
    TODAY,
    YEAR,
    YEAR_END,
    add_people,
    decided,
    give_year,
    heard,
    opened,
    proposed,
    rating_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(rating_schemes: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr("django.utils.timezone.now", lambda: YEAR_END)
    cast = make_cast()
    # The prepared office: Lan, Minh and Quân good; the rest is added by each test.
    for posting in (cast.lan_posting, cast.minh_posting, Posting.objects.get(person=cast.quan)):
        give_year(posting, "80", cast.tam, months=(1,))
    return cast


def address(cast: Cast) -> str:
    return f"/ratings/year/{cast.commune.code}/2026/decide/"


def said(client: Client, cast: Cast, **changes: str) -> dict[str, str]:
    """The form as the page offers it, filled in."""
    page = client.get(address(cast)).content.decode()
    sha256 = page.split('name="sha256" value="')[1][:64] if 'name="sha256"' in page else "0" * 64
    return {
        "sha256": sha256, "number": "12/QĐ-UBND", "decided_on": "05/12/2026", "password": PASSWORD, **changes,
    }  # fmt: skip


def drop(cast: Cast, postings: list[Posting]) -> None:
    """Bring these people down to good, with a reason."""
    for posting in postings:
        rating = rating_of(posting.person)
        propose(
            rating=rating, revision=rating.revision, level="httnv", reason="Vượt tỷ lệ", handling="",
            group=rating.duty_group, by=cast.tam, now=YEAR_END,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("base", "outstanding", "limit", "arithmetic"),
    [
        # 10 excellent (98 … 89+…) and 3 good: 13 people.
        ("good_only", False, 2, "⌊20 % × 11⌋ → 2"),  # k=2: floor(0.2*11)=2; k=3: floor(0.2*10)=2 < 3
        ("good_and_above", False, 2, "⌊20 % × 13⌋ → 2"),  # 2.6
        ("all", False, 3, "⌊20 % × 15⌋ → 3"),  # with the two who are less than good: 15
        ("all", True, 3, "⌊25 % × 15⌋ → 3"),  # 3.75
        ("good_and_above", True, 3, "⌊25 % × 13⌋ → 3"),  # 3.25
        ("good_only", True, 2, "⌊25 % × 11⌋ → 2"),  # k=3: floor(0.25*10)=2
    ],
)
def test_the_page_shows_base_arithmetic_and_who_is_over(
    client: Client, cast: Cast, base: str, outstanding: bool, limit: int, arithmetic: str
) -> None:
    best = add_people(cast, *[f"{99 - place}" for place in range(9)], "90")
    add_people(cast, "60", "55")
    OfficeTerms.objects.create(office=cast.commune, valid_from=TODAY.replace(month=1, day=1), cap_base=base)
    if outstanding:
        OrganisationClass.objects.create(
            agency=cast.commune, year=YEAR, level="htxsnv", is_outstanding=True, number="9/QĐ",
            decided_on=TODAY, by_authority="Chủ tịch tỉnh", noted_by=cast.phuong, noted_at=YEAR_END,
        )  # fmt: skip
    proposed(cast)
    client.force_login(cast.tam)
    text = client.get(address(cast)).content.decode()
    assert arithmetic in text
    assert text.count("Vượt tỷ lệ: đứng thứ") == 10 - limit
    for posting in best[limit:]:
        row = text.split(f"/ratings/year/people/{rating_of(posting.person).pk}/")[1]
        assert f"nhiều nhất {limit} người" in row
    assert "Ký quyết định</button>" not in text
    assert client.post(address(cast), said(client, cast)).status_code == 409


def test_over_the_cap_nothing_is_signed_and_within_it_is(client: Client, cast: Cast) -> None:
    best = add_people(cast, "99", "98", "97")
    proposed(cast)  # 3 excellent + 3 good: k=1 of 5
    client.force_login(cast.tam)
    from conduct.ratings.services.year_decisions import list_decision

    found = list_decision(cast.commune, YEAR, cast.tam, TODAY)
    assert found.problems == 2
    answer = client.post(address(cast), said(client, cast, sha256=found.sha256))
    assert answer.status_code == 422
    assert "cần sửa các đề xuất" in answer.content.decode()
    drop(cast, best[1:])
    answer = client.post(address(cast), said(client, cast))
    decision = YearDecision.objects.get()
    assert answer["Location"] == f"/ratings/year/decisions/{decision.pk}/"
    rows = {row.person_id: row.level for row in decision.ratings.all()}
    assert rows[best[0].person_id] == "htxsnv"
    assert sorted(rows.values()) == ["httnv"] * 5 + ["htxsnv"]
    assert cast.tam.pk not in rows
    assert decision.cap["scopes"][0]["limit"] == 1
    assert AuditEvent.objects.filter(act="ratings.sign_year_decision").count() == 1
    assert Notice.objects.filter(key__startswith="ratings.year_decided:").count() == 6


def test_a_group_of_like_duties_has_its_own_cap(client: Client, cast: Cast) -> None:
    best = add_people(cast, "99", "98")
    add_people(cast, *["80"] * 20)
    proposed(cast)
    for posting in (best[0], best[1]):
        rating = rating_of(posting.person)
        propose(
            rating=rating, revision=rating.revision, level="htxsnv", reason="", handling="", group="Kế toán",
            by=cast.tam, now=YEAR_END,
        )  # fmt: skip
    client.force_login(cast.tam)
    text = client.get(address(cast)).content.decode()
    assert "Nhóm “Kế toán”" in text
    assert text.count("Vượt tỷ lệ: đứng thứ") == 2  # of two in a group without good ones nobody stays


def test_a_double_click_and_a_second_decision(client: Client, cast: Cast) -> None:
    proposed(cast)
    client.force_login(cast.tam)
    form = said(client, cast)
    assert client.post(address(cast), form).status_code == 302
    assert client.post(address(cast), form).status_code == 302
    assert YearDecision.objects.count() == 1
    assert client.post(address(cast), {**form, "number": "13/QĐ-UBND"}).status_code == 403
    assert Notice.objects.filter(key__startswith="ratings.year_decided:").count() == 3


def test_a_wrong_password_or_a_day_to_come_signs_nothing(client: Client, cast: Cast) -> None:
    proposed(cast)
    client.force_login(cast.tam)
    for change in ({"password": "sai"}, {"decided_on": "06/12/2026"}, {"number": ""}, {"decided_on": "x"}):
        assert client.post(address(cast), said(client, cast, **change)).status_code == 422
    assert not YearDecision.objects.exists()


def test_a_list_that_changed_is_not_signed(client: Client, cast: Cast) -> None:
    proposed(cast)
    client.force_login(cast.tam)
    form = said(client, cast)
    YearRating.objects.filter(person=cast.lan).update(revision=99)
    answer = client.post(address(cast), form)
    assert answer.status_code == 409
    assert not YearDecision.objects.exists()


def test_points_that_fell_since_are_a_problem(client: Client, cast: Cast) -> None:
    proposed(cast)
    give_year(cast.lan_posting, "20", cast.tam, months=range(2, 12))
    client.force_login(cast.tam)
    text = client.get(address(cast)).content.decode()
    assert "không còn cho phép mức này" in text


def test_only_the_competent_decides_and_never_about_oneself(client: Client, cast: Cast) -> None:
    """Quân prepares but decides about nobody; Tâm about everybody but herself; Phương about Tâm."""
    proposed(cast)
    client.force_login(cast.quan)
    assert "Không có ai chờ quyết định" in client.get(address(cast)).content.decode()
    assert client.post(address(cast), said(client, cast)).status_code == 403
    client.force_login(cast.tam)
    text = client.get(address(cast)).content.decode()
    assert "Tôn Nữ Hoàng Thảo Lan" in text
    assert f"/ratings/year/people/{rating_of(cast.tam).pk}/" not in text
    client.force_login(cast.phuong)
    text = client.get(f"/ratings/year/{cast.province.code}/2026/decide/").content.decode()
    assert f"/ratings/year/people/{rating_of(cast.tam).pk}/" in text
    assert f"/ratings/year/people/{rating_of(cast.lan).pk}/" not in text


def test_who_has_no_class_is_decided_so_with_the_reason(client: Client, cast: Cast) -> None:
    newcomer = add_people(cast, "95")[0]
    Posting.objects.filter(pk=newcomer.pk).update(starts_on="2026-09-01")
    proposed(cast)
    client.force_login(cast.tam)
    assert "chưa đủ 06 tháng" in client.get(address(cast)).content.decode()
    assert client.post(address(cast), said(client, cast)).status_code == 302
    rating = rating_of(newcomer.person)
    assert (rating.state, rating.level, rating.no_class_reason) == ("decided", "", "under_six_months")


def test_a_decided_year_is_frozen(cast: Cast) -> None:
    proposed(cast)
    decision = decided(cast)
    rating = rating_of(cast.lan)
    changes: tuple[dict[str, object], ...] = ({"level": "htxsnv"}, {"mean": 99}, {"months": []})
    for change in changes:
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            YearRating.objects.filter(pk=rating.pk).update(**change)
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        YearDecision.objects.filter(pk=decision.pk).update(number="X")
    give_year(cast.lan_posting, "10", cast.tam, months=(2, 3))
    rating.refresh_from_db()
    assert rating.mean == 80


def test_nobody_is_decided_before_the_meeting(client: Client, cast: Cast) -> None:
    opened(cast)
    client.force_login(cast.tam)
    assert "Không có ai chờ quyết định" in client.get(address(cast)).content.decode()
    rating = rating_of(cast.lan)
    fields: dict[str, Any] = {"revision": rating.revision, "level": "httnv"}
    assert client.post(f"/ratings/year/people/{rating.pk}/propose/", fields).status_code == 403
    heard(cast)
