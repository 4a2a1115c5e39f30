"""Writing a promise down: the due moment is shown, then saved; the code is shown once."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conduct.commitments.forms.promises import TICKET_SECONDS
from conduct.commitments.models import Promise
from conduct.commitments.services.promises import withdraw_with_code
from tests.cast import Cast
from tests.factories import DAY, NOW, make_posting
from tests.integration.commitments.promising import CONTACT, NAME

BACKEND = "django.contrib.auth.backends.ModelBackend"
URL = "/commitments/promises/make/"
TZ = timezone.get_default_timezone()


def said(cast: Cast, **fields: object) -> dict[str, object]:
    return {
        "posting": cast.lan_posting.pk,
        "what": "Trả bản sao trích lục",
        "dossier_code": "H29.0042",
        "name": NAME,
        "contact": CONTACT,
        "due_kind": "hours",
        "hours": "2",
        **fields,
    }


def look(client: Client, cast: Cast, **fields: object) -> tuple[int, str]:
    client.force_login(cast.lan, BACKEND)
    response = client.post(URL, said(cast, step="look", **fields))
    return response.status_code, response.content.decode()


def ticket_in(page: str) -> str:
    found = re.search(r'name="ticket" value="([^"]+)"', page)
    assert found
    return found[1]


def test_the_due_moment_is_shown_before_anything_is_saved(client: Client, cast: Cast) -> None:
    status, page = look(client, cast)
    assert status == 200
    assert 'Hẹn trước <span class="n">14:00</span>, Thứ Ba <span class="n">20/10/2026</span>' in page
    assert not Promise.objects.exists()


@pytest.mark.parametrize(
    ("fields", "due", "moved"),
    [
        ({"due_kind": "days", "days": "1"}, datetime(2026, 10, 21, 17, tzinfo=TZ), False),
        ({"due_kind": "days", "days": "0"}, datetime(2026, 10, 20, 17, tzinfo=TZ), False),
        (
            {"due_kind": "moment", "day": "22/10/2026", "time": "9h30"},
            datetime(2026, 10, 22, 9, 30, tzinfo=TZ),
            False,
        ),
        (
            {"due_kind": "moment", "day": "24/10/2026", "time": "09:00"},
            datetime(2026, 10, 26, 7, 30, tzinfo=TZ),
            True,
        ),
    ],
)
def test_what_was_shown_is_saved(
    client: Client, cast: Cast, fields: dict[str, str], due: datetime, moved: bool
) -> None:
    status, page = look(client, cast, **fields)
    assert status == 200
    assert ("được chuyển sang lúc làm việc kế tiếp" in page) is moved
    response = client.post(URL, said(cast, step="save", ticket=ticket_in(page), **fields))
    made = Promise.objects.get()
    assert response.headers["Location"] == reverse("commitments:promise", args=[made.pk])
    assert (made.due_at, made.made_at, made.outcome) == (due, NOW, "open")


def test_the_code_is_shown_once_and_opens_the_promise(client: Client, cast: Cast) -> None:
    _status, page = look(client, cast)
    response = client.post(URL, said(cast, step="save", ticket=ticket_in(page)), follow=True)
    found = re.search(r'<p class="figure">(\w{4} \w{4})</p>', response.content.decode())
    assert found
    made = Promise.objects.get()
    again = client.get(reverse("commitments:promise", args=[made.pk])).content.decode()
    assert found[1] not in again
    assert withdraw_with_code(promise=made, code=found[1], by=cast.lan, now=NOW)


def test_a_second_click_saves_once_and_shows_the_same_code(client: Client, cast: Cast) -> None:
    _status, page = look(client, cast)
    twice = [client.post(URL, said(cast, step="save", ticket=ticket_in(page)), follow=True) for _ in range(2)]
    codes = {re.search(r'<p class="figure">(\w{4} \w{4})</p>', one.content.decode()) for one in twice}
    assert Promise.objects.count() == 1
    assert len({found[1] for found in codes if found}) == 1


def test_a_forged_or_stale_ticket_saves_nothing(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    _status, page = look(client, cast)
    ticket = ticket_in(page)
    for wrong in ("", "x", f"{ticket}x", ticket.replace(ticket[:4], "AAAA", 1)):
        assert client.post(URL, said(cast, step="save", ticket=wrong)).status_code == 409
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(hours=9))  # 14:00 has passed
    later = client.post(URL, said(cast, step="save", ticket=ticket))
    assert later.status_code == 409
    assert "21/10/2026" in later.content.decode()
    import time

    real = time.time
    monkeypatch.setattr("time.time", lambda: real() + TICKET_SECONDS + 1)
    assert client.post(URL, said(cast, step="save", ticket=ticket)).status_code == 409
    assert not Promise.objects.exists()


def test_going_back_to_change_keeps_what_was_written(client: Client, cast: Cast) -> None:
    client.force_login(cast.lan, BACKEND)
    response = client.post(URL, said(cast, step="edit"))
    assert response.status_code == 200
    page = response.content.decode()
    assert NAME in page
    assert 'class="errors"' not in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"what": ""}, "Xin điền mục này."),
        ({"what": "x" * 401}, "400"),
        ({"dossier_code": "", "name": "", "contact": ""}, "Ghi mã hồ sơ, hoặc họ tên"),
        ({"due_kind": ""}, "Hẹn theo"),
        ({"due_kind": "sometime"}, "Hẹn theo"),
        ({"hours": ""}, "Xin điền mục này."),
        ({"hours": "0"}, "không được nhỏ hơn 1"),
        ({"hours": "9999999999999"}, "không được lớn hơn 200"),
        ({"due_kind": "days", "days": "-1"}, "không được nhỏ hơn 0"),
        ({"due_kind": "days", "days": "500"}, "không được lớn hơn 120"),
        ({"due_kind": "moment", "day": "22/10/2026", "time": ""}, "Xin điền mục này."),
        ({"due_kind": "moment", "day": "31/02/2026", "time": "09:00"}, "Nhập ngày theo dạng"),
        ({"due_kind": "moment", "day": "20/10/2026", "time": "09:00"}, "Thời điểm hẹn đã qua."),
        ({"due_kind": "moment", "day": "18/10/2026", "time": "09:00"}, "Thời điểm hẹn đã qua."),
        ({"due_kind": "moment", "day": "20/10/9999", "time": "09:00"}, "366"),
        ({"posting": "0"}, "Hứa với chức danh"),
        ({"posting": "x"}, "Hứa với chức danh"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    client: Client, cast: Cast, fields: dict[str, str], sentence: str
) -> None:
    make_posting(cast.lan, cast.department, is_main=False)
    status, page = look(client, cast, **fields)
    errors = re.search(r'<div class="errors".*?</div>', page, re.DOTALL)
    assert status == 422
    assert errors
    assert sentence in errors[0]
    assert not Promise.objects.exists()


def test_today_is_over_after_hours(client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(hours=8))  # 18:00
    status, page = look(client, cast, due_kind="days", days="0")
    assert status == 422
    assert "Thời điểm hẹn đã qua." in page


def test_nobody_promises_in_the_posting_of_another(client: Client, cast: Cast) -> None:
    status, _page = look(client, cast, posting=cast.minh_posting.pk)
    assert status == 422


def test_without_a_posting_there_is_no_form(client: Client, cast: Cast) -> None:
    cast.lan_posting.ends_on = DAY - timedelta(days=1)
    cast.lan_posting.save()
    client.force_login(cast.lan, BACKEND)
    assert client.get(URL).status_code == 403


def test_the_form_says_when_a_promise_does_not_count(client: Client, cast: Cast) -> None:
    sentence = "không tính vào điểm"
    assert sentence in look(client, cast, dossier_code="", contact="")[1]
    assert sentence not in look(client, cast, dossier_code="")[1]
    assert sentence not in look(client, cast, contact="")[1]
