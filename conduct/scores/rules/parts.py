"""The parts of a score as plain data, kept beside it so that "Vì sao?" shows them without recomputing.

A nation has 150,000 of them a month, hence lists in a fixed order instead of named fields; `VERSION` says
which order.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from json import dumps
from typing import Any

from conduct.scores.rules.evidence import Breach, Component, Source
from conduct.scores.rules.office import ComponentPart, OfficeResult
from conduct.scores.rules.person import (
    ItemPart,
    LeftOut,
    PersonResult,
    Reason,
    SourcePart,
    Weighed,
    source_parts,
)
from conduct.scores.rules.scheme import Scheme

VERSION = 1
type Plain = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PersonParts:
    """What explains a person's month: the ledger, the mean before a cap, the working days."""

    items: tuple[ItemPart, ...]
    mean: Decimal | None
    working_days: int


def person_to_data(result: PersonResult) -> Plain:
    """As stored in PersonScore.parts."""
    return {
        "v": VERSION,
        "days": result.working_days,
        "mean": None if result.mean is None else str(result.mean),
        "items": [_item_to_data(item) for item in result.items],
    }


def person_from_data(data: Mapping[str, Any]) -> PersonParts:
    """The way back; KeyError or ValueError when the data is not ours."""
    _check_version(data)
    mean = None if data["mean"] is None else Decimal(data["mean"])
    return PersonParts(tuple(_item_from_data(row) for row in data["items"]), mean, data["days"])


def office_to_data(result: OfficeResult) -> Plain:
    """As stored in AgencyScore.parts."""
    return {"v": VERSION, "components": [_component_to_data(part) for part in result.parts]}


def office_from_data(data: Mapping[str, Any]) -> tuple[ComponentPart, ...]:
    """The way back; KeyError or ValueError when the data is not ours."""
    _check_version(data)
    return tuple(_component_from_data(row) for row in data["components"])


def _check_version(data: Mapping[str, Any]) -> None:
    if data["v"] != VERSION:
        raise ValueError(f"parts of version {data['v']} cannot be read")


def _item_to_data(item: ItemPart) -> list[Any]:
    return [
        item.key,
        item.emphasis,
        None if item.score is None else str(item.score),
        str(item.earned),
        str(item.lost),
        *_rest_to_data(item.breach, item.sources, item.left_out),
    ]


def _rest_to_data(
    breach: Breach | None, sources: Iterable[SourcePart], left_out: Iterable[LeftOut]
) -> list[Any]:
    """What follows the points of an item."""
    return [
        None if breach is None else int(breach.late),
        [
            [
                part.source,
                part.judged,
                part.kept,
                part.months,
                str(part.k),
                str(part.p),
                str(part.share),
                str(part.points),
            ]
            for part in sources
        ],
        [[left.source, left.reason, left.judged, left.kept] for left in left_out],
    ]


def item_tail(scheme: Scheme, item: Weighed, breach: Breach | None) -> str:
    """The JSON of what follows the points of an item, up to its closing bracket."""
    return dumps(_rest_to_data(breach, source_parts(scheme, item), item.left_out))[1:]


def _item_from_data(row: list[Any]) -> ItemPart:
    key, emphasis, score, earned, lost, late, sources, left_out = row
    return ItemPart(
        key,
        emphasis,
        None if score is None else Decimal(score),
        Decimal(earned),
        Decimal(lost),
        tuple(
            SourcePart(
                Source(source), judged, kept, months, Decimal(k), Decimal(p), Decimal(share), Decimal(points)
            )
            for source, judged, kept, months, k, p, share, points in sources
        ),
        tuple(
            LeftOut(Source(source), Reason(reason), judged, kept) for source, reason, judged, kept in left_out
        ),
        None if late is None else Breach(late=bool(late)),
    )


def _component_to_data(part: ComponentPart) -> list[Any]:
    return [
        part.component,
        part.judged,
        part.kept,
        str(part.weight),
        str(part.share),
        None if part.points is None else str(part.points),
        str(part.earned),
        str(part.lost),
        part.reason,
    ]


def _component_from_data(row: list[Any]) -> ComponentPart:
    component, judged, kept, weight, share, points, earned, lost, reason = row
    return ComponentPart(
        Component(component),
        judged,
        kept,
        Decimal(weight),
        Decimal(share),
        None if points is None else Decimal(points),
        Decimal(earned),
        Decimal(lost),
        None if reason is None else Reason(reason),
    )
