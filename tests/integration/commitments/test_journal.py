"""Writing about oneself: an item, kept or slipped, two lines."""

import re
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client

from conduct.agencies.models import Role
from conduct.audit.models import AuditEvent
from conduct.commitments.models import JournalEntry
from conduct.commitments.services.journal import Words, write_entry
from tests.cast import Cast, make_cast
from tests.factories import DAY, NOW, adopt, grant, make_posting, make_user, make_version
from tests.integration.commitments.journaling import KEPT_WORDS, REMEDY_WORDS, SLIP_WORDS, item_of, write_kept

URL = "/commitments/journal/"


def sent(cast: Cast, **fields: str) -> dict[str, str]:
    about = f"{cast.lan_posting.pk}-{item_of(cast.adoption).pk}"
    return {"about": about, "was_kept": "kept", "text": KEPT_WORDS, "on": "20/10/2026", **fields}


def slip(cast: Cast, **fields: str) -> dict[str, str]:
    remedy = {"was_kept": "slipped", "text": SLIP_WORDS, "remedy": REMEDY_WORDS, "remedy_by": "23/10/2026"}
    return sent(cast, **{**remedy, **fields})


def test_kept_item_is_written_down(client: Client, cast: Cast) -> None:
    client.force_login(cast.lan)
    shown = client.post(URL, sent(cast), follow=True).content.decode()
    assert "Đã ghi vào nhật ký. Không ai khác đọc được." in shown
    assert KEPT_WORDS in shown
    entry = JournalEntry.objects.get()
    assert (entry.posting, entry.on, entry.was_kept) == (cast.lan_posting, DAY, True)
    assert (entry.remedy, entry.remedy_by, entry.submitted_at) == ("", None, None)


def test_slip_is_written_with_its_remedy(client: Client, cast: Cast) -> None:
    client.force_login(cast.lan)
    shown = client.post(URL, slip(cast), follow=True).content.decode()
    assert "Việc cần theo dõi" in shown
    entry = JournalEntry.objects.get()
    assert (entry.was_kept, entry.remedy, entry.remedy_by) == (False, REMEDY_WORDS, date(2026, 10, 23))


def test_nothing_is_ticked_beforehand(client: Client, cast: Cast) -> None:
    client.force_login(cast.lan)
    shown = client.get(URL).content.decode()
    assert "checked" not in shown
    assert 'value="20/10/2026"' in shown


def test_remedy_of_a_kept_item_is_left_out(client: Client, cast: Cast) -> None:
    client.force_login(cast.lan)
    client.post(URL, slip(cast, was_kept="kept"))
    assert JournalEntry.objects.get().remedy == ""


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"remedy": ""}, "Cần ghi cách khắc phục."),
        ({"remedy_by": ""}, "Cần ghi hạn khắc phục."),
        ({"remedy_by": "19/10/2026"}, "Hạn khắc phục không thể trước ngày xảy ra."),
        ({"remedy_by": "31/02/2026"}, "Nhập ngày theo dạng 22/11/2026."),
        ({"remedy_by": "01/01/2030"}, "Chọn một ngày trong vòng một năm."),
        ({"on": "21/10/2026"}, "Ngày này chưa đến."),
        ({"on": "01/08/2026"}, "Ngày này đã qua hơn hai tháng."),
        ({"was_kept": "maybe"}, "_error"),
        ({"was_kept": ""}, "_error"),
        ({"about": "1-999999"}, "_error"),
        ({"about": "x"}, "_error"),
        ({"text": ""}, "_error"),
        ({"text": "x" * 601}, "_error"),
        ({"text": "a\x00b"}, "_error"),
    ],
)
def test_bad_input_is_said_and_nothing_stored(
    client: Client, cast: Cast, fields: dict[str, str], said: str
) -> None:
    client.force_login(cast.lan)
    response = client.post(URL, slip(cast, **fields))
    assert response.status_code == 422
    shown = response.content.decode()
    assert "_error" in shown
    assert said in shown
    assert not JournalEntry.objects.exists()


def test_empty_post_is_refused(client: Client, cast: Cast) -> None:
    client.force_login(cast.lan)
    assert client.post(URL, {}).status_code == 422


def test_posting_of_somebody_else_is_no_choice(client: Client, cast: Cast) -> None:
    client.force_login(cast.lan)
    about = f"{cast.minh_posting.pk}-{item_of(cast.adoption).pk}"
    assert client.post(URL, {**sent(cast), "about": about}).status_code == 422
    assert not JournalEntry.objects.exists()


def test_second_click_is_stored_once(client: Client, cast: Cast) -> None:
    client.force_login(cast.lan)
    for _click in range(2):
        assert client.post(URL, slip(cast)).status_code == 302
    assert JournalEntry.objects.count() == 1
    assert AuditEvent.objects.filter(act="commitments.write_entry").count() == 1


