"""Blackening words of a comment. Pure."""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass

BLACK = "█"
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a comment: its number, and whether it is black already."""

    number: int
    text: str
    is_black: bool


def words_of(comment: str) -> list[Word]:
    """Everything between white space, in order."""
    return [
        Word(number, found[0], set(found[0]) == {BLACK})
        for number, found in enumerate(_WORD.finditer(comment))
    ]


def blacken(comment: str, numbers: Collection[int]) -> str:
    """The comment of the same length with every sign of these words black; unknown numbers are ignored."""
    parts = list(comment)
    for number, found in enumerate(_WORD.finditer(comment)):
        if number in numbers:
            parts[found.start() : found.end()] = BLACK * (found.end() - found.start())
    return "".join(parts)


def count_blackened(before: str, after: str) -> int:
    """How many signs changed."""
    return sum(one != other for one, other in zip(before, after, strict=True))


def state_of(comment: str) -> str:
    """A mark by which a page knows that the comment is as it was when the page was drawn."""
    return hashlib.sha256(comment.encode()).hexdigest()[:16]
