"""Who sits at a desk, and answers of a code that hung at the wrong one."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from conduct.agencies.models import Posting
from conduct.agencies.permissions import signed_in
from conduct.agencies.tree import office_of, subtree_ids
from conduct.kernel.pages import render_page

from ..forms.attribution import DeskOfficerForm, EndForm, ReattributeForm, UndoForm
from ..models import DeskOfficer, Reattribution, ServicePoint
from ..permissions.attribution import check_can_keep_desks, keeps_desks, points_to_lead_to
from ..services import attribution as services

FORM_METHODS = ["GET", "HEAD", "POST"]


def _posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, be it nothing; None for a page that is only looked at."""
    return request.POST if request.method == "POST" else None


def _point(request: HttpRequest, point_id: int) -> ServicePoint:
    visible = ServicePoint.objects.visible_to(signed_in(request), timezone.localdate())
    return get_object_or_404(visible.select_related("agency"), pk=point_id)


def _postings(point: ServicePoint) -> QuerySet[Posting]:
    """Who serves in the desk's office today."""
    today = timezone.localdate()
    below = subtree_ids([office_of(point.agency, today).pk], today)
    serving = Posting.objects.in_force(today).filter(agency_id__in=below).select_related("person")
    return serving.order_by("-serves_citizens", "person__name_order", "pk")


@require_http_methods(FORM_METHODS)
def desk_officers(request: HttpRequest, point_id: int) -> HttpResponse:
    """Who sat at the desk and when; add somebody."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    point = _point(request, point_id)
    may_keep = keeps_desks(user, point.agency, today)
    if request.method == "POST":
        check_can_keep_desks(user, point.agency, today)
    form = DeskOfficerForm(_posted(request), postings=_postings(point), initial={"starts_on": today})
    if request.method == "POST" and form.is_valid():
        try:
            services.add_desk_officer(point=point, **form.cleaned_data, by=user, now=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The officer is noted at the desk."))
            return redirect("surveys:desk_officers", point.pk)
    return _officers_page(request, point, form, may_keep=may_keep, status=422 if form.is_bound else 200)


def _officers_page(
    request: HttpRequest, point: ServicePoint, form: Any, *, may_keep: bool, status: int = 200
) -> HttpResponse:
    today = timezone.localdate()
    officers = list(
        point.officers.select_related("posting__person", "posting__agency").order_by("-starts_on", "-pk")
    )
    context = {
        "point": point,
        "officers": officers,
        "n_today": sum(
            one.starts_on <= today and (one.ends_on is None or one.ends_on >= today) for one in officers
        ),
        "today": today,
        "form": form,
        "may_keep": may_keep,
        "is_adding": isinstance(form, DeskOfficerForm),
    }
    return render_page(request, "surveys/desk_officers.html", context, status=status)


@require_http_methods(FORM_METHODS)
def end_desk_officer(request: HttpRequest, point_id: int, officer_id: int) -> HttpResponse:
    """Say which was somebody's last day at the desk."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    point = _point(request, point_id)
    officer = get_object_or_404(
        DeskOfficer.objects.select_related("posting__person"), pk=officer_id, point=point
    )
    check_can_keep_desks(user, point.agency, today)
    form = EndForm(_posted(request), initial={"ends_on": officer.ends_on or today})
    if request.method == "POST" and form.is_valid():
        try:
            services.end_desk_officer(officer=officer, **form.cleaned_data, by=user, now=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The last day is noted."))
            return redirect("surveys:desk_officers", point.pk)
    context = {"point": point, "officer": officer, "form": form}
    status = 422 if form.is_bound else 200
    return render_page(request, "surveys/end_desk_officer.html", context, status=status)


@require_http_methods(FORM_METHODS)
def reattribute(request: HttpRequest, point_id: int) -> HttpResponse:
    """Look at what would move (``?show=1``), then let the answers of these days belong to another desk."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    point = _point(request, point_id)
    check_can_keep_desks(user, point.agency, today)
    is_shown = request.method == "POST" or "show" in request.GET
    said = request.POST if request.method == "POST" else request.GET
    first = {"from_day": today, "until_day": today}
    points = points_to_lead_to(user, point, today)
    form = ReattributeForm(said if is_shown else None, points=points, initial=first)
    plan: Sequence[services.MonthMoved] = ()
    if is_shown and form.is_valid():
        asked = form.cleaned_data
        span = {name: asked[name] for name in ("to_point", "from_day", "until_day")}
        try:
            if request.method == "POST":
                services.reattribute(point=point, **asked, by=user, now=now)
                messages.success(request, _("The answers of these days belong to the other desk now."))
                return redirect("surveys:reattribute", point.pk)
            plan = services.plan_reattribution(point=point, **span, by=user, on=today)
        except ValidationError as error:
            form.add_error(None, error)
    return _reattribute_page(request, point, form, plan)


def _reattribute_page(
    request: HttpRequest,
    point: ServicePoint,
    form: ReattributeForm,
    plan: Sequence[services.MonthMoved] = (),
    undo: UndoForm | None = None,
) -> HttpResponse:
    made = Reattribution.objects.filter(point=point)
    context = {
        "point": point,
        "form": form,
        "plan": plan,
        "undo": undo or UndoForm(),
        "made": made.select_related("to_point__agency", "by", "undone__by").order_by("-at"),
        "has_kiosk": point.kiosks.filter(paired_at__isnull=False, revoked_at=None).exists(),
    }
    status = 422 if form.errors or (undo and undo.errors) else 200
    return render_page(request, "surveys/reattribute.html", context, status=status)


@require_POST
def undo_reattribution(request: HttpRequest, point_id: int, reattribution_id: int) -> HttpResponse:
    """Let the answers count where they came in again; the page of the desk asks for the reason."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    point = _point(request, point_id)
    check_can_keep_desks(user, point.agency, today)
    made = get_object_or_404(Reattribution, pk=reattribution_id, point=point)
    form = UndoForm(request.POST)
    if form.is_valid():
        try:
            services.undo_reattribution(reattribution=made, **form.cleaned_data, by=user, now=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The answers count again where they came in."))
            return redirect("surveys:reattribute", point.pk)
    points = points_to_lead_to(user, point, today)
    empty = ReattributeForm(points=points, initial={"from_day": today, "until_day": today})
    return _reattribute_page(request, point, empty, undo=form)
