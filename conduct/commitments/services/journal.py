"""Writing a journal (tự soi, tự sửa). No word of it, nor whether something was kept, goes into the trail."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from conduct.agencies.models import Period, Posting, User
from conduct.agencies.periods import check_month_is_open, state_of
from conduct.agencies.permissions import Refused
from conduct.audit.services import record
from conduct.kernel.months import Month
from conduct.kernel.wording import date_text
from conduct.kernel.workdays import is_working_day
from conduct.notices.services import Message, push
from models_catalog.models import Item

from ..models import JournalEntry
from ..permissions.journal import check_can_change, check_can_write, office_in

# The same words within so short a time are a second click.
SECOND_CLICK = timedelta(minutes=10)
# The longest run of days off (Tết) that a remedy due in it may have to wait for its notice.
LONGEST_HOLIDAY = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Words:
    """What an entry says. A slip names its remedy and the day for it; what was kept has neither."""

    posting: Posting
    item: Item
    on: date
    was_kept: bool
    text: str
    remedy: str = ""
    remedy_by: date | None = None


def _put(entry: JournalEntry, words: Words) -> None:
    entry.posting, entry.item, entry.on = words.posting, words.item, words.on
    entry.was_kept, entry.text = words.was_kept, words.text
    entry.remedy = "" if words.was_kept else words.remedy
    entry.remedy_by = None if words.was_kept else words.remedy_by


@transaction.atomic
def write_entry(*, words: Words, by: User, now: datetime) -> tuple[JournalEntry, bool]:
    """Write an entry; returns it and whether this call stored it (a second click finds the first).

    Raises Refused for another's posting, or an item that was not kept there on that day.
    """
    check_can_write(by, words.posting, words.item, words.on)
    Posting.objects.select_for_update(no_key=True).get(pk=words.posting.pk)  # one click at a time
    known = JournalEntry.objects.filter(
        posting=words.posting, item=words.item, on=words.on, was_kept=words.was_kept, text=words.text,
        written_at__gt=now - SECOND_CLICK,
    ).first()  # fmt: skip
    if known is not None:
        return known, False
    entry = JournalEntry(written_at=now)
    _put(entry, words)
    entry.save()
    record(act="commitments.write_entry", by=by, obj=entry, agency=words.posting.agency, now=now)
    return entry, True


@transaction.atomic
def change_entry(*, entry: JournalEntry, words: Words, by: User, now: datetime) -> bool:
    """Change the own words; whether anything changed. Raises Refused once they have been submitted.

    Another remedy, or another day for it, begins the follow-up anew.
    """
    entry = _held(entry)
    check_can_change(by, entry)
    check_can_write(by, words.posting, words.item, words.on)
    before = (entry.remedy, entry.remedy_by)
    unchanged = Words(
        entry.posting, entry.item, entry.on, entry.was_kept, entry.text, entry.remedy, entry.remedy_by
    )
    if words == unchanged:
        return False
    _put(entry, words)
    if (entry.remedy, entry.remedy_by) != before:
        entry.was_remedied, entry.followed_up_on, entry.follow_up = None, None, ""
    entry.save()
    record(act="commitments.change_entry", by=by, obj=entry, agency=entry.posting.agency, now=now)
    return True


@transaction.atomic
def delete_entry(*, entry: JournalEntry, by: User, now: datetime) -> bool:
    """Delete own words for good; whether they were there. Raises Refused once they have been submitted."""
    found = JournalEntry.objects.select_for_update().filter(pk=entry.pk).first()
    if found is None:
        return False
    check_can_change(by, found)
    record(act="commitments.delete_entry", by=by, obj=found, agency=found.posting.agency, now=now)
    found.delete()
    return True


@transaction.atomic
def follow_up_slip(
    *, entry: JournalEntry, was_remedied: bool, text: str, new_day: date | None, by: User, now: datetime
) -> bool:
    """Answer whether the remedy was done; a "no" puts it to ``new_day``. Whether this call stored it.

    Each answer adds a line, also to a slip that was submitted: its outcome belongs to it. Raises Refused for
    another's entry or one that was kept.
    """
    entry = _held(entry)
    if entry.posting.person_id != by.pk:
        raise Refused(_("A journal is written about oneself alone."))
    if entry.was_kept:
        raise Refused(_("Nothing is to be put right here: the item was kept."))
    line = f"{date_text(timezone.localdate(now))}: {text}"
    if entry.was_remedied or entry.follow_up.split("\n")[-1] == line:
        return False
    entry.was_remedied, entry.followed_up_on = was_remedied, timezone.localdate(now)
    entry.follow_up = f"{entry.follow_up}\n{line}".strip()
    if not was_remedied and new_day is not None:
        entry.remedy_by = new_day
    entry.save()
    # The same act as a change: the trail does not tell who has slipped.
    record(act="commitments.change_entry", by=by, obj=entry, agency=entry.posting.agency, now=now)
    return True


def takes_slips(posting: Posting, month: Month, today: date) -> bool:
    """Whether the month of this posting's office still takes slips, and gives them back."""
    return state_of(office_in(month, posting, today), month) == Period.State.OPEN


