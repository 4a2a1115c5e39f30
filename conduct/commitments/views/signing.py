"""Pages of a pledge: reading and signing it, recording it for another, the signed text with its hash."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict, cast

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_stubs_ext import WithAnnotations

from conduct.agencies.branches import ground_of
from conduct.agencies.models import Posting, User
from conduct.agencies.permissions import Refused, signed_in
from conduct.kernel.codes import code_in_fours
from conduct.kernel.pages import render_page
from conduct.kernel.passkeys import ask_passkey, passkeys_of

from ..forms.signing import OnBehalfForm, PasskeyForm, ReadForm, SignForm
from ..models import Campaign, Pledge
from ..permissions.paper import may_read_scan
from ..permissions.signing import check_can_sign, check_can_sign_on_behalf
from ..rules.pledges import blocks_of, in_fours, sha256_of
from ..services.earlier import adoption_signed, change_for, change_since
from ..services.signing import (
    Challenge,
    TextChanged,
    recorder_of,
    refuse_signature,
    sign_pledge,
    sign_with_passkey,
    text_for,
)
from ..services.signing import sign_on_behalf as record_on_behalf

_CHALLENGE = "commitments.challenge"


@sensitive_post_parameters("password", "credential")
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, campaign_id: int, posting_id: int) -> HttpResponse:
    """Read the exact text and sign it with a passkey or the password."""
    user, now = signed_in(request), timezone.now()
    asked = _asked(user, campaign_id, posting_id, now)
    campaign, posting = asked.campaign, asked.posting
    if posting.pledge_id is not None and posting.person_id == user.pk:
        return redirect("commitments:pledge", posting.pledge_id)
    _check_is_own(request, asked, user, now)
    text, status, changed = text_for(campaign, posting), 200, False
    with_key: PasskeyForm | None = None
    form = SignForm(initial={"sha256": sha256_of(text)})
    if request.method == "POST":
        form, with_key = _sent(request)
        try:
            pledge = _signed(request, with_key or form, campaign, posting, now)
            if pledge is not None:
                return redirect("commitments:pledge", pledge.pk)
            status = 422
        except ValidationError as error:
            (with_key or form).add_error(None, error)
            status = 429 if _is(error, "too_many") else 422
        except TextChanged as new:
            text, status, changed = new.text, 409, True
        if with_key is not None or changed:
            form = SignForm(initial={"sha256": sha256_of(text)})
    context = {
        "campaign": campaign, "posting": posting, "form": form, "blocks": blocks_of(text), "changed": changed,
        "failed": with_key, "has_passkey": posting.has_key, "change": change_for(campaign, user.pk),
    }  # fmt: skip
    return render_page(request, "commitments/sign.html", context, status=status)


class Known(TypedDict):
    """What is known of a posting in a campaign: its pledge, and whether the person has a passkey."""

    pledge_id: int | None
    has_key: bool


type KnownPosting = WithAnnotations[Posting, Known]


@dataclass(frozen=True, slots=True)
class Asked:
    """A campaign and a posting; ``above``: the posting's agency and those above it, of an own posting."""

    campaign: Campaign
    posting: KnownPosting
    above: Collection[int] | None


def _asked(user: User, campaign_id: int, posting_id: int, now: datetime) -> Asked:
    """A campaign that the person may see and a posting, the own or one of an agency in sight; else 404."""
    ground = ground_of(user.pk, timezone.localdate(now))
    campaigns = Campaign.objects.filter(agency_id__in=ground.bound).select_related(
        "agency", "adoption__version__model", "adoption__agency", "adoption__replaces"
    )
    campaign = get_object_or_404(campaigns, pk=campaign_id)
    pledges = Pledge.objects.filter(campaign=campaign, posting=OuterRef("pk"))
    postings = Posting.objects.select_related("agency", "person").annotate(
        pledge_id=Subquery(pledges.values("pk")[:1]), has_key=Exists(passkeys_of(OuterRef("person")))
    )
    posting = cast("KnownPosting", get_object_or_404(postings, pk=posting_id))
    if posting.person_id != user.pk and posting.agency_id not in ground.seen:
        raise Http404
    return Asked(campaign, posting, ground.lines.get(posting.pk))


def _check_is_own(request: HttpRequest, asked: Asked, user: User, now: datetime) -> None:
    """Refused for another's posting, with an audit row when the person tried to sign there."""
    try:
        check_can_sign(user, asked.campaign, asked.posting, timezone.localdate(now), asked.above)
    except Refused:
        if request.method == "POST" and asked.posting.person_id != user.pk:
            refuse_signature(
                campaign=asked.campaign, posting=asked.posting, problem="not_own", by=user, now=now
            )
        raise


def _sent(request: HttpRequest) -> tuple[SignForm, PasskeyForm | None]:
    if "credential" in request.POST:
        return SignForm(), PasskeyForm(request.POST)
    return SignForm(request.POST), None


