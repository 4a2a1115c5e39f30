"""Who sees which part of a score, and when. Citizens' counts of an open month are the head's alone."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, AgencyParent, Period, Role, User, on_day
from conduct.agencies.permissions import (
    LEADING,
    Refused,
    check_holds,
    granted_ids,
    reach_ids,
    standing_at,
)

from .models import PersonScore, RollUpRun

STEERING = (Role.HEAD, Role.SYSTEM_ADMIN)


class Sight(StrEnum):
    """How much of a person's month somebody sees."""

    WHOLE = "whole"
    SUPERVISOR_PART = "supervisor_part"
    """The supervisor's own counts: no citizens, no points, no total, no state that would give them away."""


def sight_of(user: User, score: PersonScore, state: str, on: date) -> Sight | None:
    """What this person sees of that score; None: not even that it exists.

    The person rated and whoever supervises them see all of it once the month is closed. Before, only the head
    of the office (or of an agency above) does, and not of the own month.
    """
    is_own = score.posting.person_id == user.pk
    if not is_own and not standing_at(user, score.posting.agency, on).roles & set(LEADING):
        return None
    if state == Period.State.CLOSED:
        return Sight.WHOLE
    is_head = Role.HEAD in standing_at(user, score.office, on).roles
    return Sight.WHOLE if is_head and not is_own else Sight.SUPERVISOR_PART


@dataclass(frozen=True, slots=True)
class TeamSight:
    """What a leader sees of many: the agencies led, the agencies headed, and who is looking."""

    user_id: int
    led: frozenset[int]
    headed: frozenset[int]

    def of(self, score: PersonScore, state: str) -> Sight:
        """The same rule as `sight_of`, without a query for each person."""
        if state == Period.State.CLOSED:
            return Sight.WHOLE
        is_own = score.posting.person_id == self.user_id
        return Sight.WHOLE if score.office_id in self.headed and not is_own else Sight.SUPERVISOR_PART


def team_sight(user: User, on: date) -> TeamSight:
    """Whom this person leads today."""
    return TeamSight(
        user.pk, frozenset(reach_ids(user, on, *LEADING)), frozenset(reach_ids(user, on, Role.HEAD))
    )


def _top_ids(on: date) -> set[int]:
    """The agencies that stand under nobody that day."""
    under = AgencyParent.objects.filter(on_day(on, "valid_from", "valid_to")).values("agency_id")
    return set(Agency.objects.in_force(on).exclude(pk__in=under).values_list("pk", flat=True))


def visible_runs(user: User, on: date) -> QuerySet[RollUpRun]:
    """Runs of the agencies that this person heads or administers; those of the whole tree for its tops.

    Raises Refused for who does neither.
    """
    granted = granted_ids(user, on, *STEERING)
    if not granted:
        raise Refused(
            _("Runs are followed by heads and system administrators; this account is neither at present.")
        )
    seen = Q(root_id__in=reach_ids(user, on, *STEERING))
    if granted & _top_ids(on):
        seen |= Q(root__isnull=True)
    return RollUpRun.objects.filter(seen)


def check_can_steer_run(user: User, run: RollUpRun, on: date) -> None:
    """Heads and system administrators of its scope pause a run, take it up again or call it off."""
    if run.root is not None:
        check_holds(user, run.root, on, *STEERING)
    elif not granted_ids(user, on, *STEERING) >= _top_ids(on):
        raise Refused(_("A run over the whole tree is steered by who administers all of it."))
