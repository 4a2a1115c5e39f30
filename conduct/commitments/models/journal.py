"""Tự soi, tự sửa: what a member of staff writes about the own conduct. It belongs to its writer."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Posting
from conduct.kernel.months import Month
from models_catalog.models import Item


class JournalQuerySet(models.QuerySet["JournalEntry"]):
    def in_month(self, month: Month) -> "JournalQuerySet":
        """Entries about days of a month."""
        return self.filter(on__gte=month.first, on__lte=month.last)


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
    # The follow-up: None while nobody answered, then whether the remedy was done.
    was_remedied = models.BooleanField(_("put right"), null=True, blank=True)
    followed_up_on = models.DateField(null=True, blank=True)
    follow_up = models.CharField(_("how it went"), max_length=600, blank=True)
    written_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)

    objects = JournalQuerySet.as_manager()

    class Meta:
        verbose_name = _("journal entry")
        indexes = (models.Index(fields=("posting", "on"), name="journal_by_day"),)
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
