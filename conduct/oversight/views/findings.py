"""Pages of findings and of what must be put right."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conduct.agencies.models import User
from conduct.agencies.permissions import Refused, signed_in
from conduct.kernel.names import fold
from conduct.kernel.pages import render_page

from ..forms.inspections import ActionForm, ActionsForm, AnswerForm, DecisionForm, FindingsForm, ReportForm
from ..models import CorrectiveAction, Finding
from ..permissions import findings as permissions
from ..services import findings as services

FINDINGS_A_PAGE = 30


def _visible(request: HttpRequest) -> QuerySet[Finding]:
    visible = Finding.objects.visible_to(signed_in(request), timezone.localdate())
    return visible.select_related(
        "line__posting__person", "line__posting__agency", "line__item", "line__inspection__inspector"
    )


@require_safe
def findings(request: HttpRequest) -> HttpResponse:
    """The own findings, and those of the people whom the reader inspects or leads."""
    form = FindingsForm(request.GET)
    found = _visible(request).filter(line__inspection__done_at__isnull=False)
    if form.is_valid():
        for word in fold(form.cleaned_data["q"]).split():
            found = found.filter(
                Q(line__posting__person__search__contains=word)
                | Q(line__posting__agency__search__contains=word)
            )
        if form.cleaned_data["state"]:
            found = found.filter(state=form.cleaned_data["state"])
    ordered = found.order_by("-line__inspection__on", "-pk")
    context = {
        "form": form,
        "page": Paginator(ordered, FINDINGS_A_PAGE).get_page(request.GET.get("page")),
        "filtered": form.is_valid() and any(form.cleaned_data.values()),
    }
    return render_page(request, "oversight/findings.html", context, partials=("list",))


def _forms(finding: Finding, user: User) -> dict[str, Form]:
    """The forms that this reader may use on the finding now."""
    today, start = timezone.localdate(), {"revision": finding.revision}
    possible: dict[str, Form] = {}
    if finding.state in permissions.OPEN and finding.line.posting.person_id == user.pk:
        possible["answer"] = AnswerForm(initial={**start, "text": finding.answer}, prefix="answer")
    for name, check, form in (
        ("decision", permissions.check_can_decide, DecisionForm(initial=start, prefix="decision")),
        ("action", permissions.check_can_set_action, ActionForm(initial=start, prefix="action")),
    ):
        try:
            check(user, finding, today)
        except Refused:
            continue
        possible[name] = form
    return possible


def _page(request: HttpRequest, finding: Finding, said: dict[str, Form], status: int = 200) -> HttpResponse:
    user, today = signed_in(request), timezone.localdate()
    actions = [
        (action, action.due_on < today and action.done_at is None)
        for action in finding.actions.select_related("checked_by").order_by("due_on", "pk")
    ]
    context = {
        "finding": finding,
        "actions": actions,
        "is_own": finding.line.posting.person_id == user.pk,
        "report_form": ReportForm(),
        "may_check": finding.line.posting.person_id != user.pk,
        **{f"{name}_form": form for name, form in {**_forms(finding, user), **said}.items()},
    }
    return render_page(request, "oversight/finding.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def finding(request: HttpRequest, finding_id: int) -> HttpResponse:
    """One finding: what was found, the answer, the decision, what must be put right."""
    found, user, now = get_object_or_404(_visible(request), pk=finding_id), signed_in(request), timezone.now()
    if request.method != "POST":
        return _page(request, found, {})
    name = request.POST.get("act", "")
    if name not in _FORMS:
        return redirect("oversight:finding", found.pk)
    form = _FORMS[name](request.POST, prefix=name)
    if not form.is_valid():
        return _page(request, found, {name: form}, 422)
    try:
        _do(name, found, form.cleaned_data, user, now)
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, found, {name: form}, 422)
    except services.FindingChanged:
        found.refresh_from_db()
        again = _FORMS[name]({**request.POST.dict(), f"{name}-revision": str(found.revision)}, prefix=name)
        again.add_error(None, _("Somebody has written here in the meantime; look again, then send it."))
        return _page(request, found, {name: again}, 409)
    messages.success(request, _("It has been noted."))
    return redirect("oversight:finding", found.pk)


_FORMS: dict[str, type[Form]] = {"answer": AnswerForm, "decision": DecisionForm, "action": ActionForm}


def _do(name: str, found: Finding, said: dict[str, Any], user: User, now: datetime) -> None:
    if name == "answer":
        services.answer_finding(finding=found, **said, by=user, now=now)
    elif name == "decision":
        services.decide_finding(finding=found, **said, by=user, now=now)
    else:
        services.set_action(finding=found, **said, by=user, now=now)


def _actions(request: HttpRequest) -> QuerySet[CorrectiveAction]:
    visible = Finding.objects.visible_to(signed_in(request), timezone.localdate())
    return CorrectiveAction.objects.filter(finding__in=visible).select_related(
        "finding__line__posting__person", "finding__line__posting__agency", "finding__line__item"
    )


@require_safe
def actions(request: HttpRequest) -> HttpResponse:
    """What must be put right, the most urgent first."""
    form, today = ActionsForm(request.GET), timezone.localdate()
    found = _actions(request)
    if form.is_valid() and form.cleaned_data["state"]:
        found = found.filter(
            {
                "open": Q(done_at__isnull=True),
                "late": Q(done_at__isnull=True, due_on__lt=today),
                "done": Q(done_at__isnull=False, checked_at__isnull=True),
                "checked": Q(checked_at__isnull=False),
            }[form.cleaned_data["state"]]
        )
    context = {
        "form": form,
        "page": Paginator(found.order_by("due_on", "pk"), FINDINGS_A_PAGE).get_page(request.GET.get("page")),
        "today": today,
        "filtered": form.is_valid() and bool(form.cleaned_data["state"]),
    }
    return render_page(request, "oversight/actions.html", context, partials=("list",))


@require_POST
def report_action(request: HttpRequest, action_id: int) -> HttpResponse:
    """The person says what was done."""
    found = get_object_or_404(_actions(request), pk=action_id)
    form = ReportForm(request.POST)
    if form.is_valid():
        services.report_action(
            action=found, note=form.cleaned_data["note"], by=signed_in(request), now=timezone.now()
        )
    else:
        messages.error(request, _("Say what was done."))
    return redirect("oversight:finding", found.finding_id)


@require_POST
def check_action(request: HttpRequest, action_id: int) -> HttpResponse:
    """An inspector or head has looked at what was done."""
    found = get_object_or_404(_actions(request), pk=action_id)
    is_done = request.POST.get("done") == "yes"
    services.check_action(action=found, is_done=is_done, by=signed_in(request), now=timezone.now())
    return redirect("oversight:finding", found.finding_id)
