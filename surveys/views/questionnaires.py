"""What citizens are asked, to read: the list, a version with what changed, the phone preview, the file."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.csp import CSP
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from conduct.agencies.permissions import signed_in
from conduct.kernel.names import fold
from conduct.kernel.pages import render_page

from ..asking import make_sheet
from ..forms.citizens import ResponseForm
from ..forms.questionnaires import QuestionnairesForm
from ..models import Questionnaire, QuestionnaireQuerySet
from ..permissions.questionnaires import (
    asking_agencies,
    keeps_common,
    may_edit_questionnaire,
    visible_questionnaires,
)
from ..rules.editing import Change, Row, compare, without_lost_conditions
from ..services.questionnaire_words import Shown, shown_questions
from ..services.questionnaires import language_words, said_problems, write_questionnaire

ROWS_A_PAGE = 50
PREVIEW_LANGUAGES = ("vi", "en")  # those in which the frame of the page speaks
# Only this page may stand in a frame, and only in one of ours.
_FRAMED: dict[str, list[str]] = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.SELF],
    "form-action": [CSP.NONE],
    "frame-ancestors": [CSP.SELF],
}


def reader_language() -> str:
    """The language of the page."""
    return get_language() or "vi"


def questionnaire_or_404(request: HttpRequest, questionnaire_id: int) -> Questionnaire:
    """A version that the person may see."""
    visible = visible_questionnaires(signed_in(request), timezone.localdate())
    return get_object_or_404(visible, pk=questionnaire_id)


def _filtered(found: QuestionnaireQuerySet, form: QuestionnairesForm) -> QuestionnaireQuerySet:
    """Those with every word in the name or the agency's, diacritics or not."""
    for word in fold(form.cleaned_data["q"]).split():
        found = found.filter(Q(name__unaccent__icontains=word) | Q(keeper__search__contains=word))
    for name in ("asked_at", "state"):
        if form.cleaned_data[name]:
            found = found.filter(**{name: form.cleaned_data[name]})
    return found


@require_safe
def questionnaires(request: HttpRequest) -> HttpResponse:
    """The common ones first, then those of agencies; of each the newest version first."""
    user, today = signed_in(request), timezone.localdate()
    form = QuestionnairesForm(request.GET)
    is_valid = form.is_valid()
    found = visible_questionnaires(user, today)
    found = _filtered(found, form) if is_valid else found.none()
    order = (F("keeper__search").asc(nulls_first=True), "asked_at", "code", "-number")
    context = {
        "form": form,
        "filtered": is_valid and any(form.cleaned_data.values()),
        "page": Paginator(found.order_by(*order), ROWS_A_PAGE).get_page(request.GET.get("page")),
        "today": today,
        "may_begin": keeps_common(user, today) or asking_agencies(user, today).exists(),
    }
    status = 200 if is_valid else 422
    return render_page(
        request, "surveys/questionnaires.html", context, partials=("questionnaires",), status=status
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """A question that is not as it was in the version before."""

    change: Change
    now: Shown
    before: Shown | None


def _differences(before: Questionnaire, now: Questionnaire) -> list[Difference]:
    def shown(rows: list[Row], version: Questionnaire) -> dict[str, Shown]:
        found = shown_questions(rows, version.languages, reader_language())
        return {one.row["key"]: one for one in found}

    olds, news = shown(before.questions, before), shown(now.questions, now)
    return [
        Difference(one.change, {**olds, **news}[one.row["key"]], olds.get(one.row["key"]))
        for one in compare(before.questions, now.questions)
        if one.change is not Change.SAME
    ]


@require_safe
def questionnaire(request: HttpRequest, questionnaire_id: int) -> HttpResponse:
    """One version: its questions, the others of its kind, and what changed against the one before."""
    user, today = signed_in(request), timezone.localdate()
    found = questionnaire_or_404(request, questionnaire_id)
    versions = list(visible_questionnaires(user, today).filter(code=found.code).order_by("-number"))
    before = next((one for one in versions if one.number < found.number), None)
    context = {
        "questionnaire": found,
        "shown": shown_questions(found.questions, found.languages, reader_language()),
        "languages": [language_words(code) for code in found.languages],
        "versions": versions,
        "before": before,
        "differences": _differences(before, found) if before else [],
        "may_edit": may_edit_questionnaire(user, found, today),
        "has_draft": any(one.state == Questionnaire.State.DRAFT for one in versions),
        "n_problems": _n_problems([found]),
        "today": today,
    }
    return render_page(request, "surveys/questionnaire.html", context)


def _n_problems(versions: Iterable[Questionnaire]) -> int:
    """How much is still wrong with the drafts among them."""
    drafts = (one for one in versions if one.state == Questionnaire.State.DRAFT)
    return sum(len(said) for one in drafts for said in said_problems(one.questions, one.languages).values())


@require_safe
def preview_questionnaire(request: HttpRequest, questionnaire_id: int) -> HttpResponse:
    """The citizen's page in a phone frame for each language, and when each further question is asked."""
    found = questionnaire_or_404(request, questionnaire_id)
    shown = shown_questions(found.questions, found.languages, reader_language())
    context = {
        "questionnaire": found,
        "phones": [(code, language_words(code)) for code in found.languages],
        "conditional": [one for one in shown if one.condition],
        "may_edit": found.state == Questionnaire.State.DRAFT
        and may_edit_questionnaire(signed_in(request), found, timezone.localdate()),
    }
    return render_page(request, "surveys/preview_questionnaire.html", context)


@require_safe
@xframe_options_sameorigin
@csp_override(_FRAMED)
def preview_questionnaire_page(request: HttpRequest, questionnaire_id: int, language: str) -> HttpResponse:
    """The citizen's page itself, as the frame shows it; it takes no answers.

    A language without words of ours for the frame of the page has those in English.
    """
    found = questionnaire_or_404(request, questionnaire_id)
    get_object_or_404(Questionnaire, pk=found.pk, languages__contains=[language])
    with translation.override(language if language in PREVIEW_LANGUAGES else "en"):
        sheet = make_sheet(without_lost_conditions(found.questions), (), found.languages)
        context = {
            "form": ResponseForm(sheet, timezone.localdate(), language),
            "office_name": found.keeper.name if found.keeper else _("Name of the office"),
            "desk_title": _("Name of the desk"),
            "chosen": language,
            "wording": "" if language in PREVIEW_LANGUAGES else language,
        }
        return HttpResponse(render_to_string("surveys/respond.html", context, request))


@require_safe
def questionnaire_yaml(request: HttpRequest, questionnaire_id: int) -> HttpResponse:
    """The version as a file, in the format in which questionnaires are loaded."""
    found = questionnaire_or_404(request, questionnaire_id)
    name = f"{found.code}-{found.number}.yaml"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(
        write_questionnaire(found), content_type="application/yaml; charset=utf-8", headers=headers
    )
