"""The code by which a citizen follows a case, and what a citizen may do with it. Pure."""

import hashlib
import hmac
from datetime import date, timedelta
from uuid import UUID

from conduct.kernel.codes import CODE_LENGTH, CODE_SIGNS

# Days after the answer at which the citizen is asked once whether it was put right.
ASKED_AFTER = 21
# Days after the end of a case for which it can be opened again: nobody digs up what was settled long ago.
REOPENS_WITHIN = 90


def code_of_form(key: UUID, secret: str) -> str:
    """The follow code of what is sent with this form: the same for a second click, unknown to the form.

    20 signs of 5 bits out of an HMAC; without the secret it is as hard to find as a random one.
    """
    found = hmac.digest(f"feedback.follow:{secret}".encode(), key.bytes, hashlib.sha256)
    return "".join(CODE_SIGNS[byte & 31] for byte in found[:CODE_LENGTH])


def may_reopen(state: str, settled_on: date | None, reopened_on: date | None, today: date) -> bool:
    """Whether the citizen may open it again: settled, not long ago, and never opened again before.

    What was forwarded is dealt with elsewhere, under the law on complaints and denunciations.
    """
    if state not in {"answered", "closed"} or settled_on is None or reopened_on is not None:
        return False
    return today <= settled_on + timedelta(days=REOPENS_WITHIN)


def is_asked(state: str, settled_on: date | None, today: date) -> bool:
    """Whether enough weeks have passed since the answer to ask whether it was put right."""
    if state != "answered" or settled_on is None:
        return False
    return today >= settled_on + timedelta(days=ASKED_AFTER)
