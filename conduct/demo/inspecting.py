"""Inspections of the cast's commune by the inspector of the province; the acts go through the services."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from conduct.agencies.models import Agency, User
from conduct.kernel.workdays import working_day
from conduct.oversight.models import Finding, Inspection
from conduct.oversight.services import findings, inspections

from .acts import ZONE
from .calendar import open_days
from .copying import Ids
from .people import Staff
from .tree import Tree


@dataclass(frozen=True)
class _Seen:
    """What was found at a colleague: the words, the answer, and how it ended ("": it still waits)."""

    text: str
    answer: str = ""
    is_confirmed: bool | None = None
    reason: str = ""
    action: str = ""


_EARLIER = (
    _Seen(
        "Đến nơi làm việc lúc 8 giờ 10, quầy có bốn người dân chờ.",
        "Đường vào xã ngập, em có gọi báo trước nhưng không ai trực thay.",
        True, "Có báo trước nhưng không bố trí người trực thay, người dân phải chờ.",
        "Báo và bố trí người trực thay trước giờ mở quầy khi đến muộn.",
    ),
    _Seen(
        "Rời quầy 25 phút trong giờ làm việc.",
        "Tôi đi photo giấy tờ giúp một cụ già, có người dân xác nhận.",
        False, "Đã xác minh: rời quầy để giúp người dân.",
    ),
)  # fmt: skip
_LATELY = _Seen("Trở lại quầy lúc 13 giờ 50 sau giờ nghỉ trưa.")


class _Inspector:
    """Khôi's visits to the one-stop centre of the cast."""

    def __init__(self, tree: Tree, staff: Staff, ids: Ids) -> None:
        desk = tree.communes[0].one_stop
        if desk is None:
            raise ValueError("the cast's commune has no one-stop centre")
        self.ids, self.staff = ids, staff
        self.agency = Agency.objects.get(pk=ids.units[desk.index])
        self.khoi, self.tam, self.lan = (self._user(name) for name in ("khoi", "tam", "lan"))
        self.people = [
            User.objects.get(pk=ids.people[post.person])
            for post in staff.posts
            if post.unit == desk.index and post.ends_on is None
        ]

    def _user(self, name: str) -> User:
        return User.objects.get(pk=self.ids.people[self.staff.cast[name].index])

    def visit(self, on: date, kind: str, subject: str, *, seen: dict[int, _Seen] | None = None) -> Inspection:
        """Everybody at the desk is looked at on every item; the visit stays open without ``seen``."""
        now = datetime.combine(on, time(10, 30), ZONE)
        made = inspections.begin_inspection(
            agency=self.agency, kind=kind, on=on, subject=subject, by=self.khoi, now=now
        )
        for adoption in inspections.adoptions_of(made):
            items = list(inspections.items_of(adoption).values_list("pk", flat=True))
            people = [one.pk for one in inspections.people_of(made) if adoption.speaks_to(one)]
            if items and people:
                inspections.examine(
                    inspection=made, adoption=adoption, posting_ids=people, item_ids=items, by=self.khoi,
                    now=now,
                )  # fmt: skip
        for person, found in (seen or {}).items():
            line = made.lines.filter(posting__person=person, item__group__polarity="prohibition").first()
            if line is not None:
                inspections.note_finding(
                    line=line, text=found.text, is_breach=bool(found.is_confirmed), by=self.khoi, now=now
                )
        if seen is not None:
            inspections.finish_inspection(inspection=made, note="", by=self.khoi, now=now)
        return made

    def settle(self, made: Inspection, seen: dict[int, _Seen]) -> None:
        """The answers, the head's decisions, and what had to be put right."""
        for finding in Finding.objects.filter(line__inspection=made).select_related("line__posting__person"):
            person = finding.line.posting.person
            said = seen[person.pk]
            days = [datetime.combine(working_day(made.on, n), time(15), ZONE) for n in (2, 4, 6)]
            findings.answer_finding(
                finding=finding, revision=finding.revision, text=said.answer, by=person, now=days[0]
            )
            findings.decide_finding(
                finding=finding, revision=2, is_confirmed=bool(said.is_confirmed), reason=said.reason,
                by=self.tam, now=days[1],
            )  # fmt: skip
            if said.action:
                action = findings.set_action(
                    finding=finding, revision=3, text=said.action, due_on=working_day(made.on, 10),
                    by=self.tam, now=days[1],
                )  # fmt: skip
                findings.report_action(action=action, note="Đã thực hiện.", by=person, now=days[2])


def write_inspections(tree: Tree, staff: Staff, ids: Ids) -> None:
    """A visit two months ago that ended in decisions, one of this week that waits, and one being made."""
    inspector, as_of = _Inspector(tree, staff, ids), tree.calendar.as_of
    others = [person for person in inspector.people if person not in (inspector.lan, inspector.tam)]
    earlier = dict(zip([person.pk for person in others[-2:]], _EARLIER, strict=False))
    first = working_day(tree.calendar.current.previous().first + timedelta(days=9))
    made = inspector.visit(first, "unannounced", "Giờ giấc làm việc, trực quầy", seen=earlier)
    inspector.settle(made, earlier)
    days = open_days(as_of - timedelta(days=14), as_of)
    inspector.visit(days[-4], "weekly", "Trực quầy sau giờ nghỉ trưa", seen={inspector.lan.pk: _LATELY})
    inspector.visit(days[-1], "monthly", "Kỷ luật, kỷ cương tháng này")
