"""The treasurer's pages: gifts of persons, spending, lines taken back. Nobody else reads them."""

from dataclasses import dataclass
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet, Sum
from django.forms import BoundField
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from conduct.agencies.models import Posting
from conduct.agencies.permissions import signed_in
from conduct.documents.xlsx import Column, make_xlsx, xlsx_response
from conduct.kernel.months import Month
from conduct.kernel.pages import render_page
from conduct.kernel.wording import month_text

from ..forms.contributions import GiftsForm, LedgerForm, ReverseForm, SpendingForm
from ..models import LedgerEntry, SavingsPlan
from ..permissions.contributions import check_keeps_ledger, givers
from ..services import contributions as services
from ..tallies.contributions import tally_balance
from .contributions import months_of, visible_plan

PEOPLE_A_PAGE = 50
LINES_A_PAGE = 50


def _kept_plan(request: HttpRequest, plan_id: int) -> SavingsPlan:
    """A plan of which the reader is the treasurer: 404 when not to be seen, else 403."""
    plan = visible_plan(request, plan_id)
    check_keeps_ledger(signed_in(request), plan.agency, timezone.localdate())
    return plan


def _named(posted: QueryDict) -> set[int]:
    """The persons for whom an amount was sent."""
    sent = [name for name, amount in posted.items() if name.startswith("gift_") and str(amount).strip()]
    fields = [name.removeprefix("gift_") for name in sent]
    return {int(digits) for digits in fields if digits.isascii() and digits.isdigit() and len(digits) < 18}


