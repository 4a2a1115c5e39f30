"""Signing a pledge: with the password, with a passkey, or recorded on behalf of somebody who agreed."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from conduct.agencies.models import Posting, User
from conduct.agencies.tree import desk_of
from conduct.audit.services import record
from conduct.kernel.passkeys import NotAnswered, check_answer
from conduct.notices.services import Message, push
from models_catalog.models import Adoption, Item

from ..models import Campaign, Pledge
from ..permissions.signing import check_can_sign, check_can_sign_on_behalf
from ..rules.pledges import PledgeFacts, PledgeGroup, pledge_text, sha256_of

# So many wrong passwords in so many minutes, then signing rests. Counted in the cache (not without it).
ATTEMPTS = 5
ATTEMPT_MINUTES = 15
# How long a passkey may take to answer.
CHALLENGE_MINUTES = 5


class TextChanged(Exception):
    """The text is no longer the one that was read; ``text`` is the one to read now."""

    def __init__(self, text: str) -> None:
        super().__init__("the text of the pledge has changed")
        self.text = text


@dataclass(frozen=True, slots=True)
class Wording:
    """What an office keeps: the groups of the model, and those that it added itself."""

    groups: tuple[PledgeGroup, ...]
    local_groups: tuple[PledgeGroup, ...]


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a passkey was asked: for one text of one posting, for a few minutes."""

    state: dict[str, Any]
    campaign_id: int
    posting_id: int
    sha256: str
    issued_at: datetime


def wording_of(adoption: Adoption) -> Wording:
    """Every sentence that is kept under an adoption; one query."""
    groups: dict[int, tuple[int, str, list[str]]] = {}
    local: set[int] = set()
    for item in Item.objects.kept_under(adoption):
        group = item.group
        groups.setdefault(group.pk, (group.number, group.keyword, []))[2].append(item.text)
        if group.adoption_id is not None:
            local.add(group.pk)
    said = {pk: PledgeGroup(number, word, tuple(items)) for pk, (number, word, items) in groups.items()}
    return Wording(
        tuple(group for pk, group in said.items() if pk not in local),
        tuple(group for pk, group in said.items() if pk in local),
    )


def text_for(
    campaign: Campaign, posting: Posting, *, wording: Wording | None = None, recorded_by: str = ""
) -> str:
    """The text this person would sign now; one query beside what the arguments hold, none with a wording."""
    return pledge_text(
        replace(
            facts_for(campaign, wording or wording_of(campaign.adoption)),
            unit=posting.agency.name,
            person=posting.person.full_name,
            title=posting.title,
            recorded_by=recorded_by,
        )
    )


def facts_for(campaign: Campaign, wording: Wording) -> PledgeFacts:
    """What the pledges of a campaign have in common; nobody is named."""
    version = campaign.adoption.version
    return PledgeFacts(
        office=campaign.agency.name,
        unit="",
        model=version.model.name,
        owner=version.model.owner,
        version=version.number,
        year=campaign.year,
        person="",
        title="",
        groups=wording.groups,
        local_groups=wording.local_groups,
    )


def recorder_of(user: User, now: datetime) -> str:
    """How a text names the person who records a pledge for somebody: name and title. One query."""
    title = desk_of(user.pk, timezone.localdate(now)).title
    return f"{user.full_name}, {title}" if title else user.full_name


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
    return _keep(campaign, posting, sha256, Pledge.Method.PASSWORD, by, now)


def sign_with_passkey(
    *,
    campaign: Campaign,
    posting: Posting,
    challenge: Challenge | None,
    credential: Any,
    sha256: str,
    by: User,
    now: datetime,
) -> tuple[Pledge, bool]:
    """Like sign_pledge; the person answers the challenge that was issued for this text with a passkey.

    Raises ValidationError, with an audit row unless it only came late, when the answer is of no passkey of
    this person, or the challenge of another text, another posting or used up.
    """
    check_can_sign(by, campaign, posting, timezone.localdate(now))
    known = Pledge.objects.filter(campaign=campaign, posting=posting).first()
    if known is not None:
        return known, False
    if problem := _passkey_problem(campaign, posting, challenge, credential, sha256, by, now):
        if problem != "expired":
            refuse_signature(campaign=campaign, posting=posting, problem=f"passkey_{problem}", by=by, now=now)
        raise _no_answer(problem)
    return _keep(campaign, posting, sha256, Pledge.Method.PASSKEY, by, now)


