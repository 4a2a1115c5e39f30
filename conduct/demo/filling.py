"""Plans the province and writes it into an empty database, in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random

from django.db import transaction

from .acts import (
    ZONE,
    write_adoptions,
    write_campaigns,
    write_local_items,
    write_periods,
    write_pledges,
)
from .answering import Answering
from .asked import write_invitations, write_rounds
from .calendar import DemoCalendar
from .catalogue import read_published
from .copying import Ids
from .desks import draft_questionnaire, set_some_aside, sort_comments, write_desks
from .dossiers import Dossiers
from .evidence import label_of, write_judgements, write_responses
from .inspecting import write_inspections
from .living import write_journal, write_promises
from .people import Planner, Staff
from .pledging import AdoptionPlan, plan_adoptions, plan_campaigns
from .province import write_agencies, write_people, write_points
from .rating import write_ratings
from .remarks import write_apologies, write_remarks
from .stories import Level, Story, draw_level
from .together import (
    write_drafts,
    write_notices,
    write_posters,
    write_register,
    write_replacement,
    write_savings,
    write_undertakings,
)
from .trail import Trail
from .tree import Tree, plan_tree
from .year import write_year

PHRASE = "muc-giang-minh-hoa"
"""What every one of the cast signs in with."""


@dataclass(frozen=True)
class DemoSize:
    """What the command was asked for: `offices` are communes in force on `as_of`."""

    as_of: date
    seed: int = 2026
    offices: int = 30
    staff: int = 900
    responses: int = 60_000


class Filling:
    """One run. `tell(step)` is called before each long step."""

    def __init__(self, size: DemoSize, tell: Callable[[str], None]) -> None:
        """Plan everything that needs no database; ValueError when the numbers do not fit together."""
        if size.responses < 0:
            raise ValueError("The number of responses cannot be negative.")
        self.size, self.tell = size, tell
        self.calendar = DemoCalendar(size.as_of)
        self.tree: Tree = plan_tree(self.calendar, size.offices)
        self.staff: Staff = Planner(self.tree, size.staff, self._random("people")).run()
        self.levels = self._draw_levels()

    def _random(self, purpose: str) -> Random:
        """A stream of its own for each part, so that a change in one leaves the others as they were."""
        return Random(f"{self.size.seed}:{purpose}")

    def _draw_levels(self) -> dict[int, Level]:
        """The level of every unit, by its place in the plan."""
        random = self._random("levels")
        levels = {unit.index: Level(Story.ORDINARY, 0.87, self.calendar) for unit in self.tree.units}
        for office in self.tree.offices:
            level = draw_level(office.story, self.calendar, random)
            levels.update({unit.index: level for unit in office.units})
        return levels

    @transaction.atomic
    def run(self) -> None:
        """Write it all, or nothing."""
        ids = Ids()
        trail = Trail(self.tree, self.staff, ids)
        self.tell(f"{len(self.tree.units)} agencies, {len(self.staff.people)} people")
        write_agencies(self.tree, ids)
        joined = datetime.combine(self.calendar.first.first, time(8), ZONE)
        write_people(self.staff, ids, phrase=PHRASE, joined=joined)
        slugs = write_points(self.tree, ids, self._random("points"))
        adoptions = plan_adoptions(self.tree, self.staff, read_published(), self._random("adoptions"))
        campaigns = plan_campaigns(adoptions, self.calendar)
        self.tell(f"{len(adoptions)} adoptions, {len(campaigns)} campaigns and their pledges")
        write_adoptions(adoptions, ids, trail)
        write_local_items(adoptions, ids)
        write_campaigns(campaigns, ids, trail)
        write_pledges(campaigns, self.tree, self.staff, ids, trail, self._random("pledges"))
        self.tell(f"judgements of {len(self.calendar.months)} months")
        write_judgements(self.tree, self.staff, self.levels, adoptions, ids, self._random("judgements"))
        self.tell(f"{self.size.responses} responses of citizens")
        random, label = self._random("responses"), partial(label_of, slugs)
        answering = Answering(self.tree, self.staff, self.levels, adoptions, label, random)
        write_responses(answering, self.size.responses, self.calendar.months, ids)
        now = datetime.combine(self.size.as_of, time(9, 5), ZONE)
        self.tell("dossiers, desks, cases, apologies, rounds")
        dossiers = Dossiers(self.tree, self.staff, self.levels, ids, self._random("dossiers"))
        dossiers.write(self.size.responses)
        dossiers.write_imports(now)
        write_desks(self.tree, self.staff, ids, now, self._random("desks"))
        set_some_aside(self.tree, self.staff, ids, now)
        sort_comments(self.tree, self.staff, ids, now)
        draft_questionnaire(self.tree, ids, now)
        write_invitations(self.tree, self.staff, ids, self._random("invitations"))
        write_rounds(self.tree, self.staff, self.levels, ids, self._random("round"))
        write_remarks(self.tree, self.staff, ids, self._random("remarks"))
        write_apologies(self.tree, self.staff, ids, password=PHRASE)
        self._write_life(adoptions, ids, now)
        self.tell("closed months, audit trail, checking of all keys")
        write_periods(self.tree, self.staff, ids, trail)
        trail.write()

    def _write_life(self, adoptions: list[AdoptionPlan], ids: Ids, now: datetime) -> None:
        """What people of the offices did beside their desks, and how they were inspected and rated."""
        self.tell("promises, journal, undertakings, savings, posters")
        write_promises(self.tree, self.staff, self.levels, ids, now, self._random("promises"))
        write_journal(self.staff, adoptions, ids, now)
        write_undertakings(self.tree, self.staff, ids, self._random("undertakings"))
        write_savings(self.tree, self.staff, ids, self._random("savings"))
        write_posters(self.tree, adoptions, ids)
        write_drafts(adoptions, self.tree, ids, now)
        write_replacement(adoptions, self.tree, self.staff, ids, now - timedelta(days=1))
        write_notices(self.staff, ids, now)
        write_register(self.tree, self.staff, ids, now)
        self.tell("inspections, sheets of the decree")
        write_inspections(self.tree, self.staff, ids)
        write_ratings(self.tree, self.staff, ids, self.levels, self._random("ratings"))
        write_year(self.tree, self.staff, ids, password=PHRASE)
