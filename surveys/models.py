"""Citizens' voice: where they are asked, what they are asked, what they said.

A response never changes and never names a person. It keeps its arrival **month** only, under a random key, so
that neither time nor order of arrival can be joined with a queue list (ADR 0006).
"""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency, Posting, User
from conduct.agencies.permissions import visible_agency_ids
from conduct.kernel.months import Month
from models_catalog.models import Adoption

from .rules import Answers


class QuestionnaireQuerySet(models.QuerySet["Questionnaire"]):
    def in_force(self, day: date) -> "Questionnaire | None":
        """The version that is asked on ``day``: the newest that has begun."""
        return self.filter(valid_from__lte=day).order_by("-valid_from", "-number").first()


class Questionnaire(models.Model):
    """A version of the questions that every service point asks: the five SIPAS factors and the trips."""

    code = models.SlugField(max_length=40)
    number = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    legal_basis = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=500, blank=True)
    # [{"key", "factor": 1–5 or null, "kind": "scale5" | "trips", "text", "text_en", "kept": [4, 5]}]; the key
    # "overall" is the one compulsory question, "trips" the number of trips. Only the loading command writes.
    questions = models.JSONField()

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        verbose_name = _("questionnaire")
        constraints = (
            models.UniqueConstraint(
                fields=("code", "number"), name="questionnaire_has_one_version_of_a_number"
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.number}"


class ServicePointQuerySet(models.QuerySet["ServicePoint"]):
    def visible_to(self, user: User, on: date) -> "ServicePointQuerySet":
        """The points of the agencies a person may see that day."""
        return self.filter(agency_id__in=visible_agency_ids(user, on))

    def named_like(self, word: str) -> "ServicePointQuerySet":
        """Points with this folded word in their own name or their agency's, diacritics or not."""
        return self.filter(Q(name__unaccent__icontains=word) | Q(agency__search__contains=word))


class ServicePoint(models.Model):
    """A desk with its QR code and short address ``/r/<slug>/``."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    slug = models.CharField(_("short address"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=160)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    is_open = models.BooleanField(_("asks citizens"), default=True)
    opened_on = models.DateField(_("from"))
    closed_on = models.DateField(_("until"), null=True, blank=True)

    objects = ServicePointQuerySet.as_manager()

    class Meta:
        verbose_name = _("service point")
        verbose_name_plural = _("service points")
        constraints = (
            models.UniqueConstraint(fields=("agency", "name"), name="agency_has_one_point_of_a_name"),
        )

    def __str__(self) -> str:
        return self.name


class PosterQuerySet(models.QuerySet["Poster"]):
    def visible_to(self, user: User, on: date) -> "PosterQuerySet":
        """Those of the agencies that the person may see that day."""
        return self.filter(agency_id__in=visible_agency_ids(user, on))

    def hanging(self) -> "PosterQuerySet":
        """Those that have not been taken down."""
        return self.filter(removed_on__isnull=True)

    def to_check(self, on: date) -> "PosterQuerySet":
        """Those whose check is due that day or overdue."""
        return self.hanging().filter(check_by__lte=on)

    def to_replace(self, on: date) -> "PosterQuerySet":
        """Damaged or missing ones, and those whose model the office no longer keeps that day."""
        over = Q(adoption__valid_to__lt=on) | Q(adoption__replaced_by__valid_from__lte=on)
        return self.hanging().filter(over | ~Q(condition=Poster.Condition.GOOD))


class Poster(models.Model):
    """A place where an adopted model hangs on the wall, with the QR code of a service point."""

    class Paper(models.TextChoices):
        A3 = "a3", "A3"
        A4 = "a4", "A4"

    class Condition(models.TextChoices):
        GOOD = "good", _("Good")
        DAMAGED = "damaged", _("Damaged")
        MISSING = "missing", _("Missing")

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    adoption = models.ForeignKey(Adoption, models.PROTECT, related_name="+")
    point = models.ForeignKey(ServicePoint, models.PROTECT, null=True, blank=True, related_name="+")
    place = models.CharField(_("where it hangs"), max_length=200)
    paper = models.CharField(_("paper"), max_length=2, choices=Paper.choices, default=Paper.A3)
    hung_on = models.DateField(_("hung on"))
    check_by = models.DateField(_("to be checked by"))
    checked_on = models.DateField(_("checked on"), null=True, blank=True)
    condition = models.CharField(
        _("condition"), max_length=7, choices=Condition.choices, default=Condition.GOOD
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    removed_on = models.DateField(_("taken down on"), null=True, blank=True)

    objects = PosterQuerySet.as_manager()

    class Meta:
        verbose_name = _("poster")
        indexes = (models.Index(fields=("agency", "check_by"), name="posters_to_check"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(removed_on__isnull=True) | Q(removed_on__gte=models.F("hung_on")),
                name="poster_is_taken_down_after_it_was_hung",
            ),
        )

    def __str__(self) -> str:
        return self.place

    def is_outdated(self, on: date) -> bool:
        """Whether the office keeps another wording by then, or none."""
        if self.adoption.valid_to is not None and self.adoption.valid_to < on:
            return True
        newer = getattr(self.adoption, "replaced_by", None)
        return newer is not None and newer.valid_from <= on


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


class ResponseQuerySet(models.QuerySet["Response"]):
    def insert_once(
        self,
        *,
        key: UUID,
        slug: str,
        questionnaire_id: int,
        language: str,
        cluster: int,
        answers: Answers,
        day: date,
    ) -> bool:
        """Store a form of the QR code at a desk; returns whether this call stored it.

        One statement, so nothing is stored by half, and one trip to the database. The point is read by the
        same statement: one that closed a moment ago takes nothing more (``False``, like a known key).
        """
        values: dict[str, Any] = {
            "key": key,
            "slug": slug,
            "questionnaire": questionnaire_id,
            "language": language,
            "cluster": cluster,
            "day": day,
            "month": day.replace(day=1),
            "overall": answers.overall,
            "factors": list(answers.factors),
            "trips": answers.trips,
            "item_ids": [item_id for item_id, _mark in answers.items],
            "item_answers": [mark for _item_id, mark in answers.items],
            "comment": answers.comment,
        }
        with connection.cursor() as cursor:
            cursor.execute(_INSERT_ONCE, values)
            n_stored: int = cursor.rowcount
        return n_stored == 1

    def count_by_point(
        self, point_ids: Iterable[int], months: Iterable[Month]
    ) -> dict[tuple[int, Month], int]:
        """How many forms of the QR code each point received in each of these months; nothing means none."""
        rows = (
            self.filter(
                point_id__in=list(point_ids),
                month__in=[month.first for month in months],
                channel=Response.Channel.QR,
            )
            .values_list("point_id", "month")
            .annotate(n_responses=models.Count("key"))
        )
        return {(point_id, Month.of(month)): n_responses for point_id, month, n_responses in rows}


_INSERT_ONCE = """
INSERT INTO surveys_response (
    key, agency_id, point_id, questionnaire_id, month, channel, is_verified, respondent, language, cluster,
    overall, factors, trips, item_ids, item_answers, comment
)
SELECT %(key)s, agency_id, id, %(questionnaire)s, %(month)s, 'qr', false, 'citizen', %(language)s,
    %(cluster)s, %(overall)s, %(factors)s::smallint[], %(trips)s, %(item_ids)s::bigint[],
    %(item_answers)s::smallint[], %(comment)s
FROM surveys_servicepoint
WHERE slug = %(slug)s AND is_open AND opened_on <= %(day)s AND (closed_on IS NULL OR closed_on >= %(day)s)
ON CONFLICT (key) DO NOTHING
"""


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

    objects = ResponseQuerySet.as_manager()

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
