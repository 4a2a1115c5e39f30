"""Arithmetic of scores: Decimal with 50 digits, rounded once, half up, at the very end."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

EXACT = Context(prec=50, rounding=ROUND_HALF_EVEN)
HUNDRED = Decimal(100)
ZERO = Decimal(0)
_HUNDREDTH = Decimal("0.01")
_GUARD = Decimal("1e-30")


def half_up(value: Decimal) -> Decimal:
    """Two decimals, half up.

    Thirds and sevenths cannot be written exactly: 87.125 may arrive as 87.12499…9 with 48 nines. Rounding to
    30 decimals first takes that dust away, so that an exact half goes up as on paper.
    """
    return value.quantize(_GUARD, ROUND_HALF_EVEN, EXACT).quantize(_HUNDREDTH, ROUND_HALF_UP, EXACT)


def split(total: Decimal, shares: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Round shares to hundredths so that they add up to `total` as shown (largest remainder first)."""
    hundredths = [half_even_dust(share * HUNDRED) for share in shares]
    floors = [int(value) for value in hundredths]
    left = int(total * HUNDRED) - sum(floors)
    by_remainder = sorted(range(len(shares)), key=lambda index: (floors[index] - hundredths[index], index))
    for index in by_remainder[:left]:
        floors[index] += 1
    return tuple(Decimal(value).scaleb(-2) for value in floors)


def half_even_dust(value: Decimal) -> Decimal:
    """The value without the dust beyond 30 decimals."""
    return value.quantize(_GUARD, ROUND_HALF_EVEN, EXACT)
