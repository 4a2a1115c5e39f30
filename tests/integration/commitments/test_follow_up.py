"""Whether a remedy was done, and the notice on the day it is due."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from conduct.agencies.models import User
from conduct.commitments.models import JournalEntry
from conduct.commitments.services.journal import follow_up_slip, push_due_remedies
from conduct.commitments.tasks.journal import journal_morning
from conduct.notices.models import Notice
from tests.cast import Cast
from tests.factories import DAY, NOW
from tests.integration.commitments.journaling import REMEDY_WORDS, SLIP_WORDS, item_of, write_kept, write_slip


def url(entry: JournalEntry) -> str:
    return f"/commitments/journal/entries/{entry.pk}/follow-up/"


@pytest.fixture
def slip(cast: Cast) -> JournalEntry:
    return write_slip(cast.lan_posting, item_of(cast.adoption), on=DAY - timedelta(days=3), remedy_by=DAY)


def test_done_is_written_down(client: Client, cast: Cast, slip: JournalEntry) -> None:
    client.force_login(cast.lan)
    assert "Đến hạn hôm nay" in client.get(url(slip)).content.decode()
    sent = {"was_remedied": "yes", "text": "Đã xin lỗi\nvà trao bản sao", "new_day": "rác"}
    assert client.post(url(slip), {**sent, "new_day": ""}).headers["Location"] == "/commitments/journal/"
    slip.refresh_from_db()
    assert (slip.was_remedied, slip.followed_up_on) == (True, DAY)
    assert slip.follow_up == "20/10/2026: Đã xin lỗi và trao bản sao"
    assert slip.remedy_by == DAY


def test_second_click_is_written_once(client: Client, cast: Cast, slip: JournalEntry) -> None:
    client.force_login(cast.lan)
    for _click in range(2):
        sent = {"was_remedied": "no", "text": "Chưa gặp được", "new_day": "23/10/2026"}
        assert client.post(url(slip), sent).status_code == 302
    slip.refresh_from_db()
    assert slip.follow_up == "20/10/2026: Chưa gặp được"


def test_not_yet_sets_a_new_day_and_every_answer_stays(
    client: Client, cast: Cast, slip: JournalEntry
) -> None:
    client.force_login(cast.lan)
    client.post(url(slip), {"was_remedied": "no", "text": "Chưa gặp được", "new_day": "23/10/2026"})
    slip.refresh_from_db()
    assert (slip.was_remedied, slip.remedy_by) == (False, date(2026, 10, 23))
    assert "Chưa xong, đã hẹn lại" in client.get("/commitments/journal/").content.decode()
    client.post(url(slip), {"was_remedied": "yes", "text": "Đã gặp"})
    slip.refresh_from_db()
    assert slip.was_remedied is True
    assert slip.follow_up == "20/10/2026: Chưa gặp được\n20/10/2026: Đã gặp"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"was_remedied": "no", "text": "Chưa"}, "Cần ghi hạn khắc phục."),
        ({"was_remedied": "no", "text": "Chưa", "new_day": "20/10/2026"}, "Ngày hẹn mới phải sau hôm nay."),
        ({"was_remedied": "no", "text": "Chưa", "new_day": "99/99/2026"}, "Nhập ngày theo dạng 22/11/2026."),
        ({"was_remedied": "yes", "text": ""}, "_error"),
        ({"was_remedied": "perhaps", "text": "x"}, "_error"),
        ({}, "_error"),
    ],
)
def test_bad_input_is_said(
    client: Client, cast: Cast, slip: JournalEntry, sent: dict[str, str], said: str
) -> None:
    client.force_login(cast.lan)
    response = client.post(url(slip), sent)
    assert response.status_code == 422
    assert said in response.content.decode()
    slip.refresh_from_db()
    assert slip.was_remedied is None


def test_what_was_kept_or_is_done_asks_nothing(client: Client, cast: Cast, slip: JournalEntry) -> None:
    kept = write_kept(cast.lan_posting, item_of(cast.adoption))
    follow_up_slip(entry=slip, was_remedied=True, text="Xong", new_day=None, by=cast.lan, now=NOW)
    client.force_login(cast.lan)
    for entry in (kept, slip):
        assert client.get(url(entry)).headers["Location"] == "/commitments/journal/2026-10/"


def test_submitted_slip_still_gets_its_outcome(client: Client, cast: Cast, slip: JournalEntry) -> None:
    JournalEntry.objects.update(submitted_at=NOW)
    client.force_login(cast.lan)
    client.post(url(slip), {"was_remedied": "yes", "text": "Đã gặp"})
    slip.refresh_from_db()
    assert (slip.was_remedied, slip.text, slip.remedy) == (True, SLIP_WORDS, REMEDY_WORDS)


def lines_of(user: User) -> list[str]:
    return list(Notice.objects.filter(recipient=user).values_list("title", flat=True))


def test_due_remedy_is_announced_once(client: Client, cast: Cast, slip: JournalEntry) -> None:
    for _morning in range(2):
        journal_morning()
    assert lines_of(cast.lan) == ["Một việc tự sửa đã đến hạn"]
    assert Notice.objects.count() == 1
    line = Notice.objects.get()
    for word in (SLIP_WORDS, REMEDY_WORDS, slip.item.text):
        assert word not in f"{line.title} {line.text}"
    client.force_login(cast.lan)
    assert client.get(f"/inbox/{line.pk}/").headers["Location"] == url(slip)


def test_new_day_is_announced_again(cast: Cast, slip: JournalEntry) -> None:
    push_due_remedies(now=NOW)
    new_day = DAY + timedelta(days=1)
    follow_up_slip(entry=slip, was_remedied=False, text="Chưa", new_day=new_day, by=cast.lan, now=NOW)
    assert push_due_remedies(now=NOW) == 0
    push_due_remedies(now=NOW + timedelta(days=1))
    assert len(lines_of(cast.lan)) == 2


def test_remedy_due_on_a_day_off_is_announced_on_the_next_working_day(cast: Cast, slip: JournalEntry) -> None:
    JournalEntry.objects.update(remedy_by=date(2026, 10, 24))  # a Saturday
    assert push_due_remedies(now=datetime(2026, 10, 24, 1, tzinfo=UTC)) == 0
    assert push_due_remedies(now=datetime(2026, 10, 26, 1, tzinfo=UTC)) == 1


def test_done_remedies_and_those_ahead_are_not_announced(cast: Cast, slip: JournalEntry) -> None:
    JournalEntry.objects.update(remedy_by=DAY + timedelta(days=1))
    write_slip(
        cast.lan_posting, slip.item, remedy_by=DAY, was_remedied=True, followed_up_on=DAY, follow_up="Xong"
    )
    assert push_due_remedies(now=NOW) == 0
