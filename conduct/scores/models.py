"""Schemes, runs and chunks of the roll-up, what it computes, the seals on it, and what a draft would change.

Counts are additive and stored per agency and component; a score is a pure function of counts and a scheme
(rules). Nothing here is ever incremented: the roll-up computes a month anew and replaces its rows.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency, Posting, User
from models_catalog.models import Adoption


class Scheme(models.Model):
    """A dated set of scoring rules as data (``rules`` parses ``document``); a new law is a new row.

    What is published never changes (a trigger refuses it). A draft belongs to its ``keeper`` and is only ever
    run over past months without saving a score.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")

    code = models.SlugField(max_length=40)
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    legal_basis = models.CharField(max_length=300, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    document = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PUBLISHED)
    keeper = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    based_on = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    made_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("scheme")
        constraints = (
            models.UniqueConstraint(fields=("code", "number"), name="scheme_has_one_version_of_a_number"),
            models.CheckConstraint(
                condition=Q(state="published") | Q(keeper__isnull=False, based_on__isnull=False),
                name="draft_scheme_has_a_keeper",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"


class RollUpRun(models.Model):
    """A request for a roll-up: who or what asked, for which months and offices, and what became of it.

    While it runs its figures are counted from its chunks; when it ends they are written here, because a later
    run takes the chunks over. ``root`` is None for the whole tree.
    """

    class Cause(models.TextChoices):
        NIGHT = "night", _("Every night")
        ASKED = "asked", _("Asked for on the page")
        COMMAND = "command", _("From the command line")
        CLOSING = "closing", _("Closing of a month")
        REOPENING = "reopening", _("Reopening of a month")

    class Lane(models.TextChoices):
        PROMPT = "prompt", _("At once")
        BULK = "bulk", _("In bulk")

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        CANCELLED = "cancelled", _("Cancelled")
        FINISHED = "finished", _("Finished")

    cause = models.CharField(max_length=10, choices=Cause.choices)
    lane = models.CharField(max_length=6, choices=Lane.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    root = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    first_month = models.DateField()
    last_month = models.DateField()
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    n_chunks = models.PositiveIntegerField(default=0)
    n_done = models.PositiveIntegerField(default=0)
    n_failed = models.PositiveIntegerField(default=0)
    n_rows = models.PositiveBigIntegerField(default=0)

    class Meta:
        indexes = (models.Index(fields=("-asked_at",), name="roll_up_run_newest"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(first_month__day=1, last_month__day=1, last_month__gte=models.F("first_month")),
                name="run_spans_whole_months",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("running", "paused"), finished_at__isnull=True)
                | Q(state__in=("cancelled", "finished"), finished_at__isnull=False),
                name="ended_run_says_when",
            ),
        )

    def __str__(self) -> str:
        return f"{self.cause} {self.first_month:%m/%Y}–{self.last_month:%m/%Y}"


class RollUpChunk(models.Model):
    """The unit of distribution: one office subtree or one province in one month, claimed under a lease.

    Due while ``requested_at`` is later than ``finished_from``, the request that the last finished run
    served. ``above`` is the office that adds this one's counts to its own and waits for it. ``run`` is the
    run that asked last; ``is_prompt`` puts it on the lane of receipts, before everything in bulk.
    """

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    above = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    month = models.DateField()
    run = models.ForeignKey(RollUpRun, models.SET_NULL, null=True, blank=True, related_name="+")
    is_prompt = models.BooleanField(default=False)
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
        indexes = (
            models.Index(
                fields=("run",),
                name="chunk_still_due_in_a_run",
                condition=Q(finished_from__isnull=True) | Q(requested_at__gt=models.F("finished_from")),
            ),
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


class Seal(models.Model):
    """The hash over a closed month of an office and over the seal before it; only added (a trigger).

    A month that is reopened and closed again gets a new seal; the old one stays in the chain.
    """

    office = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    month = models.DateField()
    sealed_at = models.DateTimeField()
    previous = models.CharField(max_length=64, blank=True)
    rows_sha256 = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    n_persons = models.PositiveIntegerField()
    n_counts = models.PositiveIntegerField()
    n_agencies = models.PositiveIntegerField()

    class Meta:
        indexes = (models.Index(fields=("office", "month"), name="seal_by_month"),)
        constraints = (
            models.UniqueConstraint(fields=("office", "number"), name="office_has_one_seal_a_number"),
            models.CheckConstraint(
                condition=Q(number=1, previous="") | (Q(number__gt=1) & ~Q(previous="")),
                name="only_the_first_seal_has_none_before_it",
            ),
        )

    def __str__(self) -> str:
        return f"{self.office} {self.month:%m/%Y} #{self.number}"


class WhatIf(models.Model):
    """A draft scheme run over past months: what it would have changed. No score; it is deleted after a while.

    ``result`` is what rules.what_if sums up; ids and figures, no names.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="+")
    document = models.JSONField()
    root = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    first_month = models.DateField()
    last_month = models.DateField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    worker = models.CharField(max_length=60, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    n_tries = models.PositiveSmallIntegerField(default=0)
    n_all = models.PositiveIntegerField(default=0)
    n_done = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=100, blank=True)
    result = models.JSONField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=("expires_at",), name="what_if_by_expiry"),)

    def __str__(self) -> str:
        return f"{self.scheme} {self.first_month:%m/%Y}–{self.last_month:%m/%Y}"
