"""What citizens answered: invitations (verified) and QR codes, in clusters of desk and day."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random
from uuid import UUID

from conduct.kernel.months import Month
from surveys.rules.questions import Kind, Question, choose_questions

from .calendar import DemoCalendar, open_days
from .catalogue import DemoItem
from .people import Post, Staff
from .pledging import AdoptionPlan
from .stories import Level, Story
from .texts import COMPLAINT, MIXED, PRAISE
from .tree import Office, Point, Tree

_VERIFIED = 0.58
_OPTIONAL = 0.74
_COMMENTS = 0.08
_ENGLISH = 0.006
_BUSINESS = 0.12
_FEW_A_MONTH = (True, False, False)
"""At the office with too few answers: one invitation answered, two at the desk."""


@dataclass(frozen=True)
class StratumPlan:
    """Point, month, procedure group, and the officer where enough dossiers were finished."""

    point: int
    month: Month
    group: str
    post: int | None


@dataclass(frozen=True)
class AnswerPlan:
    """One response; `stratum` is a place in `Answering.strata`."""

    key: UUID
    point: int
    unit: int
    stratum: int | None
    month: Month
    language: str
    respondent: str
    cluster: int
    overall: int
    factors: list[int | None]
    trips: int | None
    items: list[tuple[int, int]]
    comment: str


@dataclass
class _Desk:
    """A point in a month: its days, its officers, and what its form asks."""

    office: Office
    point: Point
    level: float
    days: list[date]
    officers: list[Post]
    busy: set[int]
    questions: list[Question]
    chosen: dict[date, tuple[Question, ...]] = field(default_factory=dict)

    def asked_on(self, day: date) -> tuple[Question, ...]:
        """The models' questions on the form of that day."""
        if day not in self.chosen:
            self.chosen[day] = choose_questions(self.questions, day)
        return self.chosen[day]


