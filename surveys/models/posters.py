"""Posters: adopted models on the walls."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency, User
from conduct.agencies.permissions import visible_agency_ids
from models_catalog.models import Adoption

from .points import ServicePoint


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
