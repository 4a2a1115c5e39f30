"""Which phrases come up most in comments: n-grams of syllables that go together more than by chance.

Written Vietnamese separates syllables, not words; most words have two. So phrases of two to four syllables
are counted by the number of comments that have them. Those that begin or end with a stop word are left out,
and a phrase stays when its parts meet more often than chance would have it (log-likelihood ratio, Dunning
1993). A part of a longer phrase that hardly ever stands alone gives way to it. Pure.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

LONGEST = 4  # syllables
FEWEST = 3  # comments that must have a phrase, so that none betrays a single writer
SIGNIFICANT = 10.83  # of the log-likelihood ratio: less than 0.1 % by chance
MOSTLY_INSIDE = 0.75  # of a phrase's comments have the longer one: then the longer one speaks for it

# A phrase neither begins nor ends with one of these.
_STOP_WORDS = """
    a à ạ ấy ai bị bởi cả các cái cần chỉ cho chứ có còn con cô cũng của cùng đã đang đây để đến đi do
    đó được em gì hay hơn hết hoặc khá khi là lại lắm làm lên lúc luôn mà mình mỗi một mới nào này nên
    nếu ngay nhé nhiều như nhưng những nữa ở ông bà ra rất rồi sao sau sẽ tại thấy theo thế thì tôi tới
    trên trong từ và vẫn vào vậy về vì việc với vừa xong anh chị the and of to in is was i it for an at
    my we you that this very be are on with
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
# These may begin one ("không hài lòng"), but say nothing at its end.
NEGATIONS = frozenset({"không", "chưa", "chẳng", "not", "no"})
_SYLLABLE = re.compile(r"[^\W\d_]+", re.UNICODE)
_BREAK = re.compile(r"[.,;:!?…\n()\[\]\"“”/\-–█0-9]+")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that go together, and how many comments have them."""

    text: str
    n_comments: int


def clauses(comment: str) -> Iterator[list[str]]:
    """The syllables of each part of a comment between marks, in small letters and composed form (NFC)."""
    for part in _BREAK.split(unicodedata.normalize("NFC", comment).lower()):
        if syllables := _SYLLABLE.findall(part):
            yield syllables


def _grams(syllables: Sequence[str], length: int) -> Iterator[tuple[str, ...]]:
    for start in range(len(syllables) - length + 1):
        yield tuple(syllables[start : start + length])


def _is_stop(gram: Sequence[str]) -> bool:
    return gram[0] in STOP_WORDS or gram[-1] in STOP_WORDS or gram[-1] in NEGATIONS


def log_likelihood(both: int, left: int, right: int, total: int) -> float:
    """Dunning's ratio of two events that met ``both`` times, among ``left``, ``right`` and ``total``; never
    negative, 0 when they meet as often as chance would have it or less."""
    if not both or both * total <= left * right:
        return 0.0
    cells = (
        (both, left * right),
        (left - both, left * (total - right)),
        (right - both, (total - left) * right),
        (total - left - right + both, (total - left) * (total - right)),
    )
    summed = sum(seen * math.log(seen * total / product) for seen, product in cells if seen > 0 < product)
    return max(0.0, 2 * summed)


def frequent_phrases(comments: Iterable[str], most: int = 20, fewest: int = FEWEST) -> list[Phrase]:
    """The phrases that most comments have, at most so many; each in at least ``fewest`` comments.

    Of equal ones the longer comes first, then by letters. Every phrase counts once a comment.
    """
    split = [list(clauses(comment)) for comment in comments]
    counts: list[Counter[tuple[str, ...]]] = [
        Counter(
            gram
            for found in split
            for gram in {gram for syllables in found for gram in _grams(syllables, length)}
        )
        for length in range(1, LONGEST + 1)
    ]
    kept = {
        gram: n
        for count in counts[1:]
        for gram, n in count.items()
        if n >= fewest and not _is_stop(gram) and _goes_together(gram, counts, len(split))
    }
    free = {gram: n for gram, n in kept.items() if not _is_spoken_for(gram, n, kept)}
    order = sorted(free.items(), key=lambda one: (-one[1], -len(one[0]), one[0]))
    return [Phrase(" ".join(gram), n) for gram, n in order[:most]]


def _goes_together(gram: tuple[str, ...], counts: Sequence[Counter[tuple[str, ...]]], total: int) -> bool:
    """Whether the weakest seam of a phrase is still no accident; what every comment says is none either."""

    def count(part: tuple[str, ...]) -> int:
        return counts[len(part) - 1][part]

    seams = ((gram[:cut], gram[cut:]) for cut in range(1, len(gram)))
    return all(
        log_likelihood(count(gram), count(left), count(right), total) >= SIGNIFICANT
        or count(gram) == min(count(left), count(right))
        for left, right in seams
    )


def _is_spoken_for(gram: tuple[str, ...], n: int, kept: dict[tuple[str, ...], int]) -> bool:
    return any(
        len(other) > len(gram)
        and more >= MOSTLY_INSIDE * n
        and any(other[start : start + len(gram)] == gram for start in range(len(other) - len(gram) + 1))
        for other, more in kept.items()
    )
