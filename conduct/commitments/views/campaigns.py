"""Pages of campaigns and pledges: what I must sign, who has signed, reading and signing, the signed text."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from conduct.agencies.branches import Ground, ground_of
from conduct.agencies.models import Posting, Role
from conduct.agencies.permissions import Refused, granted_ids, signed_in
from conduct.kernel.pages import render_page
from models_catalog.models import ModelVersion

from ..coverage import Scope, coverage_of
from ..forms.campaigns import CampaignForm, CampaignsForm, PeopleForm
from ..models import NAMING, Campaign, Pledge
from ..permissions.campaigns import OPENING, adoptions_to_open, naming_ids
from ..services.campaigns import open_campaign as open_a_campaign

CAMPAIGNS_A_PAGE = 20
PEOPLE_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """A campaign that waits for the signature of one of the reader's postings."""

    campaign: Campaign
    posting: Posting


def _waiting(ground: Ground, today: date, signed: set[tuple[int, int]]) -> list[Asked]:
    """What asks the reader's postings today and is not signed, the earliest date first."""
    current = Campaign.objects.select_related("agency", "adoption__version__model").filter(
        Q(adoption__valid_to__isnull=True) | Q(adoption__valid_to__gte=today),
        agency_id__in=frozenset().union(*ground.lines.values()),
        opens_on__lte=today,
        year__gte=today.year,
        adoption__version__state=ModelVersion.State.PUBLISHED,
    )
    pairs = [
        (one, posting_id)
        for one in current.order_by("due_on", "pk")
        for posting_id, line in sorted(ground.lines.items())
        if one.agency_id in line and (one.pk, posting_id) not in signed
    ]
    postings = Posting.objects.in_bulk({posting_id for _, posting_id in pairs}) if pairs else {}
    return [Asked(one, postings[posting_id]) for one, posting_id in pairs]


@require_safe
def campaigns(request: HttpRequest) -> HttpResponse:
    """What I must sign and what I signed; for those who lead or administer, how far their offices are."""
    user, today = signed_in(request), timezone.localdate()
    ground = ground_of(user.pk, today)
    pledges = Pledge.objects.filter(posting__person=user).select_related(
        "campaign__agency", "campaign__adoption__version__model"
    )
    mine = list(pledges.order_by("-signed_at"))
    to_sign = _waiting(ground, today, {(pledge.campaign_id, pledge.posting_id) for pledge in mine})
    leads = not ground.roles.isdisjoint(NAMING)
    context = {
        "today": today,
        "to_sign": to_sign,
        "pledges": mine,
        "leads": leads,
        "may_open": not ground.roles.isdisjoint(OPENING),
    }
    if leads:
        context |= _led(request, Campaign.objects.filter(agency_id__in=ground.bound), today)
    return render_page(request, "commitments/campaigns.html", context, partials=("led",))


def _led(request: HttpRequest, visible: QuerySet[Campaign], today: date) -> dict[str, object]:
    years = dict(visible.values_list("year").annotate(n_opened=Count("pk")).order_by("-year"))
    form = CampaignsForm(request.GET, years=list(years))
    found = visible.select_related("agency", "adoption__version__model")
    if form.is_valid():
        for word in form.words():
            found = found.filter(agency__search__contains=word)
        if form.cleaned_data["year"]:
            found = found.filter(year=form.cleaned_data["year"])
    paginator = Paginator(found.order_by("-year", "due_on", "agency__search", "pk"), CAMPAIGNS_A_PAGE)
    if not form.is_valid() or not any(form.cleaned_data.values()):
        paginator.count = sum(years.values())
    page = paginator.get_page(request.GET.get("page"))
    coverage = coverage_of(page.object_list, today)
    rows = [(one, coverage[one.pk]) for one in page.object_list]
    return {"form": form, "page": page, "rows": rows, "has_campaigns": bool(years)}


@require_http_methods(["GET", "HEAD", "POST"])
def open_campaign(request: HttpRequest) -> HttpResponse:
    """Ask the people of an office to sign a model for a year."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    if not granted_ids(user, today, Role.HEAD, Role.OFFICE_ADMIN):
        raise Refused(_("Only the head or the office administrator of an office can open a campaign."))
    adoptions = adoptions_to_open(user, today)
    form = CampaignForm(
        request.POST if request.method == "POST" else None,
        adoptions=adoptions,
        today=today,
        initial={"year": today.year, "opens_on": today},
    )
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            opened, created = open_a_campaign(
                adoption=form.chosen(),
                year=asked["year"],
                opens_on=asked["opens_on"],
                due_on=asked["due_on"],
                by=user,
                now=now,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            if created:
                messages.success(
                    request, _("The campaign is open. Everybody concerned finds it under Pledges.")
                )
            return redirect("commitments:campaign", opened.pk)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "has_adoptions": adoptions.exists()}
    return render_page(request, "commitments/open_campaign.html", context, status=status)


@require_safe
def campaign(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """How far a campaign is: by name for those who lead or administer, in numbers for others."""
    user, today = signed_in(request), timezone.localdate()
    visible = Campaign.objects.visible_to(user, today).select_related("agency", "adoption__version__model")
    found = get_object_or_404(visible, pk=campaign_id)
    scope = Scope(found, today)
    parts = scope.parts()
    context = {
        "campaign": found,
        "today": today,
        "parts": parts if len(parts) > 1 else [],
        "total": scope.total(),
        "mine": scope.postings().filter(person=user).select_related("agency").order_by("pk"),
    }
    if named := naming_ids(user, today):
        context |= _people(request, scope, named)
    return render_page(request, "commitments/campaign.html", context, partials=("coverage", "people"))


def _people(request: HttpRequest, scope: Scope, named: set[int]) -> dict[str, object]:
    """By name, of the agencies in the reader's charge."""
    form, total = PeopleForm(request.GET), scope.total(named)
    people = scope.postings(named)
    filtered = form.is_valid() and any(form.cleaned_data.values())
    if filtered:
        for word in form.words():
            people = people.filter(person__search__contains=word)
        if state := form.cleaned_data["state"]:
            people = people.filter(has_signed=state == "signed")
    ordered = people.select_related("person", "agency").order_by("person__name_order", "person_id", "pk")
    paginator = Paginator(ordered, PEOPLE_A_PAGE)
    if not filtered:
        paginator.count = total.in_scope
    return {"form": form, "page": paginator.get_page(request.GET.get("page")), "named": total}
