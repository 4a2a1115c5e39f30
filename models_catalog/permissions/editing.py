"""Who may change a model: catalogue editors of the highest agency the common library, an office its own."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, AgencyParent, AgencyQuerySet, Role, RoleGrant, User, on_day
from conduct.agencies.permissions import Refused, holds, reach_ids

from ..models import KEEPING, ConductModel, ModelVersion
from .adoptions import ADOPTING, ADOPTING_KINDS


@dataclass(frozen=True, slots=True)
class Rights:
    """What the roles of a person allow in the catalogue that day; one query answers it all."""

    keeps_library: bool
    keeps_offices: bool
    adopts: bool

    @property
    def keeps_something(self) -> bool:
        """Whether the person may begin a model at all."""
        return self.keeps_library or self.keeps_offices


def rights_of(user: User, on: date) -> Rights:
    """The common library belongs to catalogue editors of an agency that has none above it."""
    above = AgencyParent.objects.filter(on_day(on), agency=OuterRef("agency"))
    grants = RoleGrant.objects.filter(on_day(on, "starts_on", "ends_on"), person=user, role__in=KEEPING)
    held = set(grants.values_list("role", Exists(above)))
    roles = {role for role, _is_below in held}
    return Rights(
        keeps_library=(Role.CATALOGUE_EDITOR, False) in held,
        keeps_offices=bool(roles),
        adopts=bool(roles & set(ADOPTING)),
    )


def may_edit(user: User, model: ConductModel, on: date, rights: Rights | None = None) -> bool:
    """Whether the person may change this model; ``rights`` saves a query where they are known."""
    if model.keeper is not None:
        return holds(user, model.keeper, on, *KEEPING)
    return (rights or rights_of(user, on)).keeps_library


def check_can_edit(user: User, model: ConductModel, on: date) -> None:
    """Raise with who could."""
    if may_edit(user, model, on):
        return
    if model.keeper is not None:
        raise Refused(
            _("“%(model)s” is changed by the head, office administrator or catalogue editor of %(agency)s.")
            % {"model": model.name, "agency": model.keeper.name}
        )
    raise Refused(
        _("“%(model)s” belongs to the common library; the catalogue editors of the highest agency change it.")
        % {"model": model.name}
    )


def check_can_rename(user: User, model: ConductModel, on: date) -> None:
    """Name and owner tell models apart for ever, once a version is published."""
    check_can_edit(user, model, on)
    if model.versions.exclude(state=ModelVersion.State.DRAFT).exists():
        raise Refused(
            _("A version is published, so name and owner stay; begin another model for another name.")
        )


def check_can_edit_draft(user: User, version: ModelVersion, on: date) -> None:
    """A published wording never changes, whoever asks."""
    check_can_edit(user, version.model, on)
    if not version.is_draft:
        raise Refused(
            _("Version %(number)s of “%(model)s” is published and never changes; begin a new version.")
            % {"number": version.number, "model": version.model.name}
        )


def keepable_agencies(user: User, on: date) -> AgencyQuerySet:
    """The offices and residential groups for which the person may begin a model of their own."""
    reached = reach_ids(user, on, *KEEPING)
    return Agency.objects.in_force(on).filter(pk__in=reached, kind__in=ADOPTING_KINDS).order_by("search")


def check_can_keep(user: User, keeper: Agency | None, on: date) -> None:
    """Raise when the person may not begin a model for this office, or (None) for the common library."""
    if keeper is None:
        if not rights_of(user, on).keeps_library:
            raise Refused(_("Only catalogue editors of the highest agency add to the common library."))
    elif not keepable_agencies(user, on).filter(pk=keeper.pk).exists():
        raise Refused(
            _("Only the head, the office administrator or a catalogue editor begins a model for %(agency)s.")
            % {"agency": keeper.name}
        )
