"""Results that leave for other systems, and lists and forms of a whole period (Điều 26.1d)."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from conduct.agencies.models import Agency, User
from conduct.agencies.permissions import Refused, signed_in
from conduct.agencies.tree import subtree_ids
from conduct.documents.xlsx import xlsx_response
from conduct.kernel.months import Month
from conduct.kernel.names import fold
from conduct.kernel.pages import render_page

from ..forms.exports import ExportForm, ExportsForm
from ..models import Result, ResultExport, Sheet
from ..permissions.exports import exporting_ids, exporting_offices
from ..services.exports import YEAR, export_results, results_in_force
from ..services.papers import forms_pdf
from ..services.papers_year import Line, list_pdf, list_xlsx, result_lines, year_lines, years_pdf
from ..services.year_results import decided_years
from ..tallies.exports import ResultPeriod, tally_result_periods

DAYS = 5
"""Days after the result by which it must have reached the national database (Điều 26.1d)."""
PERIODS_A_PAGE = 25
FORMS_AT_ONCE = 200
PEOPLE_A_PAGE = 100
"""Sheets in one PDF: some four seconds of work; a larger office takes them unit by unit."""
KINDS = ("month", "quarter", YEAR)


@dataclass(frozen=True, slots=True)
class Row:
    """A period of an office and how its delivery stands: sent, due or late."""

    tallied: ResultPeriod
    due_on: date | None
    state: str

    @property
    def month(self) -> Month:
        """How the period stands in addresses."""
        return Month.of(self.tallied.period)


def _row(one: ResultPeriod, today: date) -> Row:
    if one.owed_since is None:
        return Row(one, None, "sent")
    due_on = timezone.localdate(one.owed_since) + timedelta(days=DAYS)
    return Row(one, due_on, "late" if today > due_on else "owed")


@require_safe
def exports(request: HttpRequest) -> HttpResponse:
    """Periods with results: what still has to be sent, by when."""
    user, today, form = signed_in(request), timezone.localdate(), ExportsForm(request.GET)
    reached = exporting_ids(user, today)
    if not reached:
        raise Refused(_("Lists and exports are for heads and office administrators."))
    rows = [_row(one, today) for one in tally_result_periods(reached)] if form.is_valid() else []
    owed = [row for row in rows if row.state != "sent"]
    late = [row for row in owed if row.state == "late"]
    if form.is_valid():
        said = form.cleaned_data
        wanted = fold(said["q"])
        rows = [row for row in rows if wanted in fold(row.tallied.office)]
        if said["state"] == "owed":
            rows = [row for row in rows if row.state != "sent"]
        elif said["state"]:
            rows = [row for row in rows if row.state == said["state"]]
    page = Paginator(rows, PERIODS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "n_owed": len(owed),
        "n_late": len(late),
        "filtered": form.is_valid() and any(form.cleaned_data.values()),
    }
    status = 422 if form.errors else 200
    return render_page(request, "ratings/exports.html", context, partials=("list",), status=status)


@dataclass(frozen=True, slots=True)
class Chosen:
    """An office and a period of it that the reader may take out."""

    office: Agency
    kind: str
    period: date
    user: User

    @property
    def month(self) -> Month:
        """How the period stands in addresses."""
        return Month.of(self.period)


def _choose(request: HttpRequest, code: str, kind: str, month: Month) -> Chosen:
    """404 for an office that is not the reader's, and for a period that cannot be."""
    user = signed_in(request)
    office = get_object_or_404(exporting_offices(user, timezone.localdate()), code=code)
    if kind not in KINDS or (kind == YEAR and month.month != 1):
        raise Http404
    return Chosen(office, kind, month.first, user)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def export_period(request: HttpRequest, code: str, kind: str, month: Month) -> HttpResponse:
    """One period: its list and forms, the files that left; making one more."""
    chosen = _choose(request, code, kind, month)
    form = ExportForm(
        request.POST if request.method == "POST" else None,
        initial={"target": "national", "form": "json"},
        is_year=kind == YEAR,
    )
    if request.method == "POST" and form.is_valid():
        made = export_results(
            office=chosen.office, kind=kind, period=chosen.period, **form.cleaned_data, by=chosen.user,
            now=timezone.now(),
        )  # fmt: skip
        headers = {
            "Content-Disposition": f'attachment; filename="{made.name}"',
            "Cache-Control": "private, no-store",
        }
        return HttpResponse(made.content, content_type=made.media_type, headers=headers)
    lines = _lines(chosen)
    sent = ResultExport.objects.filter(office=chosen.office, kind=kind, period=chosen.period)
    context = {
        "form": form,
        "chosen": chosen,
        "lines": lines,
        "page": Paginator(lines, PEOPLE_A_PAGE).get_page(request.GET.get("page")),
        "units": _units(chosen),
        "sent": sent.select_related("by").order_by("-at")[:20],
        "at_once": FORMS_AT_ONCE,
    }
    return render_page(request, "ratings/export_period.html", context, status=422 if form.errors else 200)


