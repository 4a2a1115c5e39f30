"""Lines about cases for inboxes: that there is something to do and by when, never what or about whom."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conduct.agencies.models import Role, RoleGrant, on_day
from conduct.kernel.wording import date_text
from conduct.notices.services import Message, push

from ..models import Case
from ..permissions.cases import RECEIVING
from .subjects import notice_key


class Word(StrEnum):
    """What somebody is told."""

    ARRIVED = "arrived"
    ASSIGNED = "assigned"
    REOPENED = "reopened"
    DUE = "due"
    LATE = "late"
    ABOVE = "above"


_TITLES = {
    Word.ARRIVED: gettext_lazy("A citizen's remark waits to be sorted"),
    Word.ASSIGNED: gettext_lazy("A citizen's remark is given to you"),
    Word.REOPENED: gettext_lazy("A citizen asks to look at a remark again"),
    Word.DUE: gettext_lazy("A citizen's remark is due soon"),
    Word.LATE: gettext_lazy("The answer to a citizen's remark is overdue"),
    Word.ABOVE: gettext_lazy("An agency below has not answered a citizen's remark"),
}


def tell(word: Word, case: Case, people: Iterable[int], now: datetime) -> int:
    """Push one line to each of these people, without those whom the case names; returns how many.

    The same line is pushed once for each stage of the case (its due day tells stages apart).
    """
    named = set(case.subjects.values_list("posting__person_id", flat=True))
    told = sorted(set(people) - named)
    with translation.override("vi"):
        text = _("Answer due by %(day)s.") % {"day": date_text(case.due_on)}
        messages = [
            Message(
                recipient_id=person_id,
                key=notice_key(case, f"{word}:{case.agency_id}:{case.due_on.isoformat()}"),
                title=str(_TITLES[word]),
                text=text,
                url=reverse("feedback:case", args=[case.pk]),
            )
            for person_id in told
        ]
    return push(messages=messages, now=now)


def tell_receivers(word: Word, case: Case, now: datetime) -> int:
    """Tell those who sort the remarks of the agency that has the case."""
    return tell(word, case, role_holders(case.agency_id, timezone.localdate(now), *RECEIVING), now)


def role_holders(agency_id: int, on: date, *roles: Role) -> set[int]:
    """Who holds one of these roles on the agency itself that day and may sign in."""
    granted = RoleGrant.objects.filter(
        on_day(on, "starts_on", "ends_on"), agency_id=agency_id, role__in=roles, person__is_active=True
    )
    return set(granted.values_list("person_id", flat=True))
