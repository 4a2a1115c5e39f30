"""The statutory sheets of two communes since the decree: twelve months of one, a few of the other.

Closed periods are confirmed with their results; the current one shows every step of a sheet's way.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from conduct.agencies.models import Agency, Posting, User
from conduct.kernel.months import Month
from conduct.kernel.workdays import working_day
from conduct.ratings.models import Result, Sheet, SheetEvent, SheetLine, SheetTask, WorkItem
from conduct.ratings.rules.scheme import Scheme, parse_scheme
from conduct.ratings.services.reading import total_of
from conduct.ratings.services.results import confirm_result
from conduct.ratings.services.schemes import NoScheme, scheme_for

from .acts import ZONE
from .copying import Ids
from .people import Post, Staff
from .stories import Level
from .texts import SHORTCOMINGS, STRENGTHS, UNPLANNED, WORK
from .tree import Office, Tree

FIRST = Month(2026, 1)
"""Decree 335/2025 is in force from 1/1/2026."""
_MONTHS_OF_THE_OTHER = 3
_LATEST = {"self": 24, "review": 27}
_ALL_MAXIMUM = 0.55
"""So often an easy-going supervisor gives everybody everything: there is something to ask about."""


@dataclass(frozen=True)
class _Kept:
    """A sheet as it will stand, with the posting's scheme."""

    post: Post
    posting: Posting
    scheme: Scheme
    sheet: Sheet
    state: str


