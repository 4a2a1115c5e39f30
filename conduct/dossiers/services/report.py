"""The report on an agency's dossiers: statuses that sum to what was received, online share, officers."""

from dataclasses import dataclass
from datetime import date

from conduct.agencies.branches import Surroundings, surroundings_of
from conduct.agencies.models import Agency, User
from conduct.agencies.periods import closed_months
from conduct.agencies.tree import Standing
from conduct.kernel.months import Month

from ..models import OnlineTarget
from ..permissions.dossiers import reads_officers
from ..rules.officers import pooled
from ..rules.spans import Span
from ..tallies.figures import Counts, tally_by_field, tally_by_officer
from .targets import target_for


@dataclass(frozen=True, slots=True)
class Officers:
    """Figures by person, of the closed months of the period; ``rest`` is everybody else's together."""

    months: tuple[Month, ...]
    rows: tuple[tuple[str, Counts], ...]
    rest: Counts
    n_pooled: int


@dataclass(frozen=True, slots=True)
class Report:
    """What the page and the sheet show. ``officers`` is None for who may not read them."""

    agency: Agency
    span: Span
    total: Counts
    fields: tuple[tuple[str, Counts], ...]
    target: OnlineTarget | None
    officers: Officers | None

    @property
    def online_verdict(self) -> str:
        """How the online share lies to the target: below, within, above; empty without one of them."""
        share = self.total.online_share
        if share is None or self.target is None:
            return ""
        if share * 100 < self.target.low:
            return "below"
        return "above" if share * 100 > self.target.high else "within"


def make_report(*, agency: Agency, span: Span, standing: Standing, today: date) -> Report:
    """Read the report for somebody who stands so to the agency; the tree is that of the period's last day."""
    on = max(agency.valid_from, min(span.last, today, agency.valid_to or today))
    around = surroundings_of(agency.pk, on)
    fields = tally_by_field(around.below, span.first, span.last, today=today)
    in_order = sorted(fields.items(), key=lambda item: (-item[1].received, item[0]))
    return Report(
        agency=agency,
        span=span,
        total=sum(fields.values(), Counts()),
        fields=tuple(in_order),
        target=target_for(around.above, span.year),
        officers=_officers(standing.office_id or agency.pk, around, span, today)
        if reads_officers(standing)
        else None,
    )


def _officers(office_id: int, around: Surroundings, span: Span, today: date) -> Officers | None:
    """None where other offices lie below: each closes its own months."""
    if around.own != around.below:
        return None
    closed = {month for _office, month in closed_months([office_id])}
    months = tuple(month for month in span.months if month in closed)
    counts = tally_by_officer(around.below, months, today=today) if months else {}
    unnamed = counts.pop(None, Counts())
    people = {pk: one for pk, one in counts.items() if pk is not None}
    hidden = pooled({pk: one.received for pk, one in people.items()}, unnamed.received)
    shown = User.objects.filter(pk__in=people.keys() - hidden).order_by("name_order", "pk")
    return Officers(
        months=months,
        rows=tuple((one.full_name, people[one.pk]) for one in shown),
        rest=sum((people[pk] for pk in hidden), unnamed),
        n_pooled=len(hidden),
    )
