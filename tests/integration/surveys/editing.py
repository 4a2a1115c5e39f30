"""Drafts of questionnaires for the tests of the editor."""

from typing import Any

from surveys.models import Questionnaire
from surveys.services.questionnaire_editing import create_questionnaire, draft_next_questionnaire
from tests.cast import Cast
from tests.factories import NOW


def own_draft(cast: Cast) -> Questionnaire:
    """Quân begins a questionnaire of the commune with the questions of the common desk form."""
    pattern = Questionnaire.objects.get(code="sipas-2026")
    draft, created = create_questionnaire(
        name="Phiếu của xã", keeper=cast.commune, pattern=pattern, by=cast.quan, now=NOW
    )
    assert created
    return draft


def next_round(cast: Cast) -> Questionnaire:
    """Hạnh begins the second version of the common survey in rounds; it has further questions."""
    first = Questionnaire.objects.get(code="sipas-round-2026")
    draft, created = draft_next_questionnaire(questionnaire=first, by=cast.hanh, now=NOW)
    assert created
    return draft


def keys(questionnaire: Questionnaire) -> list[str]:
    questionnaire.refresh_from_db()
    return [row["key"] for row in questionnaire.questions]


def row_of(questionnaire: Questionnaire, key: str) -> dict[str, Any]:
    questionnaire.refresh_from_db()
    found: dict[str, Any] = next(row for row in questionnaire.questions if row["key"] == key)
    return found
