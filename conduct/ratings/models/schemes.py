"""Rating schemes as dated data, and the terms under which an office rates."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency, Posting, User


class RatingScheme(models.Model):
    """How sheets of some staff are scored, as data (``rules.scheme`` parses ``document``).

    A new law is a new row. Once published it never changes (trigger); it is in force from ``valid_from`` to
    ``valid_to``. ``keeper`` is the agency whose subtree it is for, None for the whole country; of two that
    fit, the nearest keeper's wins, then the later ``valid_from``, then the higher number.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        RETIRED = "retired", _("Retired")

    class Leaders(models.TextChoices):
        ONLY = "only", _("leaders and managers only")
        NONE = "none", _("staff without a leading post only")
        BOTH = "both", _("leaders and staff")

    code = models.SlugField(_("code"), max_length=40)
    number = models.PositiveSmallIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=200)
    legal_basis = models.CharField(_("legal basis"), max_length=300)
    keeper = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    categories = ArrayField(models.CharField(max_length=12, choices=Posting.Category.choices))
    leaders = models.CharField(_("posts"), max_length=4, choices=Leaders.choices)
    excluded_kinds = ArrayField(
        models.CharField(max_length=20, choices=Agency.Kind.choices), blank=True, default=list
    )
    valid_from = models.DateField(_("in force from"))
    valid_to = models.DateField(_("in force until"), null=True, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    document = models.JSONField()
    revision = models.PositiveIntegerField(default=1)
    edited_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("rating scheme")
        constraints = (
            models.UniqueConstraint(fields=("code", "number"), name="rating_scheme_has_one_of_a_number"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(published_at__isnull=False),
                name="published_rating_scheme_says_when",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"


class OfficeTerms(models.Model):
    """Whether an office rates by month or by quarter, by when, and how the yearly cap is read; dated.

    Reaches the subtree; the nearest office's terms hold. Days are days of the period's last month; 0 means
    its last working day. Without a row: months, 25, 28, last working day (docs/ratings.md).
    """

    class Kind(models.TextChoices):
        MONTH = "month", _("Month")
        QUARTER = "quarter", _("Quarter")

    class CapBase(models.TextChoices):
        GOOD_ONLY = "good_only", _("those rated good, as the decree is written")
        GOOD_AND_ABOVE = "good_and_above", _("those rated good or excellent")
        ALL = "all", _("all who are rated")

    office = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    valid_from = models.DateField(_("from"))
    kind = models.CharField(_("rated by"), max_length=7, choices=Kind.choices, default=Kind.MONTH)
    self_day = models.PositiveSmallIntegerField(_("own scores by day"), default=25)
    review_day = models.PositiveSmallIntegerField(_("review by day"), default=28)
    approve_day = models.PositiveSmallIntegerField(_("confirmation by day"), default=0)
    cap_base = models.CharField(
        _("the cap counts"), max_length=14, choices=CapBase.choices, default=CapBase.GOOD_ONLY
    )
    legal_act = models.CharField(_("decision"), max_length=250, blank=True)
    set_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("terms of rating")
        constraints = (
            models.UniqueConstraint(
                fields=("office", "valid_from"), name="office_has_one_set_of_terms_a_day"
            ),
            models.CheckConstraint(
                condition=Q(self_day__lte=31, review_day__lte=31, approve_day__lte=31),
                name="terms_name_days_of_a_month",
            ),
        )

    def __str__(self) -> str:
        return f"{self.office} {self.valid_from:%d/%m/%Y}"
