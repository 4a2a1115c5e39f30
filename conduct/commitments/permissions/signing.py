"""Who may sign what, when."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from conduct.agencies.models import Posting, User
from conduct.agencies.permissions import Refused
from conduct.agencies.tree import lineage_ids
from models_catalog.models import Adoption, ConductModel, ModelVersion

from ..models import Campaign


def check_can_be_signed(adoption: Adoption, on: date) -> None:
    """Only a published wording for persons, adopted and in force, can be put before staff."""
    version = adoption.version
    if version.state != ModelVersion.State.PUBLISHED:
        raise Refused(
            _("This version of “%(model)s” is not in force: it cannot be signed.")
            % {"model": version.model.name}
        )
    if version.model.judged != ConductModel.Judged.PERSON:
        raise Refused(
            _("“%(model)s” speaks of a unit, not of a person; nobody signs it for himself or herself.")
            % {"model": version.model.name}
        )
    if adoption.valid_from > on or (adoption.valid_to is not None and adoption.valid_to < on):
        raise Refused(
            _("%(agency)s does not keep “%(model)s” on this day.")
            % {"agency": adoption.agency.name, "model": version.model.name}
        )


def check_can_sign(user: User, campaign: Campaign, posting: Posting, on: date) -> None:
    """One's own posting, in force, below the campaign's agency; while the campaign's year lasts."""
    if posting.person_id != user.pk:
        raise Refused(_("Only the person concerned signs a pledge."))
    if posting.starts_on > on or (posting.ends_on is not None and posting.ends_on < on):
        raise Refused(_("This posting is not in force today."))
    if campaign.agency_id not in lineage_ids(posting.agency_id, on):
        raise Refused(_("%(agency)s is not part of this campaign.") % {"agency": posting.agency.name})
    if on < campaign.opens_on:
        raise Refused(_("Signing begins on %(day)s.") % {"day": date_format(campaign.opens_on, "d/m/Y")})
    if on.year > campaign.year:
        raise Refused(_("Signing for %(year)s has ended.") % {"year": campaign.year})
    check_can_be_signed(campaign.adoption, on)
