"""Invitations after a dossier. The pair of address and token exists in the outgoing mail alone (ADR 0012)."""

from datetime import date

from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency, User
from conduct.agencies.permissions import visible_agency_ids
from conduct.dossiers.models import Dossier

from .points import ServicePoint
from .questionnaires import Questionnaire
from .strata import Stratum


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
    n_reminded = models.PositiveIntegerField(default=0)
    n_failed = models.PositiveIntegerField(default=0)
    # How many dossiers were left out, by reason (rules.strata.LeftOut).
    left_out = models.JSONField(default=dict)
    # How many answered, counted when the links stopped working and the hashes were deleted.
    n_spent = models.PositiveIntegerField(default=0)
    # SHA-256 of the secret that lives in Valkey's memory; empty: no reminder is possible (any more).
    secret_hash = models.CharField(max_length=64, blank=True)
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
    """That a dossier is in a batch and stratum, and whether its mail was taken in hand.

    It knows no token, time or answer, nor whether the mail arrived: of a stratum in which all but one failed,
    a reader would know who answered.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        REMINDED = "reminded", _("Reminded")

    batch = models.ForeignKey(InvitationBatch, models.CASCADE, related_name="invited")
    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="+")
    stratum = models.ForeignKey(Stratum, models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("dossier",), name="dossier_is_invited_once"),)

    def __str__(self) -> str:
        return self.state


class SpentQuerySet(models.QuerySet["SpentToken"]):
    def spend(self, hashed: str, batch_id: int) -> bool:
        """Note a token as used; whether it was not. One that somebody else is spending is waited for."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO surveys_spenttoken (hash, batch_id, is_fresh) VALUES (%s, %s, true)"
                " ON CONFLICT (hash) DO NOTHING",
                [hashed, batch_id],
            )
            n_spent: int = cursor.rowcount
        return n_spent == 1


class SpentToken(models.Model):
    """The hash of an invitation that was used, from the transaction of its response, without a link to it.

    A sweep writes the hashes of a batch anew in random order while one is fresh, and deletes them when the
    links no longer work.
    """

    hash = models.CharField(primary_key=True, max_length=64)
    batch = models.ForeignKey(InvitationBatch, models.CASCADE, related_name="spent")
    is_fresh = models.BooleanField(default=True)

    objects = SpentQuerySet.as_manager()

    class Meta:
        verbose_name = _("spent invitation")
        indexes = (
            models.Index(fields=("batch",), condition=Q(is_fresh=True), name="fresh_spent_invitations"),
        )

    def __str__(self) -> str:
        return self.hash[:8]
