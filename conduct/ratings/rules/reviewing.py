"""What a review must say, and which reviewed sheets may be confirmed together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from conduct.ratings.rules.scheme import Criterion, Scheme


class ReviewFault(StrEnum):
    """What is wrong with one entry of a review."""

    NO_POINTS = "no_points"
    NO_REASON = "no_reason"
    NOT_GIVEN = "not_given"
    NOT_SAID = "not_said"


@dataclass(frozen=True, slots=True)
class Given:
    """Points and reasons by criterion, leading components in percent."""

    points: Mapping[str, Decimal | None]
    reasons: Mapping[str, str] = field(default_factory=dict)
    leading: Mapping[str, int | None] = field(default_factory=dict)


def faults_of(scheme: Scheme, given: Given) -> dict[str, ReviewFault]:
    """What is missing or impossible, by entry: ``points_<code>``, ``reason_<code>``, ``leading_<component>``.

    Points lie between 0 and the maximum in the scheme's steps; below the maximum there is a reason.
    """
    faults: dict[str, ReviewFault] = {}
    for criterion in scheme.criteria:
        points = given.points.get(criterion.code)
        if points is None:
            faults[f"points_{criterion.code}"] = ReviewFault.NO_POINTS
        elif not may_be_given(scheme, criterion, points):
            faults[f"points_{criterion.code}"] = ReviewFault.NOT_GIVEN
        elif points < criterion.maximum and not given.reasons.get(criterion.code, "").strip():
            faults[f"reason_{criterion.code}"] = ReviewFault.NO_REASON
    for component in scheme.tasks.leading if scheme.tasks else ():
        if given.leading.get(component.value) not in (50, 100):
            faults[f"leading_{component.value}"] = ReviewFault.NOT_SAID
    return faults


def may_be_given(scheme: Scheme, criterion: Criterion, points: Decimal) -> bool:
    """Whether these points are one of the steps of the criterion."""
    return points.is_finite() and 0 <= points <= criterion.maximum and not points % scheme.step


class Held(StrEnum):
    """Why a reviewed sheet is not confirmed together with others but looked at by itself."""

    INCOMPLETE = "incomplete"
    DIFFERENT = "different"
    NO_REASON = "no_reason"
    BREACH = "breach"
    PETITION = "petition"
    MUTUAL = "mutual"
    FAILED = "failed"
    LEVEL_MOVED = "level_moved"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A reviewed sheet as far as holding it back depends on it."""

    own: Given
    review: Given
    level: str | None
    last_level: str | None = None
    has_breach: bool = False
    has_petition: bool = False
    is_mutual: bool = False


def held_back(scheme: Scheme, sheet: Reviewed) -> list[Held]:
    """Why the sheet is held back; empty when it is undisputed.

    Undisputed: complete; own view and review agree on every line and component; each score below the maximum
    has its reason; no confirmed breach in the period, no open petition; the two do not rate each other;
    the level is not the lowest and is that of the period before, where there was one.
    """
    faults = faults_of(scheme, sheet.review).values()
    is_incomplete = sheet.level is None or any(fault is not ReviewFault.NO_REASON for fault in faults)
    differs = any(
        sheet.own.points.get(criterion.code) != sheet.review.points.get(criterion.code)
        for criterion in scheme.criteria
    ) or any(
        sheet.own.leading.get(component.value) != sheet.review.leading.get(component.value)
        for component in (scheme.tasks.leading if scheme.tasks else ())
    )
    found = {
        Held.INCOMPLETE: is_incomplete,
        Held.DIFFERENT: differs,
        Held.NO_REASON: ReviewFault.NO_REASON in faults,
        Held.BREACH: sheet.has_breach,
        Held.PETITION: sheet.has_petition,
        Held.MUTUAL: sheet.is_mutual,
        Held.FAILED: sheet.level == scheme.levels[-1].code,
        Held.LEVEL_MOVED: sheet.last_level not in (None, sheet.level),
    }
    return [reason for reason, holds in found.items() if holds]
