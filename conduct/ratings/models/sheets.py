"""The sheet of a posting's month or quarter (Mẫu số 01), from draft to acknowledged."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency, Posting, Role, RoleGrant, User, on_day
from conduct.agencies.permissions import LEADING, led_by
from conduct.kernel.months import Month

from .schemes import OfficeTerms, RatingScheme


class SheetQuerySet(models.QuerySet["Sheet"]):
    def visible_to(self, user: User, on: date) -> "SheetQuerySet":
        """The own sheets, and those of the people whom one leads that day, in person or by a delegation.

        Who supervises sees neither the head's sheet nor that of the others who supervise there, and who acts
        in a head's place not the head's: those are rated from above.
        """
        led = led_by(user, on)
        leading = RoleGrant.objects.filter(on_day(on, "starts_on", "ends_on"), role__in=LEADING)
        above = leading.filter(agency_id__in=led.posts)
        heads = leading.filter(role=Role.HEAD, agency_id__in=led.roots)
        return self.filter(
            Q(posting__person=user)
            | Q(posting__agency_id__in=led.as_head) & ~Q(posting__person__in=heads.values("person"))
            | Q(posting__agency_id__in=led.as_supervisor) & ~Q(posting__person__in=above.values("person"))
        )

    def in_period(self, first: Month, kind: str = OfficeTerms.Kind.MONTH) -> "SheetQuerySet":
        """The sheets of one period."""
        return self.filter(period=first.first, kind=kind)


class Sheet(models.Model):
    """One posting, one month or quarter, one scheme.

    ``revision`` rises with every write, so that a second writer is told what changed. Points of the lines are
    in SheetLine; those of the tasks follow from SheetTask by the scheme. The ``*_total`` are stored when a
    step is taken and are None while there is no basis (no task was assigned).
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        REVIEWED = "reviewed", _("Reviewed")
        APPROVED = "approved", _("Confirmed")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="+")
    office = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=7, choices=OfficeTerms.Kind.choices)
    period = models.DateField(help_text="first day of the month or quarter")
    scheme = models.ForeignKey(RatingScheme, models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    revision = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField()

    strengths = models.TextField(_("strengths"), blank=True)
    shortcomings = models.TextField(_("limits and shortcomings"), blank=True)
    opinion = models.TextField(_("opinion of the reviewer"), blank=True)
    # Components d, đ, e of leaders (Điều 15.3): 100 or 50 percent, None while not said.
    self_leading = models.JSONField(default=dict, blank=True)
    review_leading = models.JSONField(default=dict, blank=True)

    self_total = models.DecimalField(max_digits=20, decimal_places=12, null=True, blank=True)
    review_total = models.DecimalField(max_digits=20, decimal_places=12, null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    reviewer = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    approver = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)

    objects = SheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("monthly sheet")
        indexes = (models.Index(fields=("office", "period", "state"), name="sheet_by_office_and_state"),)
        constraints = (
            models.UniqueConstraint(fields=("posting", "kind", "period"), name="posting_has_one_sheet"),
            models.CheckConstraint(condition=Q(period__day=1), name="sheet_period_is_its_first_day"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(submitted_at__isnull=False), name="submitted_sheet_says_when"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "submitted"))
                | Q(reviewed_at__isnull=False, reviewer__isnull=False),
                name="reviewed_sheet_says_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "submitted", "reviewed"))
                | Q(approved_at__isnull=False, approver__isnull=False),
                name="approved_sheet_says_by_whom",
            ),
        )

    def __str__(self) -> str:
        return f"{self.posting} {self.period:%m/%Y}"


class SheetLine(models.Model):
    """One criterion of the common part: the own points and the reviewer's. None: not said yet."""

    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="lines")
    criterion = models.CharField(max_length=20)
    self_points = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    self_note = models.TextField(blank=True)
    review_points = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    review_reason = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("sheet", "criterion"), name="sheet_has_a_criterion_once"),
            models.CheckConstraint(
                condition=(Q(self_points__isnull=True) | Q(self_points__gte=0))
                & (Q(review_points__isnull=True) | Q(review_points__gte=0)),
                name="points_are_not_negative",
            ),
        )

    def __str__(self) -> str:
        return f"{self.criterion}: {self.self_points} / {self.review_points}"


class SheetEvent(models.Model):
    """A step in a sheet's life: who, when, why. Only added to (trigger)."""

    class Kind(models.TextChoices):
        SUBMITTED = "submitted", _("Submitted")
        WITHDRAWN = "withdrawn", _("Taken back by the person")
        REVIEWED = "reviewed", _("Reviewed")
        APPROVED = "approved", _("Confirmed")
        RETURNED = "returned", _("Returned")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")
        REPLACED = "replaced", _("Result replaced")

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    stands_in_for = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(blank=True)
    total = models.DecimalField(max_digits=20, decimal_places=12, null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=("sheet", "at"), name="sheet_event_by_time"),)

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.kind} {self.at:%d/%m/%Y %H:%M}"
