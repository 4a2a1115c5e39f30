"""The audit rows of the acts that the demo writes past the services."""

from datetime import datetime

from psycopg.types.json import Jsonb

from conduct.audit.models import AuditEvent
from conduct.kernel.months import Month

from .copying import Ids, copy_rows
from .people import Staff
from .pledging import AdoptionPlan, CampaignPlan, PledgePlan
from .tree import Tree, Unit

_FIELDS = "at act actor_id actor_name agency_id agency_name object_type object_id object_name reason data"


class Trail:
    """Collects rows as `conduct.audit.services.record` would write them; copies them in the order of time."""

    def __init__(self, tree: Tree, staff: Staff, ids: Ids) -> None:
        self.tree, self.staff, self.ids = tree, staff, ids
        self.rows: list[tuple[datetime, str, int, tuple[object, ...]]] = []

    def _add(
        self, at: datetime, act: str, person: int, unit: Unit, what: tuple[str, int, str], **data: object
    ) -> None:
        kind, key, name = what
        actor = (self.ids.people[person], self.staff.people[person].full_name)
        agency = (self.ids.units[unit.index], unit.name)
        self.rows.append((at, act, key, (*actor, *agency, kind, str(key), name[:300], "", Jsonb(data))))

    def adopted(self, plan: AdoptionPlan, adoption: int, at: datetime) -> None:
        """A version was adopted."""
        name = f"{plan.unit.name}: {plan.version.name} ({plan.version.number})"
        self._add(
            at,
            "models_catalog.adopt_version",
            plan.by,
            plan.unit,
            ("models_catalog.adoption", adoption, name),
            version=plan.version.id,
            valid_from=plan.valid_from.isoformat(),
            decision_number=plan.decision,
            emphasis={str(item): weight for item, weight in plan.weights.items()},
        )

    def opened(self, plan: CampaignPlan, campaign: int, adoption: int, at: datetime) -> None:
        """A campaign was opened."""
        kept = plan.adoption
        name = f"{kept.unit.name}: {kept.version.name} ({kept.version.number}) {plan.year}"
        self._add(
            at,
            "commitments.open_campaign",
            kept.by,
            kept.unit,
            ("commitments.campaign", campaign, name),
            adoption=adoption,
            year=plan.year,
            opens_on=plan.opens_on.isoformat(),
            due_on=plan.due_on.isoformat(),
        )

    def signed(self, plan: PledgePlan, keys: tuple[int, int, int], sha256: str, at: datetime) -> None:
        """A pledge was signed; `keys` are those of the pledge, its campaign and the posting."""
        pledge, campaign, posting = keys
        kept, person = plan.campaign.adoption, self.staff.people[plan.post.person]
        name = f"{person.full_name}, {plan.post.title} · "
        name += f"{kept.unit.name}: {kept.version.name} ({kept.version.number}) {plan.campaign.year}"
        self._add(
            at,
            "commitments.sign_pledge",
            plan.post.person,
            self.tree.units[plan.post.unit],
            ("commitments.pledge", pledge, name),
            campaign=campaign,
            posting=posting,
            sha256=sha256,
            method=plan.method,
        )

    def closed(self, unit: Unit, month: Month, head: int, period: int, at: datetime) -> None:
        """A month was closed."""
        what = ("agencies.period", period, f"{unit.name} {month.first:%m/%Y}")
        self._add(at, "agencies.close_month", head, unit, what, month=str(month))

    def write(self) -> int:
        """Copy everything collected, in the order of time; returns how many rows."""
        ordered = sorted(self.rows, key=lambda row: row[:3])
        return copy_rows(AuditEvent, _FIELDS, ((at, act, *rest) for at, act, _key, rest in ordered))
