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
    """The unknowns that are 0 in every table that fits: exact, by one linear programme (simplex, Bland's rule).

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
    columns: list[tuple[int, int]] = []
    for place, value in enumerate(truth):
        if place != target:
            columns.append((place, 1))
            if value > 0:
                columns.append((place, -1))
    table: list[list[Fraction]] = []
    for equation in equations:
        row = [sign * equation.get(place, Fraction(0)) for place, sign in columns]
        right = -equation.get(target, Fraction(0))
        table.append([-cell for cell in row] + [-right] if right < 0 else [*row, right])
    basis = [-1 - number for number in range(len(table))]  # artificial unknowns, below 0
    while True:
        cost = [
            sum((row[place] for row, base in zip(table, basis, strict=True) if base < 0), Fraction(0))
            for place in range(len(columns) + 1)
        ]
        if cost[-1] == 0:
            break
        entering = next((place for place in range(len(columns)) if cost[place] > 0), None)
        if entering is None:
            return set()
        ratios = [
            (row[-1] / row[entering], basis[number], number)
            for number, row in enumerate(table)
            if row[entering] > 0
        ]
        _ratio, _base, leaving = min(ratios)
        pivot = table[leaving][entering]
        table[leaving] = [cell / pivot for cell in table[leaving]]
        for number, row in enumerate(table):
            if number != leaving and row[entering]:
                times = row[entering]
                table[number] = [a - times * b for a, b in zip(row, table[leaving], strict=True)]
        basis[leaving] = entering
    step = {target: Fraction(1)}
    for row, base in zip(table, basis, strict=True):
        if base >= 0:
            place, sign = columns[base]
            step[place] = step.get(place, Fraction(0)) + sign * row[-1]
    return {place for place, value in step.items() if value > 0 and truth[place] == 0}


def recovered(known: Sequence[Row], truth: Sequence[int], secrets: Mapping[str, Row]) -> list[str]:
    """The names of the secret sums that everybody can compute."""
    zero = always_zero([row for row in eliminate(known).values()], truth)
    basis = eliminate([*known, *({place: Fraction(1)} for place in sorted(zero))])
    return [name for name, row in secrets.items() if not reduce_by(row, basis)]
