"""Years of the cast: confirmed months, a meeting that was signed, proposals. The clock stands at YEAR_END."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from conduct.agencies.models import Posting, User
from conduct.kernel.months import Month
from conduct.ratings.models import Result, Sheet, YearDecision, YearMeeting, YearRating
from conduct.ratings.services.meeting import keep_meeting, sign_meeting
from conduct.ratings.services.year_decisions import list_decision, sign_decision
from conduct.ratings.services.year_steps import comment_party, open_year, propose_by_points
from tests.cast import Cast
from tests.factories import PASSWORD, make_posting, make_user
from tests.integration.ratings.arrange import make_sheet

YEAR_END = datetime(2026, 12, 5, 3, 0, tzinfo=UTC)  # 10:00 in Hà Nội
TODAY = date(2026, 12, 5)
YEAR = 2026


def give_month(posting: Posting, month: Month, total: str, by: User, **fields: Any) -> Result:
    """A confirmed sheet of a month with this total."""
    values = {
        "state": "approved", "submitted_at": YEAR_END, "reviewer": by, "reviewed_at": YEAR_END,
        "approver": by, "approved_at": YEAR_END, **fields,
    }  # fmt: skip
    sheet = make_sheet(posting, month, **values)
    return give_total(sheet, total, by)


def give_total(sheet: Sheet, total: str, by: User) -> Result:
    """A confirmed result."""
    return Result.objects.create(
        sheet=sheet, number=1, cause="confirmed", common=Decimal(30), tasks=Decimal(total) - 30,
        total=Decimal(total), level="httnv", parts={}, by=by, at=YEAR_END,
    )  # fmt: skip


def give_year(posting: Posting, total: str, by: User, months: Iterable[int] = range(1, 12)) -> None:
    """The same total in these months."""
    for number in months:
        give_month(posting, Month(YEAR, number), total, by)


def add_people(cast: Cast, *totals: str, title: str = "Chuyên viên") -> list[Posting]:
    """People of the department, each with a month of this total."""
    postings = []
    for place, total in enumerate(totals):
        posting = make_posting(make_user(f"Người Thứ {place:02}"), cast.department, title=title)
        give_year(posting, total, cast.tam, months=(1,))
        postings.append(posting)
    return postings


def rating_of(person: User) -> YearRating:
    """The rating in force."""
    return YearRating.objects.get(person=person, year=YEAR, replaced_by__isnull=True)


def opened(cast: Cast) -> None:
    """The commune's people on the list."""
    open_year(office=cast.commune, year=YEAR, by=cast.tam, now=YEAR_END)


def minutes(cast: Cast, **changes: Any) -> dict[str, Any]:
    """What the minutes say."""
    return {
        "held_on": date(2026, 12, 3), "place": "Hội trường", "chair": cast.tam, "secretary": cast.lan,
        "n_called": 12, "n_present": 11, "minutes": "Toàn thể công chức góp ý.", **changes,
    }  # fmt: skip


def heard(cast: Cast, opinions: dict[int, str] | None = None) -> YearMeeting:
    """A signed meeting at which everybody on the list was heard."""
    meeting = keep_meeting(
        meeting=YearMeeting(office=cast.commune, year=YEAR), revision=0, said=minutes(cast),
        opinions=opinions or {}, by=cast.tam, now=YEAR_END,
    )  # fmt: skip
    sign_meeting(meeting=meeting, revision=meeting.revision, password=PASSWORD, by=cast.tam, now=YEAR_END)
    meeting.refresh_from_db()
    return meeting


def proposed(cast: Cast) -> None:
    """Everybody opened, heard, and proposed by points."""
    opened(cast)
    heard(cast)
    for one in YearRating.objects.filter(posting__agency=cast.commune, posting__is_leader=True):
        if one.person_id != cast.tam.pk:
            comment_party(
                rating=one, revision=one.revision, opinion="Gương mẫu", on=TODAY, by=cast.tam, now=YEAR_END
            )
    propose_by_points(office=cast.commune, year=YEAR, by=cast.tam, now=YEAR_END)


def decided(cast: Cast, number: str = "12/QĐ-UBND") -> YearDecision:
    """The decision of the head on everybody proposed."""
    found = list_decision(cast.commune, YEAR, cast.tam, TODAY)
    return sign_decision(
        office=cast.commune, year=YEAR, number=number, decided_on=TODAY, sha256=found.sha256,
        password=PASSWORD, by=cast.tam, now=YEAR_END,
    )  # fmt: skip
