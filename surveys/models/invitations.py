"""Invitations after a dossier. The pair of address and token exists in the outgoing mail alone (ADR 0012)."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency, User
from conduct.agencies.permissions import visible_agency_ids
from conduct.dossiers.models import Dossier

from .points import ServicePoint
from .questionnaires import Questionnaire


class BatchQuerySet(models.QuerySet["InvitationBatch"]):
    def visible_to(self, user: User, on: date) -> "BatchQuerySet":
        """Batches of agencies that the person may see."""
        return self.filter(agency_id__in=visible_agency_ids(user, on))


class InvitationBatch(models.Model):
    """Everyone whose dossier an agency finished in a month, invited and reminded together or not at all.

    The row is the request: a worker sends, a sweep brings what was left (ADR 0003).
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        REMINDING = "reminding", _("Reminder being sent")
        REMINDED = "reminded", _("Reminded")
        FAILED = "failed", _("Failed")

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    point = models.ForeignKey(ServicePoint, models.PROTECT, related_name="+")
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="+")
    month = models.DateField(_("dossiers finished in"))
    expires_on = models.DateField(_("links work until"))
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.WAITING)
    n_dossiers = models.PositiveIntegerField(default=0)
    n_sent = models.PositiveIntegerField(default=0)
    n_failed = models.PositiveIntegerField(default=0)
    # Dossiers without an address, or in too small a group to stay unknown.
    n_left_out = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    worker = models.CharField(max_length=60, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    n_tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=100, blank=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("batch of invitations")
        verbose_name_plural = _("batches of invitations")
        constraints = (
            models.CheckConstraint(condition=Q(month__day=1), name="batch_month_is_its_first_day"),
        )

    def __str__(self) -> str:
        return f"{self.agency} {self.month:%m/%Y}"


class Invited(models.Model):
    """That a dossier is in a batch, and whether its mail has left. It knows no token, time or answer."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")

    batch = models.ForeignKey(InvitationBatch, models.CASCADE, related_name="invited")
    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="+")
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("dossier",), name="dossier_is_invited_once"),)

    def __str__(self) -> str:
        return self.state


class SpentToken(models.Model):
    """The hash of an invitation that was used, from the transaction of its response, without a link to it."""

    hash = models.CharField(primary_key=True, max_length=64)
    batch = models.ForeignKey(InvitationBatch, models.CASCADE, related_name="spent")

    class Meta:
        verbose_name = _("spent invitation")

    def __str__(self) -> str:
        return self.hash[:8]