@pytest.mark.django_db(transaction=True)
def test_clicks_at_the_same_time_are_stored_once() -> None:
    cast = make_cast()
    words = Words(cast.lan_posting, item_of(cast.adoption), DAY, True, KEPT_WORDS)
    start, created = threading.Barrier(3), []

    def click() -> None:
        start.wait()
        created.append(write_entry(words=words, by=cast.lan, now=NOW)[1])
        connection.close()

    clicks = [threading.Thread(target=click) for _ in range(3)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert sorted(created) == [False, False, True]
    assert JournalEntry.objects.count() == 1


def test_item_that_was_not_kept_on_that_day_is_refused(client: Client, cast: Cast) -> None:
    client.force_login(cast.lan)
    cast.adoption.valid_from = DAY
    cast.adoption.save()
    response = client.post(URL, sent(cast, on="19/10/2026"))
    assert response.status_code == 422
    assert "chưa áp dụng hoặc đã thôi áp dụng điều này" in response.content.decode()


def choices(client: Client) -> list[str]:
    shown = client.get(URL).content.decode()
    return re.findall(r"<option[^>]*>([^<]+)</option>", shown)


def test_only_models_for_this_person_are_offered(client: Client, cast: Cast) -> None:
    items = {"không": [{"text": "Không nhận quà"}]}
    adopt(cast.commune, make_version(items), audience="front_desk")
    adopt(cast.other_commune, make_version({"không": [{"text": "Không của nơi khác"}]}))
    ended = make_version({"không": [{"text": "Không còn áp dụng"}]})
    adopt(cast.commune, ended, valid_to=DAY - timedelta(days=1))
    client.force_login(cast.lan)
    assert "Không nhận quà" in choices(client)
    assert not {"Không của nơi khác", "Không còn áp dụng"} & set(choices(client))
    client.force_login(cast.minh)
    assert "Không nhận quà" not in choices(client)


def test_items_written_about_lately_come_first_in_a_long_list(client: Client, cast: Cast) -> None:
    many = [{"text": f"Không điều {number}"} for number in range(9)]
    adoption = adopt(cast.commune, make_version({"không": many}, name="9 không"))
    write_kept(cast.lan_posting, item_of(adoption, 7))
    client.force_login(cast.lan)
    shown = client.get(URL).content.decode()
    assert shown.index('label="Ghi gần đây"') < shown.index("Không điều 7") < shown.index('label="2 không, 1')
    assert choices(client).count("Không điều 7") == 1


def test_person_of_several_postings_chooses_where(client: Client, cast: Cast) -> None:
    make_posting(cast.lan, cast.department, is_main=False, title="Bí thư chi đoàn")
    client.force_login(cast.lan)
    shown = client.get(URL).content.decode()
    assert "2 không, 1 biết · Bí thư chi đoàn" in shown
    assert "2 không, 1 biết · Công chức Tư pháp – Hộ tịch" in shown


def test_person_without_a_model_is_told_why(client: Client, cast: Cast) -> None:
    client.force_login(make_user())
    shown = client.get(URL).content.decode()
    assert "chưa áp dụng mô hình nào" in shown
    assert "Ghi lại" not in shown


def test_trail_holds_no_word(client: Client, cast: Cast) -> None:
    client.force_login(cast.lan)
    client.post(URL, slip(cast))
    entry = JournalEntry.objects.get()
    client.post(f"{URL}entries/{entry.pk}/", slip(cast, text="Sửa lời"))
    client.post(f"{URL}entries/{entry.pk}/follow-up/", {"was_remedied": "yes", "text": "Xong rồi"})
    client.post(f"{URL}entries/{entry.pk}/delete/", {})
    assert not JournalEntry.objects.exists()
    events = AuditEvent.objects.order_by("pk")
    assert [event.act for event in events] == [
        "commitments.write_entry",
        "commitments.change_entry",
        "commitments.change_entry",  # a follow-up is not told from a change
        "commitments.delete_entry",
    ]
    for event in events:
        kept = f"{event.object_name} {event.reason} {event.data}"
        assert event.data == {}
        for word in (SLIP_WORDS, REMEDY_WORDS, "Sửa lời", "Xong rồi", "không", "thất hứa"):
            assert word not in kept


def test_journal_stays_within_the_limit_of_queries(
    client: Client, cast: Cast, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    grant(cast.lan, cast.one_stop, Role.SUPERVISOR)
    for number in range(3):
        adopt(cast.commune, make_version(name=f"Mô hình thứ {number}"))
    for number in range(20):
        write_kept(cast.lan_posting, item_of(cast.adoption, number % 3), text=f"Việc {number}")
    client.force_login(cast.lan)
    with django_assert_max_num_queries(12):
        client.get(URL)
