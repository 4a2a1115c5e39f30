"""A sheet's points: common part, task part, total, level (Điều 12, 14–17). Exact; nothing is rounded before
comparing unless the scheme says so."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from enum import StrEnum

from conduct.ratings.rules.scheme import COUNTED, HUNDRED, SAID, ZERO, Component, Level, Scheme, TaskRule

EXACT = Context(prec=50)
STORED = Decimal("1e-12")
"""Totals are stored with twelve decimals: far below any difference that a comparison could see."""


class TaskKind(StrEnum):
    """Whether a task was part of what was assigned at first (Điều 18.1d)."""

    PLANNED = "planned"
    TAKEN_OVER = "taken_over"
    UNPLANNED = "unplanned"


@dataclass(frozen=True, slots=True)
class Task:
    """One task: pieces of ``factor`` standard units each; returns and delays without those excused."""

    assigned: Decimal
    done: Decimal
    factor: Decimal = Decimal(1)
    kind: TaskKind = TaskKind.PLANNED
    returns: int = 0
    delays: int = 0
    is_handed_back: bool = False

    def __post_init__(self) -> None:
        amounts = (self.assigned, self.done, Decimal(self.returns), Decimal(self.delays))
        if self.factor <= 0 or min(amounts) < 0:
            raise ValueError(f"no such task: {self}")


@dataclass(frozen=True, slots=True)
class TaskResult:
    """The task part. ``shares`` are fractions (1 = 100 %), not capped; ``points`` are, at the maximum.

    ``share`` and ``points`` are None without any basis: nothing was assigned, or a component is not said.
    """

    assigned: Decimal
    done: Decimal
    shares: Mapping[Component, Decimal]
    share: Decimal | None
    points: Decimal | None

    @property
    def is_capped(self) -> bool:
        """Whether more was done than the part can count."""
        return self.share is not None and self.share > 1


@dataclass(frozen=True, slots=True)
class Total:
    """A sheet's sum. ``total`` and ``level`` are None while a part is missing."""

    common: Decimal | None
    tasks: TaskResult | None
    total: Decimal | None
    level: Level | None


def score_tasks(rule: TaskRule, tasks: Iterable[Task], leading: Mapping[Component, int | None]) -> TaskResult:
    """The task part of a period (Điều 14, 16).

    1. What was assigned at first, in standard units: planned tasks, handed-back ones too.
    2. What was done, beside it taken-over and unplanned work; handed-back tasks count as not done.
    3. Quality and timeliness: of each product, a share less for every return or delay, at least 0.
    4. The mean of the components, times the maximum, at most the maximum (Điều 12.3).

    ValueError for a component of leaders that is neither 100 nor 50 (Điều 15.3).
    """
    with localcontext(EXACT):
        assigned = done = quality = timely = ZERO
        for task in tasks:
            if task.kind is TaskKind.PLANNED:
                assigned += task.assigned * task.factor
            units = ZERO if task.is_handed_back else task.done * task.factor
            done += units
            quality += units * _left(rule, task.returns)
            timely += units * _left(rule, task.delays)
        if not assigned:
            return TaskResult(assigned, done, {}, None, None)
        shares = dict(zip(COUNTED, (done / assigned, quality / assigned, timely / assigned), strict=True))
        for component in rule.leading:
            said = leading.get(component)
            if said is not None:
                if said not in SAID:
                    raise ValueError(f"{component}: {said}")
                shares[component] = Decimal(said) / HUNDRED
        if len(shares) < len(rule.components):
            return TaskResult(assigned, done, shares, None, None)
        share = sum((shares[component] for component in rule.components), ZERO) / len(rule.components)
        return TaskResult(assigned, done, shares, share, min(share, Decimal(1)) * rule.maximum)


def _left(rule: TaskRule, times: int) -> Decimal:
    return max(ZERO, 1 - rule.deduction * times)


def sum_up(
    scheme: Scheme,
    points: Mapping[str, Decimal | None],
    tasks: Iterable[Task] = (),
    leading: Mapping[Component, int | None] | None = None,
) -> Total:
    """Common points and task points, their sum and its level (Điều 17.1).

    ValueError for a criterion that the scheme does not have, or points outside 0 to its maximum.
    """
    with localcontext(EXACT):
        for code, value in points.items():
            maximum = scheme.criterion(code).maximum if code in _codes(scheme) else None
            if maximum is None or (value is not None and not 0 <= value <= maximum):
                raise ValueError(f"{code}: {value}")
        said = [points.get(criterion.code) for criterion in scheme.criteria]
        common = None if None in said else sum((value for value in said if value is not None), ZERO)
        result = score_tasks(scheme.tasks, tasks, leading or {}) if scheme.tasks else None
        if common is None or (result is not None and result.points is None):
            return Total(common, result, None, None)
        total = common + (result.points if result and result.points is not None else ZERO)
        return Total(common, result, total, level_of(scheme, total))


def _codes(scheme: Scheme) -> set[str]:
    return {criterion.code for criterion in scheme.criteria}


def compared(scheme: Scheme, total: Decimal) -> Decimal:
    """The total as it is compared: without the dust of thirds, rounded only where the scheme says so."""
    clean = total.quantize(STORED, ROUND_HALF_UP, EXACT)
    if scheme.rounding is None:
        return clean
    return clean.quantize(Decimal(1).scaleb(-scheme.rounding), ROUND_HALF_UP, EXACT)


def level_of(scheme: Scheme, total: Decimal) -> Level:
    """The level whose range the total lies in (Điều 20: "từ 90 điểm trở lên" … "dưới 50 điểm")."""
    value = compared(scheme, total)
    return next(level for level in scheme.levels if value >= level.lower)
