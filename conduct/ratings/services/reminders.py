"""Reminding of the steps of sheets: three days before, on the day, and while they are late."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from conduct.agencies.models import Agency
from conduct.kernel.months import Month
from conduct.kernel.workdays import is_working_day
from conduct.notices.services import Message, push

from ..models import OfficeTerms
from ..permissions.authority import Authorities
from ..rules.periods import Dates, Period, period_of
from ..tallies.late import Rated, office_agency_ids, rated_postings
from ..tallies.sheets import TermsBook
from .schemes import dates_of
from .steps import label_of, waiting_of

AHEAD = 3
LATE_DAYS = 10
"""So many days a late step is spoken of, on working days; afterwards it stands in the list of late ones."""


def remind_of_sheets(*, now: datetime) -> int:
    """Push what is due in every office; returns how many messages. A second run on a day pushes nothing new.

    One line a person, step and period; whoever reviews or confirms hears how many sheets wait.
    """
    today = timezone.localdate(now)
    offices = Agency.objects.in_force(today).filter(kind__in=Agency.OFFICE_KINDS)
    n_messages = 0
    for office in offices.order_by("pk").iterator(chunk_size=500):
        messages = list(_messages(office, today))
        n_messages += push(messages=messages, now=now) if messages else 0
    return n_messages


def is_spoken_of(due: date | None, today: date) -> bool:
    """Whether a step due that day is spoken of today."""
    if due is None:
        return False
    days = (due - today).days
    return days in (AHEAD, 0) or (-LATE_DAYS <= days < 0 and is_working_day(today))


def _messages(office: Agency, today: date) -> Iterator[Message]:
    book = TermsBook([office.pk], today)
    month = Month.of(today)
    by_quarter = book.terms(office.pk, month.last).kind == OfficeTerms.Kind.QUARTER
    current = period_of(month, by_quarter=by_quarter)
    for period in (current.previous(), current):
        dates = dates_of(book.terms(office.pk, period.last.last), period)
        if any(is_spoken_of(due, today) for due in (dates.submit, dates.review, dates.approve)):
            yield from _of_period(office, period, dates, today)


def _of_period(office: Agency, period: Period, dates: Dates, today: date) -> Iterator[Message]:
    book = TermsBook([*office_agency_ids(office.pk, period), office.pk], today)
    rated = rated_postings(office.pk, list(book.lineages), period, book, Q())
    authorities = Authorities([one.posting for one in rated], today)
    counts: Counter[tuple[int, str]] = Counter()
    for one in rated:
        waiting = waiting_of(one.state, dates, today)
        if not is_spoken_of(waiting.due, today):
            continue
        if waiting.step in ("open", "submit"):
            yield _own(one, period, dates.submit, today)
        else:
            rights = authorities.of(one.posting)
            holders = rights.reviewers if waiting.step == "review" else rights.approvers
            counts.update((holder, waiting.step) for holder in holders)
    for (holder, step), n_sheets in counts.items():
        due = dates.review if step == "review" else dates.approve
        yield _of_others(holder, step, n_sheets, period, due, office, today)


def _own(one: Rated, period: Period, due: date, today: date) -> Message:
    path = reverse("ratings:fill", args=[one.sheet_id]) if one.sheet_id else reverse("ratings:mine")
    return Message(
        one.posting.person_id,
        f"ratings.own:{one.posting.pk}:{period.first}:{today.isoformat()}",
        f"Phiếu đánh giá kỳ {label_of(period)} {_when(due, today)}",
        "Tự chấm điểm rồi nộp phiếu. Phiếu nộp muộn vẫn được nhận và ghi rõ là muộn." if due < today
        else "Tự chấm điểm rồi nộp phiếu.",
        path,
    )  # fmt: skip


def _of_others(
    holder: int, step: str, n_sheets: int, period: Period, due: date, office: Agency, today: date
) -> Message:
    act = "nhận xét" if step == "review" else "xác nhận"
    return Message(
        holder,
        f"ratings.{step}:{office.pk}:{period.first}:{today.isoformat()}",
        f"{n_sheets} phiếu kỳ {label_of(period)} chờ {act}, {_when(due, today)}",
        office.name,
        reverse("ratings:inbox"),
    )


def _when(due: date, today: date) -> str:
    if due < today:
        return f"đã quá hạn từ {due:%d/%m/%Y}"
    return "đến hạn hôm nay" if due == today else f"đến hạn ngày {due:%d/%m/%Y}"
