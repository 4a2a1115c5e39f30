"""Who was asked: batches of invitations after dossiers, and the province's yearly survey round."""

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
from surveys.services.rounds import Outline, create_round, record_field_work

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


def write_round(tree: Tree, staff: Staff, levels: dict[int, Level], ids: Ids, random: Random) -> None:
    """The province asks 90 people in each commune but one this month; the field work goes on."""
    today, first = tree.calendar.as_of, tree.calendar.current.first
    asked = Questionnaire.objects.in_force(today, (), "round")
    communes = {ids.units[one.unit.index]: one for one in tree.communes if one.story is not Story.FEW}
    if asked is None:
        return
    head = User.objects.get(pk=ids.people[staff.cast["phuong"].index])
    begun = datetime.combine(first, time(8), ZONE)
    survey, _created = create_round(
        outline=Outline(
            agency=Agency.objects.get(pk=ids.units[tree.province.index]), questionnaire=asked,
            name=f"Khảo sát mức độ hài lòng năm {today.year}", mode=Round.Mode.INTERVIEW,
            legal_basis="Kế hoạch cải cách hành chính năm của tỉnh", frame=Round.Frame.HOUSEHOLDS,
            frame_from=first - timedelta(days=180), frame_to=first, starts_on=first,
            ends_on=tree.calendar.current.next().last,
        ),
        targets=dict.fromkeys(communes, _TARGET), by=head, now=begun,
    )  # fmt: skip
    sheet = make_sheet(asked.questions, (), asked.languages)
    for unit in RoundUnit.objects.filter(round=survey).select_related("agency", "point").order_by("pk"):
        n_forms = round(_TARGET * tree.calendar.share_gone(tree.calendar.current) * random.uniform(0.5, 1.0))
        n_refused = round(n_forms * random.uniform(0.05, 0.2))
        n_reached = n_forms + n_refused
        record_field_work(
            unit=unit, target=_TARGET, n_frame=random.randint(900, 2400),
            n_drawn=n_reached + random.randint(5, 20), n_reached=n_reached, n_refused=n_refused, by=head,
            now=datetime.combine(today, time(8), ZONE),
        )  # fmt: skip
        level = levels[communes[unit.agency_id].unit.index].at(tree.calendar.current)
        Response.objects.bulk_create(_forms(unit, survey, sheet, n_forms, level, first, random))


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
