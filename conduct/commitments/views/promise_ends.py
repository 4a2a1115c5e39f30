"""How a promise ends: kept, broken with an apology, withdrawn by the citizen, corrected."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from conduct.agencies.permissions import signed_in
from conduct.kernel.pages import render_page

from ..forms.promises import BreakForm, CodeForm, CorrectForm, ReasonForm
from ..models import Promise
from ..permissions.promises import (
    check_act,
    check_can_give_code,
    check_is_asked,
    check_is_not_closed,
    check_is_promiser,
    check_is_second_person,
)
from ..rules.promises import Act
from ..services import promises as acts
from .promises import visible_promise


def _back(request: HttpRequest, promise: Promise, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("commitments:promise", promise.pk)


@require_POST
def keep_promise(request: HttpRequest, promise_id: int) -> HttpResponse:
    """It was kept."""
    found = visible_promise(request, promise_id)
    if acts.keep_promise(promise=found, by=signed_in(request), now=timezone.now()):
        return _back(request, found, _("Written down: the promise was kept."))
    return redirect("commitments:promise", found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def break_promise(request: HttpRequest, promise_id: int) -> HttpResponse:
    """It was not kept: what the citizen was told."""
    user, found = signed_in(request), visible_promise(request, promise_id)
    if request.method != "POST":
        check_is_promiser(user, found)
        check_act(Act.BREAK, found)
        check_is_not_closed(found)
    form = BreakForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        apology = form.cleaned_data["apology"]
        acts.break_promise(promise=found, apology=apology, by=user, now=timezone.now())
        return _back(request, found, _("Written down with the apology."))
    return _form(request, "commitments/break_promise.html", found, form)


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_promise(request: HttpRequest, promise_id: int) -> HttpResponse:
    """The citizen withdrew it: with the code at once, otherwise a second person is asked."""
    user, found, now = signed_in(request), visible_promise(request, promise_id), timezone.now()
    is_own, asks = found.posting.person_id == user.pk, request.POST.get("how") == "ask"
    if request.method != "POST":
        check_can_give_code(user, found, timezone.localdate(now))
        check_act(Act.WITHDRAW, found)
        check_is_not_closed(found)
    code_form = CodeForm(request.POST if request.method == "POST" and not asks else None)
    reason_form = ReasonForm(request.POST if asks else None)
    status = 422 if request.method == "POST" else 200
    if asks and reason_form.is_valid():
        acts.ask_withdrawal(promise=found, reason=reason_form.cleaned_data["reason"], by=user, now=now)
        return _back(request, found, _("A second person who leads the agency will look at it."))
    if status == 422 and not asks and code_form.is_valid():
        try:
            acts.withdraw_with_code(promise=found, code=code_form.cleaned_data["code"], by=user, now=now)
            return _back(request, found, _("Written down: the citizen withdrew the promise."))
        except ValidationError as error:
            code_form.add_error(None, error)
            status = 429 if code_form.has_error("code", "too_many") else 422
    context = {"promise": found, "code_form": code_form, "reason_form": reason_form, "is_own": is_own}
    return render_page(request, "commitments/withdraw_promise.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def settle_withdrawal(request: HttpRequest, promise_id: int) -> HttpResponse:
    """A second person confirms or refuses a withdrawal that was asked for."""
    user, found, now = signed_in(request), visible_promise(request, promise_id), timezone.now()
    refuses = request.POST.get("how") == "refuse"
    if request.method == "POST" and not refuses:
        acts.confirm_withdrawal(promise=found, by=user, now=now)
        return _back(request, found, _("The withdrawal is confirmed."))
    if not refuses:
        check_is_second_person(user, found, timezone.localdate(now))
        check_is_asked(found)
        check_is_not_closed(found)
    form = ReasonForm(request.POST if refuses else None)
    if refuses and form.is_valid():
        acts.refuse_withdrawal(promise=found, reason=form.cleaned_data["reason"], by=user, now=now)
        return _back(request, found, _("The withdrawal is refused; the promise stands as it was."))
    return _form(request, "commitments/settle_withdrawal.html", found, form)


@require_http_methods(["GET", "HEAD", "POST"])
def correct_promise(request: HttpRequest, promise_id: int) -> HttpResponse:
    """It stands as kept but was not."""
    user, found, now = signed_in(request), visible_promise(request, promise_id), timezone.now()
    if request.method != "POST":
        check_is_second_person(user, found, timezone.localdate(now))
        check_act(Act.CORRECT, found)
        check_is_not_closed(found)
    form = CorrectForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        acts.correct_promise(promise=found, by=user, now=now, **form.cleaned_data)
        return _back(request, found, _("Corrected: the promise stands as broken."))
    return _form(request, "commitments/correct_promise.html", found, form)


def _form(request: HttpRequest, template: str, promise: Promise, form: forms.Form) -> HttpResponse:
    """The page of one form about a promise."""
    status = 422 if request.method == "POST" else 200
    return render_page(request, template, {"promise": promise, "form": form}, status=status)
