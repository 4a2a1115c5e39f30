"""Pages of voluntary savings that everybody in the agency may read, and its plan."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from conduct.agencies.permissions import Refused, signed_in
from conduct.documents.xlsx import Column, make_xlsx, xlsx_response
from conduct.kernel.months import Month
from conduct.kernel.pages import render_page
from conduct.kernel.wording import month_text

from ..forms.contributions import SavingsPlanForm
from ..models import LedgerEntry, SavingsPlan
from ..permissions.contributions import (
    agencies_to_plan_for,
    check_can_plan_savings,
    keeps_ledger,
    plans_savings,
)
from ..rules.contributions import ShownMonths, ShownPlan, filled, shown
from ..services import contributions as services
from ..tallies.contributions import tally_months

PLANS_A_PAGE = 20


def visible_plan(request: HttpRequest, plan_id: int) -> SavingsPlan:
    """The plan, 404 when the reader may not see it."""
    visible = SavingsPlan.objects.visible_to(signed_in(request), timezone.localdate())
    return get_object_or_404(visible.select_related("agency"), pk=plan_id)


def months_of(plan: SavingsPlan, today: date) -> list[Month]:
    """The months of the plan's year that have begun, the newest first."""
    last = min(Month(plan.year, 12), Month.of(today))
    return sorted(Month(plan.year, 1).until(last), reverse=True)


@require_safe
def contributions(request: HttpRequest) -> HttpResponse:
    """The savings plans that concern the reader."""
    user, today = signed_in(request), timezone.localdate()
    visible = SavingsPlan.objects.visible_to(user, today).select_related("agency")
    ordered = visible.order_by("-year", "agency__search", "pk")
    context = {
        "page": Paginator(ordered, PLANS_A_PAGE).get_page(request.GET.get("page")),
        "may_plan": agencies_to_plan_for(user, today).exists(),
    }
    return render_page(request, "commitments/contributions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def open_savings_plan(request: HttpRequest) -> HttpResponse:
    """Propose voluntary savings for a year."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    agencies = agencies_to_plan_for(user, today)
    if not agencies.exists():
        raise Refused(_("Only the head, the office administrator or the treasurer makes a savings plan."))
    form = SavingsPlanForm(
        request.POST if request.method == "POST" else None,
        agencies=agencies,
        years=(today.year, today.year + 1, today.year - 1),
    )
    if request.method == "POST" and form.is_valid():
        try:
            plan, _created = services.open_savings_plan(**form.values(), by=user, now=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The plan is there. The treasurer enters gifts and spending."))
            return redirect("commitments:savings_plan", plan.pk)
    status = 422 if request.method == "POST" else 200
    return render_page(request, "commitments/open_savings_plan.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def change_savings_plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Word the plan anew."""
    plan, user, now = visible_plan(request, plan_id), signed_in(request), timezone.now()
    check_can_plan_savings(user, plan.agency, timezone.localdate(now))
    rates = {f"rate_{rate.category}": rate.amount for rate in plan.rates.all()}
    initial = {"purpose": plan.purpose, "decision_number": plan.decision_number, **rates}
    form = SavingsPlanForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.change_savings_plan(plan=plan, **form.values(), by=user, now=now)
        messages.success(request, _("The plan has been changed; what was given stays."))
        return redirect("commitments:savings_plan", plan.pk)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "plan": plan}
    return render_page(request, "commitments/change_savings_plan.html", context, status=status)


def _shown(plan: SavingsPlan, today: date) -> ShownPlan:
    """The totals as everybody may read them."""
    last = max(Month(plan.year, 1), min(Month(plan.year, 12), Month.of(today)))
    return shown(filled(tally_months(plan.pk), Month(plan.year, 1), last))


@require_safe
def savings_plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """What came in and went out by month, and what it was spent for."""
    plan, user, today = visible_plan(request, plan_id), signed_in(request), timezone.localdate()
    spent = LedgerEntry.objects.filter(plan=plan, kind=LedgerEntry.Kind.SPENDING)
    spent = spent.select_related("reversed_by").order_by("-month", "-pk")
    months = months_of(plan, today)
    context = {
        "plan": plan,
        "rates": plan.rates.order_by("-amount", "category"),
        "shown": _shown(plan, today),
        "spent": [(line, -line.amount) for line in spent],
        "keeps": keeps_ledger(user, plan.agency, today),
        "may_plan": plans_savings(user, plan.agency, today),
        "month": months[0] if months else None,
    }
    return render_page(request, "commitments/savings_plan.html", context)


def months_text(one: ShownMonths) -> str:
    """10/2026, or 8–10/2026 for months shown together."""
    if not one.is_pooled:
        return month_text(one.first)
    first = str(one.first.month) if one.first.year == one.last.year else month_text(one.first)
    return f"{first}–{month_text(one.last)}"


@require_safe
def savings_plan_xlsx(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The totals by month as the page shows them."""
    plan, today = visible_plan(request, plan_id), timezone.localdate()
    found = _shown(plan, today)
    columns = [
        Column(_("Month"), width=14),
        Column(_("Money in"), "money", 18),
        Column(_("Money out"), "money", 18),
        Column(_("Note"), width=40),
    ]
    rows: list[tuple[str | int | None, ...]] = [
        (months_text(one), one.amount_in, one.amount_out, _note(one)) for one in found.months
    ]
    rows.append((_("Year"), found.amount_in, found.amount_out, ""))
    lines = [plan.agency.name, plan.purpose, _("Voluntary savings, year %d") % plan.year]
    content = make_xlsx(_("Voluntary savings"), lines, columns, rows)
    return xlsx_response(f"savings-{plan.year}-{plan.agency.code.lower()}", content)


def _note(one: ShownMonths) -> str:
    if one.amount_in is None:
        return _("Fewer than 5 people gave: shown together with the months to come.")
    return _("Months shown together, since fewer than 5 people gave in one of them.") if one.is_pooled else ""
