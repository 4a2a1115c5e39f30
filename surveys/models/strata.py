"""What an invitation knows of its dossier."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Posting

from .points import ServicePoint


class Stratum(models.Model):
    """What an invitation knows: point, month, procedure group, and the officer only where that officer
    finished at least 20 dossiers in the month. Never a dossier."""

    point = models.ForeignKey(ServicePoint, models.PROTECT, related_name="+")
    month = models.DateField()
    procedure_group = models.CharField(max_length=120)
    posting = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("stratum")
        verbose_name_plural = _("strata")
        constraints = (
            models.UniqueConstraint(
                fields=("point", "month", "procedure_group", "posting"),
                name="stratum_is_one_row",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="stratum_month_is_its_first_day"),
        )

    def __str__(self) -> str:
        return f"{self.point} {self.month:%m/%Y} {self.procedure_group}"
