"""The catalogue of conduct models: model → version → groups → items, and which office adopted which version.

A model is identified by owner, name and version: there are three different "5 không". A published version,
its groups and its items never change, nor do the local items of an adoption (triggers in the migrations).
"""

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency, Posting, Role, User, days, on_day
from conduct.agencies.permissions import reach_ids, visible_agency_ids

from .rules.audience import speaks_to

# Who may change an office's own models: they hold one of these roles on the office or above it.
KEEPING = (Role.CATALOGUE_EDITOR, Role.HEAD, Role.OFFICE_ADMIN)


class ConductModelQuerySet(models.QuerySet["ConductModel"]):
    def visible_to(self, user: User, on: date) -> "ConductModelQuerySet":
        """The common library, what offices published, and the drafts of offices that the person keeps."""
        drafts = Q(keeper_id__in=reach_ids(user, on, *KEEPING))
        told = ModelVersion.objects.filter(model=models.OuterRef("pk")).exclude(state="draft")
        return self.filter(Q(keeper=None) | models.Exists(told) | drafts)


class ConductModel(models.Model):
    """A named code of conduct with its origin."""

    class Judged(models.TextChoices):
        PERSON = "person", _("A person")
        UNIT = "unit", _("A unit")

    key = models.SlugField(max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=250)
    owner = models.CharField(_("owner"), max_length=250)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    judged = models.CharField(_("judged"), max_length=6, choices=Judged.choices, default=Judged.PERSON)
    absorbed_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="absorbed")
    based_on = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="derived")
    # Whose editors change it; None: the common library, kept by the catalogue editors.
    keeper = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(_("note"), blank=True)
    name_order = models.CharField(max_length=300, editable=False, default="")
    search = models.TextField(editable=False, default="")

    objects = ConductModelQuerySet.as_manager()

    class Meta:
        verbose_name = _("conduct model")
        constraints = (
            models.UniqueConstraint(fields=("owner", "name"), name="owner_has_one_model_of_a_name"),
        )

    def __str__(self) -> str:
        return self.name


class ModelOwner(models.Model):
    """A body that owns or took over a model, as the sources say it (often one that no longer exists)."""

    class Part(models.TextChoices):
        ORIGIN = "origin", _("Origin")
        ADOPTER = "adopter", _("Took it over")

    model = models.ForeignKey(ConductModel, models.CASCADE, related_name="owners")
    name = models.CharField(max_length=250)
    part = models.CharField(max_length=8, choices=Part.choices)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("model", "name"), name="model_names_an_owner_once"),)

    def __str__(self) -> str:
        return self.name


class ModelVersionQuerySet(models.QuerySet["ModelVersion"]):
    def visible_to(self, user: User, on: date) -> "ModelVersionQuerySet":
        """Whatever is published or retired, drafts of the common library, and of offices the person keeps."""
        kept = Q(model__keeper=None) | Q(model__keeper_id__in=reach_ids(user, on, *KEEPING))
        return self.filter(~Q(state="draft") | kept)


class ModelVersion(models.Model):
    """One wording of a model. Draft until published; published for ever, or retired later."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        RETIRED = "retired", _("Retired")

    model = models.ForeignKey(ConductModel, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.DRAFT)
    effective_from = models.DateField(_("effective from"), null=True, blank=True)
    effective_year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    legal_basis = models.CharField(_("legal basis"), max_length=300, blank=True)
    source = models.CharField(_("source"), max_length=500, blank=True)
    note = models.TextField(_("note"), blank=True)
    is_minor = models.BooleanField(_("minor correction"), default=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    published_at = models.DateTimeField(null=True, blank=True)
    # When a draft was last edited on the screens (then the library's files leave it alone), and how often.
    edited_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)

    objects = ModelVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version")
        ordering = ("model", "number")
        constraints = (
            models.UniqueConstraint(fields=("model", "number"), name="model_has_one_version_of_a_number"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(published_at__isnull=False), name="published_version_says_when"
            ),
        )

    def __str__(self) -> str:
        return f"{self.model} ({self.number})"

    @property
    def is_draft(self) -> bool:
        """Whether its wording may still change."""
        return self.state == self.State.DRAFT


class ItemGroup(models.Model):
    """The "5" and the word "không" of a name; ``number`` equals the count of its items.

    A group belongs to a version, or to one office's adoption: what the office added of its own (local items).
    """

    class Polarity(models.TextChoices):
        PROHIBITION = "prohibition", _("Prohibition")
        DUTY = "duty", _("Duty")

    version = models.ForeignKey(ModelVersion, models.PROTECT, null=True, blank=True, related_name="groups")
    adoption = models.ForeignKey(
        "Adoption", models.PROTECT, null=True, blank=True, related_name="local_groups"
    )
    position = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    keyword = models.CharField(max_length=60)
    polarity = models.CharField(max_length=11, choices=Polarity.choices)

    class Meta:
        ordering = ("version", "position")
        constraints = (
            models.UniqueConstraint(fields=("version", "position"), name="group_has_its_own_place"),
            models.UniqueConstraint(fields=("adoption", "position"), name="local_group_has_its_own_place"),
            models.CheckConstraint(
                condition=Q(version__isnull=True) ^ Q(adoption__isnull=True),
                name="group_is_of_a_version_or_of_an_adoption",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.keyword}"


class Source(models.TextChoices):
    """Who can bear witness to an item."""

    CITIZEN = "citizen", _("Citizens")
    SUPERVISOR = "supervisor", _("Supervisor")
    INSPECTION = "inspection", _("Inspection")
    PROMISE = "promise", _("Promises")
    SELF = "self", _("Self-view")


class ItemQuerySet(models.QuerySet["Item"]):
    def of_version(self, version: ModelVersion) -> "ItemQuerySet":
        """The items of a version in the order of the model, with their groups."""
        found = self.filter(group__version=version).select_related("group")
        return found.order_by("group__position", "position")

    def kept_under(self, adoption: "Adoption") -> "ItemQuerySet":
        """Every item of the adopted version, then the office's own, in order and with their groups."""
        kept = self.filter(Q(group__version=adoption.version_id) | Q(group__adoption=adoption))
        first = F("group__version").asc(nulls_last=True)
        return kept.select_related("group").order_by(first, "group__position", "position")


