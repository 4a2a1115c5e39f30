"""Figures as they stand on a paper: decimal comma, at most two decimals, never rounded over a threshold."""

from decimal import ROUND_HALF_UP, Decimal

_TWO = Decimal("0.01")


def figure(value: str | Decimal | None) -> str:
    """28.5 → "28,5", 66.666667 → "66,67"; empty when unknown.

    89.996 stays "89,996": rounded to "90" it would belong to another level.
    """
    if value is None:
        return ""
    exact = Decimal(value)
    rounded = exact.quantize(_TWO, ROUND_HALF_UP)
    if rounded == rounded.to_integral_value() and rounded != exact:
        rounded = exact
    text = format(rounded, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def percent(share: str | Decimal | None) -> str:
    """A fraction of 1 in percent: 0.975 → "97,5 %"."""
    return "" if share is None else f"{figure(Decimal(share) * 100)} %"
