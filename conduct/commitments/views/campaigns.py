"""Pages of campaigns: what I must sign, opening campaigns, how far they are and who is missing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TypedDict, cast

from django.contrib import messages
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe
from django_stubs_ext import WithAnnotations

from conduct.agencies.branches import Ground, branch_led_by, ground_of
from conduct.agencies.models import Agency, Posting
from conduct.agencies.permissions import Refused, granted_ids, signed_in
from conduct.documents.xlsx import xlsx_response
from conduct.kernel.pages import render_page
from models_catalog.models import Adoption, ModelVersion
from models_catalog.rules.audience import speaks_to

from ..coverage import AskedPosting, Coverage, Scope, asked_by, coverage_of
from ..forms.campaigns import CampaignForm, CampaignsForm, PeopleForm, Targets
from ..models import NAMING, Campaign, NotSigning, Pledge
from ..permissions.campaigns import (
    OPENING,
    adoptions_to_open,
    check_can_name_people,
    check_is_running,
    naming_ids,
)
from ..permissions.signing import check_can_be_signed
from ..rules.dates import scope_day
from ..services.campaigns import Opened, open_campaigns
from .sheets import coverage_sheet, people_sheet

CAMPAIGNS_A_PAGE = 20
PEOPLE_A_PAGE = 50
OFFICES_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """A campaign that waits for the signature of one of the reader's postings."""

    campaign: Campaign
    posting: Posting


class _Said(TypedDict):
    not_signing: list[int]


type _OwnPosting = WithAnnotations[Posting, _Said]


