"""What citizens are asked: versions of questionnaires."""

from collections.abc import Sequence
from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency


def two_languages() -> list[str]:
    """The languages every questionnaire has."""
    return ["vi", "en"]


class QuestionnaireQuerySet(models.QuerySet["Questionnaire"]):
    def in_force(
        self, day: date, lineage: Sequence[int] = (), asked_at: str = "desk"
    ) -> "Questionnaire | None":
        """The version asked on ``day``: of the nearest agency of ``lineage`` that keeps its own, else the
        common one; of several the newest that has begun."""
        keepers = Q(keeper__isnull=True) | Q(keeper_id__in=list(lineage))
        found = self.filter(keepers, state="published", asked_at=asked_at, valid_from__lte=day)
        newest = found.order_by("-valid_from", "-number", "-pk")
        near = {agency_id: place for place, agency_id in enumerate(lineage)}
        return min(newest, key=lambda one: near.get(one.keeper_id or 0, len(near)), default=None)


class Questionnaire(models.Model):
    """A version of a list of questions. Published, it never changes (trigger): answers keep their question.

    ``questions`` is a list of ``{"key", "factor": 1–5 | null, "kind": a rules.questions.Kind,
    "text": {"vi": …, "en": …}, "kept": [4, 5], "options": [{"value": 1, "text": {"vi": …}}],
    "shown_if": {"key": …, "answers": [1, 2]}}``; the last two only where they are needed. The
    key "overall" is the one compulsory question, "trips" the number of trips; "extra_payment",
    "appointment_kept" and "apologised" mean what SIPAS asks
    (domain.md 2.1). What an answer means is fixed by ``rules.questions``.
    """

    class AskedAt(models.TextChoices):
        DESK = "desk", _("At the desk (QR code, kiosk, paper)")
        DOSSIER = "dossier", _("After a dossier (invitation)")
        ROUND = "round", _("In a survey round")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        RETIRED = "retired", _("Retired")

    code = models.SlugField(_("code"), max_length=40)
    number = models.PositiveSmallIntegerField(_("version"))
    name = models.CharField(_("name"), max_length=200, default="")
    # Whose administrators change it; None: the common one, kept by the catalogue's editors and by files.
    keeper = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.CharField(_("asked"), max_length=8, choices=AskedAt.choices, default=AskedAt.DESK)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.PUBLISHED)
    valid_from = models.DateField(_("asked from"))
    legal_basis = models.CharField(_("legal basis"), max_length=300, blank=True)
    source = models.CharField(_("source"), max_length=500, blank=True)
    languages = ArrayField(models.CharField(max_length=5), default=two_languages)
    questions = models.JSONField()
    # Drafts changed on screens; a stale page is told by the number.
    edited_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)

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
