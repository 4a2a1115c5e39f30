"""The words that citizens agree to: files under conduct/feedback/consent, loaded once and never changed."""

from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from ..models import ConsentText
from ..rules.consent import TextRefused, check_texts

FOLDER = Path(__file__).resolve().parent.parent / "consent"
_FIELDS = {"purpose", "number", "valid_from", "keeps_days", "legal_basis", "texts"}


def read_consent_text(file: Path) -> dict[str, Any]:
    """A checked file. Raises TextRefused with the file's name."""
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
        _check(data)
    except (TextRefused, yaml.YAMLError) as error:
        raise TextRefused(f"{file.name}: {error}") from error
    return dict(data)


def _check(data: Any) -> None:
    if not isinstance(data, dict) or set(data) != _FIELDS:
        raise TextRefused(f"needs exactly {', '.join(sorted(_FIELDS))}")
    if data["purpose"] not in ConsentText.Purpose.values:
        raise TextRefused(f"unknown purpose {data['purpose']!r}")
    if not isinstance(data["valid_from"], date) or not data["legal_basis"]:
        raise TextRefused("needs the day it begins and its legal basis")
    for field in ("number", "keeps_days"):
        if not isinstance(data[field], int) or not 0 < data[field] < 32_768:
            raise TextRefused(f"{field} must be a number from 1 on")
    check_texts(data["texts"])


@transaction.atomic
def load_consent_text(*, data: dict[str, Any]) -> bool:
    """Store a version; whether it was new. Raises TextRefused when a loaded version reads otherwise."""
    known = ConsentText.objects.filter(purpose=data["purpose"], number=data["number"]).first()
    if known is None:
        ConsentText.objects.create(**data)
        return True
    changed = [field for field, value in data.items() if getattr(known, field) != value]
    if changed:
        raise TextRefused(
            f"{known} was loaded before and never changes ({', '.join(changed)}): make it a new version"
        )
    return False


def texts_in_force(on: date) -> dict[str, ConsentText]:
    """The newest version of each purpose that has begun."""
    begun = ConsentText.objects.filter(valid_from__lte=on).order_by("valid_from", "number")
    return {text.purpose: text for text in begun}
