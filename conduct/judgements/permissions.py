"""Who may judge whom, and who may reply."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, Period, Posting, User
from conduct.agencies.periods import state_of
from conduct.agencies.permissions import LEADING, Refused, granted_ids
from conduct.agencies.tree import lineage_ids, office_of
from conduct.kernel.months import Month
from models_catalog.models import Adoption, ConductModel

from .models import JudgementSheet
from .rules import may_reply


def tree_day(month: Month, today: date) -> date:
    """The day whose tree of agencies a month is judged in: today, or the last day of a month gone by."""
    return min(today, month.last)


def office_in(month: Month, posting: Posting, today: date) -> Agency:
    """The office whose month this posting's judgement belongs to."""
    return office_of(posting.agency, tree_day(month, today))


def month_is_open(month: Month, posting: Posting, today: date) -> bool:
    """Whether the office's month still takes judgements."""
    return state_of(office_in(month, posting, today), month) == Period.State.OPEN


def overlaps(month: Month, start: date, end: date | None) -> bool:
    """Whether the days from ``start`` to ``end`` touch the month."""
    return start <= month.last and (end is None or end >= month.first)


def check_can_judge(user: User, posting: Posting, adoption: Adoption, month: Month, today: date) -> None:
    """A supervisor or head of the posting's agency or of one above; never oneself, never ahead of time."""
    if posting.person_id == user.pk:
        raise Refused(_("Nobody judges himself or herself."))
    lineage = lineage_ids(posting.agency_id, tree_day(month, today))
    if not granted_ids(user, today, *LEADING) & set(lineage):
        raise Refused(
            _("Only a supervisor or head of %(agency)s judges here.") % {"agency": posting.agency.name}
        )
    if month.first > today:
        raise Refused(_("This month has not begun."))
    if not overlaps(month, posting.starts_on, posting.ends_on):
        raise Refused(_("This person did not serve here in that month."))
    applies = adoption.agency_id in lineage and overlaps(month, adoption.valid_from, adoption.valid_to)
    if not applies or adoption.version.model.judged != ConductModel.Judged.PERSON:
        raise Refused(_("This model was not kept here in that month."))
    if not adoption.speaks_to(posting):
        raise Refused(_("%(agency)s keeps this model for other staff.") % {"agency": adoption.agency.name})


def can_reply(user: User, sheet: JudgementSheet, now: datetime) -> bool:
    """Whether the person may write or change a reply now."""
    if sheet.posting.person_id != user.pk:
        return False
    is_open = month_is_open(Month.of(sheet.month), sheet.posting, timezone.localdate(now))
    return may_reply(month_is_open=is_open, judged_at=sheet.judged_at, has_replied=bool(sheet.reply), now=now)


def check_can_reply(user: User, sheet: JudgementSheet, now: datetime) -> None:
    """Only the person judged, while the month is open or a first time within seven days."""
    if sheet.posting.person_id != user.pk:
        raise Refused(_("Only the person who was judged replies."))
    if not can_reply(user, sheet, now):
        raise Refused(_("The time for a reply has passed: the month is closed."))
