"""What is done with a letter of apology: written, signed, delivered, dropped; one after an upheld case."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from conduct.agencies.permissions import signed_in
from conduct.kernel.pages import render_page
from conduct.kernel.workdays import working_day

from ..forms.apologies import ConductForm, DeliverForm, DropForm, SignForm, WriteForm
from ..models import Apology
from ..permissions.apologies import check_can_drop, check_can_raise, check_can_sign, check_can_write
from ..permissions.cases import listed_cases
from ..services import apologies as acts
from ..services.apologies import Changed, has_moved
from ..services.apology_signing import deliver_apology as deliver
from ..services.apology_signing import sign_apology as sign
from ..services.letters import draft_letter, mail_address
from .apologies import listed

# A letter after a case should reach the citizen in so many working days.
CONDUCT_DAYS = 5


def _act(form: forms.Form, act: Callable[[dict[str, Any]], object]) -> bool:
    """Do it; False when it could not be done, which the form then says."""
    if not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except Changed:
        form.add_error(
            None, _("The letter has been changed meanwhile. Look at it as it stands now, then do this again.")
        )
    except ValidationError as error:
        known = hasattr(error, "error_dict") and set(error.error_dict) <= set(form.fields)
        form.add_error(None, error if known else ValidationError(error.messages))
    else:
        return True
    return False


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write_apology(request: HttpRequest, apology_id: int) -> HttpResponse:
    """Write the letter: reason, new date, what is done about it."""
    user, now = signed_in(request), timezone.now()
    found = listed(request, apology_id)
    check_can_write(user, found, timezone.localdate(now))
    if found.state not in (Apology.State.OWED, Apology.State.READY):
        return redirect("feedback:apology", found.pk)
    dossier = found.dossier
    is_overdue = found.kind == Apology.Kind.OVERDUE
    moved = is_overdue and has_moved(found)
    asks_date = dossier is not None and is_overdue and dossier.finished_on is None and not moved
    initial = {
        "revision": found.revision, "reason": found.reason, "new_date": found.new_date,
        "corrective_action": found.corrective_action,
    }  # fmt: skip
    form = WriteForm(request.POST or None, initial=initial, asks_date=asks_date, needs_action=not is_overdue)
    if request.method == "POST" and _act(
        form, lambda said: acts.write_apology(apology=found, **{"new_date": None, **said}, by=user, now=now)
    ):
        messages.success(request, _("The letter is written and waits for its signature."))
        return redirect("feedback:apology", found.pk)
    context = {"form": _renewed(form, found), "apology": found, "moved": moved, "asks_date": asks_date}
    return render_page(request, "feedback/write_apology.html", context, status=422 if form.errors else 200)


def _renewed(form: forms.Form, found: Apology) -> forms.Form:
    """The form with the revision as it is now, so that it can be sent again."""
    if form.is_bound:
        revision = Apology.objects.values_list("revision", flat=True).get(pk=found.pk)
        form.data = {**form.data, "revision": str(revision)}
    return form


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_apology(request: HttpRequest, apology_id: int) -> HttpResponse:
    """Read the letter as it will be, sign it with the password."""
    user, now = signed_in(request), timezone.now()
    found, today = listed(request, apology_id), timezone.localdate(now)
    posting = check_can_sign(user, found, today)
    if found.state != Apology.State.READY:
        return redirect("feedback:apology", found.pk)
    form = SignForm(request.POST or None)
    if request.method == "POST" and _act(form, lambda said: sign(apology=found, **said, by=user, now=now)):
        messages.success(
            request, _("The letter is signed and has its number. See to it that it reaches the citizen.")
        )
        return redirect("feedback:apology", found.pk)
    if form.is_bound:  # as it stands after what was refused
        found = listed(request, apology_id)
    draft = draft_letter(found, posting, today)
    shown = SignForm(initial={"revision": found.revision, "sha256": draft.sha256})
    context = {"form": form, "hidden": shown, "apology": found, "letter": draft.letter, "posting": posting}
    return render_page(request, "feedback/sign_apology.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def deliver_apology(request: HttpRequest, apology_id: int) -> HttpResponse:
    """Send the letter by e-mail, or say when it was handed over."""
    user, now = signed_in(request), timezone.now()
    found = listed(request, apology_id)
    if found.state != Apology.State.SIGNED:
        return redirect("feedback:apology", found.pk)
    address = mail_address(found)
    initial = {
        "revision": found.revision,
        "way": "mail" if address else "hand",
        "on": timezone.localdate(now),
    }
    form = DeliverForm(request.POST or None, initial=initial, has_address=address is not None)
    if request.method == "POST" and _act(form, lambda said: deliver(apology=found, **said, by=user, now=now)):
        is_mail = form.cleaned_data["way"] == Apology.Way.MAIL
        messages.success(
            request,
            _("The letter leaves by e-mail within minutes.") if is_mail else _("This has been noted."),
        )
        return redirect("feedback:apology", found.pk)
    context = {"form": _renewed(form, found), "apology": found, "has_address": address is not None}
    return render_page(request, "feedback/deliver_apology.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def drop_apology(request: HttpRequest, apology_id: int) -> HttpResponse:
    """Say why a letter is not needed."""
    user, now = signed_in(request), timezone.now()
    found = listed(request, apology_id)
    check_can_drop(user, found, timezone.localdate(now))
    if found.state not in (Apology.State.OWED, Apology.State.READY):
        return redirect("feedback:apology", found.pk)
    form = DropForm(request.POST or None, initial={"revision": found.revision})
    if request.method == "POST" and _act(
        form, lambda said: acts.drop_apology(apology=found, **said, by=user, now=now)
    ):
        messages.success(request, _("The letter is no longer needed."))
        return redirect("feedback:apology", found.pk)
    context = {"form": _renewed(form, found), "apology": found}
    return render_page(request, "feedback/drop_apology.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def raise_conduct_apology(request: HttpRequest, case_id: int) -> HttpResponse:
    """Write a letter of apology after a remark that was right."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    case = get_object_or_404(listed_cases(user, today).select_related("agency"), pk=case_id)
    check_can_raise(user, case, today)
    known = Apology.objects.filter(case=case).first()
    if known is not None:
        return redirect("feedback:apology", known.pk)
    initial = {"corrective_action": case.corrective_action, "due_on": working_day(today, CONDUCT_DAYS)}
    form = ConductForm(request.POST or None, initial=initial)
    made: list[Apology] = []

    def act(said: dict[str, Any]) -> None:
        made.append(acts.raise_conduct_apology(case=case, **said, by=user, now=now)[0])

    if request.method == "POST" and _act(form, act):
        messages.success(request, _("The letter is written and waits for its signature."))
        return redirect("feedback:apology", made[0].pk)
    context = {"form": form, "case": case}
    status = 422 if form.errors else 200
    return render_page(request, "feedback/raise_conduct_apology.html", context, status=status)
