"""What stands beside the lines of a sheet when it is reviewed: counts and events of its period (design 5.4).

Citizens' counts of an open month are the head's alone; private journal slips and cases that name the reader
are never here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, Q
from django.utils import timezone

from conduct.agencies.models import Period as ConductMonth
from conduct.agencies.models import Posting, User
from conduct.agencies.periods import closed_months
from conduct.commitments.tallies.journal import SubmittedSlip, tally_submitted_slips
from conduct.commitments.tallies.promises import PromiseFigures, tally_due
from conduct.feedback.models import Case
from conduct.feedback.permissions.cases import listed_cases
from conduct.judgements.models import Judgement
from conduct.kernel.months import Month
from conduct.oversight.models import Finding
from conduct.scores.ledger import item_texts
from conduct.scores.models import PersonScore
from conduct.scores.permissions import Sight, team_sight
from conduct.scores.rules.evidence import OFFICER_LINE, Source
from conduct.scores.rules.parts import person_from_data
from conduct.scores.rules.person import Reason

from ..models import Result, Sheet
from ..rules.periods import Period
from ..tallies.reach import tally_rating_reach
from .reading import rules_of
from .sheets import kind_of
from .steps import period_of_sheet


@dataclass(frozen=True, slots=True)
class Slip:
    """A journal slip that its writer submitted."""

    item: str
    slip: SubmittedSlip


@dataclass(frozen=True, slots=True)
class Heard:
    """Verified answers of citizens about one matter; ``item`` is empty for the officer as a whole."""

    month: Month
    item: str
    kept: int
    judged: int
    is_pooled: bool


@dataclass(frozen=True, slots=True)
class Scored:
    """The conduct score of a month, as evidence; it is not the statutory score."""

    month: Month
    model: str
    score: Decimal
    band: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """All evidence about one person in one period. ``hidden``: months whose citizens' counts and scores
    appear at their close."""

    period: Period
    to_date: date | None
    serves_citizens: bool
    promises: PromiseFigures
    slips: list[Slip]
    judged: list[Judgement]
    heard: list[Heard]
    n_too_few: int
    scores: list[Scored]
    hidden: list[Month]
    findings: list[Finding]
    cases: list[Case]

    @property
    def n_below(self) -> int:
        """How many judged items are below "always kept"."""
        return sum(judgement.value < Judgement.MAXIMUM for judgement in self.judged)


def evidence_about(sheet: Sheet, *, reader: User, now: datetime) -> Evidence:
    """What this reader, who reviews or confirms the sheet, may see beside it."""
    period, posting, today = period_of_sheet(sheet), sheet.posting, timezone.localdate(now)
    zone = timezone.get_current_timezone()
    start, end = period.first.bounds(zone)[0], period.last.bounds(zone)[1]
    slips = [slip for month in period.months for slip in tally_submitted_slips([posting.pk], month)]
    scores, hidden = _seen_scores(sheet, period, reader, today)
    keys = {slip.item_id for slip in slips}
    keys |= {item.key for score, _is_open in scores for item in person_from_data(score.parts).items}
    texts = item_texts(keys)
    months = [month.first for month in period.months]
    return Evidence(
        period=period,
        to_date=today if today <= period.last.last else None,
        serves_citizens=posting.serves_citizens,
        promises=tally_due(posting.pk, start, end, now),
        slips=[Slip(texts.get(slip.item_id, ""), slip) for slip in slips],
        judged=list(
            Judgement.objects.filter(sheet__posting=posting, sheet__month__in=months)
            .select_related("item", "sheet")
            .order_by("value", "sheet__month", "item__group__position", "item__position")
        ),
        heard=_heard(scores, texts),
        n_too_few=_too_few(scores),
        scores=[
            Scored(Month.of(one.month), one.adoption.version.model.name, one.score, one.band, is_open)
            for one, is_open in scores
            if one.score is not None
        ],
        hidden=hidden,
        findings=list(
            Finding.objects.filter(
                state=Finding.State.CONFIRMED, line__posting=posting, counts_in__in=months
            ).select_related("line__item", "line__inspection")
        ),
        cases=_cases(posting, period, reader, today),
    )  # fmt: skip


type OpenScore = tuple[PersonScore, bool]


def _seen_scores(
    sheet: Sheet, period: Period, reader: User, today: date
) -> tuple[list[OpenScore], list[Month]]:
    """The scores that the reader sees whole, and the months that are hidden until their close.

    Who stands in for somebody sees what everybody who reviews sees: closed months. A month is hidden
    whether or not there is a score, so that hiding says nothing.
    """
    sight = team_sight(reader, today)
    closed = {month for _office, month in closed_months([sheet.office_id])}
    is_head = sheet.office_id in sight.headed and sheet.posting.person_id != reader.pk
    rows = PersonScore.objects.filter(
        posting=sheet.posting, month__in=[month.first for month in period.months]
    )
    seen: list[OpenScore] = []
    for score in rows.select_related("adoption__version__model", "posting"):
        is_open = Month.of(score.month) not in closed
        state = ConductMonth.State.OPEN if is_open else ConductMonth.State.CLOSED
        if sight.of(score, state) is Sight.WHOLE:
            seen.append((score, is_open))
    return seen, [] if is_head else [month for month in period.months if month not in closed]


def _heard(scores: Iterable[OpenScore], texts: Mapping[int, str]) -> list[Heard]:
    """Citizens' counts as the scores of the months keep them, the officer as a whole first."""
    found: dict[tuple[Month, int], Heard] = {}
    for score, _is_open in scores:
        month = Month.of(score.month)
        for item in person_from_data(score.parts).items:
            for part in item.sources:
                if part.source is Source.CITIZEN:
                    found[month, item.key] = Heard(
                        month, texts.get(item.key, ""), part.kept, part.judged, part.months > 1
                    )
    return [found[key] for key in sorted(found, key=lambda key: (key[0], key[1] != OFFICER_LINE, key[1]))]


