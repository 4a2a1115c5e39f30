"""Keys of forms, the count a phone carries, and the labels that keep citizens unknown. Pure."""

import base64
import hashlib
import hmac
from datetime import date
from typing import NamedTuple
from uuid import UUID

_HEX, _CLOCK, _PROOF = 32, 5, 13


def _digest(secret: str, purpose: str, value: str) -> bytes:
    return hmac.digest(f"surveys.{purpose}:{secret}".encode(), value.encode(), hashlib.sha256)


def sign_key(key: UUID, slug: str, secret: str, issued: int = 0) -> str:
    """The hidden field of a form: a random key, when it was given out, and the proof that we did, for a desk.

    ``issued``: tenths of a second since 1970 (0: not said). It lives in the form alone and is never kept.
    """
    clock = issued.to_bytes(_CLOCK)
    proof = _digest(secret, "key", f"{key.hex}:{slug}:{clock.hex()}")[:_PROOF]
    return f"{key.hex}{base64.urlsafe_b64encode(clock + proof).decode()}"


def read_key(text: str, slug: str, secret: str) -> UUID | None:
    """The key of a form of this service point; None when it was forged, damaged or belongs elsewhere."""
    try:
        key = UUID(hex=text[:_HEX])
        text.encode("ascii")
        issued = issued_at(text)
    except ValueError:
        return None
    return key if hmac.compare_digest(sign_key(key, slug, secret, issued), text) else None


def issued_at(text: str) -> int:
    """When the form of a key was given out, in tenths of a second since 1970. ValueError for no key."""
    return int.from_bytes(base64.urlsafe_b64decode(text[_HEX : _HEX + 8])[:_CLOCK])


class Sent(NamedTuple):
    """How many forms one phone sent today, and how many of them had the same mark everywhere."""

    forms: int = 0
    straight: int = 0


def sign_sent(sent: Sent, day: date, secret: str) -> str:
    """What a phone carries instead of a name: two numbers of a day, and the proof that we counted them."""
    said = f"{sent.forms}.{sent.straight}.{day.toordinal()}"
    proof = base64.urlsafe_b64encode(_digest(secret, "sent", said)[:9]).decode()
    return f"{said}.{proof}"


def read_sent(text: str, day: date, secret: str) -> Sent:
    """The numbers that a phone carries; none when they are of another day, forged or damaged."""
    parts = text.split(".") if text.isascii() else []
    numbers = [part for part in parts[:2] if part.isdecimal() and len(part) < 6]
    if len(parts) != 4 or len(numbers) != 2:
        return Sent()
    sent = Sent(int(parts[0]), int(parts[1]))
    is_ours = hmac.compare_digest(sign_sent(sent, day, secret), text)
    return sent if is_ours else Sent()


def desk_day_label(slug: str, day: date, secret: str) -> int:
    """A signed 32-bit label shared by the answers of one desk on one day.

    Without the secret neither the day nor the order of days can be read from it (ADR 0006). It says which
    answers fell together, for the effective n of intervals.
    """
    return int.from_bytes(_digest(secret, "desk-day", f"{slug}:{day.isoformat()}")[:4], signed=True)
