"""Reminding those who have not signed: on working days, one message a person a day."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from conduct.kernel.workdays import is_working_day
from conduct.notices.models import Notice
from conduct.notices.services import Message, push

from ..models import Campaign
from ..rules.reminders import is_reminder_day
from ..tallies.signing import Unsigned, tally_unsigned


def remind_unsigned(*, now: datetime) -> int:
    """Push what is due this morning; returns to how many people. A second run on a day pushes nothing new.

    Newcomers are told once, on the first working day on which they are asked; others on the days of their
    campaign. Nobody hears of campaigns that were signed, excused or declined.
    """
    today = timezone.localdate(now)
    if not is_working_day(today):
        return 0
    running = Campaign.objects.filter(opens_on__lte=today, year__gte=today.year)
    current = running.select_related("adoption__version__model").in_bulk()
    due = {pk for pk, one in current.items() if is_reminder_day(today, one.opens_on, one.due_on)}
    people: dict[int, list[Unsigned]] = defaultdict(list)
    for one in tally_unsigned(current, today):
        people[one.person_id].append(one)
    reminder = f"commitments.remind:{today.isoformat()}"
    newcomers = {_newcomer(one) for rows in people.values() for one in rows if one.is_new}
    known = Notice.objects.filter(Q(key=reminder) | Q(key__in=newcomers)).values_list(
        "recipient_id", "key", "made_at"
    )
    told, heard = set(), set()
    for person_id, key, made_at in known:
        told.add(key)
        if timezone.localdate(made_at) == today:
            heard.add(person_id)
    messages = []
    for person_id, rows in people.items():
        new = [one for one in rows if one.is_new and _newcomer(one) not in told]
        asked = rows if new else [one for one in rows if one.campaign_id in due]
        if asked and person_id not in heard:
            messages.append(_message(_newcomer(new[0]) if new else reminder, asked, current))
    push(messages=messages, now=now)
    return len(messages)


def _newcomer(one: Unsigned) -> str:
    return f"commitments.newcomer:{one.posting_id}"


def _message(key: str, asked: Sequence[Unsigned], campaigns: Mapping[int, Campaign]) -> Message:
    """One line for everything that a person is asked."""
    first = asked[0]
    with override(settings.LANGUAGE_CODE):
        title = ngettext(
            "A pledge waits for your signature", "%(n)s pledges wait for your signature", len(asked)
        )
        lines = [
            _("“%(model)s” %(year)s, sign by %(day)s")
            % {
                "model": campaigns[one.campaign_id].adoption.version.model.name,
                "year": campaigns[one.campaign_id].year,
                "day": f"{campaigns[one.campaign_id].due_on:%d/%m/%Y}",
            }
            for one in asked
        ]
        return Message(
            recipient_id=first.person_id,
            key=key,
            title=title % {"n": len(asked)},
            text="; ".join(lines) + ".",
            url=reverse("commitments:sign", args=(first.campaign_id, first.posting_id))
            if len(asked) == 1
            else reverse("commitments:campaigns"),
        )
