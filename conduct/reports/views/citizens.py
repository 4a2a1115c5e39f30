"""What citizens answered about an agency, for its staff."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from conduct.agencies.models import Agency, User
from conduct.agencies.periods import closed_months
from conduct.agencies.permissions import agency_seen, signed_in
from conduct.agencies.tree import Standing
from conduct.documents.xlsx import Cell, Column, make_xlsx, xlsx_response
from conduct.kernel.months import Month
from conduct.kernel.pages import render_page
from conduct.kernel.wording import month_text, number_text, percent_text
from conduct.scores.services.schemes import scheme_of
from surveys.models import SetAside
from surveys.rules.questions import in_language
from surveys.tallies.monthly import Dimension

from ..forms import ReportForm
from ..rules import Span, SpanKind
from ..services.citizens import Answered, CitizenFigures, Index, Row, figures_of
from ..wording import DIMENSIONS, MARKS, QUESTIONS, change_text, span_text, value_text


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose figures are wanted, by whom, and of when."""

    agency: Agency
    reader: User
    standing: Standing
    form: ReportForm

    @property
    def span(self) -> Span:
        """The period."""
        return self.form.span


def wanted(request: HttpRequest, code: str) -> Wanted:
    """Read the address; 404 for who may not see the agency. Without a period the last closed month."""
    reader, day = signed_in(request), timezone.localdate()
    agency, standing = agency_seen(reader, code, day)
    first, last = Month.of(agency.valid_from), Month.of(min(day, agency.valid_to or day))
    office_id = standing.office_id or agency.pk
    form = ReportForm(request.GET.dict(), first, last, lambda: _usual(office_id, first, last))
    return Wanted(agency, reader, standing, form)


def _usual(office_id: int, first: Month, last: Month) -> Span:
    """The last closed month in the life of an agency, else the month before the last."""
    closed = [month for _office, month in closed_months([office_id]) if first <= month <= last]
    return Span.of(SpanKind.MONTH, max(closed, default=max(first, last.previous())))


def _figures(asked: Wanted) -> CitizenFigures:
    scheme = scheme_of(asked.span.first)[1]
    return figures_of(asked.agency, asked.span, asked.standing, asked.reader, scheme, asked.form.dimension)


@require_safe
def citizens(request: HttpRequest, code: str) -> HttpResponse:
    """Satisfaction of an agency in a period, with everything that explains it."""
    asked = wanted(request, code)
    figures = _figures(asked)
    context = {
        "agency": asked.agency,
        "form": asked.form,
        "span": span_text(asked.span),
        "before": span_text(asked.span.previous()),
        "figures": figures,
        "stored_at": figures.scope.stored_at(asked.span.months),
        "indexes": [(str(name), index) for name, index in zip(QUESTIONS, figures.indexes, strict=True)],
        "marks": _distribution(figures.overall),
        "change": change_text(figures.change, figures.difference),
        "respondents": [_named(row, Dimension.RESPONDENT) for row in figures.respondents],
        "rows": [_named(row, figures.by) for row in figures.rows],
        "dimension": str(DIMENSIONS[figures.by]),
        "questions": [str(name) for name in QUESTIONS],
        "further": [_answers(one) for one in figures.further],
        "reasons": [(SetAside.Reason(reason).label, n) for reason, n in figures.set_aside.items()],
        "chart": _chart(figures),
        "trend_heads": [_("Month"), _("Satisfied"), "n"],
        "trend_rows": _trend_rows(figures),
        "query": request.GET.urlencode(),
    }
    return render_page(request, "reports/citizens.html", context)


def _named(row: Row, by: Dimension) -> Row:
    """The row with its value in words; desks have their names already."""
    name = row.name if by is Dimension.DESK else value_text(by, row.value)
    return Row(row.value, name, row.indexes, row.is_person)


def _distribution(index: Index | None) -> list[tuple[str, int, int]]:
    """Each mark in words with how often it was given and how many there are, the best first."""
    if index is None:
        return []
    n = sum(index.marks)
    return [(str(name), times, n) for name, times in reversed(list(zip(MARKS, index.marks, strict=True)))]


def _answers(one: Answered) -> tuple[str, list[tuple[str, int]], int]:
    """A further question in words, with how often each answer was given."""
    language = get_language() or "vi"
    options = {option["value"]: option["text"] for option in one.question.get("options", ())}
    said = {"yes_no": {1: _("Yes"), 0: _("No")}, "scale5": dict(enumerate(map(str, MARKS), 1))}
    words = said.get(one.question["kind"], {3: _("3 or more")} if one.question["kind"] == "trips" else {})
    rows = [
        (in_language(options[mark], language) if mark in options else words.get(mark, str(mark)), n)
        for mark, n in sorted(one.times.items())
    ]
    return in_language(one.question["text"], language), rows, one.n


def _chart(figures: CitizenFigures) -> dict[str, object] | None:
    known = [100 * share.value for _month, share in figures.trend if share and share.value is not None]
    if len(known) < 2:
        return None
    low = max(0, int(min(known)) // 20 * 20)
    points = [
        {"label": month_text(month), "value": None if not share or share.value is None else 100 * share.value}
        for month, share in figures.trend
    ]
    return {
        "kind": "trend",
        "low": low,
        "high": 100,
        "places": 1,
        "name": _("Satisfied, %"),
        "points": points,
    }


def _trend_rows(figures: CitizenFigures) -> list[list[str]]:
    return [
        [
            month_text(month),
            percent_text(share.value if share else None),
            number_text(share.judged if share else None),
        ]
        for month, share in figures.trend
    ]


@require_safe
def citizens_xlsx(request: HttpRequest, code: str) -> HttpResponse:
    """What the page shows, as a sheet; what it hides is empty there, too."""
    asked = wanted(request, code)
    figures = _figures(asked)
    columns = [
        Column(str(DIMENSIONS[figures.by]), width=40), Column(_("Question"), width=32),
        Column(_("Satisfied, %"), "decimal"), Column(_("from"), "decimal"), Column(_("to"), "decimal"),
        Column("n", "integer"), Column(_("effective n"), "decimal"), Column(_("mean mark"), "decimal"),
        *(Column(str(mark), "integer") for mark in MARKS),
    ]  # fmt: skip
    rows = [
        _cells(_("All answers"), name, index) for name, index in zip(QUESTIONS, figures.indexes, strict=True)
    ]
    for row in [_named(one, figures.by) for one in figures.rows]:
        rows += [_cells(row.name, name, index) for name, index in zip(QUESTIONS, row.indexes, strict=True)]
    lines = [
        f"{asked.agency.name}, {span_text(asked.span)}",
        _("Empty: fewer answers than the minimum, or would expose such a count. Forms set aside: %(n)s.")
        % {"n": number_text(figures.n_set_aside)},
    ]
    made = make_xlsx(_("What citizens answered"), lines, columns, rows)
    return xlsx_response(f"citizens-{asked.agency.code}-{asked.span}", made)


def _cells(name: str, question: object, index: Index | None) -> list[Cell]:
    if index is None:
        return [name, str(question), *([None] * 11)]
    low, high = index.share.interval
    value, mean = index.share.value, index.mean
    shares: list[Cell] = [None if one is None else round(100 * one, 1) for one in (value, low, high)]
    counts: list[Cell] = [
        index.share.judged,
        round(index.share.n_eff, 1),
        None if mean is None else round(mean, 2),
    ]
    return [name, str(question), *shares, *counts, *index.marks]
