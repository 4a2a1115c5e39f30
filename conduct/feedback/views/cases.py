"""Pages of cases: the list with its file, one case, taking one in."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conduct.agencies.models import Agency, User
from conduct.agencies.permissions import granted_ids, signed_in
from conduct.documents.xlsx import Cell, Column, make_xlsx, xlsx_response
from conduct.kernel.codes import code_in_fours, new_code
from conduct.kernel.pages import render_page

from ..forms.cases import CasesForm, EnterForm
from ..models import CaseQuerySet, Contact
from ..permissions.cases import (
    RECEIVING,
    check_can_receive,
    entering_ids,
    listed_cases,
    rights_of,
)
from ..permissions.contacts import check_can_see_contact
from ..rules.cases import Act, may
from ..rules.consent import Shown, shown
from ..services.consent_texts import texts_in_force
from ..services.contacts import look_at_contact
from ..services.entering import Spoken
from ..services.entering import enter_case as enter
from ..services.reading import read_sealed, read_steps
from .acting import FORM_METHODS, listed_case

CASES_A_PAGE = 25
AT_MOST_EXPORTED = 10_000
CODE_COOKIE, CODE_SECONDS = "case_code", 600
_TICKET_SALT, _TICKET_SECONDS = "feedback.enter_case", 12 * 3600


def _filtered(found: CaseQuerySet, form: CasesForm, user: User, today: date) -> CaseQuerySet:
    if not form.is_valid():
        return found.order_by("due_on", "pk")
    said = form.cleaned_data
    for word in form.words():
        found = found.filter(summary__unaccent__icontains=word)
    if said["state"]:
        found = found.waiting() if said["state"] == "open" else found.filter(state=said["state"])
    if said["kind"]:
        found = found.filter(kind="" if said["kind"] == "none" else said["kind"])
    if said["source"]:
        found = found.filter(source=said["source"])
    if said["only"] == "mine":
        found = found.filter(assignee=user)
    elif said["only"] == "overdue":
        found = found.overdue(today)
    return found.order_by(*((said["sort"],) if said["sort"] else ("-is_waiting", "due_on")), "pk")


@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """The remarks of which the reader may know: what waits first, as it falls due."""
    user, today = signed_in(request), timezone.localdate()
    form, listed = CasesForm(request.GET), listed_cases(user, today)
    found = _filtered(listed.with_waiting(), form, user, today)
    page = Paginator(found.select_related("agency", "concerns", "assignee"), CASES_A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "form": form,
        "page": page,
        "today": today,
        "figures": listed.figures(user, today),
        "receives": bool(granted_ids(user, today, *RECEIVING)),
        "filtered": form.is_valid() and any(form.cleaned_data[key] for key in _FILTERS),
        "sort": form.cleaned_data.get("sort", "") if form.is_valid() else "",
    }
    return render_page(request, "feedback/cases.html", context, partials=("list",))


_FILTERS = ("q", "state", "kind", "source", "only")


@require_safe
def export_cases(request: HttpRequest) -> HttpResponse:
    """The list as shown, as XLSX: summaries and dates, never the words of citizens."""
    user, today = signed_in(request), timezone.localdate()
    found = _filtered(listed_cases(user, today).with_waiting(), CasesForm(request.GET), user, today)
    columns = [
        Column(_("Summary"), width=60),
        Column(_("Kind"), width=22),
        Column(_("State"), width=18),
        Column(_("Source"), width=22),
        Column(_("Received on"), "day", 14),
        Column(_("Answer due on"), "day", 14),
        Column(_("Answered on"), "day", 14),
        Column(_("About"), width=34),
        Column(_("Handled by the agency"), width=34),
        Column(_("Given to"), width=26),
        Column(_("Right or not"), width=16),
    ]
    lines = [_("Without words and contacts of citizens.")]
    if found.count() > AT_MOST_EXPORTED:
        lines.append(
            _("Only the first %(n)s rows; narrow the filters for the rest.") % {"n": AT_MOST_EXPORTED}
        )
    return xlsx_response("y-kien", make_xlsx(_("Remarks of citizens"), lines, columns, _lines(found)))


def _lines(found: CaseQuerySet) -> Iterator[list[Cell]]:
    upheld = {True: _("right"), False: _("not right"), None: ""}
    for case in found.select_related("agency", "concerns", "assignee")[:AT_MOST_EXPORTED]:
        yield [
            case.summary or _("not sorted yet"),
            case.get_kind_display(),
            case.get_state_display(),
            case.get_source_display(),
            case.received_on,
            case.due_on,
            case.answered_on,
            case.concerns.name,
            case.agency.name,
            case.assignee.full_name if case.assignee else "",
            upheld[case.is_upheld],
        ]


@never_cache
@require_safe
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """One remark: its words for who handles it, its summary for the others, and its life."""
    user, today = signed_in(request), timezone.localdate()
    found = listed_case(request, case_id)
    rights = rights_of(user, found, today)
    acts = {
        act.value
        for act in Act
        if rights.handles and not found.erased_at and may(act, found.state, found.kind)
    }
    context = {
        "case": found,
        "rights": rights,
        "acts": acts - (set() if rights.sorts else {"sort", "assign", "move", "merge", "forward"}),
        "text": read_sealed(found, found.sealed_text) if rights.reads_words else "",
        "answer": read_sealed(found, found.sealed_answer) if rights.handles else "",
        "steps": read_steps(found, found.events.select_related("by"), with_words=rights.handles),
        "subjects": found.subjects.select_related("posting__person") if rights.sorts else (),
        "has_contact": rights.handles
        and found.assignee_id in (None, user.pk)
        and Contact.objects.filter(case=found).exists(),
        "merged_listed": found.merged_into_id is not None
        and listed_cases(user, today).filter(pk=found.merged_into_id).exists(),
        "overdue": found.is_open and found.due_on < today,
    }
    return render_page(request, "feedback/case.html", context)


@never_cache
@require_POST
def case_contact(request: HttpRequest, case_id: int) -> HttpResponse:
    """Name, telephone and e-mail, for who handles the remark; each look leaves its row in the trail."""
    user, found = signed_in(request), listed_case(request, case_id)
    check_can_see_contact(user, found, timezone.localdate())
    known = look_at_contact(case=found, by=user, now=timezone.now())
    return render_page(request, "feedback/case_contact.html", {"case": found, "known": known})


@sensitive_post_parameters("text", "name", "phone", "email", "parent", "code")
@never_cache
@require_http_methods(FORM_METHODS)
def enter_case(request: HttpRequest) -> HttpResponse:
    """What was told on the telephone or at a meeting, or lay in the letter box."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    check_can_receive(user, today)
    agencies = entering_ids(user, today)
    fresh = {"code": signing.dumps(new_code(), salt=_TICKET_SALT), **_only_choice(agencies)}
    form = EnterForm(request.POST or None, agencies=agencies, initial=fresh)
    context = {"form": form, "texts": _consent_texts(today)}
    if request.method != "POST":
        return render_page(request, "feedback/enter_case.html", context)
    if form.is_valid():
        try:
            _case, code = enter(by=user, now=now, **_said(form.cleaned_data))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _to_code(code)
    return render_page(request, "feedback/enter_case.html", context, status=422)


