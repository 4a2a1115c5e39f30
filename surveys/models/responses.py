"""What citizens said, what is set aside, and what was done with their comments.

A response never changes and never names a person. It keeps its arrival **month** only, under a random key, so
that neither time nor order of arrival can be joined with a queue list (ADR 0006).
"""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency, User
from conduct.kernel.months import Month
from conduct.kernel.prepared import run_prepared

from ..rules.questions import Answers
from .points import ServicePoint
from .questionnaires import Questionnaire
from .rounds import Round
from .strata import Stratum


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
        month: date | None = None,
        channel: str = "qr",
        respondent: str = "citizen",
        stratum_id: int | None = None,
        round_id: int | None = None,
        is_late: bool = False,
        is_outside_hours: bool = False,
        set_aside: str = "",
    ) -> bool:
        """Store one form; returns whether this call stored it.

        One statement, so nothing is stored by half, and one trip to the database. The point is read by the
        same statement: one that takes no forms of that day takes nothing (``False``, like a known key), a QR
        code only while it is open; a tablet without network hands in later what was given before. ``month``
        is that of ``day`` unless given; ``set_aside`` names the reason for which the form is not counted.
        """
        values: dict[str, Any] = {
            "key": str(key), "slug": slug, "questionnaire_id": questionnaire_id, "stratum_id": stratum_id,
            "round_id": round_id, "day": day.isoformat(),
            "month": (month or day.replace(day=1)).isoformat(), "channel": channel,
            "is_verified": stratum_id is not None or round_id is not None, "respondent": respondent,
            "language": language, "cluster": cluster, "is_late": is_late,
            "is_outside_hours": is_outside_hours, "overall": answers.overall, "factors": answers.factors,
            "trips": answers.trips, "item_ids": [item_id for item_id, _mark in answers.items],
            "item_answers": [mark for _item_id, mark in answers.items], "others": answers.others,
            "comment": answers.comment, "needs_open": channel == "qr", "set_aside": set_aside,
        }  # fmt: skip
        statement = _INSERT_AND_SET_ASIDE if set_aside else _INSERT_ONCE
        return run_prepared(statement, [json.dumps(values)]) == 1

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


# One parameter, the form as an object: its fields are columns of the table, or say which point takes it.
_STORE = """
WITH form AS MATERIALIZED (
    SELECT * FROM jsonb_to_record(%s) AS f (
        key uuid, questionnaire_id bigint, stratum_id bigint, round_id bigint, month date, channel text,
        is_verified boolean, respondent text, language text, cluster integer, is_late boolean,
        is_outside_hours boolean, overall smallint, factors smallint[], trips smallint, item_ids bigint[],
        item_answers smallint[], others smallint[], comment text, slug text, day date, needs_open boolean,
        set_aside text
    )
), stored AS (
    INSERT INTO surveys_response (
        agency_id, point_id, key, questionnaire_id, stratum_id, round_id, month, channel, is_verified,
        respondent, language, cluster, is_late, is_outside_hours, overall, factors, trips, item_ids,
        item_answers, others, comment
    )
    SELECT p.agency_id, p.id, f.key, f.questionnaire_id, f.stratum_id, f.round_id, f.month, f.channel,
        f.is_verified, f.respondent, f.language, f.cluster, f.is_late, f.is_outside_hours, f.overall,
        f.factors, f.trips, f.item_ids, f.item_answers, f.others, f.comment
    FROM form f JOIN surveys_servicepoint p ON p.slug = f.slug
    WHERE (p.is_open OR NOT f.needs_open) AND p.opened_on <= f.day
        AND (p.closed_on IS NULL OR p.closed_on >= f.day)
    ON CONFLICT (key) DO NOTHING RETURNING key
)
"""
_INSERT_ONCE = _STORE + "SELECT FROM stored"
_INSERT_AND_SET_ASIDE = (
    _STORE
    + """
INSERT INTO surveys_setaside (response_id, reason, why)
SELECT stored.key, form.set_aside, '' FROM stored, form
"""
)


