"""The offices below an agency, side by side."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from conduct.documents.xlsx import Cell, Column, make_xlsx, xlsx_response
from conduct.kernel.comparing import Change
from conduct.kernel.pages import render_page
from conduct.scores.services.schemes import scheme_of

from ..services.comparison import SORTS, Comparison, Office, compare
from ..wording import span_text
from .citizens import Wanted, wanted

OFFICES_A_PAGE = 25
_TONES = {Change.ROSE: "hi", Change.FELL: "lo", Change.UNCLEAR: "eq", Change.UNKNOWN: "nd"}


def _comparison(request: HttpRequest, asked: Wanted) -> tuple[Comparison, str]:
    sort = request.GET.get("sort", "")
    if sort.removeprefix("-") not in SORTS:
        sort = "-adjusted"
    scheme = scheme_of(asked.span.first)[1]
    return compare(asked.agency, asked.span, asked.standing, asked.reader, scheme, sort), sort


@require_safe
def compare_offices(request: HttpRequest, code: str) -> HttpResponse:
    """Raw and mix-adjusted shares beside each other, with what is more than chance."""
    asked = wanted(request, code)
    found, sort = _comparison(request, asked)
    page = Paginator(found.offices, OFFICES_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "agency": asked.agency,
        "form": asked.form,
        "span": span_text(asked.span),
        "found": found,
        "stored_at": found.scope.stored_at(asked.span.months),
        "sort": sort,
        "rows": [
            (office, _TONES[office.verdict], _verdict(office), _change(office)) for office in page.object_list
        ],
        "page": page,
        "query": request.GET.urlencode(),
    }
    return render_page(request, "reports/compare_offices.html", context)


def _verdict(office: Office) -> str:
    words = {
        Change.ROSE: _("surely above the others"),
        Change.FELL: _("surely below the others"),
        Change.UNCLEAR: _("no sure difference"),
        Change.UNKNOWN: _("not compared"),
    }
    return words[office.verdict]


def _change(office: Office) -> str:
    words = {
        Change.ROSE: _("rose"),
        Change.FELL: _("fell"),
        Change.UNCLEAR: _("no clear change"),
        Change.UNKNOWN: _("nothing to compare with"),
    }
    return words[office.change]


@require_safe
def compare_offices_xlsx(request: HttpRequest, code: str) -> HttpResponse:
    """The same table as a sheet."""
    asked = wanted(request, code)
    found, _sort = _comparison(request, asked)
    columns = [
        Column(_("Agency"), width=40), Column("n", "integer"), Column(_("effective n"), "decimal"),
        Column(_("Satisfied, %"), "decimal"), Column(_("from"), "decimal"), Column(_("to"), "decimal"),
        Column(_("Adjusted for the mix, %"), "decimal"), Column(_("from"), "decimal"),
        Column(_("to"), "decimal"), Column(_("Difference from"), "decimal"), Column(_("to"), "decimal"),
        Column(_("Against the others"), width=28), Column(_("Against the period before"), width=28),
        Column(_("Businesses, n"), "integer"), Column(_("Businesses satisfied, %"), "decimal"),
    ]  # fmt: skip
    lines = [
        f"{asked.agency.name}, {span_text(asked.span)}",
        _("“Surely” is controlled for false discoveries over the whole list (Benjamini–Hochberg, 5 %)."),
    ]
    made = make_xlsx(_("Offices compared"), lines, columns, [_cells(office) for office in found.offices])
    return xlsx_response(f"compare-{asked.agency.code}-{asked.span}", made)


def _percent(value: float | None) -> Cell:
    return None if value is None else round(100 * value, 1)


def _cells(office: Office) -> list[Cell]:
    share, adjusted = office.share, office.adjusted
    if share is None or adjusted is None:
        return [office.agency.name, *([None] * 10), _verdict(office), _change(office), None, None]
    firms = office.businesses
    return [
        office.agency.name,
        share.judged,
        round(share.n_eff, 1),
        *map(_percent, (share.value, *share.interval, adjusted.value, *adjusted.interval)),
        *map(_percent, office.difference or (None, None)),
        _verdict(office),
        _change(office),
        firms.judged if firms else None,
        _percent(firms.value if firms else None),
    ]
