"""Pages of visits: the list, one of them, what was examined, what was found."""

from collections.abc import Iterator
from itertools import groupby
from typing import TypedDict, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_stubs_ext import WithAnnotations

from conduct.agencies.permissions import Refused, signed_in
from conduct.documents.xlsx import Cell, Column, make_xlsx, xlsx_response
from conduct.kernel.names import fold
from conduct.kernel.pages import render_page
from models_catalog.models import Adoption, ItemGroup

from ..forms.inspections import ExamineForm, FindingForm, InspectionForm, InspectionsForm, NoteForm
from ..models import Inspection, InspectionLine
from ..permissions.inspections import agencies_to_inspect, check_can_inspect, check_can_write
from ..services import inspections as services

INSPECTIONS_A_PAGE = 30
AT_MOST_EXPORTED = 5_000


def visible_inspection(request: HttpRequest, inspection_id: int) -> Inspection:
    """The visit, 404 when the reader may not see it."""
    visible = Inspection.objects.visible_to(signed_in(request), timezone.localdate())
    return get_object_or_404(visible.select_related("agency", "inspector"), pk=inspection_id)


def _line(request: HttpRequest, line_id: int) -> InspectionLine:
    visible = Inspection.objects.visible_to(signed_in(request), timezone.localdate())
    lines = InspectionLine.objects.filter(inspection__in=visible)
    return get_object_or_404(
        lines.select_related("inspection__agency", "posting__person", "item__group"), pk=line_id
    )


class Counted(TypedDict):
    """How many lines a visit has, and how many of them were not kept."""

    n_lines: int
    n_findings: int


type CountedInspection = WithAnnotations[Inspection, Counted]


def _found(request: HttpRequest, form: InspectionsForm) -> QuerySet[CountedInspection]:
    found = Inspection.objects.visible_to(signed_in(request), timezone.localdate())
    if form.is_valid():
        for word in form.cleaned_data["q"].split():
            found = found.filter(
                Q(agency__search__contains=fold(word)) | Q(subject__unaccent__icontains=word)
            )
        if form.cleaned_data["kind"]:
            found = found.filter(kind=form.cleaned_data["kind"])
    counted = found.annotate(
        n_lines=Count("lines", distinct=True), n_findings=Count("lines__finding", distinct=True)
    )
    ordered = counted.select_related("agency", "inspector").order_by("-on", "-pk")
    return cast("QuerySet[CountedInspection]", ordered)


@require_safe
def inspections(request: HttpRequest) -> HttpResponse:
    """The visits of agencies that the reader inspects or heads."""
    form = InspectionsForm(request.GET)
    page = Paginator(_found(request, form), INSPECTIONS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "filtered": form.is_valid() and any(form.cleaned_data.values()),
        "may_begin": agencies_to_inspect(signed_in(request), timezone.localdate()).exists(),
    }
    return render_page(request, "oversight/inspections.html", context, partials=("list",))


@require_safe
def inspections_xlsx(request: HttpRequest) -> HttpResponse:
    """What the list shows."""
    columns = [
        Column(_("Day"), "day", 13), Column(_("Agency"), width=40), Column(_("Kind of inspection"), width=16),
        Column(_("What is looked at"), width=50), Column(_("Inspector"), width=28),
        Column(_("Lines examined"), "integer", 12), Column(_("Findings"), "integer", 12),
    ]  # fmt: skip
    found = _found(request, InspectionsForm(request.GET))[:AT_MOST_EXPORTED]

    def rows() -> Iterator[list[Cell]]:
        for one in found:
            yield [
                one.on, one.agency.name, one.get_kind_display(), one.subject, one.inspector.full_name,
                one.n_lines, one.n_findings,
            ]  # fmt: skip

    return xlsx_response("kiem-tra", make_xlsx(_("Inspections"), [], columns, rows()))


