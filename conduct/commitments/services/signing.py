"""Opening a campaign and signing a pledge."""

from datetime import datetime

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from conduct.agencies.models import Posting, User
from conduct.audit.services import record
from models_catalog.models import Item

from ..models import Campaign, Pledge
from ..permissions.signing import check_can_sign
from ..rules.pledges import PledgeFacts, PledgeGroup, pledge_text, sha256_of

# So many wrong passwords in so many minutes, then signing rests. Counted in the cache (not without it).
ATTEMPTS = 5
ATTEMPT_MINUTES = 15


class TextChanged(Exception):
    """The text is no longer the one that was read; ``text`` is the one to read now."""

    def __init__(self, text: str) -> None:
        super().__init__("the text of the pledge has changed")
        self.text = text


def text_for(campaign: Campaign, posting: Posting) -> str:
    """The text this person would sign now. Two queries beside what the arguments hold."""
    version = campaign.adoption.version
    groups: dict[int, tuple[int, str, list[str]]] = {}
    rows = Item.objects.filter(group__version=version).order_by("group__position", "position")
    for item in rows.select_related("group"):
        group = item.group
        groups.setdefault(group.pk, (group.number, group.keyword, []))[2].append(item.text)
    return pledge_text(
        PledgeFacts(
            office=campaign.agency.name,
            unit=posting.agency.name,
            model=version.model.name,
            owner=version.model.owner,
            version=version.number,
            year=campaign.year,
            person=posting.person.full_name,
            title=posting.title,
            groups=tuple(PledgeGroup(number, word, tuple(items)) for number, word, items in groups.values()),
        )
    )


def sign_pledge(
    *, campaign: Campaign, posting: Posting, password: str, sha256: str, by: User, now: datetime
) -> tuple[Pledge, bool]:
    """Sign the text whose hash the person read; returns the pledge and whether this call stored it.

    Raises Refused for another's posting or a campaign that cannot be signed now, ValidationError for a
    wrong password (or too many), TextChanged when the text is no longer the one that was read.
    A second call for the same posting gives the first pledge.
    """
    check_can_sign(by, campaign, posting, timezone.localdate(now))
    known = Pledge.objects.filter(campaign=campaign, posting=posting).first()
    if known is not None:
        return known, False
    confirm_password(user=by, password=password)
    with transaction.atomic():
        # One signature at a time: a second click waits here and then finds the first.
        Posting.objects.select_for_update(no_key=True).get(pk=posting.pk)
        known = Pledge.objects.filter(campaign=campaign, posting=posting).first()
        if known is not None:
            return known, False
        fresh = Posting.objects.select_related("person", "agency").get(pk=posting.pk)
        text = text_for(campaign, fresh)
        if sha256_of(text) != sha256:
            raise TextChanged(text)
        pledge = Pledge.objects.create(
            campaign=campaign, posting=fresh, text=text, sha256=sha256,
            method=Pledge.Method.PASSWORD, signed_at=now,
        )  # fmt: skip
        record(
            act="commitments.sign_pledge", by=by, obj=pledge, agency=fresh.agency, now=now,
            data={"campaign": campaign.pk, "posting": fresh.pk, "sha256": sha256, "method": pledge.method},
        )  # fmt: skip
    return pledge, True


def confirm_password(*, user: User, password: str) -> None:
    """Raise ValidationError unless this is the person's password; rests after too many wrong ones."""
    key = f"commitments:wrong-password:{user.pk}"
    if (cache.get(key) or 0) >= ATTEMPTS:
        raise _not_signed("too_many")
    if not user.has_usable_password():
        raise _not_signed("no_password")
    if user.check_password(password):
        cache.delete(key)
        return
    cache.add(key, 0, ATTEMPT_MINUTES * 60)
    try:
        cache.incr(key)
    except ValueError:  # it expired between the two calls
        cache.set(key, 1, ATTEMPT_MINUTES * 60)
    raise _not_signed("wrong")


def _not_signed(code: str) -> ValidationError:
    said = {
        "too_many": ngettext(
            "The password was wrong too often. Try again in %(minutes)s minute.",
            "The password was wrong too often. Try again in %(minutes)s minutes.",
            ATTEMPT_MINUTES,
        )
        % {"minutes": ATTEMPT_MINUTES},
        "no_password": _("This account has no password yet. Set one first, then sign."),
        "wrong": _("The password is not right. Nothing has been signed."),
    }
    return ValidationError({"password": ValidationError(said[code], code=code)})
