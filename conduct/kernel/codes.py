"""Codes that people read from paper and type: made, written in fours, and read however they are typed."""

import secrets

# Crockford's base 32: no I, L, O, U. 20 signs are 100 bits: nobody finds a code by trying.
CODE_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 20
# The letters that are left out are read as the digits that they look like.
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, "–": None, "‐": None, " ": None})
_LONGEST = 60


def new_code(length: int = CODE_LENGTH) -> str:
    """A code that nothing gives away; a shorter one needs an end in time and few tries."""
    return "".join(secrets.choice(CODE_SIGNS) for _ in range(length))


def read_code(typed: str, length: int = CODE_LENGTH) -> str | None:
    """The code meant by what was typed: hyphens, blanks and small letters allowed, O for 0, I and L for 1.

    None when it cannot be a code of this length.
    """
    if len(typed) > _LONGEST or not typed.isprintable():
        return None
    code = "".join(typed.split()).upper().translate(_READ_AS)
    return code if len(code) == length and set(CODE_SIGNS).issuperset(code) else None


def code_in_fours(code: str) -> str:
    """As it stands on paper: ``7K3M-9PQR-…``."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
