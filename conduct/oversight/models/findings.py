"""What an inspection found: waits for the person's answer, counts only when confirmed."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Role, User
from conduct.agencies.permissions import LEADING, reach_ids

from .inspections import InspectionLine


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, user: User, on: date) -> "FindingQuerySet":
        """The own ones, and those of the people whom one inspects or leads that day."""
        return self.filter(
            Q(line__posting__person=user)
            | Q(line__posting__agency_id__in=reach_ids(user, on, Role.INSPECTOR, *LEADING))
        )


class Finding(models.Model):
    """A line that was not kept. ``waiting`` ones are outside the count, dropped ones leave the line kept.

    ``is_breach``: a breach of a prohibition; confirmed, it makes the item 0 and caps the month's score
    (design 5.1). ``counts_in`` is the month in which it counts: that of the event while it is open, else that
    of the confirmation (then ``is_late``).
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for the answer")
        ANSWERED = "answered", _("Answered")
        CONFIRMED = "confirmed", _("Confirmed")
        DROPPED = "dropped", _("Dropped")

    line = models.OneToOneField(InspectionLine, models.PROTECT, related_name="finding")
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    text = models.TextField(_("what was found"))
    is_breach = models.BooleanField(_("breach of a prohibition"), default=False)
    answer_by = models.DateField(_("answer by"))
    answer = models.TextField(_("answer of the person"), blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.TextField(_("reason of the decision"), blank=True)
    counts_in = models.DateField(null=True, blank=True)
    is_late = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        constraints = (
            models.CheckConstraint(
                condition=~Q(state__in=("confirmed", "dropped"))
                | Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(decision=""),
                name="decided_finding_says_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(counts_in__isnull=False, counts_in__day=1),
                name="confirmed_finding_has_its_month",
            ),
        )

    def __str__(self) -> str:
        return f"{self.line}: {self.get_state_display()}"


class CorrectiveAction(models.Model):
    """What must be put right after a finding, by when, and when it was done and checked."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="actions")
    text = models.TextField(_("what must be put right"))
    due_on = models.DateField(_("until"))
    done_at = models.DateTimeField(null=True, blank=True)
    done_note = models.TextField(_("what was done"), blank=True)
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("corrective action")
        constraints = (
            models.CheckConstraint(
                condition=Q(checked_at__isnull=True) | Q(done_at__isnull=False),
                name="checked_action_was_done",
            ),
        )

    def __str__(self) -> str:
        return self.text[:60]
