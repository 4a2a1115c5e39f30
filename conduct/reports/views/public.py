"""What everybody may read without signing in. No cookie, no session, no script."""

import csv
import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from conduct.agencies.models import Agency
from conduct.kernel.months import Month

from ..models import PublicCell
from ..rules import Span, SpanKind
from ..services.public import offices_like, open_data, public_figures
from ..wording import QUESTIONS, span_text

LANGUAGES = ("vi", "en")
_CACHED = {"Cache-Control": "public, max-age=300"}
OFFICES_A_PAGE = 50
QUESTION_CODES = ("overall", "access", "procedures", "officer", "result", "feedback")
FIELDS = (
    "office_code", "office_name", "period_kind", "period", "question", "n", "satisfied", "share", "low",
    "high", "n_effective",
)  # fmt: skip


def _language(request: HttpRequest) -> str:
    """The language asked for in the address, else that of the visitor's browser."""
    asked = request.GET.get("lang", "")
    active = (translation.get_language() or "vi")[:2]
    return asked if asked in LANGUAGES else active if active in LANGUAGES else "vi"


def _page(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    language = translation.get_language() or "vi"
    query = request.GET.copy()
    query["lang"] = "vi" if language == "en" else "en"
    frame = {"language": language, "language_link": f"?{query.urlencode()}"}
    page = render_to_string(template, {**frame, **context}, request)
    headers = {
        "Content-Language": language,
        "Cache-Control": "public, max-age=300",
        "Vary": "Accept-Language",
    }
    return HttpResponse(page, headers=headers)


@login_not_required
@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """Find an office, or take the open data."""
    word = request.GET.get("q", "")[:100].replace("\0", "")
    with translation.override(_language(request)):
        found = Paginator(offices_like(word, timezone.localdate()), OFFICES_A_PAGE)
        context = {"q": word, "page": found.get_page(request.GET.get("page")), "fields": FIELDS}
        return _page(request, "reports/public.html", context)


@login_not_required
@require_safe
def public_office(request: HttpRequest, code: str) -> HttpResponse:
    """How an office serves: published shares, dossiers on time, what it promised, where to complain."""
    office = get_object_or_404(Agency, code=code, kind__in=Agency.OFFICE_KINDS)
    with translation.override(_language(request)):
        figures = public_figures(office, timezone.localdate())
        newest = figures.newest
        context = {
            "office": office,
            "office_name": office.name,
            "figures": figures,
            "newest": newest,
            "newest_span": span_text(newest.span) if newest else "",
            "questions": [str(name) for name in QUESTIONS],
            "tables": [
                (kind.value, [(row, span_text(row.span)) for row in figures.rows[kind]]) for kind in SpanKind
            ],
        }
        return _page(request, "reports/public_office.html", context)


def _row(cell: PublicCell) -> dict[str, str | int | float]:
    """One line of the open data; shares are fractions of 1 with four places."""
    share = cell.share
    low, high = share.interval
    values = (
        cell.office.code, cell.office.name, cell.kind,
        str(Span.of(SpanKind(cell.kind), Month.of(cell.first))), QUESTION_CODES[cell.question], share.judged,
        share.kept, round(share.value or 0.0, 4), round(low, 4), round(high, 4), round(share.n_eff, 1),
    )  # fmt: skip
    return dict(zip(FIELDS, values, strict=True))


class _Echo:
    """A file for `csv.writer` that gives each line back."""

    def write(self, line: str) -> str:
        return line


def _plain(value: str | int | float) -> str | int | float:
    """Text that a spreadsheet would take for a formula begins with an apostrophe."""
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return f"'{value}"
    return value


def _lines() -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(FIELDS)
    for cell in open_data():
        yield writer.writerow([_plain(value) for value in _row(cell).values()])


@login_not_required
@require_safe
def open_data_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Every published cell as CSV (UTF-8)."""
    headers = {
        "Content-Disposition": 'attachment; filename="chuan-muc.csv"',
        "Cache-Control": "public, max-age=300",
    }
    return StreamingHttpResponse(_lines(), content_type="text/csv; charset=utf-8", headers=headers)


def _objects() -> Iterator[str]:
    yield '{"fields": ' + json.dumps(FIELDS) + ', "rows": ['
    for number, cell in enumerate(open_data()):
        yield (",\n" if number else "\n") + json.dumps(list(_row(cell).values()), ensure_ascii=False)
    yield "\n]}\n"


@login_not_required
@require_safe
def open_data_json(request: HttpRequest) -> StreamingHttpResponse:
    """Every published cell as JSON: the names of the fields, then rows in their order."""
    return StreamingHttpResponse(_objects(), content_type="application/json", headers=_CACHED)
