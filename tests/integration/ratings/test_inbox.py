"""What waits for a reviewer or a head in a period."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client

from conduct.agencies.models import Delegation
from tests.cast import Cast, make_cast
from tests.factories import NOW, START

from .arrange import make_sheet
from .reviewed import REVIEW_DAY, colleague, reviewed, submitted
from .reviewed import at_review as at_review

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_review", "rating_schemes")]
URL = "/ratings/review/"


@pytest.fixture
def cast(rating_schemes: None) -> Cast:
    return make_cast()


def people(html: str) -> str:
    return html.split('id="people"', 1)[1].split("</section>", 1)[0]


def test_the_reviewer_sees_what_was_handed_in_and_who_has_not(client: Client, cast: Cast) -> None:
    submitted(cast.lan_posting)
    make_sheet(colleague(cast, "Hồ Thị Mai Vy"))
    client.force_login(cast.minh)
    shown = client.get(URL).content.decode()
    assert "Tôn Nữ Hoàng Thảo Lan" in people(shown)
    assert "Hồ Thị Mai Vy" not in people(shown)
    assert "Hồ Thị Mai Vy" in shown
    assert "100,00" in people(shown)


def test_the_head_sees_what_is_to_be_confirmed(client: Client, cast: Cast) -> None:
    sheet = reviewed(cast.lan_posting, cast)
    submitted(cast.minh_posting)
    client.force_login(cast.tam)
    shown = people(client.get(URL).content.decode())
    assert f"/ratings/review/sheets/{sheet.pk}/approve/" in shown
    assert "Phạm Hữu Minh" in shown


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("?step=review", {"Vy"}), ("?step=all", {"Lan", "Vy", "Minh"}), ("?q=thao", {"Lan"}),
        ("?q=khong+co", set()), ("?step=missing", {"Minh"}), ("?step=sai", {"Lan", "Vy"}),
    ],
)  # fmt: skip
def test_the_list_is_filtered(client: Client, cast: Cast, query: str, seen: set[str]) -> None:
    reviewed(cast.lan_posting, cast)
    vy = colleague(cast, "Hồ Thị Vy")
    submitted(vy)
    Delegation.objects.create(
        absent=cast.minh, delegate=cast.tam, agency=cast.one_stop, starts_on=START,
        ends_on=REVIEW_DAY.date(), reason="Nghỉ phép", made_by=cast.quan, made_at=NOW,
    )  # fmt: skip
    client.force_login(cast.tam)
    shown = people(client.get(URL + query).content.decode())
    names = {"Lan": "Thảo Lan", "Vy": "Hồ Thị Vy", "Minh": "Phạm Hữu Minh"}
    assert {short for short, name in names.items() if name in shown} == seen


def test_it_is_sorted_on_the_server(client: Client, cast: Cast) -> None:
    first, second = submitted(cast.lan_posting), submitted(colleague(cast, "Hồ Thị An"))
    type(first).objects.filter(pk=first.pk).update(self_total=90)
    client.force_login(cast.minh)
    for sort, order in {"self": (first, second), "-self": (second, first), "name": (second, first)}.items():
        shown = people(client.get(f"{URL}?sort={sort}").content.decode())
        places = [shown.index(f"/sheets/{sheet.pk}/") for sheet in order]
        assert places == sorted(places), sort


def test_overdue_is_marked_after_its_day(client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    submitted(cast.lan_posting)
    client.force_login(cast.minh)
    assert "quá hạn 28/10/2026" not in client.get(URL).content.decode()
    monkeypatch.setattr("django.utils.timezone.now", lambda: REVIEW_DAY.replace(day=29))
    assert "quá hạn 28/10/2026" in client.get(URL).content.decode()


def test_two_who_rate_each_other_are_pointed_out(client: Client, cast: Cast) -> None:
    # Lan stands in for Tâm, who confirms Minh; Minh reviews Lan.
    Delegation.objects.create(
        absent=cast.tam, delegate=cast.lan, agency=cast.commune, starts_on=START,
        ends_on=REVIEW_DAY.date(), reason="Đi công tác", made_by=cast.quan, made_at=NOW,
    )  # fmt: skip
    submitted(cast.lan_posting)
    client.force_login(cast.minh)
    assert "đánh giá lẫn nhau với" in people(client.get(URL).content.decode())


@pytest.mark.parametrize(("who", "status"), [("lan", 403), ("quan", 403), ("yen", 403), ("hoa", 403)])
def test_who_rates_nobody_has_no_list(client: Client, cast: Cast, who: str, status: int) -> None:
    submitted(cast.lan_posting)
    client.force_login(getattr(cast, who))
    assert client.get(URL).status_code == status


@pytest.mark.parametrize("path", ["2026-11/", "2026-13/", "0000-01/"])
def test_a_period_that_has_not_begun_does_not_exist(client: Client, cast: Cast, path: str) -> None:
    client.force_login(cast.minh)
    assert client.get(URL + path).status_code == 404


def test_what_is_shown_can_be_taken_as_a_file(client: Client, cast: Cast) -> None:
    submitted(cast.lan_posting)
    client.force_login(cast.minh)
    response = client.get(URL + "?as=xlsx")
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    assert response.content[:2] == b"PK"


def test_sixty_people_take_as_many_queries_as_two(
    client: Client, cast: Cast, django_assert_max_num_queries: Callable[..., AbstractContextManager[Any]]
) -> None:
    client.force_login(cast.minh)
    submitted(cast.lan_posting)
    client.get(URL)
    with django_assert_max_num_queries(16) as few:
        client.get(URL)
    for number in range(20):
        submitted(colleague(cast, f"Người Thứ {number}"))
    with django_assert_max_num_queries(16) as many:
        assert client.get(URL).status_code == 200
    assert len(many) == len(few)
