"""What somebody signed before: under which wording a pledge was signed, and what has changed since."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from models_catalog.comparing import compare_adoptions
from models_catalog.models import Adoption
from models_catalog.rules.diff import Diff

from ..models import Campaign, Pledge


@dataclass(frozen=True, slots=True)
class Change:
    """From the wording of ``pledge`` to another."""

    pledge: Pledge
    before: Adoption
    after: Adoption
    diff: Diff


def adoption_signed(pledge: Pledge) -> Adoption:
    """The adoption whose wording a pledge holds.

    A minor correction takes the campaign along to the adoption that replaced the old one; what was signed
    before its first day was signed under the old one.
    """
    adoption, day = pledge.campaign.adoption, timezone.localdate(pledge.signed_at)
    while adoption.keeps_signatures and adoption.replaces is not None and day < adoption.valid_from:
        adoption = adoption.replaces
    return adoption


def change_since(pledge: Pledge) -> Change | None:
    """What minor corrections changed after a pledge, which still counts; None when there were none."""
    before, after = adoption_signed(pledge), pledge.campaign.adoption
    return None if before == after else Change(pledge, before, after, compare_adoptions(before, after))


def change_for(campaign: Campaign, person_id: int) -> Change | None:
    """What differs from the wording that the person signed last, when it was another one of this model.

    Another one: of the same model, or of an adoption that this one took the place of (also step by step).
    """
    adoption = campaign.adoption
    same = Q(campaign__adoption__version__model=adoption.version.model_id)
    last = (
        Pledge.objects.filter(same | Q(campaign__adoption__in=_replaced(adoption)), posting__person=person_id)
        .exclude(campaign=campaign)
        .select_related("campaign__adoption__version__model", "campaign__adoption__replaces__version__model")
        .order_by("-signed_at", "-pk")
        .first()
    )
    if last is None:
        return None
    before = adoption_signed(last)
    return None if before == adoption else Change(last, before, adoption, compare_adoptions(before, adoption))


def _replaced(adoption: Adoption) -> list[int]:
    """The adoptions that this one took the place of, one after the other; a query for each step."""
    found: list[int] = []
    while adoption.replaces is not None:
        adoption = adoption.replaces
        found.append(adoption.pk)
    return found
