"""Keeping kiosks: adding, pairing, revoking, and what a tablet tells of itself.

The code typed on the tablet and the secret that it gets for it are stored as hashes: of the code one with the
application's key (it is short), of the secret, 256 random bits, a plain one.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from conduct.agencies.models import User
from conduct.audit.services import record
from conduct.kernel.codes import new_code, read_code

from ..models import Kiosk, ServicePoint
from ..permissions.points import check_can_keep_points

CODE_LENGTH = 8
CODE_MINUTES = 60
WRONG_CODES = 20  # so many wrong codes of one address; then it waits
WAITING_MINUTES = 10


class TooManyCodes(Exception):
    """An address has tried too many codes."""


def _code_hash(code: str) -> str:
    return salted_hmac("surveys.kiosk", code, secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()


def _secret_hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


@transaction.atomic
def add_kiosk(*, point: ServicePoint, name: str, by: User, now: datetime) -> tuple[Kiosk, str]:
    """Note a tablet at a service point; returns it with its code, which is nowhere else.

    Raises Refused without the right, ValidationError for a closed point or a name that a kiosk there has.
    """
    point = ServicePoint.objects.select_related("agency").select_for_update(of=("self",)).get(pk=point.pk)
    check_can_keep_points(by, point.agency, timezone.localdate(now))
    if not point.is_open:
        raise ValidationError({"point": _("This service point asks nobody now; open it first.")})
    if point.kiosks.filter(name=name, revoked_at=None).exists():
        words = _("A kiosk of this name stands at %(desk)s already.")
        raise ValidationError({"name": words % {"desk": point.name}}, code="twice")
    code = new_code(CODE_LENGTH)
    kiosk = Kiosk.objects.create(
        point=point,
        name=name,
        pairing_hash=_code_hash(code),
        pairing_until=now + timedelta(minutes=CODE_MINUTES),
        made_by=by,
        made_at=now,
    )
    _note("surveys.add_kiosk", kiosk, by, now)
    return kiosk, code


@transaction.atomic
def pair_again(*, kiosk: Kiosk, by: User, now: datetime) -> str:
    """A new code, for a tablet that lost its pairing or for another tablet; the old code ends.

    A tablet that is paired goes on until the new one is. Raises Refused without the right, ValidationError
    for a revoked kiosk.
    """
    kiosk = _locked(kiosk, by, now)
    if kiosk.revoked_at is not None:
        raise ValidationError(_("This kiosk has been revoked; add another one."))
    code = new_code(CODE_LENGTH)
    kiosk.pairing_hash, kiosk.pairing_until = _code_hash(code), now + timedelta(minutes=CODE_MINUTES)
    kiosk.save(update_fields=["pairing_hash", "pairing_until"])
    _note("surveys.pair_again", kiosk, by, now)
    return code


@transaction.atomic
def revoke_kiosk(*, kiosk: Kiosk, reason: str, by: User, now: datetime) -> bool:
    """Take nothing more from a tablet, from this moment on. Returns whether this call did it.

    Raises Refused without the right, ValidationError without a reason.
    """
    kiosk = _locked(kiosk, by, now)
    if kiosk.revoked_at is not None:
        return False
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the kiosk is revoked.")}, code="reason")
    kiosk.revoked_at, kiosk.pairing_hash, kiosk.pairing_until = now, "", None
    kiosk.save(update_fields=["revoked_at", "pairing_hash", "pairing_until"])
    _note("surveys.revoke_kiosk", kiosk, by, now, reason.strip())
    return True


@transaction.atomic
def pair_kiosk(*, typed: str, address: str, by: User | None, now: datetime) -> tuple[Kiosk, str] | None:
    """The kiosk of a typed code and a new secret for the tablet; None for a code that does not work.

    A code works once. ``by`` is None: whoever holds the tablet is not signed in. Raises TooManyCodes.
    """
    key = f"surveys:kiosk:codes:{_code_hash(address)[:32]}"
    if (cache.get(key) or 0) >= WRONG_CODES:
        raise TooManyCodes
    code = read_code(typed, CODE_LENGTH)
    waiting = Kiosk.objects.filter(pairing_until__gt=now, revoked_at=None).select_for_update(of=("self",))
    found = waiting.select_related("point__agency").filter(pairing_hash=_code_hash(code or ""))
    kiosk = found.first() if code else None
    if kiosk is None:
        _count_wrong(key)
        return None
    secret = secrets.token_urlsafe(32)
    kiosk.secret_hash, kiosk.pairing_hash, kiosk.pairing_until = _secret_hash(secret), "", None
    kiosk.paired_at = now
    kiosk.save(update_fields=["secret_hash", "pairing_hash", "pairing_until", "paired_at"])
    _note("surveys.pair_kiosk", kiosk, by, now)
    return kiosk, secret


def kiosk_of(secret: str) -> Kiosk | None:
    """The kiosk that was given this secret last, revoked or not; None for any other text."""
    if not secret or len(secret) > 100:
        return None
    found = Kiosk.objects.select_related("point__agency").filter(secret_hash=_secret_hash(secret))
    return found.first()


def note_alive(*, kiosk: Kiosk, now: datetime) -> None:
    """A sign of life. It comes by the tablet's own clock, never together with answers (ADR 0006)."""
    Kiosk.objects.filter(pk=kiosk.pk).update(seen_at=now)


def _count_wrong(key: str) -> None:
    cache.add(key, 0, WAITING_MINUTES * 60)
    try:
        cache.incr(key)
    except ValueError:  # it expired between the two calls
        cache.set(key, 1, WAITING_MINUTES * 60)


def _locked(kiosk: Kiosk, by: User, now: datetime) -> Kiosk:
    """The row itself, held until the end of the transaction, after checking the right."""
    rows = Kiosk.objects.select_related("point__agency").select_for_update(of=("self",))
    fresh = rows.get(pk=kiosk.pk)
    check_can_keep_points(by, fresh.point.agency, timezone.localdate(now))
    return fresh


def _note(act: str, kiosk: Kiosk, by: User | None, now: datetime, reason: str = "") -> None:
    data: dict[str, object] = {"point": kiosk.point_id}
    record(act=act, by=by, obj=kiosk, agency=kiosk.point.agency, now=now, reason=reason, data=data)
