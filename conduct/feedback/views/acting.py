"""What every page of one act with one case shares: finding it, the form, the clash."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import QueryDict
from django.shortcuts import redirect
from django.utils import timezone

from conduct.agencies.permissions import signed_in
from conduct.kernel.pages import render_page

from ..models import Case
from ..permissions.cases import listed_cases
from ..services.holding import CaseChanged

FORM_METHODS = ("GET", "HEAD", "POST")


def listed_case(request: HttpRequest, case_id: int) -> Case:
    """The case, 404 when the reader may not know of it: out of reach, or it names the reader."""
    found = listed_cases(signed_in(request), timezone.localdate()).filter(pk=case_id)
    case = found.select_related("agency", "concerns", "point", "dossier", "assignee", "merged_into").first()
    if case is None:
        raise Http404
    return case


def act_page(
    request: HttpRequest,
    template: str,
    case: Case,
    form: forms.Form,
    act: Callable[[], bool],
    said: str,
    **more: Any,
) -> HttpResponse:
    """The page of one form: draw it, or do the act and go back to the case.

    Somebody else's change in between gives 409 and the form as typed, on the state that stands now.
    """
    context = {"case": case, "form": form, **more}
    if request.method != "POST":
        return render_page(request, template, context)
    status = 422
    if form.is_valid():
        try:
            done = act()
        except CaseChanged:
            status = 409
            context |= {"clash": True, "case": listed_case(request, case.pk)}
            rebase(form, context["case"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            if done:
                messages.success(request, said)
            return to_case(request, case)
    return render_page(request, template, context, status=status)


def rebase(form: forms.Form, case: Case) -> None:
    """What was typed, on the revision that stands now: saving it is a new decision."""
    if isinstance(form.data, QueryDict):
        typed = form.data.copy()
        typed["revision"] = str(case.revision)
        form.data = typed


def to_case(request: HttpRequest, case: Case) -> HttpResponse:
    """Back to the case, or to the list when the reader may no longer know of it."""
    on = timezone.localdate()
    if listed_cases(signed_in(request), on).filter(pk=case.pk).exists():
        return redirect("feedback:case", case.pk)
    return redirect("feedback:cases")
