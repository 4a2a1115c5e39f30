"""Where the evidence beside a sheet comes from: a list for each kind of it, all read in one statement."""

from datetime import date

from django.db.models import CharField, Count, Exists, OuterRef
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from conduct.agencies.models import Period as ConductMonth
from conduct.agencies.models import Posting, Role, RoleGrant, User, on_day
from conduct.commitments.tallies.journal import submitted_slips
from conduct.feedback.models import CaseSubject
from conduct.feedback.permissions.cases import listed_cases
from conduct.judgements.models import Judgement
from conduct.oversight.models import Finding
from conduct.scores.models import PersonScore

from ..models import Result, Sheet
from ..rules.periods import Period
from ..tallies.gathered import Asked
from ..tallies.reach import AgenciesOver, RatingReach
from .sheets import kind_of


def scores_about(sheet: Sheet, period: Period, reader: User, today: date) -> dict[str, Asked]:
    """The conduct scores of all months, and by what their reader may see them: the closed months, and whether
    the reader heads the office."""
    months = [month.first for month in period.months]
    closed = ConductMonth.objects.filter(
        office=sheet.office_id, kind=ConductMonth.Kind.MONTH, month__in=months,
        state=ConductMonth.State.CLOSED,
    )  # fmt: skip
    headed = RoleGrant.objects.filter(
        on_day(today, "starts_on", "ends_on"), person=reader, role=Role.HEAD,
        agency_id__in=AgenciesOver(sheet.office_id, today),
    )  # fmt: skip
    scores = PersonScore.objects.filter(posting=sheet.posting_id, month__in=months)
    fields: dict[str, str | Combinable] = {
        "month": "month", "office": "office_id", "parts": "parts", "score": Cast("score", CharField()),
        "model": "adoption__version__model__name",
    }  # fmt: skip
    return {
        "closed": (closed, {"month": "month"}),
        "headed": (headed, {"agency": "agency_id"}),
        "scores": (scores, fields),
    }


def events_about(posting: Posting, period: Period, reader: User, today: date) -> dict[str, Asked]:
    """What happened in the period: slips that were handed in, judgements, confirmed findings, and the cases
    of which the reader may know."""
    first, last, months = period.first.first, period.last.last, [month.first for month in period.months]
    judged = Judgement.objects.filter(sheet__posting=posting, sheet__month__in=months)
    findings = Finding.objects.filter(
        state=Finding.State.CONFIRMED, line__posting=posting, counts_in__in=months
    )
    subjects = CaseSubject.objects.filter(case=OuterRef("pk"), posting=posting)
    cases = listed_cases(reader, today).filter(Exists(subjects), closed_on__gte=first, closed_on__lte=last)
    slip = {"pk": "pk", "on": "on", "text": "text", "remedy": "remedy", "was_remedied": "was_remedied"}
    judgement = {
        "value": "value", "reason": "reason", "month": "sheet__month", "group": "item__group__position",
        "position": "item__position",
    }  # fmt: skip
    finding = {"pk": "pk", "on": "line__inspection__on", "text": "text", "is_breach": "is_breach"}
    return {
        "slips": (submitted_slips([posting.pk], first, last), {**slip, "item": "item__text"}),
        "judged": (judged, {**judgement, "item": "item__text"}),
        "findings": (findings, {**finding, "item": "line__item__text"}),
        "cases": (cases, {"pk": "pk", "on": "closed_on", "is_upheld": "is_upheld", "summary": "summary"}),
    }


def last_result(posting: Posting, period: Period) -> dict[str, Asked]:
    """The result in force of the period before, with the points of its lines."""
    before = period.previous()
    rows = Result.objects.filter(
        sheet__posting=posting, sheet__kind=kind_of(before), sheet__period=before.first.first,
        replaced_by__isnull=True,
    )  # fmt: skip
    return {"last": (rows, {"groups": "parts__groups"})}


def results_led(sheet: Sheet, today: date) -> dict[str, Asked]:
    """How many results of each level are in force, in the sheet's period, of those whom its person leads."""
    person_id = sheet.posting.person_id
    rows = Result.objects.filter(
        replaced_by__isnull=True, sheet__kind=sheet.kind, sheet__period=sheet.period,
        sheet__posting__agency_id__in=RatingReach(person_id, today),
    ).exclude(sheet__posting__person=person_id)  # fmt: skip
    return {"led": (rows.values("level"), {"level": "level", "n_results": Count("pk")})}
