"""Citizens' counts of a month as the roll-up keeps them, so that a province is read as fast as a commune.

Every row can be counted anew from the forms; nothing else is in them (surveys/tallies/monthly.py).
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency

from .questionnaires import Questionnaire


def _six() -> models.Field[list[int], list[int]]:
    return ArrayField(models.BigIntegerField(), size=6)


class MonthFigure(models.Model):
    """Marks that an agency (without what is below it) was given in a month, told apart by one dimension.

    ``by`` "" with ``value`` "" are all forms; that row is there also when there were none, and says that the
    month was counted. Arrays are by question: overall, then the five factors. ``m1``–``m5``: how often each
    mark; the others are the sums of kernel.statistics.ClusterSums over desk-days.
    """

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", db_index=False)
    month = models.DateField()
    by = models.CharField(max_length=10, blank=True)
    value = models.CharField(max_length=140, blank=True)
    m1, m2, m3, m4, m5 = _six(), _six(), _six(), _six(), _six()
    clusters, nn, nk, kk = _six(), _six(), _six(), _six()

    class Meta:
        verbose_name = _("citizens' marks of a month")
        constraints = (
            models.UniqueConstraint(
                fields=("agency", "month", "by", "value"), name="month_has_each_figure_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.agency} {self.month:%m/%Y} {self.by} {self.value}"


class MonthCount(models.Model):
    """How often an answer to a further question was given in an agency's month; how many forms."""

    class Kind(models.TextChoices):
        ANSWER = "answer", _("answers to a further question")
        DESK = "desk", _("forms of QR codes and kiosks, those set aside too")
        ASIDE = "aside", _("forms set aside")

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", db_index=False)
    month = models.DateField()
    kind = models.CharField(max_length=6, choices=Kind.choices)
    questionnaire = models.ForeignKey(
        Questionnaire, models.PROTECT, related_name="+", null=True, db_index=False
    )
    # Of a further question: where it stands among them; 0 asks for the trips.
    place = models.PositiveSmallIntegerField(default=0)
    # The mark, or the reason for setting aside.
    value = models.CharField(max_length=8, blank=True)
    n = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("citizens' count of a month")
        constraints = (
            models.UniqueConstraint(
                fields=("agency", "month", "kind", "questionnaire", "place", "value"),
                nulls_distinct=False,
                name="month_has_each_count_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.agency} {self.month:%m/%Y} {self.kind} {self.value}"
