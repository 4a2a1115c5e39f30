"""Months of offices: their state, the roll-up with its progress, closing and reopening."""

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conduct.agencies.models import Agency, Period, Role, RoleGrant, User, on_day
from conduct.agencies.periods import state_of
from conduct.agencies.permissions import (
    Refused,
    check_can_close_month,
    check_can_reopen_month,
    signed_in,
    standing_at,
)
from conduct.agencies.tallies import Office, tally_offices
from conduct.agencies.tree import subtree_ids
from conduct.kernel.months import Month
from conduct.kernel.pages import render_page
from conduct.kernel.wording import month_text
from conduct.kernel.workdays import nth_working_day

from ..forms import ReopenForm
from ..models import RollUpChunk, Seal
from ..services.months import close_month as close
from ..services.months import reopen_month as reopen
from ..services.rollup import request_roll_up
from ..tallies import tally_progress
from ..tasks import dispatch_ready

OFFICES_A_PAGE = 50
CLOSING_WORKING_DAY = 5


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """An office's month: its state and what was last done with it."""

    agency: Agency
    state: str
    closed_at: datetime | None
    closed_by: str
    rolled_up_at: datetime | None
    is_due: bool
    error: str
    can_close: bool
    can_reopen: bool
    seal: Seal | None


def _month_of_interest(today: date) -> Month:
    """Last month until the working day on which it closes, then this one."""
    this = Month.of(today)
    return this.previous() if today <= nth_working_day(this, CLOSING_WORKING_DAY) else this


@dataclass(frozen=True, slots=True)
class Reach:
    """The agencies a person heads by grant, all that this reaches, and all that the person may reopen."""

    granted: set[int]
    headed: set[int]
    reopened: set[int]


def _reach(user: User, today: date) -> Reach:
    grants = RoleGrant.objects.filter(on_day(today, "starts_on", "ends_on"), person=user)
    roles = list(grants.filter(role__in=(Role.HEAD, Role.SYSTEM_ADMIN)).values_list("agency_id", "role"))
    if not roles:
        raise Refused(_("Months are closed by the head of the office; this account heads none at present."))
    granted = {agency_id for agency_id, role in roles if role == Role.HEAD}
    headed = subtree_ids(granted, today)
    kept = subtree_ids({agency_id for agency_id, role in roles if role == Role.SYSTEM_ADMIN}, today)
    return Reach(granted, headed, (headed - granted) | kept)


def _offices(reach: Reach, month: Month) -> list[Office]:
    """The offices of the month in the reader's reach, the highest first."""
    reached = reach.headed | reach.reopened
    return sorted(tally_offices(month, reached), key=lambda office: (office.depth, office.code))


@require_safe
def months(request: HttpRequest, month: Month | None = None) -> HttpResponse:
    """My offices in a month: open, being closed or closed; how far the roll-up is."""
    user, today = signed_in(request), timezone.localdate()
    month = month or _month_of_interest(today)
    if month.first > today:
        raise Http404
    reach = _reach(user, today)
    offices = _offices(reach, month)
    progress = tally_progress([office.agency_id for office in offices], [month])
    page = Paginator(offices, OFFICES_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "month": month,
        "previous_url": reverse("scores:months", args=[month.previous()]),
        "next_url": reverse("scores:months", args=[month.next()]) if month.next().first <= today else "",
        "page": page,
        "rows": _rows(list(page.object_list), reach, month, today),
        "n_offices": len(offices),
        "n_open": sum(office.state == Period.State.OPEN for office in offices),
        "progress": progress,
        "is_running": progress.done + progress.failed < progress.asked,
        "roots": _roots(offices, reach),
        "closes_on": nth_working_day(month.next(), CLOSING_WORKING_DAY),
        "has_ended": month.last < today,
        "tab": "months",
    }
    return render_page(request, "scores/months.html", context, partials=("progress",))


def _roots(offices: list[Office], reach: Reach) -> list[Agency]:
    """The open offices that this person heads by grant: where a roll-up begins."""
    open_ids = {office.agency_id for office in offices if office.state == Period.State.OPEN}
    return list(Agency.objects.filter(pk__in=open_ids & reach.granted).order_by("search"))


