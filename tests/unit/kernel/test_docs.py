"""docs/statistics.md is right: its examples compute to what it says."""

from pathlib import Path

import pytest

from conduct.kernel.comparing import change_of, difference_of
from conduct.kernel.standardising import adjust
from conduct.kernel.statistics import ClusterSums, Share, design_effect

PROSE = (Path(__file__).resolve().parents[3] / "docs" / "statistics.md").read_text(encoding="utf-8")


def table(first_cell: str) -> list[list[str]]:
    """The rows of the table whose head begins so."""
    lines = PROSE.splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith(f"| {first_cell} |"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def share(cell: str) -> Share:
    kept, _slash, judged = cell.partition("/")
    return Share(int(kept), int(judged))


def percent(value: float | None) -> str:
    assert value is not None
    return f"{100 * value:.1f} %"


def test_the_example_of_an_interval_is_right() -> None:
    sentence = PROSE.partition("of which ")[2].partition(" satisfied")[0]
    sums = ClusterSums.of((int(kept), 10) for kept in sentence.split())
    [row] = table("k")
    kept, judged = int(row[0]), int(row[1])
    assert (sums.kk, sums.clusters) == (536, 8)
    found = Share(kept, judged, sums)
    effect = f"{design_effect(kept, judged, sums):.4f}"
    ends = [percent(end) for end in (*found.interval, *Share(kept, judged).interval)]
    assert row[2:] == [effect, f"{found.n_eff:.2f}", *ends]


def test_the_examples_of_differences_are_right() -> None:
    for now, before, low, high, says in table("now"):
        ends = difference_of(share(now), share(before))
        assert [f"{100 * end:.1f}" for end in ends] == [low, high]
        assert change_of(share(now), share(before)) == says


def test_the_example_of_the_same_mix_is_right() -> None:
    rows = table("office")
    counts = {
        row[0]: {
            "land": (share(row[1]).kept, share(row[1]).judged),
            "civil": (share(row[2]).kept, share(row[2]).judged),
        }
        for row in rows
    }
    found = adjust(counts, {})
    for name, _land, _civil, raw, expected, adjusted in rows:
        one = found[name]
        assert [percent(one.observed.value), f"{one.expected:.1f}", percent(one.value)] == [
            raw,
            expected,
            adjusted,
        ]


@pytest.mark.parametrize("name", ["statistics", "comparing", "standardising", "suppressing"])
def test_the_modules_it_names_exist(name: str) -> None:
    assert f"{name}.py" in PROSE
    assert (Path(__file__).resolve().parents[3] / "conduct" / "kernel" / f"{name}.py").is_file()
