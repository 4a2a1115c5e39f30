"""Survey rounds: a sampled opinion survey with frame, target and dates."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency, User
from conduct.agencies.permissions import visible_agency_ids
from conduct.dossiers.models import Dossier

from .points import ServicePoint
from .questionnaires import Questionnaire


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, user: User, on: date) -> "RoundQuerySet":
        """Rounds of agencies that the person may see, and those that ask in them."""
        ids = visible_agency_ids(user, on)
        return self.filter(Q(agency_id__in=ids) | Q(units__agency_id__in=ids)).distinct()


class Round(models.Model):
    """A dated survey of a sample, such as the yearly opinion survey with 90 forms a commune (domain.md 2.1).

    Its answers are verified: whoever answers was drawn from the frame.
    """

    class Mode(models.TextChoices):
        INTERVIEW = "interview", _("Interview at home")
        PHONE = "phone", _("Telephone")
        PAPER = "paper", _("Paper sheet")
        MAIL = "mail", _("E-mail")

    class Frame(models.TextChoices):
        DOSSIERS = "dossiers", _("People whose dossier was finished")
        HOUSEHOLDS = "households", _("Households, from a list of the office")

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=200)
    legal_basis = models.CharField(_("legal basis"), max_length=300, blank=True)
    mode = models.CharField(_("mode"), max_length=9, choices=Mode.choices)
    frame = models.CharField(_("frame"), max_length=10, choices=Frame.choices)
    # Whose dossiers were finished between these days are in the frame.
    frame_from = models.DateField(_("frame from"))
    frame_to = models.DateField(_("frame until"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey round")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="round_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(frame_to__gte=F("frame_from")), name="frame_ends_after_it_begins"
            ),
        )

    def __str__(self) -> str:
        return self.name


class RoundUnit(models.Model):
    """What a round asks of an agency: so many forms, from a frame of so many, and how the field work went.

    ``point`` is no desk: the forms of the unit are filed under it, so that they mix with no desk's figures.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="units")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    point = models.ForeignKey(ServicePoint, models.PROTECT, related_name="+")
    target = models.PositiveIntegerField(_("forms wanted"))
    n_frame = models.PositiveIntegerField(_("people in the frame"), null=True, blank=True)
    n_drawn = models.PositiveIntegerField(_("people drawn"), default=0)
    n_reached = models.PositiveIntegerField(_("people reached"), default=0)
    n_refused = models.PositiveIntegerField(_("people who refused"), default=0)
    # With it the same sample can be drawn again from the same frame.
    seed = models.CharField(max_length=32, blank=True)
    drawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("round", "agency"), name="round_asks_an_agency_once"),)

    def __str__(self) -> str:
        return f"{self.agency}: {self.target}"


class Drawn(models.Model):
    """A dossier in the sample of a unit, until the round closes. It knows nothing of any answer."""

    unit = models.ForeignKey(RoundUnit, models.CASCADE, related_name="drawn")
    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("person drawn")
        constraints = (models.UniqueConstraint(fields=("unit", "dossier"), name="dossier_is_drawn_once"),)

    def __str__(self) -> str:
        return str(self.dossier)


class RoundEntry(models.Model):
    """How many forms of a unit a person has typed in; no time, no form."""

    unit = models.ForeignKey(RoundUnit, models.CASCADE, related_name="entries")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    n_forms = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("forms typed in")
        constraints = (models.UniqueConstraint(fields=("unit", "by"), name="person_types_for_a_unit_once"),)

    def __str__(self) -> str:
        return f"{self.by}: {self.n_forms}"