class Answering:
    """Draws so many responses over all months; `label(slug, day)` is the label of a desk-day."""

    def __init__(
        self,
        tree: Tree,
        staff: Staff,
        levels: Mapping[int, Level],
        adoptions: list[AdoptionPlan],
        label: Callable[[int, date], int],
        random: Random,
    ) -> None:
        self.tree, self.staff, self.levels, self.random = tree, staff, levels, random
        self.adoptions, self.label = adoptions, label
        self.calendar: DemoCalendar = tree.calendar
        self.strata: dict[StratumPlan, int] = {}
        self.items: dict[int, DemoItem] = {
            item.id: item for plan in adoptions for item in plan.items if item.question
        }
        self._serving: dict[int, list[Post]] = {}
        for post in staff.posts:
            if post.serves_citizens:
                self._serving.setdefault(post.unit, []).append(post)
        self._moods: dict[tuple[int, date], float] = {}
        self._labels: dict[tuple[int, date], int] = {}

    def answers(self, total: int) -> Iterator[AnswerPlan]:
        """Exactly `total` responses, month after month."""
        numbers = self._allot(total)
        for month in self.calendar.months:
            for office in self.tree.offices:
                number = numbers.get((office.unit.index, month), 0)
                if number:
                    yield from self._answers_of(office, month, number)

    def _allot(self, total: int) -> dict[tuple[int, Month], int]:
        """How many answers each office has in each month: by size and by the days that have passed."""
        numbers: dict[tuple[int, Month], int] = {}
        weights: dict[tuple[int, Month], float] = {}
        for office in (office for office in self.tree.offices if office.points):
            size = self.random.uniform(0.75, 1.25) * self._size(office)
            for month in self.calendar.months:
                place = (office.unit.index, month)
                if not self._days(office, month):
                    continue
                if office.story is Story.FEW:
                    numbers[place] = len(_FEW_A_MONTH)
                else:
                    weights[place] = size * self.calendar.share_gone(month) * self.random.uniform(0.85, 1.15)
        left, sum_weights = max(0, total - sum(numbers.values())), sum(weights.values())
        shares = {place: left * weight / sum_weights for place, weight in weights.items()}
        numbers.update({place: int(share) for place, share in shares.items()})
        missing = total - sum(numbers.values())
        for place in sorted(shares, key=lambda place: int(shares[place]) - shares[place])[: max(0, missing)]:
            numbers[place] += 1
        return numbers

    def _size(self, office: Office) -> float:
        """How many come, compared with an ordinary commune."""
        if office in self.tree.bodies:
            return 0.5
        if office.story is Story.MERGED:
            return 1.6 if office in self.tree.communes else 0.8
        return 1.3 if office.unit.name.startswith("Phường") else 1.0

    def _days(self, office: Office, month: Month) -> list[date]:
        last = self.calendar.last_day(month)
        if office.unit.valid_from > last or (office.unit.valid_to and office.unit.valid_to < month.first):
            return []
        return open_days(month.first, last)

    def _answers_of(self, office: Office, month: Month, number: int) -> Iterator[AnswerPlan]:
        days = self._days(office, month)
        desks = [self._desk(office, place, month, days) for place in range(len(office.points))]
        kinds = _FEW_A_MONTH if office.story is Story.FEW else ()
        for count in range(number):
            desk = self.random.choice(desks)
            verified = kinds[count] if count < len(kinds) else self.random.random() < _VERIFIED
            yield self._answer(desk, month, verified=verified)

    def _desk(self, office: Office, place: int, month: Month, days: list[date]) -> _Desk:
        point = office.points[place]
        serving = [
            post for post in self._serving.get(point.unit, ()) if post.serves_in(month.first, month.last)
        ]
        officers = serving[place :: len(office.points)] or serving
        whole = [post for post in officers if not self._is_new(post, month)]
        busy = {post.index for post in whole if self.random.random() < 0.88}
        questions = [
            question
            for plan in self.adoptions
            if point.unit in plan.units and plan.holds(month.first, month.last)
            for question in (self._asked(plan, item) for item in plan.items)
            if question is not None
        ]
        level = self.levels[office.unit.index].at(month)
        return _Desk(office, point, level, days, officers, busy, questions)

    def _asked(self, plan: AdoptionPlan, item: DemoItem) -> Question | None:
        if item.question is None:
            return None
        asked = item.question
        return Question(asked.field, asked.kind, asked.texts, asked.item_ids, plan.weights.get(item.id, 1))

    def _is_new(self, post: Post, month: Month) -> bool:
        """Too short in the post this month for twenty dossiers."""
        return post.starts_on > month.first or (post.ends_on is not None and post.ends_on < month.last)

    def _answer(self, desk: _Desk, month: Month, *, verified: bool) -> AnswerPlan:
        random = self.random
        day = random.choice(desk.days)
        level, stratum = desk.level + self._mood(desk.point.index, day), None
        if verified:
            officer = random.choice(desk.officers) if desk.officers else None
            if officer is not None:
                level += self.staff.people[officer.person].offset
            named = officer.index if officer is not None and officer.index in desk.busy else None
            plan = StratumPlan(desk.point.index, month, random.choice(desk.point.groups), named)
            stratum = self.strata.setdefault(plan, len(self.strata))
        overall = self._overall(level)
        optional = random.random() < _OPTIONAL
        return AnswerPlan(
            key=UUID(int=random.getrandbits(128), version=4),
            point=desk.point.index,
            unit=desk.point.unit,
            stratum=stratum,
            month=month,
            language="en" if random.random() < _ENGLISH else "vi",
            respondent="business" if random.random() < _BUSINESS else "citizen",
            cluster=self._label(desk.point.index, day),
            overall=overall,
            factors=[self._factor(overall) if optional else None for _factor in range(5)],
            trips=self._trips(overall) if optional else None,
            items=self._item_answers(desk, day, overall) if optional else [],
            comment=self._comment(desk, overall),
        )

    def _mood(self, point: int, day: date) -> float:
        """Answers of one desk-day resemble each other: a queue, a broken printer, a good morning."""
        if (point, day) not in self._moods:
            self._moods[point, day] = self.random.gauss(0, 0.06)
        return self._moods[point, day]

    def _label(self, point: int, day: date) -> int:
        if (point, day) not in self._labels:
            self._labels[point, day] = self.label(point, day)
        return self._labels[point, day]

    def _overall(self, level: float) -> int:
        chance = self.random.random()
        if self.random.random() < min(0.99, max(0.05, level)):
            return 5 if chance < 0.55 else 4
        return 3 if chance < 0.6 else 2 if chance < 0.88 else 1

    def _factor(self, overall: int) -> int | None:
        chance = self.random.random()
        if chance < 0.06:
            return None
        if chance < 0.72:
            return overall
        return min(5, max(1, overall + (1 if chance < 0.88 else -1)))

    def _trips(self, overall: int) -> int:
        chance = self.random.random() + (0.25 if overall < 3 else 0)
        return 1 if chance < 0.72 else 2 if chance < 0.93 else 3

    def _item_answers(self, desk: _Desk, day: date, overall: int) -> list[tuple[int, int]]:
        """Answers to the questions that the desk's form had that day, most of them."""
        random, kept_chance = self.random, 0.96 if overall >= 4 else 0.62 if overall == 3 else 0.3
        found = []
        for question in desk.asked_on(day):
            if random.random() < 0.15:
                continue
            item = self.items[question.item_ids[0]]
            kept = random.random() < kept_chance
            if question.kind is Kind.YES_NO:
                mark = item.kept_answers[0] if kept else 1 - item.kept_answers[0]
            else:
                mark = random.choice(item.kept_answers) if kept else random.choice((3, 3, 2, 1))
            found.append((item.id, mark))
        return found

    def _comment(self, desk: _Desk, overall: int) -> str:
        random = self.random
        if random.random() >= _COMMENTS or desk.office in self.tree.bodies:
            return ""
        pool = COMPLAINT if overall <= 2 else MIXED if overall == 3 or random.random() < 0.25 else PRAISE
        return random.choice(pool)
