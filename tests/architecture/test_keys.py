"""Foreign keys point downwards like imports, and leave no name in the app they point to."""

import pytest
from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField, OneToOneField

from tests.architecture.source import LAYERS

RANK = {app: rank for rank, layer in enumerate(LAYERS) for app in layer}
KEYS = [
    field
    for model in apps.get_models()
    if model._meta.app_config.name in RANK
    for field in model._meta.get_fields()
    if isinstance(field, ForeignKey | ManyToManyField | OneToOneField)
]


def test_there_are_keys() -> None:
    assert len(KEYS) > 30


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_a_key_points_down_and_leaves_no_name(key: "ForeignKey[object, object]") -> None:
    own = key.model._meta.app_config.name
    other = key.related_model._meta.app_config.name
    if other not in RANK or other == own:
        return
    assert RANK[other] > RANK[own], f"{key} points up to {other}"
    assert key.remote_field.hidden, f"{key} needs related_name='+'"


@pytest.mark.parametrize(
    "model", [m for m in apps.get_models() if m._meta.app_config.name == "conduct.audit"]
)
def test_the_trail_has_no_keys_at_all(model: type) -> None:
    assert not [key for key in KEYS if key.model is model]
