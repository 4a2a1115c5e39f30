"""Confirmed results with their history (Điều 21.3), and what was sent to other systems (Điều 26.1d)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency, User

from .sheets import Sheet


class Result(models.Model):
    """A confirmed result of a sheet. A later one replaces it and both stay; rows are frozen (trigger) but
    for ``replaced_by``. Points are exact, not rounded; ``level`` is the range that the total lies in."""

    class Cause(models.TextChoices):
        CONFIRMED = "confirmed", _("Confirmed")
        PETITION = "petition", _("After a petition")
        RERATED = "rerated", _("Rated again")

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="results")
    number = models.PositiveSmallIntegerField()
    cause = models.CharField(max_length=9, choices=Cause.choices)
    common = models.DecimalField(max_digits=20, decimal_places=12)
    tasks = models.DecimalField(max_digits=20, decimal_places=12, null=True, blank=True)
    total = models.DecimalField(max_digits=20, decimal_places=12)
    level = models.CharField(max_length=12)
    parts = models.JSONField()
    reason = models.TextField(blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    replaced_by = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaces")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("sheet", "number"), name="result_has_one_of_a_number"),
            models.UniqueConstraint(
                fields=("sheet",), condition=Q(replaced_by__isnull=True), name="sheet_has_one_result_in_force"
            ),
        )

    def __str__(self) -> str:
        return f"{self.sheet_id}/{self.number}: {self.total:.2f}"


class ResultExport(models.Model):
    """A file of results that left for another system: for the 5 days of Điều 26.1d. Only added to."""

    class Target(models.TextChoices):
        NATIONAL = "national", _("National database")
        PROVINCE = "province", _("The province's evaluation software")

    office = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    target = models.CharField(max_length=8, choices=Target.choices)
    kind = models.CharField(max_length=7)
    period = models.DateField()
    form = models.CharField(max_length=4)
    n_rows = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.office} {self.period:%m/%Y} {self.target}"
