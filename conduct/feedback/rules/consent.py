"""What somebody agrees to, as it is read before the box is ticked; and who must agree for a child. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

LANGUAGES = ("vi", "en")
_BLANKS = ("{office}", "{days}")


class TextRefused(ValueError):
    """A consent text that nobody could agree to knowingly; says what is missing."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A consent text in one language with the office's name in it: the sentence beside the box, and what the
    citizen must know before (purpose, controller, kinds of data, time, rights, how to take it back)."""

    agree: str
    points: tuple[tuple[str, str], ...]


def shown(texts: Mapping[str, Any], *, language: str, office: str, days: int) -> Shown:
    """The text in this language, Vietnamese where it has no other."""
    text = texts.get(language) or texts["vi"]

    def fill(words: str) -> str:
        return words.replace("{office}", office).replace("{days}", str(days))

    return Shown(fill(text["agree"]), tuple((fill(title), fill(said)) for title, said in text["points"]))


def check_texts(texts: Any) -> None:
    """Raise TextRefused unless both languages are whole and hold no blank that nobody fills."""
    if not isinstance(texts, Mapping) or not set(LANGUAGES) <= set(texts):
        raise TextRefused(f"needs a text in each of {', '.join(LANGUAGES)}")
    for language, text in texts.items():
        points = text.get("points") if isinstance(text, Mapping) else None
        if not points or not all(isinstance(point, list) and len(point) == 2 for point in points):
            raise TextRefused(f"{language}: needs points, each a heading and a text")
        _check_words(language, [text.get("agree"), *(word for point in points for word in point)])
    if len({len(text["points"]) for text in texts.values()}) > 1:
        raise TextRefused("the languages do not have the same number of points")


def _check_words(language: str, words: Iterable[Any]) -> None:
    for one in words:
        if not isinstance(one, str) or not one.strip():
            raise TextRefused(f"{language}: an empty text")
        rest = one
        for blank in _BLANKS:
            rest = rest.replace(blank, "")
        if "{" in rest or "}" in rest:
            raise TextRefused(f"{language}: a blank that nobody fills in: {one!r}")


def needs_parent(*, is_child: bool, agrees: bool) -> bool:
    """Whether a parent or guardian must agree too: for everybody under 16 who agrees to anything."""
    return is_child and agrees
