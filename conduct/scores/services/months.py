"""Closing and reopening a month, with what that means for the roll-up."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, Period, User
from conduct.agencies.periods import state_of
from conduct.agencies.permissions import Refused
from conduct.agencies.services import months as agencies
from conduct.agencies.tallies import tally_above, tally_offices
from conduct.kernel.months import Month

from ..models import RollUpRun
from ..writes import ask
from .runs import start_run


@transaction.atomic
def close_month(*, office: Agency, month: Month, by: User, now: datetime) -> bool:
    """The head closes a month: no more evidence, and the final roll-up is asked for.

    The offices below must have closed theirs, since their counts become part of this one's. Raises Refused.
    """
    began = agencies.begin_closing(office=office, month=month, by=by, now=now)
    below = [row for row in tally_offices(month, [office.pk]) if row.agency_id != office.pk]
    still_open = sum(row.state != Period.State.CLOSED for row in below)
    if began and still_open:
        raise Refused(
            _("%(n)s offices below %(office)s have not closed this month yet.")
            % {"n": still_open, "office": office.name}
        )
    if began:
        _ask(office, _next_above(office, month), month, RollUpRun.Cause.CLOSING, by, now)
    return began


@transaction.atomic
def reopen_month(*, office: Agency, month: Month, reason: str, by: User, now: datetime) -> bool:
    """Open a closed month again, for a reason; the offices above must have reopened theirs first."""
    reopened = agencies.reopen_month(office=office, month=month, reason=reason, by=by, now=now)
    if not reopened:
        return False
    above = _next_above(office, month)
    if above is not None and state_of(Agency.objects.get(pk=above), month) != Period.State.OPEN:
        raise Refused(_("The office above has closed this month; it must be reopened there first."))
    _ask(office, above, month, RollUpRun.Cause.REOPENING, by, now)
    return True


def _ask(
    office: Agency, above: int | None, month: Month, cause: RollUpRun.Cause, by: User, now: datetime
) -> None:
    """One office is waited for: it goes before everything in bulk."""
    run = start_run(cause=cause, months=[month], root=office, by=by, now=now, lane=RollUpRun.Lane.PROMPT)
    ask([(office.pk, above)], month, run_id=run.pk, is_prompt=True)
    run.n_chunks = 1
    run.save(update_fields=["n_chunks"])


def _next_above(office: Agency, month: Month) -> int | None:
    return next((agency_id for agency_id, is_office in tally_above(office.pk, month) if is_office), None)
