"""Visits of the pages of the statutory rating."""

from django.utils import timezone

from conduct.agencies.models import Delegation
from conduct.kernel.months import Month
from conduct.ratings.models import Sheet
from tests.routes.objects import A_FILE, POST_ONLY, Arguments, Visit, lan, office


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
}
