"""The editor of a questionnaire's draft. A stale change gives 409 and overwrites nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from conduct.agencies.models import User
from conduct.agencies.permissions import Refused, signed_in
from conduct.kernel.pages import render_page

from ..forms.questionnaires import (
    FactsForm,
    NewQuestionForm,
    NewQuestionnaireForm,
    PublishForm,
    QuestionForm,
    RetireForm,
    RevisionForm,
    facts_of,
)
from ..models import Questionnaire
from ..permissions.questionnaires import (
    asking_agencies,
    check_can_edit_draft,
    check_can_edit_questionnaire,
    keeps_common,
    visible_questionnaires,
)
from ..rules.checking import MOST_QUESTIONS
from ..rules.editing import Row, find_row
from ..services import questionnaire_editing as services
from ..services.questionnaire_editing import QuestionnaireChanged
from ..services.questionnaire_words import kind_words, role_of, shown_questions
from ..services.questionnaires import language_words, said_problems
from .questionnaires import questionnaire_or_404, reader_language

FORM_METHODS = ["GET", "HEAD", "POST"]
STEPS = {"up": -1, "down": 1}


@dataclass(frozen=True, slots=True)
class Desk:
    """Who edits which draft, and when."""

    user: User
    now: datetime
    draft: Questionnaire

    def url(self, place: str = "") -> str:
        """The editor, at a question."""
        address = reverse("surveys:edit_questionnaire", args=[self.draft.pk])
        return f"{address}#{place}" if place else address


def _desk(request: HttpRequest, questionnaire_id: int) -> Desk:
    """A draft that the reader may edit; 404 for one out of sight, 403 without the right or once published."""
    user, now = signed_in(request), timezone.now()
    draft = questionnaire_or_404(request, questionnaire_id)
    check_can_edit_draft(user, draft, timezone.localdate(now))
    return Desk(user, now, draft)


def _posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, be it nothing; None for a page that is only looked at."""
    return request.POST if request.method == "POST" else None


def _status(form: Any) -> int:
    return 422 if form.is_bound else 200


@require_http_methods(FORM_METHODS)
def new_questionnaire(request: HttpRequest) -> HttpResponse:
    """Begin a questionnaire with the questions of one that is known."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    agencies, common = asking_agencies(user, today), keeps_common(user, today)
    if not common and not agencies.exists():
        raise Refused(
            _("Questionnaires are begun by catalogue editors, and by heads and administrators of offices.")
        )
    patterns = visible_questionnaires(user, today).exclude(state=Questionnaire.State.DRAFT)
    patterns = patterns.order_by("asked_at", "keeper_id", "code", "-number")
    form = NewQuestionnaireForm(
        _posted(request),
        agencies=agencies,
        keeps_common=common,
        patterns=patterns,
        initial={
            "keeper": None if common else agencies.first(),
            "pattern": Questionnaire.objects.in_force(today),
        },
    )
    if request.method == "POST" and form.is_valid():
        made, _created = services.create_questionnaire(**form.cleaned_data, by=user, now=now)
        return redirect("surveys:edit_questionnaire", made.pk)
    return render_page(request, "surveys/new_questionnaire.html", {"form": form}, status=_status(form))


@require_POST
def next_questionnaire(request: HttpRequest, questionnaire_id: int) -> HttpResponse:
    """Copy a version into a draft, or go on with the draft there is."""
    found = questionnaire_or_404(request, questionnaire_id)
    draft, _created = services.draft_next_questionnaire(
        questionnaire=found, by=signed_in(request), now=timezone.now()
    )
    return redirect("surveys:edit_questionnaire", draft.pk)


@require_http_methods(FORM_METHODS)
def edit_questionnaire(request: HttpRequest, questionnaire_id: int) -> HttpResponse:
    """The draft with its problems; the facts are saved here, questions on pages of their own."""
    desk = _desk(request, questionnaire_id)
    if request.method != "POST":
        return _editor(request, desk)
    form = FactsForm(request.POST)
    if not form.is_valid():
        return _editor(request, desk, form, status=422)
    try:
        services.change_questionnaire(
            questionnaire=desk.draft,
            facts=form.facts(),
            revision=form.cleaned_data["revision"],
            by=desk.user,
            now=desk.now,
        )
    except QuestionnaireChanged:
        return _stale(request, desk)
    messages.success(request, _("Name, basis and languages are saved."))
    return redirect(desk.url("facts"))


def _editor(
    request: HttpRequest, desk: Desk, form: FactsForm | None = None, *, status: int = 200, **more: Any
) -> HttpResponse:
    draft = desk.draft
    problems = said_problems(draft.questions, draft.languages)
    shown = shown_questions(draft.questions, draft.languages, reader_language(), problems)
    context = {
        "questionnaire": draft,
        "form": form or FactsForm(initial=facts_of(draft)),
        "problems": problems.get("", []),
        "n_problems": sum(map(len, problems.values())),
        "standing": [one for one in shown if one.is_standing],
        "further": [one for one in shown if not one.is_standing],
        "n_free": max(0, MOST_QUESTIONS - len(draft.questions)),
        "focus": request.GET.get("focus", ""),
        **more,
    }
    return render_page(
        request, "surveys/edit_questionnaire.html", context, partials=("questions",), status=status
    )


def _stale(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Somebody else wrote first: nothing was stored, and this is how the draft stands now."""
    fresh = Desk(desk.user, desk.now, questionnaire_or_404(request, desk.draft.pk))
    check_can_edit_draft(fresh.user, fresh.draft, timezone.localdate(fresh.now))
    return _editor(request, fresh, status=409, clash=True)


