"""An inspection of an agency on a day, and what was examined line by line."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency, Posting, Role, User
from conduct.agencies.permissions import reach_ids
from models_catalog.models import Adoption, Item


class InspectionQuerySet(models.QuerySet["Inspection"]):
    def visible_to(self, user: User, on: date) -> "InspectionQuerySet":
        """Those of agencies that the person inspects or heads that day."""
        return self.filter(agency_id__in=reach_ids(user, on, Role.INSPECTOR, Role.HEAD))


class Inspection(models.Model):
    """A visit on one day. ``done_at``: when it was finished; from then on its lines count."""

    class Kind(models.TextChoices):
        WEEKLY = "weekly", _("Weekly")
        MONTHLY = "monthly", _("Monthly")
        QUARTERLY = "quarterly", _("Quarterly")
        UNANNOUNCED = "unannounced", _("Unannounced")

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=11, choices=Kind.choices)
    on = models.DateField(_("day"))
    subject = models.CharField(_("subject"), max_length=200)
    inspector = models.ForeignKey(User, models.PROTECT, related_name="+")
    note = models.TextField(_("note"), blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("inspection")
        indexes = (models.Index(fields=("agency", "on"), name="inspection_by_agency"),)

    def __str__(self) -> str:
        return f"{self.agency} {self.on:%d/%m/%Y}"


class InspectionLine(models.Model):
    """One person (posting) examined on one item of an adopted model. Every line examined is judged; a line
    without a confirmed finding is kept."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="lines")
    posting = models.ForeignKey(Posting, models.PROTECT, related_name="+")
    adoption = models.ForeignKey(Adoption, models.PROTECT, related_name="+")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("inspection", "posting", "adoption", "item"), name="line_is_examined_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.posting}: {self.item}"
