"""Survey rounds: setting one up, drawing samples, field work, typing in forms, closing."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, AgencyQuerySet, User
from conduct.agencies.permissions import Refused
from conduct.agencies.tree import office_of, subtree_ids
from conduct.audit.services import record
from conduct.dossiers.models import Dossier

from ..models import Drawn, Questionnaire, Response, Round, RoundEntry, RoundUnit, ServicePoint
from ..permissions.rounds import check_can_do_field_work, check_can_run_round
from ..rules.addresses import Address
from ..rules.keys import desk_day_label
from ..rules.questions import Answers
from ..rules.rounds import rank
from .late import hold_month_of
from .points import new_slug
from .strata import address_of

TARGET = 90  # forms a commune, as local plans of the opinion survey say (domain.md 2.1)
# Paper comes back later than the last day; then the round closes by itself and forgets whom it drew.
TYPING_TIME = timedelta(days=30)
_AGAIN = timedelta(minutes=1)
# Under this name the forms of an agency's rounds are filed; it is no desk and asks nobody by itself.
POINT_NAME, POINT_NAME_EN = "Khảo sát theo đợt", "Survey rounds"


@dataclass(frozen=True, slots=True)
class Outline:
    """What a round is to be."""

    agency: Agency
    questionnaire: Questionnaire
    name: str
    legal_basis: str
    mode: str
    frame: str
    frame_from: date
    frame_to: date
    starts_on: date
    ends_on: date


def offices_below(agency: Agency, on: date) -> AgencyQuerySet:
    """The offices that a round of this agency asks by default: all below it, or itself without any."""
    below = Agency.objects.in_force(on).filter(
        pk__in=subtree_ids([agency.pk], on) - {agency.pk}, kind__in=Agency.OFFICE_KINDS
    )
    return below if below.exists() else Agency.objects.filter(pk=agency.pk)


@transaction.atomic
def create_round(
    *, outline: Outline, targets: Mapping[int, int], by: User, now: datetime
) -> tuple[Round, bool]:
    """Set up a round with so many forms wanted of each agency; a second click gets the first round.

    Raises Refused without the right, ValidationError for an agency that is not below.
    """
    today = timezone.localdate(now)
    agency = outline.agency
    check_can_run_round(by, agency, today)
    Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    known = Round.objects.filter(
        agency=agency, name=outline.name, made_by=by, made_at__gt=now - _AGAIN
    ).first()
    if known is not None:
        return known, False
    offices = {office.pk: office for office in offices_below(agency, today).filter(pk__in=targets)}
    if not offices or set(offices) != set(targets):
        raise ValidationError({"units": _("Choose offices below the agency.")}, code="units")
    made = Round.objects.create(
        agency=agency, questionnaire=outline.questionnaire, name=outline.name,
        legal_basis=outline.legal_basis, mode=outline.mode, frame=outline.frame,
        frame_from=outline.frame_from, frame_to=outline.frame_to,
        starts_on=outline.starts_on, ends_on=outline.ends_on, made_by=by, made_at=now,
    )  # fmt: skip
    points = _points(offices.values(), today)
    RoundUnit.objects.bulk_create(
        RoundUnit(round=made, agency_id=pk, point=points[pk], target=target) for pk, target in targets.items()
    )
    record(
        act="surveys.create_round", by=by, obj=made, agency=agency, now=now,
        data={"units": len(targets), "target": sum(targets.values())},
    )  # fmt: skip
    return made, True


def _points(offices: Iterable[Agency], today: date) -> dict[int, ServicePoint]:
    """The points under which these agencies' forms are filed; closed from the first day, since no desk."""
    missing = {office.pk for office in offices}
    found = {
        point.agency_id: point
        for point in ServicePoint.objects.filter(agency_id__in=missing, name=POINT_NAME)
    }
    made = ServicePoint.objects.bulk_create(
        ServicePoint(
            agency_id=pk, slug=new_slug(), name=POINT_NAME, name_en=POINT_NAME_EN, is_open=False,
            opened_on=today, closed_on=today,
        )
        for pk in missing - found.keys()
    )  # fmt: skip
    return {**found, **{point.agency_id: point for point in made}}


def _held(unit: RoundUnit, by: User, today: date) -> RoundUnit:
    """The unit, locked, of a round that is open, after checking the right. Raises Refused."""
    fresh = (
        RoundUnit.objects.select_related("round__questionnaire", "agency", "point")
        .select_for_update(of=("self", "round"), no_key=True)
        .get(pk=unit.pk)
    )
    check_can_do_field_work(by, fresh, today)
    if fresh.round.closed_at is not None:
        raise Refused(_("This round is closed."))
    return fresh


@transaction.atomic
def draw_sample(*, unit: RoundUnit, n_people: int, by: User, now: datetime) -> bool:
    """Draw people at random from the dossiers finished in the days of the frame; whether anybody was added.

    The seed is kept, so that anybody with the same list can draw the same sample. A larger number later adds
    to it and takes nobody out. One person with several dossiers is drawn once. Raises Refused,
    ValidationError.
    """
    today = timezone.localdate(now)
    fresh = _held(unit, by, today)
    if fresh.round.frame != Round.Frame.DOSSIERS:
        raise ValidationError(_("The sample of households is drawn outside Chuẩn Mực."), code="frame")
    below = subtree_ids([fresh.agency_id], fresh.round.frame_to)
    frame = Dossier.objects.filter(
        agency_id__in=below, finished_on__range=(fresh.round.frame_from, fresh.round.frame_to)
    )
    seed = fresh.seed or secrets.token_hex(16)
    wanted = _draw(frame.only("code", "sealed_email", "sealed_phone"), seed, n_people)
    had = set(fresh.drawn.values_list("dossier_id", flat=True))
    added = [pk for pk in wanted if pk not in had][: max(0, n_people - len(had))]
    Drawn.objects.bulk_create([Drawn(unit=fresh, dossier_id=pk) for pk in sorted(added)], batch_size=1000)
    fresh.seed, fresh.n_frame = seed, frame.count()
    fresh.n_drawn, fresh.drawn_at = len(had) + len(added), fresh.drawn_at or now
    fresh.save(update_fields=["seed", "n_frame", "n_drawn", "drawn_at"])
    record(
        act="surveys.draw_sample", by=by, obj=fresh, agency=fresh.agency, now=now,
        data={"seed": seed, "frame": fresh.n_frame, "drawn": fresh.n_drawn},
    )  # fmt: skip
    return bool(added)


