"""Campaigns that ask a whole office to sign its code, and the pledges that were signed."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conduct.agencies.branches import ground_of
from conduct.agencies.models import Agency, Posting, Role, User
from conduct.agencies.permissions import LEADING, reach_ids
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


class PledgeQuerySet(models.QuerySet["Pledge"]):
    def visible_to(self, user: User, on: date) -> "PledgeQuerySet":
        """The own pledges, and those of the people whom the person leads or administers."""
        return self.filter(Q(posting__person=user) | Q(posting__agency_id__in=reach_ids(user, on, *NAMING)))


class Pledge(models.Model):
    """What one person signed: the exact text and its SHA-256. Never changes (trigger in migration 0001)."""

    class Method(models.TextChoices):
        PASSWORD = "password", _("Password entered again")

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="pledges")
    posting = models.ForeignKey(Posting, models.PROTECT, related_name="+")
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    method = models.CharField(max_length=10, choices=Method.choices)
    signed_at = models.DateTimeField()

    objects = PledgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("pledge")
        constraints = (
            models.UniqueConstraint(fields=("campaign", "posting"), name="posting_signs_a_campaign_once"),
            models.CheckConstraint(condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="pledge_hash_is_sha256"),
        )

    def __str__(self) -> str:
        return f"{self.posting} · {self.campaign}"