class _Office:
    """One commune's sheets."""

    def __init__(
        self, office: Office, staff: Staff, ids: Ids, levels: Mapping[int, Level], as_of: date, random: Random
    ) -> None:
        self.plan, self.staff, self.ids, self.levels = office, staff, ids, levels
        self.as_of, self.random = as_of, random
        self.agency = Agency.objects.get(pk=ids.units[office.unit.index])
        units = {unit.index for unit in office.units}
        self.posts = [post for post in staff.posts if post.unit in units]
        rows = Posting.objects.filter(pk__in=[ids.posts[post.index] for post in self.posts])
        self.postings = {row.pk: row for row in rows.select_related("person", "agency")}
        self.users = {row.person_id: row.person for row in self.postings.values()}
        self.head = self._user(staff.heads.get(office.unit.index) or staff.leaders[office.unit.index])
        self.above = self._user(staff.cast["phuong"].index)
        self.lan = ids.people[staff.cast["lan"].index]

    def _user(self, person: int) -> User:
        pk = self.ids.people[person]
        return self.users.get(pk) or User.objects.get(pk=pk)

    def list_work(self) -> None:
        """The commune's list of converted products."""
        WorkItem.objects.bulk_create(
            WorkItem(
                agency=self.agency, code=f"CV{number:02d}", name=name, unit=unit, group=group,
                factor=Decimal(factor), legal_act="QĐ 58/QĐ-UBND ngày 26/6/2026", valid_from=FIRST.first,
            )
            for number, (name, unit, group, factor) in enumerate(WORK, start=1)
        )  # fmt: skip

    def keep(self, month: Month, *, is_current: bool) -> None:
        """Every sheet of a month, with lines, tasks, events, and results where it is confirmed."""
        kept = list(self._sheets(month, is_current=is_current))
        Sheet.objects.bulk_create(one.sheet for one in kept)
        SheetLine.objects.bulk_create(line for one in kept for line in self._lines(one))
        SheetTask.objects.bulk_create(task for one in kept for task in self._tasks(one, month))
        for one in kept:
            self._sum_up(one)
        self._events(kept)
        for one in kept:
            if one.state in ("approved", "acknowledged"):
                self._confirm(one, month)

    def _sheets(self, month: Month, *, is_current: bool) -> Iterator[_Kept]:
        for post in self.posts:
            if not post.serves_in(month.last, month.last):
                continue
            posting = self.postings[self.ids.posts[post.index]]
            try:
                scheme = scheme_for(posting, month.last)
            except NoScheme:
                continue
            state = self._state(posting, month, is_current=is_current)
            sheet = Sheet(
                posting=posting, office=self.agency, kind="month", period=month.first, scheme=scheme,
                state=state, **self._steps(post, state, month),
            )  # fmt: skip
            yield _Kept(post, posting, parse_scheme(scheme.document), sheet, state)

    def _state(self, posting: Posting, month: Month, *, is_current: bool) -> str:
        """This month: some have not begun to hand in; the last: one still waits to be acknowledged."""
        if not is_current:
            return "acknowledged" if self.random.random() < 0.9 else "approved"
        if posting.person_id in (self.lan, self.head.pk):
            return "draft"
        return self.random.choice(("draft", "submitted", "submitted", "reviewed"))

    def _steps(self, post: Post, state: str, month: Month) -> dict[str, object]:
        """Who did what when; the current month's steps lie before the day of the demo."""
        reviewer = self._user(post.supervisor) if post.supervisor is not None else self.above
        is_head = self.ids.people[post.person] == self.head.pk
        days = [month.first.replace(day=day) for day in (20, 24, 26, 27)]
        if days[-1] > self.as_of:
            days = [self.as_of - timedelta(days=4 - place) for place in range(4)]
        submitted, reviewed, approved, acknowledged = (
            datetime.combine(day, time(8 + place, self.random.randint(0, 59)), ZONE)
            for place, day in enumerate(days)
        )
        reached = ("draft", "submitted", "reviewed", "approved", "acknowledged").index(state)
        words = {
            "strengths": self.random.choice(STRENGTHS),
            "shortcomings": self.random.choice(SHORTCOMINGS) if self.random.random() < 0.5 else "",
            "opinion": "Nhất trí với tự đánh giá." if reached >= 2 else "",
        }
        return {
            **words,
            "changed_by": self._user(post.person),
            "changed_at": (submitted, submitted, reviewed, approved, acknowledged)[reached],
            "submitted_at": submitted if reached >= 1 else None,
            "reviewer": reviewer if reached >= 2 else None,
            "reviewed_at": reviewed if reached >= 2 else None,
            "approver": (self.above if is_head else self.head) if reached >= 3 else None,
            "approved_at": approved if reached >= 3 else None,
            "acknowledged_at": acknowledged if reached >= 4 else None,
        }

    def _lines(self, one: _Kept) -> Iterator[SheetLine]:
        """Most give themselves nearly everything; what a reviewer takes off has its reason."""
        reached = one.state not in ("draft", "submitted")
        level = self.levels[one.post.unit].at(Month.of(one.sheet.period))
        generous = self.random.random() < _ALL_MAXIMUM
        for place, criterion in enumerate(one.scheme.criteria):
            steps = 0 if generous or self.random.random() < level else self.random.choice((1, 1, 2))
            less = steps * one.scheme.step
            more = one.scheme.step if not generous and self.random.random() < 0.07 else Decimal(0)
            own = max(Decimal(0), criterion.maximum - less)
            given = max(Decimal(0), own - more)
            is_empty = one.state == "draft" and place % 2
            yield SheetLine(
                sheet=one.sheet, criterion=criterion.code,
                self_points=None if is_empty else own,
                self_note="Còn một vài việc chưa kịp thời." if less and not is_empty else "",
                review_points=given if reached else None,
                review_reason="Chưa đạt yêu cầu của tiêu chí trong tháng."
                if reached and given < criterion.maximum else "",
            )  # fmt: skip
        if one.scheme.tasks and one.scheme.tasks.leading:
            said = {component.value: 100 for component in one.scheme.tasks.leading}
            one.sheet.self_leading, one.sheet.review_leading = said, said if reached else {}

    def _tasks(self, one: _Kept, month: Month) -> Iterator[SheetTask]:
        """Three or four kinds of work; now and then a return, a delay, something unplanned."""
        if one.scheme.tasks is None:
            return
        is_done = one.state != "draft"
        for place, (name, unit, _group, factor) in enumerate(self.random.sample(WORK, 3), start=1):
            assigned = Decimal(self.random.choice((4, 6, 10, 20, 30)))
            share = 1 if self.random.random() < 0.85 else self.random.choice((0.8, 0.9))
            done = assigned * Decimal(str(share)) if is_done else (assigned / 2).quantize(Decimal("1"))
            slip = self.random.random()
            yield SheetTask(
                sheet=one.sheet, place=place, name=name, unit=unit, factor=Decimal(factor),
                assigned=assigned, done=done, returns=int(slip < 0.06), delays=int(slip > 0.92),
                due_on=working_day(month.first.replace(day=24)), assigned_by=self.head,
            )  # fmt: skip
        if self.random.random() < 0.15:
            yield SheetTask(
                sheet=one.sheet, place=4, name=self.random.choice(UNPLANNED), unit="việc",
                kind=SheetTask.Kind.UNPLANNED, assigned=Decimal(0), done=Decimal(1), assigned_by=self.head,
            )  # fmt: skip

    def _sum_up(self, one: _Kept) -> None:
        if one.state == "draft":
            one.sheet.save()
            return
        one.sheet.self_total = total_of(one.sheet, "self").total
        if one.state != "submitted":
            one.sheet.review_total = total_of(one.sheet, "review").total
        one.sheet.save()

    def _events(self, kept: list[_Kept]) -> None:
        """What a sheet went through before it was confirmed; confirming notes itself."""
        rows = []
        for one in kept:
            sheet, person = one.sheet, one.posting.person
            if sheet.submitted_at:
                rows.append((sheet, "submitted", sheet.submitted_at, person, sheet.self_total))
            if sheet.reviewed_at and sheet.reviewer:
                rows.append((sheet, "reviewed", sheet.reviewed_at, sheet.reviewer, sheet.review_total))
            if sheet.acknowledged_at:
                rows.append((sheet, "acknowledged", sheet.acknowledged_at, person, sheet.review_total))
        SheetEvent.objects.bulk_create(
            SheetEvent(sheet=sheet, kind=kind, at=at, by=by, total=total)
            for sheet, kind, at, by, total in rows
        )

    def _confirm(self, one: _Kept, month: Month) -> None:
        approver, at = one.sheet.approver, one.sheet.approved_at
        if approver is not None and at is not None and one.sheet.review_total is not None:
            confirm_result(sheet=one.sheet, cause=Result.Cause.CONFIRMED, by=approver, now=at)


def write_ratings(
    tree: Tree, staff: Staff, ids: Ids, levels: Mapping[int, Level], random: Random
) -> list[Agency]:
    """Sheets of the cast's commune and of Hoa's; returns these offices. Before the decree there is none."""
    current = tree.calendar.current
    if current < FIRST:
        return []
    hoa = staff.cast["hoa"].index
    pilots = [office for office in tree.communes if staff.heads.get(office.unit.index) == hoa]
    offices = [
        _Office(office, staff, ids, levels, tree.calendar.as_of, random)
        for office in (tree.communes[0], *pilots)
    ]
    first = max(FIRST, tree.calendar.first)
    for place, office in enumerate(offices):
        office.list_work()
        begin = max(first, current.plus(-_MONTHS_OF_THE_OTHER)) if place else first
        for month in begin.until(current):
            office.keep(month, is_current=month == current)
    return [office.agency for office in offices]
