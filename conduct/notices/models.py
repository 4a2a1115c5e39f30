"""The inbox of each member of staff: what waits or happened, pushed as rows by the app that knows."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import User

from .rules import NEWS


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self) -> "NoticeQuerySet":
        """Those that nobody opened yet."""
        return self.filter(read_at__isnull=True)

    def to_mail(self, now: datetime) -> "NoticeQuerySet":
        """Those that a mail may still carry: neither read nor mailed, and news."""
        return self.unread().filter(mailed_at__isnull=True, made_at__gt=now - NEWS)


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
            models.Index(
                fields=("made_at",),
                condition=Q(read_at__isnull=True, mailed_at__isnull=True),
                name="notices_to_mail",
            ),
            models.Index(fields=("read_at",), condition=Q(read_at__isnull=False), name="read_notices"),
        )
        constraints = (
            models.UniqueConstraint(fields=("recipient", "key"), name="notice_is_pushed_once"),
            # A backslash or a second slash would lead a browser to another site.
            models.CheckConstraint(
                condition=Q(url="") | Q(url__regex=r"^/([^/\\]|$)"),
                name="notice_leads_to_a_page_of_this_site",
            ),
        )

    def __str__(self) -> str:
        return self.title


class MailBox(models.Model):
    """How a person gets mail. No row: mail is wanted and none has left yet."""

    person = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="+")
    wants_mail = models.BooleanField(_("e-mail wanted"), default=True)
    mailed_on = models.DateField(null=True, blank=True)
    # While a worker sends, and after the address was refused: nobody else tries before.
    held_until = models.DateTimeField(null=True, blank=True)
    n_failures = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("mail box")

    def __str__(self) -> str:
        return str(self.person)


class MailServer(models.Model):
    """The one row about the server that sends mail: since it could not be reached, it rests until then."""

    rests_until = models.DateTimeField(null=True, blank=True)
    n_failures = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("mail server")
        constraints = (models.CheckConstraint(condition=Q(pk=1), name="there_is_one_mail_server"),)

    def __str__(self) -> str:
        return f"{self.n_failures}"