def _draw(frame: Iterable[Dossier], seed: str, n_people: int) -> list[int]:
    people: set[Address] = set()
    drawn: list[int] = []
    for dossier in sorted(frame, key=lambda one: rank(seed, one.code)):
        if len(drawn) >= n_people:
            break
        address = address_of(dossier)
        if address is None or address not in people:
            drawn.append(dossier.pk)
        if address is not None:
            people.add(address)
    return drawn


@transaction.atomic
def record_field_work(
    *, unit: RoundUnit, target: int, n_frame: int | None, n_drawn: int, n_reached: int, n_refused: int,
    by: User, now: datetime,
) -> bool:  # fmt: skip
    """Note how the field work of a unit stands; whether that changed anything.

    Frame and sample are taken for households alone; of dossiers they come from the draw. Raises Refused,
    ValidationError when the numbers contradict each other.
    """
    today = timezone.localdate(now)
    fresh = _held(unit, by, today)
    if fresh.round.frame == Round.Frame.DOSSIERS:
        n_frame, n_drawn = fresh.n_frame, fresh.n_drawn
    if n_frame is not None and n_drawn > n_frame:
        raise ValidationError({"n_drawn": _("More than are in the frame.")}, code="drawn")
    if n_reached > n_drawn:
        raise ValidationError({"n_reached": _("More than were drawn.")}, code="reached")
    if n_refused > n_reached:
        raise ValidationError({"n_refused": _("More than were reached.")}, code="refused")
    new = {
        "target": target, "n_frame": n_frame, "n_drawn": n_drawn,
        "n_reached": n_reached, "n_refused": n_refused,
    }  # fmt: skip
    old = {name: getattr(fresh, name) for name in new}
    if new == old:
        return False
    RoundUnit.objects.filter(pk=fresh.pk).update(**new)
    record(
        act="surveys.record_field_work", by=by, obj=fresh, agency=fresh.agency, now=now,
        data={"old": old, "new": new},
    )  # fmt: skip
    return True


def enter_round_answer(
    *, unit: RoundUnit, key: UUID, answers: Answers, respondent: str, given_on: date, by: User, now: datetime
) -> bool:
    """Type in one form of a round; whether this call stored it (a second click did not).

    It counts in the month of its day while that is open, else in the first open one and late. No audit row,
    since one with a time would lie beside the list of the sample: kept is only how many forms a person typed.
    All forms of a unit share one label: the unit is the cluster. Raises Refused, ValidationError.
    """
    today = timezone.localdate(now)
    with transaction.atomic():
        fresh = _held(unit, by, today)
        found = fresh.round
        if not found.starts_on <= given_on <= min(found.ends_on, today):
            raise ValidationError({"given_on": _("The day lies outside the dates of the round.")}, code="day")
        office = office_of(fresh.agency, today)
        month, is_late = hold_month_of(office=office, given_on=given_on, today=today)
        created = Response.objects.all().insert_once(
            key=key,
            slug=fresh.point.slug,
            questionnaire_id=found.questionnaire_id,
            language="vi",
            cluster=desk_day_label(f"round:{fresh.pk}", found.starts_on, settings.SECRET_KEY),
            answers=answers,
            day=fresh.point.closed_on or given_on,
            month=month.first,
            channel=Response.Channel.ROUND,
            respondent=respondent,
            round_id=found.pk,
            is_late=is_late,
        )
        if created:
            entry, _new = RoundEntry.objects.get_or_create(unit=fresh, by=by)
            RoundEntry.objects.filter(pk=entry.pk).update(n_forms=F("n_forms") + 1)
    return created


@transaction.atomic
def close_round(*, found: Round, by: User, now: datetime) -> bool:
    """Take no more forms and forget whom the round drew; whether this call closed it. Raises Refused."""
    fresh = Round.objects.select_related("agency").select_for_update(of=("self",)).get(pk=found.pk)
    check_can_run_round(by, fresh.agency, timezone.localdate(now))
    return _close(fresh, by, now)


def _close(fresh: Round, by: User | None, now: datetime) -> bool:
    if fresh.closed_at is not None:
        return False
    Drawn.objects.filter(unit__round=fresh).delete()
    Round.objects.filter(pk=fresh.pk).update(closed_at=now)
    record(act="surveys.close_round", by=by, obj=fresh, agency=fresh.agency, now=now)
    return True


def close_ended_rounds(*, now: datetime) -> int:
    """Close the rounds whose time for typing in is over; how many. Nobody's act: the timetable's."""
    over = Round.objects.filter(closed_at=None, ends_on__lt=timezone.localdate(now) - TYPING_TIME)
    n_closed = 0
    for pk in over.values_list("pk", flat=True):
        with transaction.atomic():
            fresh = Round.objects.select_related("agency").select_for_update(of=("self",)).get(pk=pk)
            n_closed += _close(fresh, None, now)
    return n_closed