def _passkey_problem(
    campaign: Campaign,
    posting: Posting,
    challenge: Challenge | None,
    credential: Any,
    sha256: str,
    by: User,
    now: datetime,
) -> str:
    """Why an answer does not count; empty when it does."""
    if challenge is None:
        return "no_challenge"
    if not challenge.issued_at <= now <= challenge.issued_at + timedelta(minutes=CHALLENGE_MINUTES):
        return "expired"
    asked = (challenge.campaign_id, challenge.posting_id, challenge.sha256)
    if asked != (campaign.pk, posting.pk, sha256):
        return "other_text"
    try:
        check_answer(by, challenge.state, credential)
    except NotAnswered:
        return "not_answered"
    return ""


def _no_answer(problem: str) -> ValidationError:
    said = {
        "no_challenge": _("This answer of the passkey was used before or never asked for. Sign once more."),
        "expired": _("The passkey took longer than %(minutes)s minutes. Sign once more.")
        % {"minutes": CHALLENGE_MINUTES},
        "other_text": _("The passkey answered for another text. Read this one and sign once more."),
        "not_answered": _("The passkey was not recognised. Nothing has been signed."),
    }
    return ValidationError({"credential": ValidationError(said[problem], code=problem)})


def sign_on_behalf(
    *, campaign: Campaign, posting: Posting, note: str, password: str, sha256: str, by: User, now: datetime
) -> tuple[Pledge, bool]:
    """Record the pledge of somebody who agreed but cannot sign; the person is told.

    The note says why and how the person agreed. Raises Refused without the right, for oneself, or when the
    person declined; ValidationError for a wrong password of the one who acts; TextChanged like sign_pledge.
    """
    check_can_sign_on_behalf(by, campaign, posting, timezone.localdate(now))
    known = Pledge.objects.filter(campaign=campaign, posting=posting).first()
    if known is not None:
        return known, False
    confirm_password(user=by, password=password)
    return _keep(campaign, posting, sha256, Pledge.Method.ON_BEHALF, by, now, note)


def _keep(
    campaign: Campaign,
    posting: Posting,
    sha256: str,
    method: Pledge.Method,
    by: User,
    now: datetime,
    note: str = "",
) -> tuple[Pledge, bool]:
    on_behalf = method == Pledge.Method.ON_BEHALF
    with transaction.atomic():
        # One signature at a time: a second click waits here and then finds the first.
        Posting.objects.select_for_update(no_key=True).get(pk=posting.pk)
        known = Pledge.objects.filter(campaign=campaign, posting=posting).first()
        if known is not None:
            return known, False
        fresh = Posting.objects.select_related("person", "agency").get(pk=posting.pk)
        text = text_for(campaign, fresh, recorded_by=recorder_of(by, now) if on_behalf else "")
        if sha256_of(text) != sha256:
            raise TextChanged(text)
        pledge = Pledge.objects.create(
            campaign=campaign, posting=fresh, text=text, sha256=sha256, method=method, signed_at=now,
            entered_by=by if on_behalf else None, note=note,
        )  # fmt: skip
        record(
            act="commitments.sign_pledge", by=by, obj=pledge, agency=fresh.agency, now=now,
            data={"campaign": campaign.pk, "posting": fresh.pk, "sha256": sha256, "method": pledge.method},
        )  # fmt: skip
        if on_behalf:
            push(messages=[_told(pledge, by)], now=now)
    return pledge, True


def _told(pledge: Pledge, by: User) -> Message:
    facts = {
        "name": by.full_name,
        "model": pledge.campaign.adoption.version.model.name,
        "year": pledge.campaign.year,
        "note": pledge.note,
    }
    with override(settings.LANGUAGE_CODE):
        return Message(
            recipient_id=pledge.posting.person_id,
            key=f"commitments.on_behalf:{pledge.pk}",
            title=_("%(name)s recorded my pledge on my behalf") % facts,
            text=_(
                "“%(model)s” for %(year)s. Note: %(note)s. "
                "Whoever did not agree to this tells the head or the administrator of the office."
            )
            % facts,
            url=reverse("commitments:pledge", args=(pledge.pk,)),
        )


@transaction.atomic
def refuse_signature(*, campaign: Campaign, posting: Posting, problem: str, by: User, now: datetime) -> None:
    """Note an attempt to sign that cannot be honest: for somebody else, or with a forged answer."""
    record(
        act="commitments.refuse_signature", by=by, obj=posting, agency=posting.agency, now=now,
        data={"campaign": campaign.pk, "posting": posting.pk, "problem": problem},
    )  # fmt: skip


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
