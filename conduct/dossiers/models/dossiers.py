"""Dossiers, and the share of them that should come in online."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency, Posting, User
from conduct.agencies.permissions import visible_agency_ids


class DossierQuerySet(models.QuerySet["Dossier"]):
    def visible_to(self, user: User, on: date) -> "DossierQuerySet":
        """The dossiers of the agencies a person may see that day."""
        return self.filter(agency_id__in=visible_agency_ids(user, on))

    def overdue(self, on: date) -> "DossierQuerySet":
        """Those whose day has passed without a result."""
        return self.filter(finished_on__isnull=True, due_on__lt=on)

    def of_state(self, state: str, on: date) -> "DossierQuerySet":
        """Those that stand so (rules.status, or "overdue"); all for anything else."""
        return {
            "early": self.filter(finished_on__lt=F("promised_on")),
            "on_time": self.filter(finished_on=F("promised_on")),
            "late": self.filter(finished_on__gt=F("promised_on")),
            "in_process": self.filter(finished_on__isnull=True),
            "overdue": self.overdue(on),
        }.get(state, self)


class Dossier(models.Model):
    """A dossier of the one-stop system. Early, on time or late is told by the **first** promised day.

    Whose it is, is sealed: names and addresses serve letters of apology and invitations alone.
    """

    class Channel(models.TextChoices):
        ONLINE = "online", _("Online")
        DESK = "desk", _("At the desk")
        POST = "post", _("By post")

    class Applicant(models.TextChoices):
        CITIZEN = "citizen", _("Citizen")
        BUSINESS = "business", _("Business")

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    code = models.CharField(_("dossier code"), max_length=60)
    procedure = models.CharField(_("procedure"), max_length=300)
    procedure_group = models.CharField(_("field"), max_length=120, blank=True)
    channel = models.CharField(_("handed in"), max_length=6, choices=Channel.choices)
    applicant = models.CharField(
        _("applicant"), max_length=8, choices=Applicant.choices, default=Applicant.CITIZEN
    )
    received_on = models.DateField(_("received on"))
    promised_on = models.DateField(_("first promised for"))
    due_on = models.DateField(_("due on"))
    # The promised day as the last list named it: only when that moves does ``due_on`` follow the list, so
    # that a new date promised by a letter of apology outlives the next list. None: no list has named it.
    listed_due_on = models.DateField(null=True, blank=True)
    finished_on = models.DateField(_("finished on"), null=True, blank=True)
    # Who worked on it, where the file names one of the office's people.
    posting = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="+")
    # Sealed (kernel/sealing.py); empty once no longer needed.
    sealed_name = models.BinaryField(default=b"")
    sealed_email = models.BinaryField(default=b"")
    sealed_phone = models.BinaryField(default=b"")
    # Keyed hash over dossier and contact: says whether a list brings the same contact without opening seals.
    contact_mark = models.BinaryField(default=b"")

    objects = DossierQuerySet.as_manager()

    class Meta:
        verbose_name = _("dossier")
        indexes = (
            models.Index(fields=("agency", "received_on"), name="dossier_by_receipt"),
            models.Index(fields=("agency", "finished_on"), name="dossier_by_finish"),
            models.Index(fields=("agency", "promised_on"), name="dossier_by_promise"),
            models.Index(
                fields=("agency", "due_on"), condition=Q(finished_on__isnull=True), name="dossiers_in_process"
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=("agency", "code"), name="agency_has_a_dossier_once"),
            models.CheckConstraint(
                condition=Q(promised_on__gte=F("received_on")), name="dossier_is_promised_after_receipt"
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("received_on")), name="dossier_is_due_after_receipt"
            ),
            models.CheckConstraint(
                condition=Q(finished_on__isnull=True) | Q(finished_on__gte=F("received_on")),
                name="dossier_is_finished_after_receipt",
            ),
        )

    def __str__(self) -> str:
        return self.code


class OnlineTarget(models.Model):
    """The share of dossiers that should come in online in a year, as a range in percent (60–70 %)."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("year"))
    low = models.DecimalField(_("from, %"), max_digits=5, decimal_places=2)
    high = models.DecimalField(_("to, %"), max_digits=5, decimal_places=2)
    legal_basis = models.CharField(_("legal basis"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("online target")
        constraints = (
            models.UniqueConstraint(fields=("agency", "year"), name="agency_has_one_online_target_a_year"),
            models.CheckConstraint(
                condition=Q(low__gte=0, high__gte=F("low"), high__lte=100), name="online_target_is_a_range"
            ),
        )

    def __str__(self) -> str:
        return f"{self.agency} {self.year}"