def _waiting(ground: Ground, today: date, signed: set[tuple[int, int]]) -> list[Asked]:
    """What asks the reader's postings today: not signed, excused or declined; the earliest date first."""
    current = Campaign.objects.select_related("agency", "adoption__version__model").filter(
        Q(adoption__valid_to__isnull=True) | Q(adoption__valid_to__gte=today),
        adoption__valid_from__lte=today,
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
    standing = NotSigning.objects.filter(posting=OuterRef("pk"), withdrawn_at__isnull=True)
    known = cast(
        "QuerySet[_OwnPosting]",
        Posting.objects.annotate(not_signing=ArraySubquery(standing.values("campaign_id"))),
    )
    postings = known.in_bulk({posting_id for _, posting_id in pairs}) if pairs else {}
    return [
        Asked(one, posting)
        for one, posting_id in pairs
        if one.pk not in (posting := postings[posting_id]).not_signing and _speaks_to(one.adoption, posting)
    ]


def _speaks_to(adoption: Adoption, posting: Posting) -> bool:
    return speaks_to(
        adoption.audience,
        adoption.categories,
        serves_citizens=posting.serves_citizens,
        category=posting.category,
    )


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
    """Ask the people of an office, or of all offices below that keep a model, to sign it for a year."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    if not granted_ids(user, today, *OPENING):
        raise Refused(_("Only the head or the office administrator of an office can open a campaign."))
    targets = _targets(user.pk, today)
    form = CampaignForm(
        request.POST if request.method == "POST" else None,
        targets=targets,
        today=today,
        initial={"year": today.year, "opens_on": today},
    )
    context: dict[str, object] = {"form": form, "has_adoptions": bool(targets)}
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        asked, chosen = form.cleaned_data, form.chosen()
        if form.is_for_many and "confirmed" not in request.POST:
            context |= _preview(chosen, asked["year"], asked["opens_on"], today)
            return render_page(request, "commitments/open_campaign.html", context)
        try:
            opened = open_campaigns(
                adoptions=chosen,
                year=asked["year"],
                opens_on=asked["opens_on"],
                due_on=asked["due_on"],
                by=user,
                now=now,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _say_opened(request, opened)
    return render_page(request, "commitments/open_campaign.html", context, status=status)


def _targets(person_id: int, today: date) -> Targets:
    """What this person may open campaigns for."""
    branch = branch_led_by(person_id, OPENING, today, today)
    adoptions = list(adoptions_to_open(branch.below, today))
    above = {pk for of in adoptions for pk in branch.lineage(of.agency_id)[1:]} & branch.below
    names = dict(Agency.objects.filter(pk__in=above).values_list("pk", "name")) if above else {}
    return Targets(adoptions, branch, names)


def _preview(chosen: list[Adoption], year: int, opens_on: date, today: date) -> dict[str, object]:
    """Which offices would ask how many people, before anything is opened."""
    asked = asked_by(chosen, scope_day(year, opens_on, today))
    known = set(Campaign.objects.filter(adoption__in=chosen, year=year).values_list("adoption_id", flat=True))
    new = [(adoption, asked[adoption.pk]) for adoption in chosen if adoption.pk not in known]
    return {
        "preview": new[:OFFICES_SHOWN],
        "n_offices": len(new),
        "n_more": max(0, len(new) - OFFICES_SHOWN),
        "n_postings": sum(number for _, number in new),
        "known": [adoption for adoption in chosen if adoption.pk in known],
    }


def _say_opened(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Where to go after opening, with what became of each office."""
    every = (*opened.new, *opened.known)
    if len(opened.new) == 1:
        messages.success(request, _("The campaign is open. Everybody concerned finds it under Pledges."))
    elif opened.new:
        said = ngettext(
            "%(n)s campaign is open.", "%(n)s campaigns are open, one for each office.", len(opened.new)
        )
        messages.success(request, said % {"n": len(opened.new)})
    if opened.known:
        names = ", ".join(campaign.agency.name for campaign in opened.known)
        messages.info(request, _("Open before and left as it was: %(offices)s.") % {"offices": names})
    if len(every) == 1:
        return redirect("commitments:campaign", every[0].pk)
    return redirect("commitments:campaigns")


def _found(request: HttpRequest, campaign_id: int, today: date) -> tuple[Campaign, Ground]:
    """A campaign that the reader may see, and where the reader stands."""
    ground = ground_of(signed_in(request).pk, today)
    visible = Campaign.objects.filter(agency_id__in=ground.bound).select_related(
        "agency", "adoption__agency", "adoption__version__model"
    )
    return get_object_or_404(visible, pk=campaign_id), ground


@require_safe
def campaign(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """How far a campaign is: by name for those who lead or administer, in numbers for others."""
    user, today = signed_in(request), timezone.localdate()
    found, ground = _found(request, campaign_id, today)
    scope = Scope(found, today)
    context = _coverage(scope, ground, found.agency, today)
    if ground.lines:
        context["mine"] = scope.postings().filter(person=user).select_related("agency").order_by("pk")
    context |= _people(request, scope, ground, scope.agencies, today)
    return render_page(request, "commitments/campaign.html", context, partials=("coverage", "people"))


@require_safe
def campaign_office(request: HttpRequest, campaign_id: int, code: str) -> HttpResponse:
    """One office of a campaign from above: its departments and its own list."""
    today = timezone.localdate()
    found, ground = _found(request, campaign_id, today)
    scope = Scope(found, today)
    office = get_object_or_404(Agency, code=code, pk__in=scope.agencies & ground.seen)
    if office.pk == found.agency_id:
        return redirect("commitments:campaign", found.pk)
    within = scope.below(office.pk)
    context = _coverage(scope, ground, office, today) | {"total": scope.total(within)}
    context |= _people(request, scope, ground, within, today)
    return render_page(request, "commitments/campaign_office.html", context, partials=("coverage", "people"))


def _closed(campaign: Campaign, today: date) -> str:
    """Why nothing more is signed; empty while the campaign runs or is about to."""
    try:
        check_is_running(campaign, today)
        check_can_be_signed(campaign.adoption, max(today, campaign.opens_on))
    except Refused as refused:
        return str(refused)
    return ""


def _coverage(scope: Scope, ground: Ground, office: Agency, today: date) -> dict[str, object]:
    """The numbers of the campaign in an office; parts that the reader may open are linked."""
    parts = scope.parts(office.pk)
    closed = _closed(scope.campaign, today)
    return {
        "campaign": scope.campaign,
        "today": today,
        "closed": closed,
        "may_record": not closed
        and scope.campaign.opens_on <= today
        and not ground.roles.isdisjoint(OPENING),
        "office": office,
        "total": scope.total(),
        "parts": [(part, part.agency.is_office and part.agency.pk in ground.seen) for part in parts]
        if len(parts) > 1
        else [],
        "categories": [Posting.Category(one).label for one in scope.campaign.adoption.categories],
    }


def _people(
    request: HttpRequest, scope: Scope, ground: Ground, within: Collection[int], today: date
) -> dict[str, object]:
    """By name, of the agencies in the reader's charge; nothing for others."""
    if ground.roles.isdisjoint(NAMING):
        return {}
    named = naming_ids(signed_in(request), today).intersection(within)
    total = scope.total(named)
    form = PeopleForm(request.GET)
    paginator = Paginator(_filtered(scope, named, form), PEOPLE_A_PAGE)
    if not form.is_valid() or not form.words():
        paginator.count = _number(total, form.wanted)
    return {
        "form": form,
        "page": paginator.get_page(request.GET.get("page")),
        "named": total,
        "may_excuse": bool(named) and today.year <= scope.campaign.year,
    }


def _filtered(scope: Scope, named: Collection[int], form: PeopleForm) -> QuerySet[AskedPosting]:
    """The people whom the filters ask for, by name; an invalid form filters nothing."""
    people = scope.postings(named)
    if form.is_valid():
        for word in form.words():
            people = people.filter(person__search__contains=word)
        conditions = {
            "signed": Q(has_signed=True),
            "excused": Q(is_excused=True),
            "declined": Q(has_declined=True),
            "open": Q(has_signed=False, is_excused=False, has_declined=False),
        }
        people = people.filter(conditions.get(form.wanted, Q()))
    return people.select_related("person", "agency").order_by("person__name_order", "person_id", "pk")


def _number(total: Coverage, state: str) -> int:
    numbers = {
        "signed": total.signed,
        "excused": total.excused,
        "declined": total.declined,
        "open": total.open,
    }
    return numbers.get(state, total.in_scope)


@require_safe
def export_campaign(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The list of people, filtered as on the page, or the coverage of every part, as XLSX."""
    user, today = signed_in(request), timezone.localdate()
    found, ground = _found(request, campaign_id, today)
    scope = Scope(found, today)
    office = found.agency
    if code := request.GET.get("office", ""):
        if not code.isprintable():  # the database refuses control characters
            raise Http404
        office = get_object_or_404(Agency, code=code[:40], pk__in=scope.agencies & ground.seen)
    within = scope.below(office.pk)
    named = check_can_name_people(user, within, today)
    name = slugify(f"{office.code}-{found.year}")
    if request.GET.get("list") == "coverage":
        return xlsx_response(f"coverage-{name}", coverage_sheet(scope, office, within, today))
    if request.GET.get("list", "people") != "people":
        raise Http404
    people = _filtered(scope, named, PeopleForm(request.GET))
    sheet = people_sheet(found, office, scope.total(named), people, today)
    return xlsx_response(f"signing-{name}", sheet)
