"""A code at the wrong desk: what moves, what stays, addresses exchanged, rights; who sits at a desk."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from conduct.agencies.models import Role
from conduct.audit.models import AuditEvent
from conduct.kernel.months import Month
from surveys.models import DeskDayMove, DeskOfficer, Reattribution, Response, ServicePoint
from surveys.services.attribution import add_desk_officer, reattribute
from surveys.tallies.answers import tally_satisfaction
from tests.cast import Cast, make_cast
from tests.factories import DAY, NOW, grant

from .arrange import SLUG, make_point
from .saying import OCTOBER, SEPTEMBER, close, say

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("questionnaires")]
MONDAY = date(2026, 10, 12)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 10:00 on 20/10/2026."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def wrong(cast: Cast) -> ServicePoint:
    """The desk whose code hung elsewhere."""
    return make_point(cast.one_stop)


@pytest.fixture
def right(cast: Cast) -> ServicePoint:
    """The desk where it hung, of another agency of the office."""
    return make_point(cast.department, slug="bcdfghj", name="Quầy 7")


@pytest.fixture
def quan(client: Client, cast: Cast) -> Client:
    client.force_login(cast.quan)
    return client


def move(point: ServicePoint, to_point: ServicePoint, cast: Cast, **changed: Any) -> Reattribution:
    values: dict[str, Any] = {"from_day": MONDAY, "until_day": DAY, "reason": "Đặt nhầm tờ mã", **changed}
    made, created = reattribute(point=point, to_point=to_point, **values, by=cast.quan, now=NOW)
    assert created
    return made


def counted(cast: Cast, month: Month = OCTOBER) -> dict[int, tuple[int, int]]:
    """Judged and kept of each agency."""
    ids = [cast.one_stop.pk, cast.department.pk, cast.commune.pk, cast.other_commune.pk]
    return {row.agency_id: (row.judged, row.kept) for row in tally_satisfaction(ids, month)}


def asked(to: ServicePoint, **changed: Any) -> dict[str, Any]:
    values = {"to_point": to.pk, "from_day": "12/10/2026", "until_day": "20/10/2026"}
    return {**values, "reason": "Đặt nhầm tờ mã", **changed}


def test_tallies_move_and_nothing_is_lost_or_doubled(
    cast: Cast, wrong: ServicePoint, right: ServicePoint
) -> None:
    say(wrong, [""] * 3, MONDAY - timedelta(days=1), marks=[5])
    say(wrong, [""] * 4, MONDAY, marks=[5, 1])
    say(wrong, [""] * 2, DAY, marks=[4])
    say(right, [""] * 5, DAY, marks=[2])
    before = counted(cast)
    assert before == {cast.one_stop.pk: (9, 7), cast.department.pk: (5, 0)}
    move(wrong, right, cast)
    assert counted(cast) == {cast.one_stop.pk: (3, 3), cast.department.pk: (11, 4)}
    assert Response.objects.filter(point=wrong).count() == 9  # no response changed
    move(right, wrong, cast)  # the two sheets were exchanged
    assert counted(cast) == {cast.one_stop.pk: (8, 3), cast.department.pk: (6, 4)}


def test_the_page_shows_before_and_after_then_does_it_once(
    quan: Client, wrong: ServicePoint, right: ServicePoint
) -> None:
    say(wrong, [""] * 1200, MONDAY)
    say(right, [""] * 2, MONDAY)
    url = f"/points/{wrong.pk}/reattribute/"
    assert quan.get(url).status_code == 200
    page = quan.get(url, {**asked(right), "show": 1}).content.decode()
    assert "1.200 → 0" in page
    assert "2 → 1.202" in page
    assert not Reattribution.objects.exists()
    for _click in range(2):
        assert quan.post(url, asked(right))["Location"] == url
    assert Reattribution.objects.count() == 1
    events = AuditEvent.objects.filter(act="surveys.reattribute")
    assert {event.agency_id for event in events} == {wrong.agency_id, right.agency_id}
    assert "Đặt nhầm tờ mã" in quan.get(url).content.decode()


def test_days_that_cannot_be_are_told(quan: Client, wrong: ServicePoint, right: ServicePoint) -> None:
    url = f"/points/{wrong.pk}/reattribute/"
    quan.post(url, asked(right))
    for wrongly in (
        {"from_day": "21/10/2026"}, {"until_day": "21/10/2026"}, {"until_day": "11/10/2026"}, {"reason": ""},
        {"to_point": wrong.pk}, {"to_point": "x"}, {"from_day": "01/01/2026"}, {"until_day": "19/10/2026"},
    ):  # fmt: skip
        assert quan.post(url, asked(right, **wrongly)).status_code == 422, wrongly
    assert Reattribution.objects.count() == 1
    assert DeskDayMove.objects.count() == 9


def test_a_closed_month_stays_as_it_is(
    quan: Client, cast: Cast, wrong: ServicePoint, right: ServicePoint
) -> None:
    close(cast.commune, SEPTEMBER)
    refused = quan.post(f"/points/{wrong.pk}/reattribute/", asked(right, from_day="30/09/2026"))
    assert refused.status_code == 403
    assert not DeskDayMove.objects.exists()


def test_the_addresses_change_places_and_later_days_are_found(
    cast: Cast, wrong: ServicePoint, right: ServicePoint, client: Client
) -> None:
    say(wrong, [""] * 2, MONDAY)
    say(wrong, [""] * 3, DAY)
    move(wrong, right, cast, from_day=DAY, is_swapped=True)
    wrong.refresh_from_db()
    right.refresh_from_db()
    assert (wrong.slug, right.slug) == ("bcdfghj", SLUG)
    assert "Quầy 7" in client.get(f"/r/{SLUG}/").content.decode()
    say(right, [""] * 1, DAY)  # by the code on the wall, after the exchange
    assert counted(cast) == {cast.one_stop.pk: (2, 2), cast.department.pk: (4, 4)}
    move(wrong, right, cast, from_day=MONDAY, until_day=DAY - timedelta(days=1))
    assert counted(cast) == {cast.department.pk: (6, 6)}


def test_rights(client: Client, cast: Cast, wrong: ServicePoint, right: ServicePoint) -> None:
    elsewhere = make_point(cast.other_commune, slug="zzzzzzz", name="Quầy 1")
    url = f"/points/{wrong.pk}/reattribute/"
    for who, status in ((cast.lan, 403), (cast.minh, 403), (cast.hoa, 404), (cast.tam, 302)):
        client.force_login(who)
        assert client.post(url, asked(right)).status_code == status, who
    client.force_login(cast.quan)
    assert client.post(url, asked(elsewhere)).status_code == 422
    client.force_login(cast.phuong)  # heads the province, above both
    assert (
        client.post(url, asked(elsewhere, until_day="11/10/2026", from_day="11/10/2026")).status_code == 302
    )


@pytest.mark.parametrize("at", ["wrong", "right"])
def test_the_officer_of_either_desk_decides_nothing(
    client: Client, cast: Cast, wrong: ServicePoint, right: ServicePoint, at: str
) -> None:
    grant(cast.lan, cast.commune, Role.OFFICE_ADMIN)
    point = {"wrong": wrong, "right": right}[at]
    DeskOfficer.objects.create(
        point=point, posting=cast.lan_posting, starts_on=date(2026, 9, 1), ends_on=MONDAY
    )
    client.force_login(cast.lan)
    refused = client.post(f"/points/{wrong.pk}/reattribute/", asked(right))
    assert refused.status_code == 403
    assert "không quyết định câu trả lời thuộc quầy nào" in refused.content.decode()
    url = f"/points/{wrong.pk}/reattribute/"
    assert client.get(url, {**asked(right), "show": 1}).status_code == 403
    assert client.post(url, asked(right, from_day="13/10/2026")).status_code == 302


def test_what_was_put_right_stays(cast: Cast, wrong: ServicePoint, right: ServicePoint) -> None:
    made = move(wrong, right, cast)
    with pytest.raises(DatabaseError), transaction.atomic():
        Reattribution.objects.filter(pk=made.pk).update(reason="khác")
    with pytest.raises(DatabaseError), transaction.atomic():
        DeskDayMove.objects.update(to_point=wrong)


def officer(cast: Cast, **changed: object) -> dict[str, object]:
    values = {"posting": cast.lan_posting.pk, "starts_on": "01/10/2026", "ends_on": ""}
    return {**values, **changed}


def test_an_officer_is_noted_once_and_ends(quan: Client, cast: Cast, wrong: ServicePoint) -> None:
    url = f"/points/{wrong.pk}/officers/"
    for _click in range(2):
        assert quan.post(url, officer(cast))["Location"] == url
    page = quan.get(url).content.decode()
    assert "Tôn Nữ Hoàng Thảo Lan" in page
    one = DeskOfficer.objects.get()
    end = f"{url}{one.pk}/end/"
    assert quan.get(end).status_code == 200
    for bad in ({"ends_on": "30/09/2026"}, {"ends_on": "x"}, {}):
        assert quan.post(end, bad).status_code == 422
    for _click in range(2):
        assert quan.post(end, {"ends_on": "15/10/2026"}).status_code == 302
    acts = AuditEvent.objects.filter(act__endswith="_desk_officer").values_list("act", flat=True)
    assert sorted(acts) == ["surveys.add_desk_officer", "surveys.end_desk_officer"]


def test_officers_who_cannot_be_noted(quan: Client, cast: Cast, wrong: ServicePoint) -> None:
    url = f"/points/{wrong.pk}/officers/"
    quan.post(url, officer(cast))
    for bad in (
        {"starts_on": "05/10/2026"}, {"starts_on": "01/01/2020", "ends_on": "02/01/2020"}, {"posting": "x"},
        {"posting": cast.hoa_posting.pk}, {"starts_on": "02/10/2026", "ends_on": "01/10/2026"},
        {"starts_on": ""},
    ):  # fmt: skip
        assert quan.post(url, officer(cast, **bad)).status_code == 422, bad
    assert DeskOfficer.objects.count() == 1


def test_a_second_officer_is_not_added_to_a_closed_month(
    quan: Client, cast: Cast, wrong: ServicePoint
) -> None:
    close(cast.commune, SEPTEMBER)
    day = date(2026, 9, 1)
    add_desk_officer(point=wrong, posting=cast.lan_posting, starts_on=day, by=cast.quan, now=NOW)
    url = f"/points/{wrong.pk}/officers/"
    second = officer(cast, posting=cast.minh_posting.pk, starts_on="15/09/2026")
    assert quan.post(url, second).status_code == 403
    one = DeskOfficer.objects.get()
    assert quan.post(f"{url}{one.pk}/end/", {"ends_on": "20/09/2026"}).status_code == 403
    assert quan.post(url, {**second, "starts_on": "01/10/2026"}).status_code == 302


def test_who_notes_officers(client: Client, cast: Cast, wrong: ServicePoint) -> None:
    url = f"/points/{wrong.pk}/officers/"
    for who, seen, posted in ((cast.lan, 200, 403), (cast.hoa, 404, 404), (cast.tam, 200, 302)):
        client.force_login(who)
        assert client.get(url).status_code == seen
        assert client.post(url, officer(cast)).status_code == posted


def undo(made: Reattribution) -> str:
    return f"/points/{made.point_id}/reattribute/{made.pk}/undo/"


def test_a_mistake_is_undone_once_and_can_be_made_anew(
    quan: Client, cast: Cast, wrong: ServicePoint, right: ServicePoint
) -> None:
    say(wrong, [""] * 4, MONDAY, marks=[5, 1])
    say(right, [""] * 5, DAY, marks=[2])
    before = counted(cast)
    made = move(wrong, right, cast)
    assert counted(cast) != before
    page = f"/points/{wrong.pk}/reattribute/"
    for _click in range(2):
        assert quan.post(undo(made), {"reason": "Nhầm quầy"})["Location"] == page
    assert counted(cast) == before
    events = AuditEvent.objects.filter(act="surveys.undo_reattribution")
    assert {event.agency_id for event in events} == {wrong.agency_id, right.agency_id}
    assert {event.reason for event in events} == {"Nhầm quầy"}
    assert "Nhầm quầy" in quan.get(page).content.decode()
    assert quan.post(page, asked(right)).status_code == 302  # the same days once more
    assert counted(cast) != before
    with pytest.raises(DatabaseError), transaction.atomic():
        made.undone.delete()


def test_a_later_exchange_of_addresses_is_undone_first(
    cast: Cast, quan: Client, wrong: ServicePoint, right: ServicePoint
) -> None:
    first = move(wrong, right, cast, from_day=DAY, is_swapped=True)
    day_before = DAY - timedelta(days=1)
    later, _created = reattribute(
        point=right, to_point=wrong, from_day=day_before, until_day=day_before, reason="Lại nhầm",
        is_swapped=True, by=cast.quan, now=NOW + timedelta(minutes=1),
    )  # fmt: skip
    assert quan.post(undo(first), {"reason": "Nhầm"}).status_code == 422
    assert quan.post(undo(later), {"reason": "Nhầm"}).status_code == 302
    assert quan.post(undo(first), {"reason": "Nhầm"}).status_code == 302
    wrong.refresh_from_db()
    assert wrong.slug == SLUG


def test_swapped_addresses_change_back(
    cast: Cast, quan: Client, wrong: ServicePoint, right: ServicePoint
) -> None:
    say(wrong, [""] * 3, MONDAY)
    made = move(wrong, right, cast, from_day=DAY, is_swapped=True)
    assert quan.post(undo(made), {"reason": "Nhầm"}).status_code == 302
    wrong.refresh_from_db()
    right.refresh_from_db()
    assert (wrong.slug, right.slug) == (SLUG, "bcdfghj")
    move(wrong, right, cast, from_day=MONDAY)  # Monday's label is that of the address of Monday
    assert counted(cast) == {cast.department.pk: (3, 3)}


def test_what_cannot_be_undone(client: Client, cast: Cast, wrong: ServicePoint, right: ServicePoint) -> None:
    made = move(wrong, right, cast)
    for who, status in ((cast.lan, 403), (cast.minh, 403), (cast.hoa, 404)):
        client.force_login(who)
        assert client.post(undo(made), {"reason": "x"}).status_code == status, who
    client.force_login(cast.quan)
    for bad in ({}, {"reason": "x" * 301}, {"reason": " "}):
        assert client.post(undo(made), bad).status_code == 422
    assert client.get(undo(made)).status_code == 405
    assert client.post(undo(made).replace(f"/{made.pk}/", "/999999/"), {"reason": "x"}).status_code == 404
    close(cast.commune, OCTOBER)
    assert client.post(undo(made), {"reason": "Nhầm"}).status_code == 403
    assert DeskDayMove.objects.count() == 9
