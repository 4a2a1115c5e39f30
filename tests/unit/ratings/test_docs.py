"""docs/ratings.md is right: its example computes to what it says, its thresholds are those of the rules."""

import re
from decimal import Decimal
from pathlib import Path

from conduct.ratings.rules import inflation
from conduct.ratings.rules.scheme import Scheme
from conduct.ratings.rules.sheet import Task, TaskKind, Total, sum_up
from tests.unit.ratings.rows import FOLDER, document, read

PROSE = (Path(__file__).resolve().parents[3] / "docs" / "ratings.md").read_text(encoding="utf-8")


def rows_of(first_cell: str) -> list[list[str]]:
    """The rows below the head that begins with this cell."""
    lines = PROSE[PROSE.index(f"| {first_cell} |") :].splitlines()[2:]
    found = []
    for line in lines:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def tasks() -> list[Task]:
    return [
        Task(Decimal(assigned), Decimal(done), Decimal(factor), TaskKind(kind), int(returns), int(delays))
        for _name, kind, factor, assigned, done, returns, delays in rows_of("Work")
    ]


def rate(scheme: Scheme, some: list[Task]) -> Total:
    points: dict[str, Decimal | None] = {one.code: one.maximum for one in scheme.criteria}
    points["I.2"] = Decimal("3.5")
    return sum_up(scheme, points, some)


def test_the_example_computes_to_what_it_says() -> None:
    said = [Decimal(number) for number in re.findall(r"\*\*([\d.]+)\*\*", PROSE)]
    scheme = read("nd335-staff")
    whole, without = rate(scheme, tasks()), rate(scheme, tasks()[:3])
    assert whole.common == Decimal("28.5")
    computed = []
    for one in (whole, without):
        assert one.tasks is not None
        computed += [one.tasks.points, one.total]
    assert [round(number, 9) for number in computed if number is not None] == said
    assert whole.tasks is not None
    assert whole.tasks.share is not None
    assert f"{whole.tasks.share:.4f}" in PROSE


def test_the_formulas_name_the_schemes_figures() -> None:
    for name in ("nd335-staff", "nd335-leaders"):
        scheme = read(name)
        assert scheme.tasks is not None
        assert f"{scheme.tasks.maximum} × (a + b + c" in PROSE
        assert f"÷ {len(scheme.tasks.components)};" in PROSE
        assert f"less {scheme.tasks.deduction:.0%}".replace("%", " %") in PROSE
        assert f"at most {scheme.common_maximum:.0f} |" in PROSE
    lowers = [level["lower"] for level in document("nd335-staff")["levels"][:3]]
    assert "from {}, from {}, from {}, below".format(*lowers) in PROSE


def test_every_scheme_file_is_named() -> None:
    assert {row[0].strip("`") for row in rows_of("File")} == {path.name for path in FOLDER.glob("*.yaml")}


def test_the_thresholds_are_those_of_the_rules() -> None:
    speaks = {row[0]: (row[2], row[3]) for row in rows_of("Signal")}
    assert set(speaks) == set(inflation.Question)
    assert speaks["all_maximum"] == (f"above {inflation.MAXIMUM_SHARE}", f"n {inflation.LEAST_MAXIMUM}")
    assert speaks["narrow"] == (
        f"below {inflation.NARROW} of theirs, theirs at least {inflation.OTHERS_SPREAD}",
        f"n {inflation.LEAST_SPREAD}, others {inflation.LEAST_OTHERS}",
    )
    pairs = f"n {inflation.LEAST_PAIRS}"
    assert speaks["identical"] == (f"{inflation.IDENTICAL_SHARE} or more", pairs)
    assert speaks["self_above"] == speaks["review_above"] == (f"{inflation.DIFFERENCE} or more", pairs)
    assert speaks["citizens_below"] == (
        f"g − k at least {inflation.CITIZENS_GAP} and z at least {inflation.CITIZENS_Z:.2f}",
        f"{inflation.LEAST_CITIZENS} answers, {inflation.LEAST_SERVING} sheets",
    )
