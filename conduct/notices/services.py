"""Pushing a line into inboxes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from .models import Notice


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
