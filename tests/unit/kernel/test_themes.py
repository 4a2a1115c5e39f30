"""The theme a browser chose."""

import pytest
from django.test import RequestFactory

from conduct.kernel.context import look


@pytest.mark.parametrize(
    ("cookie", "theme", "drawn"),
    [
        (None, "system", "light"),
        ("system", "system", "light"),
        ("light", "light", "light"),
        ("dark", "dark", "dark"),
        ("<script>", "system", "light"),
        ("", "system", "light"),
    ],
)
def test_page_is_drawn_as_the_cookie_says(cookie: str | None, theme: str, drawn: str) -> None:
    request = RequestFactory().get("/")
    if cookie is not None:
        request.COOKIES["theme"] = cookie
    facts = look(request)
    assert (facts["theme"], facts["drawn_theme"]) == (theme, drawn)