def _rows(offices: list[Office], reach: Reach, month: Month, today: date) -> list[OfficeRow]:
    ids = [office.agency_id for office in offices]
    agencies = Agency.objects.in_bulk(ids)
    closings = Period.objects.filter(office_id__in=ids, kind=Period.Kind.MONTH, month=month.first)
    periods = {period.office_id: period for period in closings.select_related("closed_by")}
    asked = RollUpChunk.objects.filter(agency_id__in=ids, month=month.first)
    chunks = {chunk.agency_id: chunk for chunk in asked}
    sealed = Seal.objects.filter(office_id__in=ids, month=month.first).order_by("number")
    seals = {seal.office_id: seal for seal in sealed}  # the newest one of each
    rows = []
    for office in offices:
        period, chunk = periods.get(office.agency_id), chunks.get(office.agency_id)
        rows.append(
            OfficeRow(
                agencies[office.agency_id],
                office.state,
                period.closed_at if period else None,
                period.closed_by.full_name if period and period.closed_by else "",
                chunk.finished_at if chunk else None,
                is_due=chunk is not None and chunk.finished_from != chunk.requested_at,
                error=chunk.error if chunk else "",
                can_close=office.state == "open" and office.agency_id in reach.headed and month.last < today,
                can_reopen=office.state == "closed" and office.agency_id in reach.reopened,
                seal=seals.get(office.agency_id) if office.state == "closed" else None,
            )
        )
    return rows


@require_POST
def roll_up(request: HttpRequest, month: Month, code: str) -> HttpResponse:
    """Ask for the roll-up of an open month, in the head's subtree."""
    user, now = signed_in(request), timezone.now()
    offices = request_roll_up(office=_seen(user, code, now), month=month, by=user, now=now)
    dispatch_ready()
    words = ngettext(
        "The figures of %(n)s office are being added up.",
        "The figures of %(n)s offices are being added up.",
        len(offices),
    )
    messages.success(request, words % {"n": len(offices)})
    return redirect("scores:months", month)


@require_http_methods(["GET", "HEAD", "POST"])
def close_month(request: HttpRequest, month: Month, code: str) -> HttpResponse:
    """Close a month: what it means, then the act."""
    user, now = signed_in(request), timezone.now()
    office = _seen(user, code, now)
    check_can_close_month(user, office, timezone.localdate(now))
    if request.method == "POST":
        if close(office=office, month=month, by=user, now=now):
            words = _("Month %(month)s is being closed; it is closed when the final figures are there.")
            messages.success(request, words % {"month": month_text(month)})
            dispatch_ready()
        return redirect("scores:months", month)
    below = [row for row in tally_offices(month, [office.pk]) if row.agency_id != office.pk]
    context = {
        "office": office,
        "month": month,
        "state": state_of(office, month),
        "has_ended": month.last < timezone.localdate(now),
        "n_still_open": sum(row.state != Period.State.CLOSED for row in below),
        "tab": "months",
    }
    return render_page(request, "scores/close_month.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def reopen_month(request: HttpRequest, month: Month, code: str) -> HttpResponse:
    """Open a closed month again, for a reason that is kept."""
    user, now = signed_in(request), timezone.now()
    office = _seen(user, code, now)
    check_can_reopen_month(user, office, timezone.localdate(now))
    form, status = ReopenForm(), 200
    if request.method == "POST":
        form, status = ReopenForm(request.POST), 422
        if form.is_valid():
            if reopen(office=office, month=month, reason=form.cleaned_data["reason"], by=user, now=now):
                words = _("Month %(month)s of %(office)s is open again.")
                messages.success(request, words % {"month": month_text(month), "office": office.name})
                dispatch_ready()
            return redirect("scores:months", month)
    context = {
        "office": office,
        "month": month,
        "state": state_of(office, month),
        "form": form,
        "tab": "months",
    }
    return render_page(request, "scores/reopen_month.html", context, status=status)


def _seen(user: User, code: str, now: datetime) -> Agency:
    """An office that this person may see at all; otherwise there is no such page."""
    office = get_object_or_404(Agency, code=code)
    if not standing_at(user, office, timezone.localdate(now)).sees:
        raise Http404
    return office
