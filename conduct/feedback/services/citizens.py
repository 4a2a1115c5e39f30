"""What a citizen does: writes, follows with the code, opens the matter again once, takes it back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, Posting, User
from conduct.agencies.permissions import Refused
from conduct.agencies.tree import office_of
from conduct.audit.services import record
from surveys.models import ServicePoint

from ..models import Case, CaseEvent, Consent, ConsentText
from ..rules.cases import due_day
from ..rules.following import code_of_form, is_asked, may_reopen
from .contacts import PAGE, agreed_purposes, drop_mails, keep_contact, read_contact
from .holding import finish, locked, seal_text
from .reading import read_sealed
from .receiving import code_hash, receive_case
from .subjects import find_named, name_people
from .telling import Word, tell, tell_receivers

# Steps that the office keeps to itself.
_INNER = (CaseEvent.Kind.NOTE,)


@dataclass(frozen=True, slots=True)
class Sender:
    """What somebody leaves to be reached, and what they agreed to; nothing of it is compulsory."""

    name: str = ""
    phone: str = ""
    email: str = ""
    is_child: bool = False
    parent: str = ""
    agreed: tuple[ConsentText, ...] = ()

    def agrees(self, purpose: str) -> bool:
        """Whether the text of this purpose is among those agreed to."""
        return any(text.purpose == purpose for text in self.agreed)


@dataclass(frozen=True, slots=True)
class Followed:
    """A case as its citizen sees it. Of one that was merged, the answer is that of the main one."""

    case: Case
    main: Case
    words: str | None
    answer: str | None
    steps: tuple[CaseEvent, ...]
    agreed: dict[str, Consent]
    has_contact: bool
    may_reopen: bool
    is_asked: bool

    @property
    def is_erased(self) -> bool:
        """Whether the words are gone for good."""
        return self.case.erased_at is not None or self.words is None

    @property
    def may_withdraw(self) -> bool:
        """Whether the remark can still be taken back: nobody has settled it."""
        return self.main.is_open and not self.is_erased


def write_case(
    *,
    key: UUID,
    text: str,
    agency: Agency,
    point: ServicePoint | None,
    source: str,
    respondent: str,
    about_heads: bool,
    language: str,
    sender: Sender,
    now: datetime,
) -> tuple[Case, str, bool]:
    """Store what a citizen wrote, with contact and consents: all of it or nothing, and a form once.

    Returns the case, its follow code, and whether this call stored it. ``key`` is the form's.
    """
    code = code_of_form(key, settings.SECRET_KEY)
    if known := Case.objects.filter(code_hash=code_hash(code)).first():
        return known, code, False
    try:
        with transaction.atomic():
            case, code = receive_case(
                agency=agency, text=text, source=source, respondent=respondent, language=language,
                point=point, shares_words=sender.agrees(ConsentText.Purpose.WORDS),
                agrees_public=sender.agrees(ConsentText.Purpose.PUBLISH), about_heads=about_heads,
                code=code, now=now,
            )  # fmt: skip
            if sender.agreed:
                keep_contact(
                    case=case, name=sender.name, phone=sender.phone, email=sender.email,
                    consent_texts=sender.agreed, language=language, through=PAGE,
                    is_child=sender.is_child, parent=sender.parent, now=now,
                )  # fmt: skip
    except IntegrityError:  # the second click of two that came at the same moment
        return Case.objects.get(code_hash=code_hash(code)), code, False
    return case, code, True


def find_case(code: str) -> Case | None:
    """The case with this follow code."""
    return Case.objects.filter(code_hash=code_hash(code)).first()


def follow_case(case_id: int, today: date) -> Followed | None:
    """A case as its citizen sees it; None when it is not there (any more)."""
    found = Case.objects.select_related("agency", "concerns", "point", "merged_into")
    case = found.filter(pk=case_id).first()
    if case is None:
        return None
    main = case.merged_into or case
    reopens = may_reopen(main.state, main.closed_on, case.reopened_on, today)
    words = read_sealed(case, case.sealed_text)
    return Followed(
        case=case,
        main=main,
        words=words,
        answer="" if main.is_open else read_sealed(main, main.sealed_answer),
        steps=tuple(case.events.exclude(kind__in=_INNER)),
        agreed=agreed_purposes(case),
        has_contact=read_contact(case) is not None,
        may_reopen=reopens and case.erased_at is None and words is not None,
        is_asked=not case.righted and is_asked(main.state, main.closed_on, today) and case.erased_at is None,
    )


@transaction.atomic
def reopen_case(*, case: Case, words: str, by: User | None = None, now: datetime) -> bool:
    """The citizen is not content and says why: the case is open again, once, with a new due day.

    The words are sealed into the step; whoever they name loses the case at once. A merged case becomes one of
    its own again. Returns False for a second click. Raises Refused.
    """
    today = timezone.localdate(now)
    held = locked(case)
    if held.reopened_on is not None:
        return False
    main = held.merged_into or held
    if held.erased_at is not None or not may_reopen(main.state, main.closed_on, None, today):
        raise Refused(_("This remark can no longer be opened again."))
    sealed = seal_text(held, words.strip())
    held.merged_into = None
    held.state = Case.State.ASSIGNED if held.assignee_id else Case.State.SORTED
    if not held.kind:
        held.state = Case.State.NEW
    held.reopened_on, held.due_on = today, due_day(today, held.kind)
    held.closed_on = held.escalated_on = held.asked_on = None
    held.righted = ""
    drop_mails(held, now)
    finish(
        case=held, step=CaseEvent.Kind.REOPENED, act="reopen_case", by=by, now=now, sealed=sealed,
        due_on=held.due_on.isoformat(),
    )  # fmt: skip
    if name_people(case=held, postings=_named_with(held, words, today), by=by, now=now, on=today):
        held.save()
    if held.assignee_id:
        tell(Word.REOPENED, held, {held.assignee_id}, now)
    tell_receivers(Word.REOPENED, held, now)
    return True


def _named_with(case: Case, words: str, today: date) -> Iterable[Posting]:
    """Whom the case names already, and whom these words name."""
    known = Posting.objects.filter(pk__in=case.subjects.values("posting_id")).select_related("person")
    office = office_of(case.concerns, today)
    return [*known, *find_named(text=words, office=office, point=None, about_heads=False, on=today)]


@transaction.atomic
def withdraw_case(*, case: Case, by: User | None = None, now: datetime) -> bool:
    """The citizen takes the remark back before it is settled: nobody owes an answer any more.

    Returns False when that was done before or there is nothing left to take back.
    """
    held = locked(case)
    if not (held.merged_into or held).is_open or held.erased_at is not None:
        return False
    held.state, held.closed_on, held.merged_into = Case.State.CLOSED, timezone.localdate(now), None
    finish(case=held, step=CaseEvent.Kind.WITHDRAWN, act="withdraw_case", by=by, now=now, purpose="case")
    return True


@transaction.atomic
def note_guessing(*, by: User | None = None, now: datetime) -> None:
    """A network used up the wrong codes that it may send: a line in the trail, without the network."""
    record(act="feedback.guess_codes", by=by, obj=None, now=now)
