"""What supervisors judged, month by month: a value for every item, reasons below 4, a few replies."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from conduct.kernel.months import Month

from .calendar import DemoCalendar, closing_day, open_days
from .people import Post, Staff
from .pledging import AdoptionPlan
from .stories import Level
from .texts import REPLIES
from .tree import Tree

_MIN_WORKING_DAYS = 10
_FORGOTTEN = 0.008
_OPEN_MONTH_SHARE = 0.4
_REPLIES = 0.03


@dataclass(frozen=True)
class SheetPlan:
    """One posting's month under one model; `marks` are (item id, value, reason), `judged_by` is a person."""

    post: Post
    adoption: AdoptionPlan
    month: Month
    judged_by: int
    judged_on: date
    marks: list[tuple[int, int, str]]
    reply: str = ""
    replied_on: date | None = None


class Judging:
    """Draws the sheets of all months."""

    def __init__(self, tree: Tree, staff: Staff, levels: Mapping[int, Level], random: Random) -> None:
        self.tree, self.staff, self.levels, self.random = tree, staff, levels, random
        self.calendar: DemoCalendar = tree.calendar
        self.posts: dict[int, list[Post]] = {}
        for post in staff.posts:
            self.posts.setdefault(post.unit, []).append(post)
        self.cast_desk = tree.communes[0].departments[-1].index
        self.lan = staff.cast["lan"].index

    def sheets(self, adoptions: list[AdoptionPlan]) -> Iterator[SheetPlan]:
        """Every sheet, month after month."""
        for month in self.calendar.months:
            days = open_days(month.first, self.calendar.last_day(month))
            judging_days = self._judging_days(month, days)
            if not judging_days:
                continue
            for adoption in adoptions:
                if adoption.version.judges_persons and adoption.holds(month.first, month.last):
                    yield from self._sheets_of(adoption, month, days, judging_days)

    def _judging_days(self, month: Month, days: list[date]) -> list[date]:
        """When supervisors sat down: the end of the month and until it closed; before the day of the demo."""
        if month == self.calendar.current:
            return [day for day in days if day < self.calendar.as_of][-6:]
        last = min(closing_day(month) - timedelta(days=1), self.calendar.as_of - timedelta(days=1))
        return open_days(month.last - timedelta(days=6), last)

    def _sheets_of(
        self, adoption: AdoptionPlan, month: Month, days: list[date], judging_days: list[date]
    ) -> Iterator[SheetPlan]:
        level = self.levels[adoption.unit.index].at(month)
        for unit in sorted(adoption.units):
            judged = self.random.random() < _OPEN_MONTH_SHARE
            for place, post in enumerate(self.posts.get(unit, ())):
                if post.supervisor is None or not adoption.binds(post) or not self._served(post, month, days):
                    continue
                if month == self.calendar.current and not self._is_judged_early(unit, place, post, judged):
                    continue
                if self.random.random() >= _FORGOTTEN or post.person == self.lan:
                    yield self._sheet(post, adoption, month, level, judging_days)

    def _is_judged_early(self, unit: int, place: int, post: Post, unit_judged: bool) -> bool:
        """In the open month some departments are done; at the cast's desk Lan and a few still wait."""
        if unit != self.cast_desk:
            return unit_judged
        return post.person != self.lan and place % 3 != 2

    def _served(self, post: Post, month: Month, days: list[date]) -> bool:
        """Whether the posting holds on enough working days of the month to be judged."""
        if post.starts_on <= month.first and (post.ends_on is None or post.ends_on >= month.last):
            return True
        ended = bisect_right(days, post.ends_on) if post.ends_on else len(days)
        return ended - bisect_left(days, post.starts_on) >= _MIN_WORKING_DAYS

    def _sheet(
        self, post: Post, adoption: AdoptionPlan, month: Month, level: float, judging_days: list[date]
    ) -> SheetPlan:
        marks = self._marks(adoption, level + self.staff.people[post.person].offset)
        judged_on = self.random.choice(judging_days)
        reply, replied_on = "", None
        if any(value < 4 for _item, value, _reason in marks) and self._replies(post, month):
            reply, replied_on = self._reply(judged_on)
        judged_by = post.supervisor or 0
        return SheetPlan(post, adoption, month, judged_by, judged_on, marks, reply, replied_on)

    def _replies(self, post: Post, month: Month) -> bool:
        """Few do; Lan did last month, so that there is one to see."""
        shown = post.person == self.lan and month == self.calendar.current.previous()
        return self.random.random() < _REPLIES or shown

    def _reply(self, judged_on: date) -> tuple[str, date | None]:
        """Within the week that is given for it, and before the day of the demo."""
        last = min(judged_on + timedelta(days=6), self.calendar.as_of - timedelta(days=1))
        days = open_days(judged_on + timedelta(days=1), last)
        return (self.random.choice(REPLIES), self.random.choice(days)) if days else ("", None)

    def _marks(self, adoption: AdoptionPlan, level: float) -> list[tuple[int, int, str]]:
        random = self.random
        slip = 1 - min(0.97, max(0.1, (level - 0.45) * 1.75))
        marks = []
        for item in adoption.items:
            chance = random.random()
            threshold = slip * 0.04 if item.grave else slip
            if chance >= threshold:
                marks.append((item.id, 4, ""))
                continue
            depth = chance / threshold
            value = 3 if depth < 0.68 else 2 if depth < 0.94 else 1 if depth < 0.99 else 0
            marks.append((item.id, value, random.choice(item.reasons)))
        return marks
