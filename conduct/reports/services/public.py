"""What everybody may read about an office: published cells, and of hidden ones only that there are any."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from conduct.agencies.models import Agency, AgencyQuerySet
from conduct.agencies.tree import subtree_ids
from conduct.kernel.months import Month
from conduct.kernel.names import fold
from conduct.kernel.statistics import Share
from models_catalog.models import Adoption, Item
from surveys.tallies.monthly import N_QUESTIONS

from ..models import PublicCell
from ..rules import Span, SpanKind
from ..tallies.publication import OnTime, tally_on_time

MONTHS, QUARTERS, YEARS = 12, 8, 5
_KEPT = {SpanKind.MONTH: MONTHS, SpanKind.QUARTER: QUARTERS, SpanKind.YEAR: YEARS}


@dataclass(frozen=True, slots=True)
class PublicRow:
    """A period in the public table: a share for each question, None where hidden.

    ``n_months``: how many months are added up where the whole period is hidden but some of its months are
    shown; that sum tells nothing new.
    """

    span: Span
    shares: tuple[Share | None, ...]
    nobody: bool
    n_months: int = 0

    @property
    def overall(self) -> Share | None:
        """Satisfaction on the whole."""
        return self.shares[0]


@dataclass(frozen=True)
class PublicFigures:
    """All that the page of an office shows."""

    rows: dict[SpanKind, list[PublicRow]]
    on_time: list[OnTime]
    adoptions: list[Adoption]

    @property
    def newest(self) -> PublicRow | None:
        """The newest period with a share: a month, else a quarter, else a year."""
        shown = [row for rows in self.rows.values() for row in rows if row.overall and not row.n_months]
        return max(shown, key=lambda row: (row.span.last, -len(row.span.months)), default=None)

    @property
    def dossiers(self) -> OnTime | None:
        """The newest month with dossiers."""
        return self.on_time[-1] if self.on_time else None


def offices_like(word: str, on: date) -> AgencyQuerySet:
    """Offices in force whose name has these letters, diacritics or not."""
    offices = Agency.objects.in_force(on).filter(kind__in=Agency.OFFICE_KINDS)
    return offices.filter(search__contains=fold(word)).order_by("search")


def public_figures(office: Agency, on: date) -> PublicFigures:
    """Read what is published of an office; five statements."""
    cells = list(PublicCell.objects.filter(office=office).order_by("first"))
    rows = {kind: _rows(kind, cells)[: _KEPT[kind]] for kind in SpanKind}
    months = [row.span.first for row in _rows(SpanKind.MONTH, cells)[:MONTHS]]
    on_time = tally_on_time(subtree_ids([office.pk], on), min(months), max(months)) if months else []
    adoptions = Adoption.objects.in_force(on).filter(agency=office).select_related("version__model")
    items = Prefetch("version__groups__items", Item.objects.order_by("position"))
    return PublicFigures(rows, on_time, list(adoptions.prefetch_related("version__groups", items)))


def _rows(kind: SpanKind, cells: Iterable[PublicCell]) -> list[PublicRow]:
    """The rows of one kind, newest first."""
    found: dict[date, dict[int, PublicCell]] = {}
    for cell in cells:
        if cell.kind == kind:
            found.setdefault(cell.first, {})[cell.question] = cell
    rows = []
    for first, by_question in sorted(found.items(), reverse=True):
        span = Span.of(kind, Month.of(first))
        shown = {question: cell.share for question, cell in by_question.items() if cell.is_shown}
        shares = tuple(shown.get(question) for question in range(N_QUESTIONS))
        row = PublicRow(span, shares, by_question[0].judged == 0)
        rows.append(row if shares[0] or kind is SpanKind.MONTH else _partly(row, cells))
    return rows


def _partly(row: PublicRow, cells: Iterable[PublicCell]) -> PublicRow:
    """The sum of the shown months of a hidden period, question by question."""
    months = {month.first for month in row.span.months}
    shown = [cell for cell in cells if cell.kind == SpanKind.MONTH and cell.is_shown and cell.first in months]
    n_months = len({cell.first for cell in shown if cell.question == 0})
    shares = [
        sum((cell.share for cell in shown if cell.question == question), Share())
        for question in range(N_QUESTIONS)
    ]
    return PublicRow(
        row.span, tuple(share if share.judged else None for share in shares), row.nobody, n_months
    )


def open_data() -> Iterator[PublicCell]:
    """Every shown cell, by period, office and question."""
    cells = PublicCell.objects.shown().select_related("office")
    return cells.order_by("first", "kind", "office__code", "question").iterator(chunk_size=2000)
