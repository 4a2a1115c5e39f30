"""The office's pages: its service points, their addresses and QR codes."""

from datetime import date

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conduct.agencies.models import Agency, AgencyParent, on_day
from conduct.agencies.periods import closed_months
from conduct.agencies.permissions import Refused, signed_in
from conduct.agencies.tree import office_of, standing_of
from conduct.documents.qr import qr_png, qr_svg
from conduct.documents.sheets import DeskSheet, Paper, desk_sheet_pdf
from conduct.kernel.months import Month
from conduct.kernel.names import fold
from conduct.kernel.pages import render_page

from .. import services
from ..forms.points import CloseForm, FilterForm, PointForm
from ..models import Response, ServicePoint, ServicePointQuerySet
from ..permissions.honesty import WATCHING
from ..permissions.paper import types_answers
from ..permissions.points import KEEPING, agencies_with_points, check_can_keep_points

ROWS_A_PAGE = 50
MONTHS_SHOWN = 12


def _point(request: HttpRequest, point_id: int) -> ServicePoint:
    """A point that the person may see, else 404."""
    visible = ServicePoint.objects.visible_to(signed_in(request), timezone.localdate())
    return get_object_or_404(visible.select_related("agency"), pk=point_id)


def short_url(point: ServicePoint) -> str:
    """The whole address that the QR code holds."""
    return f"{settings.SITE_URL}{reverse('surveys:respond', args=[point.slug])}"


def typed_address(point: ServicePoint) -> str:
    """The address as one types it, without the scheme."""
    return short_url(point).partition("://")[2].rstrip("/")


def _filtered(found: ServicePointQuerySet, form: FilterForm) -> ServicePointQuerySet:
    """The points with every word in the name of the point or of its agency, diacritics or not."""
    for word in fold(form.cleaned_data["q"]).split():
        found = found.named_like(word)
    if form.cleaned_data["state"]:
        found = found.filter(is_open=form.cleaned_data["state"] == "open")
    return found


def _offices_of(agencies: set[Agency], day: date) -> dict[int, int]:
    """The office of each agency; as many queries as the tree is deep, however many agencies."""
    up = {agency.pk: agency.pk for agency in agencies}
    climbing = {agency.pk for agency in agencies if not agency.is_office}
    while climbing:
        links = AgencyParent.objects.filter(on_day(day), agency_id__in={up[pk] for pk in climbing})
        above = {link.agency_id: link.parent for link in links.select_related("parent")}
        moved = {pk: above[up[pk]] for pk in climbing if up[pk] in above}
        up.update({pk: parent.pk for pk, parent in moved.items()})
        climbing = {pk for pk, parent in moved.items() if not parent.is_office}
    return up


def _last_counts(page: Page[ServicePoint], day: date) -> dict[int, tuple[Month, int]]:
    """For each point, the last closed month of its office and the forms received in it.

    Months that are still open are left out: their counts appear when the month is closed.
    """
    shown = list(page.object_list)
    offices = _offices_of({point.agency for point in shown}, day)
    last: dict[int, Month] = {}
    for office_id, month in closed_months(set(offices.values())):
        last[office_id] = max(month, last.get(office_id, month))
    counts = Response.objects.count_by_point([point.pk for point in shown], set(last.values()))
    months = {point.pk: last.get(offices[point.agency_id]) for point in shown}
    return {pk: (month, counts.get((pk, month), 0)) for pk, month in months.items() if month is not None}


@require_safe
def points(request: HttpRequest) -> HttpResponse:
    """Every service point of the agencies the reader may see."""
    user, today = signed_in(request), timezone.localdate()
    form = FilterForm(request.GET)
    valid = form.is_valid()
    found = ServicePoint.objects.visible_to(user, today).select_related("agency")
    found = _filtered(found, form) if valid else found.none()
    page = Paginator(found.order_by("agency__search", "name"), ROWS_A_PAGE).get_page(request.GET.get("page"))
    counts = _last_counts(page, today)
    context = {
        "form": form,
        "filtered": valid and any(form.cleaned_data.values()),
        "page": page,
        "rows": [(point, typed_address(point), counts.get(point.pk)) for point in page.object_list],
        "may_create": agencies_with_points(user, today).exists(),
    }
    return render_page(
        request, "surveys/points.html", context, partials=("points",), status=200 if valid else 422
    )


@require_safe
def point(request: HttpRequest, point_id: int) -> HttpResponse:
    """One point: its address, QR code, sheet, state, and the forms of closed months."""
    found, today = _point(request, point_id), timezone.localdate()
    return render_page(request, "surveys/point.html", _point_context(request, found, today, CloseForm()))


