"""Whom the words of a citizen name. Pure."""

import re
from collections.abc import Hashable, Iterable

from conduct.kernel.names import fold

_NO_LETTER = re.compile(r"[^\w]+")


def named_in[Key: Hashable](text: str, people: Iterable[tuple[Key, str]]) -> set[Key]:
    """The keys of the people whose full name stands in the text, whatever the case, diacritics and signs.

    Two people of one name are both found: who may be meant must not read it. A name of one word would be
    found everywhere; it is left to who sorts the case.
    """
    words = _words(text)
    return {key for key, name in people if _is_full(spelt := _words(name)) and spelt in words}


def _is_full(spelt: str) -> bool:
    return len(spelt.split()) > 1


def _words(text: str) -> str:
    """The folded words between single blanks, and at both ends, so that no part of a word is found."""
    return f" {_NO_LETTER.sub(' ', fold(text)).strip()} "
