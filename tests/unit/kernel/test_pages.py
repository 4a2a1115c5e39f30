"""render_page: the page, or a partial that the view allows."""

from collections.abc import Iterator

import pytest
from django.test import RequestFactory, override_settings

from conduct.kernel.pages import render_page

PAGE = "<h1>{{ name }}</h1>{% partialdef answer inline %}<p id=answer>{{ name }}</p>{% endpartialdef %}"
SECRET = "{% partialdef secret inline %}<p>secret</p>{% endpartialdef %}"


@pytest.fixture(autouse=True)
def templates() -> Iterator[None]:
    """One page with two partials, and no context processors."""
    loader = ("django.template.loaders.locmem.Loader", {"page.html": PAGE + SECRET})
    engine = {"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {"loaders": [loader]}}
    with override_settings(TEMPLATES=[engine]):
        yield


def content(**headers: str) -> str:
    request = RequestFactory().get("/", headers=headers)
    return render_page(request, "page.html", {"name": "Lan"}, ("answer",)).content.decode()


def test_ordinary_request_gets_the_page() -> None:
    assert content() == "<h1>Lan</h1><p id=answer>Lan</p><p>secret</p>"


def test_htmx_gets_the_partial_it_targets() -> None:
    assert content(HX_Request="true", HX_Target="answer") == "<p id=answer>Lan</p>"


@pytest.mark.parametrize("target", ["secret", "answer#secret", "../page", "answer\x00", ""])
def test_forged_target_gets_the_whole_page(target: str) -> None:
    assert content(HX_Request="true", HX_Target=target).startswith("<h1>")


def test_target_without_htmx_gets_the_page() -> None:
    assert content(HX_Target="answer").startswith("<h1>")


def test_history_restore_gets_the_page() -> None:
    headers = {"HX_Request": "true", "HX_Target": "answer", "HX_History_Restore_Request": "true"}
    assert content(**headers).startswith("<h1>")


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true", "HX-Target": "answer"}])
def test_both_answers_vary_by_what_decided(headers: dict[str, str]) -> None:
    request = RequestFactory().get("/", headers=headers)
    response = render_page(request, "page.html", {}, ("answer",))
    assert response["Vary"] == "HX-Request, HX-Target"


def test_status_is_kept() -> None:
    assert render_page(RequestFactory().get("/"), "page.html", status=422).status_code == 422
