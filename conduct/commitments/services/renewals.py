"""What happens to a campaign when an office replaces the wording that it asks people to sign."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from conduct.audit.services import record
from conduct.notices.services import Message, push
from models_catalog.models import Adoption, ConductModel, ModelVersion

from ..coverage import Scope
from ..models import Campaign
from ..rules.dates import dates_after_renewal
from .campaigns import opening_facts


def renew_campaigns(*, now: datetime) -> int:
    """Carry campaigns of this year or later over to wordings that replaced theirs; returns how many.

    A minor correction takes the campaign with what was signed, from its first day on. Any other new wording
    opens a campaign of its own. A campaign that is there already, by hand or by another worker, is left.
    """
    today = timezone.localdate(now)
    there = Campaign.objects.filter(adoption=OuterRef("adoption__replaced_by"), year=OuterRef("year"))
    replaced = Campaign.objects.filter(
        ~Exists(there),
        Q(adoption__replaced_by__keeps_signatures=False) | Q(adoption__replaced_by__valid_from__lte=today),
        year__gte=today.year,
        adoption__replaced_by__valid_from__year__lte=F("year"),
        adoption__replaced_by__version__state=ModelVersion.State.PUBLISHED,
        adoption__replaced_by__version__model__judged=ConductModel.Judged.PERSON,
    )
    keys = list(replaced.order_by("pk").values_list("pk", flat=True))
    return sum(_renew(campaign_id, now) for campaign_id in keys)


@transaction.atomic
def _renew(campaign_id: int, now: datetime) -> bool:
    old = Campaign.objects.select_for_update(of=("self",)).select_related("agency").get(pk=campaign_id)
    new = (
        Adoption.objects.select_for_update(no_key=True, of=("self",))
        .select_related("version__model", "agency")
        .filter(replaces=old.adoption_id)
        .first()
    )
    if new is None or Campaign.objects.filter(adoption=new, year=old.year).exists():
        return False
    if new.keeps_signatures:
        was, old.adoption = old.adoption_id, new
        old.save(update_fields=["adoption"])
        data = {"from_adoption": was, "adoption": new.pk}
        record(act="commitments.move_campaign", by=None, obj=old, agency=old.agency, now=now, data=data)
        return True
    opens_on, due_on = dates_after_renewal(old.year, old.opens_on, old.due_on, new.valid_from)
    campaign = Campaign.objects.create(
        agency=new.agency, adoption=new, year=old.year, opens_on=opens_on, due_on=due_on, opened_at=now
    )
    record(
        act="commitments.open_campaign", by=None, obj=campaign, agency=campaign.agency, now=now,
        data=opening_facts(campaign),
    )  # fmt: skip
    push(messages=_sign_again(old, campaign, now), now=now)
    return True


def _sign_again(old: Campaign, new: Campaign, now: datetime) -> list[Message]:
    """To those who signed the old wording and are asked for the new one; others are reminded in time."""
    signed = Scope(new, timezone.localdate(now)).postings().filter(pk__in=old.pledges.values("posting_id"))
    facts = {
        "model": new.adoption.version.model.name,
        "first": f"{new.opens_on:%d/%m/%Y}",
        "last": f"{new.due_on:%d/%m/%Y}",
    }
    with override(settings.LANGUAGE_CODE):
        title = _("“%(model)s” must be signed again") % facts
        text = _(
            "The office replaced the wording that was signed. "
            "The new one is signed from %(first)s to %(last)s."
        )
    return [
        Message(
            recipient_id=person_id,
            key=f"commitments.sign_again:{new.pk}",
            title=title,
            text=text % facts,
            url=reverse("commitments:campaign", args=(new.pk,)),
        )
        for person_id in signed.order_by("person_id").values_list("person_id", flat=True).distinct()
    ]
