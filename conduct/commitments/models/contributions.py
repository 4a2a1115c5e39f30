"""Monthly savings given to others: voluntary, in whole đồng, in a ledger that only grows."""

from datetime import date
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency, Posting, User
from conduct.agencies.permissions import visible_agency_ids


class SavingsPlanQuerySet(models.QuerySet["SavingsPlan"]):
    def visible_to(self, user: User, on: date) -> "SavingsPlanQuerySet":
        """Those of the agencies that the person may see that day."""
        return self.filter(agency_id__in=visible_agency_ids(user, on))


class SavingsPlan(models.Model):
    """What an agency proposes for a year, for whom it is meant, and what each category may give a month."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("year"))
    purpose = models.CharField(_("purpose"), max_length=400)
    decision_number = models.CharField(_("decision number"), max_length=80, blank=True)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    objects = SavingsPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("savings plan")
        constraints = (
            models.UniqueConstraint(fields=("agency", "year"), name="agency_has_one_savings_plan_a_year"),
        )

    def __str__(self) -> str:
        return f"{self.agency} {self.year}"


class SavingsRate(models.Model):
    """The proposed amount a month of a staff category (30.000 đồng for officials, 15.000 for workers)."""

    plan = models.ForeignKey(SavingsPlan, models.PROTECT, related_name="rates")
    category = models.CharField(_("staff category"), max_length=12, choices=Posting.Category.choices)
    amount = models.PositiveIntegerField(_("đồng a month"))

    class Meta:
        verbose_name = _("monthly amount")
        constraints = (
            models.UniqueConstraint(fields=("plan", "category"), name="plan_has_one_amount_a_category"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="monthly_amount_is_positive"),
        )

    def __str__(self) -> str:
        return f"{self.get_category_display()}: {self.amount}"


class LedgerEntry(models.Model):
    """A line of the ledger: money in from a person, money out for a purpose, or an earlier line reversed.

    Lines never change and never go (trigger); a mistake is reversed by a line of the opposite amount.
    Only the treasurer reads the lines of persons.
    """

    class Kind(models.TextChoices):
        CONTRIBUTION = "contribution", _("Contribution")
        SPENDING = "spending", _("Spending")
        REVERSAL = "reversal", _("Reversal")

    plan = models.ForeignKey(SavingsPlan, models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    month = models.DateField(help_text="first day of the month it belongs to")
    amount = models.BigIntegerField(_("đồng"), help_text="money in is positive, money out negative")
    text = models.CharField(_("what for"), max_length=300, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")
    # The form that was sent: sent again by a double click, it adds nothing.
    batch = models.UUIDField(default=uuid4, editable=False)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("ledger entry")
        indexes = (models.Index(fields=("plan", "month"), name="ledger_by_month"),)
        constraints = (
            models.UniqueConstraint(
                fields=("batch", "person"), name="batch_is_entered_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="ledger_month_is_its_first_day"),
            models.CheckConstraint(
                condition=Q(kind="contribution", amount__gt=0, person__isnull=False, reverses__isnull=True)
                | Q(kind="spending", amount__lt=0, person__isnull=True, reverses__isnull=True)
                | (Q(kind="reversal", reverses__isnull=False) & ~Q(amount=0)),
                name="ledger_entry_fits_its_kind",
            ),
        )

    def __str__(self) -> str:
        return f"{self.plan} {self.month:%m/%Y}: {self.amount}"
