"""The year: absences, conclusions, meeting, opinions, class, decision (Điều 8, 11, 19–21)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency, Posting, User

from .schemes import RatingScheme


class Level(models.TextChoices):
    """The four levels of the law (Luật 80/2025/QH15, Điều 26; decree 335, Điều 20)."""

    EXCELLENT = "htxsnv", _("Excellent completion of tasks")
    GOOD = "httnv", _("Good completion of tasks")
    COMPLETED = "htnv", _("Completion of tasks")
    FAILED = "khtnv", _("Non-completion of tasks")


class Absence(models.Model):
    """Days on which a person did not work, for the year's rules (Điều 11)."""

    class Kind(models.TextChoices):
        UNPAID = "unpaid", _("Unpaid leave")
        SICK = "sick", _("Sick leave")
        MATERNITY = "maternity", _("Maternity leave")
        STUDY = "study", _("Sent to study")

    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    office = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=9, choices=Kind.choices)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("absence")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="absence_ends_after_it_begins"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} {self.starts_on:%d/%m/%Y}"


class Conclusion(models.Model):
    """A competent authority's conclusion that makes the year "not completed" (Điều 20.4 b, c, d; 11.3).

    ``agency`` is where the fault **happened**: it stays with the old agency after a transfer (11.3c).
    ``act_key`` is equal for party and administrative discipline of one act, which counts in one year only.
    """

    class Kind(models.TextChoices):
        DEGRADED = "degraded", _("Concluded degradation or breach of the duty to set an example")
        DISCIPLINED = "disciplined", _("Duty-related violation, disciplined")
        UNIT = "unit", _("The unit led was implicated in corruption or waste")

    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    kind = models.CharField(_("what was concluded"), max_length=11, choices=Kind.choices)
    number = models.CharField(_("number of the act"), max_length=80)
    happened_on = models.DateField(_("when it happened"))
    decided_on = models.DateField(_("day of the act"))
    by_authority = models.CharField(_("authority"), max_length=200)
    act_key = models.CharField(_("same act as"), max_length=80, blank=True)
    summary = models.TextField(_("content"), blank=True)
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()
    # A record that was wrong stays, and says why it no longer counts.
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_reason = models.CharField(_("why the record was wrong"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("conclusion")
        constraints = (
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True)
                | Q(withdrawn_by__isnull=False) & ~Q(withdrawn_reason=""),
                name="withdrawn_conclusion_says_why",
            ),
        )

    def __str__(self) -> str:
        return f"{self.person}: {self.number}"


class OrganisationClass(models.Model):
    """The class of an organisation for a year by a dated decision (Điều 8); a later one replaces it."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("year"))
    level = models.CharField(_("level"), max_length=6, choices=Level.choices)
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=2, null=True, blank=True)
    is_outstanding = models.BooleanField(_("outstanding collective achievement (25 %)"), default=False)
    number = models.CharField(_("number of the decision"), max_length=80)
    decided_on = models.DateField(_("day of the decision"))
    by_authority = models.CharField(_("authority"), max_length=200)
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()
    replaced_by = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaces")

    class Meta:
        verbose_name = _("class of the organisation")
        constraints = (
            models.UniqueConstraint(
                fields=("agency", "year"),
                condition=Q(replaced_by__isnull=True),
                name="organisation_has_one_class_a_year",
            ),
        )

    def __str__(self) -> str:
        return f"{self.agency} {self.year}: {self.level}"


class YearMeeting(models.Model):
    """The meeting at which the self-assessments are heard, with its minutes (Điều 21.1b, 21.2b).

    ``office`` is the office, or the unit of it whose people are heard. Once signed it never changes.
    """

    office = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    held_on = models.DateField(_("held on"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    chair = models.ForeignKey(User, models.PROTECT, related_name="+")
    secretary = models.ForeignKey(User, models.PROTECT, related_name="+")
    n_called = models.PositiveIntegerField(_("called"))
    n_present = models.PositiveIntegerField(_("present"))
    minutes = models.TextField(_("minutes"))
    signed_at = models.DateTimeField(null=True, blank=True)
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("meeting")
        constraints = (
            models.CheckConstraint(condition=Q(n_present__lte=F("n_called")), name="present_were_called"),
        )

    def __str__(self) -> str:
        return f"{self.office} {self.held_on:%d/%m/%Y}"


class YearDecision(models.Model):
    """The written decision with the classes of many people; frozen once signed. One may replace another."""

    office = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    number = models.CharField(_("number"), max_length=80)
    decided_on = models.DateField(_("day"))
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    cap_base = models.CharField(max_length=14)
    # The arithmetic of the cap as it stood: percent, and for the agency and each group its counts and limit.
    cap = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("decision on the year's classes")
        constraints = (
            models.UniqueConstraint(fields=("office", "number"), name="decision_has_its_number_once"),
        )

    def __str__(self) -> str:
        return f"{self.number} ({self.decided_on:%d/%m/%Y})"


class YearRating(models.Model):
    """A person's year: means, own view, opinions, proposal, decided class (Mẫu số 02).

    A decided class is never changed; a new decision makes a new row (``number`` + 1) that replaces it (Điều
    21.3). ``months`` keeps the twelve totals as they were counted, each with its office and note.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Being prepared")
        SELF_RATED = "self_rated", _("Own view given")
        HEARD = "heard", _("Heard at the meeting")
        PROPOSED = "proposed", _("Level proposed")
        DECIDED = "decided", _("Decided")

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="+")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    office = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField(default=1)
    scheme = models.ForeignKey(RatingScheme, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    duty_group = models.CharField(_("group of like duties"), max_length=80, blank=True)
    months = models.JSONField(default=list)
    mean = models.DecimalField(max_digits=20, decimal_places=12, null=True, blank=True)
    # What the class followed from: time of work, class by points, conclusions, the organisation's class.
    basis = models.JSONField(default=dict, blank=True)
    self_level = models.CharField(max_length=6, choices=Level.choices, blank=True)
    self_report = models.TextField(_("own report"), blank=True)
    self_rated_at = models.DateTimeField(null=True, blank=True)
    meeting = models.ForeignKey(YearMeeting, models.PROTECT, null=True, blank=True, related_name="ratings")
    meeting_opinion = models.TextField(_("opinions at the meeting"), blank=True)
    party_opinion = models.TextField(_("comment of the party committee"), blank=True)
    party_on = models.DateField(null=True, blank=True)
    proposed_level = models.CharField(max_length=6, choices=Level.choices, blank=True)
    proposal_reason = models.TextField(blank=True)
    level = models.CharField(max_length=6, choices=Level.choices, blank=True)
    no_class_reason = models.CharField(max_length=20, blank=True)
    handling = models.TextField(_("proposed handling"), blank=True)
    decision = models.ForeignKey(YearDecision, models.PROTECT, null=True, blank=True, related_name="ratings")
    notified_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    replaced_by = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaces")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("rating of the year")
        constraints = (
            models.UniqueConstraint(fields=("person", "year", "number"), name="year_has_one_of_a_number"),
            models.UniqueConstraint(
                fields=("person", "year"),
                condition=Q(replaced_by__isnull=True),
                name="person_has_one_class_a_year",
            ),
            models.CheckConstraint(
                condition=~Q(state="decided") | Q(decision__isnull=False),
                name="decided_year_has_its_decision",
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} {self.year}"
