"""Pages on why somebody does not sign: excusing people, asking them again, declining."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from conduct.agencies.models import Posting
from conduct.agencies.permissions import signed_in
from conduct.kernel.pages import render_page

from ..coverage import Scope
from ..forms.excuses import ExcuseForm, ReasonForm
from ..models import Campaign, NotSigning, Pledge
from ..permissions.campaigns import check_can_decline, check_can_name_people, check_is_running, naming_ids
from ..services.excuses import decline_pledge, excuse_postings
from ..services.excuses import withdraw_excuse as withdraw

LONGEST_KEY = 18
AT_ONCE = 200


def _chosen(values: list[str]) -> list[int]:
    """The keys of postings in an address; whatever is none is left out."""
    return [int(value) for value in values[:AT_ONCE] if value.isdecimal() and len(value) <= LONGEST_KEY]


@require_http_methods(["GET", "HEAD", "POST"])
def excuse(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Excuse the people ticked in the list, all for one reason."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    visible = Campaign.objects.visible_to(user, today).select_related("agency", "adoption__version__model")
    found = get_object_or_404(visible, pk=campaign_id)
    scope = Scope(found, today)
    named = check_can_name_people(user, scope.agencies, today)
    check_is_running(found, today)
    is_post = request.method == "POST"
    keys = _chosen((request.POST if is_post else request.GET).getlist("posting"))
    asked = scope.postings(named).filter(pk__in=keys).select_related("person", "agency")
    if not is_post:
        asked = asked.filter(has_signed=False, is_excused=False, has_declined=False).exclude(person=user)
    people = list(asked.order_by("person__name_order", "person_id", "pk"))
    form = ExcuseForm(
        request.POST if is_post else None, people=people, initial={"posting": [one.pk for one in people]}
    )
    if is_post and form.is_valid():
        try:
            made = excuse_postings(
                campaign=found,
                posting_ids=form.cleaned_data["posting"],
                reason=form.cleaned_data["reason"],
                by=user,
                now=now,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            said = ngettext("%(n)s person is excused.", "%(n)s people are excused.", len(made))
            messages.success(request, said % {"n": len(made)})
            return redirect(f"{reverse('commitments:campaign', args=(found.pk,))}?state=excused")
    context = {"campaign": found, "form": form, "people": people}
    return render_page(request, "commitments/excuse.html", context, status=422 if is_post else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_excuse(request: HttpRequest, excuse_id: int) -> HttpResponse:
    """Read why somebody is excused, and ask that person again."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    known = NotSigning.objects.select_related(
        "campaign__agency",
        "campaign__adoption__version__model",
        "posting__person",
        "posting__agency",
        "stated_by",
    )
    in_charge = known.filter(kind=NotSigning.Kind.EXCUSED, posting__agency_id__in=naming_ids(user, today))
    found = get_object_or_404(in_charge, pk=excuse_id)
    if request.method == "POST":
        if withdraw(excuse=found, by=user, now=now):
            said = _("%(person)s is asked to sign again.") % {"person": found.posting.person.full_name}
            messages.success(request, said)
        return redirect("commitments:campaign", found.campaign_id)
    return render_page(request, "commitments/withdraw_excuse.html", {"excuse": found})


@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: HttpRequest, campaign_id: int, posting_id: int) -> HttpResponse:
    """Say why one does not sign; the pledge can be signed later all the same."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    visible = Campaign.objects.visible_to(user, today).select_related("agency", "adoption__version__model")
    found = get_object_or_404(visible, pk=campaign_id)
    posting = get_object_or_404(Posting.objects.select_related("agency"), person=user, pk=posting_id)
    if pledge := Pledge.objects.filter(campaign=found, posting=posting).first():
        return redirect("commitments:pledge", pledge.pk)
    check_can_decline(user, found, posting, today)
    said = NotSigning.objects.filter(campaign=found, posting=posting, withdrawn_at__isnull=True)
    if request.method != "POST" and said.exists():
        return redirect("commitments:campaign", found.pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            _row, created = decline_pledge(
                campaign=found, posting=posting, reason=form.cleaned_data["reason"], by=user, now=now
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            if created:
                messages.success(request, _("The reason is recorded. The pledge can still be signed."))
            return redirect("commitments:campaign", found.pk)
    context = {"campaign": found, "posting": posting, "form": form}
    status = 422 if request.method == "POST" else 200
    return render_page(request, "commitments/decline.html", context, status=status)
