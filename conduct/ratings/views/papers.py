"""Mẫu số 01 and Mẫu số 02 of one person."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from conduct.agencies.permissions import signed_in
from conduct.documents.xlsx import xlsx_response
from conduct.kernel.names import fold

from ..models import Sheet, YearRating
from ..permissions.exports import exporting_ids
from ..permissions.year import visible_ratings
from ..services.papers import form_xlsx as make_form_xlsx
from ..services.papers import forms_pdf
from ..services.papers_year import year_xlsx, years_pdf
from ..services.results import result_in_force


def _sheet(request: HttpRequest, sheet_id: int) -> Sheet:
    """The sheet of one whom the reader is, rates, leads, or whose results the reader takes out; else 404."""
    user, today = signed_in(request), timezone.localdate()
    found = Sheet.objects.filter(pk=sheet_id).select_related(
        "posting__person", "posting__agency", "office", "scheme", "reviewer"
    )
    sheet = found.visible_to(user, today).first()
    if sheet is not None:
        return sheet
    confirmed = found.filter(office_id__in=exporting_ids(user, today), results__isnull=False)
    return get_object_or_404(confirmed.distinct())


@never_cache
@require_safe
def form_pdf(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """Mẫu số 01; a draft until the result is confirmed."""
    sheet = _sheet(request, sheet_id)
    return _pdf(_name(sheet), forms_pdf([(sheet, result_in_force(sheet))]))


@never_cache
@require_safe
def form_xlsx(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """Mẫu số 01 as a table."""
    sheet = _sheet(request, sheet_id)
    return xlsx_response(_name(sheet), make_form_xlsx(sheet, result_in_force(sheet)))


def _name(sheet: Sheet) -> str:
    return f"mau-01-{slugify(fold(sheet.posting.person.full_name))}-{sheet.period:%Y-%m}"


def _rating(request: HttpRequest, rating_id: int, today: date) -> YearRating:
    found = visible_ratings(signed_in(request), today).select_related(
        "posting__agency", "person", "office", "scheme", "decision__signed_by"
    )
    return get_object_or_404(found, pk=rating_id)


@never_cache
@require_safe
def form_year_pdf(request: HttpRequest, rating_id: int) -> HttpResponse:
    """Mẫu số 02; a draft until the class is decided."""
    now = timezone.now()
    rating = _rating(request, rating_id, timezone.localdate(now))
    return _pdf(f"mau-02-{rating.year}-{rating.pk}", years_pdf([rating], now=now))


@never_cache
@require_safe
def form_year_xlsx(request: HttpRequest, rating_id: int) -> HttpResponse:
    """Mẫu số 02 as a table."""
    today = timezone.localdate()
    rating = _rating(request, rating_id, today)
    return xlsx_response(f"mau-02-{rating.year}-{rating.pk}", year_xlsx(rating, today))


def _pdf(name: str, content: bytes) -> HttpResponse:
    headers = {
        "Content-Disposition": f'inline; filename="{name}.pdf"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type="application/pdf", headers=headers)
