"""A petition's life up to its answer: filed, read by a second person, taken back; reminders."""

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import User
from conduct.agencies.permissions import Refused
from conduct.audit.services import record
from conduct.kernel.workdays import working_day
from conduct.notices.services import Message, push, take_back

from ..models import Petition, Result, YearRating
from ..permissions.authority import Authorities
from ..permissions.petitions import (
    authority_over,
    check_can_answer,
    check_can_file,
    check_can_read,
    check_can_withdraw,
    readers_for,
)
from ..rules.petitions import DAYS, NOTICE_DAYS

State = Petition.State
# On paper and in notices, in Vietnamese whatever the language of the screens.
OUTCOMES = {"upheld": "Giữ nguyên kết quả.", "changed": "Kết quả được thay đổi."}


class PetitionChanged(Exception):
    """Somebody else has written meanwhile."""


def notice_day(about: Result | YearRating) -> date | None:
    """The day on which the result was made known; None while the year's notice is not sent."""
    if isinstance(about, Result):
        return timezone.localdate(about.at)
    return timezone.localdate(about.notified_at) if about.notified_at else None


@transaction.atomic
def file_petition(
    *, about: Result | YearRating, text: str, wish: str, by: User, now: datetime
) -> tuple[Petition, bool]:
    """File a petition; the one that is open where there is one already. Returns whether this call filed it.

    Late filing is marked and accepted. Raises Refused.
    """
    today = timezone.localdate(now)
    held = _held(about)
    check_can_file(by, held)
    key = {"result": held} if isinstance(held, Result) else {"year_rating": held}
    known = Petition.objects.waiting().filter(**key).first()
    if known is not None:
        return known, False
    known_on = notice_day(held)
    petition = Petition.objects.create(
        **key,
        text=text,
        wish=wish,
        filed_by=by,
        filed_at=now,
        is_late=known_on is not None and today > working_day(known_on, NOTICE_DAYS),
        due_on=working_day(today, DAYS),
    )
    record(
        act="ratings.file_petition", by=by, obj=petition, agency=petition.office, now=now,
        data={"due_on": petition.due_on.isoformat(), "is_late": petition.is_late},
    )  # fmt: skip
    _tell(
        petition, authority_over(petition, today).approvers, "filed",
        f"Kiến nghị của {by.full_name} chờ giải quyết",
        f"Thời hạn trả lời: {petition.due_on:%d/%m/%Y}.", now,
    )  # fmt: skip
    return petition, True


def _held(about: Result | YearRating) -> Result | YearRating:
    """The row under lock, so that of two clicks one files and the other finds the petition."""
    if isinstance(about, Result):
        return (
            Result.objects.select_for_update(of=("self",))
            .select_related("sheet__posting__person", "sheet__office")
            .get(pk=about.pk)
        )
    return (
        YearRating.objects.select_for_update(of=("self",))
        .select_related("posting__person", "office")
        .get(pk=about.pk)
    )


def hold_petition(petition: Petition, revision: int | None = None) -> Petition:
    """The petition under lock. Raises PetitionChanged when it is not as it was read."""
    held = Petition.objects.with_subject().select_for_update(of=("self",)).get(pk=petition.pk)
    if revision is not None and held.revision != revision:
        raise PetitionChanged
    return held


def check_is_open(petition: Petition) -> None:
    """Nothing is done any more once it was answered or taken back."""
    if petition.state != State.FILED:
        raise Refused(_("This petition has been answered or taken back."))


@transaction.atomic
def withdraw_petition(*, petition: Petition, by: User, now: datetime) -> bool:
    """Take an own petition back while it has no answer; returns whether this call did. Raises Refused."""
    held = hold_petition(petition)
    check_can_withdraw(by, held)
    if held.state == State.WITHDRAWN:
        return False
    check_is_open(held)
    held.state = State.WITHDRAWN
    held.revision += 1
    held.save(update_fields=["state", "revision"])
    record(act="ratings.withdraw_petition", by=by, obj=held, agency=held.office, now=now)
    people = [*authority_over(held, timezone.localdate(now)).approvers, held.reader_id]
    take_back(recipient_ids=[pk for pk in people if pk], key_start=f"ratings.petition:{held.pk}:")
    return True


