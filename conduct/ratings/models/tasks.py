"""The work of a period, in standard units (Điều 13, 14, 18), and the list of an agency's kinds of work."""

from collections.abc import Sequence
from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from conduct.agencies.models import Agency, User, on_day

from .schemes import OfficeTerms
from .sheets import Sheet


class WorkQuerySet(models.QuerySet["WorkItem"]):
    def in_force(self, day: date) -> "WorkQuerySet":
        """Entries that hold on ``day``."""
        return self.filter(on_day(day))

    def reaching(self, lineage: Sequence[int], day: date) -> "list[WorkItem]":
        """What holds for an agency that day, given its lineage: of each code the nearest agency's entry."""
        nearest: dict[str, WorkItem] = {}
        rows = self.in_force(day).filter(agency_id__in=lineage)
        for item in sorted(rows, key=lambda item: lineage.index(item.agency_id)):
            nearest.setdefault(item.code.casefold(), item)
        return sorted(nearest.values(), key=lambda item: (item.group, item.name))


class WorkItem(models.Model):
    """An entry of the agency's list of converted products and kinds of work (Điều 13.1c): at most five groups
    by complexity, ``factor`` standard units each. Reaches the subtree."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    code = models.CharField(_("code"), max_length=30)
    name = models.CharField(_("product or work"), max_length=300)
    unit = models.CharField(_("counted in"), max_length=60)
    group = models.PositiveSmallIntegerField(_("group of complexity"))
    factor = models.DecimalField(_("standard units each"), max_digits=8, decimal_places=3)
    legal_act = models.CharField(_("decision"), max_length=250, blank=True)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"), null=True, blank=True)

    objects = WorkQuerySet.as_manager()

    class Meta:
        verbose_name = _("kind of work")
        constraints = (
            models.UniqueConstraint(fields=("agency", "code", "valid_from"), name="work_has_one_entry_a_day"),
            models.CheckConstraint(condition=Q(group__gte=1, group__lte=5), name="work_has_five_groups"),
            models.CheckConstraint(condition=Q(factor__gt=0), name="work_is_worth_something"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="work_ends_after_it_begins",
            ),
        )

    def __str__(self) -> str:
        return self.name


class SheetTask(models.Model):
    """A task of a sheet. ``assigned`` and ``done`` are pieces of ``factor`` standard units each.

    ``returns``: how often the quality was found wanting; ``delays``: how often it was late; of those, so many
    had an objective cause that the competent person confirmed (``excused_*``). A task that was handed back
    stays in what was assigned and never counts as done; taken-over and unplanned ones are done beside
    what was assigned (Điều 18.1d).
    """

    class Kind(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("kind of task", "Assigned")
        TAKEN_OVER = "taken_over", _("Taken over from a colleague")
        UNPLANNED = "unplanned", _("Unplanned")

    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="tasks")
    place = models.PositiveSmallIntegerField()
    work = models.ForeignKey(WorkItem, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(_("task"), max_length=300)
    product = models.CharField(_("product"), max_length=300, blank=True)
    unit = models.CharField(_("counted in"), max_length=60, blank=True)
    factor = models.DecimalField(_("standard units each"), max_digits=8, decimal_places=3, default=1)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.PLANNED)
    assigned = models.DecimalField(_("assigned"), max_digits=9, decimal_places=2)
    done = models.DecimalField(_("done"), max_digits=9, decimal_places=2, default=0)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    returns = models.PositiveSmallIntegerField(_("returned for quality"), default=0)
    excused_returns = models.PositiveSmallIntegerField(default=0)
    delays = models.PositiveSmallIntegerField(_("times late"), default=0)
    excused_delays = models.PositiveSmallIntegerField(default=0)
    cause = models.TextField(_("objective cause"), blank=True)
    excused_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    excused_at = models.DateTimeField(null=True, blank=True)
    handed_back_at = models.DateTimeField(null=True, blank=True)
    handed_back_reason = models.TextField(blank=True)
    came_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    assigned_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("task")
        ordering = ("place", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(assigned__gte=0, done__gte=0, factor__gt=0), name="task_has_no_negative_amount"
            ),
            models.CheckConstraint(
                condition=Q(excused_returns__lte=F("returns"), excused_delays__lte=F("delays")),
                name="excused_are_some_of_all",
            ),
            models.CheckConstraint(
                condition=Q(excused_returns=0, excused_delays=0) | Q(excused_by__isnull=False),
                name="excuse_says_by_whom",
            ),
        )

    def __str__(self) -> str:
        return self.name


class TaskImport(models.Model):
    """A file that was brought in: tasks for a unit's period, or an agency's list of work.

    Until it is confirmed it holds the file (``content``) and nothing of it is stored elsewhere; afterwards it
    says what, by whom, how many. ``period``: the first day of the period; of a list of work, the day from
    which it holds.
    """

    WORK = "work"

    office = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=7, choices=(*OfficeTerms.Kind.choices, (WORK, _("Kinds of work"))))
    period = models.DateField()
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(blank=True)
    n_tasks = models.PositiveIntegerField(default=0)
    n_people = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("office", "kind", "period", "sha256"),
                condition=Q(confirmed_at__isnull=False),
                name="file_of_tasks_is_brought_in_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.file_name} {self.at:%d/%m/%Y}"
