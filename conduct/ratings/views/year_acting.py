"""What every page of one act of the year shares: the form, the clash, the way back."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency
from conduct.agencies.permissions import may_see_agency, signed_in
from conduct.kernel.pages import render_page

from ..services.meeting import MeetingChanged
from ..services.year_decisions import ListChanged
from ..services.year_steps import YearChanged

FORM_METHODS = ("GET", "HEAD", "POST")


def seen_agency(request: HttpRequest, code: str) -> Agency:
    """The agency of that code; 404 when the reader may not know of it."""
    found = Agency.objects.filter(code=code).first()
    if found is None or not may_see_agency(signed_in(request), found, timezone.localdate()):
        raise Http404
    return found


def act_page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    form: forms.Form,
    act: Callable[[], object],
    said: str,
    to: str,
) -> HttpResponse:
    """The page of one form: draw it, or do the act and go on to ``to``.

    Somebody else's change in between gives 409 and the form as typed; saving it again is a new decision.
    """
    context = {**context, "form": form}
    if request.method != "POST":
        return render_page(request, template, context)
    status = 422
    if form.is_valid():
        try:
            done = act()
        except YearChanged as clash:
            status = 409
            rebase(form, revision=clash.rating.revision)
            form.add_error(None, _("Somebody changed this in between. Look at it again before saving."))
        except (MeetingChanged, ListChanged):
            status = 409
            form.add_error(None, _("Somebody changed this in between. Open the page again and read it."))
        except ValidationError as error:
            add_errors(form, error)
        else:
            if done:
                messages.success(request, said)
            return redirect(to)
    return render_page(request, template, context, status=status)


def add_errors(form: forms.Form, error: ValidationError) -> None:
    """What a service refused, beside its field where the form has it."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, faults in error.error_dict.items():
        form.add_error(name if name in form.fields else None, faults)


def rebase(form: forms.Form, **values: int) -> None:
    """What was typed, on the state that stands now."""
    if isinstance(form.data, QueryDict):
        typed = form.data.copy()
        for name, value in values.items():
            typed[name] = str(value)
        form.data = typed
