"""Filling a small demo."""

from datetime import date
from io import StringIO
from typing import Any

from django.core.management import call_command

AS_OF = date(2026, 3, 10)


def fill(**options: Any) -> str:
    out = StringIO()
    values = {"as_of": AS_OF, "offices": 6, "staff": 140, "responses": 1500, "no_rollup": True, **options}
    call_command("fill_demo", stdout=out, **values)
    return out.getvalue()
