"""Answers, closed months and roll-ups for the tests of reports."""

from datetime import date
from uuid import uuid4

from conduct.agencies.models import Agency, Period
from conduct.kernel.months import Month
from conduct.scores.models import AgencyCount
from surveys.models import Questionnaire, Response, ServicePoint, Stratum
from surveys.rules.questions import Answers
from tests.factories import NOW, START

OPENED = date(2025, 7, 1)


def make_point(agency: Agency, name: str = "Quầy 1") -> ServicePoint:
    return ServicePoint.objects.create(agency=agency, name=name, slug=uuid4().hex[:10], opened_on=OPENED)


def answer(
    point: ServicePoint,
    month: Month,
    *marks: int,
    factors: tuple[int | None, ...] = (None,) * 5,
    others: tuple[int | None, ...] = (),
    respondent: str = "citizen",
    channel: str = "qr",
    group: str = "",
    set_aside: str = "",
    per_day: int = 5,
) -> None:
    """One form for each mark, so many on a desk-day; with a group they are invited."""
    questionnaire = Questionnaire.objects.filter(asked_at="desk").order_by("-pk")[0]
    stratum = None
    if group:
        stratum, _made = Stratum.objects.get_or_create(point=point, month=month.first, procedure_group=group)
    for number, mark in enumerate(marks):
        stored = Response.objects.all().insert_once(
            key=uuid4(),
            slug=point.slug,
            questionnaire_id=questionnaire.pk,
            language="vi",
            cluster=month.year * 1000 + month.month * 50 + number // per_day,
            answers=Answers(overall=mark, factors=factors, others=others),
            day=month.first,
            channel="invitation" if group else channel,
            respondent=respondent,
            stratum_id=stratum.pk if stratum else None,
            set_aside=set_aside,
        )
        assert stored


def ask_about_payment() -> None:
    """Two more questions at the end of the newest questionnaire, as a version of its own."""
    old = Questionnaire.objects.filter(asked_at="desk").order_by("pk")[0]
    rows = [
        {"key": "extra_payment", "factor": None, "kind": "yes_no", "kept": [0],
         "text": {"vi": "Có gợi ý trả thêm không?", "en": "Extra payment?"}},
        {"key": "appointment_kept", "factor": None, "kind": "yes_no", "kept": [1],
         "text": {"vi": "Đúng hẹn không?", "en": "In time?"}},
    ]  # fmt: skip
    questions = [row for row in old.questions if row["key"] not in {"extra_payment", "appointment_kept"}]
    kept = [row for row in questions if row["key"] in {"overall", "trips"} or row.get("factor")]
    Questionnaire.objects.create(
        code="thu", number=1, asked_at="desk", valid_from=START, questions=[*kept, *rows], name="Thử"
    )


def close(office: Agency, *months: Month) -> None:
    for month in months:
        Period.objects.create(office=office, month=month.first, state="closed", closed_at=NOW)


def roll_up(agency: Agency, month: Month, judged: int, kept: int, component: str = "open") -> None:
    """What the roll-up stores of an agency's answers."""
    AgencyCount.objects.create(
        agency=agency, office=agency, month=month.first, component=component, kept=kept, judged=judged
    )
