"""The dates of a campaign. Pure."""

from datetime import date, timedelta
from enum import StrEnum

DAYS_TO_SIGN_ANEW = 30


class DateProblem(StrEnum):
    """Why the dates of a campaign cannot be."""

    YEAR = "year"
    OPENS_IN_THE_PAST = "opens_in_the_past"
    OPENS_OUTSIDE_THE_YEAR = "opens_outside_the_year"
    DUE_BEFORE_IT_OPENS = "due_before_it_opens"
    DUE_AFTER_THE_YEAR = "due_after_the_year"


def date_problem(year: int, opens_on: date, due_on: date, today: date) -> DateProblem | None:
    """What is wrong with a campaign's dates, if anything.

    A campaign is for this year or the next, opens from today on (at the earliest in December before its year)
    and is due within its year.
    """
    if year not in (today.year, today.year + 1):
        return DateProblem.YEAR
    if opens_on < today:
        return DateProblem.OPENS_IN_THE_PAST
    if not date(year - 1, 12, 1) <= opens_on <= date(year, 12, 31):
        return DateProblem.OPENS_OUTSIDE_THE_YEAR
    if due_on < opens_on:
        return DateProblem.DUE_BEFORE_IT_OPENS
    if due_on > date(year, 12, 31):
        return DateProblem.DUE_AFTER_THE_YEAR
    return None


def scope_day(year: int, opens_on: date, today: date) -> date:
    """The day whose postings a campaign asks: today, but never before it opens nor after its year."""
    return min(max(today, opens_on), date(year, 12, 31))


def dates_after_renewal(year: int, opens_on: date, due_on: date, valid_from: date) -> tuple[date, date]:
    """First and last day of signing anew when the wording of a campaign is replaced from ``valid_from`` on.

    It begins with the new wording (not before the old campaign) and leaves 30 days, within the year.
    """
    first = max(valid_from, opens_on)
    return first, min(max(due_on, first + timedelta(days=DAYS_TO_SIGN_ANEW)), date(year, 12, 31))
