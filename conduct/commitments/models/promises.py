"""Promises to citizens (không thất hứa với dân): what, to whom, due when, and how they ended."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Posting, User


class Promise(models.Model):
    """What a member of staff promised a citizen.

    It counts for the score only with a dossier code or the citizen's contact (else anybody could invent kept
    promises). The name and the contact are sealed (kernel.sealing). A withdrawal needs the citizen's code
    (its digest is ``withdrawal_code``) or a second person.
    """

    class Outcome(models.TextChoices):
        OPEN = "open", _("Open")
        KEPT = "kept", _("Kept")
        KEPT_LATE = "kept_late", _("Kept late")
        BROKEN = "broken", _("Broken, with an apology")
        WITHDRAWN = "withdrawn", _("Withdrawn by the citizen")

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="+")
    what = models.CharField(_("what was promised"), max_length=400)
    dossier_code = models.CharField(_("dossier code"), max_length=60, blank=True)
    name_sealed = models.BinaryField(default=bytes, blank=True)
    contact_sealed = models.BinaryField(default=bytes, blank=True)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField(_("due"))
    outcome = models.CharField(_("outcome"), max_length=9, choices=Outcome.choices, default=Outcome.OPEN)
    ended_at = models.DateTimeField(null=True, blank=True)
    apology = models.CharField(_("apology"), max_length=600, blank=True)
    withdrawal_code = models.CharField(max_length=64, blank=True)
    # A withdrawal that waits for a second person, and what was said.
    withdrawal_asked_at = models.DateTimeField(null=True, blank=True)
    withdrawal_reason = models.CharField(max_length=500, blank=True)
    was_broken = models.BooleanField(default=False, help_text="ended as broken at some time")

    class Meta:
        verbose_name = _("promise")
        indexes = (
            models.Index(fields=("posting", "due_at"), name="promise_by_due_time"),
            models.Index(fields=("due_at",), condition=Q(outcome="open"), name="open_promise_by_due_time"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(due_at__gt=F("made_at")), name="promise_is_due_later"),
            models.CheckConstraint(
                condition=Q(outcome="open", ended_at__isnull=True)
                | (~Q(outcome="open") & Q(ended_at__isnull=False)),
                name="ended_promise_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="broken") | ~Q(apology=""), name="broken_promise_has_an_apology"
            ),
        )

    def __str__(self) -> str:
        return self.what


class PromiseChange(models.Model):
    """A step in the life of a promise; only ever added (trigger)."""

    promise = models.ForeignKey(Promise, models.PROTECT, related_name="changes")
    before = models.CharField(max_length=9, choices=Promise.Outcome.choices)
    after = models.CharField(max_length=9, choices=Promise.Outcome.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    by_code = models.BooleanField(default=False, help_text="the citizen's code was given")
    reason = models.CharField(max_length=600, blank=True)

    class Meta:
        verbose_name = _("change of a promise")
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.promise}: {self.before} → {self.after}"
