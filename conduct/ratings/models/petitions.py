"""A petition against a result (Điều 22)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import User

from .results import Result
from .years import YearRating


class Petition(models.Model):
    """Against the result of a period or the class of a year; answered within seven working days."""

    class State(models.TextChoices):
        FILED = "filed", _("Filed")
        ANSWERED = "answered", _("Answered")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("The result stands")
        CHANGED = "changed", _("The result is changed")

    result = models.ForeignKey(Result, models.PROTECT, null=True, blank=True, related_name="+")
    year_rating = models.ForeignKey(YearRating, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=9, choices=State.choices, default=State.FILED)
    text = models.TextField(_("what should be looked at again"))
    wish = models.TextField(_("what is asked for"), blank=True)
    filed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()
    is_late = models.BooleanField(default=False)
    due_on = models.DateField()
    reader = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    read_opinion = models.TextField(_("opinion of the second reader"), blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=7, choices=Outcome.choices, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("petition")
        constraints = (
            models.CheckConstraint(
                condition=Q(result__isnull=False, year_rating__isnull=True)
                | Q(result__isnull=True, year_rating__isnull=False),
                name="petition_is_about_one_result",
            ),
            models.CheckConstraint(
                condition=~Q(state="answered")
                | Q(answered_by__isnull=False, answered_at__isnull=False) & ~Q(answer="") & ~Q(sha256=""),
                name="answered_petition_is_signed",
            ),
            models.UniqueConstraint(
                fields=("result",), condition=Q(state="filed"), name="result_has_one_open_petition"
            ),
            models.UniqueConstraint(
                fields=("year_rating",), condition=Q(state="filed"), name="year_has_one_open_petition"
            ),
        )

    def __str__(self) -> str:
        return f"{self.filed_by} {self.filed_at:%d/%m/%Y}"
