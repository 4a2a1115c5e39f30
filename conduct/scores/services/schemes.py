"""Schemes: loaded from files, found by month."""

from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.db.models import Q

from conduct.kernel.months import Month

from ..models import Scheme
from ..rules import scheme as rules

FOLDER = Path(__file__).resolve().parent.parent / "schemes"


class NoScheme(LookupError):
    """No scheme is in force in the month."""


@transaction.atomic
def load_schemes(folder: Path = FOLDER) -> int:
    """Load every file; returns how many rows changed. A file that is already loaded changes nothing.

    A scheme that is in the database may only end: SchemeError names the file and the entry, and nothing is
    loaded.
    """
    changed = 0
    for path in sorted(folder.glob("*.yaml")):
        fields = _read(path)
        known = Scheme.objects.filter(code=fields["code"], number=fields["number"])
        old = known.values(*fields).first()
        if old is None:
            Scheme.objects.create(**fields)
        elif old == fields:
            continue
        elif {name for name in fields if old[name] != fields[name]} == {"valid_to"}:
            known.update(valid_to=fields["valid_to"])
        else:
            raise rules.SchemeError(path.name, "a published scheme never changes; give it a new number")
        changed += 1
    return changed


def _read(path: Path) -> dict[str, Any]:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    try:
        rules.parse_scheme(data["document"])
        fields = {
            name: data[name]
            for name in ("code", "number", "name", "legal_basis", "valid_from", "valid_to", "document")
        }
    except KeyError as missing:
        raise rules.SchemeError(path.name, f"{missing.args[0]} is missing") from missing
    except rules.SchemeError as error:
        raise rules.SchemeError(f"{path.name}: {error.place}", error.why) from error
    if not isinstance(fields["valid_from"], date):
        raise rules.SchemeError(path.name, "valid_from must be a date")
    return fields


def scheme_of(month: Month) -> tuple[Scheme, rules.Scheme]:
    """The scheme in force on the month's first day, as its row and as rules; the newest number wins."""
    day = month.first
    row = (
        Scheme.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=day),
            valid_from__lte=day,
            state=Scheme.State.PUBLISHED,
        )
        .order_by("-valid_from", "-number")
        .first()
    )
    if row is None:
        raise NoScheme(f"no scheme is in force in {month}; run `manage.py load_schemes`")
    return row, rules.parse_scheme(row.document)
