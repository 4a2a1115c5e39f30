"""What stands beside the lines of a sheet when it is reviewed: counts and events of its period (design 5.4).

Citizens' counts of an open month are the head's alone; private journal slips and cases that name the reader
are never here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from conduct.agencies.models import User
from conduct.commitments.tallies.promises import PromiseFigures, tally_due
from conduct.judgements.models import Judgement
from conduct.kernel.months import Month
from conduct.scores.ledger import item_texts
from conduct.scores.rules.evidence import OFFICER_LINE, Source
from conduct.scores.rules.parts import person_from_data
from conduct.scores.rules.person import ItemPart, Reason

from ..models import Sheet
from ..rules.periods import Period
from ..rules.scheme import Component, Scheme
from ..tallies.gathered import gather
from .evidence_lists import events_about, last_result, results_led, scores_about
from .reading import rules_of
from .steps import period_of_sheet


@dataclass(frozen=True, slots=True)
class Slip:
    """A journal slip that its writer submitted."""

    item: str
    on: date
    text: str
    remedy: str
    was_remedied: bool | None


@dataclass(frozen=True, slots=True)
class Judged:
    """One item as the superior judged it, 0 to 4."""

    item: str
    value: int
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """A confirmed finding of an inspection."""

    pk: int
    on: date
    item: str
    text: str
    is_breach: bool


@dataclass(frozen=True, slots=True)
class Closed:
    """A case about the person that was closed."""

    pk: int
    on: date
    is_upheld: bool | None
    summary: str


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
    is_open: bool


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


@dataclass(frozen=True, slots=True)
class Evidence:
    """All evidence about one person in one period. ``hidden``: months whose citizens' counts and scores
    appear at their close. ``unit``: None where the scheme does not ask for it. ``last_points``: those of the
    period before, by criterion."""

    period: Period
    to_date: date | None
    serves_citizens: bool
    promises: PromiseFigures
    slips: list[Slip]
    judged: list[Judged]
    heard: list[Heard]
    n_too_few: int
    scores: list[Scored]
    hidden: list[Month]
    findings: list[Found]
    cases: list[Closed]
    unit: UnitShare | None
    last_points: dict[str, Decimal]

    @property
    def n_below(self) -> int:
        """How many judged items are below "always kept"."""
        return sum(judgement.value < Judgement.MAXIMUM for judgement in self.judged)


type Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Scored:
    """A stored conduct score that the reader sees whole.

    Who stands in for somebody sees what everybody who reviews sees: closed months. A month is hidden whether
    or not there is a score, so that hiding says nothing.
    """

    month: Month
    is_open: bool
    items: tuple[ItemPart, ...]
    row: Mapping[str, Any]


def evidence_about(sheet: Sheet, *, reader: User, now: datetime) -> Evidence:
    """What this reader, who reviews or confirms the sheet, may see beside it."""
    period, posting, today = period_of_sheet(sheet), sheet.posting, timezone.localdate(now)
    zone, scheme = timezone.get_current_timezone(), rules_of(sheet)
    asks_unit = scheme.tasks is not None and Component.UNIT in scheme.tasks.components
    found = gather(
        scores_about(sheet, period, reader, today)
        | events_about(posting, period, reader, today)
        | last_result(posting, period)
        | (results_led(sheet, today) if asks_unit else {})
    )
    closed = {_month(row) for row in found["closed"]}
    is_head = bool(found["headed"]) and posting.person_id != reader.pk
    seen = [
        _Scored(_month(row), _month(row) not in closed, person_from_data(row["parts"]).items, row)
        for row in sorted(found["scores"], key=lambda row: (row["month"], row["model"]))
        if _month(row) in closed or (is_head and row["office"] == sheet.office_id)
    ]
    return Evidence(
        period=period,
        to_date=today if today <= period.last.last else None,
        serves_citizens=posting.serves_citizens,
        promises=tally_due(
            posting.pk, period.first.bounds(zone)[0], period.last.bounds(zone)[1], now
        ),
        slips=_slips(found["slips"]),
        judged=_judged(found["judged"]),
        heard=_heard(seen),
        n_too_few=_too_few(seen),
        scores=_scored(seen),
        hidden=[] if is_head else [month for month in period.months if month not in closed],
        findings=_findings(found["findings"]),
        cases=_cases(found["cases"]),
        unit=_unit(scheme, found["led"]) if asks_unit else None,
        last_points=_points(found["last"]),
    )  # fmt: skip


def _month(row: Mapping[str, Any]) -> Month:
    return Month.of(date.fromisoformat(row["month"]))


def _slips(rows: Rows) -> list[Slip]:
    return [
        Slip(row["item"], date.fromisoformat(row["on"]), row["text"], row["remedy"], row["was_remedied"])
        for row in sorted(rows, key=lambda row: (row["on"], row["pk"]))
    ]


def _judged(rows: Rows) -> list[Judged]:
    """The lowest first, else in the order of months and of the model."""
    ordered = sorted(rows, key=lambda row: (row["value"], row["month"], row["group"], row["position"]))
    return [Judged(row["item"], row["value"], row["reason"]) for row in ordered]


def _findings(rows: Rows) -> list[Found]:
    return [
        Found(row["pk"], date.fromisoformat(row["on"]), row["item"], row["text"], row["is_breach"])
        for row in sorted(rows, key=lambda row: (row["on"], row["pk"]))
    ]


def _cases(rows: Rows) -> list[Closed]:
    return [
        Closed(row["pk"], date.fromisoformat(row["on"]), row["is_upheld"], row["summary"])
        for row in sorted(rows, key=lambda row: (row["on"], row["pk"]))
    ]


def _points(rows: Rows) -> dict[str, Decimal]:
    """The points of each criterion as a result has them."""
    return {
        line["code"]: Decimal(line["points"])
        for row in rows
        for group in row["groups"]
        for line in group["lines"]
        if line["points"] is not None
    }


def _unit(scheme: Scheme, rows: Rows) -> UnitShare:
    lowest = scheme.levels[-1].code
    n_failed = sum(row["n_results"] for row in rows if row["level"] == lowest)
    return UnitShare(sum(row["n_results"] for row in rows), n_failed)


def _heard(scores: Iterable[_Scored]) -> list[Heard]:
    """Citizens' counts as the scores of the months keep them, the officer as a whole first."""
    lines = {
        (score.month, item.key): part
        for score in scores
        for item in score.items
        for part in item.sources
        if part.source is Source.CITIZEN
    }
    texts = item_texts(key for _month, key in lines)
    return [
        Heard(month, texts.get(key, ""), part.kept, part.judged, part.months > 1)
        for (month, key), part in sorted(lines.items(), key=lambda line: _place(*line[0]))
    ]


def _place(month: Month, key: int) -> tuple[Month, bool, int]:
    return month, key != OFFICER_LINE, key


def _too_few(scores: Iterable[_Scored]) -> int:
    """Answers of citizens that were fewer than count; only their number is said."""
    return sum(
        left.judged
        for score in scores
        for item in score.items
        for left in item.left_out
        if left.source is Source.CITIZEN and left.reason is Reason.BELOW_MINIMUM
    )


def _scored(scores: Iterable[_Scored]) -> list[Scored]:
    return [
        Scored(score.month, score.row["model"], Decimal(score.row["score"]), score.is_open)
        for score in scores
        if score.row["score"] is not None
    ]
