"""What a kiosk shows: the questions of its desk and the words around them, in every language at once."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from ..asking import LANGUAGES, Desk
from ..rules.questions import COMMENT_LIMIT, Condition
from .citizens import Asked, Choice, ResponseForm


def desk_for_tablet(desk: Desk, day: date) -> dict[str, Any]:
    """The desk as JSON; ``questions`` is empty while nothing is asked there."""
    return {
        "slug": desk.slug,
        "questionnaire": desk.questionnaire_id,
        "office": desk.unit,
        "place": desk.above,
        "titles": {language: desk.title(language) for language in LANGUAGES},
        "languages": [one for one in LANGUAGES if desk.sheet and one in desk.sheet.languages],
        "questions": _questions(desk, day),
        "comment_limit": COMMENT_LIMIT,
    }


def _questions(desk: Desk, day: date) -> list[dict[str, Any]]:
    if desk.sheet is None:
        return []
    forms: dict[str, list[Asked]] = {}
    whom: dict[str, tuple[Choice, ...]] = {}
    whose: dict[str, str] = {}
    for language in LANGUAGES:
        with translation.override(language):
            form = ResponseForm(desk.sheet, day, language)
            at_once, later = (form.overall, *form.follow_ups), (*form.factors, form.trips)
            forms[language] = [*at_once, *later, *form.others, *form.items]
            whom[language], whose[language] = form.respondents, _("For whom did you come?")
    factors = {question.field for question in desk.sheet.factors}
    conditions = {question.field: question.shown_if for question in desk.sheet.questions()}
    asked: list[dict[str, Any]] = []
    for place, first in enumerate(forms["vi"]):
        asked.append(
            {
                "field": first.field,
                "is_factor": first.field in factors,
                "is_scale": first.is_scale,
                "legends": {language: forms[language][place].legend for language in LANGUAGES},
                "choices": _choices({one: forms[one][place].choices for one in LANGUAGES}),
                "shown_if": _condition(conditions[first.field]),
            }
        )
    asked.append(
        {
            "field": "respondent",
            "is_factor": False,
            "is_scale": False,
            "legends": whose,
            "choices": _choices(whom),
            "shown_if": None,
        }
    )
    return asked


def _choices(by_language: Mapping[str, Sequence[Choice]]) -> list[dict[str, Any]]:
    return [
        {
            "value": str(choice.value),
            "labels": {language: rows[place].label for language, rows in by_language.items()},
        }
        for place, choice in enumerate(by_language["vi"])
    ]


def _condition(condition: Condition | None) -> dict[str, Any] | None:
    if condition is None:
        return None
    return {"field": condition.field, "answers": [str(mark) for mark in sorted(condition.answers)]}


def words_for_tablet() -> dict[str, dict[str, str]]:
    """Everything that the app says besides the questions, by language; {n} and {all} are filled there."""
    words = {}
    for language in LANGUAGES:
        with translation.override(language):
            words[language] = _words()
    return words


def _words() -> dict[str, str]:
    return {
        "touch": _("Touch one of the faces. No name is needed."),
        "factors": _("How satisfied are you with:"),
        "scale": _("1 is very dissatisfied, 5 is very satisfied"),
        "more": _("A few more questions"),
        "optional": _("Each answer is optional."),
        "step": _("Part {n} of {all}"),
        "back": _("Back"),
        "next": _("Continue"),
        "send": _("Finish and send"),
        "comment": _("Your comment"),
        "comment_hint": _("At most 2,000 characters. Please write no ID number and no other person's name."),
        "thanks": _("Thank you. Your opinion has been recorded."),
        "thanks_more": _("It is counted together with others. Nobody knows who said it."),
        "again": _("To the beginning"),
        "still": _("Is anybody still there?"),
        "still_more": _("In {n} seconds the form is sent with the answers given so far."),
        "still_here": _("Go on answering"),
        "waiting": _("not sent: {n}"),
        "refused": _("refused: {n}"),
        "unpaired": _("This tablet is not paired with a desk"),
        "unpaired_more": _("Type the code that the office administrator gets on the page of the kiosk."),
        "pair": _("Pair this tablet"),
        "revoked": _("This tablet takes no more opinions"),
        "revoked_more": _("The office has revoked it. Please use the QR code at the desk."),
        "closed": _("No opinions are taken at this desk now"),
        "closed_more": _("Please ask at the reception which desk serves you today."),
        "first": _("Waiting for the network"),
        "first_more": _("The tablet needs it once, to get its questions; afterwards it works without."),
        "storage": _("This browser keeps nothing on the tablet"),
        "storage_more": _("Turn private browsing off, or answers would be lost."),
        "not_here": _(
            "This is not the place for complaints or denunciations under the law; please hand those in at the"
            " reception desk."
        ),
    }
