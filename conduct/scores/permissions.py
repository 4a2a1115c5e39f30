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

from .models import PersonScore, RollUpRun, Scheme, WhatIf
from .rules.evidence import Source

STEERING = (Role.HEAD, Role.SYSTEM_ADMIN)
DRAFTING = (Role.HEAD, Role.CATALOGUE_EDITOR)


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


class Depth(StrEnum):
    """How far somebody sees into one source of a month."""

    NOTHING = "nothing"
    COUNTS = "counts"
    """Kept of judged at each item."""
    EVENTS = "events"
    """The events themselves, on the pages of their own."""


# Sources whose events the person rated may open; of a citizen nobody sees more than counts.
_OWN_EVENTS = frozenset({Source.SUPERVISOR, Source.INSPECTION, Source.PROMISE, Source.SELF, Source.JOURNAL})
# What whoever leads the person may open: promises, own views and the journal are the person's alone.
_LED_EVENTS = frozenset({Source.SUPERVISOR, Source.INSPECTION})
_PRIVATE = frozenset({Source.JOURNAL})


def depth_of(sight: Sight | None, source: Source, *, is_own: bool) -> Depth:
    """How far a reader with this sight of a month sees into a source (docs/scoring.md, "Who sees what")."""
    if sight is None or (sight is Sight.SUPERVISOR_PART and source is not Source.SUPERVISOR):
        return Depth.NOTHING
    if source in (_OWN_EVENTS if is_own else _LED_EVENTS):
        return Depth.EVENTS
    return Depth.NOTHING if source in _PRIVATE else Depth.COUNTS


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


def check_can_draft(user: User, agency: Agency, on: date) -> None:
    """Heads and catalogue editors of an agency draft schemes there and try them out."""
    check_holds(user, agency, on, *DRAFTING)


def drafting_ids(user: User, on: date) -> set[int]:
    """The agencies in which this person may draft; raises Refused when there is none."""
    found = reach_ids(user, on, *DRAFTING)
    if not found:
        raise Refused(
            _("Schemes are drafted by heads and catalogue editors; this account is neither at present.")
        )
    return found


def visible_drafts(user: User, on: date) -> QuerySet[Scheme]:
    """The drafts kept where this person may draft. Raises Refused for who may nowhere."""
    return Scheme.objects.filter(state=Scheme.State.DRAFT, keeper_id__in=drafting_ids(user, on))


def visible_what_ifs(user: User, on: date) -> QuerySet[WhatIf]:
    """Trials of the drafts that this person may see, over agencies in the same reach."""
    reach = drafting_ids(user, on)
    return WhatIf.objects.filter(scheme__keeper_id__in=reach, root_id__in=reach)


def named_ids(user: User, on: date) -> frozenset[int]:
    """The agencies whose people's closed months this person sees: those that the person leads."""
    return team_sight(user, on).led
