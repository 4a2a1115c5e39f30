"""A petition's days, and the text that its answer is signed by; pure."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

DAYS = 7
"""Working days for the answer, counted from the day after filing (Điều 22)."""
NOTICE_DAYS = 5
"""Working days after which a petition is marked as filed late; our own rule, the decree names none."""


def answer_sha256(said: Mapping[str, Any]) -> str:
    """The hash of everything that a signed answer rests on; keys in order, so equal facts give one hash."""
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
