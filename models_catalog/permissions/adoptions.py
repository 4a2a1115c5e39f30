"""Who may adopt what: the head or the office administrator of the agency, or of one above it."""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, AgencyQuerySet, Role, User
from conduct.agencies.permissions import Refused, check_holds, reach_ids

from ..models import Adoption, AdoptionQuerySet, ModelVersion

ADOPTING = (Role.HEAD, Role.OFFICE_ADMIN)
# Departments keep what their office adopts; a residential group may keep a model of its own.
ADOPTING_KINDS = (*Agency.OFFICE_KINDS, Agency.Kind.RESIDENTIAL_GROUP)


def adoptable_agencies(user: User, on: date) -> AgencyQuerySet:
    """The agencies for which the person may adopt that day."""
    reached = reach_ids(user, on, *ADOPTING)
    return Agency.objects.in_force(on).filter(pk__in=reached, kind__in=ADOPTING_KINDS)


def replaceable_adoptions(agency: Agency, version: ModelVersion, on: date) -> AdoptionQuerySet:
    """Adoptions of the agency whose place this version may take: of its model, or of one folded into it."""
    model = version.model_id
    kin = (
        Q(version__model=model)
        | Q(version__model__absorbed_into=model)
        | Q(version__merged_into__model=model)
    )
    goes_on = Q(valid_to__isnull=True) | Q(valid_to__gte=on)
    found = Adoption.objects.filter(kin, goes_on, agency=agency, replaced_by=None)
    return found.select_related("version__model").order_by("-valid_from", "-pk")


def check_can_be_adopted(version: ModelVersion) -> None:
    """Only a published wording can be adopted; the reason names the state."""
    if version.state == ModelVersion.State.DRAFT:
        raise Refused(
            _("“%(model)s” is a draft: its items are not known in full, so no office can adopt it yet.")
            % {"model": version.model.name}
        )
    if version.state == ModelVersion.State.RETIRED:
        raise Refused(
            _("Version %(number)s of “%(model)s” is retired; adopt a newer version.")
            % {"model": version.model.name, "number": version.number}
        )


def check_can_adopt(user: User, agency: Agency, on: date) -> None:
    """Raise when the person may not bind this agency, or the agency is none that adopts models."""
    check_holds(user, agency, on, *ADOPTING)
    if agency.kind not in ADOPTING_KINDS:
        raise Refused(
            _("%(agency)s keeps the models of its office and adopts none of its own.")
            % {"agency": agency.name}
        )


def check_can_end_adoption(user: User, adoption: Adoption, on: date) -> None:
    """Who may adopt for an agency may also end it."""
    check_holds(user, adoption.agency, on, *ADOPTING)
