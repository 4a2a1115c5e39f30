"""Drafts of rating schemes: the form, publishing, removing; and the end of a published one."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from conduct.agencies.permissions import signed_in
from conduct.kernel.pages import render_page

from ..forms.scheme_editing import RetireForm, RevisionForm, SchemeEditor
from ..models import RatingScheme
from ..permissions.schemes import check_can_change, check_can_keep
from ..services.scheme_editing import (
    SchemeChanged,
    change_scheme,
    overlapping,
    publish_scheme,
    publishing_problems,
    remove_scheme,
    retire_scheme,
    versions_it_ends,
)
from .schemes import FORM_METHODS, Shown, figures_of, scheme_or_404, state_on


@require_http_methods(FORM_METHODS)
def scheme_edit(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The draft's form, with an example by the figures as they are stored."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    row = scheme_or_404(user, code, number, today)
    check_can_change(user, row, today)
    if request.method != "POST":
        return _editor(request, row, SchemeEditor(row))
    editor = SchemeEditor(row, request.POST)
    if not editor.is_valid():
        return _editor(request, row, editor, status=422)
    revision = editor.facts.cleaned_data["revision"]
    try:
        change_scheme(scheme=row, values=editor.values(), revision=revision, by=user, now=now)
    except SchemeChanged as changed:
        return _editor(request, changed.scheme, SchemeEditor(changed.scheme), status=409, clash=True)
    messages.success(request, _("The draft is saved."))
    return redirect("ratings:scheme_edit", code, number)


def _editor(
    request: HttpRequest, row: RatingScheme, editor: SchemeEditor, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"scheme": row, "editor": editor, "form": editor.facts, **figures_of(row, request), **more}
    return render_page(request, "ratings/scheme_edit.html", context, status=status)


@require_http_methods(FORM_METHODS)
def scheme_publish(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """What will stand for ever, what ends for it, what stands against it; then the act."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    row = scheme_or_404(user, code, number, today)
    check_can_change(user, row, today)
    form, status = RevisionForm(request.POST or None, initial={"revision": row.revision}), 200
    if request.method == "POST" and form.is_valid():
        try:
            publish_scheme(scheme=row, revision=form.cleaned_data["revision"], by=user, now=now)
        except SchemeChanged as changed:
            row, status = changed.scheme, 409
            form = RevisionForm(initial={"revision": row.revision})
        except ValidationError:
            status = 422
        else:
            messages.success(request, _("The scheme is published."))
            return redirect("ratings:scheme", code, number)
    others = overlapping(row)
    context = {
        "shown": Shown(row, state_on(row, today)),
        "form": form,
        "problems": publishing_problems(row, others, today),
        "ends": versions_it_ends(row, others),
        "clash": status == 409,
        **figures_of(row, request),
    }
    return render_page(request, "ratings/scheme_publish.html", context, status=status)


@require_POST
def scheme_remove(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Delete a draft."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    row = scheme_or_404(user, code, number, today)
    check_can_change(user, row, today)
    form = RevisionForm(request.POST)
    if not form.is_valid():
        return _editor(request, row, SchemeEditor(row), status=422)
    try:
        remove_scheme(scheme=row, revision=form.cleaned_data["revision"], by=user, now=now)
    except SchemeChanged as changed:
        return _editor(request, changed.scheme, SchemeEditor(changed.scheme), status=409, clash=True)
    messages.success(request, _("The draft is deleted."))
    return redirect("ratings:schemes")


@require_http_methods(FORM_METHODS)
def scheme_retire(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Say on which day a published scheme ends, and why."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    row = scheme_or_404(user, code, number, today)
    check_can_keep(user, row.keeper, today)
    form, status = RetireForm(request.POST or None, initial={"last_day": row.valid_to}), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = form.cleaned_data
            try:
                retire_scheme(scheme=row, last_day=said["last_day"], reason=said["reason"], by=user, now=now)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("The end of the scheme is recorded."))
                return redirect("ratings:scheme", code, number)
    context = {"shown": Shown(row, state_on(row, today)), "form": form}
    return render_page(request, "ratings/scheme_retire.html", context, status=status)
