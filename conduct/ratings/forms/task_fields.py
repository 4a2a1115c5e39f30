"""Amounts as offices write them, and the words for what is wrong with a cell."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from ..rules.task_cells import BadCell, Problem, Range, read_amount
from ..rules.task_rows import AMOUNTS, FACTORS

_SAID = {
    Problem.MISSING: gettext_lazy("is empty"),
    Problem.NOT_A_NUMBER: gettext_lazy("“%(cell)s” is not a number"),
    Problem.TWO_WAYS: gettext_lazy("“%(cell)s” can be read in two ways: write decimals with a comma"),
    Problem.TOO_FINE: gettext_lazy("“%(cell)s” has too many decimals"),
    Problem.OUT_OF_RANGE: gettext_lazy("“%(cell)s” is too small or too great"),
    Problem.NOT_A_DAY: gettext_lazy("“%(cell)s” is not a day"),
    Problem.TOO_LONG: gettext_lazy("is too long"),
    Problem.UNKNOWN_KIND: gettext_lazy("“%(cell)s” is neither assigned nor unplanned"),
    Problem.NOBODY: gettext_lazy("nobody in the office has the user name “%(cell)s”"),
    Problem.NOT_YOURS: gettext_lazy("you do not assign tasks to %(cell)s"),
    Problem.NO_SHEET: gettext_lazy("has no sheet to write on: %(cell)s"),
    Problem.UNKNOWN_WORK: gettext_lazy("“%(cell)s” is not in the list of kinds of work"),
    Problem.OTHER_FACTOR: gettext_lazy("the list of kinds of work says %(cell)s"),
    Problem.EXCUSED: gettext_lazy("%(cell)s of them have been excused, so there were as many"),
    Problem.TWICE: gettext_lazy("stands in row %(cell)s already"),
    Problem.TOO_MANY: gettext_lazy("a sheet has at most %(cell)s tasks"),
    Problem.LATER: gettext_lazy("an entry of this code begins on %(cell)s, not before"),
}


def problem_text(problem: Problem, detail: str) -> str:
    """A sentence on what is wrong, with what stands in the cell."""
    return str(_SAID[problem]) % {"cell": detail}


def amount_text(amount: Decimal | None) -> str:
    """1.50 → "1,5": as it is typed, in every language of the page."""
    if amount is None:
        return ""
    text = f"{amount:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


class AmountField(forms.Field):
    """A decimal number with a comma (a point is understood too); never read in two ways."""

    def __init__(self, *, limits: Range = AMOUNTS, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "n"})
        )
        super().__init__(**kwargs)
        self.limits = limits

    def to_python(self, value: Any) -> Decimal | None:
        """The amount; ValidationError says what is wrong."""
        try:
            return read_amount(value, self.limits)
        except BadCell as bad:
            words = problem_text(bad.problem, bad.detail)
            raise forms.ValidationError(f"{words[:1].upper()}{words[1:]}.", code=bad.problem.value) from bad

    def prepare_value(self, value: Any) -> Any:
        """With a comma; what somebody typed stays as it was."""
        return amount_text(value) if isinstance(value, Decimal) else value


def factor_field() -> AmountField:
    """How many standard units a piece is worth."""
    return AmountField(
        label=gettext_lazy("Standard units each"), limits=FACTORS, required=False,
        help_text=gettext_lazy("Such as 1,5; taken from the list when a kind of work is chosen."),
    )  # fmt: skip


def times_field(label: Any) -> forms.IntegerField:
    """How often something happened."""
    return forms.IntegerField(
        label=label, min_value=0, max_value=99, required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "n"}),
    )  # fmt: skip
