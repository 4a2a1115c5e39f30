"""The signals of an office's period, reviewer by reviewer."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from conduct.agencies.models import Agency, User
from conduct.agencies.tree import subtree_ids
from conduct.kernel.months import Month
from conduct.kernel.statistics import wilson
from surveys.tallies.answers import tally_posting_answers

from ..models import OfficeTerms
from ..rules.inflation import Figures, Rated, Served, Signal, all_maximum, figures, reviewer_signals
from ..rules.periods import Period
from ..tallies.inflation import Serving, tally_rated, tally_serving

OFFICER_FACTOR = 0


@dataclass(frozen=True, slots=True)
class Reviewer:
    """What one reviewer gave, what citizens said of the same people, and what there is to ask."""

    person: User
    figures: Figures
    served: Served | None
    signals: list[Signal]


@dataclass(frozen=True, slots=True)
class Signals:
    """An office's period: all sheets together, and each reviewer, those with most questions first."""

    office: Figures
    question: Signal | None
    reviewers: list[Reviewer]

    @property
    def n_questions(self) -> int:
        """How many questions there are in all."""
        return sum(len(one.signals) for one in self.reviewers) + (self.question is not None)


def read_signals(office: Agency, period: Period) -> Signals:
    """Compute the signals of a period; four statements and one for each month of answers."""
    kind = OfficeTerms.Kind.MONTH if period.n_months == 1 else OfficeTerms.Kind.QUARTER
    rated = tally_rated(office.pk, period.first.first, kind)
    by_reviewer: dict[int, list[Rated]] = defaultdict(list)
    for one in rated:
        by_reviewer[one.reviewer].append(one)
    served = _served(tally_serving(office.pk, period.first.first, kind), _answers(office, period))
    people = User.objects.in_bulk(by_reviewer)
    rows = [
        Reviewer(
            people[reviewer],
            figures(mine),
            served.get(reviewer),
            reviewer_signals(mine, [one for one in rated if one.reviewer != reviewer], served.get(reviewer)),
        )
        for reviewer, mine in by_reviewer.items()
    ]
    rows.sort(key=lambda row: (-len(row.signals), row.person.name_order))
    return Signals(figures(rated), all_maximum(rated), rows)


def _answers(office: Agency, period: Period) -> dict[int, tuple[int, int]]:
    """Judged and satisfied answers about each posting in the period."""
    found: dict[int, tuple[int, int]] = {}
    for month in period.months:
        for row in tally_posting_answers(subtree_ids({office.pk}, month.last), month):
            if row.item_id == OFFICER_FACTOR:
                judged, kept = found.get(row.posting_id, (0, 0))
                found[row.posting_id] = (judged + row.judged, kept + row.kept)
    return found


def _served(rows: list[Serving], answers: dict[int, tuple[int, int]]) -> dict[int, Served]:
    """By reviewer, over the postings of whom both sides said something."""
    by_reviewer: dict[int, list[Serving]] = defaultdict(list)
    for row in rows:
        if row.posting_id in answers:
            by_reviewer[row.reviewer].append(row)
    found = {}
    for reviewer, mine in by_reviewer.items():
        judged = sum(answers[row.posting_id][0] for row in mine)
        satisfied = sum(answers[row.posting_id][1] for row in mine)
        given = sum((row.given for row in mine), Decimal(0))
        most = sum((row.most for row in mine), Decimal(0))
        low, high = wilson(satisfied, judged)
        found[reviewer] = Served(len(mine), given, most, satisfied, judged, low, high)
    return found


def period_named(first: date, kind: str) -> Period:
    """A stored period."""
    return Period(Month.of(first), 3 if kind == OfficeTerms.Kind.QUARTER else 1)
