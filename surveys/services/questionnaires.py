"""Questionnaires as files: reading and loading them, writing one, and saying what is wrong with one."""

from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import yaml
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from models_catalog.rules.exchange import Unreadable, read_document

from ..models import Questionnaire
from ..rules.checking import Problem, Wrong, problems_of
from ..rules.editing import Row, in_form_order

FOLDER = Path(__file__).resolve().parent.parent / "questionnaires"

_TEXT = {
    "type": "object",
    "required": ["vi", "en"],
    "propertyNames": {"pattern": "^[a-z]{2,3}$"},
    "additionalProperties": {"type": "string", "minLength": 1, "maxLength": 160},
}
_MARK = {"type": "integer", "minimum": 0, "maximum": 9}
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["code", "number", "name", "asked_at", "valid_from", "legal_basis", "source", "questions"],
    "additionalProperties": False,
    "properties": {
        "code": {"type": "string", "pattern": "^[a-z0-9-]{3,40}$"},
        "number": {"type": "integer", "minimum": 1, "maximum": 32767},
        "name": {"type": "string", "minLength": 3, "maxLength": 200},
        "asked_at": {"enum": ["desk", "dossier", "round"]},
        "languages": {
            "type": "array",
            "maxItems": 9,
            "uniqueItems": True,
            "items": {"type": "string", "pattern": "^[a-z]{2,3}$"},
        },
        "valid_from": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
        "legal_basis": {"type": "string", "maxLength": 300},
        "source": {"type": "string", "maxLength": 500},
        "questions": {
            "type": "array",
            "maxItems": 100,
            "items": {
                "type": "object",
                "required": ["key", "factor", "kind", "text", "kept"],
                "additionalProperties": False,
                "properties": {
                    "key": {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}$"},
                    "factor": {"type": ["integer", "null"], "minimum": 1, "maximum": 5},
                    "kind": {"enum": ["scale5", "trips", "yes_no", "choice"]},
                    "text": _TEXT,
                    "kept": {"type": "array", "uniqueItems": True, "items": _MARK},
                    "options": {
                        "type": "array",
                        "minItems": 2,
                        "maxItems": 9,
                        "items": {
                            "type": "object",
                            "required": ["value", "text"],
                            "additionalProperties": False,
                            "properties": {
                                "value": {"type": "integer", "minimum": 1, "maximum": 9},
                                "text": _TEXT,
                            },
                        },
                    },
                    "shown_if": {
                        "type": "object",
                        "required": ["key", "answers"],
                        "additionalProperties": False,
                        "properties": {
                            "key": {"type": "string", "maxLength": 40},
                            "answers": {"type": "array", "minItems": 1, "uniqueItems": True, "items": _MARK},
                        },
                    },
                },
            },
        },
    },
}


class QuestionnaireRefused(Exception):
    """A file that cannot be loaded; the text says which and why."""


def read_questionnaire(path: Path) -> dict[str, Any]:
    """One file, checked: whole in its languages, each condition names an earlier question and its answers.

    Raises QuestionnaireRefused for everything else, whatever the file holds.
    """
    try:
        return parse_questionnaire(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionnaireRefused(f"{path.name}: {error}") from error
    except QuestionnaireRefused as refused:
        raise QuestionnaireRefused(f"{path.name}: {refused}") from refused


def parse_questionnaire(text: str) -> dict[str, Any]:
    """As `read_questionnaire`, of a text."""
    try:
        data = read_document(text).value
        jsonschema.validate(data, _SCHEMA)
        date.fromisoformat(data["valid_from"])
    except Unreadable as error:
        raise QuestionnaireRefused(f"line {error.problem.line}: {error.problem.wrong}") from error
    except jsonschema.ValidationError as error:
        where = "/".join(map(str, error.absolute_path))
        raise QuestionnaireRefused(f"{where}: {error.message}") from error
    except ValueError as error:
        raise QuestionnaireRefused(str(error)) from error
    read: dict[str, Any] = data
    read["questions"] = in_form_order(read["questions"])
    if problems := problems_of(read["questions"], read.get("languages", ["vi", "en"])):
        raise QuestionnaireRefused("; ".join(f"{one.key}: {sentence_of(one)}" for one in problems))
    return read


def write_questionnaire(questionnaire: Questionnaire) -> str:
    """A version as a file that `read_questionnaire` takes."""
    names = ("code", "number", "name", "asked_at", "languages", "legal_basis", "source", "questions")
    data = {name: getattr(questionnaire, name) for name in names}
    data["valid_from"] = questionnaire.valid_from.isoformat()
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=100)


