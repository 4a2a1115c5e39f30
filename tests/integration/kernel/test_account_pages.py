"""Sign-in and the account pages of allauth, in our look and in Vietnamese."""

import pytest
from django.test import Client, override_settings

from conduct.agencies.models import User
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db

ACCOUNT_PAGES = [
    "/accounts/password/change/",
    "/accounts/email/",
    "/accounts/logout/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/2fa/recovery-codes/generate/",
    "/accounts/reauthenticate/",
]


def sign_in(client: Client, username: str = "lan") -> User:
    person = make_user("Tôn Nữ Hoàng Thảo Lan", username=username)
    client.post("/accounts/login/", {"login": username, "password": PASSWORD})
    return person


def test_sign_in_page_is_vietnamese_and_offers_no_sign_up(client: Client) -> None:
    html = client.get("/accounts/login/").content.decode()
    assert '<html lang="vi"' in html
    assert "<h1>Đăng nhập</h1>" in html
    assert "Đăng nhập bằng khóa truy cập" in html
    assert "signup" not in html


def test_wrong_password_says_so_without_naming_which_is_wrong(client: Client) -> None:
    make_user(username="lan")
    html = client.post("/accounts/login/", {"login": "lan", "password": "không đúng"}).content.decode()
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in html
    assert 'role="alert"' in html


def test_sign_up_is_closed(client: Client) -> None:
    form = {"username": "moi", "password1": PASSWORD, "password2": PASSWORD}
    assert "Không tự mở tài khoản ở đây" in client.get("/accounts/signup/").content.decode()
    client.post("/accounts/signup/", form)
    assert not User.objects.filter(username="moi").exists()


@pytest.mark.parametrize("address", ["/accounts/2fa/webauthn/signup/", "/accounts/signup/passkey/"])
def test_no_other_way_to_sign_up(client: Client, address: str) -> None:
    assert client.get(address).status_code in {302, 404}
    assert not User.objects.exists()


@pytest.mark.parametrize("address", ACCOUNT_PAGES)
def test_account_page_is_in_our_frame(client: Client, address: str) -> None:
    sign_in(client)
    response = client.get(address, follow=True)
    html = response.content.decode()
    assert response.status_code == 200
    assert 'class="top"' in html
    assert html.count("<h1>") == 1
    assert "<p><label" not in html


def test_account_page_asks_a_stranger_to_sign_in(client: Client) -> None:
    assert client.get("/accounts/2fa/").headers["Location"].startswith("/accounts/login/")


def test_signing_out_is_one_act(client: Client) -> None:
    sign_in(client)
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session


def test_old_page_sent_again_says_what_to_do() -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/accounts/login/", {"login": "lan", "password": PASSWORD})
    assert response.status_code == 403
    assert "trang đã mở quá lâu" in response.content.decode()


@pytest.mark.parametrize(("demo", "shown"), [(True, True), (False, False)])
def test_invented_data_are_announced_on_every_page(client: Client, *, demo: bool, shown: bool) -> None:
    with override_settings(DEMO=demo):
        assert ("Dữ liệu minh họa" in client.get("/accounts/login/").content.decode()) == shown
        assert ("Dữ liệu minh họa" in client.get("/no/such/page/").content.decode()) == shown


def test_new_key_is_named_in_vietnamese(client: Client) -> None:
    sign_in(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    html = client.get("/accounts/2fa/webauthn/add/").content.decode()
    assert "Tên khóa" in html
    assert ">Name<" not in html
