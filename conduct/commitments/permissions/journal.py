"""What a person may look at in the own conduct, and until when words may be changed."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from conduct.agencies.branches import ground_of
from conduct.agencies.models import Agency, Posting, Role, User
from conduct.agencies.permissions import LEADING, Refused, granted_ids
from conduct.agencies.tree import office_of
from conduct.kernel.months import Month
from models_catalog.models import Adoption, ConductModel, Item

from ..models import JournalEntry


@dataclass(frozen=True, slots=True)
class KeptModel:
    """A model that one of a person's postings keeps, with its items."""

    posting: Posting
    adoption: Adoption
    items: tuple[Item, ...]


def kept_models(user: User, on: date) -> list[KeptModel]:
    """The models for persons that the own postings of that day keep; three queries and one a model."""
    lines = ground_of(user.pk, on).lines
    postings = Posting.objects.filter(pk__in=lines).select_related("agency").order_by("-is_main", "pk")
    in_force = (
        Adoption.objects.in_force(on)
        .filter(
            agency_id__in=frozenset().union(*lines.values()),
            version__model__judged=ConductModel.Judged.PERSON,
        )
        .select_related("version__model")
        .order_by("version__model__name_order", "pk")
    )
    items = {adoption.pk: tuple(Item.objects.kept_under(adoption)) for adoption in in_force}
    return [
        KeptModel(posting, adoption, items[adoption.pk])
        for posting in postings
        for adoption in in_force
        if adoption.agency_id in lines[posting.pk] and adoption.speaks_to(posting)
    ]


def check_can_write(user: User, posting: Posting, item: Item, on: date) -> None:
    """About oneself, in a posting of that day, an item that was kept there then."""
    if posting.person_id != user.pk:
        raise Refused(_("A journal is written about oneself alone."))
    for kept in kept_models(user, on):
        if kept.posting.pk == posting.pk and item in kept.items:
            return
    raise Refused(_("This item was not yet, or no longer, kept there on that day."))


def check_can_change(user: User, entry: JournalEntry) -> None:
    """The own words, as long as they have not been submitted."""
    if entry.posting.person_id != user.pk:
        raise Refused(_("A journal is written about oneself alone."))
    if entry.submitted_at is not None:
        raise Refused(
            _("This slip was submitted with the monthly sheet: its words stay, unless it is withdrawn.")
        )


def check_leads_somebody(user: User, on: date) -> None:
    """Supervisors and heads read what their people have submitted."""
    if not granted_ids(user, on, *LEADING):
        names = ", ".join(str(role.label) for role in (Role.SUPERVISOR, Role.HEAD))
        raise Refused(_("Submitted slips are read by: %(roles)s.") % {"roles": names})


def office_in(month: Month, posting: Posting, today: date) -> Agency:
    """The office whose month a posting's slips belong to."""
    return office_of(posting.agency, min(today, month.last))