def _lines(chosen: Chosen) -> list[Line]:
    if chosen.kind == YEAR:
        return year_lines(list(decided_years(chosen.office, chosen.period.year)))
    return result_lines(results_in_force(chosen.office, chosen.kind, chosen.period))


def _units(chosen: Chosen) -> list[Agency]:
    """The units whose people have results in the period."""
    units = Agency.objects.order_by("name")
    if chosen.kind == YEAR:
        years = decided_years(chosen.office, chosen.period.year)
        return list(units.filter(pk__in=years.values("posting__agency_id")))
    sheets = Sheet.objects.filter(
        office=chosen.office, kind=chosen.kind, period=chosen.period, results__isnull=False
    )
    return list(units.filter(pk__in=sheets.values("posting__agency_id")))


def _pdf(name: str, content: bytes) -> HttpResponse:
    headers = {
        "Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "private, no-store",
    }  # fmt: skip
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@never_cache
@require_safe
def export_list_pdf(request: HttpRequest, code: str, kind: str, month: Month) -> HttpResponse:
    """The list of results as a paper."""
    chosen = _choose(request, code, kind, month)
    lines = _lines(chosen) or _none()
    content = list_pdf(chosen.office, kind, chosen.period, lines, now=timezone.now())
    return _pdf(f"danh-sach-ket-qua-{month}", content)


@never_cache
@require_safe
def export_list_xlsx(request: HttpRequest, code: str, kind: str, month: Month) -> HttpResponse:
    """The list of results as a table."""
    chosen = _choose(request, code, kind, month)
    lines = _lines(chosen) or _none()
    return xlsx_response(f"danh-sach-ket-qua-{month}", list_xlsx(chosen.office, kind, chosen.period, lines))


@never_cache
@require_safe
def export_forms(request: HttpRequest, code: str, kind: str, month: Month) -> HttpResponse:
    """The forms of everybody in the period, or in one unit of it (``?unit=``), in one PDF."""
    chosen = _choose(request, code, kind, month)
    today = timezone.localdate()
    unit = request.GET.get("unit", "")
    wanted = subtree_ids([int(unit)], today) if unit.isdecimal() and len(unit) < 19 else None
    if kind == YEAR:
        years = [
            row for row in decided_years(chosen.office, chosen.period.year)
            if wanted is None or row.posting.agency_id in wanted
        ]  # fmt: skip
        _check_number(len(years))
        return _pdf(f"mau-02-{month.year}", years_pdf(years, now=timezone.now()))
    found = [
        (result.sheet, result) for result in _with_office(chosen)
        if wanted is None or result.sheet.posting.agency_id in wanted
    ]  # fmt: skip
    _check_number(len(found))
    return _pdf(f"mau-01-{month}", forms_pdf(found))


def _with_office(chosen: Chosen) -> list[Result]:
    results = results_in_force(chosen.office, chosen.kind, chosen.period)
    for result in results:
        result.sheet.office = chosen.office
    return results


def _check_number(n_forms: int) -> None:
    if not n_forms:
        _none()
    if n_forms > FORMS_AT_ONCE:
        raise Refused(_("One file holds at most %(n)s forms. Take them unit by unit.") % {"n": FORMS_AT_ONCE})


def _none() -> list[Line]:
    raise Http404
