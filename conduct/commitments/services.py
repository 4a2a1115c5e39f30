"""Opening a campaign and signing a pledge."""

from datetime import date, datetime

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from conduct.agencies.models import Posting, User
from conduct.audit.services import record
from models_catalog.models import Adoption, Item

from .models import Campaign, Pledge
from .permissions import check_can_be_signed, check_can_open_campaign, check_can_sign
from .rules import DateProblem, PledgeFacts, PledgeGroup, date_problem, pledge_text, sha256_of

# So many wrong passwords in so many minutes, then signing rests. Counted in the cache (not without it).
ATTEMPTS = 5
ATTEMPT_MINUTES = 15


class TextChanged(Exception):
    """The text is no longer the one that was read; ``text`` is the one to read now."""

    def __init__(self, text: str) -> None:
        super().__init__("the text of the pledge has changed")
        self.text = text


@transaction.atomic
def open_campaign(
    *, adoption: Adoption, year: int, opens_on: date, due_on: date, by: User, now: datetime
) -> tuple[Campaign, bool]:
    """Ask everybody below the adopting agency to sign for a year; returns the campaign and whether it is new.

    Raises Refused without the right or for a version not in force, ValidationError for dates that cannot be,
    or when the year's campaign is already open with other dates.
    """
    today = timezone.localdate(now)
    check_can_open_campaign(by, adoption.agency, today)
    if problem := date_problem(year, opens_on, due_on, today):
        raise ValidationError(_date_error(problem))
    check_can_be_signed(adoption, opens_on)
    try:
        with transaction.atomic():
            campaign = Campaign.objects.create(
                agency=adoption.agency, adoption=adoption, year=year, opens_on=opens_on, due_on=due_on,
                opened_by=by, opened_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        if "adoption_is_signed_once_a_year" not in str(error):
            raise
        known = Campaign.objects.get(adoption=adoption, year=year)
        if (known.opens_on, known.due_on) == (opens_on, due_on):
            return known, False
        raise ValidationError(
            _("The campaign of %(year)s for this model is already open.") % {"year": year}, code="twice"
        ) from error
    record(
        act="commitments.open_campaign", by=by, obj=campaign, agency=adoption.agency, now=now,
        data={
            "adoption": adoption.pk, "year": year,
            "opens_on": opens_on.isoformat(), "due_on": due_on.isoformat(),
        },
    )  # fmt: skip
    return campaign, True


def _date_error(problem: DateProblem) -> dict[str, str]:
    return {
        DateProblem.YEAR: {"year": _("Choose this year or the next.")},
        DateProblem.OPENS_IN_THE_PAST: {"opens_on": _("Choose today or a later day.")},
        DateProblem.OPENS_OUTSIDE_THE_YEAR: {
            "opens_on": _("Signing begins in the year itself, at the earliest in December before it.")
        },
        DateProblem.DUE_BEFORE_IT_OPENS: {"due_on": _("The last day cannot be before the first.")},
        DateProblem.DUE_AFTER_THE_YEAR: {"due_on": _("The last day lies within the year.")},
    }[problem]


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
