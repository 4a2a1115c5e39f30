"""Whole đồng as people write them. Pure."""

import re

# "30000", "30.000", "30 000" with any kind of space; a fraction of a đồng does not exist.
_WRITTEN = re.compile(r"(\d{1,3}(?:[. ]\d{3})+|\d+)\s*(?:đ|đồng|vnd)?", re.ASCII | re.IGNORECASE)
_SPACES = re.compile(r"[\s\u00a0\u202f]+")


def read_dong(text: str) -> int:
    """The amount in đồng of "30.000 đ"; ValueError for anything else, decimals and signs included."""
    written = _WRITTEN.fullmatch(_SPACES.sub(" ", text).strip())
    if written is None:
        raise ValueError(f"not an amount in whole đồng: {text!r}")
    return int(re.sub(r"\D", "", written[1]))
