"""A petition against a result (Điều 22)."""

from datetime import date

from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency, Posting, User
from conduct.agencies.permissions import led_by

from .results import Result
from .years import YearRating


class PetitionQuerySet(models.QuerySet["Petition"]):
    def visible_to(self, user: User, on: date) -> "PetitionQuerySet":
        """The own ones, those below an office that one heads that day or in whose head's place one acts, and
        those one is asked to read while they are open."""
        headed = led_by(user, on).as_head
        return self.filter(
            Q(filed_by=user)
            | Q(reader=user, state=Petition.State.FILED)
            | Q(result__sheet__posting__agency_id__in=headed)
            | Q(year_rating__posting__agency_id__in=headed)
        )

    def waiting(self) -> "PetitionQuerySet":
        """Those that have no answer yet."""
        return self.filter(state=Petition.State.FILED)

    def overdue(self, today: date) -> "PetitionQuerySet":
        """Those whose answer is late today."""
        return self.waiting().filter(due_on__lt=today)

    def figures(self, today: date) -> dict[str, int]:
        """How many have no answer yet, and for how many of them it is late today. One statement."""
        waits = Q(state=Petition.State.FILED)
        return self.aggregate(
            n_waiting=Count("pk", filter=waits),
            n_overdue=Count("pk", filter=waits & Q(due_on__lt=today)),
        )

    def with_subject(self) -> "PetitionQuerySet":
        """With everything that a page says of them, in one query."""
        return self.select_related(
            "filed_by",
            "reader",
            "answered_by",
            "result__sheet__posting__person",
            "result__sheet__posting__agency",
            "result__sheet__office",
            "result__sheet__scheme",
            "year_rating__posting__person",
            "year_rating__posting__agency",
            "year_rating__office",
            "year_rating__decision",
        )


class Petition(models.Model):
    """Against the result of a period or the class of a year; answered within seven working days.

    ``is_late``: filed later than five working days after the result was made known (our own rule: the decree
    names no such day); it is accepted all the same. ``changes`` says what the answer changed: points and
    reasons by criterion, percent by component, or the class that a new decision should give.
    """

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
    changes = models.JSONField(default=dict, blank=True)
    new_result = models.ForeignKey(Result, models.PROTECT, null=True, blank=True, related_name="+")
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    revision = models.PositiveIntegerField(default=1)

    objects = PetitionQuerySet.as_manager()

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

    @property
    def posting(self) -> Posting:
        """Whose result it is, in which post."""
        if self.result is not None:
            return self.result.sheet.posting
        if self.year_rating is None:
            raise ValueError("a petition is about one result")
        return self.year_rating.posting

    @property
    def office(self) -> Agency:
        """The office whose result it is about."""
        if self.result is not None:
            return self.result.sheet.office
        if self.year_rating is None:
            raise ValueError("a petition is about one result")
        return self.year_rating.office
