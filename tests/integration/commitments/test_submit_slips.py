"""The writer chooses what goes with the monthly sheet."""

from datetime import date

import pytest
from django.test import Client

from conduct.agencies.models import Period
from conduct.audit.models import AuditEvent
from conduct.commitments.models import JournalEntry
from conduct.commitments.tallies.journal import SubmittedSlip, tally_submitted_slips
from conduct.kernel.months import Month
from tests.cast import Cast
from tests.factories import DAY, NOW
from tests.integration.commitments.journaling import (
    KEPT_WORDS,
    REMEDY_WORDS,
    SLIP_WORDS,
    item_of,
    write_kept,
    write_slip,
)

URL = "/commitments/journal/2026-10/submit/"


def close(cast: Cast) -> None:
    Period.objects.create(office=cast.commune, month=date(2026, 10, 1), state="closed", closed_at=NOW)


@pytest.fixture
def slip(cast: Cast) -> JournalEntry:
    return write_slip(cast.lan_posting, item_of(cast.adoption))


def test_chosen_slips_are_submitted_and_no_others(client: Client, cast: Cast, slip: JournalEntry) -> None:
    other = write_slip(cast.lan_posting, slip.item, text="Để riêng")
    write_kept(cast.lan_posting, slip.item)
    client.force_login(cast.lan)
    shown = client.get(URL).content.decode()
    assert SLIP_WORDS in shown
    assert KEPT_WORDS not in shown
    assert "checked" not in shown
    after = client.post(URL, {"slips": [slip.pk]}, follow=True).content.decode()
    assert "Đã gửi 1 lần chưa giữ được." in after
    slip.refresh_from_db()
    other.refresh_from_db()
    assert (slip.submitted_at, other.submitted_at) == (NOW, None)
    event = AuditEvent.objects.get()
    assert (event.act, event.data, event.object_id) == ("commitments.submit_slip", {}, str(slip.pk))


def test_second_click_submits_once(client: Client, cast: Cast, slip: JournalEntry) -> None:
    client.force_login(cast.lan)
    assert client.post(URL, {"slips": [slip.pk]}).status_code == 302
    assert client.post(URL, {"slips": [slip.pk]}).status_code == 422
    assert AuditEvent.objects.count() == 1


def test_only_own_slips_of_the_month_can_be_chosen(client: Client, cast: Cast, slip: JournalEntry) -> None:
    kept = write_kept(cast.lan_posting, slip.item)
    earlier = write_slip(cast.lan_posting, slip.item, on=date(2026, 9, 30))
    foreign = write_slip(cast.minh_posting, slip.item)
    client.force_login(cast.lan)
    for chosen in ([kept.pk], [earlier.pk], [foreign.pk], ["x"], [], ["1" * 40]):
        assert client.post(URL, {"slips": chosen}).status_code == 422
    assert "Cần chọn ít nhất một lần." in client.post(URL, {}).content.decode()
    assert not JournalEntry.objects.exclude(submitted_at=None).exists()


def test_closed_month_takes_and_gives_back_nothing(client: Client, cast: Cast, slip: JournalEntry) -> None:
    sent = write_slip(cast.lan_posting, slip.item, submitted_at=NOW)
    close(cast)
    client.force_login(cast.lan)
    shown = client.get(URL).content.decode()
    assert "Tháng đã chốt" in shown
    assert "Rút lại" not in shown
    assert client.post(URL, {"slips": [slip.pk]}).status_code == 422
    response = client.post(f"/commitments/journal/entries/{sent.pk}/withdraw/")
    assert response.status_code == 403
    assert "10/2026" in response.content.decode()
    slip.refresh_from_db()
    sent.refresh_from_db()
    assert (slip.submitted_at, sent.submitted_at) == (None, NOW)


def test_submitted_slip_is_withdrawn_while_the_month_is_open(
    client: Client, cast: Cast, slip: JournalEntry
) -> None:
    JournalEntry.objects.update(submitted_at=NOW)
    client.force_login(cast.lan)
    address = f"/commitments/journal/entries/{slip.pk}/withdraw/"
    assert client.get(address).status_code == 405
    for _click in range(2):
        assert client.post(address).headers["Location"] == URL
    slip.refresh_from_db()
    assert slip.submitted_at is None
    assert [event.act for event in AuditEvent.objects.all()] == ["commitments.withdraw_slip"]


def test_nobody_else_withdraws_a_slip(client: Client, cast: Cast, slip: JournalEntry) -> None:
    JournalEntry.objects.update(submitted_at=NOW)
    for user in (cast.minh, cast.tam, cast.hoa):
        client.force_login(user)
        assert client.post(f"/commitments/journal/entries/{slip.pk}/withdraw/").status_code == 404


def test_month_without_a_slip_says_so(client: Client, cast: Cast) -> None:
    client.force_login(cast.lan)
    assert "không có gì để gửi" in client.get(URL).content.decode()


def test_monthly_sheet_reads_submitted_slips_alone(cast: Cast, slip: JournalEntry) -> None:
    october, postings = Month(2026, 10), [cast.lan_posting.pk, cast.minh_posting.pk]
    write_kept(cast.lan_posting, slip.item)
    write_slip(cast.minh_posting, slip.item, submitted_at=NOW, on=date(2026, 9, 30))
    assert tally_submitted_slips(postings, october) == []
    JournalEntry.objects.filter(pk=slip.pk).update(submitted_at=NOW)
    assert tally_submitted_slips(postings, october) == [
        SubmittedSlip(
            cast.lan_posting.pk, slip.item_id, DAY, SLIP_WORDS, REMEDY_WORDS, date(2026, 10, 23), None, ""
        )
    ]
    assert tally_submitted_slips([cast.minh_posting.pk], october) == []
