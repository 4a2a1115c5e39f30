"""A scheme: the weights, constants and thresholds of scoring, read from plain data and checked.

A scheme is dated data with a legal basis (conduct/scores/schemes/*.yaml); a month keeps the scheme that
was in force then.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from conduct.kernel.plain import PlainError, Table
from conduct.scores.rules.evidence import BESIDE, Component, Source
from conduct.scores.rules.numbers import HUNDRED, ZERO


class SchemeError(PlainError):
    """A scheme that cannot be used; ``place`` says where, ``why`` what is wrong with it."""

    whole = "scheme"


@dataclass(frozen=True, slots=True)
class SourceRule:
    """How one source counts at an item: rate = (kept + k·p) / (judged + k)."""

    weight: Decimal
    k: Decimal
    p: Decimal
    minimum: int
    """Fewer judged in the month (with the months pooled) are left out."""
    pool_months: int
    """Up to so many months before are added while the count is below the minimum."""


@dataclass(frozen=True, slots=True)
class ComponentRule:
    """How one component counts in an office's score."""

    weight: Decimal
    minimum: int
    expected: bool
    """Missing, it lowers coverage; the others count when present and never raise coverage."""


@dataclass(frozen=True, slots=True)
class Band:
    """A range of displayed scores, from `lower` up, with the product's own word in each language."""

    code: str
    lower: Decimal
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Scheme:
    """All constants of scoring, equal for everyone whose month it is in force for."""

    sources: Mapping[Source, SourceRule]
    expected_serving: frozenset[Source]
    expected_others: frozenset[Source]
    coverage_floor: Decimal
    officer_emphasis: int
    breach_cap: Decimal
    min_working_days: int
    bands: tuple[Band, ...]
    minimum_inside: int
    minimum_public: int
    components: Mapping[Component, ComponentRule]
    office_floor: Decimal
    breaches_per_100: Decimal
    """So many breaches per 100 postings and more give 0 points."""

    def band(self, score: Decimal) -> Band:
        """The band of a score **as displayed** (two decimals)."""
        return next(band for band in self.bands if score >= band.lower)

    def band_named(self, code: str) -> Band:
        """The band with that code; KeyError when the scheme has none."""
        for band in self.bands:
            if band.code == code:
                return band
        raise KeyError(code)

    def upper(self, code: str) -> Decimal:
        """Where the band ends: the lower end of the next one, 100 for the best."""
        codes = [band.code for band in self.bands]
        place = codes.index(code)
        return self.bands[place - 1].lower if place else HUNDRED

    @property
    def pool_months(self) -> int:
        """How many months back any source may look."""
        return max(rule.pool_months for rule in self.sources.values())


def parse_scheme(data: Mapping[str, Any]) -> Scheme:
    """Read a scheme from plain data; SchemeError says which entry is wrong."""
    root = Table(data, SchemeError)
    person, office = root.inside("person"), root.inside("office")
    scheme = Scheme(
        sources={
            source: _source(person.inside("sources").inside(source))
            for source in Source
            if source not in BESIDE
        },
        expected_serving=_sources(person.inside("expected"), "serves_citizens"),
        expected_others=_sources(person.inside("expected"), "others"),
        coverage_floor=person.decimal("coverage_floor", ZERO, Decimal(1)),
        officer_emphasis=person.whole("officer_emphasis", 1, 3),
        breach_cap=person.decimal("breach_cap", ZERO, HUNDRED),
        min_working_days=person.whole("min_working_days", 0, 31),
        bands=_bands(root.rows("bands")),
        minimum_inside=root.inside("minimum").whole("inside", 1, 1000),
        minimum_public=root.inside("minimum").whole("public", 1, 1000),
        components={part: _component(office.inside("components").inside(part)) for part in Component},
        office_floor=office.decimal("coverage_floor", ZERO, Decimal(1)),
        breaches_per_100=office.decimal("breaches_per_100", Decimal("0.01"), HUNDRED),
    )
    _check_whole(scheme, person, office)
    return scheme


def _check_whole(scheme: Scheme, person: Table, office: Table) -> None:
    for known, reader in (
        (scheme.sources, person.inside("sources")),
        (scheme.components, office.inside("components")),
    ):
        unknown = set(reader.data) - {str(key) for key in known}
        if unknown:
            raise SchemeError(reader.path, f"unknown {', '.join(sorted(unknown))}")
        if not any(rule.weight for rule in known.values()):
            raise SchemeError(reader.path, "some weight must be above 0")
    if scheme.minimum_public < scheme.minimum_inside:
        raise SchemeError("minimum.public", "must not be below minimum.inside")
    if not any(rule.weight for rule in scheme.components.values() if rule.expected):
        raise SchemeError("office.components", "one with weight must be expected")
    for group in (scheme.expected_serving, scheme.expected_others):
        if not any(scheme.sources[source].weight for source in group):
            raise SchemeError("person.expected", "one with weight must be expected")


def _source(reader: Table) -> SourceRule:
    return SourceRule(
        weight=reader.decimal("weight", ZERO, HUNDRED),
        k=reader.decimal("k", ZERO, Decimal(1000)),
        p=reader.decimal("p", ZERO, Decimal(1)),
        minimum=reader.whole("minimum", 1, 1000),
        pool_months=reader.whole("pool_months", 0, 2),
    )


def _component(reader: Table) -> ComponentRule:
    return ComponentRule(
        weight=reader.decimal("weight", ZERO, HUNDRED),
        minimum=reader.whole("minimum", 1, 1000),
        expected=reader.flag("expected"),
    )


def _sources(expected: Table, key: str) -> frozenset[Source]:
    found = frozenset(expected.members(key, Source))
    if found & BESIDE:
        raise SchemeError(f"{expected.path}.{key}", f"{', '.join(sorted(found & BESIDE))} never counts")
    return found


def _bands(rows: list[Table]) -> tuple[Band, ...]:
    bands = tuple(
        Band(
            row.text("code"),
            row.decimal("lower", ZERO, HUNDRED),
            {"vi": row.text("vi"), "en": row.text("en")},
        )
        for row in rows
    )
    lowers = [band.lower for band in bands]
    if lowers != sorted(set(lowers), reverse=True) or lowers[-1:] != [ZERO]:
        raise SchemeError("bands", "must fall from the best to one that begins at 0")
    if len({band.code for band in bands}) != len(bands):
        raise SchemeError("bands", "a code occurs twice")
    return bands
