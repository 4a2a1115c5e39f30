"""Cases: what citizens wrote or said, who deals with it by when, and what came of it."""

from datetime import date

from django.db import models
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency, Posting, User
from conduct.dossiers.models import Dossier
from surveys.models import ServicePoint


class CaseQuerySet(models.QuerySet["Case"]):
    def not_naming(self, user: User) -> "CaseQuerySet":
        """Without those that name the person, whatever posting it was in. Every list begins here.

        Which of them are listed for whom, and what may be **read** of them, is decided by
        ``permissions.cases``.
        """
        named = CaseSubject.objects.filter(case=OuterRef("pk"), posting__person=user)
        return self.filter(~Exists(named))

    def waiting(self) -> "CaseQuerySet":
        """Those that still need an answer."""
        return self.filter(state__in=Case.OPEN_STATES)

    def with_waiting(self) -> "CaseQuerySet":
        """With ``is_waiting``, by which lists put what needs an answer first."""
        return self.annotate(is_waiting=ExpressionWrapper(Q(state__in=Case.OPEN_STATES), BooleanField()))

    def figures(self, user: User, on: date) -> dict[str, int]:
        """How many wait, are new, are overdue and are given to the person. One statement."""
        waits = Q(state__in=Case.OPEN_STATES)
        return self.aggregate(
            n_waiting=Count("pk", filter=waits),
            n_new=Count("pk", filter=Q(state=Case.State.NEW)),
            n_overdue=Count("pk", filter=waits & Q(due_on__lt=on)),
            n_mine=Count("pk", filter=waits & Q(assignee=user)),
        )

    def overdue(self, on: date) -> "CaseQuerySet":
        """Those that needed an answer before that day."""
        return self.waiting().filter(due_on__lt=on)


class Case(models.Model):
    """A remark that somebody must deal with. Its texts are sealed under a key of its own (kernel/vault.py).

    The destroyed key erases them everywhere; code, dates, triage, ``summary`` (written without personal data
    by who sorts it) and ids stay, so that the counts stay true.
    """

    class Source(models.TextChoices):
        MAILBOX = "mailbox", _("Mailbox on the web")
        HOTLINE = "hotline", _("Hotline")
        RATING = "rating", _("After a rating")
        MEETING = "meeting", _("Meeting")
        BOX = "box", _("Letter box")

    class Kind(models.TextChoices):
        PRAISE = "praise", _("Praise")
        SUGGESTION = "suggestion", _("Suggestion")
        COMPLAINT = "complaint", _("Remark on service")
        FORWARD = "forward", _("Complaint or denunciation, to be forwarded")
        UNCLEAR = "unclear", _("Not enough information")

    class State(models.TextChoices):
        NEW = "new", _("New")
        SORTED = "sorted", _("Sorted")
        ASSIGNED = "assigned", _("Assigned")
        ANSWERED = "answered", _("Answered")
        FORWARDED = "forwarded", _("Forwarded")
        MERGED = "merged", _("Merged")
        CLOSED = "closed", _("Closed")

    class Righted(models.TextChoices):
        YES = "yes", _("Put right")
        PARTLY = "partly", _("Partly put right")
        NO = "no", _("Not put right")

    OPEN_STATES = (State.NEW, State.SORTED, State.ASSIGNED)

    # SHA-256 of the code by which the citizen follows; the code itself is shown once.
    code_hash = models.CharField(max_length=64, unique=True)
    key_id = models.CharField(max_length=32)
    # Who deals with it, and which agency it is about; they differ when it names a head.
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    concerns = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    point = models.ForeignKey(ServicePoint, models.PROTECT, null=True, blank=True, related_name="+")
    dossier = models.ForeignKey(Dossier, models.SET_NULL, null=True, blank=True, related_name="+")
    source = models.CharField(_("source"), max_length=7, choices=Source.choices)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.NEW)
    respondent = models.CharField(
        max_length=8, choices=[("citizen", _("Citizen")), ("business", _("Business"))], default="citizen"
    )
    language = models.CharField(max_length=5, default="vi")
    sealed_text = models.BinaryField(default=b"")
    sealed_answer = models.BinaryField(default=b"")
    summary = models.CharField(_("summary without personal data"), max_length=300, blank=True)
    # Whether the citizen lets the people concerned read the words themselves; else they see the summary.
    shares_words = models.BooleanField(default=False)
    received_on = models.DateField(_("received on"))
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    assignee = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    due_on = models.DateField(_("answer due on"))
    # When it was answered for the first time; a reopened case keeps it.
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    closed_on = models.DateField(null=True, blank=True)
    reopened_on = models.DateField(_("reopened on"), null=True, blank=True)
    escalated_on = models.DateField(null=True, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    # Upheld: the remark was right; None: not decided.
    is_upheld = models.BooleanField(_("upheld"), null=True, blank=True)
    corrective_action = models.CharField(_("corrective action"), max_length=600, blank=True)
    # Public answer: both sides agreed; the texts hold no personal data.
    citizen_agrees_public = models.BooleanField(default=False)
    published_on = models.DateField(null=True, blank=True)
    public_question = models.TextField(blank=True)
    public_answer = models.TextField(blank=True)
    # Some weeks later: was it put right?
    asked_on = models.DateField(null=True, blank=True)
    righted = models.CharField(max_length=6, choices=Righted.choices, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        indexes = (
            models.Index(fields=("agency", "state", "due_on"), name="cases_that_wait"),
            models.Index(fields=("concerns", "received_on"), name="cases_by_receipt"),
        )
        constraints = (
            models.CheckConstraint(condition=~Q(pk=F("merged_into")), name="case_is_not_merged_into_itself"),
            models.CheckConstraint(
                condition=Q(published_on__isnull=True) | Q(citizen_agrees_public=True),
                name="public_answer_has_the_citizens_consent",
            ),
        )

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it still needs an answer."""
        return self.state in self.OPEN_STATES


class CaseSubject(models.Model):
    """Somebody whom a case names. They never see, handle or hear of it."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="subjects")
    posting = models.ForeignKey(Posting, models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "posting"), name="case_names_a_posting_once"),)

    def __str__(self) -> str:
        return str(self.posting)


