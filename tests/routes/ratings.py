"""Visits of the pages of the statutory rating."""

from collections.abc import Callable

from django.utils import timezone

from conduct.agencies.models import Delegation
from conduct.kernel.months import Month
from conduct.ratings.models import Absence, Conclusion, Sheet, YearDecision, YearMeeting, YearRating
from tests.routes.objects import A_FILE, POST_ONLY, Arguments, Visit, code, lan, office


def sheet(*states: str) -> Sheet:
    """Lan's newest sheet in one of these states; the newest of all where there is none."""
    mine = Sheet.objects.filter(posting=lan()).order_by("-period", "-pk")
    return mine.filter(state__in=states).first() or mine[0]


def draft() -> Arguments:
    return (sheet("draft").pk,)


def submitted() -> Arguments:
    return (sheet("submitted").pk,)


def confirmed() -> Arguments:
    return (sheet("approved", "acknowledged").pk,)


def this_month() -> Arguments:
    return (Month.of(timezone.localdate()),)


def delegation() -> Arguments:
    """One that runs or comes, in Lan's office."""
    rows = Delegation.objects.filter(agency__in=(lan().agency, office()))
    return (rows.order_by("-ends_on", "-pk")[0].pk,)


def year_rating(*states: str) -> YearRating:
    """Lan's newest year that stands so; the newest of all where there is none."""
    mine = YearRating.objects.filter(person=lan().person).order_by("-year", "-number")
    return mine.filter(state__in=states).first() or mine[0]


def year_key(*states: str) -> Callable[[], Arguments]:
    """The key of that year."""
    return lambda: (year_rating(*states).pk,)


def office_year() -> Arguments:
    return (office().code, year_rating().year)


def the_year() -> Arguments:
    return (year_rating().year,)


def meeting(*, signed: bool) -> Callable[[], Arguments]:
    """A meeting of Lan's office, signed or not."""
    return lambda: (
        YearMeeting.objects.filter(office=office(), signed_at__isnull=not signed).order_by("-pk")[0].pk,
    )


def decision() -> Arguments:
    return (YearDecision.objects.filter(office=office()).order_by("-pk")[0].pk,)


def absence() -> Arguments:
    return (Absence.objects.filter(office=office()).order_by("-pk")[0].pk,)


def conclusion() -> Arguments:
    rows = Conclusion.objects.filter(agency=office(), withdrawn_at__isnull=True)
    return (office().code, rows.order_by("-pk")[0].pk)


VISITS: dict[tuple[str, int], Visit] = {
    ("ratings:mine", 0): Visit("lan", also=("minh", "tam")),
    ("ratings:open_sheet", 1): Visit("lan", this_month, POST_ONLY),
    ("ratings:sheet", 1): Visit("lan", confirmed, also=("minh", "tam")),
    ("ratings:fill", 1): Visit("lan", draft),
    ("ratings:submit", 1): Visit("lan", draft),
    ("ratings:withdraw", 1): Visit("lan", submitted),
    ("ratings:return_sheet", 1): Visit("minh", submitted),
    ("ratings:acknowledge", 1): Visit("lan", confirmed),
    ("ratings:late", 0): Visit("tam", also=("minh",)),
    ("ratings:late_csv", 0): Visit("tam", no_picture=A_FILE),
    ("ratings:late_xlsx", 0): Visit("tam", no_picture=A_FILE),
    ("ratings:delegations", 0): Visit("tam", also=("quan",)),
    ("ratings:add_delegation", 0): Visit("quan"),
    ("ratings:end_delegation", 1): Visit("quan", delegation),
    ("ratings:year", 0): Visit("lan", also=("tam",)),
    ("ratings:year_mine", 1): Visit("lan", the_year),
    ("ratings:year_office", 2): Visit("tam", office_year),
    ("ratings:year_open", 2): Visit("tam", office_year, POST_ONLY),
    ("ratings:year_propose_all", 2): Visit("tam", office_year, POST_ONLY),
    ("ratings:year_person", 1): Visit("tam", year_key()),
    ("ratings:year_party", 1): Visit("tam", year_key("proposed", "heard")),
    ("ratings:year_propose", 1): Visit("tam", year_key("proposed", "heard")),
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
