"""Imports of the one-stop system's list: the row is the request, a worker reads the file (ADR 0003)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency, User


class ColumnMapping(models.Model):
    """Which column of a file means what, remembered for files with the same headings."""

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="+")
    # SHA-256 of the headings in their order.
    headings_hash = models.CharField(max_length=64)
    columns = models.JSONField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("agency", "headings_hash"), name="headings_are_mapped_once"),
        )

    def __str__(self) -> str:
        return self.headings_hash[:8]


class DossierImport(models.Model):
    """A file, what its columns mean, and how far its reading has come. All of it is stored, or nothing."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Waiting for its columns")
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Being read")
        DONE = "done", _("Imported")
        REFUSED = "refused", _("Refused: rows are wrong")
        FAILED = "failed", _("Failed")

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    name = models.CharField(_("file"), max_length=200)
    # Removed when the import has ended: it holds names.
    file = models.FileField(upload_to="imports/", blank=True)
    sha256 = models.CharField(max_length=64)
    columns = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.UPLOADED)
    n_rows = models.PositiveIntegerField(default=0)
    n_done = models.PositiveIntegerField(default=0)
    n_new = models.PositiveIntegerField(default=0)
    n_changed = models.PositiveIntegerField(default=0)
    n_same = models.PositiveIntegerField(default=0)
    n_wrong = models.PositiveIntegerField(default=0)
    # [[row, column, code, detail]]: the first thousand; all of them stand in the file, one JSON list a line.
    problems = models.JSONField(default=list)
    problems_file = models.FileField(upload_to="imports/", blank=True)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=60, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    n_tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=100, blank=True)

    class Meta:
        verbose_name = _("import of dossiers")
        indexes = (models.Index(fields=("agency", "-asked_at"), name="imports_of_an_agency"),)

    def __str__(self) -> str:
        return self.name
