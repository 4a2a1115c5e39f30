"""Who was asked: batches of invitations after dossiers, and the province's survey rounds."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from django.conf import settings
from django.db.models import Count

from conduct.agencies.models import Agency, User
from conduct.kernel.months import Month
from surveys.asking import make_sheet
from surveys.models import InvitationBatch, Questionnaire, Response, Round, RoundUnit
from surveys.rules.keys import desk_day_label
from surveys.rules.questions import Question, Sheet
from surveys.services.rounds import Outline, close_round, create_round, record_field_work

from .acts import ZONE
from .copying import Ids
from .people import Staff
from .stories import Level, Story
from .tree import Tree

_ANSWERED = (0.24, 0.41)
"""The share of the invited who answer."""
_TARGET = 90
_RARE = {"extra_payment": 0.02, "appointment_kept": 0.93, "apologised": 0.55}


def write_invitations(tree: Tree, staff: Staff, ids: Ids, random: Random) -> None:
    """One batch a month for the cast's commune and some others: as many as their answers came from."""
    asked = Questionnaire.objects.in_force(tree.calendar.as_of, (), "dossier")
    if asked is None:
        return
    for office in tree.communes:
        stop = office.one_stop
        if stop is None or (office.story is not Story.CAST and random.random() < 0.6):
            continue
        by = ids.people[staff.heads[office.unit.index]]
        answered = Response.objects.filter(agency_id=ids.units[stop.index], channel="invitation")
        for month, n_answers in answered.values_list("month").annotate(Count("key")).order_by("-month")[:6]:
            if month == tree.calendar.current.first:
                continue
            n_sent = round(n_answers / random.uniform(*_ANSWERED))
            made = datetime.combine(Month.of(month).next().first + timedelta(days=2), time(9), ZONE)
            InvitationBatch.objects.create(
                agency_id=ids.units[stop.index], point_id=ids.points[office.points[0].index],
                questionnaire=asked, month=month, state="reminded" if random.random() < 0.5 else "sent",
                expires_on=made.date() + timedelta(days=21), n_dossiers=n_sent, n_sent=n_sent,
                n_spent=n_answers, made_by_id=by, made_at=made,
                left_out={"no_address": round(n_sent * 0.2), "too_few": random.randint(0, 4)},
            )  # fmt: skip


def write_rounds(tree: Tree, staff: Staff, levels: dict[int, Level], ids: Ids, random: Random) -> None:
    """The province's round of this year goes on; an earlier one of three months ago is closed."""
    asked = Questionnaire.objects.in_force(tree.calendar.as_of, (), "round")
    if asked is None:
        return
    field = _Field(tree, staff, levels, ids, asked, random)
    current = tree.calendar.current
    earlier = max(current.plus(-3), tree.calendar.first)
    if earlier < current.previous():
        done = field.ask(f"Khảo sát nhanh tháng {earlier.month}/{earlier.year}", earlier, target=40)
        close_round(found=done, by=field.head, now=datetime.combine(earlier.next().last, time(9), ZONE))
    field.ask(f"Khảo sát mức độ hài lòng năm {current.year}", current, target=_TARGET)


class _Field:
    """The field work of the province's rounds."""

    def __init__(
        self,
        tree: Tree,
        staff: Staff,
        levels: dict[int, Level],
        ids: Ids,
        asked: Questionnaire,
        random: Random,
    ) -> None:
        self.tree, self.levels, self.ids, self.asked, self.random = tree, levels, ids, asked, random
        self.head = User.objects.get(pk=ids.people[staff.cast["phuong"].index])

    def ask(self, name: str, month: Month, *, target: int) -> Round:
        """So many people in each commune of that month but the one that hardly hears from anybody."""
        communes = {
            self.ids.units[one.unit.index]: one
            for one in self.tree.communes
            if one.story is not Story.FEW and one.unit.valid_from <= month.first
        }
        survey, _created = create_round(
            outline=Outline(
                agency=Agency.objects.get(pk=self.ids.units[self.tree.province.index]),
                questionnaire=self.asked, name=name, mode=Round.Mode.INTERVIEW,
                legal_basis="Kế hoạch cải cách hành chính năm của tỉnh", frame=Round.Frame.HOUSEHOLDS,
                frame_from=month.first - timedelta(days=180), frame_to=month.first, starts_on=month.first,
                ends_on=month.next().last,
            ),
            targets=dict.fromkeys(communes, target), by=self.head,
            now=datetime.combine(month.first, time(8), ZONE),
        )  # fmt: skip
        sheet = make_sheet(self.asked.questions, (), self.asked.languages)
        gone = self.tree.calendar.share_gone(month)
        units = RoundUnit.objects.filter(round=survey).select_related("agency", "point")
        for unit in units.order_by("pk"):
            n_forms = round(target * gone * self.random.uniform(0.5, 1.0))
            self._record(unit, target, n_forms, self.tree.calendar.last_day(month))
            level = self.levels[communes[unit.agency_id].unit.index].at(month)
            forms = _forms(unit, survey, sheet, n_forms, level, month.first, self.random)
            Response.objects.bulk_create(forms)
        return survey

    def _record(self, unit: RoundUnit, target: int, n_forms: int, day: date) -> None:
        n_refused = round(n_forms * self.random.uniform(0.05, 0.2))
        record_field_work(
            unit=unit, target=target, n_frame=self.random.randint(900, 2400),
            n_drawn=n_forms + n_refused + self.random.randint(5, 20), n_reached=n_forms + n_refused,
            n_refused=n_refused, by=self.head, now=datetime.combine(day, time(8), ZONE),
        )  # fmt: skip


def _forms(
    unit: RoundUnit, survey: Round, sheet: Sheet, n_forms: int, level: float, month: date, random: Random
) -> Iterator[Response]:
    label = desk_day_label(f"round:{unit.pk}", survey.starts_on, settings.SECRET_KEY)
    for _form in range(n_forms):
        overall = random.choice((5, 4, 4)) if random.random() < level else random.choice((3, 3, 2))
        yield Response(
            key=UUID(int=random.getrandbits(128), version=4), agency=unit.agency, point=unit.point,
            round=survey, questionnaire=survey.questionnaire, month=month, channel="round", is_verified=True,
            respondent="business" if random.random() < 0.15 else "citizen", cluster=label, overall=overall,
            factors=[min(5, max(1, overall + random.choice((-1, 0, 0, 0, 1)))) for _factor in range(5)],
            trips=random.choice((1, 1, 1, 2, 2, 3)), others=_others(sheet, overall, random),
        )  # fmt: skip


def _others(sheet: Sheet, overall: int, random: Random) -> list[int | None]:
    """Answers to the further questions, follow-ups only where they were asked."""
    said: dict[str, int | None] = {"overall": overall}
    for question in sheet.others:
        condition = question.shown_if
        if condition is not None and said.get(condition.field) not in condition.answers:
            said[question.field] = None
        else:
            said[question.field] = _mark(question, random)
    return [said[question.field] for question in sheet.others]


def _mark(question: Question, random: Random) -> int:
    if question.options:
        return random.choice(question.options).value
    if question.kind == "yes_no":
        return int(random.random() < _RARE.get(question.field.removeprefix("q_"), 0.8))
    return random.choice((5, 4, 4, 4, 3))