@require_POST
def move_question(request: HttpRequest, questionnaire_id: int) -> HttpResponse:
    """Move a further question by its button ("up-q-signs")."""
    desk = _desk(request, questionnaire_id)
    form = RevisionForm(request.POST)
    way, _dash, place = request.POST.get("move", "").partition("-")
    if not form.is_valid() or way not in STEPS:
        return _editor(request, desk, status=422, refusal=_("Nothing was moved."))
    key = place.removeprefix("q-")
    try:
        services.move_question(
            questionnaire=desk.draft,
            key=key,
            step=STEPS[way],
            revision=form.cleaned_data["revision"],
            by=desk.user,
            now=desk.now,
        )
    except QuestionnaireChanged:
        return _stale(request, desk)
    focus = f"?focus={way}-q-{key}" if find_row(desk.draft.questions, key) else ""
    return redirect(f"{desk.url()}{focus}")


@require_http_methods(FORM_METHODS)
def new_question(request: HttpRequest, questionnaire_id: int) -> HttpResponse:
    """Add a further question at the end; its answers and condition follow on its own page."""
    desk = _desk(request, questionnaire_id)
    form = NewQuestionForm(
        _posted(request), questionnaire=desk.draft, initial={"revision": desk.draft.revision}
    )
    if request.method == "POST" and form.is_valid():
        question = form.question()
        try:
            _put(desk, question, form.cleaned_data["revision"])
        except QuestionnaireChanged:
            return _stale(request, desk)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("surveys:edit_question", desk.draft.pk, question["key"])
    context = {"questionnaire": desk.draft, "form": form}
    return render_page(request, "surveys/new_question.html", context, status=_status(form))


def _put(desk: Desk, question: Row, revision: int) -> bool:
    return services.put_question(
        questionnaire=desk.draft, question=question, revision=revision, by=desk.user, now=desk.now
    )


@require_http_methods(FORM_METHODS)
def edit_question(request: HttpRequest, questionnaire_id: int, key: str) -> HttpResponse:
    """One question of a draft: words, answers, what counts as good, after which answers it is asked."""
    desk = _desk(request, questionnaire_id)
    row = find_row(desk.draft.questions, key)
    if row is None:
        raise Http404
    first = {"revision": desk.draft.revision}
    form = QuestionForm(_posted(request), questionnaire=desk.draft, row=row, initial=first)
    if request.method != "POST" or not form.is_valid():
        return _question_page(request, desk, form, status=_status(form))
    try:
        _put(desk, form.question(), form.cleaned_data["revision"])
    except QuestionnaireChanged:
        return _stale_question(request, desk, key)
    messages.success(request, _("The question is saved."))
    return redirect(desk.url(f"q-{key}"))


def _question_page(
    request: HttpRequest, desk: Desk, form: QuestionForm, *, status: int, clash: bool = False
) -> HttpResponse:
    row = form.row
    context = {
        "questionnaire": desk.draft,
        "form": form,
        "clash": clash,
        "row": row,
        "role": role_of(row),
        "kind": kind_words(row["kind"]),
        "languages": [language_words(code) for code in desk.draft.languages],
        "problems": said_problems(desk.draft.questions, desk.draft.languages).get(row["key"], []),
    }
    return render_page(request, "surveys/edit_question.html", context, status=status)


