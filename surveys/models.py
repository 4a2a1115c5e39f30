"""Citizens' voice: where they are asked, what they are asked, what they said.

A response never changes and never names a person. It keeps its arrival **month** only, under a random key, so
that neither time nor order of arrival can be joined with a queue list (ADR 0006).
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency, Posting


class Questionnaire(models.Model):
    """A version of the questions that every service point asks: the five SIPAS factors and the trips."""

    code = models.SlugField(max_length=40)
    number = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    legal_basis = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=500, blank=True)
    # [{"key", "factor": 1–5 or null, "kind": "scale5" | "trips", "text", "text_en", "kept": [4, 5]}]
    questions = models.JSONField()

    class Meta:
        verbose_name = _("questionnaire")
        constraints = (
            models.UniqueConstraint(
                fields=("code", "number"), name="questionnaire_has_one_version_of_a_number"
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.number}"


class ServicePoint(models.Model):
    """A desk with its QR code and short address ``/r/<slug>/``."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    slug = models.CharField(_("short address"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=160)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    is_open = models.BooleanField(_("asks citizens"), default=True)
    opened_on = models.DateField(_("from"))
    closed_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("service point")
        verbose_name_plural = _("service points")
        constraints = (
            models.UniqueConstraint(fields=("agency", "name"), name="agency_has_one_point_of_a_name"),
        )

    def __str__(self) -> str:
        return self.name


class Stratum(models.Model):
    """What an invitation knows: point, month, procedure group, and the officer only where that officer
    finished at least 20 dossiers in the month. Never a dossier."""

    point = models.ForeignKey(ServicePoint, models.PROTECT, related_name="+")
    month = models.DateField()
    procedure_group = models.CharField(max_length=120)
    posting = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("stratum")
        verbose_name_plural = _("strata")
        constraints = (
            models.UniqueConstraint(
                fields=("point", "month", "procedure_group", "posting"),
                name="stratum_is_one_row",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="stratum_month_is_its_first_day"),
        )

    def __str__(self) -> str:
        return f"{self.point} {self.month:%m/%Y} {self.procedure_group}"


class Response(models.Model):
    """One answered form. Marks are 1–5; ``item_answers[i]`` answers the question of ``item_ids[i]``.

    ``cluster`` is a keyed label of desk and day: answers of one desk-day share it, but the day cannot be read
    from it without the application's key. It serves the effective n of intervals (design effect).
    """

    class Channel(models.TextChoices):
        QR = "qr", _("QR code at the desk")
        INVITATION = "invitation", _("Invitation")

    class Respondent(models.TextChoices):
        CITIZEN = "citizen", _("Citizen")
        BUSINESS = "business", _("Business")

    key = models.UUIDField(primary_key=True)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    point = models.ForeignKey(ServicePoint, models.PROTECT, related_name="+")
    stratum = models.ForeignKey(Stratum, models.PROTECT, null=True, blank=True, related_name="+")
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="+")
    month = models.DateField()
    channel = models.CharField(max_length=10, choices=Channel.choices)
    is_verified = models.BooleanField(default=False)
    respondent = models.CharField(max_length=8, choices=Respondent.choices, default=Respondent.CITIZEN)
    language = models.CharField(max_length=2, default="vi")
    cluster = models.IntegerField()
    overall = models.PositiveSmallIntegerField()
    factors = ArrayField(models.SmallIntegerField(null=True), size=5, default=list)
    trips = models.PositiveSmallIntegerField(null=True, blank=True)
    item_ids = ArrayField(models.BigIntegerField(), default=list)
    item_answers = ArrayField(models.SmallIntegerField(), default=list)
    comment = models.TextField(blank=True)

    class Meta:
        verbose_name = _("response")
        indexes = (models.Index(fields=("month", "agency"), name="response_by_month"),)
        constraints = (
            models.CheckConstraint(condition=Q(month__day=1), name="response_month_is_its_first_day"),
            models.CheckConstraint(condition=Q(overall__gte=1, overall__lte=5), name="overall_is_1_to_5"),
            models.CheckConstraint(
                condition=Q(trips__isnull=True) | Q(trips__gte=1, trips__lte=3), name="trips_are_1_to_3"
            ),
            models.CheckConstraint(
                condition=Q(item_ids__len=models.F("item_answers__len")) | Q(item_ids=[], item_answers=[]),
                name="every_item_question_has_its_answer",
            ),
            models.CheckConstraint(
                condition=Q(is_verified=False) | Q(stratum__isnull=False),
                name="verified_response_has_a_stratum",
            ),
        )

    def __str__(self) -> str:
        return f"{self.point} {self.month:%m/%Y}"
