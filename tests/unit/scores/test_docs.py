"""docs/scoring.md is right: its constants are the scheme's, its examples compute to what it says."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from conduct.scores.rules.evidence import OFFICER_LINE, Component, Count, Line, Person, Source
from conduct.scores.rules.office import score_office
from conduct.scores.rules.person import score_person
from conduct.scores.rules.scheme import Scheme, parse_scheme

ROOT = Path(__file__).resolve().parents[3]
PROSE = (ROOT / "docs" / "scoring.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    file = ROOT / "conduct" / "scores" / "schemes" / "chuan-muc-2025.yaml"
    return parse_scheme(yaml.safe_load(file.read_text(encoding="utf-8"))["document"])


def table(first_cell: str, columns: int) -> list[dict[str, str]]:
    """The rows of the one table that begins with this cell and has so many columns."""
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.strip().startswith("|")
        else None
        for line in PROSE.splitlines()
    ]
    start = next(
        place for place, row in enumerate(rows) if row and row[0] == first_cell and len(row) == columns
    )
    head = rows[start] or []
    found: list[dict[str, str]] = []
    for row in rows[start + 2 :]:
        if row is None:
            return found
        found.append(dict(zip(head, row, strict=True)))
    return found


def counts(cell: str) -> list[Count]:
    return [Count(int(judged), int(kept)) for kept, judged in re.findall(r"(\d+) of (\d+)", cell)]


def key_of(cell: str) -> int:
    return OFFICER_LINE if cell == "officer" else int(cell)


def test_the_constants_are_those_of_the_scheme(scheme: Scheme) -> None:
    for row in table("Source", 6):
        rule = scheme.sources[Source(row["Source"])]
        assert (str(rule.weight), str(rule.k), str(rule.p), str(rule.minimum)) == (
            row["Weight"],
            row["k"],
            row["p"],
            row["Least"],
        )
    for row in table("Component", 5):
        if "Expected" in row:
            part = scheme.components[Component(row["Component"])]
            assert (str(part.weight), str(part.minimum), "yes" if part.expected else "no") == (
                row["Weight"],
                row["Least"],
                row["Expected"],
            )
    assert "at most 60," in PROSE
    assert scheme.breach_cap == 60
    assert scheme.coverage_floor == scheme.office_floor == Decimal("0.6")
    assert [band.lower for band in scheme.bands] == [90, 75, 60, 0]


def test_the_persons_example_computes_to_what_it_says(scheme: Scheme) -> None:
    rows = table("Item", 6)
    lines = [
        Line(key_of(row["Item"]), int(row["Emphasis"]), frozenset(s for s in scheme.sources if row[s] != "–"))
        for row in rows
        if row["Item"] != "officer"
    ]
    evidence = {
        (key_of(row["Item"]), source): counts(row[source])
        for row in rows
        for source in scheme.sources
        if row[source] != "–"
    }
    result = score_person(scheme, Person(serves_citizens=True, working_days=22), lines, evidence)
    said = table("Item", 4)
    shown = [
        ("–" if item.score is None else str(item.score), str(item.earned), str(item.lost))
        for item in result.items
    ]
    assert shown == [(row["Score"], row["Earned"], row["Lost"]) for row in said[:-1]]
    assert str(result.score) == said[-1]["Score"] == said[-1]["Earned"]
    assert 100 - Decimal(said[-1]["Earned"]) == Decimal(said[-1]["Lost"])
    assert scheme.band(Decimal(said[-1]["Score"])).names["vi"] == "Đạt"
    assert f"**{result.score}**, Đạt" in PROSE
    assert round(result.coverage * 100, 1) == Decimal("83.3")


def test_the_offices_example_computes_to_what_it_says(scheme: Scheme) -> None:
    start = PROSE.index("### Worked example: an office")
    rows = re.findall(r"^\| (\w+) \| (\d+) \| (\d+) \| ([\d.]+) \| ([\d.]+) \|$", PROSE[start:], re.MULTILINE)
    given = {Component(name): Count(int(judged), int(kept)) for name, kept, judged, _, _ in rows}
    result = score_office(scheme, given, serves_citizens=True)
    assert [(part.component, str(part.points), str(part.earned)) for part in result.parts] == [
        (name, points, earned) for name, _, _, points, earned in rows
    ]
    assert f"**{result.score}**, Gương mẫu" in PROSE
