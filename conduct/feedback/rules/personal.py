"""What in a text may tell who somebody is: telephone, e-mail, identity number, a name. Pure."""

import re
from collections.abc import Iterable
from enum import StrEnum

from .naming import named_in

_GAP = r"[ .\-–()]{0,2}"
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# Numbers as people write them, with blanks, dots and hyphens between the digits.
_NUMBER = re.compile(rf"(?<!\d)\+?\d(?:{_GAP}\d){{7,14}}(?!\d)")
# Two days in one go are no number: 20/10/2026 has slashes, 20.10.2026 has the form of a day.
_DAY = re.compile(r"(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{4}(?!\d)")


class Hint(StrEnum):
    """What a piece of text looks like."""

    EMAIL = "email"
    PHONE = "phone"
    IDENTITY = "identity"
    NUMBER = "number"
    NAME = "name"


def personal_hints(text: str, names: Iterable[str] = ()) -> list[tuple[Hint, str]]:
    """Pieces of the text that look like personal data, in the order of the kinds above.

    ``names``: full names that must not stand in it. Only hints: a person decides; a name that nobody listed
    is not found.
    """
    found = [(Hint.EMAIL, piece) for piece in _EMAIL.findall(text)]
    without_days = _DAY.sub(" ", _EMAIL.sub(" ", text))
    found += [(_kind(piece), piece) for piece in _NUMBER.findall(without_days)]
    listed = list(dict.fromkeys(names))
    found += [(Hint.NAME, name) for name in listed if named_in(text, [(name, name)])]
    return sorted(dict.fromkeys(found), key=lambda hint: list(Hint).index(hint[0]))


def _kind(piece: str) -> Hint:
    digits = re.sub(r"\D", "", piece)
    if piece.startswith("+") or (digits.startswith("0") and len(digits) in (10, 11)) or len(digits) == 8:
        return Hint.PHONE
    # Chứng minh nhân dân has 9 digits, căn cước 12.
    return Hint.IDENTITY if len(digits) in (9, 12) else Hint.NUMBER
