"""Finding what an address names, as far as the reader may see it."""

from datetime import date

from django.shortcuts import get_object_or_404

from conduct.agencies.models import User

from ..models import ConductModel, ModelVersion


def model_or_404(user: User, key: str, on: date) -> ConductModel:
    """A model that the reader may see that day."""
    rows = ConductModel.objects.visible_to(user, on).select_related("keeper", "based_on", "absorbed_into")
    return get_object_or_404(rows, key=key)


def version_or_404(user: User, key: str, number: int, on: date) -> ModelVersion:
    """A version that the reader may see that day."""
    rows = ModelVersion.objects.visible_to(user, on).select_related("model__keeper", "model__based_on")
    return get_object_or_404(rows, model__key=key, number=number)
