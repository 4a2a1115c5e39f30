"""A rating scheme: criteria, task components, levels and cap, read from plain data and checked.

Files are in conduct/ratings/schemes; the decree's article stands beside each figure there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from conduct.kernel.plain import PlainError, Table

ZERO, HUNDRED = Decimal(0), Decimal(100)


class SchemeError(PlainError):
    """A scheme that cannot be used; ``place`` says where, ``why`` what is wrong with it."""

    whole = "scheme"


class Evidence(StrEnum):
    """What is laid beside a criterion when it is reviewed (domain.md 1.4)."""

    CONDUCT = "conduct"  # judged items, breaches, promises, the journal slips that were submitted
    DISCIPLINE = "discipline"  # confirmed findings
    CITIZENS = "citizens"  # counts of citizens' answers, cases
    COLLEAGUES = "colleagues"  # cooperation, where citizens are not served


class Component(StrEnum):
    """A share of the task result: a, b, c of everybody; d, đ, e of leaders (Điều 14–16)."""

    QUANTITY = "quantity"
    QUALITY = "quality"
    TIMELINESS = "timeliness"
    UNIT = "unit"
    ORGANISING = "organising"
    UNITY = "unity"


COUNTED = (Component.QUANTITY, Component.QUALITY, Component.TIMELINESS)
LEADING = (Component.UNIT, Component.ORGANISING, Component.UNITY)
SAID = (100, 50)
"""What may be said of a component of leaders, in percent (Điều 15.3)."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of the common part."""

    code: str
    text: str
    maximum: Decimal
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Criteria under one heading; its maximum is the sum of theirs."""

    code: str
    text: str
    criteria: tuple[Criterion, ...]

    @property
    def maximum(self) -> Decimal:
        """The most points in the group."""
        return sum((criterion.maximum for criterion in self.criteria), ZERO)


@dataclass(frozen=True, slots=True)
class TaskRule:
    """The part for task results: its maximum, what it is the mean of, and what a return or a delay costs."""

    maximum: Decimal
    components: tuple[Component, ...]
    deduction: Decimal
    """Share of the points of a product that one failed review or one delay takes (Điều 14.2: 0.25)."""

    @property
    def leading(self) -> tuple[Component, ...]:
        """Those that somebody says, 100 % or 50 %."""
        return tuple(component for component in self.components if component in LEADING)


@dataclass(frozen=True, slots=True)
class Level:
    """A range of totals from ``lower`` up."""

    code: str
    letter: str
    name: str
    lower: Decimal


@dataclass(frozen=True, slots=True)
class Cap:
    """At most ``percent`` of the base may have the level (Điều 20.5); rounded down."""

    level: str
    of: str
    percent: Decimal
    outstanding_percent: Decimal


@dataclass(frozen=True, slots=True)
class Scheme:
    """All figures of a rating scheme."""

    groups: tuple[Group, ...]
    step: Decimal
    """Points are given in steps of so much."""
    tasks: TaskRule | None
    levels: tuple[Level, ...]
    cap: Cap | None
    rounding: int | None
    """Decimals to round a total to before it is compared; None: not rounded (design 5.6)."""

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """All criteria in order."""
        return tuple(criterion for group in self.groups for criterion in group.criteria)

    @property
    def common_maximum(self) -> Decimal:
        """The most points of the common part."""
        return sum((group.maximum for group in self.groups), ZERO)

    @property
    def maximum(self) -> Decimal:
        """The most points in all."""
        return self.common_maximum + (self.tasks.maximum if self.tasks else ZERO)

    def criterion(self, code: str) -> Criterion:
        """The criterion of that code; KeyError when there is none."""
        for criterion in self.criteria:
            if criterion.code == code:
                return criterion
        raise KeyError(code)

    def level_named(self, code: str) -> Level:
        """The level of that code; KeyError when there is none."""
        for level in self.levels:
            if level.code == code:
                return level
        raise KeyError(code)


def parse_scheme(data: Mapping[str, Any]) -> Scheme:
    """Read a scheme from plain data; SchemeError says which entry is wrong.

    1. Criteria, task part, levels, cap.
    2. Together: unique codes, the levels fall to 0, the cap names known levels, the whole is above 0.
    """
    root = Table(data, SchemeError)
    groups = tuple(_group(row) for row in root.rows("groups"))
    tasks = None if data.get("tasks") is None else _tasks(root.inside("tasks"))
    levels = tuple(
        Level(row.text("code"), row.text("letter"), row.text("name"), row.decimal("lower", ZERO, HUNDRED))
        for row in root.rows("levels")
    )
    cap = None if data.get("cap") is None else _cap(root.inside("cap"), levels)
    rounding = None if data.get("rounding") is None else root.whole("rounding", 0, 6)
    scheme = Scheme(groups, root.decimal("step", Decimal("0.01"), Decimal(10)), tasks, levels, cap, rounding)
    _check(scheme)
    return scheme


def _members[E: StrEnum](row: Table, key: str, kind: type[E]) -> tuple[E, ...]:
    """A list of known words; a missing one is empty."""
    return tuple(row.members(key, kind)) if key in row.data else ()


def _group(row: Table) -> Group:
    return Group(
        row.text("code"),
        row.text("text"),
        tuple(
            Criterion(
                line.text("code"),
                line.text("text"),
                line.decimal("maximum", Decimal("0.01"), HUNDRED),
                _members(line, "evidence", Evidence),
            )
            for line in row.rows("criteria")
        ),
    )


def _tasks(row: Table) -> TaskRule:
    components = _members(row, "components", Component)
    if not set(COUNTED) <= set(components):
        raise SchemeError("tasks.components", "quantity, quality and timeliness are always among them")
    return TaskRule(
        row.decimal("maximum", Decimal("0.01"), HUNDRED),
        components,
        row.decimal("deduction", ZERO, Decimal(1)),
    )


def _cap(row: Table, levels: Sequence[Level]) -> Cap:
    cap = Cap(
        row.text("level"),
        row.text("of"),
        row.decimal("percent", ZERO, HUNDRED),
        row.decimal("outstanding_percent", ZERO, HUNDRED),
    )
    known = {level.code for level in levels}
    for place, code in (("cap.level", cap.level), ("cap.of", cap.of)):
        if code not in known:
            raise SchemeError(place, f"there is no level {code}")
    if cap.outstanding_percent < cap.percent:
        raise SchemeError("cap.outstanding_percent", "must not be below cap.percent")
    return cap


def _check(scheme: Scheme) -> None:
    codes = [criterion.code for criterion in scheme.criteria]
    if len(set(codes)) != len(codes):
        raise SchemeError("groups", "a criterion's code occurs twice")
    lowers = [level.lower for level in scheme.levels]
    if lowers != sorted(set(lowers), reverse=True) or lowers[-1:] != [ZERO]:
        raise SchemeError("levels", "must fall from the best to one that begins at 0")
    if len({level.code for level in scheme.levels}) != len(lowers):
        raise SchemeError("levels", "a code occurs twice")
    if scheme.levels[0].lower > scheme.maximum:
        raise SchemeError("levels[0].lower", "more than can be reached")
    for criterion in scheme.criteria:
        if criterion.maximum % scheme.step:
            raise SchemeError(f"criterion {criterion.code}", "its maximum is not a multiple of step")
