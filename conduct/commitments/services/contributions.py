"""The acts of voluntary savings: the plan of a year, and the lines of its ledger."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, User
from conduct.audit.services import record
from conduct.kernel.months import Month
from conduct.kernel.wording import month_text, number_text

from ..models import LedgerEntry, SavingsPlan, SavingsRate
from ..permissions.contributions import check_can_plan_savings, check_keeps_ledger, givers
from ..tallies.contributions import tally_balance


@transaction.atomic
def open_savings_plan(
    *,
    agency: Agency,
    year: int,
    purpose: str,
    decision_number: str = "",
    rates: Mapping[str, int],
    by: User,
    now: datetime,
) -> tuple[SavingsPlan, bool]:
    """What an agency proposes for a year: for whom, and how much a month for each staff category, in đồng.

    Returns the plan and whether it is new. Raises Refused without the right, ValidationError for a year far
    off or when the agency has another plan for the year.
    """
    today = timezone.localdate(now)
    check_can_plan_savings(by, agency, today)
    if not today.year - 1 <= year <= today.year + 1:
        raise ValidationError({"year": _("Choose last year, this year or the next.")})
    values = {"purpose": purpose, "decision_number": decision_number}
    plan, created = SavingsPlan.objects.get_or_create(
        agency=agency, year=year, defaults={**values, "opened_by": by, "opened_at": now}
    )
    if created:
        _set_rates(plan, rates)
        data = {"year": year, **values, "rates": dict(rates)}
        record(act="commitments.open_savings_plan", by=by, obj=plan, agency=agency, now=now, data=data)
    elif _facts(plan) != {**values, "rates": dict(rates)}:
        raise ValidationError({"year": _("The agency already has a plan for this year.")})
    return plan, created


@transaction.atomic
def change_savings_plan(
    *,
    plan: SavingsPlan,
    purpose: str,
    decision_number: str = "",
    rates: Mapping[str, int],
    by: User,
    now: datetime,
) -> bool:
    """Word the plan anew; what was given stays. Returns whether anything changed.

    Raises Refused without the right.
    """
    plan = _locked(plan)
    check_can_plan_savings(by, plan.agency, timezone.localdate(now))
    old, new = _facts(plan), {"purpose": purpose, "decision_number": decision_number, "rates": dict(rates)}
    if old == new:
        return False
    plan.purpose, plan.decision_number = purpose, decision_number
    plan.save(update_fields=["purpose", "decision_number"])
    plan.rates.all().delete()
    _set_rates(plan, rates)
    _note("commitments.change_savings_plan", plan, by, now, {"old": old, "new": new})
    return True


@transaction.atomic
def enter_contributions(
    *, plan: SavingsPlan, month: Month, amounts: Mapping[int, int], batch: UUID, by: User, now: datetime
) -> int:
    """Enter what persons (by their ids) gave for a month, in đồng; returns how many lines are new.

    The same ``batch`` adds nothing a second time. Raises Refused to everybody but the treasurer,
    ValidationError for a month outside the plan's year or to come, or for somebody who did not serve then.
    """
    plan = _kept(plan, by, now)
    if month.year != plan.year or month > Month.of(timezone.localdate(now)):
        words = _("Gifts are entered for the months of %(year)s that have begun.")
        raise ValidationError(words % {"year": plan.year})
    given = {person: amount for person, amount in amounts.items() if amount > 0}
    serving = givers(plan.agency, month).filter(person_id__in=given).values_list("person_id", flat=True)
    if strangers := set(given) - set(serving):
        words = _("%(n)d of these people did not serve in %(agency)s in that month.")
        raise ValidationError(words % {"n": len(strangers), "agency": plan.agency.name})
    if not given or LedgerEntry.objects.filter(batch=batch).exists():
        return 0
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            plan=plan, kind=LedgerEntry.Kind.CONTRIBUTION, person_id=person, month=month.first,
            amount=amount, batch=batch, entered_by=by, entered_at=now,
        )
        for person, amount in given.items()
    )  # fmt: skip
    # No names and no sums: whoever reads the trail must not read off a gift.
    _note("commitments.enter_contributions", plan, by, now, {"month": str(month), "batch": str(batch)})
    return len(given)


@transaction.atomic
def enter_spending(
    *, plan: SavingsPlan, month: Month, amount: int, text: str, batch: UUID, by: User, now: datetime
) -> bool:
    """Enter what was spent (đồng) and for what; returns whether it is new.

    The same ``batch`` adds nothing a second time. Raises Refused to everybody but the treasurer,
    ValidationError for a month before the plan or to come, or for more than there is.
    """
    plan = _kept(plan, by, now)
    if LedgerEntry.objects.filter(batch=batch).exists():
        return False
    if not Month(plan.year, 1) <= month <= Month.of(timezone.localdate(now)):
        raise ValidationError({"month": _("Choose a month of the plan that has begun.")})
    if amount <= 0:
        raise ValidationError({"amount": _("Enter more than 0 đồng.")})
    balance = tally_balance(plan.pk)
    if amount > balance:
        words = _("Only %(balance)s đ is left: more cannot be spent.")
        raise ValidationError({"amount": words % {"balance": number_text(balance)}})
    LedgerEntry.objects.create(
        plan=plan, kind=LedgerEntry.Kind.SPENDING, month=month.first, amount=-amount, text=text,
        batch=batch, entered_by=by, entered_at=now,
    )  # fmt: skip
    data: dict[str, object] = {"month": str(month), "amount": amount, "text": text}
    _note("commitments.enter_spending", plan, by, now, data)
    return True


@transaction.atomic
def reverse_entry(*, entry: LedgerEntry, reason: str, by: User, now: datetime) -> bool:
    """Take a line back by one of the opposite amount, in the same month; once. Returns whether it is new.

    Raises Refused to everybody but the treasurer, ValidationError for a line that itself takes one back, or
    when what was given has been spent.
    """
    plan = _kept(entry.plan, by, now)
    if entry.kind == LedgerEntry.Kind.REVERSAL:
        raise ValidationError(_("A line that takes another back stays: enter the amount anew instead."))
    if LedgerEntry.objects.filter(reverses=entry).exists():
        return False
    if entry.amount > tally_balance(plan.pk):
        words = _("What was given in %(month)s has been spent in part: take back the spending first.")
        raise ValidationError(words % {"month": month_text(entry.month)})
    LedgerEntry.objects.create(
        plan=plan, kind=LedgerEntry.Kind.REVERSAL, person_id=entry.person_id, month=entry.month,
        amount=-entry.amount, text=reason, reverses=entry, entered_by=by, entered_at=now,
    )  # fmt: skip
    _note("commitments.reverse_entry", plan, by, now, {"entry": entry.pk, "kind": entry.kind})
    return True


def _facts(plan: SavingsPlan) -> dict[str, object]:
    rates = dict(plan.rates.values_list("category", "amount"))
    return {"purpose": plan.purpose, "decision_number": plan.decision_number, "rates": rates}


def _set_rates(plan: SavingsPlan, rates: Mapping[str, int]) -> None:
    SavingsRate.objects.bulk_create(
        SavingsRate(plan=plan, category=category, amount=amount) for category, amount in rates.items()
    )


def _locked(plan: SavingsPlan) -> SavingsPlan:
    """The plan, held until the end of the transaction: its lines are written one after the other."""
    return SavingsPlan.objects.select_related("agency").select_for_update(of=("self",)).get(pk=plan.pk)


def _kept(plan: SavingsPlan, by: User, now: datetime) -> SavingsPlan:
    """The plan, held, after checking that this is its treasurer."""
    plan = _locked(plan)
    check_keeps_ledger(by, plan.agency, timezone.localdate(now))
    return plan


def _note(act: str, plan: SavingsPlan, by: User, now: datetime, data: dict[str, object]) -> None:
    record(act=act, by=by, obj=plan, agency=plan.agency, now=now, data=data)