@require_http_methods(["GET", "HEAD", "POST"])
def enter_contributions(request: HttpRequest, plan_id: int, month: Month) -> HttpResponse:
    """What each person gave for a month, many at once."""
    plan, user, now = _kept_plan(request, plan_id), signed_in(request), timezone.now()
    if month.year != plan.year:
        raise Http404
    posted = request.POST if request.method == "POST" else None
    everyone = givers(plan.agency, month)
    page = Paginator(everyone, PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    people = list(page.object_list)
    if posted is not None:  # those named in the form, even when somebody's coming has shifted the pages
        people = list(everyone.filter(person__in={one.person_id for one in people} | _named(posted)))
    rates = dict(plan.rates.values_list("category", "amount"))
    form = GiftsForm(posted, people=people, rates=rates, initial={"batch": uuid4()})
    if posted is not None and _named(posted) - {one.person_id for one in people}:
        form.add_error(
            None, _("Somebody named in the form did not serve in this month: nothing was entered.")
        )
    if posted is not None and form.is_valid():
        try:
            n_new = services.enter_contributions(
                plan=plan,
                month=month,
                amounts=form.amounts(),
                batch=form.cleaned_data["batch"],
                by=user,
                now=now,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            said = _("Gifts entered: %d.") % n_new if n_new else _("Nothing new was entered.")
            messages.success(request, said)
            return redirect(request.get_full_path())
    begun = months_of(plan, timezone.localdate(now))
    context = {
        "plan": plan,
        "month": month,
        "form": form,
        "page": page,
        "rows": _rows(plan, month, people, form, rates),
        "before": month.previous() if month.previous() in begun else None,
        "after": month.next() if month.next() in begun else None,
        "has_begun": month in begun,
    }
    status = 200 if posted is None else 422
    return render_page(request, "commitments/enter_contributions.html", context, status=status)


@dataclass(frozen=True, slots=True)
class GiftRow:
    """A person in the form: the amount proposed for the category, what is entered already, the field."""

    posting: Posting
    proposed: int | None
    entered: int
    field: BoundField


def _rows(
    plan: SavingsPlan, month: Month, people: list[Posting], form: GiftsForm, rates: dict[str, int]
) -> list[GiftRow]:
    lines = LedgerEntry.objects.filter(
        plan=plan, month=month.first, person__in=[one.person_id for one in people]
    )
    known = dict(lines.values_list("person_id").annotate(Sum("amount")))
    return [
        GiftRow(one, rates.get(one.category), known.get(one.person_id, 0), form[form.name_of(one.person_id)])
        for one in people
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def enter_spending(request: HttpRequest, plan_id: int) -> HttpResponse:
    """What was spent and for what."""
    plan, user, now = _kept_plan(request, plan_id), signed_in(request), timezone.now()
    posted = request.POST if request.method == "POST" else None
    last = max(Month(plan.year, 1), Month.of(timezone.localdate(now)))
    months = sorted(Month(plan.year, 1).until(last), reverse=True)
    form = SpendingForm(posted, months=months, initial={"batch": uuid4(), "month": str(last)})
    if posted is not None and form.is_valid():
        try:
            created = services.enter_spending(plan=plan, **form.cleaned_data, by=user, now=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            said = _("The spending has been entered.") if created else _("Nothing new was entered.")
            messages.success(request, said)
            return redirect("commitments:ledger", plan.pk)
    context = {"plan": plan, "form": form, "balance": tally_balance(plan.pk)}
    status = 200 if posted is None else 422
    return render_page(request, "commitments/enter_spending.html", context, status=status)


def _filtered(plan: SavingsPlan, form: LedgerForm) -> QuerySet[LedgerEntry]:
    """The lines that fit the filters, the newest first."""
    found = LedgerEntry.objects.filter(plan=plan)
    if form.is_valid():
        for word in form.words():
            found = found.filter(person__search__contains=word)
        if form.cleaned_data["month"]:
            found = found.filter(month=form.cleaned_data["month"].first)
        if form.cleaned_data["kind"]:
            found = found.filter(kind=form.cleaned_data["kind"])
    return found.select_related("person", "reversed_by", "reverses").order_by("-pk")


def _months(plan: SavingsPlan) -> list[Month]:
    """The months that have a line."""
    days = LedgerEntry.objects.filter(plan=plan).order_by("-month").values_list("month", flat=True).distinct()
    return [Month.of(day) for day in days]


@require_safe
def ledger(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Every line of the ledger."""
    plan = _kept_plan(request, plan_id)
    form = LedgerForm(request.GET, months=_months(plan))
    begun = months_of(plan, timezone.localdate())
    context = {
        "plan": plan,
        "form": form,
        "filtered": form.is_valid() and any(form.cleaned_data.values()),
        "page": Paginator(_filtered(plan, form), LINES_A_PAGE).get_page(request.GET.get("page")),
        "balance": tally_balance(plan.pk),
        "month": begun[0] if begun else None,
    }
    return render_page(request, "commitments/ledger.html", context, partials=("lines",))


@require_safe
def ledger_xlsx(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The lines as filtered, for the treasurer's own book."""
    plan = _kept_plan(request, plan_id)
    columns = [
        Column(_("Line"), "integer", 8),
        Column(_("Entered at"), "moment", 18),
        Column(_("Month"), width=12),
        Column(_("Kind"), width=14),
        Column(_("Person"), width=30),
        Column(_("What for"), width=44),
        Column(_("Amount"), "money", 18),
        Column(_("Takes back line"), "integer", 14),
    ]
    rows = (
        (
            line.pk,
            line.entered_at,
            month_text(line.month),
            line.get_kind_display(),
            line.person.full_name if line.person else "",
            line.text,
            line.amount,
            line.reverses_id,
        )
        for line in _filtered(plan, LedgerForm(request.GET, months=_months(plan)))
    )
    lines = [plan.agency.name, plan.purpose, _("For the treasurer alone: this file names persons.")]
    content = make_xlsx(_("Ledger of voluntary savings %d") % plan.year, lines, columns, rows)
    return xlsx_response(f"ledger-{plan.year}-{plan.agency.code.lower()}", content)


@require_http_methods(["GET", "HEAD", "POST"])
def reverse_entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Take a line back."""
    entry = get_object_or_404(LedgerEntry.objects.select_related("person", "plan"), pk=entry_id)
    plan = _kept_plan(request, entry.plan_id)
    form = ReverseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.reverse_entry(
                entry=entry, reason=form.cleaned_data["reason"], by=signed_in(request), now=timezone.now()
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The line has been taken back; both stay in the ledger."))
            return redirect("commitments:ledger", plan.pk)
    context = {"plan": plan, "entry": entry, "form": form}
    status = 422 if request.method == "POST" else 200
    return render_page(request, "commitments/reverse_entry.html", context, status=status)
