"""Agencies over time, the people who serve in them, their roles, and the months of an office.

Every date range is half-open in the database (``[from, to)``) and ends with the last valid day on paper;
``valid_to`` and ``ends_on`` hold the **last** valid day, None while it goes on.
"""

from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from conduct.kernel.names import fold, sort_text


class DayRange(Func):
    """``daterange(from, to, '[]')``: both days included, an open end when ``to`` is null."""

    function = "DATERANGE"
    output_field = DateRangeField()


def days(start: str, end: str) -> DayRange:
    """The days from column ``start`` to column ``end``, for constraints."""
    return DayRange(F(start), F(end), Value("[]"))


def on_day(day: date, start: str = "valid_from", end: str = "valid_to") -> Q:
    """The condition that ``day`` lies between two columns."""
    return Q(**{f"{start}__lte": day}) & (Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": day}))


class AgencyQuerySet(models.QuerySet["Agency"]):
    def in_force(self, day: date) -> "AgencyQuerySet":
        """Agencies that exist on ``day``."""
        return self.filter(on_day(day))


class Agency(models.Model):
    """A body that employs people or keeps a code. Districts end on 30/6/2025 (two-tier local government)."""

    class Kind(models.TextChoices):
        MINISTRY = "ministry", _("Ministry")
        PROVINCE = "province", _("Province")
        DISTRICT = "district", _("District")
        COMMUNE = "commune", _("Commune")
        DEPARTMENT = "department", _("Department")
        ONE_STOP = "one_stop", _("One-stop centre")
        PARTY_BODY = "party_body", _("Party body")
        SERVICE_UNIT = "service_unit", _("Public service unit")
        POLICE = "police", _("Police")
        ENTERPRISE = "enterprise", _("Enterprise")
        RESIDENTIAL_GROUP = "residential_group", _("Residential group")

    # The kinds that keep months of their own; what lies below them shares the office's month.
    OFFICE_KINDS: ClassVar = (
        Kind.MINISTRY, Kind.PROVINCE, Kind.DISTRICT, Kind.COMMUNE, Kind.PARTY_BODY,
        Kind.SERVICE_UNIT, Kind.POLICE, Kind.ENTERPRISE,
    )  # fmt: skip

    code = models.CharField(
        _("code"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[A-Z0-9][A-Z0-9.-]*$", _("Use capitals, digits, dots and hyphens."))],
    )
    name = models.CharField(_("name"), max_length=250)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    place = models.CharField(_("place name on documents"), max_length=120, blank=True)
    valid_from = models.DateField(_("exists from"))
    valid_to = models.DateField(_("exists until"), null=True, blank=True)
    search = models.TextField(editable=False, default="")

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        indexes = (GinIndex(fields=("search",), opclasses=("gin_trgm_ops",), name="agency_search"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="agency_ends_after_it_begins",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search = fold(f"{self.name} {self.code}")
        super().save(*args, **kwargs)

    @property
    def is_office(self) -> bool:
        """Whether this agency keeps months of its own."""
        return self.kind in self.OFFICE_KINDS


class AgencyParent(models.Model):
    """The agency above, between two days. A report on a month uses the tree of that month."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="parents")
    parent = models.ForeignKey(Agency, models.PROTECT, related_name="children")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(agency=F("parent")), name="agency_is_not_its_own_parent"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="parent_ends_after_it_begins",
            ),
            ExclusionConstraint(
                name="agency_has_one_parent_at_a_time",
                expressions=(
                    ("agency", RangeOperators.EQUAL),
                    (days("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.agency} < {self.parent}"


class Succession(models.Model):
    """Which agency came out of which, many to many. Nothing is copied to a successor."""

    class Kind(models.TextChoices):
        MERGE = "merge", _("Merged")
        SPLIT = "split", _("Split")
        RENAME = "rename", _("Renamed")
        ABSORB = "absorb", _("Absorbed")
        DISSOLVE = "dissolve", _("Dissolved")

    predecessor = models.ForeignKey(Agency, models.PROTECT, related_name="successions_out")
    successor = models.ForeignKey(
        Agency, models.PROTECT, related_name="successions_in", null=True, blank=True
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    is_whole = models.BooleanField(default=True)
    on = models.DateField()
    legal_act = models.CharField(max_length=250, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("predecessor", "successor", "on"), name="succession_is_recorded_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="dissolve", successor__isnull=True) | Q(successor__isnull=False),
                name="only_a_dissolution_has_no_successor",
            ),
        )

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor or '–'} ({self.on})"


class UserManager(BaseUserManager["User"]):
    def create_user(
        self, username: str, full_name: str, password: str | None = None, **fields: object
    ) -> "User":
        """A person, with a login when a password is given."""
        user = self.model(username=username, full_name=full_name, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A member of staff, with or without a login (then the password is unusable)."""

    username = models.CharField(
        _("user name"),
        max_length=60,
        unique=True,
        validators=[
            RegexValidator(r"^[a-z0-9][a-z0-9._-]*$", _("Use small letters, digits, dots and hyphens."))
        ],
    )
    full_name = models.CharField(_("full name"), max_length=120)
    email = models.EmailField(_("e-mail"), blank=True)
    name_order = models.CharField(max_length=250, editable=False, default="", db_index=True)
    search = models.TextField(editable=False, default="")
    is_active = models.BooleanField(_("may sign in"), default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ("name_order", "id")
        indexes = (GinIndex(fields=("search",), opclasses=("gin_trgm_ops",), name="person_search"),)

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_order = sort_text(self.full_name)
        self.search = fold(f"{self.full_name} {self.username}")
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        return self.full_name


class PostingQuerySet(models.QuerySet["Posting"]):
    def in_force(self, day: date) -> "PostingQuerySet":
        """Postings that hold on ``day``."""
        return self.filter(on_day(day, "starts_on", "ends_on"))


class Posting(models.Model):
    """A person in a post of an agency between two days; the grain of scoring is this, not the person."""

    class Category(models.TextChoices):
        OFFICIAL = "can_bo", _("Elected official (cán bộ)")
        CIVIL_SERVANT = "cong_chuc", _("Civil servant (công chức)")
        PUBLIC_EMPLOYEE = "vien_chuc", _("Public employee (viên chức)")
        CONTRACT = "hop_dong", _("Contract worker")

    person = models.ForeignKey(User, models.PROTECT, related_name="postings")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="postings")
    title = models.CharField(_("title"), max_length=160)
    category = models.CharField(_("staff category"), max_length=12, choices=Category.choices)
    is_leader = models.BooleanField(_("leads the unit"), default=False)
    serves_citizens = models.BooleanField(_("serves citizens directly"), default=False)
    is_main = models.BooleanField(_("main posting"), default=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("posting")
        indexes = (models.Index(fields=("agency", "starts_on"), name="posting_by_agency"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="posting_ends_after_it_begins",
            ),
            ExclusionConstraint(
                name="person_has_one_main_posting_at_a_time",
                expressions=(
                    ("person", RangeOperators.EQUAL),
                    (days("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ),
                condition=Q(is_main=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.person}, {self.title}"


class Role(models.TextChoices):
    """What a person may do in an agency and everything below it (which act needs which: permissions.py)."""

    STAFF = "staff", _("Staff")
    SUPERVISOR = "supervisor", _("Supervisor")
    HEAD = "head", _("Head")
    INSPECTOR = "inspector", _("Inspector")
    OFFICE_ADMIN = "office_admin", _("Office administrator")
    TREASURER = "treasurer", _("Treasurer")
    OPERATOR = "operator", _("Receiver of feedback")
    CATALOGUE_EDITOR = "catalogue_editor", _("Catalogue editor")
    AUDITOR = "auditor", _("Auditor")
    SYSTEM_ADMIN = "system_admin", _("System administrator")


class RoleGrant(models.Model):
    """A role of a person in an agency's subtree between two days."""

    person = models.ForeignKey(User, models.CASCADE, related_name="grants")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="grants")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("role")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="role_ends_after_it_begins",
            ),
            ExclusionConstraint(
                name="role_is_granted_once_at_a_time",
                expressions=(
                    ("person", RangeOperators.EQUAL),
                    ("agency", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (days("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()} · {self.agency}"


class Delegation(models.Model):
    """Somebody acts in another's place in an agency, between two days and for a reason (Điều 10).

    A delegate has the rights of whoever is away in ratings there, never in matters about themselves.
    """

    absent = models.ForeignKey(
        User, models.PROTECT, related_name="delegations_given", verbose_name=_("in the place of")
    )
    delegate = models.ForeignKey(
        User, models.PROTECT, related_name="delegations_held", verbose_name=_("who acts")
    )
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    reason = models.CharField(_("reason"), max_length=300)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("delegation")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="delegation_ends_after_it_begins"
            ),
            models.CheckConstraint(condition=~Q(absent=F("delegate")), name="nobody_is_their_own_delegate"),
            ExclusionConstraint(
                name="one_delegate_at_a_time",
                expressions=(
                    ("absent", RangeOperators.EQUAL),
                    ("agency", RangeOperators.EQUAL),
                    (days("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.delegate} → {self.absent} ({self.starts_on:%d/%m/%Y})"


class Period(models.Model):
    """A month or quarter of an office. No row means: open.

    ``closing`` begins when the head closes it and ends, as ``closed``, with the final roll-up.
    """

    class Kind(models.TextChoices):
        MONTH = "month", _("Month")
        QUARTER = "quarter", _("Quarter")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        CLOSING = "closing", _("Being closed")
        CLOSED = "closed", _("Closed")

    office = models.ForeignKey(Agency, models.PROTECT, related_name="periods")
    kind = models.CharField(max_length=7, choices=Kind.choices, default=Kind.MONTH)
    month = models.DateField(help_text="first day of the month or quarter")
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reopened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("period")
        constraints = (
            models.UniqueConstraint(fields=("office", "kind", "month"), name="office_has_one_period_a_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="period_begins_on_the_first"),
            models.CheckConstraint(
                condition=Q(state="open") | Q(closed_at__isnull=False), name="closed_period_says_when"
            ),
        )

    def __str__(self) -> str:
        return f"{self.office} {self.month:%m/%Y}: {self.get_state_display()}"
