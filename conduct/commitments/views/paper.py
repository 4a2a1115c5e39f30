"""Pages of pledges signed on paper: the list to sign by hand, entering it with its scan, reading the scan."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePath

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from conduct.agencies.models import Agency, User
from conduct.agencies.permissions import signed_in
from conduct.kernel.pages import render_page

from ..coverage import AskedPosting, Scope
from ..forms.paper import PaperForm, UnsignedForm
from ..models import Campaign, SignedSheet
from ..permissions.paper import check_can_enter_paper, may_read_scan
from ..permissions.signing import check_is_open
from ..services.paper import Entered, enter_paper
from ..services.paper_form import paper_form_pdf

PEOPLE_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Department:
    """Those of a part of the office who stand on this page; ``n_open`` have not signed in all."""

    agency: Agency
    n_open: int
    people: list[AskedPosting]


@dataclass(frozen=True, slots=True)
class _Unsigned:
    """Those who have not signed in the agencies of whoever enters paper."""

    campaign: Campaign
    everybody: QuerySet[AskedPosting]
    counts: dict[int, int]
    agencies: list[Agency]
    form: UnsignedForm
    found: QuerySet[AskedPosting]


def _unsigned(request: HttpRequest, user: User, campaign_id: int) -> _Unsigned:
    """Raises Refused without the right."""
    today = timezone.localdate()
    visible = Campaign.objects.visible_to(user, today).select_related(
        "agency", "adoption__version__model", "adoption__agency"
    )
    campaign = get_object_or_404(visible, pk=campaign_id)
    scope = Scope(campaign, today)
    reach = check_can_enter_paper(user, scope.agencies, today)
    everybody = scope.postings(reach)
    found = everybody.filter(has_signed=False)
    rows = found.values_list("agency").annotate(n_open=Count("pk")).order_by()
    counts = dict(rows.values_list("agency", "n_open"))
    agencies = list(Agency.objects.filter(pk__in=counts).order_by("search", "pk"))
    form = UnsignedForm(request.GET, agencies=agencies)
    if form.is_valid():
        for word in form.words():
            found = found.filter(person__search__contains=word)
        if form.cleaned_data["agency"]:
            found = found.filter(agency=form.cleaned_data["agency"])
    ordered = found.select_related("person", "agency").order_by(
        "agency__search", "agency_id", "person__name_order", "person_id", "pk"
    )
    return _Unsigned(campaign, everybody, counts, agencies, form, ordered)


@require_http_methods(["GET", "HEAD", "POST"])
def sign_paper(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Enter who signed on paper, with one scan for all of them."""
    user, now = signed_in(request), timezone.now()
    unsigned = _unsigned(request, user, campaign_id)
    campaign = unsigned.campaign
    reach = [agency.pk for agency in unsigned.agencies]
    form, status = PaperForm(postings=unsigned.everybody, agencies=reach), 200
    if request.method == "POST":
        form = PaperForm(request.POST, request.FILES, postings=unsigned.everybody, agencies=reach)
        status = 422
        if form.is_valid():
            try:
                entered = enter_paper(
                    campaign=campaign, posting_ids=form.chosen(), signed_on=form.cleaned_data["signed_on"],
                    content=form.content(), by=user, now=now,
                )  # fmt: skip
                messages.success(request, _said(entered))
                return redirect("commitments:campaign", campaign.pk)
            except ValidationError as error:
                form.add_error(None, error)
    page = Paginator(unsigned.found, PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "campaign": campaign,
        "filters": unsigned.form,
        "form": form,
        "page": page,
        "departments": _departments(page.object_list, unsigned.counts),
        "n_open": sum(unsigned.counts.values()),
        "ticked": set(request.POST.getlist("people")),
        "ticked_departments": set(request.POST.getlist("departments")),
    }
    return render_page(request, "commitments/sign_paper.html", context, status=status)


def _departments(people: Iterable[AskedPosting], counts: dict[int, int]) -> list[Department]:
    groups = groupby(people, key=lambda posting: posting.agency)
    return [Department(agency, counts[agency.pk], list(members)) for agency, members in groups]


def _said(entered: Entered) -> str:
    said = ngettext(
        "%(n)s pledge signed on paper has been entered.",
        "%(n)s pledges signed on paper have been entered.",
        entered.n_new,
    ) % {"n": entered.n_new}
    if entered.n_known:
        said += " " + ngettext(
            "%(n)s person had signed before and keeps that pledge.",
            "%(n)s people had signed before and keep that pledge.",
            entered.n_known,
        ) % {"n": entered.n_known}
    return said


@require_safe
def paper_form(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The list to sign by hand, of those whom the filters of the page leave, as PDF."""
    now = timezone.now()
    unsigned = _unsigned(request, signed_in(request), campaign_id)
    check_is_open(unsigned.campaign, timezone.localdate(now))
    content = paper_form_pdf(unsigned.campaign, unsigned.found, at=now)
    response = HttpResponse(content, content_type="application/pdf")
    name = f"danh-sach-ky-cam-ket-{unsigned.campaign.pk}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def scan(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """The scan of signed paper, for those who may see every name on it. Saved, never shown by the browser."""
    user, today = signed_in(request), timezone.localdate()
    visible = Campaign.objects.visible_to(user, today)
    sheet = get_object_or_404(SignedSheet.objects.filter(campaign__in=visible), pk=sheet_id)
    if not may_read_scan(user, sheet, today):
        raise Http404
    try:
        with sheet.file.open("rb") as file:
            content = file.read()
    except FileNotFoundError as gone:
        raise Http404(_("The file of this scan is not where it was stored.")) from gone
    response = HttpResponse(content, content_type=sheet.media_type)
    name = f"ban-ky-{sheet.pk}{PurePath(sheet.file.name or '').suffix}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
