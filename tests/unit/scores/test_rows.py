"""What the roll-up writes in bulk is, byte by byte, what the rules give one by one."""

from json import dumps
from pathlib import Path

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from conduct.scores.rules.evidence import OFFICER_LINE, Breach, Count, Line, Person, Source
from conduct.scores.rules.parts import person_to_data
from conduct.scores.rules.person import score_person
from conduct.scores.rules.rows import HEARD, SILENT, Cell, PersonRow, PersonRows
from conduct.scores.rules.scheme import Scheme, parse_scheme

ROOT = Path(__file__).resolve().parents[3]
FILE = ROOT / "conduct" / "scores" / "schemes" / "chuan-muc-2025.yaml"
SCHEME = parse_scheme(yaml.safe_load(FILE.read_text(encoding="utf-8"))["document"])
ROWS = PersonRows(SCHEME)

pair = st.integers(0, 12).flatmap(lambda judged: st.tuples(st.just(judged), st.integers(0, judged)))
months = st.lists(pair, min_size=1, max_size=3).map(tuple)
cell = st.tuples(
    *(st.none() | (months if source is Source.CITIZEN else pair.map(lambda one: (one,))) for source in HEARD)
)


@st.composite
def models(draw: st.DrawFn) -> tuple[tuple[Line, ...], tuple[Cell, ...], dict[int, Breach]]:
    lines, cells, breaches = [], [], {}
    for key in range(1, draw(st.integers(1, 6)) + 1):
        sources = draw(st.frozensets(st.sampled_from(HEARD), min_size=1))
        heard = draw(cell)
        lines.append(Line(key, draw(st.integers(1, 3)), sources))
        cells.append(
            tuple(one if source in sources else None for source, one in zip(HEARD, heard, strict=True))
        )
        if draw(st.integers(0, 9)) == 0:
            breaches[key] = Breach(late=draw(st.booleans()))
    officer = draw(st.none() | months)
    cells.append(SILENT if officer is None else (officer, None, None, None))
    return tuple(lines), tuple(cells), breaches


def one_by_one(
    scheme: Scheme,
    person: Person,
    lines: tuple[Line, ...],
    cells: tuple[Cell, ...],
    breaches: dict[int, Breach],
) -> PersonRow:
    evidence = {
        (key, source): [Count(*one) for one in heard]
        for key, row in zip([*(line.key for line in lines), OFFICER_LINE], cells, strict=True)
        for source, heard in zip(HEARD, row, strict=True)
        if heard is not None
    }
    result = score_person(scheme, person, lines, evidence, breaches)
    return PersonRow(
        result.state.value, result.score, result.band, round(result.coverage, 4), result.is_pooled,
        dumps(person_to_data(result)),
    )  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(model=models(), serves=st.booleans(), days=st.sampled_from([9, 10, 22]))
def test_a_row_is_what_the_rules_give(
    model: tuple[tuple[Line, ...], tuple[Cell, ...], dict[int, Breach]], serves: bool, days: int
) -> None:
    person = Person(serves, days)
    expected = one_by_one(SCHEME, person, *model)
    for rows in (ROWS, PersonRows(SCHEME), ROWS):  # remembered, new, and asked for the second time
        assert rows.row(person, *model) == expected
