"""The inbox of each member of staff: what waits or happened, pushed as rows by the app that knows."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import User


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self) -> "NoticeQuerySet":
        """Those that nobody opened yet."""
        return self.filter(read_at__isnull=True)


class Notice(models.Model):
    """One line of an inbox. ``key`` says what it is about: the same key is never pushed twice to a person.

    It names nobody but its reader and, where needed, who did something; never a citizen.
    """

    recipient = models.ForeignKey(User, models.CASCADE, related_name="+")
    key = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    text = models.CharField(max_length=600, blank=True)
    url = models.CharField(max_length=300, blank=True, help_text="path on this site")
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    # Filled when a mail with this line has left; a mail gathers all lines that wait.
    mailed_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        ordering = ("-made_at", "-id")
        indexes = (
            models.Index(fields=("recipient",), condition=Q(read_at__isnull=True), name="unread_notices"),
            models.Index(fields=("recipient", "-made_at"), name="inbox_in_order"),
        )
        constraints = (models.UniqueConstraint(fields=("recipient", "key"), name="notice_is_pushed_once"),)

    def __str__(self) -> str:
        return self.title
