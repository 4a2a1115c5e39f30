"""Keys of forms, and the labels that keep citizens unknown. Pure."""

import base64
import hashlib
import hmac
from datetime import date
from uuid import UUID


def _digest(secret: str, purpose: str, value: str) -> bytes:
    return hmac.digest(f"surveys.{purpose}:{secret}".encode(), value.encode(), hashlib.sha256)


def sign_key(key: UUID, slug: str, secret: str) -> str:
    """The hidden field of a form: a random key and the proof that we gave it out for this service point."""
    proof = _digest(secret, "key", f"{key.hex}:{slug}")[:15]
    return f"{key.hex}{base64.urlsafe_b64encode(proof).decode()}"


def read_key(text: str, slug: str, secret: str) -> UUID | None:
    """The key of a form of this service point; None when it was forged, damaged or belongs elsewhere."""
    try:
        key = UUID(hex=text[:32])
        text.encode("ascii")
    except ValueError:
        return None
    return key if hmac.compare_digest(sign_key(key, slug, secret), text) else None


def desk_day_label(slug: str, day: date, secret: str) -> int:
    """A signed 32-bit label shared by the answers of one desk on one day.

    Without the secret neither the day nor the order of days can be read from it (ADR 0006). It says which
    answers fell together, for the effective n of intervals.
    """
    return int.from_bytes(_digest(secret, "desk-day", f"{slug}:{day.isoformat()}")[:4], signed=True)
