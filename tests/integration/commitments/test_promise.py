"""The page of a promise and how it ends, as people click it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from conduct.agencies.models import Period, User
from conduct.commitments.models import Promise
from conduct.commitments.services.promises import ATTEMPTS, ask_withdrawal, keep_promise
from conduct.kernel.sealing import seal
from tests.cast import Cast
from tests.factories import NOW
from tests.integration.commitments.promising import CODE, CONTACT, DUE, NAME, promised, stored

BACKEND = "django.contrib.auth.backends.ModelBackend"
PAGES = ("break_promise", "withdraw_promise", "settle_withdrawal", "correct_promise")
REASON = "Bà gọi điện báo tự lo được"


def url(promise: Promise, name: str = "promise") -> str:
    return reverse(f"commitments:{name}", args=[promise.pk])


def seen(client: Client, user: User, promise: Promise, name: str = "promise") -> tuple[int, str]:
    client.force_login(user, BACKEND)
    response = client.get(url(promise, name))
    return response.status_code, response.content.decode()


def sent(client: Client, user: User, promise: Promise, name: str, **said: str) -> tuple[int, str]:
    client.force_login(user, BACKEND)
    response = client.post(url(promise, name), said)
    return response.status_code, response.content.decode()


def test_the_promiser_and_who_leads_read_name_and_contact(client: Client, cast: Cast) -> None:
    made = promised(cast.lan_posting)
    for user in (cast.lan, cast.minh, cast.tam, cast.phuong):
        status, page = seen(client, user, made)
        assert status == 200
        assert NAME in page
        assert CONTACT in page


def test_to_everybody_else_it_does_not_exist(client: Client, cast: Cast) -> None:
    made = promised(cast.lan_posting)
    for user in (cast.quan, cast.hoa):
        for name in ("promise", *PAGES):
            assert seen(client, user, made, name)[0] == 404
        for name in ("keep_promise", *PAGES):
            assert sent(client, user, made, name)[0] == 404
    assert Promise.objects.get().outcome == "open"


def test_what_was_sealed_under_a_lost_key_breaks_no_page(client: Client, cast: Cast) -> None:
    row = stored(cast.lan_posting, "open", name_sealed=b"gAAAA-broken")
    status, page = seen(client, cast.lan, row)
    assert status == 200
    assert "không còn đọc được" in page


def test_one_tap_keeps_it_and_a_second_changes_nothing(client: Client, cast: Cast) -> None:
    made = promised(cast.lan_posting)
    assert "Đã giữ lời" in seen(client, cast.lan, made)[1]
    for _ in range(2):
        assert sent(client, cast.lan, made, "keep_promise")[0] == 302
    made.refresh_from_db()
    assert (made.outcome, made.ended_at, made.changes.count()) == ("kept", NOW, 1)


def test_after_the_time_the_button_says_so(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = promised(cast.lan_posting)
    monkeypatch.setattr("django.utils.timezone.now", lambda: DUE + timedelta(minutes=5))
    assert "Đã giữ, nhưng muộn" in seen(client, cast.lan, made)[1]


def test_breaking_takes_an_apology(client: Client, cast: Cast) -> None:
    made = promised(cast.lan_posting)
    assert seen(client, cast.lan, made, "break_promise")[0] == 200
    status, page = sent(client, cast.lan, made, "break_promise", apology=" ")
    assert status == 422
    assert "Lời xin lỗi với người dân" in page
    assert sent(client, cast.lan, made, "break_promise", apology="Xin lỗi bà, máy in hỏng")[0] == 302
    assert "Xin lỗi bà, máy in hỏng" in seen(client, cast.lan, made)[1]


def test_the_code_withdraws_and_wrong_ones_are_refused(client: Client, cast: Cast) -> None:
    made = promised(cast.lan_posting)
    assert sent(client, cast.lan, made, "withdraw_promise", how="code", code="")[0] == 422
    for _ in range(ATTEMPTS):
        status, page = sent(client, cast.lan, made, "withdraw_promise", how="code", code="AAAA AAAA")
        assert status == 422
        assert "không phải mã của lời hứa này" in page
    status, page = sent(client, cast.lan, made, "withdraw_promise", how="code", code=CODE)
    assert status == 429
    assert "15" in page
    other = promised(cast.lan_posting, code="BBBBBBBB")
    assert sent(client, cast.lan, other, "withdraw_promise", how="code", code="bbbb-bbbb")[0] == 302
    other.refresh_from_db()
    assert other.outcome == "withdrawn"


def test_without_the_code_a_second_person_decides(client: Client, cast: Cast) -> None:
    made = promised(cast.lan_posting)
    assert sent(client, cast.lan, made, "withdraw_promise", how="ask", reason="")[0] == 422
    assert sent(client, cast.lan, made, "withdraw_promise", how="ask", reason=REASON)[0] == 302
    assert "Còn chờ một người thứ hai" in seen(client, cast.lan, made, "withdraw_promise")[1]
    assert seen(client, cast.lan, made, "settle_withdrawal")[0] == 403
    assert sent(client, cast.lan, made, "settle_withdrawal", how="confirm")[0] == 403
    status, page = seen(client, cast.minh, made, "settle_withdrawal")
    assert status == 200
    assert REASON in page
    assert sent(client, cast.minh, made, "settle_withdrawal", how="refuse", reason="")[0] == 422
    assert sent(client, cast.minh, made, "settle_withdrawal", how="refuse", reason="Bà nói vẫn chờ")[0] == 302
    assert "Từ chối việc rút" in seen(client, cast.lan, made)[1]
    assert seen(client, cast.minh, made, "settle_withdrawal")[0] == 403
    ask_withdrawal(promise=made, reason=REASON, by=cast.lan, now=NOW)
    assert sent(client, cast.minh, made, "settle_withdrawal", how="confirm")[0] == 302
    made.refresh_from_db()
    assert made.outcome == "withdrawn"


def test_a_leader_corrects_a_kept_promise(client: Client, cast: Cast) -> None:
    made = promised(cast.lan_posting)
    assert seen(client, cast.minh, made, "correct_promise")[0] == 403
    keep_promise(promise=made, by=cast.lan, now=NOW)
    assert "correct/" in seen(client, cast.minh, made)[1]
    assert "correct/" not in seen(client, cast.lan, made)[1]
    assert seen(client, cast.lan, made, "correct_promise")[0] == 403
    assert sent(client, cast.minh, made, "correct_promise", reason="Chưa nhận", apology="")[0] == 422
    assert sent(client, cast.minh, made, "correct_promise", reason="Chưa nhận", apology="Xin lỗi")[0] == 302
    made.refresh_from_db()
    assert (made.outcome, made.was_broken) == ("broken", True)


def test_a_leader_does_not_end_the_promise_of_another(client: Client, cast: Cast) -> None:
    made = promised(cast.lan_posting)
    assert "keep/" not in seen(client, cast.minh, made)[1]
    assert sent(client, cast.minh, made, "keep_promise")[0] == 403
    assert seen(client, cast.minh, made, "break_promise")[0] == 403


def test_a_closed_month_shows_no_button(client: Client, cast: Cast) -> None:
    made = promised(cast.lan_posting)
    Period.objects.create(office=cast.commune, month=NOW.date().replace(day=1), state="closed", closed_at=NOW)
    page = seen(client, cast.lan, made)[1]
    assert "không thay đổi được nữa" in page
    assert "keep/" not in page
    assert sent(client, cast.lan, made, "keep_promise")[0] == 403
    assert seen(client, cast.lan, made, "break_promise")[0] == 403


def test_the_page_says_what_does_not_count(client: Client, cast: Cast) -> None:
    row = stored(cast.lan_posting, "open", dossier_code="", name_sealed=seal(NAME))
    assert "không ai kiểm tra được" in seen(client, cast.lan, row)[1]


def test_a_strange_cookie_shows_no_code(client: Client, cast: Cast) -> None:
    made = promised(cast.lan_posting)
    client.cookies["promise_code"] = f"{made.pk}:AAAAAAAA"
    assert "AAAA AAAA" not in seen(client, cast.lan, made)[1]
