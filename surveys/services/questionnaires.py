"""Loading questionnaires from their files."""

from pathlib import Path
from typing import Any

import jsonschema
import yaml
from django.db import transaction

from ..asking import make_sheet
from ..models import Questionnaire

FOLDER = Path(__file__).resolve().parent.parent / "questionnaires"

_TEXT = {
    "type": "object",
    "required": ["vi", "en"],
    "additionalProperties": {"type": "string", "minLength": 1, "maxLength": 160},
}
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["code", "number", "name", "asked_at", "valid_from", "legal_basis", "source", "questions"],
    "additionalProperties": False,
    "properties": {
        "code": {"type": "string", "pattern": "^[a-z0-9-]{3,40}$"},
        "number": {"type": "integer", "minimum": 1},
        "name": {"type": "string", "minLength": 3, "maxLength": 200},
        "asked_at": {"enum": ["desk", "dossier", "round"]},
        "languages": {"type": "array", "items": {"type": "string", "pattern": "^[a-z]{2,3}$"}},
        "valid_from": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
        "legal_basis": {"type": "string", "maxLength": 300},
        "source": {"type": "string", "maxLength": 500},
        "questions": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["key", "factor", "kind", "text", "kept"],
                "additionalProperties": False,
                "properties": {
                    "key": {"type": "string", "pattern": "^[a-z_]+$"},
                    "factor": {"type": ["integer", "null"], "minimum": 1, "maximum": 5},
                    "kind": {"enum": ["scale5", "trips", "yes_no", "choice"]},
                    "text": _TEXT,
                    "kept": {"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 9}},
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
                            "key": {"type": "string"},
                            "answers": {"type": "array", "minItems": 1, "items": {"type": "integer"}},
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
    """One file, checked: the five factors, the overall question and the trips are there, each once."""
    try:
        data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        jsonschema.validate(data, _SCHEMA)
        make_sheet(data["questions"])
    except (yaml.YAMLError, jsonschema.ValidationError, LookupError, UnicodeDecodeError) as error:
        raise QuestionnaireRefused(f"{path.name}: {error}") from error
    keys = [row["key"] for row in data["questions"]]
    factors = [row["factor"] for row in data["questions"] if row["factor"]]
    if len(set(keys)) < len(keys) or len(set(factors)) < len(factors):
        raise QuestionnaireRefused(f"{path.name}: a key or a factor stands there twice")
    return data


@transaction.atomic
def load_questionnaire(*, data: dict[str, Any]) -> bool:
    """Bring one questionnaire into the database; returns whether anything changed.

    Raises QuestionnaireRefused for other words under a number that is published: answers must keep the
    question they answer.
    """
    known = Questionnaire.objects.select_for_update().filter(code=data["code"], number=data["number"]).first()
    fresh = Questionnaire(pk=known.pk if known else None, **data)
    fresh.clean_fields()
    if known is not None:
        if all(getattr(known, name) == getattr(fresh, name) for name in data):
            return False
        if known.state != Questionnaire.State.DRAFT:
            raise QuestionnaireRefused(f"{known} is published: give the new wording a new number")
    fresh.save()
    return True
