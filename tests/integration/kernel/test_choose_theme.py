"""Light, dark or as the device; and the language, which can be chosen before signing in."""

import pytest
from django.test import Client

from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def lan(client: Client) -> Client:
    client.force_login(make_user(username="lan"), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("theme", ["system", "light", "dark"])
def test_choice_is_kept_in_the_browser(lan: Client, theme: str) -> None:
    response = lan.post("/appearance/", {"theme": theme, "next": "/catalogue/?page=2"})
    assert response.headers["Location"] == "/catalogue/?page=2"
    assert response.cookies["theme"].value == theme
    assert response.cookies["theme"]["httponly"]


@pytest.mark.parametrize("theme", ["", "pink", "dark; path=/", "dark\x00"])
def test_unknown_theme_is_ignored(lan: Client, theme: str) -> None:
    assert "theme" not in lan.post("/appearance/", {"theme": theme, "next": "/catalogue/"}).cookies


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:x", ""])
def test_way_back_never_leaves_the_site(lan: Client, target: str) -> None:
    assert lan.post("/appearance/", {"theme": "dark", "next": target}).headers["Location"] == "/"


def test_look_is_changed_by_an_act_alone(lan: Client) -> None:
    assert lan.get("/appearance/").status_code == 405


def test_stranger_signs_in_first(client: Client) -> None:
    response = client.post("/appearance/", {"theme": "dark"})
    assert response.headers["Location"].startswith("/accounts/login/")


def test_page_is_drawn_dark_once_chosen(lan: Client) -> None:
    lan.post("/appearance/", {"theme": "dark"})
    html = lan.get("/accounts/2fa/").content.decode()
    assert 'data-bs-theme="dark" data-theme="dark"' in html
    assert 'value="dark" aria-pressed="true"' in html


def test_language_is_chosen_before_signing_in(client: Client) -> None:
    client.post("/language/", {"language": "en", "next": "/accounts/login/"})
    html = client.get("/accounts/login/").content.decode()
    assert '<html lang="en"' in html
    assert "<h1>Sign In</h1>" in html
