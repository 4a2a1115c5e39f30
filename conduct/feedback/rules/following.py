"""The code by which a citizen follows a case, and what a citizen may do with it. Pure."""

import hashlib
import hmac
from datetime import date, timedelta
from uuid import UUID

from conduct.kernel.codes import CODE_LENGTH, CODE_SIGNS

# Days after the answer at which the citizen is asked once whether it was put right.
ASKED_AFTER = 21
# Days after the answer for which a case can be reopened; nobody reopens what was settled long ago.
REOPENS_WITHIN = 90

_OPEN = frozenset({"new", "sorted", "assigned"})
_ENDED = frozenset({"answered", "closed"})


def code_of_form(key: UUID, secret: str) -> str:
    """The follow code of what is sent with this form: the same for a second click, unknown to the form itself.

    20 signs of 5 bits out of an HMAC; without the secret it is as hard to find as a random one.
    """
    found = hmac.digest(f"feedback.follow:{secret}".encode(), key.bytes, hashlib.sha256)
    return "".join(CODE_SIGNS[byte & 31] for byte in found[:CODE_LENGTH])


def may_reopen(state: str, answered_on: date | None, reopened_on: date | None, today: date) -> bool:
    """Whether the citizen may open it again: answered, not long ago, and never opened again before."""
    if state not in _ENDED or answered_on is None or reopened_on is not None:
        return False
    return today <= answered_on + timedelta(days=REOPENS_WITHIN)


def is_asked(state: str, answered_on: date | None, today: date) -> bool:
    """Whether enough weeks have passed to ask whether it was put right."""
    if state not in _ENDED or answered_on is None:
        return False
    return today >= answered_on + timedelta(days=ASKED_AFTER)


def may_withdraw(state: str) -> bool:
    """Whether the remark can still be taken back: nobody has answered it yet."""
    return state in _OPEN
