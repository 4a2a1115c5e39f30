"""What a row of the hand-computed tables says, and the scheme files they are computed with."""

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from conduct.ratings.rules.scheme import Component, Scheme, parse_scheme
from conduct.ratings.rules.sheet import Task, TaskKind, Total, sum_up

FOLDER = Path(__file__).resolve().parents[3] / "conduct" / "ratings" / "schemes"
F = Fraction


def document(name: str) -> dict[str, Any]:
    """The figures of a scheme file, as written."""
    data: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    found: dict[str, Any] = data["document"]
    return found


def read(name: str) -> Scheme:
    """The scheme of a file."""
    return parse_scheme(document(name))


def task(assigned: str, done: str, factor: str = "1", kind: str = "planned", **more: Any) -> Task:
    """A task written with texts, so that no number is a float."""
    return Task(Decimal(assigned), Decimal(done), Decimal(factor), TaskKind(kind), **more)


@dataclass(frozen=True)
class Row:
    """``lost``: points below the maximum by criterion, None for one that is not said.

    ``by_hand`` is the arithmetic of the decree in fractions, ``total`` the same written out with twelve
    decimals, ``level`` the level it lies in; all three are written by hand.
    """

    says: str
    tasks: list[Task]
    by_hand: Fraction | None
    total: str | None
    level: str
    lost: dict[str, str | None] = field(default_factory=dict)
    leading: tuple[int | None, int | None, int | None] = (None, None, None)

    def points(self, scheme: Scheme) -> dict[str, Decimal | None]:
        """The points of each criterion."""
        assert set(self.lost) <= {criterion.code for criterion in scheme.criteria}
        found: dict[str, Decimal | None] = {}
        for criterion in scheme.criteria:
            lost = self.lost.get(criterion.code, "0")
            found[criterion.code] = None if lost is None else criterion.maximum - Decimal(lost)
        return found

    def sum_up(self, scheme: Scheme) -> Total:
        """What the rules say."""
        names = (Component.UNIT, Component.ORGANISING, Component.UNITY)
        leading = dict(zip(names, self.leading, strict=True))
        return sum_up(scheme, self.points(scheme), self.tasks, leading)
