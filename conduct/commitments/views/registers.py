"""The register of a campaign: ask for it as PDF, see how far it is, download it; the same as XLSX."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from conduct.agencies.models import Agency, User
from conduct.agencies.permissions import signed_in
from conduct.documents.xlsx import xlsx_response
from conduct.kernel.pages import render_page
from conduct.kernel.publishing import publish

from ..coverage import Scope
from ..models import Campaign, RegisterPrint
from ..permissions.campaigns import naming_ids
from ..permissions.papers import check_can_fetch_print, check_can_print_register, top_agency
from ..services import registers
from ..services.prints import KEPT_FOR, request_print
from ..tasks.registers import print_register

PRINTS_SHOWN = 10
_UNFINISHED = (RegisterPrint.State.WAITING, RegisterPrint.State.RUNNING)


@dataclass(frozen=True, slots=True)
class _Chosen:
    """A campaign and the agency of it whose register is meant, which the reader may name."""

    scope: Scope
    agency: Agency
    named: Collection[int]

    @property
    def campaign(self) -> Campaign:
        return self.scope.campaign

    @property
    def whose(self) -> Agency | None:
        """As a request to print says it: None for the whole campaign."""
        return None if self.agency.pk == self.campaign.agency_id else self.agency


def _choose(user: User, campaign_id: int, code: str, today: date, *, exactly: bool) -> _Chosen:
    """The agency with that code (none: the campaign's own).

    Where the reader may name only people below it, the highest agency of these, unless it must be ``exactly``
    that one.
    """
    visible = Campaign.objects.visible_to(user, today).select_related(
        "agency", "adoption__agency", "adoption__version__model"
    )
    scope = Scope(get_object_or_404(visible, pk=campaign_id), today)
    agency = scope.campaign.agency
    if not code.isprintable():
        raise Http404
    if code:
        agency = get_object_or_404(Agency, code=code[:40], pk__in=scope.agencies)
    named = naming_ids(user, today) & scope.agencies
    if agency.pk in named:
        return _Chosen(scope, agency, named)
    if exactly:
        check_can_print_register(user, agency, today)
    below = named & scope.below(agency.pk)
    top = top_agency({pk: scope.lineage(pk) for pk in below})
    return _Chosen(scope, Agency.objects.get(pk=top), named)


def _address(chosen: _Chosen) -> str:
    return f"{reverse('commitments:register', args=[chosen.campaign.pk])}?office={chosen.agency.code}"


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The register of an office of a campaign: ask for the PDF, watch it being made, download it."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    is_asked = request.method == "POST"
    said = request.POST if is_asked else request.GET
    chosen = _choose(user, campaign_id, said.get("office", ""), today, exactly=is_asked)
    if is_asked:
        asked, created = request_print(campaign=chosen.campaign, agency=chosen.agency, by=user, now=now)
        if created:
            publish(print_register, print_id=asked.pk)
            messages.success(request, _("The register is being made. It appears below when it is ready."))
        return redirect(_address(chosen))
    prints = RegisterPrint.objects.filter(campaign=chosen.campaign, agency=chosen.whose)
    shown = list(prints.select_related("requested_by").order_by("-requested_at", "-pk")[:PRINTS_SHOWN])
    context = {
        "campaign": chosen.campaign,
        "office": chosen.agency,
        "offices": _offices(chosen),
        "total": chosen.scope.total(chosen.scope.below(chosen.agency.pk)),
        "prints": shown,
        "is_running": any(one.state in _UNFINISHED for one in shown),
        "address": _address(chosen),
        "days": KEPT_FOR.days,
    }
    return render_page(request, "commitments/register.html", context, partials=("prints",))


def _offices(chosen: _Chosen) -> list[Agency]:
    """Where one may go from here: up to the highest agency in reach, the agency itself, and its parts."""
    line = [pk for pk in chosen.scope.lineage(chosen.agency.pk) if pk in chosen.named]
    above = Agency.objects.in_bulk(line)
    parts = [part.agency for part in chosen.scope.parts(chosen.agency.pk) if not part.is_own]
    return [*(above[pk] for pk in reversed(line)), *parts]


@require_safe
def register_xlsx(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The register as a sheet, as it stands now."""
    today = timezone.localdate()
    user, code = signed_in(request), request.GET.get("office", "")
    chosen = _choose(user, campaign_id, code, today, exactly=bool(code))
    found = registers.read_register(chosen.campaign, chosen.agency, today)
    return xlsx_response(_file_name(chosen.agency, chosen.campaign), registers.register_xlsx(found))


@require_safe
def register_file(request: HttpRequest, print_id: int) -> HttpResponse:
    """A register that was made, for those who may name the people in it."""
    user, today = signed_in(request), timezone.localdate()
    visible = RegisterPrint.objects.filter(campaign__in=Campaign.objects.visible_to(user, today))
    found = get_object_or_404(visible.select_related("campaign__agency", "agency"), pk=print_id)
    check_can_fetch_print(user, found, today)
    if found.state != RegisterPrint.State.DONE or not found.file:
        raise Http404
    try:
        with found.file.open("rb") as stored:
            content = stored.read()
    except FileNotFoundError as gone:
        raise Http404 from gone
    name = _file_name(found.agency or found.campaign.agency, found.campaign)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.pdf"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _file_name(agency: Agency, campaign: Campaign) -> str:
    return slugify(f"so-dang-ky-cam-ket-{agency.code}-{campaign.year}")
