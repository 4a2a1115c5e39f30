"""A wording that takes the place of another."""

from datetime import date, timedelta
from typing import Any

from conduct.commitments.models import Campaign
from models_catalog.models import Adoption, ModelVersion
from tests.factories import DAY, NOW, adopt, make_version


def replace_adoption(old: Adoption, *texts: str, same_model: bool = True, **fields: Any) -> Adoption:
    """From today on the office keeps these prohibitions instead: version 2 of the same model, or another."""
    version = make_version({"không": [{"text": text} for text in texts]}, published=False)
    if same_model:
        version.model, version.number = old.version.model, 2
    version.state, version.published_at = ModelVersion.State.PUBLISHED, NOW
    version.save()
    old.valid_to = DAY - timedelta(days=1)
    old.save()
    return adopt(old.agency, version, valid_from=DAY, replaces=old, **fields)


def open_anew(adoption: Adoption) -> Campaign:
    """The campaign of a new wording, from today on."""
    return Campaign.objects.create(
        agency=adoption.agency, adoption=adoption, year=2026, opens_on=DAY, due_on=date(2026, 11, 30),
        opened_at=NOW,
    )  # fmt: skip