class CaseEvent(models.Model):
    """One step in the life of a case; never changed. Notes and letters are sealed under the case's key."""

    class Kind(models.TextChoices):
        RECEIVED = "received", _("Received")
        SORTED = "sorted", _("Sorted")
        ASSIGNED = "assigned", _("Assigned")
        NOTE = "note", _("Internal note")
        ANSWERED = "answered", _("Answered")
        REOPENED = "reopened", _("Reopened by the citizen")
        ESCALATED = "escalated", _("Escalated")
        MERGED = "merged", _("Merged")
        MOVED = "moved", _("Given to another agency")
        FORWARDED = "forwarded", _("Forwarded")
        CLOSED = "closed", _("Closed")
        PUBLISHED = "published", _("Answer made public")
        UNPUBLISHED = "unpublished", _("Public answer withdrawn")
        ASKED = "asked", _("Asked whether it was put right")
        RIGHTED = "righted", _("The citizen said whether it was put right")
        WITHDRAWN = "withdrawn", _("Withdrawn by the citizen")
        ERASED = "erased", _("Erased")

    case = models.ForeignKey(Case, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=11, choices=Kind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    sealed_text = models.BinaryField(default=b"")
    # Ids and plain facts only, never words of the citizen.
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ("at", "id")
        indexes = (models.Index(fields=("case", "at"), name="case_events_in_order"),)

    def __str__(self) -> str:
        return self.get_kind_display()


class OutgoingMail(models.Model):
    """A mail to a citizen that has to leave. It holds no address and no words.

    Both are read out of the case's sealed rows when it leaves (services/outbox.py); with the key gone it is
    dropped.
    """

    class Kind(models.TextChoices):
        ANSWER = "answer", _("Answer")
        RIGHTED = "righted", _("Was it put right?")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        DROPPED = "dropped", _("Not sent")

    case = models.ForeignKey(Case, models.CASCADE, related_name="mails")
    kind = models.CharField(max_length=7, choices=Kind.choices)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    made_at = models.DateTimeField()
    # While a worker sends, and after the address was refused: nobody else tries before.
    held_until = models.DateTimeField(null=True, blank=True)
    n_failures = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=("made_at",), condition=Q(state="waiting"), name="mails_that_wait"),)
        constraints = (
            models.UniqueConstraint(
                fields=("case", "kind"), condition=Q(state="waiting"), name="case_has_one_waiting_mail_a_kind"
            ),
        )

    def __str__(self) -> str:
        return f"#{self.case_id} {self.kind}"


class ReplyTemplate(models.Model):
    """A beginning for answers of one kind, kept by an office."""

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=Case.Kind.choices)
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("reply template")
        constraints = (
            models.UniqueConstraint(fields=("agency", "title"), name="agency_has_a_template_title_once"),
        )

    def __str__(self) -> str:
        return self.title
