"""What the offices tell: one is good, one slips, one is hardly rated, two became one, one signs slowly."""

from dataclasses import dataclass
from enum import StrEnum
from random import Random

from conduct.kernel.months import Month

from .calendar import DemoCalendar

SLIPPING_MONTHS = 5


class Story(StrEnum):
    """What happened to an office."""

    CAST = "cast"
    MERGED = "merged"
    SLIPPING = "slipping"
    FEW = "few"
    GOOD = "good"
    SLOW = "slow"
    ORDINARY = "ordinary"


ORDER = (Story.CAST, Story.MERGED, Story.SLIPPING, Story.FEW, Story.GOOD, Story.SLOW)
"""The stories of the first communes; the others are ordinary."""


def story_of(index: int) -> Story:
    """The story of the commune with that number, from 0."""
    return ORDER[index] if index < len(ORDER) else Story.ORDINARY


@dataclass(frozen=True)
class Level:
    """How well an office serves: the chance that a citizen is satisfied, month by month."""

    story: Story
    base: float
    calendar: DemoCalendar

    def at(self, month: Month) -> float:
        """The chance in a month, between 0 and 1."""
        if self.story is Story.SLIPPING:
            last = self.calendar.current
            passed = (month.year - last.year) * 12 + month.month - last.month + SLIPPING_MONTHS + 1
            return self.base - 0.055 * min(max(passed, 0), SLIPPING_MONTHS)
        if self.story is Story.MERGED and month.first >= self.calendar.merger:
            merged = Month.of(self.calendar.merger)
            since = (month.year - merged.year) * 12 + month.month - merged.month
            return self.base - max(0.0, 0.14 - 0.045 * since)
        return self.base


def draw_level(story: Story, calendar: DemoCalendar, random: Random) -> Level:
    """The level of an office; the ordinary ones lie around the national index (83,94 % in 2024)."""
    bases = {
        Story.CAST: 0.90, Story.MERGED: 0.87, Story.SLIPPING: 0.90, Story.FEW: 0.85, Story.GOOD: 0.975,
        Story.SLOW: 0.84,
    }  # fmt: skip
    base = bases.get(story) or min(0.94, max(0.76, random.gauss(0.855, 0.035)))
    return Level(story, base, calendar)


def signing_share(story: Story) -> float:
    """The chance that a member of staff signs in time when asked."""
    return {Story.SLOW: 0.58, Story.CAST: 1.0, Story.GOOD: 1.0, Story.FEW: 0.93}.get(story, 0.985)