@require_http_methods(["GET", "HEAD", "POST"])
def begin_inspection(request: HttpRequest) -> HttpResponse:
    """Begin a visit."""
    user, now = signed_in(request), timezone.now()
    agencies = agencies_to_inspect(user, timezone.localdate(now))
    if not agencies.exists():
        raise Refused(_("Only an inspector of an agency or of one above begins an inspection."))
    is_post = request.method == "POST"
    form = InspectionForm(
        request.POST if is_post else None, agencies=agencies, initial={"on": timezone.localdate(now)}
    )
    if is_post and form.is_valid():
        try:
            made = services.begin_inspection(**form.cleaned_data, by=user, now=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("oversight:inspection", made.pk)
    return render_page(
        request, "oversight/begin_inspection.html", {"form": form}, status=422 if is_post else 200
    )


@require_safe
def inspection(request: HttpRequest, inspection_id: int) -> HttpResponse:
    """One visit, person by person."""
    found, user = visible_inspection(request, inspection_id), signed_in(request)
    lines = InspectionLine.objects.filter(inspection=found).select_related(
        "posting__person", "posting__agency", "item", "adoption__version__model", "finding"
    )
    ordered = lines.order_by("posting__person__name_order", "posting_id", "adoption_id", "item_id")
    people = [(posting, list(rows)) for posting, rows in groupby(ordered, key=lambda line: line.posting)]
    may_write = found.done_at is None and found.inspector_id == user.pk
    context = {
        "inspection": found,
        "people": people,
        "may_write": may_write,
        "adoptions": services.adoptions_of(found) if may_write else [],
        "form": NoteForm(),
    }
    return render_page(request, "oversight/inspection.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def examine(request: HttpRequest, inspection_id: int, adoption_id: int) -> HttpResponse:
    """Tick whom and what: each of these people on each of these items."""
    found, user, now = visible_inspection(request, inspection_id), signed_in(request), timezone.now()
    check_can_write(user, found, timezone.localdate(now))
    adoptions = {adoption.pk: adoption for adoption in services.adoptions_of(found)}
    adoption = adoptions.get(adoption_id) or get_object_or_404(Adoption, pk=0)
    is_post = request.method == "POST"
    form = ExamineForm(
        request.POST if is_post else None, adoption=adoption, people=services.people_of(found),
        items=list(services.items_of(adoption)),
    )  # fmt: skip
    if is_post and form.is_valid():
        n_new = services.examine(
            inspection=found, adoption=adoption, posting_ids=form.cleaned_data["people"],
            item_ids=form.cleaned_data["items"], by=user, now=now,
        )  # fmt: skip
        said = ngettext("%(n)s line was added.", "%(n)s lines were added.", n_new)
        messages.success(request, said % {"n": n_new})
        return redirect("oversight:inspection", found.pk)
    context = {"inspection": found, "adoption": adoption, "form": form}
    return render_page(request, "oversight/examine.html", context, status=422 if is_post else 200)


@require_POST
def leave_out(request: HttpRequest, line_id: int) -> HttpResponse:
    """Take back a line that was ticked by mistake."""
    line = _line(request, line_id)
    services.leave_out(line=line, by=signed_in(request), now=timezone.now())
    return redirect("oversight:inspection", line.inspection_id)


@require_http_methods(["GET", "HEAD", "POST"])
def note_finding(request: HttpRequest, line_id: int) -> HttpResponse:
    """Write down what was found at a line."""
    line, user, now = _line(request, line_id), signed_in(request), timezone.now()
    check_can_write(user, line.inspection, timezone.localdate(now))
    is_post = request.method == "POST"
    form = FindingForm(request.POST if is_post else None)
    if is_post and form.is_valid():
        try:
            services.note_finding(line=line, **form.cleaned_data, by=user, now=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("oversight:inspection", line.inspection_id)
    context = {
        "line": line,
        "form": form,
        "is_prohibition": line.item.group.polarity == ItemGroup.Polarity.PROHIBITION,
    }
    return render_page(request, "oversight/note_finding.html", context, status=422 if is_post else 200)


@require_POST
def finish_inspection(request: HttpRequest, inspection_id: int) -> HttpResponse:
    """Finish the visit."""
    found, user = visible_inspection(request, inspection_id), signed_in(request)
    check_can_inspect(user, found.agency, timezone.localdate())
    form = NoteForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    try:
        done = services.finish_inspection(inspection=found, note=note, by=user, now=timezone.now())
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        if done:
            messages.success(request, _("The inspection is finished; its lines count now."))
    return redirect("oversight:inspection", found.pk)
