"""Collective undertakings: units that help villages and households, many to many, with an outcome."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from conduct.agencies.branches import ground_of
from conduct.agencies.models import Agency, User


class UndertakingQuerySet(models.QuerySet["Undertaking"]):
    def visible_to(self, user: User, on: date) -> "UndertakingQuerySet":
        """Those of the agencies that the person may see, and those from above in which the own unit helps."""
        return self.filter(agency_id__in=ground_of(user.pk, on).bound)


class Undertaking(models.Model):
    """A programme of an agency: which of its units help which villages or households."""

    class Kind(models.TextChoices):
        VILLAGE = "village", _("Villages and neighbourhoods")
        POOR_HOUSEHOLD = "poor_household", _("Poor households")
        POLICY_FAMILY = "policy_family", _("Policy families")

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=250)
    kind = models.CharField(_("who is helped"), max_length=14, choices=Kind.choices)
    decision_number = models.CharField(_("decision number"), max_length=80, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    objects = UndertakingQuerySet.as_manager()

    class Meta:
        verbose_name = _("undertaking")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="undertaking_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=("agency", "name", "starts_on"), name="agency_opens_an_undertaking_once"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Beneficiary(models.Model):
    """A village, or a household by its code and village; a household's name is sealed, never exported."""

    class Outcome(models.TextChoices):
        GOING_ON = "going_on", _("Going on")
        LEFT_POVERTY = "left_poverty", _("Left poverty")
        REACHED = "reached", _("Goal reached")
        STOPPED = "stopped", _("Stopped")

    undertaking = models.ForeignKey(Undertaking, models.PROTECT, related_name="beneficiaries")
    code = models.CharField(_("code"), max_length=40)
    village = models.CharField(_("village or neighbourhood"), max_length=160)
    name_sealed = models.BinaryField(default=bytes, blank=True)
    need = models.CharField(_("what is needed"), max_length=400, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, default=Outcome.GOING_ON)
    outcome_on = models.DateField(null=True, blank=True)
    outcome_note = models.CharField(_("note"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("beneficiary")
        verbose_name_plural = _("beneficiaries")
        constraints = (
            models.UniqueConstraint(
                fields=("undertaking", "code"), name="undertaking_names_a_beneficiary_once"
            ),
            models.CheckConstraint(
                condition=Q(outcome="going_on", outcome_on__isnull=True)
                | (~Q(outcome="going_on") & Q(outcome_on__isnull=False)),
                name="outcome_says_when",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} · {self.village}"


class Support(models.Model):
    """A unit that helps a beneficiary."""

    beneficiary = models.ForeignKey(Beneficiary, models.PROTECT, related_name="supports")
    unit = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    task = models.CharField(_("what the unit does"), max_length=400, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("support")
        constraints = (
            models.UniqueConstraint(fields=("beneficiary", "unit"), name="unit_helps_a_beneficiary_once"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="support_ends_after_it_begins",
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit} → {self.beneficiary}"


class Help(models.Model):
    """What a unit did on a day (a visit, a gift, a repaired roof)."""

    support = models.ForeignKey(Support, models.PROTECT, related_name="helps")
    on = models.DateField(_("day"))
    what = models.CharField(_("what was done"), max_length=400)
    value = models.PositiveBigIntegerField(_("value in đồng"), null=True, blank=True)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("help")

    def __str__(self) -> str:
        return f"{self.support}: {self.what}"