@transaction.atomic
def load_questionnaire(*, data: dict[str, Any]) -> bool:
    """Bring one questionnaire into the database; returns whether anything changed.

    A draft that was begun on screens under the file's number takes the next free one. Raises
    QuestionnaireRefused for other words under a number that is published: answers must keep the question they
    answer.
    """
    known = Questionnaire.objects.select_for_update().filter(code=data["code"], number=data["number"]).first()
    if known is not None and known.state == Questionnaire.State.DRAFT:
        last = Questionnaire.objects.filter(code=data["code"]).aggregate(last=Max("number"))["last"]
        known.number = last + 1
        known.save(update_fields=["number"])
        known = None
    fresh = Questionnaire(pk=known.pk if known else None, **data)
    try:
        fresh.clean_fields()
    except ValidationError as error:
        raise QuestionnaireRefused(" ".join(error.messages)) from error
    if known is not None:
        if all(getattr(known, name) == getattr(fresh, name) for name in data):
            return False
        raise QuestionnaireRefused(f"{known} is published: give the new wording a new number")
    fresh.save()
    return True


def standing_words(place: int) -> str:
    """What a question at a fixed place is called in the editor; 0 overall, 1–5 the factors, 6 the trips."""
    return [
        _("The overall question"),
        _("Factor 1: access to the service"),
        _("Factor 2: procedures"),
        _("Factor 3: the officer"),
        _("Factor 4: the result"),
        _("Factor 5: feedback"),
        _("The number of trips"),
    ][place]


def language_words(code: str) -> str:
    """A language in the reader's; its code for one that has no name here."""
    names = {
        "vi": _("Vietnamese"),
        "en": _("English"),
        "zh": _("Chinese"),
        "ko": _("Korean"),
        "ja": _("Japanese"),
        "lo": _("Lao"),
        "km": _("Khmer"),
        "fr": _("French"),
        "tyz": _("Tày"),
        "hmn": _("Hmong"),
        "rad": _("Rade"),
        "jra": _("Jarai"),
    }
    return names.get(code, code)


def language_in_sentence(code: str) -> str:
    """A language inside a sentence, where Vietnamese writes it small."""
    words = language_words(code)
    return words[:1].lower() + words[1:] if get_language() == "vi" else words


# More than Vietnamese and English: languages of visitors, neighbours and peoples of the highlands.
FURTHER_LANGUAGES = ("zh", "ko", "ja", "lo", "km", "fr", "tyz", "hmn", "rad", "jra")


def sentence_of(problem: Problem) -> str:
    """What is wrong, and what to do, as a sentence."""
    said: dict[str, Any] = dict(problem.said)
    if "language" in said:
        said["language"] = language_in_sentence(said["language"])
    if "place" in said:
        said["place"] = standing_words(said["place"])
    return _sentences()[problem.wrong] % said


def _sentences() -> dict[Wrong, str]:
    return {
        Wrong.STANDING_MISSING: _("“%(place)s” is missing; it stands on every form."),
        Wrong.STANDING_TWICE: _("“%(place)s” stands there twice."),
        Wrong.STANDING_KIND: _("The way this question is answered is fixed and must not be changed."),
        Wrong.STANDING_CONDITION: _("This question is asked of everybody and can have no condition."),
        Wrong.TOO_MANY: _("There are %(n)d questions; at most %(most)d can be asked."),
        Wrong.KEY_TWICE: _("Two questions have the same key."),
        Wrong.LANGUAGE_MISSING: _("The language %(language)s is needed on every form."),
        Wrong.NO_WORDS: _("The question has no words in %(language)s."),
        Wrong.TOO_LONG: _("The question in %(language)s is longer than %(most)d characters."),
        Wrong.TRIPS_ASKED_TWICE: _("The number of trips is asked already."),
        Wrong.TOO_FEW_OPTIONS: _("A choice needs at least two answers."),
        Wrong.TOO_MANY_OPTIONS: _("A choice has at most %(most)d answers."),
        Wrong.OPTION_TWICE: _("Two answers have the same number."),
        Wrong.OPTION_WITHOUT_WORDS: _("Answer %(value)d has no words in %(language)s."),
        Wrong.OPTIONS_OF_NO_CHOICE: _("Only a choice has answers of its own."),
        Wrong.KEPT_IMPOSSIBLE: _("An answer counts as good that cannot be given."),
        Wrong.CONDITION_LOST: _("The question on which it depends is gone."),
        Wrong.CONDITION_LATER: _("It depends on a question that comes later; move it further down."),
        Wrong.CONDITION_ANSWER: _("It depends on an answer that cannot be given."),
    }


def said_problems(rows: list[Row], languages: list[str]) -> dict[str, list[str]]:
    """What is wrong as sentences, by the key of the question; "" for the whole."""
    found: dict[str, list[str]] = {}
    for problem in problems_of(rows, languages):
        found.setdefault(problem.key, []).append(sentence_of(problem))
    return found
