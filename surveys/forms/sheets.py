"""The paper sheet of a desk in words: what the questionnaire asks, box by box, in one language."""

from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency
from conduct.documents.papers import Box, PaperQuestion, PaperSheet
from conduct.kernel.wording import date_text

from ..models import Questionnaire, ServicePoint
from ..rules.paper import digits_of, printed_questions, sheet_number
from ..rules.questions import Kind, Question, Sheet
from .citizens import Asked, ResponseForm


def paper_of(
    *,
    point: ServicePoint,
    office: Agency,
    questionnaire: Questionnaire,
    sheet: Sheet,
    day: date,
    language: str,
    address: str,
) -> PaperSheet:
    """The sheet as it is printed on that day."""
    printed = printed_questions(sheet, day)
    with translation.override(language):
        form = ResponseForm(sheet, day, language)
        every = (form.overall, *form.follow_ups, *form.factors, form.trips, *form.others, *form.items)
        asked = {one.field: one for one in every}
        overall, *rest = (
            _question(question, asked[question.field], place) for place, question in enumerate(printed, 1)
        )
        kinds = [question.kind for question in printed[1:]]
        return PaperSheet(
            language=language,
            office=point.agency.name,
            place=office.name if office != point.agency else "",
            desk=(point.name_en if language == "en" else "") or point.name,
            title=f"{form.overall.legend} {point.name}",
            intro=_("No name is needed. Tick one box a line; leave out what you do not want to answer."),
            overall=overall,
            scaled_title=_("How satisfied are you with:"),
            scaled_hint=_("1 is very dissatisfied, 5 is very satisfied"),
            scaled=tuple(one for one, kind in zip(rest, kinds, strict=True) if kind is Kind.SCALE5),
            others=tuple(one for one, kind in zip(rest, kinds, strict=True) if kind is not Kind.SCALE5),
            respondent=PaperQuestion(
                _("For whom did you come?"), tuple(Box("", one.label) for one in form.respondents)
            ),
            comment=_("Your comment"),
            comment_hint=_("Please write no ID number and no other person's name."),
            hand_in=_(
                "Put the sheet into the box at the desk; it is typed in by somebody who does not sit there."
            ),
            on_the_web=_("Or answer on the web:"),
            foot=_(
                "This is not the place for complaints or denunciations under the law;"
                " please hand those in at the reception desk."
            ),
            number=sheet_number(questionnaire.code, questionnaire.number, printed),
            printed=_("Printed on %(day)s · sheet") % {"day": date_text(day)},
            address=address,
        )


def _question(question: Question, asked: Asked, place: int) -> PaperQuestion:
    digits = {value: digit for digit, value in digits_of(question).items()}
    boxes = (Box(digits[str(one.value)], one.label) for one in asked.choices if str(one.value) in digits)
    return PaperQuestion(asked.legend, tuple(boxes), asked.only_if, str(place))