def _too_few(scores: Iterable[OpenScore]) -> int:
    """Answers of citizens that were fewer than count; only their number is said."""
    return sum(
        left.judged
        for score, _is_open in scores
        for item in person_from_data(score.parts).items
        for left in item.left_out
        if left.source is Source.CITIZEN and left.reason is Reason.BELOW_MINIMUM
    )


def _cases(posting: Posting, period: Period, reader: User, today: date) -> list[Case]:
    """Cases about the person that were closed in the period and that the reader may know of."""
    return list(
        listed_cases(reader, today)
        .filter(
            subjects__posting=posting,
            closed_on__gte=period.first.first,
            closed_on__lte=period.last.last,
        )
        .order_by("closed_on", "pk")
        .distinct()
    )


@dataclass(frozen=True, slots=True)
class UnitShare:
    """Component d of a leader as the results of those led propose it (Điều 15.3a)."""

    n_results: int
    n_failed: int

    @property
    def percent(self) -> int | None:
        """50 when anybody was rated as not having completed the tasks, else 100; None without results."""
        if not self.n_results:
            return None
        return 50 if self.n_failed else 100


def unit_share(sheet: Sheet, on: date) -> UnitShare:
    """The results in force, in the sheet's period, of those whom its person leads."""
    agency_ids = tally_rating_reach(sheet.posting.person_id, on)
    lowest = rules_of(sheet).levels[-1].code
    found = Result.objects.filter(
        replaced_by__isnull=True, sheet__kind=sheet.kind, sheet__period=sheet.period,
        sheet__posting__agency_id__in=agency_ids,
    ).exclude(sheet__posting__person=sheet.posting.person_id)  # fmt: skip
    counts = found.aggregate(n_results=Count("pk"), n_failed=Count("pk", filter=Q(level=lowest)))
    return UnitShare(counts["n_results"], counts["n_failed"])


def last_result(sheet: Sheet) -> Result | None:
    """The result in force of the period before, of the same posting."""
    before = period_of_sheet(sheet).previous()
    return Result.objects.filter(
        sheet__posting=sheet.posting_id, sheet__kind=kind_of(before), sheet__period=before.first.first,
        replaced_by__isnull=True,
    ).first()  # fmt: skip


def points_in(result: Result | None) -> dict[str, Decimal]:
    """The points of each criterion as a result has them."""
    if result is None:
        return {}
    return {
        line["code"]: Decimal(line["points"])
        for group in result.parts["groups"]
        for line in group["lines"]
        if line["points"] is not None
    }
