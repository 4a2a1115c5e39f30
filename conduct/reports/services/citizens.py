"""What citizens answered about an agency in a month, quarter or year, as its page and its export show it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q

from conduct.agencies.models import Agency, User
from conduct.agencies.tree import Standing
from conduct.kernel.comparing import Change, change_of, difference_of
from conduct.kernel.months import Month
from conduct.kernel.statistics import Share
from conduct.kernel.suppressing import Count, choose_shown
from conduct.scores.rules.scheme import Scheme
from surveys.models import ServicePoint, SetAside
from surveys.tallies.figures import Further, Marks, Rate, tally_further, tally_marks, tally_rates
from surveys.tallies.hidden_persons import may_see_person, persons_hidden_from
from surveys.tallies.monthly import N_QUESTIONS, WHOLE, Dimension
from surveys.tallies.persons import Group, Voice

from ..rules import Span, SpanKind
from ..tallies.start import tally_month_counts
from .scopes import Scope, scope_of

TREND_MONTHS = 12
SATISFIED = ("satisfied", "open")
WHOLE_ROW = "*"


@dataclass(frozen=True, slots=True)
class Index:
    """Answers to one question: the share of 4 and 5, the mean mark, and how often each mark was given."""

    question: int
    share: Share = field(default_factory=Share)
    marks: tuple[int, ...] = (0, 0, 0, 0, 0)

    def __add__(self, other: "Index") -> "Index":
        marks = tuple(one + two for one, two in zip(self.marks, other.marks, strict=True))
        return Index(self.question, self.share + other.share, marks)

    @property
    def mean(self) -> float | None:
        """The mean of the marks, 1 to 5."""
        n = sum(self.marks)
        return sum(mark * times for mark, times in enumerate(self.marks, 1)) / n if n else None

    @property
    def count(self) -> Count:
        """For suppression."""
        return Count(self.share.judged, self.share.kept)


@dataclass(frozen=True, slots=True)
class Row:
    """One value of a dimension; hidden questions are None."""

    value: str
    name: str
    indexes: tuple[Index | None, ...]
    is_person: bool = False
    """A desk with one officer, which this reader may not see."""

    @property
    def overall(self) -> Index | None:
        """Satisfaction on the whole."""
        return self.indexes[0]


@dataclass(frozen=True, slots=True)
class Answered:
    """How often each answer to a further question was given."""

    question: dict[str, Any]
    times: dict[int, int]

    @property
    def n(self) -> int:
        """How many answered it."""
        return sum(self.times.values())


@dataclass(frozen=True)
class CitizenFigures:
    """All that the page needs."""

    agency: Agency
    span: Span
    scope: Scope
    scheme: Scheme
    indexes: tuple[Index | None, ...]
    n: int
    before: Share | None
    change: Change
    respondents: list[Row]
    rows: list[Row]
    by: Dimension
    further: list[Answered]
    rates: dict[str, tuple[int, int]]
    set_aside: dict[str, int]
    trend: list[tuple[Month, Share | None]]
    is_person: bool
    """All answers came in at one desk with one officer, whom this reader may not look at."""

    @property
    def overall(self) -> Index | None:
        """Satisfaction on the whole; None when hidden."""
        return self.indexes[0]

    @property
    def months(self) -> list[Month]:
        """The months of the span that are counted."""
        return self.scope.visible(self.span.months)

    @property
    def open_months(self) -> list[Month]:
        """Those of them that are still open."""
        return [month for month in self.months if month in self.scope.still_open]

    @property
    def n_set_aside(self) -> int:
        """How many forms are not counted."""
        return sum(self.set_aside.values())

    @property
    def difference(self) -> tuple[float, float] | None:
        """95 % interval of the change against the span before."""
        if self.overall is None or self.before is None:
            return None
        return difference_of(self.overall.share, self.before)


def figures_of(
    agency: Agency, span: Span, standing: Standing, reader: User, scheme: Scheme, by: Dimension
) -> CitizenFigures:
    """Read the figures for a reader who stands so to the agency; at most eight statements."""
    trend_months = list(span.last.plus(1 - TREND_MONTHS).until(span.last))
    before = span.previous()
    scope = scope_of(agency, standing, [*before.months, *span.months], alone=trend_months)
    minimum = scheme.minimum_inside
    current, both = scope.asked(span.months), scope.asked([*before.months, *span.months])
    dimensions = {Dimension.RESPONDENT, by}
    marks = tally_marks(both, dimensions, overall={Dimension.DESK} - dimensions)
    now = [row for row in marks if row.month >= span.first]
    whole = _indexes(row for row in now if row.by == WHOLE)
    earlier = _indexes(row for row in marks if row.by == WHOLE and row.month < span.first)[0].share
    points = {row.value for row in now if row.by == Dimension.DESK}
    desks = _Desks()
    if by is Dimension.DESK or len(points) == 1:
        desks = _Desks.of(scope.everything, span, standing, reader, scope)
    is_person = len(points) == 1 and points <= desks.persons
    enough = whole[0].share.judged >= minimum and not is_person
    apart = {Dimension.RESPONDENT, by} - _telling(scope.everything, span, standing, reader, scope, by)
    shown_before = earlier if earlier.judged >= minimum else None
    rows = {
        one: _rows((row for row in now if row.by == one), whole, minimum, one, desks)
        if enough and one in apart
        else []
        for one in (Dimension.RESPONDENT, by)
    }
    rates = tally_rates(current)
    further = tally_further(current) if enough else []
    return CitizenFigures(
        agency=agency,
        span=span,
        scope=scope,
        scheme=scheme,
        indexes=tuple(index if enough and index.share.judged >= minimum else None for index in whole),
        n=whole[0].share.judged,
        before=shown_before,
        change=change_of(whole[0].share, earlier) if enough and shown_before else Change.UNKNOWN,
        respondents=rows[Dimension.RESPONDENT],
        rows=rows[by],
        by=by,
        further=_answers(further, minimum),
        rates=_channels(rates),
        set_aside=_reasons(rates),
        trend=[] if is_person else _trend(agency, trend_months, scope, minimum),
        is_person=is_person,
    )


def _indexes(rows: Iterable[Marks]) -> tuple[Index, ...]:
    """The six questions, added up over agencies and months."""
    found = [Index(question) for question in range(N_QUESTIONS)]
    for row in rows:
        found[row.question] += Index(row.question, row.share, row.marks)
    return tuple(found)


def _telling(
    ids: Collection[int],
    span: Span,
    standing: Standing,
    reader: User,
    scope: Scope,
    by: Dimension,
) -> set[Dimension]:
    """The dimension, where it would set one officer's answers apart: all of the invited or of the open ones
    came in at one desk whose officer this reader may not look at."""
    if by not in (Dimension.TRUST, Dimension.CHANNEL):
        return set()
    lone = persons_hidden_from(
        reader,
        standing,
        lambda: [Group(one, ids, span.first, span.last, one) for one in (Voice.INVITED, Voice.OPEN)],
        is_open=lambda _group: bool(scope.still_open),
    )
    return {by} if lone else set()


@dataclass(frozen=True)
class _Desks:
    """The names of desks, and those that are one officer whom the reader may not look at."""

    names: dict[str, str] = field(default_factory=dict)
    persons: frozenset[str] = frozenset()

    @classmethod
    def of(cls, ids: Collection[int], span: Span, standing: Standing, reader: User, scope: Scope) -> "_Desks":
        """The desks by name, and which of them are one officer whom this reader may not look at."""
        sitting = Q(officers__starts_on__lte=span.last.last) & (
            Q(officers__ends_on=None) | Q(officers__ends_on__gte=span.first.first)
        )
        points = ServicePoint.objects.filter(agency_id__in=ids).annotate(
            people=ArrayAgg("officers__posting__person_id", distinct=True, default=[], filter=sitting)
        )
        names, persons = {}, set()
        for point_id, name, agency, people in points.values_list("pk", "name", "agency__name", "people"):
            names[str(point_id)] = f"{name}, {agency}"
            is_open = bool(scope.still_open)
            if len(people) == 1 and not may_see_person(people[0], reader, standing, is_open=is_open):
                persons.add(str(point_id))
        return cls(names, frozenset(persons))


def _rows(
    rows: Iterable[Marks], whole: Collection[Index], minimum: int, by: Dimension, desks: _Desks
) -> list[Row]:
    """A row for each value, the most answers first; what would expose a small one is hidden."""
    found: dict[str, list[Marks]] = {}
    for row in rows:
        found.setdefault(row.value, []).append(row)
    indexes = {value: _indexes(one) for value, one in found.items()}
    allowed: set[str] = set(indexes) - desks.persons | {WHOLE_ROW}
    shown: list[set[str]] = []
    for question, index in enumerate(whole):
        counts = {WHOLE_ROW: index.count, **{value: one[question].count for value, one in indexes.items()}}
        above = {value: None if value == WHOLE_ROW else WHOLE_ROW for value in counts}
        shown.append(choose_shown(counts, above, minimum, allowed))
        allowed = allowed if question else shown[0]
    return [
        Row(
            value,
            desks.names.get(value, value) if by is Dimension.DESK else value,
            tuple(index if value in shown[question] else None for question, index in enumerate(one)),
            value in desks.persons,
        )
        for value, one in sorted(indexes.items(), key=lambda pair: (-pair[1][0].share.judged, pair[0]))
    ]


def _answers(rows: Iterable[Further], minimum: int) -> list[Answered]:
    """Each further question by its wording, with at least so many answers."""
    found: dict[str, Answered] = {}
    for row in rows:
        one = found.setdefault(row.question["text"]["vi"], Answered(row.question, {}))
        one.times[row.mark] = one.times.get(row.mark, 0) + row.n
    return [one for one in found.values() if one.n >= minimum]


def _channels(rates: Iterable[Rate]) -> dict[str, tuple[int, int]]:
    """(answered, asked) over invitations and rounds, and at desks ratings against finished dossiers."""
    found = {"invitation": (0, 0), "round": (0, 0), "desk": (0, 0)}
    for row in rates:
        kind = "desk" if row.kind == "finished" else row.kind
        if kind in found:
            answered, asked = found[kind]
            found[kind] = (answered + row.n_answered, asked + row.n_asked)
    return found


def _reasons(rates: Iterable[Rate]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rates:
        if row.kind in SetAside.Reason.values:
            found[row.kind] = found.get(row.kind, 0) + row.n_answered
    return found


def _trend(
    agency: Agency, months: Collection[Month], scope: Scope, minimum: int
) -> list[tuple[Month, Share | None]]:
    """Satisfaction month by month, from what the roll-up stored; quarters protect their small months."""
    stored: dict[Month, Share] = {}
    for row in tally_month_counts(agency.pk, scope.visible(months)):
        month = Month.of(row.month)
        if row.component in SATISFIED:
            stored[month] = stored.get(month, Share()) + Share(row.kept, row.judged, row.sums)
    counts: dict[Month | Span, Count] = {month: Count(one.judged, one.kept) for month, one in stored.items()}
    above: dict[Month | Span, Month | Span | None] = {}
    for month in stored:
        quarter = Span.of(SpanKind.QUARTER, month)
        above[month] = quarter
        counts[quarter] = counts.get(quarter, Count()) + counts[month]
    shown = choose_shown(counts, above, minimum)
    return [(month, stored[month] if month in shown else None) for month in months]