def _signed(
    request: HttpRequest, form: ReadForm, campaign: Campaign, posting: Posting, now: datetime
) -> Pledge | None:
    """The pledge, or None when the form cannot be read. The challenge is used up whatever comes of it."""
    user, challenge = signed_in(request), _taken(request)
    if not form.is_valid():
        return None
    sent = form.cleaned_data
    if isinstance(form, PasskeyForm):
        pledge, _created = sign_with_passkey(
            campaign=campaign, posting=posting, challenge=challenge, credential=sent["credential"],
            sha256=sent["sha256"], by=user, now=now,
        )  # fmt: skip
    else:
        pledge, _created = sign_pledge(
            campaign=campaign, posting=posting, password=sent["password"], sha256=sent["sha256"], by=user,
            now=now,
        )  # fmt: skip
    return pledge


def _taken(request: HttpRequest) -> Challenge | None:
    """The challenge of this session, which is forgotten with this."""
    kept: dict[str, Any] | None = request.session.pop(_CHALLENGE, None)
    if kept is None:
        return None
    return Challenge(
        kept["state"], kept["campaign"], kept["posting"], kept["sha256"], datetime.fromisoformat(kept["at"])
    )


def _is(error: ValidationError, code: str) -> bool:
    return any(part.code == code for parts in error.error_dict.values() for part in parts)


@require_POST
def ask_key(request: HttpRequest, campaign_id: int, posting_id: int) -> HttpResponse:
    """A challenge for a passkey, for the text that was read alone; 409 when the text has changed."""
    user, now = signed_in(request), timezone.now()
    asked = _asked(user, campaign_id, posting_id, now)
    campaign, posting = asked.campaign, asked.posting
    check_can_sign(user, campaign, posting, timezone.localdate(now), asked.above)
    form = ReadForm(request.POST)
    if not form.is_valid() or not posting.has_key:
        return JsonResponse({}, status=422)
    sha256 = form.cleaned_data["sha256"]
    if sha256_of(text_for(campaign, posting)) != sha256:
        return JsonResponse({}, status=409)
    options, state = ask_passkey(user)
    request.session[_CHALLENGE] = {
        "state": state, "campaign": campaign.pk, "posting": posting.pk, "sha256": sha256,
        "at": now.isoformat(),
    }  # fmt: skip
    return JsonResponse(options)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_on_behalf(request: HttpRequest, campaign_id: int, posting_id: int) -> HttpResponse:
    """Record the pledge of somebody who agreed but cannot sign."""
    user, now = signed_in(request), timezone.now()
    asked = _asked(user, campaign_id, posting_id, now)
    campaign, posting = asked.campaign, asked.posting
    check_can_sign_on_behalf(user, campaign, posting, timezone.localdate(now))
    if posting.pledge_id is not None:
        return redirect("commitments:pledge", posting.pledge_id)
    text = text_for(campaign, posting, recorded_by=recorder_of(user, now))
    status, changed, form = 200, False, OnBehalfForm(initial={"sha256": sha256_of(text)})
    if request.method == "POST":
        form, status = OnBehalfForm(request.POST), 422
        if form.is_valid():
            sent = form.cleaned_data
            try:
                pledge, _created = record_on_behalf(
                    campaign=campaign, posting=posting, note=sent["note"], password=sent["password"],
                    sha256=sent["sha256"], by=user, now=now,
                )  # fmt: skip
                return redirect("commitments:pledge", pledge.pk)
            except ValidationError as error:
                form.add_error(None, error)
                status = 429 if _is(error, "too_many") else 422
            except TextChanged as new:
                text, status, changed = new.text, 409, True
                form = OnBehalfForm(initial={"sha256": sha256_of(text), "note": sent["note"]})
    context = {"campaign": campaign, "posting": posting, "form": form, "blocks": blocks_of(text),
               "changed": changed}  # fmt: skip
    return render_page(request, "commitments/sign_on_behalf.html", context, status=status)


@require_safe
def pledge(request: HttpRequest, pledge_id: int) -> HttpResponse:
    """The frozen text with its hash: for the person who signed it, and those who lead or administer."""
    user, today = signed_in(request), timezone.localdate()
    visible = Pledge.objects.visible_to(user, today).select_related(
        "campaign__agency", "campaign__adoption__version__model",
        "campaign__adoption__replaces__version__model", "posting__person", "posting__agency", "sheet",
        "entered_by",
    )  # fmt: skip
    found = get_object_or_404(visible, pk=pledge_id)
    context = {
        "pledge": found,
        "blocks": blocks_of(found.text),
        "digest": in_fours(found.sha256),
        "code": code_in_fours(found.code),
        "signed_under": adoption_signed(found),
        "is_own": found.posting.person_id == user.pk,
        "is_intact": sha256_of(found.text) == found.sha256,
        "change": change_since(found),
        "may_read_scan": found.sheet is not None and may_read_scan(user, found.sheet, today),
    }
    return render_page(request, "commitments/pledge.html", context)
