"""Which desk-days a re-attribution moves. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from .keys import desk_day_label

MOST_DAYS = 92  # a code that hung wrongly for longer is a matter of its own


@dataclass(frozen=True, slots=True)
class Swap:
    """On that day the point gave ``slug_before`` away and took another short address."""

    day: date
    slug_before: str


def days_between(first: date, last: date) -> list[date]:
    """Every day from the first to the last."""
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]


def slugs_on(day: date, slug_now: str, swaps: Sequence[Swap]) -> set[str]:
    """The short addresses under which a point took answers that day: two on the day of a swap."""
    later = sorted((swap for swap in swaps if swap.day >= day), key=lambda swap: swap.day)
    slugs = {
        swap.slug_before for place, swap in enumerate(later) if place == 0 or later[place - 1].day == day
    }
    return slugs | {slug_now} if not later or later[-1].day == day else slugs


def labels_of(days: Iterable[date], slug_now: str, swaps: Sequence[Swap], secret: str) -> list[int]:
    """The desk-day labels (Response.cluster) of a point on these days."""
    return [
        desk_day_label(slug, day, secret) for day in days for slug in sorted(slugs_on(day, slug_now, swaps))
    ]
