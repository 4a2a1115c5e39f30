"""The first steps of the cast's year, a petition, a delegate: acts that go through the services."""

from datetime import date, datetime, time, timedelta

from conduct.agencies.models import Agency, User
from conduct.agencies.services.delegations import record_delegation
from conduct.ratings.models import RatingScheme, Result, YearMeeting, YearRating
from conduct.ratings.permissions.petitions import readers_for
from conduct.ratings.services.absences import note_absence
from conduct.ratings.services.conclusions import note_conclusion
from conduct.ratings.services.meeting import keep_meeting, sign_meeting
from conduct.ratings.services.petitions import ask_reader, file_petition, read_petition
from conduct.ratings.services.scheme_editing import copy_scheme
from conduct.ratings.services.year_decisions import list_decision, publish_decision, sign_decision
from conduct.ratings.services.year_steps import open_year, propose, save_self

from .acts import ZONE
from .calendar import open_days
from .copying import Ids
from .people import Staff
from .rating import FIRST
from .tree import Tree


class _Year:
    """The cast's commune in the weeks before the classes of the year are decided."""

    def __init__(self, tree: Tree, staff: Staff, ids: Ids, password: str) -> None:
        self.password, self.as_of = password, tree.calendar.as_of
        self.office = Agency.objects.get(pk=ids.units[tree.communes[0].unit.index])
        people = {name: ids.people[staff.cast[name].index] for name in ("lan", "minh", "tam", "quan", "hanh")}
        users = User.objects.in_bulk(people.values())
        self.lan, self.minh, self.tam, self.quan, self.hanh = (users[pk] for pk in people.values())
        days = open_days(self.as_of - timedelta(days=21), self.as_of)
        self.days = [datetime.combine(day, time(9, 30), ZONE) for day in days]

    def prepare(self) -> None:
        """The list, the own views, a meeting with signed minutes and one that is being written."""
        year, tam = self.as_of.year, self.tam
        open_year(office=self.office, year=year, by=tam, now=self.days[0])
        for rating in YearRating.objects.filter(office=self.office, year=year).select_related("person")[:6]:
            save_self(
                rating=rating, revision=rating.revision, level="httnv",
                report="Hoàn thành các nhiệm vụ được giao; còn một số việc cần nhanh hơn.", by=rating.person,
                now=self.days[1],
            )  # fmt: skip
        first = self._meeting(self.days[2].date(), "Góp ý cho từng công chức; nhất trí với tự đánh giá.")
        sign_meeting(meeting=first, revision=first.revision, password=self.password, by=tam, now=self.days[2])
        self._meeting(self.days[-2].date(), "Họp bổ sung; đang ghi biên bản.")

    def _meeting(self, on: date, minutes: str) -> YearMeeting:
        said = {
            "held_on": on, "place": "Hội trường UBND xã", "chair": self.tam, "secretary": self.quan,
            "n_called": 28, "n_present": 26, "minutes": minutes,
        }  # fmt: skip
        made = YearMeeting(office=self.office, year=self.as_of.year)
        now = datetime.combine(on, time(16), ZONE)
        return keep_meeting(meeting=made, revision=0, said=said, opinions={}, by=self.tam, now=now)

    def decide_early(self) -> None:
        """Lan's class is decided before the others', for a competition of the province."""
        lan = YearRating.objects.get(person=self.lan, year=self.as_of.year)
        propose(
            rating=lan, revision=lan.revision, level="httnv",
            reason="Đạt mức điểm cao nhưng còn hai lần trả kết quả chậm hẹn.", handling="", group="",
            by=self.tam, now=self.days[4],
        )  # fmt: skip
        now = self.days[5]
        found = list_decision(self.office, self.as_of.year, self.tam, now.date())
        decision = sign_decision(
            office=self.office, year=self.as_of.year, number=f"112/QĐ-UBND-{self.as_of.year}",
            decided_on=now.date(), sha256=found.sha256, password=self.password, by=self.tam, now=now,
        )  # fmt: skip
        publish_decision(decision=decision, by=self.tam, now=now)

    def petition(self) -> None:
        """Lan petitions against her last month; a colleague who was not involved has given an opinion."""
        result = Result.objects.filter(
            sheet__posting__person=self.lan, replaced_by__isnull=True, at__lt=self.days[0]
        ).order_by("-sheet__period")[0]
        petition, _is_new = file_petition(
            about=result, text="Tháng đó tôi trực thay hai buổi nên có một hồ sơ trả muộn nửa ngày.",
            wish="Xem lại điểm về ý thức kỷ luật.", by=self.lan, now=self.days[-4],
        )  # fmt: skip
        reader = readers_for(petition, self.tam, self.as_of).first()
        if reader is not None:
            ask_reader(
                petition=petition, reader=reader, revision=petition.revision, by=self.tam, now=self.days[-3]
            )
            opinion = "Hồ sơ chậm do thiếu người trực; nên xem lại điểm này."
            read_petition(petition=petition, opinion=opinion, by=reader, now=self.days[-2])

    def note_the_rest(self) -> None:
        """Who was ill, what was concluded about somebody, who acts for Minh, a scheme being drafted."""
        year, now = self.as_of.year, self.days[0]
        note_absence(
            person=self.minh, office=self.office, kind="sick", starts_on=date(year, 1, 19),
            ends_on=date(year, 1, 30), by=self.quan, now=now,
        )  # fmt: skip
        others = YearRating.objects.filter(office=self.office, year=year, posting__is_leader=False)
        someone = others.exclude(person__in=(self.lan, self.quan)).order_by("-pk")[0].person
        said = {
            "kind": "disciplined", "number": "05/QĐ-KL", "happened_on": date(year, 1, 12),
            "decided_on": date(year, 2, 2), "by_authority": self.office.name,
            "summary": "Vi phạm quy chế làm việc, bị khiển trách.",
        }  # fmt: skip
        note_conclusion(
            person=someone, office=self.office, where=self.office, said=said, same_as=None, by=self.quan,
            now=now,
        )  # fmt: skip
        desk = Agency.objects.get(grants__person=self.minh, grants__role="supervisor")
        record_delegation(
            absent=self.minh, delegate=self.tam, agency=desk, starts_on=self.as_of,
            ends_on=self.as_of + timedelta(days=9), reason="Minh dự lớp bồi dưỡng", by=self.quan,
            now=datetime.combine(self.as_of, time(8), ZONE),
        )  # fmt: skip
        decree = RatingScheme.objects.get(code="nd335", number=1)
        province = self.hanh.grants.get(role="catalogue_editor").agency
        copy_scheme(scheme=decree, keeper=province, by=self.hanh, now=now)


def write_year(tree: Tree, staff: Staff, ids: Ids, *, password: str) -> None:
    """From March on, in a year under the decree; before there is too little to begin with."""
    as_of = tree.calendar.as_of
    if as_of.year < FIRST.year or as_of.month < 3:
        return
    year = _Year(tree, staff, ids, password)
    year.prepare()
    year.decide_early()
    year.petition()
    year.note_the_rest()
