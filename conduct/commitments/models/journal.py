"""Tự soi, tự sửa: what a member of staff writes about the own conduct. It belongs to its writer."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Posting, User
from conduct.agencies.permissions import LEADING, reach_ids
from conduct.kernel.months import Month
from models_catalog.models import Item


class JournalQuerySet(models.QuerySet["JournalEntry"]):
    def in_month(self, month: Month) -> "JournalQuerySet":
        """Entries about days of a month."""
        return self.filter(on__gte=month.first, on__lte=month.last)

    def slips(self) -> "JournalQuerySet":
        """Entries about an item that was not kept."""
        return self.filter(was_kept=False)

    def to_follow_up(self) -> "JournalQuerySet":
        """Slips whose remedy nobody has called done."""
        return self.slips().filter(Q(was_remedied__isnull=True) | Q(was_remedied=False))

    def of(self, user: User) -> "JournalQuerySet":
        """What this person wrote; nobody else reads it."""
        return self.filter(posting__person=user)

    def submitted_to(self, user: User, on: date) -> "JournalQuerySet":
        """The slips that the people whom this person leads have submitted, and nothing else of theirs."""
        led = self.slips().filter(
            submitted_at__isnull=False, posting__agency_id__in=reach_ids(user, on, *LEADING)
        )
        return led.exclude(posting__person=user)


class JournalEntry(models.Model):
    """One look at oneself: an item, kept or slipped, two lines; a slip names its remedy and a day for it.

    It has no weight in any score. Nobody but the writer reads it, until the writer submits a slip with the
    monthly sheet (``submitted_at``); from then on its words stay, and the supervisor reads that slip alone.
    """

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="+")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    on = models.DateField(_("day"))
    was_kept = models.BooleanField(_("kept"))
    text = models.CharField(_("what happened"), max_length=600)
    remedy = models.CharField(_("remedy"), max_length=600, blank=True)
    remedy_by = models.DateField(_("to be put right by"), null=True, blank=True)
    # The follow-up: None while nobody answered, then whether the remedy was done. A "no" asks for a new day;
    # each answer adds a line.
    was_remedied = models.BooleanField(_("put right"), null=True, blank=True)
    followed_up_on = models.DateField(null=True, blank=True)
    follow_up = models.TextField(_("how it went"), blank=True)
    written_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)

    objects = JournalQuerySet.as_manager()

    class Meta:
        verbose_name = _("journal entry")
        indexes = (
            models.Index(fields=("posting", "on"), name="journal_by_day"),
            models.Index(
                fields=("remedy_by",),
                condition=Q(was_kept=False) & (Q(was_remedied__isnull=True) | Q(was_remedied=False)),
                name="remedies_to_follow_up",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(was_kept=True, remedy="", remedy_by__isnull=True)
                | (Q(was_kept=False, remedy_by__isnull=False) & ~Q(remedy="")),
                name="slip_names_its_remedy",
            ),
            models.CheckConstraint(
                condition=Q(was_remedied__isnull=True) | Q(followed_up_on__isnull=False, was_kept=False),
                name="follow_up_says_when",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True) | Q(was_kept=False), name="only_slips_are_submitted"
            ),
        )

    def __str__(self) -> str:
        return f"{self.posting} · {self.on}"
