"""Changing and deleting own words."""

from datetime import date

from django.test import Client

from conduct.audit.models import AuditEvent
from conduct.commitments.models import JournalEntry
from tests.cast import Cast
from tests.factories import DAY, NOW
from tests.integration.commitments.journaling import KEPT_WORDS, SLIP_WORDS, item_of, write_kept, write_slip


def url(entry: JournalEntry, end: str = "") -> str:
    return f"/commitments/journal/entries/{entry.pk}/{end}"


def sent(entry: JournalEntry, **fields: str) -> dict[str, str]:
    values = {
        "about": f"{entry.posting_id}-{entry.item_id}",
        "was_kept": "kept" if entry.was_kept else "slipped",
        "text": entry.text,
        "remedy": entry.remedy,
        "remedy_by": f"{entry.remedy_by:%d/%m/%Y}" if entry.remedy_by else "",
        "on": f"{entry.on:%d/%m/%Y}",
    }
    return {**values, **fields}


def test_form_shows_what_was_written(client: Client, cast: Cast) -> None:
    entry = write_slip(cast.lan_posting, item_of(cast.adoption))
    client.force_login(cast.lan)
    shown = client.get(url(entry)).content.decode()
    assert SLIP_WORDS in shown
    assert 'value="23/10/2026"' in shown
    assert "selected" in shown


def test_words_are_changed(client: Client, cast: Cast) -> None:
    entry = write_kept(cast.lan_posting, item_of(cast.adoption))
    client.force_login(cast.lan)
    fields = {"was_kept": "slipped", "remedy": "Xin lỗi", "remedy_by": "22/10/2026", "on": "19/10/2026"}
    response = client.post(url(entry), sent(entry, **fields))
    assert response.headers["Location"] == "/commitments/journal/2026-10/"
    entry.refresh_from_db()
    assert (entry.was_kept, entry.remedy, entry.remedy_by) == (False, "Xin lỗi", date(2026, 10, 22))
    assert entry.on == date(2026, 10, 19)


def test_unchanged_words_leave_no_trail(client: Client, cast: Cast) -> None:
    entry = write_slip(cast.lan_posting, item_of(cast.adoption))
    client.force_login(cast.lan)
    client.post(url(entry), sent(entry))
    assert not AuditEvent.objects.exists()


def test_slip_turned_into_kept_loses_remedy_and_follow_up(client: Client, cast: Cast) -> None:
    entry = write_slip(
        cast.lan_posting, item_of(cast.adoption), was_remedied=True, followed_up_on=DAY, follow_up="Xong"
    )
    client.force_login(cast.lan)
    client.post(url(entry), sent(entry, was_kept="kept"))
    entry.refresh_from_db()
    assert (entry.was_kept, entry.remedy, entry.remedy_by) == (True, "", None)
    assert (entry.was_remedied, entry.followed_up_on, entry.follow_up) == (None, None, "")


def test_correcting_the_words_alone_keeps_the_follow_up(client: Client, cast: Cast) -> None:
    entry = write_slip(
        cast.lan_posting, item_of(cast.adoption), was_remedied=True, followed_up_on=DAY, follow_up="Xong"
    )
    client.force_login(cast.lan)
    client.post(url(entry), sent(entry, text="Viết lại cho rõ"))
    entry.refresh_from_db()
    assert (entry.text, entry.was_remedied, entry.follow_up) == ("Viết lại cho rõ", True, "Xong")


def test_bad_input_changes_nothing(client: Client, cast: Cast) -> None:
    entry = write_slip(cast.lan_posting, item_of(cast.adoption))
    client.force_login(cast.lan)
    response = client.post(url(entry), sent(entry, remedy=""))
    assert response.status_code == 422
    assert "Cần ghi cách khắc phục." in response.content.decode()
    entry.refresh_from_db()
    assert entry.remedy


def test_submitted_words_stay(client: Client, cast: Cast) -> None:
    entry = write_slip(cast.lan_posting, item_of(cast.adoption), submitted_at=NOW)
    client.force_login(cast.lan)
    for end in ("", "delete/"):
        for response in (client.get(url(entry, end)), client.post(url(entry, end), sent(entry, text="Khác"))):
            assert response.status_code == 403
            assert "đã gửi kèm phiếu tháng" in response.content.decode()
    entry.refresh_from_db()
    assert entry.text == SLIP_WORDS


def test_entry_is_deleted_for_good(client: Client, cast: Cast) -> None:
    entry = write_kept(cast.lan_posting, item_of(cast.adoption))
    client.force_login(cast.lan)
    shown = client.get(url(entry, "delete/")).content.decode()
    assert KEPT_WORDS in shown
    assert JournalEntry.objects.exists()
    response = client.post(url(entry, "delete/"), follow=True)
    assert "Đã xóa hẳn dòng nhật ký." in response.content.decode()
    assert not JournalEntry.objects.exists()
    assert client.post(url(entry, "delete/")).status_code == 404
    event = AuditEvent.objects.get()
    assert (event.act, event.data, event.object_id) == ("commitments.delete_entry", {}, str(entry.pk))


def test_nobody_else_finds_an_entry(client: Client, cast: Cast) -> None:
    entry = write_slip(cast.lan_posting, item_of(cast.adoption))
    for user in (cast.minh, cast.tam, cast.quan, cast.phuong, cast.hoa):
        client.force_login(user)
        for end in ("", "delete/", "follow-up/"):
            assert client.get(url(entry, end)).status_code == 404
            assert client.post(url(entry, end), sent(entry)).status_code == 404
    assert JournalEntry.objects.count() == 1
