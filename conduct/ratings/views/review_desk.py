"""What stands before a reviewer: the sheet, the queue around it, the evidence, the task part."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from conduct.agencies.models import User
from conduct.agencies.permissions import Refused

from ..forms.sheets import COMPONENTS
from ..models import Sheet, SheetLine, SheetTask
from ..permissions.authority import Authority
from ..permissions.sheets import check_can_approve, check_can_review, may_see
from ..rules.scheme import Component, Scheme
from ..rules.sheet import TaskResult, Total, sum_up
from ..services.evidence import Evidence, evidence_about
from ..services.reading import Side, as_task, leading_of, points_of, rules_of
from ..services.reviewing_queue import Neighbour, Queue
from ..services.steps import period_of_sheet

NEIGHBOURS = 5


@dataclass(frozen=True, slots=True)
class Share:
    """A component of the task part as the page shows it."""

    component: Component
    name: str
    value: Decimal | None


class Desk:
    """One sheet before the person who reviews or confirms it; 404 for who may not know of it."""

    def __init__(self, user: User, sheet_id: int, now: datetime) -> None:
        self.user, self.now, self.today = user, now, timezone.localdate(now)
        sheets = Sheet.objects.select_related(
            "posting__person", "posting__agency", "office", "scheme", "reviewer", "approver", "changed_by"
        )
        self.sheet = get_object_or_404(sheets, pk=sheet_id)
        self.period = period_of_sheet(self.sheet)
        self.queue = Queue(user, self.today, self.sheet.period, sheets_of=self.period)
        self.rights = next(
            (rights for posting, rights in self.queue.rated if posting.pk == self.sheet.posting_id), None
        )
        if self.rights is None and not may_see(user, self.sheet, self.today):
            raise Http404

    def check_reviews(self) -> None:
        """Refused for who sees the sheet but does not review it."""
        if not self._holds("reviewers"):
            check_can_review(self.user, self.sheet, self.today)

    def check_approves(self) -> None:
        """Refused for who sees the sheet but does not confirm it."""
        if not self._holds("approvers"):
            check_can_approve(self.user, self.sheet, self.today)

    def _holds(self, right: str) -> bool:
        return self.rights is not None and self.user.pk in getattr(self.rights, right)

    @cached_property
    def may_approve(self) -> bool:
        """Whether the next act after the review is this person's too."""
        return self._holds("approvers")

    @cached_property
    def stands_in_for(self) -> str:
        """In whose place a delegate reviews; "" for an own right."""
        rights = self.rights or Authority()
        holder = rights.stands_in_for(self.user.pk, rights.reviewers)
        return self.queue.authorities.names[holder] if holder else ""

    @cached_property
    def mutual(self) -> list[str]:
        """Names of those whom this person rates and who rate this person."""
        return self.queue.mutual_with(self.sheet.posting.person_id)

    def roster(self, *steps: str) -> "Roster":
        """The neighbours with one of these steps, this sheet among them."""
        rows = [
            row for row in self.queue.neighbours(self.period)
            if row.step in steps or row.sheet_id == self.sheet.pk
        ]  # fmt: skip
        place = next((n for n, row in enumerate(rows) if row.sheet_id == self.sheet.pk), 0)
        return Roster(rows, place)

    @cached_property
    def scheme(self) -> Scheme:
        """The scheme of the sheet."""
        return rules_of(self.sheet)

    @cached_property
    def lines(self) -> dict[str, SheetLine]:
        """The lines by criterion."""
        return {line.criterion: line for line in self.sheet.lines.all()}

    @cached_property
    def tasks(self) -> list[SheetTask]:
        """The tasks in order."""
        return list(self.sheet.tasks.all())

    def total(self, side: Side) -> Total:
        """The sum of one side as it is stored."""
        return sum_up(
            self.scheme,
            points_of(self.lines.values(), side),
            [as_task(row) for row in self.tasks],
            leading_of(self.sheet, side),
        )

    def shares(self, result: TaskResult | None) -> list[Share]:
        """The task components with their shares; a share that nobody has said yet is None."""
        if result is None or self.scheme.tasks is None:
            return []
        return [
            Share(component, str(COMPONENTS[component]), result.shares.get(component))
            for component in self.scheme.tasks.components
        ]

    @cached_property
    def evidence(self) -> Evidence:
        """What stands beside the lines."""
        return evidence_about(self.sheet, reader=self.user, now=self.now)

    def check_state(self, *states: Sheet.State, why: str) -> None:
        """Refused with this reason unless the sheet is at one of these steps."""
        if self.sheet.state not in states:
            raise Refused(why)


@dataclass(frozen=True, slots=True)
class Roster:
    """People in the order of their names, and where this one stands."""

    rows: list[Neighbour]
    place: int

    @property
    def near(self) -> list[Neighbour]:
        """Those around this one."""
        return self.rows[max(0, self.place - NEIGHBOURS) : self.place + NEIGHBOURS + 1]

    @property
    def previous(self) -> Neighbour | None:
        """The one before."""
        return self.rows[self.place - 1] if self.rows and self.place else None

    @property
    def following(self) -> Neighbour | None:
        """The one after."""
        return self.rows[self.place + 1] if self.place + 1 < len(self.rows) else None
