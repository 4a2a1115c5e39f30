"""The class that a person's year allows, before the cap (Điều 11, 20.1–20.4, 20.6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from conduct.ratings.rules.scheme import Scheme
from conduct.ratings.rules.sheet import level_of

ORDER = ("khtnv", "htnv", "httnv", "htxsnv")
"""The four levels of the law, from the lowest."""
FAILED, GOOD, EXCELLENT = ORDER[0], ORDER[2], ORDER[3]


class NoClass(StrEnum):
    """Why a year has no class."""

    UNDER_SIX_MONTHS = "under_six_months"
    NO_POINTS = "no_points"
    OTHER_RULES = "other_rules"


class Bound(StrEnum):
    """What holds a class below the one that the points give."""

    FAULT = "fault"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class YearFacts:
    """What the class follows from. ``organisation`` is the organisation's level, for its head only; None when
    the person leads none or its class is not known yet."""

    mean: Decimal | None
    is_enough: bool
    has_fault: bool = False
    organisation: str | None = None


@dataclass(frozen=True, slots=True)
class YearClass:
    """``by_points`` from the mean alone; ``highest`` is the most that may be decided."""

    by_points: str | None
    highest: str | None
    bounds: tuple[Bound, ...] = ()
    none: NoClass | None = None


def is_classed(scheme: Scheme) -> bool:
    """Whether a scheme's levels are those of the law; letters of an office make no yearly class here."""
    return {level.code for level in scheme.levels} <= set(ORDER)


def rank(level: str) -> int:
    """0 for the lowest level; ValueError for a word that is none."""
    return ORDER.index(level)


def lower_of(levels: Sequence[str]) -> str:
    """The lowest of these."""
    return min(levels, key=rank)


def class_year(scheme: Scheme, facts: YearFacts) -> YearClass:
    """The class of a year.

    1. None under other rules, under six months of work (11.1), or without any confirmed month.
    2. The range that the mean lies in (20.1–20.4a).
    3. A conclusion that counts: not completed (20.4 b–d, 11.3a). The head of an organisation is not classed
       above it (20.6).
    """
    if not is_classed(scheme):
        return YearClass(None, None, none=NoClass.OTHER_RULES)
    if not facts.is_enough:
        return YearClass(None, None, none=NoClass.UNDER_SIX_MONTHS)
    if facts.mean is None:
        return YearClass(None, None, none=NoClass.NO_POINTS)
    by_points = level_of(scheme, facts.mean).code
    highest, bounds = by_points, []
    if facts.has_fault and rank(by_points) > rank(FAILED):
        highest = FAILED
        bounds.append(Bound.FAULT)
    if facts.organisation is not None and rank(facts.organisation) < rank(highest):
        highest = facts.organisation
        bounds.append(Bound.ORGANISATION)
    return YearClass(by_points, highest, tuple(bounds))
