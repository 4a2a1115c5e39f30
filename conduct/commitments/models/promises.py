"""Promises to citizens (không thất hứa với dân): what, to whom, due when, and how they ended."""

from collections.abc import Collection
from datetime import date

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Posting, User
from conduct.agencies.permissions import LEADING, reach_ids


class PromiseQuerySet(models.QuerySet["Promise"]):
    def made_by(self, user: User) -> "PromiseQuerySet":
        """The person's own promises, in whatever posting."""
        return self.filter(posting__person=user)

    def led_by(self, user: User, on: date) -> "PromiseQuerySet":
        """Promises made in the agencies that the person supervises or heads."""
        return self.filter(posting__agency_id__in=reach_ids(user, on, *LEADING))

    def visible_to(self, user: User, on: date) -> "PromiseQuerySet":
        """The own promises, and those of the agencies that the person leads."""
        return self.made_by(user) | self.led_by(user, on)

    def naming(self, word: str, *, people: bool) -> "PromiseQuerySet":
        """Those with this folded word in the text or the dossier code, or in the promiser's name."""
        found = Q(what__unaccent__icontains=word) | Q(dossier_code__icontains=word)
        return self.filter(found | Q(posting__person__search__contains=word) if people else found)

    def most_urgent_first(self, lapsed: Collection[int] = ()) -> "PromiseQuerySet":
        """Open ones as they fall due, then those that have ended or ``lapsed``, the newest first."""
        waits = Q(outcome="open") & ~Q(pk__in=lapsed)
        ended = Case(When(waits, then=Value(0)), default=Value(1))
        return self.order_by(ended, Case(When(waits, then="due_at")), "-due_at", "-pk")


class Promise(models.Model):
    """What a member of staff promised a citizen.

    It counts for the score only with a dossier code or the citizen's contact (else anybody could invent kept
    promises). The name and the contact are sealed (kernel.sealing). A withdrawal needs the citizen's code
    (its digest is ``withdrawal_code``) or a second person. ``what`` is read by the team: it names no citizen.
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

    objects = PromiseQuerySet.as_manager()

    class Meta:
        verbose_name = _("promise")
        indexes = (
            models.Index(fields=("posting", "due_at"), name="promise_by_due_time"),
            models.Index(fields=("due_at",), condition=Q(outcome="open"), name="open_promise_by_due_time"),
            models.Index(
                fields=("posting",),
                condition=Q(withdrawal_asked_at__isnull=False),
                name="promise_with_withdrawal_asked",
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("posting", "withdrawal_code"),
                condition=~Q(withdrawal_code=""),
                name="promise_is_made_once",
            ),
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
        """Without ``what``: this stands in the audit trail."""
        return f"#{self.pk} {self.dossier_code}".strip()

    @property
    def counts(self) -> bool:
        """Whether somebody could check it, so that it counts for the score."""
        return bool(self.dossier_code or self.contact_sealed)


class PromiseChange(models.Model):
    """A step in the life of a promise; only ever added (trigger).

    The same outcome before and after: a withdrawal was asked for (by the promiser) or refused (by another).
    """

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
