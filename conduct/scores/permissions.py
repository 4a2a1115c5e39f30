"""Who sees which part of a score, and when. Citizens' counts of an open month are the head's alone."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from conduct.agencies.models import Period, Role, User
from conduct.agencies.permissions import LEADING, reach_ids, standing_at

from .models import PersonScore


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
