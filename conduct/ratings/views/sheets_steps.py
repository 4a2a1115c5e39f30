"""The steps of a sheet: submit, take back, return, acknowledge; each asks first and says what follows."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from conduct.agencies.permissions import Refused, signed_in
from conduct.kernel.pages import render_page

from ..forms.sheets import ReturnForm, RevisionForm
from ..models import Sheet
from ..permissions.sheets import check_can_return
from ..services import steps
from ..services.reading import rules_of, total_of
from ..services.sheets import SheetChanged
from .sheets import dates_of_sheet, own_sheet, seen_sheet

ASK = ("GET", "HEAD", "POST")


def _take(request: HttpRequest, found: Sheet, form: RevisionForm, act: Callable[..., bool]) -> bool:
    """Do a step once; what stands against it stands in the form."""
    said = dict(form.cleaned_data)
    try:
        act(sheet=found, by=signed_in(request), now=timezone.now(), **said)
    except ValidationError as error:
        form.add_error(None, error)
    except SheetChanged:
        form.add_error(None, _("The sheet has changed since this page was opened. Look at it once more."))
    else:
        return True
    return False


def _step_page(
    request: HttpRequest, found: Sheet, template: str, form: RevisionForm, more: dict[str, Any] | None = None
) -> HttpResponse:
    context = {
        "sheet": found,
        "label": steps.label_of(steps.period_of_sheet(found)),
        "dates": dates_of_sheet(found),
        "today": timezone.localdate(),
        "form": form,
        **(more or {}),
    }
    status = 422 if form.is_bound else 200
    return render_page(request, f"ratings/{template}.html", context, status=status)


def _form(request: HttpRequest, found: Sheet) -> RevisionForm:
    return RevisionForm(request.POST or None, initial={"revision": found.revision})


@never_cache
@require_http_methods(ASK)
def submit(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """Hand the own sheet to whoever reviews it."""
    found = own_sheet(request, sheet_id)
    if found.state not in (Sheet.State.DRAFT, Sheet.State.SUBMITTED):
        return redirect("ratings:sheet", found.pk)
    form = _form(request, found)
    if request.method == "POST" and form.is_valid() and _take(request, found, form, steps.submit_sheet):
        messages.success(request, _("The sheet is submitted. It can be taken back until it is reviewed."))
        return redirect("ratings:sheet", found.pk)
    more = {
        "own": total_of(found, "self"),
        "scheme": rules_of(found),
        "n_missing": steps.missing_in(found),
        "n_tasks": len(found.tasks.all()),
    }
    return _step_page(request, found, "submit", form, more)


@never_cache
@require_http_methods(ASK)
def withdraw(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """Take the own sheet back."""
    found = own_sheet(request, sheet_id)
    form = _form(request, found)
    if request.method == "POST":
        if form.is_valid() and _take(request, found, form, steps.withdraw_sheet):
            messages.success(request, _("The sheet is a draft again."))
            return redirect("ratings:fill", found.pk)
    elif found.state != Sheet.State.SUBMITTED:
        return redirect("ratings:sheet", found.pk)
    return _step_page(request, found, "withdraw", form)


@never_cache
@require_http_methods(ASK)
def return_sheet(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """Give a sheet back with a reason; for whoever has the next step."""
    found, today = seen_sheet(request, sheet_id), timezone.localdate()
    if found.state != Sheet.State.DRAFT:
        check_can_return(signed_in(request), found, today)
    elif request.method != "POST":
        raise Refused(_("Only a sheet that waits for review or confirmation can be returned."))
    form = ReturnForm(request.POST or None, initial={"revision": found.revision})
    if request.method == "POST" and form.is_valid() and _take(request, found, form, steps.return_sheet):
        messages.success(
            request, _("The sheet is with %(name)s again.") % {"name": found.posting.person.full_name}
        )
        return redirect("ratings:sheet", found.pk)
    return _step_page(request, found, "return_sheet", form)


@never_cache
@require_http_methods(ASK)
def acknowledge(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """Say that the confirmed result was read."""
    found = own_sheet(request, sheet_id)
    form = _form(request, found)
    if request.method == "POST":
        if form.is_valid() and _take(request, found, form, steps.acknowledge_sheet):
            messages.success(request, _("Thank you. The result counts as read; a petition stays possible."))
            return redirect("ratings:sheet", found.pk)
    elif found.state != Sheet.State.APPROVED:
        return redirect("ratings:sheet", found.pk)
    scheme = rules_of(found)
    result = found.results.filter(replaced_by=None).first()
    more = {"result": result, "level": scheme.level_named(result.level) if result else None}
    return _step_page(request, found, "acknowledge", form, more)
