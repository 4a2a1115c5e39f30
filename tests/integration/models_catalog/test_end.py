"""The page on which an adoption ends."""

import pytest
from django.test import Client

from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def url(cast: Cast) -> str:
    return f"/catalogue/adoptions/{cast.adoption.pk}/end/"


def test_head_ends_an_adoption(client: Client, cast: Cast) -> None:
    client.force_login(cast.tam)
    assert "Kết thúc áp dụng" in client.get(url(cast)).content.decode()
    response = client.post(url(cast), {"ends_on": "2026-10-31", "reason": "Theo QĐ 20"}, follow=True)
    cast.adoption.refresh_from_db()
    assert f"{cast.adoption.valid_to:%d/%m/%Y}" == "31/10/2026"
    assert "đến hết ngày 31/10/2026" in response.content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        {"ends_on": "", "reason": "x"},
        {"ends_on": "2026-10-31", "reason": ""},
        {"ends_on": "2025-01-01", "reason": "x"},
        {"ends_on": "9999-99-99", "reason": "x"},
        {"ends_on": "2026-10-31", "reason": "x" * 501},
        {"ends_on": "2026-10-31", "reason": "a\x00"},
    ],
)
def test_bad_input_is_told(client: Client, cast: Cast, asked: dict[str, str]) -> None:
    client.force_login(cast.tam)
    response = client.post(url(cast), asked)
    cast.adoption.refresh_from_db()
    assert response.status_code == 422
    assert cast.adoption.valid_to is None


@pytest.mark.parametrize(("who", "status"), [("lan", 403), ("minh", 403), ("hoa", 404), ("phuong", 200)])
def test_who_may_see_but_not_end_is_refused_and_strangers_find_nothing(
    client: Client, cast: Cast, who: str, status: int
) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(url(cast)).status_code == status
    answer = client.post(url(cast), {"ends_on": "2026-10-31", "reason": "x"}).status_code
    cast.adoption.refresh_from_db()
    assert answer == (302 if status == 200 else status)
    assert (cast.adoption.valid_to is None) is (status != 200)


def test_unknown_adoption_is_404(client: Client, cast: Cast) -> None:
    client.force_login(cast.tam)
    assert client.get("/catalogue/adoptions/99999999999999999999/end/").status_code == 404
