"""The list of dossiers, and one of them."""

from collections.abc import Iterator
from datetime import date

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from conduct.agencies.permissions import leads, signed_in
from conduct.documents.xlsx import Cell, Column, make_xlsx, xlsx_response
from conduct.kernel.pages import render_page

from ..forms.dossiers import SORTS, STATES, FilterForm
from ..models import Dossier, DossierQuerySet
from ..permissions.dossiers import importable_agencies
from ..rules.status import is_overdue, status_of

DOSSIERS_A_PAGE = 50
AT_MOST_EXPORTED = 20_000


def _found(request: HttpRequest, form: FilterForm, today: date) -> DossierQuerySet:
    found = Dossier.objects.visible_to(signed_in(request), today).select_related("agency")
    if not form.is_valid():
        return found.none()
    if text := form.cleaned_data["q"]:
        found = found.filter(code__icontains=text)
    found = found.of_state(form.cleaned_data["state"], today)
    sort = request.GET.get("sort", "")
    return found.order_by(sort if sort in SORTS else SORTS[0], "pk")


def _state(dossier: Dossier, today: date) -> str:
    """As the list says it: overdue stands for those in process whose day has passed."""
    if is_overdue(dossier.due_on, dossier.finished_on, today):
        return "overdue"
    return status_of(dossier.promised_on, dossier.finished_on).value


@require_safe
def dossiers(request: HttpRequest) -> HttpResponse:
    """Dossiers of the agencies the reader may see; without names."""
    today, form = timezone.localdate(), FilterForm(request.GET)
    page = Paginator(_found(request, form, today), DOSSIERS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [(one, _state(one, today)) for one in page.object_list],
        "states": STATES,
        "sort": request.GET.get("sort", SORTS[0]),
        "filtered": form.is_valid() and any(form.cleaned_data.values()),
        "may_import": importable_agencies(signed_in(request), today).exists(),
    }
    status = 422 if form.errors else 200
    return render_page(request, "dossiers/dossiers.html", context, partials=("list",), status=status)


@require_safe
def dossiers_xlsx(request: HttpRequest) -> HttpResponse:
    """What the list shows, as XLSX."""
    today = timezone.localdate()
    found = _found(request, FilterForm(request.GET), today)
    columns = [
        Column(_("Dossier code"), width=26), Column(_("Procedure"), width=50),
        Column(_("Field of work"), width=24),
        Column(_("Handed in"), width=14), Column(_("Received on"), "day", 13),
        Column(_("First promised for"), "day", 13), Column(_("Due on"), "day", 13),
        Column(_("Result on"), "day", 13), Column(_("State"), width=14), Column(_("Agency"), width=30),
    ]  # fmt: skip
    lines = [_("Without names and contacts of citizens.")]
    if found.count() > AT_MOST_EXPORTED:
        lines.append(
            _("Only the first %(n)s rows; narrow the filters for the rest.") % {"n": AT_MOST_EXPORTED}
        )
    return xlsx_response("ho-so", make_xlsx(_("Dossiers"), lines, columns, _lines(found, today)))


def _lines(found: DossierQuerySet, today: date) -> Iterator[list[Cell]]:
    for one in found[:AT_MOST_EXPORTED]:
        yield [
            one.code, one.procedure, one.procedure_group, one.get_channel_display(), one.received_on,
            one.promised_on, one.due_on, one.finished_on, str(STATES[_state(one, today)]), one.agency.name,
        ]  # fmt: skip


@require_safe
def dossier(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """One dossier. Who works on it is for those who lead the agency, and for that person."""
    user, today = signed_in(request), timezone.localdate()
    visible = Dossier.objects.visible_to(user, today).select_related("agency", "posting__person")
    found = get_object_or_404(visible, pk=dossier_id)
    posting = found.posting
    names_officer = posting is not None and (posting.person_id == user.pk or leads(user, found.agency, today))
    context = {
        "dossier": found,
        "state": _state(found, today),
        "words": STATES[_state(found, today)],
        "officer": posting if names_officer else None,
        "has_contact": bool(found.contact_mark),
    }
    return render_page(request, "dossiers/dossier.html", context)
