"""What is typed from the paper of a pledge: its code, and the name of who signed it. Pure."""

import unicodedata

# Crockford's base 32 leaves out the letters that are read as digits; here they become those digits.
_SIGNS = frozenset("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
_LENGTH = 20
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, "–": None, "‐": None, " ": None})
# huyền, hỏi, ngã, sắc, nặng
_TONES = frozenset("\u0300\u0309\u0303\u0301\u0323")
_LONGEST = 60


def read_code(typed: str) -> str | None:
    """The code meant by what was typed: hyphens, blanks and small letters allowed, O for 0, I and L for 1.

    None when it cannot be a code.
    """
    if len(typed) > _LONGEST or not typed.isprintable():
        return None
    code = "".join(typed.split()).upper().translate(_READ_AS)
    return code if len(code) == _LENGTH and _SIGNS.issuperset(code) else None


def code_in_fours(code: str) -> str:
    """As it stands on paper: ``7K3M-9PQR-…``."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def is_same_name(typed: str, name: str) -> bool:
    """Whether both spell one name: same letters and tones; case and blanks do not count.

    Nor does it count on which vowel a tone is written (hòa, hoà): both spellings are taught.
    """
    return _spelt(typed) == _spelt(name)


def _spelt(name: str) -> tuple[str, ...]:
    return tuple(_syllable(word) for word in unicodedata.normalize("NFC", name).casefold().split())


def _syllable(word: str) -> str:
    signs = unicodedata.normalize("NFD", word)
    letters = "".join(sign for sign in signs if sign not in _TONES)
    tones = "".join(sorted(sign for sign in signs if sign in _TONES))
    return unicodedata.normalize("NFC", letters) + tones
