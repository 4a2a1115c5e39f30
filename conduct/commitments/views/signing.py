"""Pages of a pledge: reading and signing the text, the signed text with its hash."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from conduct.agencies.models import Posting
from conduct.agencies.permissions import signed_in
from conduct.kernel.pages import render_page

from ..forms.signing import SignForm
from ..models import Campaign, Pledge
from ..permissions.signing import check_can_sign
from ..rules.pledges import blocks_of, in_fours, sha256_of
from ..services.signing import TextChanged, sign_pledge, text_for


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, campaign_id: int, posting_id: int) -> HttpResponse:
    """Read the exact text and sign it with the password."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    visible = Campaign.objects.visible_to(user, today).select_related(
        "agency", "adoption__version__model", "adoption__agency"
    )
    found = get_object_or_404(visible, pk=campaign_id)
    own = Posting.objects.filter(person=user).select_related("agency", "person")
    posting = get_object_or_404(own, pk=posting_id)
    known = Pledge.objects.filter(campaign=found, posting=posting).first()
    if known is not None:
        return redirect("commitments:pledge", known.pk)
    check_can_sign(user, found, posting, today)
    text, status, changed = text_for(found, posting), 200, False
    form = SignForm(initial={"sha256": sha256_of(text)})
    if request.method == "POST":
        form, status = SignForm(request.POST), 422
        if form.is_valid():
            try:
                pledge, _created = sign_pledge(
                    campaign=found, posting=posting, password=form.cleaned_data["password"],
                    sha256=form.cleaned_data["sha256"], by=user, now=now,
                )  # fmt: skip
                return redirect("commitments:pledge", pledge.pk)
            except ValidationError as error:
                form.add_error(None, error)
                status = 429 if _is(error, "too_many") else 422
            except TextChanged as new:
                text, status, changed = new.text, 409, True
                form = SignForm(initial={"sha256": sha256_of(text)})
    context = {"campaign": found, "posting": posting, "form": form, "blocks": blocks_of(text),
               "changed": changed, "today": today}  # fmt: skip
    return render_page(request, "commitments/sign.html", context, status=status)


def _is(error: ValidationError, code: str) -> bool:
    return any(part.code == code for parts in error.error_dict.values() for part in parts)


@require_safe
def pledge(request: HttpRequest, pledge_id: int) -> HttpResponse:
    """The frozen text with its hash: for the person who signed it, and those who lead or administer."""
    user = signed_in(request)
    visible = Pledge.objects.visible_to(user, timezone.localdate()).select_related(
        "campaign__agency", "campaign__adoption__version__model", "posting__person", "posting__agency"
    )
    found = get_object_or_404(visible, pk=pledge_id)
    context = {
        "pledge": found,
        "blocks": blocks_of(found.text),
        "digest": in_fours(found.sha256),
        "is_own": found.posting.person_id == user.pk,
        "is_intact": sha256_of(found.text) == found.sha256,
    }
    return render_page(request, "commitments/pledge.html", context)
