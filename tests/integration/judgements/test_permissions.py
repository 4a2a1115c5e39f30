"""Who judges whom, and what a month, a posting and a model must be for it; everybody else is refused."""

from datetime import date, timedelta
from typing import Any

import pytest

from conduct.agencies.models import Posting, RoleGrant, User
from conduct.agencies.permissions import Refused
from conduct.judgements.permissions import check_can_judge, check_can_reply, month_is_open, overlaps
from conduct.kernel.months import Month
from models_catalog.models import Adoption, ConductModel
from tests.cast import Cast, make_cast
from tests.factories import DAY, NOW
from tests.integration.scores.arrange import OCTOBER, closing, judge

pytestmark = [pytest.mark.django_db]
NAMES = ("lan", "minh", "tam", "quan", "phuong", "hoa", "hanh", "oanh", "khoi")


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def judges(cast: Cast, posting: Posting, month: Month = OCTOBER, today: date = DAY) -> set[str]:
    """Who may judge this posting."""
    found = set()
    for name in NAMES:
        try:
            check_can_judge(getattr(cast, name), posting, cast.adoption, month, today)
        except Refused:
            continue
        found.add(name)
    return found


def test_whoever_leads_judges_and_nobody_themselves(cast: Cast) -> None:
    assert judges(cast, cast.lan_posting) == {"minh", "tam", "phuong"}
    assert judges(cast, cast.minh_posting) == {"tam", "phuong"}
    assert judges(cast, cast.tam_posting) == {"phuong"}
    RoleGrant.objects.filter(person=cast.minh).update(ends_on=DAY - timedelta(days=1))
    assert judges(cast, cast.lan_posting) == {"tam", "phuong"}


@pytest.mark.parametrize(
    ("month", "today", "may"),
    [
        (OCTOBER, date(2026, 9, 30), False),
        (OCTOBER, date(2026, 10, 1), True),
        (OCTOBER, date(2026, 12, 5), True),
        (Month(2025, 6), DAY, False),
        (Month(2025, 7), DAY, True),
    ],
)
def test_a_month_is_judged_from_its_first_day_on(cast: Cast, month: Month, today: date, may: bool) -> None:
    assert ("minh" in judges(cast, cast.lan_posting, month, today)) is may


@pytest.mark.parametrize(
    ("days", "may"),
    [
        ({"starts_on": date(2026, 10, 31)}, True),
        ({"starts_on": date(2026, 11, 1)}, False),
        ({"ends_on": date(2026, 10, 1)}, True),
        ({"ends_on": date(2026, 9, 30)}, False),
    ],
)
def test_only_who_served_in_the_month_is_judged(cast: Cast, days: dict[str, date], may: bool) -> None:
    Posting.objects.filter(pk=cast.lan_posting.pk).update(**days)
    cast.lan_posting.refresh_from_db()
    assert bool(judges(cast, cast.lan_posting)) is may


@pytest.mark.parametrize(
    ("fields", "may"),
    [
        ({"valid_from": date(2026, 10, 31)}, True),
        ({"valid_from": date(2026, 11, 1)}, False),
        ({"valid_to": date(2026, 10, 1)}, True),
        ({"valid_to": date(2026, 9, 30)}, False),
        ({"audience": "front_desk"}, True),
        ({"audience": "categories", "categories": ["hop_dong"]}, False),
        ({"audience": "categories", "categories": ["cong_chuc"]}, True),
    ],
)
def test_only_a_model_that_was_kept_for_these_people_is_judged(
    cast: Cast, fields: dict[str, Any], may: bool
) -> None:
    Adoption.objects.filter(pk=cast.adoption.pk).update(**fields)
    cast.adoption.refresh_from_db()
    assert bool(judges(cast, cast.lan_posting)) is may


def test_a_model_of_another_agency_or_for_units_is_not_judged(cast: Cast) -> None:
    Adoption.objects.filter(pk=cast.adoption.pk).update(agency=cast.department)
    cast.adoption.refresh_from_db()
    assert judges(cast, cast.lan_posting) == set()
    Adoption.objects.filter(pk=cast.adoption.pk).update(agency=cast.province)
    cast.adoption.refresh_from_db()
    assert judges(cast, cast.lan_posting)
    ConductModel.objects.update(judged=ConductModel.Judged.UNIT)
    cast.adoption = Adoption.objects.get(pk=cast.adoption.pk)
    assert judges(cast, cast.lan_posting) == set()


@pytest.mark.parametrize(
    ("start", "end", "touches"),
    [
        (date(2026, 10, 31), None, True), (date(2026, 11, 1), None, False), (date(2026, 1, 1), None, True),
        (date(2026, 1, 1), date(2026, 10, 1), True), (date(2026, 1, 1), date(2026, 9, 30), False),
    ],
)  # fmt: skip
def test_days_touch_a_month(start: date, end: date | None, touches: bool) -> None:
    assert overlaps(OCTOBER, start, end) is touches


def test_only_the_person_judged_replies_in_time(cast: Cast) -> None:
    def replies() -> set[str]:
        found = set()
        for name in NAMES:
            user: User = getattr(cast, name)
            try:
                check_can_reply(user, sheet, NOW + timedelta(days=later))
            except Refused:
                continue
            found.add(name)
        return found

    sheet, later = judge(cast.lan_posting, cast.adoption, [4, 4, 4], cast.minh), 0
    assert month_is_open(OCTOBER, cast.lan_posting, DAY)
    assert replies() == {"lan"}
    closing(cast.commune)
    assert not month_is_open(OCTOBER, cast.lan_posting, DAY)
    assert replies() == {"lan"}
    later = 8
    assert replies() == set()
    later, sheet.reply = 1, "Tôi đã xin phép."
    assert replies() == set()