def _stale_question(request: HttpRequest, desk: Desk, key: str) -> HttpResponse:
    """Somebody else wrote first: what was typed stands here still, on the fresh state of the draft."""
    fresh = Desk(desk.user, desk.now, questionnaire_or_404(request, desk.draft.pk))
    row = find_row(fresh.draft.questions, key)
    if row is None or fresh.draft.state != Questionnaire.State.DRAFT:
        return _stale(request, fresh)
    typed = request.POST.copy()
    typed["revision"] = str(fresh.draft.revision)
    form = QuestionForm(typed, questionnaire=fresh.draft, row=row)
    return _question_page(request, fresh, form, status=409, clash=True)


@require_POST
def remove_question(request: HttpRequest, questionnaire_id: int, key: str) -> HttpResponse:
    """Take a further question out."""
    desk = _desk(request, questionnaire_id)
    form = RevisionForm(request.POST)
    if not form.is_valid():
        return _editor(request, desk, status=422, refusal=_("Nothing was removed."))
    try:
        removed = services.remove_question(
            questionnaire=desk.draft,
            key=key,
            revision=form.cleaned_data["revision"],
            by=desk.user,
            now=desk.now,
        )
    except QuestionnaireChanged:
        return _stale(request, desk)
    if removed:
        messages.success(request, _("The question is removed."))
    return redirect(desk.url())


@require_http_methods(FORM_METHODS)
def publish_questionnaire(request: HttpRequest, questionnaire_id: int) -> HttpResponse:
    """What will be asked for ever in these words, and what is still wrong; from a day on."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    found = questionnaire_or_404(request, questionnaire_id)
    if request.method == "POST" and found.state != Questionnaire.State.DRAFT:  # the second click of a pair
        check_can_edit_questionnaire(user, found, today)
        return redirect("surveys:questionnaire", found.pk)
    check_can_edit_draft(user, found, today)
    first = {"revision": found.revision, "valid_from": max(found.valid_from, today)}
    form = PublishForm(_posted(request), initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            services.publish_questionnaire(questionnaire=found, **form.cleaned_data, by=user, now=now)
        except QuestionnaireChanged:
            return _stale(request, Desk(user, now, found))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Version %(number)s is published.") % {"number": found.number})
            return redirect("surveys:questionnaire", found.pk)
    problems = said_problems(found.questions, found.languages)
    shown = shown_questions(found.questions, found.languages, reader_language(), problems)
    context = {
        "questionnaire": found,
        "form": form,
        "shown": shown,
        "problems": [*(("facts", said) for said in problems.get("", []))]
        + [(one.place, f"{one.words}: {said}") for one in shown for said in one.problems],
        "replaced": services.asked_instead(found, today),
    }
    return render_page(request, "surveys/publish_questionnaire.html", context, status=_status(form))


@require_http_methods(FORM_METHODS)
def retire_questionnaire(request: HttpRequest, questionnaire_id: int) -> HttpResponse:
    """Ask a version no more; the page says what is asked then."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    found = questionnaire_or_404(request, questionnaire_id)
    check_can_edit_questionnaire(user, found, today)
    form = RetireForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.retire_questionnaire(questionnaire=found, **form.cleaned_data, by=user, now=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Version %(number)s is asked no more.") % {"number": found.number})
            return redirect("surveys:questionnaire", found.pk)
    if found.state != Questionnaire.State.PUBLISHED:
        raise Refused(_("Only a published version retires; this one is not asked."))
    context = {
        "questionnaire": found,
        "form": form,
        "instead": services.asked_instead(found, today),
    }
    return render_page(request, "surveys/retire_questionnaire.html", context, status=_status(form))


@require_http_methods(FORM_METHODS)
def discard_questionnaire(request: HttpRequest, questionnaire_id: int) -> HttpResponse:
    """Throw a draft away, after a page that asks."""
    if request.method == "POST" and not Questionnaire.objects.filter(pk=questionnaire_id).exists():
        return redirect("surveys:questionnaires")  # the second click of a pair
    desk = _desk(request, questionnaire_id)
    form = RevisionForm(_posted(request), initial={"revision": desk.draft.revision})
    if request.method == "POST" and form.is_valid():
        try:
            services.discard_questionnaire(
                questionnaire=desk.draft, **form.cleaned_data, by=desk.user, now=desk.now
            )
        except QuestionnaireChanged:
            return _stale(request, desk)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The draft is thrown away."))
            return redirect("surveys:questionnaires")
    context = {"questionnaire": desk.draft, "form": form}
    return render_page(request, "surveys/discard_questionnaire.html", context, status=_status(form))