@transaction.atomic
def ask_reader(*, petition: Petition, reader: User, revision: int, by: User, now: datetime) -> bool:
    """Ask somebody who was not involved for a second opinion; returns whether that changed anything.

    Another may be asked until the opinion is given. Raises Refused, PetitionChanged, ValidationError.
    """
    held, today = hold_petition(petition), timezone.localdate(now)
    check_can_answer(by, held, today)
    check_is_open(held)
    if held.reader_id == reader.pk:
        return False
    if held.revision != revision:
        raise PetitionChanged
    if held.read_at is not None:
        raise Refused(_("The second opinion has been given."))
    if not readers_for(held, by, today).filter(pk=reader.pk).exists():
        raise ValidationError({"reader": _("Choose somebody who leads there and was not involved.")})
    if held.reader_id is not None:
        take_back(recipient_ids=[held.reader_id], key_start=f"ratings.petition:{held.pk}:read")
    held.reader = reader
    held.revision += 1
    held.save(update_fields=["reader", "revision"])
    record(act="ratings.ask_reader", by=by, obj=held, agency=held.office, now=now, data={"reader": reader.pk})
    _tell(
        held, [reader.pk], "read", f"Đề nghị cho ý kiến về kiến nghị của {held.filed_by.full_name}",
        f"Kiến nghị phải được trả lời trước hết ngày {held.due_on:%d/%m/%Y}.", now,
    )  # fmt: skip
    return True


@transaction.atomic
def read_petition(*, petition: Petition, opinion: str, by: User, now: datetime) -> bool:
    """Give the second opinion, once; returns whether this call gave it. Raises Refused."""
    held = hold_petition(petition)
    check_can_read(by, held)
    if held.read_at is not None:
        return False
    check_is_open(held)
    held.read_opinion, held.read_at = opinion, now
    held.revision += 1
    held.save(update_fields=["read_opinion", "read_at", "revision"])
    record(act="ratings.read_petition", by=by, obj=held, agency=held.office, now=now)
    _tell(
        held, authority_over(held, timezone.localdate(now)).approvers, "opinion",
        f"Đã có ý kiến thứ hai về kiến nghị của {held.filed_by.full_name}",
        f"Thời hạn trả lời: {held.due_on:%d/%m/%Y}.", now,
    )  # fmt: skip
    return True


def remind_petitions(*, now: datetime) -> int:
    """Tell the competent people of petitions that are due today or overdue; once a day, nobody's act."""
    today = timezone.localdate(now)
    waiting = list(Petition.objects.with_subject().waiting().filter(due_on__lte=today))
    if not waiting:
        return 0
    authorities = Authorities([petition.posting for petition in waiting], today)
    n_told = 0
    for petition in waiting:
        is_late = petition.due_on < today
        when = "đã quá hạn trả lời" if is_late else "đến hạn trả lời hôm nay"
        title = f"Kiến nghị của {petition.filed_by.full_name} {when}"
        people = set(authorities.of(petition.posting).approvers) - {petition.filed_by_id}
        n_told += _tell(
            petition, people, f"due:{today}", title, f"Thời hạn trả lời: {petition.due_on:%d/%m/%Y}.", now
        )
    return n_told


def _tell(petition: Petition, people: Iterable[int], what: str, title: str, text: str, now: datetime) -> int:
    url = reverse("ratings:petition", args=[petition.pk])
    key = f"ratings.petition:{petition.pk}:{what}"
    return push(messages=[Message(pk, key, title, text, url) for pk in people], now=now)


def tell_answered(petition: Petition, now: datetime) -> None:
    """Tell the person that there is an answer; nobody else need hear of the petition any more."""
    _tell(
        petition, [petition.filed_by_id], "answered", "Kiến nghị của ông/bà đã được trả lời",
        OUTCOMES[petition.outcome], now,
    )  # fmt: skip
