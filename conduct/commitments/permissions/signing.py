"""Who may sign what, when; and who may record what somebody else agreed to."""

from collections.abc import Collection
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from conduct.agencies.models import Posting, User
from conduct.agencies.permissions import Refused, check_holds
from conduct.agencies.tree import lineage_ids
from models_catalog.models import Adoption, ConductModel, ModelVersion
from models_catalog.rules.audience import speaks_to

from ..models import Campaign, NotSigning
from .campaigns import OPENING


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


def check_can_sign(
    user: User, campaign: Campaign, posting: Posting, on: date, above: Collection[int] | None = None
) -> None:
    """One's own posting, asked by a campaign that runs; ``above`` like in check_is_asked."""
    if posting.person_id != user.pk:
        raise Refused(_("Only the person concerned signs a pledge."))
    check_is_asked(campaign, posting, on, above)


def check_is_asked(
    campaign: Campaign, posting: Posting, on: date, above: Collection[int] | None = None
) -> None:
    """A posting in force, below the campaign's agency, of those the model is for; while signing goes on.

    ``above``: the posting's agency and all above it that day, where the caller knows them.
    """
    if posting.starts_on > on or (posting.ends_on is not None and posting.ends_on < on):
        raise Refused(_("This posting is not in force today."))
    if campaign.agency_id not in (lineage_ids(posting.agency_id, on) if above is None else above):
        raise Refused(_("%(agency)s is not part of this campaign.") % {"agency": posting.agency.name})
    adoption = campaign.adoption
    if not speaks_to(
        adoption.audience,
        adoption.categories,
        serves_citizens=posting.serves_citizens,
        category=posting.category,
    ):
        raise Refused(
            _("%(agency)s keeps “%(model)s” for other staff: this posting is not asked.")
            % {"agency": adoption.agency.name, "model": adoption.version.model.name}
        )
    check_is_open(campaign, on)


def check_is_open(campaign: Campaign, on: date) -> None:
    """Signing has begun, the year has not ended, and the wording is in force."""
    if on < campaign.opens_on:
        raise Refused(_("Signing begins on %(day)s.") % {"day": date_format(campaign.opens_on, "d/m/Y")})
    if on.year > campaign.year:
        raise Refused(_("Signing for %(year)s has ended.") % {"year": campaign.year})
    check_can_be_signed(campaign.adoption, on)


def check_can_sign_on_behalf(user: User, campaign: Campaign, posting: Posting, on: date) -> None:
    """The head or administrator, for somebody else who is asked and has not declined."""
    if posting.person_id == user.pk:
        raise Refused(_("Nobody records the own pledge on behalf: sign it yourself."))
    check_holds(user, posting.agency, on, *OPENING)
    check_is_asked(campaign, posting, on)
    declined = NotSigning.objects.filter(
        campaign=campaign, posting=posting, kind=NotSigning.Kind.DECLINED, withdrawn_at__isnull=True
    )
    if declined.exists():
        raise Refused(_("This person has declined to sign; only the person can change that."))
