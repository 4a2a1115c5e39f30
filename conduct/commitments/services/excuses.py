"""Why somebody does not sign: excused by others, declined by oneself.

The reason stays in its row, which those in charge read; it may speak of an illness, so the audit trail
holds the row's number alone.
"""

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from conduct.agencies.models import Posting, User
from conduct.agencies.permissions import Refused
from conduct.audit.services import record
from conduct.notices.services import Message, push

from ..coverage import Scope
from ..models import Campaign, NotSigning, Pledge
from ..permissions.campaigns import check_can_decline, check_can_excuse


def _locked(campaign: Campaign, posting_ids: Collection[int], now: datetime) -> list[Posting]:
    """Postings that the campaign asks; whoever signs at this moment waits, or is waited for."""
    asked = Scope(campaign, timezone.localdate(now)).postings().filter(pk__in=posting_ids)
    keys = set(asked.values_list("pk", flat=True))
    if keys != set(posting_ids):
        raise Refused(_("This campaign does not ask everybody who was chosen."))
    several = Posting.objects.select_related("person", "agency").filter(pk__in=keys).order_by("pk")
    return list(several.select_for_update(no_key=True, of=("self",)))


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not reason:
        raise ValidationError({"reason": _("Say why.")})
    return reason


@transaction.atomic
def excuse_postings(
    *, campaign: Campaign, posting_ids: Collection[int], reason: str, by: User, now: datetime
) -> list[NotSigning]:
    """Excuse people (leave, treatment, study …) from signing; returns the excuses that this call made.

    Who has signed, is excused or has declined already is left as it is. Raises Refused for oneself, for
    people of others, or whom the campaign does not ask; ValidationError without a reason.
    """
    said = _reason(reason)
    postings = _locked(campaign, posting_ids, now)
    check_can_excuse(by, campaign, postings, timezone.localdate(now))
    among = {"campaign": campaign, "posting__in": postings}
    done = set(Pledge.objects.filter(**among).values_list("posting_id", flat=True)) | set(
        NotSigning.objects.filter(**among, withdrawn_at=None).values_list("posting_id", flat=True)
    )
    found = []
    for posting in postings:
        if posting.pk not in done:
            excuse = NotSigning.objects.create(
                campaign=campaign, posting=posting, kind=NotSigning.Kind.EXCUSED, reason=said,
                stated_by=by, stated_at=now,
            )  # fmt: skip
            _record("commitments.excuse_posting", excuse, posting, by, now)
            found.append(excuse)
    push(messages=[_told(excuse, excuse.posting.person_id) for excuse in found], now=now)
    return found


@transaction.atomic
def withdraw_excuse(*, excuse: NotSigning, by: User, now: datetime) -> bool:
    """Ask somebody again who was excused and is back; returns whether this call did it.

    Raises Refused without the right, or for what the person said himself or herself.
    """
    posting = Posting.objects.select_related("agency").get(pk=excuse.posting_id)
    check_can_excuse(by, excuse.campaign, [posting], timezone.localdate(now))
    if excuse.kind != NotSigning.Kind.EXCUSED:
        raise Refused(_("Who declined takes it back by signing."))
    open_one = NotSigning.objects.filter(pk=excuse.pk, withdrawn_at=None)
    if not open_one.update(withdrawn_by=by, withdrawn_at=now):
        return False
    excuse.withdrawn_by, excuse.withdrawn_at = by, now
    _record("commitments.withdraw_excuse", excuse, posting, by, now)
    push(messages=[_told(excuse, posting.person_id)], now=now)
    return True


@transaction.atomic
def decline_pledge(
    *, campaign: Campaign, posting: Posting, reason: str, by: User, now: datetime
) -> tuple[NotSigning, bool]:
    """Say why one does not sign; signing stays possible. Returns the row and whether this call made it.

    Raises Refused for another's posting, one that is not asked, or when it is signed or excused already;
    ValidationError without a reason.
    """
    said = _reason(reason)
    check_can_decline(by, campaign, posting, timezone.localdate(now))
    asked = _locked(campaign, [posting.pk], now)[0]
    if Pledge.objects.filter(campaign=campaign, posting=asked).exists():
        raise Refused(_("This pledge has been signed; nothing is left to decline."))
    known = NotSigning.objects.filter(campaign=campaign, posting=asked, withdrawn_at=None).first()
    if known is not None and known.kind == NotSigning.Kind.EXCUSED:
        raise Refused(_("The office has excused you from signing; nothing is left to decline."))
    if known is not None:
        return known, False
    row = NotSigning.objects.create(
        campaign=campaign, posting=asked, kind=NotSigning.Kind.DECLINED, reason=said, stated_by=by,
        stated_at=now,
    )  # fmt: skip
    _record("commitments.decline_pledge", row, asked, by, now)
    return row, True


def _record(act: str, row: NotSigning, posting: Posting, by: User, now: datetime) -> None:
    data = {"campaign": row.campaign_id, "posting": posting.pk}
    record(act=act, by=by, obj=row, agency=posting.agency, now=now, data=data)


def _told(excuse: NotSigning, person_id: int) -> Message:
    campaign = excuse.campaign
    model, year = campaign.adoption.version.model.name, campaign.year
    with override(settings.LANGUAGE_CODE):
        if excuse.withdrawn_at is None:
            title = _("Excused from signing “%(model)s” %(year)s")
            text = _("Reason: %(reason)s. Nothing needs to be signed for the time being.")
        else:
            title = _("Asked again to sign “%(model)s” %(year)s")
            text = _("The excuse no longer holds. The pledge is signed by %(day)s.")
        facts = {"model": model, "year": year, "reason": excuse.reason.rstrip("."),
                 "day": f"{campaign.due_on:%d/%m/%Y}"}  # fmt: skip
        return Message(
            recipient_id=person_id,
            key=f"commitments.{'excused' if excuse.withdrawn_at is None else 'asked_again'}:{excuse.pk}",
            title=title % facts,
            text=text % facts,
            url=reverse("commitments:campaign", args=(campaign.pk,)),
        )
