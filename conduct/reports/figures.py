"""An office's month as its dashboard shows it: score, components with intervals, trend, what is below."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, Period, Role, User
from conduct.agencies.tree import Standing
from conduct.kernel.comparing import Change, change_of, discoveries, p_value
from conduct.kernel.months import Month
from conduct.kernel.statistics import ClusterSums, Share, effective_n, wilson
from conduct.kernel.suppressing import Count, choose_shown, total
from conduct.kernel.wording import month_text, number_text, percent_text
from conduct.scores.models import AgencyScore
from conduct.scores.rules.evidence import Component
from conduct.scores.rules.office import ComponentPart
from conduct.scores.rules.parts import office_from_data
from conduct.scores.rules.scheme import Band, Scheme, parse_scheme
from surveys.tallies.hidden_persons import persons_hidden_from
from surveys.tallies.persons import Group, Voice

from .tallies.scope import tally_scope
from .tallies.start import Child, MonthCount, tally_children, tally_month_counts

MONTHS_SHOWN = 12
OPEN_CHANNEL = "open"
_WHOLE = 0

NAMES = {
    Component.SATISFIED: gettext_lazy("Citizens satisfied (invited)"),
    Component.CONDUCT: gettext_lazy("Conduct kept"),
    Component.SIGNING: gettext_lazy("Pledges signed"),
    Component.DOSSIERS: gettext_lazy("Dossiers on time"),
    Component.FEEDBACK: gettext_lazy("Feedback answered on time"),
    Component.CORRECTIVE: gettext_lazy("Corrections on time"),
    Component.BREACHES: gettext_lazy("Confirmed breaches"),
}
WHAT_IS_COUNTED = {
    Component.SATISFIED: gettext_lazy("answers of 4 or 5, of all answers to invitations"),
    Component.CONDUCT: gettext_lazy("steps kept, of all that were judged"),
    Component.SIGNING: gettext_lazy("signed, of all that were asked"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A component on the page. `minimum` says how many it needs where it has too few."""

    name: str
    counted: str
    part: ComponentPart
    n_eff: float | None
    before: MonthCount | None
    minimum: int

    @property
    def share(self) -> float:
        """Kept of judged."""
        return self.part.kept / self.part.judged if self.part.judged else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the share."""
        return wilson(self.part.kept, self.part.judged, self.n_eff)

    @property
    def change(self) -> Decimal | None:
        """How many percentage points the share has risen since the month before."""
        if self.before is None or self.before.judged < self.minimum or not self.part.judged:
            return None
        now, then = Decimal(self.part.kept) / self.part.judged, Decimal(self.before.kept) / self.before.judged
        return 100 * (now - then)

    @property
    def fall(self) -> Decimal:
        """The change without its sign."""
        return abs(self.change or Decimal(0))


@dataclass(frozen=True, slots=True)
class Row:
    """An agency below. `verdict`: hi, lo (surely above or below the others), eq, nd (too few answers)."""

    child: Child
    is_shown: bool
    band: str
    share: float | None
    n_eff: float
    verdict: str
    is_person: bool = False
    """All answers came in at one desk with one officer, whom this reader may not look at."""


@dataclass(frozen=True, slots=True)
class Figures:
    """All that the page needs. `is_hidden`: the month is open and the reader stands below the head.

    `is_person`: the invited answers of the month are one officer's, whom this reader may not look at;
    `is_open_person`: so are those over the open channel.
    """

    month: Month
    state: str
    is_hidden: bool
    is_person: bool
    is_open_person: bool
    score: AgencyScore | None
    band: str
    before: AgencyScore | None
    scheme: Scheme | None
    parts: list[Part]
    open_channel: MonthCount | None
    open_n_eff: float
    trend: list[tuple[Month, AgencyScore | None]]
    rows: list[Row]

    @property
    def is_closed(self) -> bool:
        """Whether the figures are final."""
        return self.state == Period.State.CLOSED

    @property
    def change(self) -> Decimal | None:
        """Score less the score of the month before."""
        if self.score is None or self.before is None:
            return None
        if self.score.score is None or self.before.score is None:
            return None
        return self.score.score - self.before.score

    @property
    def fall(self) -> Decimal:
        """The change without its sign."""
        return abs(self.change or Decimal(0))

    @property
    def open_minimum(self) -> int:
        """How many open answers an office must have before their share is shown inside."""
        return self.scheme.minimum_inside if self.scheme else 0

    @property
    def open_is_enough(self) -> bool:
        """Whether the share of the open channel may be shown."""
        return self.open_channel is not None and self.open_channel.judged >= max(1, self.open_minimum)

    @property
    def open_share(self) -> float:
        """Satisfied of those who answered over the open channel."""
        channel = self.open_channel
        return channel.kept / channel.judged if channel and channel.judged else 0.0

    @property
    def scale_start(self) -> int:
        """Where the common scale of the rows begins, in percent."""
        shown = [row for row in self.rows if row.share is not None]
        lows = [wilson(row.child.kept, row.child.judged, row.n_eff)[0] for row in shown]
        return int(min(lows, default=0.0) * 10) * 10

    @property
    def most_lost(self) -> Part | None:
        """The component that took the most points, when any did."""
        worst = max(self.parts, key=lambda row: row.part.lost, default=None)
        return worst if worst is not None and worst.part.lost > 0 else None


def figures_of(agency: Agency, month: Month, standing: Standing, reader: User) -> Figures:
    """Read an agency's month for a reader who stands so to it; at most seven statements.

    Of a month whose answers are one officer's only that officer and who leads sees anything: the score would
    tell the share.
    """
    is_head = Role.HEAD in standing.roles
    first = month.plus(1 - MONTHS_SHOWN)
    states = _states(standing.office_id or agency.pk, first, month)
    persons = _persons(agency, standing, reader, states, list(first.until(month)))
    is_person = (agency.pk, month, Voice.INVITED) in persons
    stored = {
        Month.of(row.month): row
        for row in AgencyScore.objects.filter(
            agency=agency, month__gte=first.first, month__lte=month.first
        ).select_related("scheme")
        if is_head or states.get(Month.of(row.month)) == Period.State.CLOSED
    }
    scores = {one: row for one, row in stored.items() if (agency.pk, one, Voice.INVITED) not in persons}
    state = states.get(month, Period.State.OPEN.value)
    is_hidden = not is_head and state != Period.State.CLOSED
    score = scores.get(month)
    scheme = parse_scheme(stored[month].scheme.document) if month in stored else None
    counts = {} if is_hidden else _counts(agency.pk, month)
    before = scores.get(month.previous())
    parts = _parts(score, scheme, counts, month, with_before=before is not None) if score and scheme else []
    rows = []
    if not is_hidden:
        children = tally_children(agency.pk, standing.office_id or agency.pk, month)
        alone = {one for one, of, voice in persons if of == month and voice is Voice.INVITED}
        rows = _rows(children, scheme, alone, is_head=is_head)
    is_open_person = (agency.pk, month, Voice.OPEN) in persons
    channel = None if is_open_person else counts.get((month, OPEN_CHANNEL))
    return Figures(
        month=month,
        state=state,
        is_hidden=is_hidden,
        is_person=is_person,
        is_open_person=is_open_person,
        score=score,
        band=_name(scheme.band_named(score.band)) if scheme and score and score.band else "",
        before=before,
        scheme=scheme,
        parts=parts,
        open_channel=channel,
        open_n_eff=effective_n(channel.kept, channel.judged, channel.sums) if channel else 0.0,
        trend=[(one, scores.get(one)) for one in first.until(month)],
        rows=rows,
    )


type Spoken = tuple[int, Month, Voice]


def _persons(
    agency: Agency, standing: Standing, reader: User, states: dict[Month, str], months: list[Month]
) -> set[Spoken]:
    """What is one officer's whom this reader may not look at: the agency's answers of these months, and those
    of each agency directly below of the last one."""

    def groups() -> list[Group[Spoken]]:
        found: dict[Spoken, set[int]] = {}
        for row in tally_scope(agency.pk, standing.office_id or agency.pk, months):
            found.setdefault((agency.pk, row.month, Voice.INVITED), set()).update(row.ids)
            if row.month == months[-1]:
                found.setdefault((agency.pk, row.month, Voice.OPEN), set()).update(row.ids)
                if row.agency_id is not None:
                    found[row.agency_id, row.month, Voice.INVITED] = set(row.ids)
        return [Group(key, ids, key[1], key[1], key[2]) for key, ids in found.items()]

    def is_open(group: Group[Spoken]) -> bool:
        return states.get(group.first) != Period.State.CLOSED

    return persons_hidden_from(reader, standing, groups, is_open=is_open)


def _name(band: Band) -> str:
    return band.names.get(get_language() or "vi", band.names["vi"])


def _states(office_id: int, first: Month, last: Month) -> dict[Month, str]:
    rows = Period.objects.filter(
        office_id=office_id, kind=Period.Kind.MONTH, month__gte=first.first, month__lte=last.first
    )
    return {Month.of(day): state for day, state in rows.values_list("month", "state")}


def _counts(agency_id: int, month: Month) -> dict[tuple[Month, str], MonthCount]:
    rows = tally_month_counts(agency_id, [month, month.previous()])
    return {(Month.of(row.month), row.component): row for row in rows}


def _parts(
    score: AgencyScore,
    scheme: Scheme,
    counts: dict[tuple[Month, str], MonthCount],
    month: Month,
    *,
    with_before: bool,
) -> list[Part]:
    shown = []
    for part in office_from_data(score.parts):
        count = counts.get((month, part.component))
        sums = count.sums if count else ClusterSums()
        rule = scheme.components[part.component]
        shown.append(
            Part(
                name=str(NAMES[part.component]),
                counted=str(WHAT_IS_COUNTED.get(part.component, "")),
                part=part,
                n_eff=effective_n(part.kept, part.judged, sums) if part.judged else None,
                before=counts.get((month.previous(), part.component)) if with_before else None,
                minimum=rule.minimum,
            )
        )
    return sorted(shown, key=lambda row: -row.part.weight)


def _rows(
    children: Collection[Child], scheme: Scheme | None, alone: Collection[int], *, is_head: bool
) -> list[Row]:
    """What is below, the best share first; what cannot be compared last, and those who are one officer."""
    minimum = scheme.minimum_public if scheme else 0
    known = [child for child in children if is_head or child.state == Period.State.CLOSED]
    safe = _safe(children, {child.agency_id for child in known} - set(alone), scheme) if alone else None
    enough = [
        child
        for child in known
        if child.judged >= max(1, minimum) and (safe is None or child.agency_id in safe)
    ]
    verdicts = _verdicts(enough)
    rows = []
    for child in children:
        is_shown = child in known and child.agency_id not in alone
        band = _name(scheme.band_named(child.band)) if is_shown and scheme and child.band else ""
        if child in enough:
            share = Share(child.kept, child.judged, child.sums)
            rows.append(Row(child, True, band, share.value, share.n_eff, verdicts[child.code]))
        else:
            rows.append(Row(child, is_shown, band, None, 0.0, "nd", child.agency_id in alone))
    return sorted(rows, key=lambda row: (row.share is None, -(row.share or 0)))


def _safe(children: Collection[Child], allowed: Collection[int], scheme: Scheme | None) -> set[int]:
    """Which shares may stand beside their sum, so that nobody finds by subtraction one that is hidden."""
    counts = {child.agency_id: Count(child.judged, child.kept) for child in children}
    counts[_WHOLE] = total(counts.values())
    above = {key: None if key == _WHOLE else _WHOLE for key in counts}
    return choose_shown(counts, above, scheme.minimum_inside if scheme else 1, {_WHOLE, *allowed})


def _verdicts(children: Collection[Child]) -> dict[str, str]:
    """Whether each share surely differs from that of all the others together, by the agency's code.

    By the 95 % interval of the difference, with false discoveries controlled over the list.
    """
    shares = {child.code: Share(child.kept, child.judged, child.sums) for child in children}
    others = {
        code: sum((share for other, share in shares.items() if other != code), Share()) for code in shares
    }
    sure = discoveries([p_value(share, others[code]) for code, share in shares.items()])
    words = {Change.ROSE: "hi", Change.FELL: "lo"}
    return {
        code: words.get(change_of(share, others[code]), "eq") if is_sure else "eq"
        for (code, share), is_sure in zip(shares.items(), sure, strict=True)
    }


def trend_chart(figures: Figures) -> dict[str, object] | None:
    """Data of static/js/chart.js for the twelve months; None when fewer than two have a score."""
    known = [row.score for _month, row in figures.trend if row is not None and row.score is not None]
    if len(known) < 2:
        return None
    high = min(100, (int(max(known)) // 5 + 1) * 5)
    low = max(0, high - -(-(high - int(min(known)) + 1) // 20) * 20)  # four steps of a round width
    marks = [
        {"value": float(band.lower), "label": _("%(band)s from %(score)s") % _band_words(band)}
        for band in (figures.scheme.bands if figures.scheme else ())
        if low < band.lower < high
    ]
    return {
        "kind": "trend",
        "low": low,
        "high": high,
        "places": 2,
        "name": _("Score"),
        "points": [
            {
                "label": month_text(month),
                "value": float(row.score) if row and row.score is not None else None,
            }
            for month, row in figures.trend
        ],
        "marks": marks[:1],
        "changes": _changes(figures.trend),
    }


def _band_words(band: Band) -> dict[str, str]:
    return {"band": _name(band), "score": number_text(band.lower)}


def _changes(trend: Iterable[tuple[Month, AgencyScore | None]]) -> list[dict[str, str]]:
    """The months in which another scheme came into force."""
    found: list[dict[str, str]] = []
    last: int | None = None
    for month, row in trend:
        if row is None:
            continue
        if last is not None and row.scheme_id != last:
            found.append({"at": month_text(month), "label": row.scheme.name})
        last = row.scheme_id
    return found


def trend_rows(figures: Figures) -> list[list[str]]:
    """The same months as texts: month, score, band, coverage."""
    rows = []
    for month, row in figures.trend:
        if row is None:
            rows.append([month_text(month), "–", "–"])
        else:
            rows.append([month_text(month), number_text(row.score, 2), percent_text(row.coverage, 0)])
    return rows