class Item(models.Model):
    """One sentence of a model, who can judge it, and what a citizen is asked about it, if anything.

    ``kept_answers``: the answers of the citizen question that count as kept (1–5, or 1 = yes and 0 = no).
    """

    class Answer(models.TextChoices):
        YES_NO = "yes_no", _("Yes or no")
        SCALE5 = "scale5", _("Five steps")

    group = models.ForeignKey(ItemGroup, models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(_("text"), max_length=400)
    text_en = models.CharField(_("English gloss"), max_length=400, blank=True)
    sources = ArrayField(models.CharField(max_length=10, choices=Source.choices), verbose_name=_("sources"))
    question = models.CharField(_("question to citizens"), max_length=300, blank=True)
    question_en = models.CharField(_("question in English"), max_length=300, blank=True)
    answer = models.CharField(_("answer"), max_length=6, choices=Answer.choices, blank=True)
    kept_answers = ArrayField(models.SmallIntegerField(), default=list, blank=True)

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item")
        ordering = ("group", "position")
        constraints = (
            models.UniqueConstraint(fields=("group", "position"), name="item_has_its_own_place"),
            models.CheckConstraint(
                condition=Q(question="") | (~Q(answer="") & ~Q(kept_answers=[])),
                name="question_says_which_answer_is_kept",
            ),
        )

    def __str__(self) -> str:
        return self.text

    @property
    def source_labels(self) -> list[str]:
        """Who can judge the item, in words."""
        return [str(Source(source).label) for source in self.sources]

    @property
    def kept_words(self) -> str:
        """Which answers of the citizen question count as kept, in words."""
        if self.answer == self.Answer.YES_NO:
            return gettext("Yes") if self.kept_answers == [1] else gettext("No")
        return gettext("steps %(steps)s of 5") % {"steps": ", ".join(map(str, self.kept_answers))}


class Motto(models.Model):
    """A watchword: text only, nothing to adopt or to judge."""

    class Kind(models.TextChoices):
        MOTTO = "motto", _("Motto")
        YEAR_THEME = "year_theme", _("Theme of a year")

    text = models.CharField(max_length=300, unique=True)
    text_en = models.CharField(_("English gloss"), max_length=300, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.MOTTO)
    owner = models.CharField(max_length=250, blank=True)
    source = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.text


class AdoptionQuerySet(models.QuerySet["Adoption"]):
    def in_force(self, day: date) -> "AdoptionQuerySet":
        """Adoptions that hold on ``day``."""
        return self.filter(on_day(day))

    def visible_to(self, user: User, on: date) -> "AdoptionQuerySet":
        """Adoptions of the agencies that the person may see that day."""
        return self.filter(agency_id__in=visible_agency_ids(user, on))


class Adoption(models.Model):
    """A version as an office keeps it: with emphasis and additions only, so no base item can be dropped."""

    class Audience(models.TextChoices):
        ALL = "all", _("All staff")
        FRONT_DESK = "front_desk", _("Staff who serve citizens")
        CATEGORIES = "categories", _("Some staff categories")

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    version = models.ForeignKey(ModelVersion, models.PROTECT, related_name="adoptions")
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"), null=True, blank=True)
    decision_number = models.CharField(_("decision number"), max_length=80, blank=True)
    audience = models.CharField(
        _("for which staff"), max_length=10, choices=Audience.choices, default=Audience.ALL
    )
    categories = ArrayField(
        models.CharField(max_length=12, choices=Posting.Category.choices), default=list, blank=True
    )
    # The adoption that this one took the place of, and whether what was signed under that one still counts
    # (a minor correction of the same model).
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    keeps_signatures = models.BooleanField(default=False)
    adopted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    adopted_at = models.DateTimeField()

    objects = AdoptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("adoption")
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="adoption_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(audience="categories") ^ Q(categories=[]),
                name="adoption_names_categories_where_it_is_for_some",
            ),
            ExclusionConstraint(
                name="office_adopts_a_version_once_at_a_time",
                expressions=(
                    ("agency", RangeOperators.EQUAL),
                    ("version", RangeOperators.EQUAL),
                    (days("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.agency}: {self.version}"

    def speaks_to(self, posting: Posting) -> bool:
        """Whether the posting belongs to the adoption's audience."""
        return speaks_to(
            self.audience,
            self.categories,
            serves_citizens=posting.serves_citizens,
            category=posting.category,
        )

    def posting_q(self, prefix: str = "") -> Q:
        """The postings that the adoption speaks to; ``prefix`` leads to the posting ("posting__")."""
        if self.audience == self.Audience.FRONT_DESK:
            return Q(**{f"{prefix}serves_citizens": True})
        if self.audience == self.Audience.CATEGORIES:
            return Q(**{f"{prefix}category__in": self.categories})
        return Q()


class Emphasis(models.Model):
    """How much an office stresses an item, 2 or 3; no row means 1."""

    adoption = models.ForeignKey(Adoption, models.CASCADE, related_name="emphases")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    weight = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("adoption", "item"), name="item_is_stressed_once"),
            models.CheckConstraint(
                condition=Q(weight__gte=2, weight__lte=3), name="emphasis_is_two_or_three"
            ),
        )

    def __str__(self) -> str:
        return f"{self.item} × {self.weight}"
