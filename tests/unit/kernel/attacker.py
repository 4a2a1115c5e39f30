"""Who knows every published table, that counts are never negative, and how the agencies stand: what follows?

The unknowns are the answers of an agency's own desks in a month, satisfied and not satisfied apart. A hidden
cell is recovered when its sum is the same in every table of whole or broken numbers that fits what is known.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

type Row = dict[int, Fraction]


def eliminate(rows: Iterable[Row]) -> dict[int, Row]:
    """Reduced row echelon form, by pivot."""
    basis: dict[int, Row] = {}
    for row in rows:
        rest = reduce_by(row, basis)
        if not rest:
            continue
        pivot = min(rest)
        rest = {place: value / rest[pivot] for place, value in rest.items()}
        for other, known in basis.items():
            if pivot in known:
                basis[other] = subtract(known, rest, known[pivot])
        basis[pivot] = rest
    return basis


def subtract(row: Row, other: Row, times: Fraction) -> Row:
    found = dict(row)
    for place, value in other.items():
        found[place] = found.get(place, Fraction(0)) - times * value
        if not found[place]:
            del found[place]
    return found


def reduce_by(row: Row, basis: Mapping[int, Row]) -> Row:
    rest = dict(row)
    for pivot, known in basis.items():
        if pivot in rest:
            rest = subtract(rest, known, rest[pivot])
    return rest


def always_zero(equations: Sequence[Row], truth: Sequence[int]) -> set[int]:
    """The unknowns that are 0 in every table that fits: exact, by linear programmes (simplex, Bland's rule).

    From the true table: a step may lower what is above 0 and raise anything; which zeros can be raised?
    """
    zeros = [place for place, value in enumerate(truth) if value == 0]
    raisable: set[int] = set()
    for place in zeros:
        if place not in raisable:
            raisable |= _raised_with(place, equations, truth)
    return set(zeros) - raisable


def _raised_with(target: int, equations: Sequence[Row], truth: Sequence[int]) -> set[int]:
    """The zeros that a step raises which raises ``target``; none when there is no such step.

    The step d solves A·d = 0, d[target] = 1, d ≥ 0 at the other zeros: phase one of the simplex method with
    free unknowns written as a difference of two.
    """
    columns = [(place, 1) for place in range(len(truth)) if place != target]
    columns += [(place, -1) for place, value in enumerate(truth) if value > 0 and place != target]
    table: list[list[Fraction]] = []
    for equation in equations:
        row = [sign * equation.get(place, Fraction(0)) for place, sign in columns]
        right = -equation.get(target, Fraction(0))
        table.append([-cell for cell in row] + [-right] if right < 0 else [*row, right])
    solution = _feasible(table)
    if solution is None:
        return set()
    step = {target: Fraction(1)}
    for column, value in solution.items():
        place, sign = columns[column]
        step[place] = step.get(place, Fraction(0)) + sign * value
    return {place for place, value in step.items() if value > 0 and truth[place] == 0}


def _feasible(table: list[list[Fraction]]) -> dict[int, Fraction] | None:
    """Unknowns ≥ 0 that solve the rows (right sides last, none negative); None when there are none."""
    basis = [-1 - number for number in range(len(table))]  # artificial unknowns, below 0
    while True:
        open_rows = [row for row, base in zip(table, basis, strict=True) if base < 0]
        cost = [sum(cells, Fraction(0)) for cells in zip(*open_rows, strict=True)]
        if not cost or cost[-1] == 0:
            return {base: row[-1] for row, base in zip(table, basis, strict=True) if base >= 0}
        entering = next((place for place, gain in enumerate(cost[:-1]) if gain > 0), None)
        if entering is None:
            return None
        _pivot(table, basis, entering)


def _pivot(table: list[list[Fraction]], basis: list[int], entering: int) -> None:
    usable = [number for number, row in enumerate(table) if row[entering] > 0]
    leaving = min(usable, key=lambda number: (table[number][-1] / table[number][entering], basis[number]))
    pivot = table[leaving][entering]
    table[leaving] = [cell / pivot for cell in table[leaving]]
    for number, row in enumerate(table):
        if number != leaving and row[entering]:
            times = row[entering]
            table[number] = [a - times * b for a, b in zip(row, table[leaving], strict=True)]
    basis[leaving] = entering


def recovered(known: Sequence[Row], truth: Sequence[int], secrets: Mapping[str, Row]) -> list[str]:
    """The names of the secret sums that everybody can compute."""
    zero = always_zero(list(eliminate(known).values()), truth)
    basis = eliminate([*known, *({place: Fraction(1)} for place in sorted(zero))])
    return [name for name, row in secrets.items() if not reduce_by(row, basis)]
