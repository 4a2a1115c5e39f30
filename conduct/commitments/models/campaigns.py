"""Campaigns that ask a whole office to sign its code, the pledges signed, and why somebody did not sign."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conduct.agencies.branches import ground_of
from conduct.agencies.models import Agency, Posting, Role, User
from conduct.agencies.permissions import LEADING, reach_ids
from conduct.kernel.codes import CODE_LENGTH, new_code
from models_catalog.models import Adoption

# Who may read the names of those who have signed and who have not, in the agencies the role reaches.
NAMING = (*LEADING, Role.OFFICE_ADMIN)


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def visible_to(self, user: User, on: date) -> "CampaignQuerySet":
        """Campaigns of the own office, of what roles reach, and those from above that bind the own posts."""
        return self.filter(agency_id__in=ground_of(user.pk, on).bound)


class Campaign(models.Model):
    """Asks every posting below ``agency`` to sign the adopted version for a year, by a date."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    adoption = models.ForeignKey(Adoption, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("year"))
    opens_on = models.DateField(_("from"))
    due_on = models.DateField(_("sign by"))
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField()

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        constraints = (
            models.UniqueConstraint(fields=("adoption", "year"), name="adoption_is_signed_once_a_year"),
            models.CheckConstraint(
                condition=Q(due_on__gte=models.F("opens_on")), name="campaign_is_due_after_it_opens"
            ),
        )

    def __str__(self) -> str:
        return f"{self.adoption} {self.year}"


class NotSigning(models.Model):
    """Why a posting in scope has not signed: excused (leave, treatment …), or declined.

    Excused postings are counted apart, declined ones stay among those asked. Withdrawn when it no longer
    holds; a pledge signed later outweighs it.
    """

    class Kind(models.TextChoices):
        EXCUSED = "excused", _("Excused")
        DECLINED = "declined", _("Declined")

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="not_signing")
    posting = models.ForeignKey(Posting, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    reason = models.CharField(_("reason"), max_length=500)
    stated_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    stated_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("reason for not signing")
        constraints = (
            models.UniqueConstraint(
                fields=("campaign", "posting"),
                condition=Q(withdrawn_at__isnull=True),
                name="posting_gives_one_reason_for_not_signing",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="not_signing_says_why"),
        )

    def __str__(self) -> str:
        return f"{self.posting}: {self.get_kind_display()}"


class SignedSheet(models.Model):
    """The scan of signed paper, kept as it came. Never changes (trigger)."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="sheets")
    file = models.FileField(upload_to="signed-sheets/%Y/")
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=40)
    n_bytes = models.PositiveIntegerField()
    n_pages = models.PositiveSmallIntegerField()
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("signed sheet")
        constraints = (
            models.UniqueConstraint(fields=("campaign", "sha256"), name="campaign_keeps_a_scan_once"),
        )

    def __str__(self) -> str:
        return f"{self.campaign}: {self.sha256[:12]}"


class PledgeQuerySet(models.QuerySet["Pledge"]):
    def visible_to(self, user: User, on: date) -> "PledgeQuerySet":
        """The own pledges, and those of the people whom the person leads or administers."""
        return self.filter(Q(posting__person=user) | Q(posting__agency_id__in=reach_ids(user, on, *NAMING)))


class Pledge(models.Model):
    """What one person signed: the exact text and its SHA-256. Never changes (trigger in migration 0002).

    ``entered_by`` and ``note`` speak of a pledge that somebody else recorded: from paper (with its scan) or
    on behalf of the person. ``code`` opens the public verification page; the hash cannot, since whoever
    guesses a text could compute it and learn who signed the code of a party body.
    """

    class Method(models.TextChoices):
        PASSWORD = "password", _("Password entered again")
        PASSKEY = "passkey", _("Passkey")
        PAPER = "paper", _("On paper")
        ON_BEHALF = "on_behalf", _("On behalf of the person")

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="pledges")
    posting = models.ForeignKey(Posting, models.PROTECT, related_name="+")
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    method = models.CharField(max_length=10, choices=Method.choices)
    signed_at = models.DateTimeField()
    code = models.CharField(max_length=CODE_LENGTH, unique=True, default=new_code, editable=False)
    sheet = models.ForeignKey(SignedSheet, models.PROTECT, null=True, blank=True, related_name="pledges")
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(_("note"), max_length=500, blank=True)

    objects = PledgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("pledge")
        constraints = (
            models.UniqueConstraint(fields=("campaign", "posting"), name="posting_signs_a_campaign_once"),
            models.CheckConstraint(condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="pledge_hash_is_sha256"),
            models.CheckConstraint(
                condition=Q(method="paper", sheet__isnull=False)
                | (~Q(method="paper") & Q(sheet__isnull=True)),
                name="paper_pledge_has_its_scan",
            ),
            models.CheckConstraint(
                condition=~Q(method="on_behalf") | (Q(entered_by__isnull=False) & ~Q(note="")),
                name="pledge_on_behalf_says_who_and_why",
            ),
        )

    def __str__(self) -> str:
        return f"{self.posting} · {self.campaign}"


class RegisterPrint(models.Model):
    """A request for the register of a campaign as one PDF. The row is the request; a worker fulfils it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Being made")
        DONE = "done", _("Ready")
        FAILED = "failed", _("Failed")

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="prints")
    # The office whose list it is; None: everybody whom the campaign asks.
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    n_done = models.PositiveIntegerField(default=0)
    n_all = models.PositiveIntegerField(default=0)
    worker = models.CharField(max_length=60, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    n_tries = models.PositiveSmallIntegerField(default=0)
    file = models.FileField(upload_to="registers/%Y/", blank=True)
    n_bytes = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("printed register")
        indexes = (models.Index(fields=("state", "lease_until"), name="register_to_print"),)

    def __str__(self) -> str:
        return f"{self.campaign}: {self.get_state_display()}"
