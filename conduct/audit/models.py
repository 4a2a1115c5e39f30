"""The audit trail: who did what to which thing, when and why.

No foreign keys: a trail must outlive what it speaks of and never hinder the live tables. Names are frozen as
text. The database lets the application insert and read, nothing else (migration 0001).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEvent(models.Model):
    """One act. ``data`` holds ids, counts and old and new values; never free text of citizens."""

    at = models.DateTimeField(db_index=True)
    act = models.CharField(max_length=60, db_index=True)
    actor_id = models.BigIntegerField(null=True, blank=True)
    actor_name = models.CharField(max_length=200, blank=True)
    agency_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    agency_name = models.CharField(max_length=250, blank=True)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=60)
    object_name = models.CharField(max_length=300, blank=True)
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("audit event")
        ordering = ("-at", "-id")
        indexes = (models.Index(fields=("object_type", "object_id"), name="audit_object"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.act} {self.object_name}"
