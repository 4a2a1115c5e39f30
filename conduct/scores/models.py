"""Schemes, the chunks of the roll-up, and what it computes: scores of persons and of agencies.

Counts are additive and stored per agency and component; a score is a pure function of counts and a scheme
(rules). Nothing here is ever incremented: the roll-up computes a month anew and replaces its rows.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency, Posting
from models_catalog.models import Adoption


class Scheme(models.Model):
    """A dated set of scoring rules as data (``rules`` parses ``document``); a new law is a new row."""

    code = models.SlugField(max_length=40)
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    legal_basis = models.CharField(max_length=300, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    document = models.JSONField()

    class Meta:
        verbose_name = _("scheme")
        constraints = (
            models.UniqueConstraint(fields=("code", "number"), name="scheme_has_one_version_of_a_number"),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"


class RollUpChunk(models.Model):
    """The unit of distribution: one office subtree or one province in one month, claimed under a lease.

    Due while ``requested_at`` is later than ``finished_from``, the request that the last finished run
    served. ``above`` is the office that adds this one's counts to its own and waits for it.
    """

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    above = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    month = models.DateField()
    requested_at = models.DateTimeField()
    finished_from = models.DateTimeField(null=True, blank=True)
    claimed_by = models.CharField(max_length=60, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    n_rows = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("agency", "month"), name="agency_has_one_chunk_a_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="chunk_month_is_its_first_day"),
        )

    def __str__(self) -> str:
        return f"{self.agency} {self.month:%m/%Y}"


class PersonScore(models.Model):
    """A posting's month under one adopted model, with every part that explains it."""

    class State(models.TextChoices):
        SCORED = "scored", _("Scored")
        INSUFFICIENT = "insufficient", _("Not enough evidence")
        NOT_CONSIDERED = "not_considered", _("Not considered this month")

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="+")
    adoption = models.ForeignKey(Adoption, models.PROTECT, related_name="+")
    office = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    month = models.DateField()
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="+")
    state = models.CharField(max_length=14, choices=State.choices)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    band = models.CharField(max_length=20, blank=True)
    coverage = models.DecimalField(max_digits=5, decimal_places=4)
    is_pooled = models.BooleanField(default=False)
    parts = models.JSONField()

    class Meta:
        indexes = (models.Index(fields=("office", "month"), name="person_score_by_office"),)
        constraints = (
            models.UniqueConstraint(
                fields=("posting", "adoption", "month"), name="posting_has_one_score_a_month"
            ),
            models.CheckConstraint(
                condition=Q(state="scored", score__isnull=False)
                | (~Q(state="scored") & Q(score__isnull=True)),
                name="only_a_scored_month_has_a_score",
            ),
        )

    def __str__(self) -> str:
        return f"{self.posting} {self.month:%m/%Y}"


class AgencyCount(models.Model):
    """An additive count of a component in an agency's subtree in a month.

    ``clusters``, ``nn``, ``nk``, ``kk`` are the sums over desk-day clusters of 1, n², n·k and k²: they add up
    the tree too and give the design effect at every node.
    """

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    office = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    month = models.DateField()
    component = models.CharField(max_length=20)
    kept = models.BigIntegerField()
    judged = models.BigIntegerField()
    clusters = models.BigIntegerField(default=0)
    nn = models.BigIntegerField(default=0)
    nk = models.BigIntegerField(default=0)
    kk = models.BigIntegerField(default=0)

    class Meta:
        indexes = (models.Index(fields=("office", "month"), name="agency_count_by_office"),)
        constraints = (
            models.UniqueConstraint(
                fields=("agency", "month", "component"), name="agency_counts_a_component_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.agency} {self.month:%m/%Y} {self.component}: {self.kept}/{self.judged}"


class AgencyScore(models.Model):
    """An agency's month, derived from its counts."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    office = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    month = models.DateField()
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="+")
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    band = models.CharField(max_length=20, blank=True)
    coverage = models.DecimalField(max_digits=5, decimal_places=4)
    n_postings = models.PositiveIntegerField(default=0)
    parts = models.JSONField()

    class Meta:
        indexes = (models.Index(fields=("office", "month"), name="agency_score_by_office"),)
        constraints = (
            models.UniqueConstraint(fields=("agency", "month"), name="agency_has_one_score_a_month"),
        )

    def __str__(self) -> str:
        return f"{self.agency} {self.month:%m/%Y}"
