"""What was published: the public grid, frozen.

A cell is decided once, when the month is closed throughout its tree, and never changes: two versions of a
cell would tell what the difference said. Hidden ones keep their counts, since later decisions depend on them.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency
from conduct.kernel.statistics import ClusterSums, Share


class PublicCellQuerySet(models.QuerySet["PublicCell"]):
    def shown(self) -> "PublicCellQuerySet":
        """What everybody may see; the only cells that pages and open data read."""
        return self.filter(is_shown=True)


class PublicCell(models.Model):
    """An office's answers to a question (0 overall, 1–5 the factors) in a month, quarter or year.

    ``office_above`` is the office above in the published tree, None at its top.
    """

    class Kind(models.TextChoices):
        MONTH = "month", _("Month")
        QUARTER = "quarter", _("Quarter")
        YEAR = "year", _("Year")

    office = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    office_above = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")
    top = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=7, choices=Kind.choices)
    first = models.DateField(help_text="first day of the month, quarter or year")
    question = models.PositiveSmallIntegerField()
    judged = models.PositiveIntegerField()
    kept = models.PositiveIntegerField()
    clusters = models.BigIntegerField()
    nn = models.BigIntegerField()
    nk = models.BigIntegerField()
    kk = models.BigIntegerField()
    is_shown = models.BooleanField()
    published_at = models.DateTimeField()

    objects = PublicCellQuerySet.as_manager()

    COUNTS: ClassVar = ("judged", "kept", "clusters", "nn", "nk", "kk")

    class Meta:
        verbose_name = _("published figure")
        indexes = (models.Index(fields=("top", "kind", "first"), name="published_by_tree"),)
        constraints = (
            models.UniqueConstraint(
                fields=("office", "kind", "first", "question"), name="figure_is_published_once"
            ),
            models.CheckConstraint(condition=Q(question__lte=5), name="published_question_is_known"),
            models.CheckConstraint(condition=Q(kept__lte=F("judged")), name="published_share_is_a_share"),
            models.CheckConstraint(condition=Q(first__day=1), name="published_period_begins_on_the_first"),
        )

    def __str__(self) -> str:
        return f"{self.office} {self.first:%m/%Y} ({self.kind}): {self.question}"

    @property
    def share(self) -> Share:
        """The counts as a share with its desk-days."""
        return Share(self.kept, self.judged, ClusterSums(self.clusters, self.nn, self.nk, self.kk))
