"""Where citizens are asked: desks, who sits at them, kiosks."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency, Posting, User, on_day
from conduct.agencies.permissions import visible_agency_ids


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


class DeskOfficerQuerySet(models.QuerySet["DeskOfficer"]):
    def on(self, day: date) -> "DeskOfficerQuerySet":
        """Who sits at the desks that day."""
        return self.filter(on_day(day, "starts_on", "ends_on"))


class DeskOfficer(models.Model):
    """Who sits at a desk between two days.

    A desk with one officer is treated as that person: its figures are shown by the rules for persons, and the
    officer neither opens the rating there nor judges what was set aside.
    """

    point = models.ForeignKey(ServicePoint, models.CASCADE, related_name="officers")
    posting = models.ForeignKey(Posting, models.PROTECT, related_name="+")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = DeskOfficerQuerySet.as_manager()

    class Meta:
        verbose_name = _("officer at the desk")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="desk_officer_ends_after_the_beginning",
            ),
            models.UniqueConstraint(
                fields=("point", "posting", "starts_on"), name="desk_officer_begins_once_a_day"
            ),
        )

    def __str__(self) -> str:
        return f"{self.posting} · {self.point}"


class Kiosk(models.Model):
    """A tablet paired with a desk. Its secret is known as a hash only; revoked, it sends nothing more."""

    point = models.ForeignKey(ServicePoint, models.PROTECT, related_name="kiosks")
    name = models.CharField(_("name"), max_length=120)
    # The code typed on the tablet, hashed; it works once and for an hour.
    pairing_hash = models.CharField(max_length=64, blank=True)
    pairing_until = models.DateTimeField(null=True, blank=True)
    secret_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    paired_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    # The last sign of life and the last **day** with an answer: a silent kiosk is a signal for supervisors.
    seen_at = models.DateTimeField(null=True, blank=True)
    answered_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("kiosk")

    def __str__(self) -> str:
        return self.name


class Reattribution(models.Model):
    """From a day on, what came in under the code of one desk belongs to another: the code hung wrongly.

    Responses never change. ``DeskDayMove`` names their desk-days by label, and every count reads it.
    """

    point = models.ForeignKey(ServicePoint, models.PROTECT, related_name="+")
    to_point = models.ForeignKey(ServicePoint, models.PROTECT, related_name="+")
    from_day = models.DateField(_("from"))
    until_day = models.DateField(_("until"))
    reason = models.CharField(_("reason"), max_length=300)
    # The two short addresses changed places at that moment, so that the hanging code leads to its desk.
    is_swapped = models.BooleanField(default=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("re-attribution")
        constraints = (
            models.CheckConstraint(
                condition=~Q(point=models.F("to_point")), name="reattribution_leads_to_another_desk"
            ),
        )

    def __str__(self) -> str:
        return f"{self.point} → {self.to_point}"


class ReattributionUndone(models.Model):
    """A re-attribution was a mistake: from then on its desk-days count where they came in."""

    reattribution = models.OneToOneField(Reattribution, models.PROTECT, related_name="undone")
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("re-attribution undone")

    def __str__(self) -> str:
        return str(self.reattribution)


class DeskDayMove(models.Model):
    """One desk-day of a re-attribution, by the label that its responses carry (``Response.cluster``).

    Undone, the re-attribution has none any more.
    """

    reattribution = models.ForeignKey(Reattribution, models.PROTECT, related_name="moves")
    point = models.ForeignKey(ServicePoint, models.PROTECT, related_name="+")
    cluster = models.IntegerField()
    to_point = models.ForeignKey(ServicePoint, models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("point", "cluster"), name="desk_day_moves_once"),)

    def __str__(self) -> str:
        return f"{self.point} → {self.to_point}"
