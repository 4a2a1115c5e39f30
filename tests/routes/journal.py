"""Visits of the journal."""

from conduct.commitments.models import JournalEntry
from conduct.kernel.months import Month
from tests.routes.objects import A_FILE, POST_ONLY, Arguments, Visit, lan


def slip(*, is_submitted: bool = False) -> JournalEntry:
    """A slip of Lan's that she has not put right yet, submitted or kept to herself."""
    mine = JournalEntry.objects.filter(posting=lan()).to_follow_up()
    return mine.filter(submitted_at__isnull=not is_submitted).order_by("-on", "-pk")[0]


def entry() -> Arguments:
    return (slip().pk,)


def submitted() -> Arguments:
    return (slip(is_submitted=True).pk,)


def month() -> Arguments:
    """The month of a submitted slip of Lan's."""
    return (Month.of(slip(is_submitted=True).on),)


VISITS: dict[tuple[str, int], Visit] = {
    ("commitments:journal", 0): Visit("lan", also=("tam",)),
    ("commitments:change_entry", 1): Visit("lan", entry),
    ("commitments:delete_entry", 1): Visit("lan", entry),
    ("commitments:follow_up", 1): Visit("lan", entry),
    ("commitments:withdraw_slip", 1): Visit("lan", submitted, POST_ONLY),
    ("commitments:journal_month", 1): Visit("lan", month),
    ("commitments:submit_slips", 1): Visit("lan", month),
    ("commitments:submitted_slips", 1): Visit("minh", month, also=("tam",)),
    ("commitments:submitted_slips_xlsx", 1): Visit("minh", month, A_FILE),
}
