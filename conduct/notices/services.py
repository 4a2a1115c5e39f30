"""Pushing a line into inboxes, reading it, and the day's mail about those that nobody has read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Min, Q
from django.utils import timezone

from conduct.agencies.models import User
from conduct.audit.services import record

from .models import MailBox, MailServer, Notice
from .rules import KEEP_READ, hold_of_address, rest_of_server

# Longer than one mail can take; a worker that dies in between leaves the person to the next sweep after it.
LEASE = timedelta(minutes=5)
LINES_A_MAIL = 30


@dataclass(frozen=True, slots=True)
class Message:
    """A line for one person, in Vietnamese (the reader's language is not known when it is pushed).

    ``key`` names the matter ("commitments.remind:17:2026-11-22"); ``url`` is a path on this site.
    """

    recipient_id: int
    key: str
    title: str
    text: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """The mail of one person: the newest lines that wait, and how many there are in all."""

    person: User
    lines: tuple[Notice, ...]
    line_ids: tuple[int, ...]

    @property
    def n_more(self) -> int:
        """How many lines wait beside those that are written out."""
        return len(self.line_ids) - len(self.lines)


def push(*, messages: Iterable[Message], now: datetime) -> int:
    """Put lines into inboxes; one that was pushed before is left as it is. Returns how many were asked for.

    No audit row: nobody's act, and the app that pushes records what it speaks of.
    """
    rows = [
        Notice(
            recipient_id=message.recipient_id,
            key=message.key,
            title=message.title[:200],
            text=message.text[:600],
            url=message.url,
            made_at=now,
        )
        for message in messages
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    return len(rows)


def take_back(*, recipient_ids: Iterable[int], key_start: str) -> int:
    """Take lines whose keys begin so out of these inboxes; returns how many there were.

    For a matter of which these people must no longer hear. No audit row, as for ``push``.
    """
    found = Notice.objects.filter(recipient_id__in=list(recipient_ids), key__startswith=key_start)
    return found.delete()[0]


def read_line(*, notice: Notice, by: User, now: datetime) -> bool:
    """Mark an own line as read; whether it was unread. No audit row: reading changes nothing for others."""
    own = Notice.objects.unread().filter(pk=notice.pk, recipient=by)
    return bool(own.update(read_at=now))


def read_all_lines(*, by: User, now: datetime) -> int:
    """Mark every own line as read that was there by ``now``; how many were unread. No audit row, as above."""
    return Notice.objects.unread().filter(recipient=by, made_at__lte=now).update(read_at=now)


@transaction.atomic
def choose_mail(*, wants_mail: bool, by: User, now: datetime) -> bool:
    """Switch the daily mail on or off for oneself; whether that changed anything."""
    box, _created = MailBox.objects.select_for_update().get_or_create(person=by)
    if box.wants_mail == wants_mail:
        return False
    box.wants_mail = wants_mail
    box.save(update_fields=["wants_mail"])
    record(act="notices.choose_mail", by=by, obj=box, now=now, data={"wants_mail": wants_mail})
    return True


def server_rests(*, now: datetime) -> bool:
    """Whether the mail server could not be reached lately and is left alone."""
    return MailServer.objects.filter(rests_until__gt=now).exists()


def people_to_mail(*, now: datetime, at_most: int) -> Sequence[int]:
    """Whom a mail may leave for today, those who have waited longest first."""
    today = timezone.localdate(now)
    passed = MailBox.objects.filter(
        Q(wants_mail=False) | Q(mailed_on__gte=today) | Q(held_until__gt=now)
    ).values("person_id")
    waiting = (
        Notice.objects.to_mail(now)
        .filter(recipient__is_active=True)
        .exclude(recipient__email="")
        .exclude(recipient_id__in=passed)
    )
    return list(
        waiting.values("recipient_id")
        .annotate(first_made=Min("made_at"))
        .order_by("first_made", "recipient_id")
        .values_list("recipient_id", flat=True)[:at_most]
    )


def claim_letter(*, person_id: int, now: datetime) -> Letter | None:
    """Take the mail of a person in hand; None when another worker has it, or nothing waits any more."""
    today = timezone.localdate(now)
    MailBox.objects.bulk_create([MailBox(person_id=person_id)], ignore_conflicts=True)
    free = MailBox.objects.filter(
        Q(mailed_on__isnull=True) | Q(mailed_on__lt=today),
        Q(held_until__isnull=True) | Q(held_until__lte=now),
        person_id=person_id,
        wants_mail=True,
    )
    if free.update(held_until=now + LEASE) != 1:
        return None
    waiting = list(Notice.objects.to_mail(now).filter(recipient_id=person_id).select_related("recipient"))
    if not waiting:
        return None
    return Letter(
        person=waiting[0].recipient,
        lines=tuple(waiting[:LINES_A_MAIL]),
        line_ids=tuple(line.pk for line in waiting),
    )


def note_sent(*, letter: Letter, now: datetime) -> None:
    """The mail has left: its lines are not mailed again, and the person gets no other today."""
    with transaction.atomic():
        Notice.objects.filter(pk__in=letter.line_ids).update(mailed_at=now)
        MailBox.objects.filter(person=letter.person).update(
            mailed_on=timezone.localdate(now), held_until=None, n_failures=0
        )
    note_reached()


def note_reached() -> None:
    """The mail server took a mail: it is well."""
    MailServer.objects.filter(n_failures__gt=0).update(n_failures=0, rests_until=None)


def note_refused(*, letter: Letter, now: datetime) -> timedelta:
    """The server would not take the mail for this person: its lines wait. Returns how long."""
    MailBox.objects.filter(person=letter.person).update(n_failures=F("n_failures") + 1)
    box = MailBox.objects.get(person=letter.person)
    hold = hold_of_address(box.n_failures)
    MailBox.objects.filter(person=letter.person).update(held_until=now + hold)
    return hold


def note_unreachable(*, letter: Letter, now: datetime) -> timedelta:
    """The server cannot be reached: everything waits. Returns how long it is left alone."""
    MailBox.objects.filter(person=letter.person).update(held_until=None)
    return let_server_rest(now=now)


def let_server_rest(*, now: datetime) -> timedelta:
    """Leave a server alone that could not be reached; returns how long. All mail of the site waits for it."""
    with transaction.atomic():
        MailServer.objects.bulk_create([MailServer(pk=1)], ignore_conflicts=True)
        server = MailServer.objects.select_for_update().get(pk=1)
        if server.rests_until is None or server.rests_until <= now:  # else another worker has said so
            server.n_failures = min(server.n_failures + 1, 100)
            server.rests_until = now + rest_of_server(server.n_failures)
            server.save()
        return server.rests_until - now


def forget_read_lines(*, now: datetime) -> int:
    """Delete lines that were read long ago; returns how many."""
    return Notice.objects.filter(read_at__lt=now - KEEP_READ).delete()[0]
