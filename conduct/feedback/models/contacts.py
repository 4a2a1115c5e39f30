"""How a citizen can be reached: voluntary, apart from the case, with proof of consent, erased on time."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .cases import Case


class ConsentText(models.Model):
    """The words that a citizen agreed to, in each language; a version never changes (trigger)."""

    class Purpose(models.TextChoices):
        REPLY = "reply", _("To answer this remark")
        PUBLISH = "publish", _("To make remark and answer public without personal data")
        WORDS = "words", _("To let the people concerned read the words")

    purpose = models.CharField(max_length=7, choices=Purpose.choices)
    number = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    # {"vi": {"agree": the sentence beside the box, "points": [[title, text], …]}, "en": …}; rules/consent.py
    # fills in the office's name and the days.
    texts = models.JSONField()
    legal_basis = models.CharField(max_length=300, blank=True)
    # How long what was agreed to is kept after the case was closed.
    keeps_days = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("consent text")
        constraints = (
            models.UniqueConstraint(
                fields=("purpose", "number"), name="consent_text_has_one_version_of_a_number"
            ),
        )

    def __str__(self) -> str:
        return f"{self.purpose} {self.number}"


class Contact(models.Model):
    """Name, telephone and e-mail, none of them compulsory, sealed under a key of their own (kernel/vault.py).

    Destroyed, that key erases them everywhere while the case itself can still be read.
    """

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="contact")
    key_id = models.CharField(max_length=32)
    sealed_name = models.BinaryField(default=b"")
    sealed_phone = models.BinaryField(default=b"")
    sealed_email = models.BinaryField(default=b"")
    # A child's contact needs the parent's agreement too (Luật 91/2025; domain.md 6).
    is_child = models.BooleanField(default=False)
    sealed_parent = models.BinaryField(default=b"")
    # Set when the case is closed (services/erasure.py).
    erase_by = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("contact")
        indexes = (
            models.Index(fields=("erase_by",), condition=Q(erase_by__isnull=False), name="contacts_to_erase"),
        )

    def __str__(self) -> str:
        return f"#{self.case_id}"


class Consent(models.Model):
    """Proof that a citizen agreed to a text, or took that back. Rows are only added."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="consents")
    text = models.ForeignKey(ConsentText, models.PROTECT, related_name="+")
    language = models.CharField(max_length=5)
    is_given = models.BooleanField()
    by_parent = models.BooleanField(default=False)
    # Given on the page by the citizen, or told to the operator on the telephone.
    through = models.CharField(max_length=4, choices=[("page", _("on the page")), ("word", _("by word"))])
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("consent")

    def __str__(self) -> str:
        return f"#{self.case_id} {self.text}"
