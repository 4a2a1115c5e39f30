"""What is wrong with a questionnaire. Pure; the words are said by ``services.questionnaires``."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from .editing import Row, in_form_order, is_standing, place_of, possible_answers
from .questions import CHOICES, N_FACTORS, Kind

MOST_QUESTIONS = 30
MOST_SIGNS = 160  # of one wording in one language
NEEDED_LANGUAGES = ("vi", "en")


class Wrong(StrEnum):
    """What can be wrong."""

    STANDING_MISSING = "standing_missing"
    STANDING_TWICE = "standing_twice"
    STANDING_KIND = "standing_kind"
    STANDING_CONDITION = "standing_condition"
    TOO_MANY = "too_many"
    KEY_TWICE = "key_twice"
    LANGUAGE_MISSING = "language_missing"
    NO_WORDS = "no_words"
    TOO_LONG = "too_long"
    TRIPS_ASKED_TWICE = "trips_asked_twice"
    TOO_FEW_OPTIONS = "too_few_options"
    TOO_MANY_OPTIONS = "too_many_options"
    OPTION_TWICE = "option_twice"
    OPTION_WITHOUT_WORDS = "option_without_words"
    OPTIONS_OF_NO_CHOICE = "options_of_no_choice"
    KEPT_IMPOSSIBLE = "kept_impossible"
    CONDITION_LOST = "condition_lost"
    CONDITION_LATER = "condition_later"
    CONDITION_ANSWER = "condition_answer"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right: at the question of this key ("" for the whole), with what a sentence needs."""

    key: str
    wrong: Wrong
    said: Mapping[str, Any] = field(default_factory=dict)


def problems_of(rows: Sequence[Row], languages: Sequence[str]) -> list[Problem]:
    """Everything that keeps a questionnaire from being asked, in the order of the form.

    The rows have the shape of the file format (services.questionnaires); what they say is checked here.
    """
    ordered = in_form_order(rows)
    found = list(_of_the_whole(ordered, languages))
    asked: dict[str, Row] = {}
    keys = {row["key"] for row in ordered}
    for row in ordered:
        if row["key"] in asked:
            found.append(Problem(row["key"], Wrong.KEY_TWICE))
            continue
        found += _of_the_words(row, languages)
        found += _of_the_answers(row)
        found += _of_the_condition(row, asked, keys)
        asked[row["key"]] = row
    return found


def _of_the_whole(rows: Sequence[Row], languages: Sequence[str]) -> Iterator[Problem]:
    if len(rows) > MOST_QUESTIONS:
        yield Problem("", Wrong.TOO_MANY, {"n": len(rows), "most": MOST_QUESTIONS})
    for language in NEEDED_LANGUAGES:
        if language not in languages:
            yield Problem("", Wrong.LANGUAGE_MISSING, {"language": language})
    places = Counter(place_of(row) for row in rows)
    for place in range(N_FACTORS + 2):
        if not places[place]:
            yield Problem("", Wrong.STANDING_MISSING, {"place": place})
        elif places[place] > 1:
            yield Problem("", Wrong.STANDING_TWICE, {"place": place})


def _of_the_words(row: Row, languages: Sequence[str]) -> Iterator[Problem]:
    for language in languages:
        words = row["text"].get(language, "").strip()
        if not words:
            yield Problem(row["key"], Wrong.NO_WORDS, {"language": language})
        elif len(words) > MOST_SIGNS:
            yield Problem(row["key"], Wrong.TOO_LONG, {"language": language, "most": MOST_SIGNS})
        for option in row.get("options", ()):
            if not option["text"].get(language, "").strip():
                said = {"language": language, "value": option["value"]}
                yield Problem(row["key"], Wrong.OPTION_WITHOUT_WORDS, said)


def _of_the_answers(row: Row) -> Iterator[Problem]:
    key, kind, options = row["key"], row["kind"], row.get("options", ())
    if is_standing(row) and kind != (Kind.TRIPS if key == "trips" else Kind.SCALE5):
        yield Problem(key, Wrong.STANDING_KIND)
    if not is_standing(row) and kind == Kind.TRIPS:
        yield Problem(key, Wrong.TRIPS_ASKED_TWICE)
    if kind != Kind.CHOICE and options:
        yield Problem(key, Wrong.OPTIONS_OF_NO_CHOICE)
    if kind == Kind.CHOICE and len(options) < 2:
        yield Problem(key, Wrong.TOO_FEW_OPTIONS)
    if len(options) > CHOICES:
        yield Problem(key, Wrong.TOO_MANY_OPTIONS, {"most": CHOICES})
    values = [option["value"] for option in options]
    if len(set(values)) < len(values):
        yield Problem(key, Wrong.OPTION_TWICE)
    if not set(row["kept"]) <= set(possible_answers(row)):
        yield Problem(key, Wrong.KEPT_IMPOSSIBLE)


def _of_the_condition(row: Row, asked: Mapping[str, Row], keys: set[str]) -> Iterator[Problem]:
    condition = row.get("shown_if")
    if not condition:
        return
    key, other = row["key"], condition["key"]
    if is_standing(row):
        yield Problem(key, Wrong.STANDING_CONDITION)
    if other not in keys:
        yield Problem(key, Wrong.CONDITION_LOST)
    elif other not in asked:
        yield Problem(key, Wrong.CONDITION_LATER)
    elif not condition["answers"] or not set(condition["answers"]) <= set(possible_answers(asked[other])):
        yield Problem(key, Wrong.CONDITION_ANSWER)
