"""Anybody who holds the paper of a pledge checks it: was it signed, where, when; is it this person's?

Nobody is signed in. What is counted against guessing lives in the cache for a quarter of an hour.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.crypto import salted_hmac

from conduct.agencies.tree import office_of
from conduct.audit.services import record
from models_catalog.models import ModelVersion

from ..models import Pledge
from ..rules.names import is_same_name
from ..rules.pledges import BlockKind, blocks_of, in_fours, sha256_of
from .earlier import adoption_signed

MINUTES = 15
WRONG_CODES = 20  # an address may send so many in so many minutes
NAMES_A_CODE = 5
NAMES_AN_ADDRESS = 20


class TooManyTries(Exception):
    """Codes or names were tried too often; it goes on after some minutes."""


class CannotCount(Exception):
    """The cache is away: tries cannot be counted, so no name is compared."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What the public page says of a pledge: never a name, a title or a department."""

    pledge: Pledge
    version: ModelVersion
    office: str
    digest: str
    is_intact: bool


def proof_of(code: str) -> Proof | None:
    """What is known under a code; two queries, two more for each minor correction since."""
    known = Pledge.objects.select_related("campaign__adoption__version__model", "campaign__agency")
    pledge = known.select_related("posting__agency").filter(code=code).first()
    if pledge is None:
        return None
    office = office_of(pledge.posting.agency, timezone.localdate(pledge.signed_at))
    # A department without an office above it is not named: the campaign's agency is.
    shown = office if office.is_office else pledge.campaign.agency
    version = adoption_signed(pledge).version
    return Proof(
        pledge, version, shown.name, in_fours(pledge.sha256), sha256_of(pledge.text) == pledge.sha256
    )


def check_may_look(address: str) -> None:
    """Raise TooManyTries for an address that has sent too many wrong codes. Without the cache nobody has."""
    if (cache.get(_key("wrong-code", address)) or 0) >= WRONG_CODES:
        raise TooManyTries


def note_wrong_code(*, address: str, now: datetime) -> None:
    """Count a wrong code; an address that has used up its tries leaves a line in the audit trail."""
    if _count("wrong-code", address) == WRONG_CODES:
        record(
            act="commitments.guess_codes", by=None, obj=None, now=now,
            data={"tries": WRONG_CODES, "minutes": MINUTES, "source": _disguised(address)[:16]},
        )  # fmt: skip


def compare_name(*, pledge: Pledge, typed: str, address: str, now: datetime) -> bool:
    """Whether the typed name is the one in the signed text; leaves an audit row without the typed name.

    Raises TooManyTries, or CannotCount while the cache is away.
    """
    by_code, by_address = _count("name-of", pledge.code), _count("name-from", address)
    if by_code is None or by_address is None:
        raise CannotCount
    if by_code > NAMES_A_CODE or by_address > NAMES_AN_ADDRESS:
        raise TooManyTries
    matches = is_same_name(typed, _signer(pledge.text))
    record(
        act="commitments.compare_name", by=None, obj=pledge, agency=pledge.posting.agency, now=now,
        data={"matches": matches},
    )  # fmt: skip
    return matches


def _signer(text: str) -> str:
    """The name as it was signed, whatever the person is called today."""
    return next((one.lines[-1] for one in blocks_of(text) if one.kind is BlockKind.SIGNATURE), "")


def _disguised(words: str) -> str:
    """A key that tells two addresses apart and gives neither away."""
    return salted_hmac(
        "commitments.verify", words, secret=settings.SECRET_KEY, algorithm="sha256"
    ).hexdigest()


def _key(what: str, whose: str) -> str:
    return f"commitments:verify:{what}:{_disguised(whose)}"


def _count(what: str, whose: str) -> int | None:
    """One more; how many there are now, None when the cache does not keep it."""
    key = _key(what, whose)
    cache.add(key, 0, MINUTES * 60)
    try:
        number = cache.incr(key)
    except ValueError:  # it expired between the two calls
        cache.set(key, 1, MINUTES * 60)
        number = 1
    return None if cache.get(key) is None else number