class Response(models.Model):
    """One answered form. Marks are 1–5; ``item_answers[i]`` answers the question of ``item_ids[i]``.

    Verified: whoever answered was chosen (invitation after a dossier, survey round). Everyone else is open.

    ``cluster`` is a keyed label of desk and day: answers of one desk-day share it, but the day cannot be read
    from it without the application's key. It serves the effective n of intervals (design effect).
    """

    class Channel(models.TextChoices):
        QR = "qr", _("QR code at the desk")
        KIOSK = "kiosk", _("Kiosk")
        INVITATION = "invitation", _("Invitation")
        PAPER = "paper", _("Paper sheet")
        PHONE = "phone", _("Telephone")
        ROUND = "round", _("Survey round")

    class Respondent(models.TextChoices):
        CITIZEN = "citizen", _("Citizen")
        BUSINESS = "business", _("Business")

    key = models.UUIDField(primary_key=True)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    point = models.ForeignKey(ServicePoint, models.PROTECT, related_name="+")
    stratum = models.ForeignKey(Stratum, models.PROTECT, null=True, blank=True, related_name="+")
    round = models.ForeignKey(Round, models.PROTECT, null=True, blank=True, related_name="+")
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="+")
    month = models.DateField()
    channel = models.CharField(max_length=10, choices=Channel.choices)
    is_verified = models.BooleanField(default=False)
    respondent = models.CharField(max_length=8, choices=Respondent.choices, default=Respondent.CITIZEN)
    language = models.CharField(max_length=3, default="vi")
    cluster = models.IntegerField()
    # Given in a month that was closed when it arrived (paper, a kiosk without network).
    is_late = models.BooleanField(default=False)
    # Pressed while the office was closed: counted, and a signal for supervisors.
    is_outside_hours = models.BooleanField(default=False)
    overall = models.PositiveSmallIntegerField()
    factors = ArrayField(models.SmallIntegerField(null=True), size=5, default=list)
    trips = models.PositiveSmallIntegerField(null=True, blank=True)
    item_ids = ArrayField(models.BigIntegerField(), default=list)
    item_answers = ArrayField(models.SmallIntegerField(), default=list)
    # Answers to the questionnaire's further questions, in its order (rules.questions.Sheet.others).
    others = ArrayField(models.SmallIntegerField(null=True), default=list)
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
                condition=Q(is_verified=False) | Q(stratum__isnull=False) | Q(round__isnull=False),
                name="verified_response_was_invited",
            ),
        )

    def __str__(self) -> str:
        return f"{self.point} {self.month:%m/%Y}"


class SetAside(models.Model):
    """A form that is not counted, with the reason; reinstated by someone whom it does not rate, it counts.

    Nothing is dropped: the number set aside is shown wherever the figures are. It keeps no time of its own.
    """

    class Reason(models.TextChoices):
        DEVICE = "device", _("Too many forms from one phone")
        NETWORK = "network", _("From the network of the office")
        BURST = "burst", _("Too many forms in a short time")
        SPEED = "speed", _("Answered faster than one can read")
        STRAIGHT = "straight", _("The same mark everywhere, again and again")

    response = models.OneToOneField(Response, models.CASCADE, primary_key=True, related_name="set_aside")
    reason = models.CharField(_("reason"), max_length=8, choices=Reason.choices)
    reinstated_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reinstated_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(_("why it counts again"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("form set aside")

    def __str__(self) -> str:
        return self.get_reason_display()


class CommentTag(models.Model):
    """A word by which an office sorts comments."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    name = models.CharField(_("tag"), max_length=60)

    class Meta:
        verbose_name = _("tag")
        constraints = (models.UniqueConstraint(fields=("agency", "name"), name="agency_has_a_tag_once"),)

    def __str__(self) -> str:
        return self.name


class TaggedComment(models.Model):
    """A comment under a tag."""

    tag = models.ForeignKey(CommentTag, models.CASCADE, related_name="+")
    response = models.ForeignKey(Response, models.CASCADE, related_name="tags")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("tag", "response"), name="comment_has_a_tag_once"),)

    def __str__(self) -> str:
        return str(self.tag)


class Redaction(models.Model):
    """That words of a comment were blackened, by whom and why. The words are gone; the database lets a
    comment change in no other way than signs becoming █."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="redactions")
    n_signs = models.PositiveSmallIntegerField()
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("redaction")

    def __str__(self) -> str:
        return f"{self.n_signs}"
