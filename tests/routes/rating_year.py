"""Visits of the pages of the year: the list, the meeting, the decision, absences, conclusions."""

from collections.abc import Callable

from conduct.ratings.models import Absence, Conclusion, YearDecision, YearMeeting, YearRating
from tests.routes.objects import POST_ONLY, Arguments, Visit, code, lan, office


def year_rating(*states: str) -> YearRating:
    """Lan's newest year that stands so; the newest of all where there is none."""
    mine = YearRating.objects.filter(person=lan().person).order_by("-year", "-number")
    return mine.filter(state__in=states).first() or mine[0]


def year_key(*states: str) -> Callable[[], Arguments]:
    """The key of that year."""
    return lambda: (year_rating(*states).pk,)


def prepared() -> Arguments:
    """The year of somebody in Lan's office that is not decided yet."""
    rows = YearRating.objects.filter(office=office(), replaced_by=None).exclude(person__username="tam")
    return ((rows.exclude(state="decided").order_by("-year", "-state", "pk").first() or year_rating()).pk,)


def office_year() -> Arguments:
    return (office().code, year_rating().year)


def the_year() -> Arguments:
    return (year_rating().year,)


def meeting(*, signed: bool) -> Callable[[], Arguments]:
    """A meeting of Lan's office, signed or not; any where there is none."""

    def found() -> Arguments:
        rows = YearMeeting.objects.filter(office=office()).order_by("-pk")
        return ((rows.filter(signed_at__isnull=not signed).first() or rows[0]).pk,)

    return found


def decision() -> Arguments:
    return (YearDecision.objects.filter(office=office()).order_by("-pk")[0].pk,)


def absence() -> Arguments:
    return (Absence.objects.filter(office=office()).order_by("-pk")[0].pk,)


def conclusion() -> Arguments:
    rows = Conclusion.objects.filter(agency=office(), withdrawn_at__isnull=True)
    return (office().code, rows.order_by("-pk")[0].pk)


VISITS: dict[tuple[str, int], Visit] = {
    ("ratings:year", 0): Visit("lan", also=("tam",)),
    ("ratings:year_mine", 1): Visit("lan", the_year),
    ("ratings:year_office", 2): Visit("tam", office_year),
    ("ratings:year_open", 2): Visit("tam", office_year, POST_ONLY),
    ("ratings:year_propose_all", 2): Visit("tam", office_year, POST_ONLY),
    ("ratings:year_person", 1): Visit("tam", year_key()),
    ("ratings:year_party", 1): Visit("tam", prepared),
    ("ratings:year_propose", 1): Visit("tam", prepared),
    ("ratings:year_notice", 1): Visit("lan", year_key("decided")),
    ("ratings:year_seen", 1): Visit("lan", year_key("decided"), POST_ONLY),
    ("ratings:decision_new", 2): Visit("tam", office_year),
    ("ratings:decision", 1): Visit("tam", decision, also=("lan",)),
    ("ratings:decision_publish", 1): Visit("tam", decision, POST_ONLY),
    ("ratings:decision_replace", 1): Visit("tam", year_key("decided")),
    ("ratings:meeting_new", 2): Visit("tam", office_year),
    ("ratings:meeting", 1): Visit("tam", meeting(signed=True)),
    ("ratings:meeting_edit", 1): Visit("tam", meeting(signed=False)),
    ("ratings:organisation", 2): Visit("tam", office_year),
    ("ratings:organisation_new", 2): Visit("phuong", office_year),
    ("ratings:absences", 1): Visit("tam", code),
    ("ratings:absence_new", 1): Visit("tam", code),
    ("ratings:absence_end", 1): Visit("tam", absence),
    ("ratings:conclusions", 1): Visit("tam", code),
    ("ratings:conclusion_new", 2): Visit("tam", lambda: (office().code, lan().person_id)),
    ("ratings:conclusion_withdraw", 2): Visit("tam", conclusion),
}
