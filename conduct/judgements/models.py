"""A supervisor's judgement of a person's month, item by item, and the person's reply."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Posting, User
from conduct.agencies.permissions import LEADING, reach_ids
from conduct.kernel.months import Month
from models_catalog.models import Adoption, Item


class Step(models.IntegerChoices):
    """The five steps of a judgement in words."""

    NOT_KEPT = 0, _("not kept")
    RARELY = 1, _("rarely kept")
    SOMETIMES = 2, _("sometimes kept, sometimes not")
    USUALLY = 3, _("usually kept")
    ALWAYS = 4, _("always kept")


class JudgementSheetQuerySet(models.QuerySet["JudgementSheet"]):
    def visible_to(self, user: User, on: date) -> "JudgementSheetQuerySet":
        """The sheets about the person, and those of the people whom the person leads that day."""
        return self.filter(Q(posting__person=user) | Q(posting__agency_id__in=reach_ids(user, on, *LEADING)))

    def in_month(self, month: Month) -> "JudgementSheetQuerySet":
        """The sheets of a month."""
        return self.filter(month=month.first)


class JudgementSheet(models.Model):
    """One posting, one adopted model, one month. ``revision`` rises with every save, so that a second writer
    is told and nothing is overwritten."""

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="+")
    adoption = models.ForeignKey(Adoption, models.PROTECT, related_name="+")
    month = models.DateField()
    revision = models.PositiveIntegerField(default=1)
    judged_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    judged_at = models.DateTimeField()
    reply = models.TextField(_("reply"), blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)

    objects = JudgementSheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("judgement")
        indexes = (models.Index(fields=("month", "posting"), name="sheet_by_month"),)
        constraints = (
            models.UniqueConstraint(
                fields=("posting", "adoption", "month"), name="posting_is_judged_once_a_month"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="sheet_month_is_its_first_day"),
        )

    def __str__(self) -> str:
        return f"{self.posting} {self.month:%m/%Y}"


class Judgement(models.Model):
    """One item from 0 (không giữ) to 4 (luôn giữ), counted as kept out of 4. Below 4 needs a reason."""

    MAXIMUM = Step.ALWAYS.value

    sheet = models.ForeignKey(JudgementSheet, models.CASCADE, related_name="judgements")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    value = models.PositiveSmallIntegerField()
    reason = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("sheet", "item"), name="item_is_judged_once_a_sheet"),
            models.CheckConstraint(condition=Q(value__gte=0, value__lte=4), name="judgement_is_0_to_4"),
            models.CheckConstraint(
                condition=Q(value=4) | ~Q(reason=""), name="judgement_below_4_has_a_reason"
            ),
        )

    def __str__(self) -> str:
        return f"{self.item}: {self.value}/4"