@transaction.atomic
def submit_slips(*, entries: Collection[int], month: Month, by: User, now: datetime) -> int:
    """Let chosen own slips of a month go with the monthly sheet; returns how many this call submitted.

    What is not an own slip of that month is passed over. Raises Refused when the office's month is closed.
    """
    chosen = list(
        JournalEntry.objects.of(by)
        .slips()
        .in_month(month)
        .filter(pk__in=entries, submitted_at__isnull=True)
        .select_for_update(of=("self",), no_key=True)
        .select_related("posting__agency", "posting__person")
    )
    today = timezone.localdate(now)
    for posting in {entry.posting for entry in chosen}:
        check_month_is_open(office_in(month, posting, today), month)
    JournalEntry.objects.filter(pk__in=[entry.pk for entry in chosen]).update(submitted_at=now)
    for entry in chosen:
        record(act="commitments.submit_slip", by=by, obj=entry, agency=entry.posting.agency, now=now)
    return len(chosen)


@transaction.atomic
def withdraw_slip(*, entry: JournalEntry, by: User, now: datetime) -> bool:
    """Take a submitted slip back; whether it was submitted. Raises Refused when the month is closed."""
    entry = _held(entry)
    if entry.posting.person_id != by.pk:
        raise Refused(_("A journal is written about oneself alone."))
    if entry.submitted_at is None:
        return False
    month = Month.of(entry.on)
    check_month_is_open(office_in(month, entry.posting, timezone.localdate(now)), month)
    entry.submitted_at = None
    entry.save(update_fields=["submitted_at"])
    record(act="commitments.withdraw_slip", by=by, obj=entry, agency=entry.posting.agency, now=now)
    return True


def push_due_remedies(*, now: datetime) -> int:
    """On a working day, tell everybody whose remedy is due; returns how many lines were asked for.

    One line for each remedy and day; it says nothing of what was written, since lines are also mailed.
    """
    today = timezone.localdate(now)
    if not is_working_day(today):
        return 0
    due = (
        JournalEntry.objects.to_follow_up()
        .filter(remedy_by__lte=today, remedy_by__gt=today - LONGEST_HOLIDAY)
        .filter(posting__person__is_active=True)
        .values_list("pk", "posting__person_id", "on", "remedy_by")
    )
    with override("vi"):
        messages = [
            Message(
                recipient_id=person_id,
                key=f"commitments.remedy:{pk}:{remedy_by}",
                title=_("A remedy of your own is due"),
                text=_("It was written on %(day)s. Say whether it was done.") % {"day": date_text(on)},
                url=reverse("commitments:follow_up", args=[pk]),
            )
            for pk, person_id, on, remedy_by in due.iterator(chunk_size=2000)
        ]
    return push(messages=messages, now=now)


def _held(entry: JournalEntry) -> JournalEntry:
    """The entry as it stands now, until the transaction ends."""
    held = JournalEntry.objects.select_for_update(of=("self",), no_key=True)
    found = held.select_related("posting__agency", "posting__person", "item").filter(pk=entry.pk).first()
    if found is None:
        raise Refused(_("This entry has been deleted."))
    return found