def _only_choice(agencies: set[int]) -> dict[str, Any]:
    """An office that is alone in reach, with its parts below it, is chosen beforehand."""
    offices = Agency.objects.filter(pk__in=agencies, kind__in=Agency.OFFICE_KINDS).values_list(
        "pk", flat=True
    )
    found = list(offices[:2])
    return {"agency": found[0]} if len(found) == 1 else {}


def _said(said: dict[str, Any]) -> dict[str, Any]:
    try:
        code = signing.loads(said["code"], salt=_TICKET_SALT, max_age=_TICKET_SECONDS)
    except signing.BadSignature:
        code = new_code()  # the page lay open for too long
    names = ("agency", "point", "source", "respondent", "text", "about_heads")
    spoken = Spoken(**{field.name: said[field.name] for field in fields(Spoken)})
    return {**{name: said[name] for name in names}, "spoken": spoken, "code": code}


def _consent_texts(today: date) -> dict[str, Shown]:
    """What is read out to the citizen, by purpose."""
    office = _("the office")
    return {
        purpose: shown(text.texts, language="vi", office=office, days=text.keeps_days)
        for purpose, text in texts_in_force(today).items()
    }


def _to_code(code: str) -> HttpResponse:
    response = redirect("feedback:entered_case")
    response.set_signed_cookie(
        CODE_COOKIE, code, max_age=CODE_SECONDS, path=reverse("feedback:entered_case"), httponly=True,
        samesite="Lax", secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return response


@never_cache
@require_safe
def entered_case(request: HttpRequest) -> HttpResponse:
    """The follow code to read out or to print, for ten minutes; the office keeps no copy of it."""
    check_can_receive(signed_in(request), timezone.localdate())
    code = str(request.get_signed_cookie(CODE_COOKIE, default="", max_age=CODE_SECONDS))
    if not code:
        messages.info(request, _("The code is shown only once, right after the remark was entered."))
        return redirect("feedback:cases")
    context = {"code": code_in_fours(code), "follow": f"{settings.SITE_URL}{reverse('feedback:follow')}"}
    return render_page(request, "feedback/entered_case.html", context)