def _point_context(
    request: HttpRequest, found: ServicePoint, today: date, form: CloseForm
) -> dict[str, object]:
    office = office_of(found.agency, today)
    closed = sorted((month for _office, month in closed_months([office.pk])), reverse=True)[:MONTHS_SHOWN]
    counts = Response.objects.count_by_point([found.pk], closed)
    user = signed_in(request)
    roles = standing_of(user.pk, found.agency_id, today).roles
    return {
        "point": found,
        "office": office,
        "address": typed_address(found),
        "months": [(month, counts.get((found.pk, month), 0)) for month in closed],
        "may_watch": not roles.isdisjoint(WATCHING),
        "may_keep": not roles.isdisjoint(KEEPING),
        "may_type": types_answers(user, found, roles, today),
        "form": form,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def create_point(request: HttpRequest) -> HttpResponse:
    """Make a point for an agency that the reader administers."""
    user, now = signed_in(request), timezone.now()
    agencies = agencies_with_points(user, timezone.localdate(now))
    if not agencies.exists():
        raise Refused(_("Only the office administrator can make service points."))
    form = PointForm(request.POST or None, agencies=agencies)
    if request.method == "POST" and form.is_valid():
        try:
            made, _created = services.create_point(**form.cleaned_data, by=user, now=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request, _("The service point is ready: print its sheet and put it on the desk.")
            )
            return redirect("surveys:point", made.pk)
    return _form_page(request, "surveys/create_point.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
def change_point(request: HttpRequest, point_id: int) -> HttpResponse:
    """Change the names of a point; the address stays."""
    user, now = signed_in(request), timezone.now()
    found = _point(request, point_id)
    check_can_keep_points(user, found.agency, timezone.localdate(now))
    names = {"name": found.name, "name_en": found.name_en}
    form = PointForm(request.POST or None, initial=names)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_point(point=found, **form.cleaned_data, by=user, now=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The names have been changed."))
            return redirect("surveys:point", found.pk)
    return _form_page(request, "surveys/change_point.html", form, point=found)


def _form_page(request: HttpRequest, template: str, form: PointForm, **context: object) -> HttpResponse:
    return render_page(request, template, {"form": form, **context}, status=422 if form.errors else 200)


@require_POST
def close_point(request: HttpRequest, point_id: int) -> HttpResponse:
    """Ask nobody any more at this point."""
    user, now = signed_in(request), timezone.now()
    found = _point(request, point_id)
    check_can_keep_points(user, found.agency, timezone.localdate(now))
    form = CloseForm(request.POST)
    if not form.is_valid():
        context = _point_context(request, found, timezone.localdate(now), form)
        return render_page(request, "surveys/point.html", context, status=422)
    services.close_point(point=found, reason=form.cleaned_data["reason"], by=user, now=now)
    messages.success(request, _("The service point is closed. What citizens said stays."))
    return redirect("surveys:point", found.pk)


@require_POST
def open_point(request: HttpRequest, point_id: int) -> HttpResponse:
    """Ask again at a closed point."""
    found = _point(request, point_id)
    services.open_point(point=found, by=signed_in(request), now=timezone.now())
    messages.success(request, _("The service point asks citizens again."))
    return redirect("surveys:point", found.pk)


@require_safe
def point_sheet(request: HttpRequest, point_id: int) -> HttpResponse:
    """The sheet for the desk, to print: A4, or A5 with ``?paper=a5``."""
    found, now = _point(request, point_id), timezone.now()
    office = office_of(found.agency, timezone.localdate(now))
    sheet = DeskSheet(
        office=found.agency.name,
        place=office.name if office != found.agency else "",
        desk=found.name,
        desk_en=found.name_en,
        address=short_url(found),
    )
    paper: Paper = "a5" if request.GET.get("paper") == "a5" else "a4"
    pdf = desk_sheet_pdf(sheet, at=now, paper=paper)
    return _file(pdf, "application/pdf", f"qr-{found.slug}-{paper}.pdf")


@require_safe
def point_qr_svg(request: HttpRequest, point_id: int) -> HttpResponse:
    """The QR code alone, for the office's own posters; also shown on the point's page."""
    found = _point(request, point_id)
    return _file(qr_svg(short_url(found)).encode(), "image/svg+xml", f"qr-{found.slug}.svg")


@require_safe
def point_qr_png(request: HttpRequest, point_id: int) -> HttpResponse:
    """The QR code alone, in pixels."""
    found = _point(request, point_id)
    return _file(qr_png(short_url(found)), "image/png", f"qr-{found.slug}.png")


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    """A file that opens in the browser and is saved under a telling name."""
    disposition = f'inline; filename="{name}"'
    headers = {"Content-Disposition": disposition, "Cache-Control": "private, max-age=300"}
    return HttpResponse(content, content_type=content_type, headers=headers)
