"""Apologies: for a dossier that is or will be late, and for conduct after an upheld case."""

from datetime import date

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency, User
from conduct.dossiers.models import Dossier

from .cases import Case, CaseSubject


class ApologyQuerySet(models.QuerySet["Apology"]):
    def not_naming(self, user: User) -> "ApologyQuerySet":
        """Without those for cases that name the person. Every list begins here.

        Which of them are listed for whom is decided by ``permissions.apologies``.
        """
        named = CaseSubject.objects.filter(case=OuterRef("case"), posting__person=user)
        return self.filter(~Exists(named))

    def waiting(self) -> "ApologyQuerySet":
        """Those that have not reached the citizen and are still needed."""
        return self.exclude(state__in=(Apology.State.DELIVERED, Apology.State.DROPPED))

    def late(self, on: date) -> "ApologyQuerySet":
        """Those that should have reached the citizen before that day."""
        return self.waiting().filter(due_on__lt=on)


class ApologyRegister(models.Model):
    """The last number of an office's letters of apology in a year; held while a letter is signed."""

    office = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("office", "year"), name="office_has_one_apology_register_a_year"),
        )

    def __str__(self) -> str:
        return f"{self.office} {self.year}: {self.last_number}"


class Apology(models.Model):
    """A letter of apology. Signed, it has its number and never changes but for how it reached the citizen."""

    class Kind(models.TextChoices):
        OVERDUE = "overdue", _("Late dossier")
        CONDUCT = "conduct", _("Conduct")

    class State(models.TextChoices):
        OWED = "owed", _("Owed")
        READY = "ready", _("Waiting for signature")
        SIGNED = "signed", _("Signed")
        DELIVERED = "delivered", _("Reached the citizen")
        DROPPED = "dropped", _("No longer needed")

    class Way(models.TextChoices):
        MAIL = "mail", _("E-mail")
        HAND = "hand", _("Handed over")
        POST = "post", _("By post")
        VISIT = "visit", _("In person at home")

    office = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=7, choices=Kind.choices)
    dossier = models.ForeignKey(Dossier, models.PROTECT, null=True, blank=True, related_name="+")
    # The day the dossier was due when this became owed: one letter for each such day.
    for_due_on = models.DateField(null=True, blank=True)
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.OWED)
    # When it must have reached the citizen: the working day before the due day, or the set one after a case.
    owed_on = models.DateField(_("raised on"))
    due_on = models.DateField(_("to be sent by"))
    reason = models.TextField(_("reason"), blank=True)
    new_date = models.DateField(_("new date for the result"), null=True, blank=True)
    corrective_action = models.TextField(_("corrective action"), blank=True)
    prepared_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    prepared_at = models.DateTimeField(null=True, blank=True)
    number = models.PositiveIntegerField(_("number"), null=True, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    # As they stood on the day of signing.
    signer_name = models.CharField(max_length=160, blank=True)
    signer_title = models.CharField(max_length=200, blank=True)
    office_name = models.CharField(max_length=250, blank=True)
    superior_name = models.CharField(max_length=250, blank=True)
    place = models.CharField(max_length=120, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    # The letter as signed, sealed (kernel/sealing.py): it bears the citizen's name. Its hash proves it.
    sealed_letter = models.BinaryField(default=b"")
    sha256 = models.CharField(max_length=64, blank=True)
    way = models.CharField(_("how it reached the citizen"), max_length=5, choices=Way.choices, blank=True)
    delivered_on = models.DateField(_("reached the citizen on"), null=True, blank=True)
    dropped_reason = models.CharField(max_length=300, blank=True)
    revision = models.PositiveIntegerField(default=0)

    objects = ApologyQuerySet.as_manager()

    class Meta:
        verbose_name = _("apology")
        verbose_name_plural = _("apologies")
        indexes = (models.Index(fields=("office", "state", "due_on"), name="apologies_that_wait"),)
        constraints = (
            models.UniqueConstraint(fields=("office", "year", "number"), name="apology_number_is_given_once"),
            models.UniqueConstraint(
                fields=("dossier", "for_due_on"), name="dossier_is_apologised_for_once_a_due_day"
            ),
            models.UniqueConstraint(fields=("case",), name="case_is_apologised_for_once"),
            models.CheckConstraint(
                condition=Q(kind="overdue", dossier__isnull=False, case__isnull=True)
                | Q(kind="conduct", case__isnull=False),
                name="apology_is_for_a_dossier_or_a_case",
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True)
                | Q(number__isnull=False, year__isnull=False, signed_by__isnull=False),
                name="signed_apology_has_its_number",
            ),
            models.CheckConstraint(
                condition=Q(new_date__isnull=True) | Q(new_date__gt=F("owed_on")),
                name="new_date_lies_after_the_apology",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number or '…'}/{self.year or ''}"
