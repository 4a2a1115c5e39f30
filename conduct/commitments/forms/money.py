"""Amounts in whole đồng."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ..rules.money import read_dong

# Above every fund of an office, below what a column holds.
MOST = 100_000_000_000


class DongField(forms.CharField):
    """An amount such as 30.000, up to 100 billion; cleans to an int, or to None when left empty."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "n"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=30, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """A number as people write it, 30.000; what was typed stays as it was."""
        return f"{value:,}".replace(",", ".") if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            amount = read_dong(text)
        except ValueError:
            raise ValidationError(_("Write whole đồng, such as 30.000."), code="invalid") from None
        if amount > MOST:
            raise ValidationError(_("At most 100.000.000.000 đồng."), code="too_much")
        return amount
