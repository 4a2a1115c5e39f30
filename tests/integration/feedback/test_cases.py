"""The list, its filters, and its file."""

import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from conduct.agencies.models import User
from tests.cast import Cast
from tests.integration.feedback.acts import SUMMARY, assign, sort
from tests.integration.feedback.arrange import BACKEND, NAMING_LAN, WORDS, received

FORMULA = '=HYPERLINK("http://example.vn";"x")'


def listed(client: Client, user: User, query: str = "") -> str:
    client.force_login(user, BACKEND)
    response = client.get(reverse("feedback:cases") + query)
    assert response.status_code == 200
    return response.content.decode()


def exported(client: Client, user: User, query: str = "") -> list[list[Any]]:
    client.force_login(user, BACKEND)
    response = client.get(reverse("feedback:export_cases") + query)
    assert response["Content-Disposition"] == 'attachment; filename="y-kien.xlsx"'
    return CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()


def test_what_names_somebody_is_in_none_of_their_lists(client: Client, cast: Cast) -> None:
    case = received(cast, NAMING_LAN)
    assert "1</span> ý kiến chờ trả lời" in listed(client, cast.oanh)
    sort(client, cast.oanh, case, cast.lan_posting)
    assert SUMMARY in listed(client, cast.minh)
    for page in (listed(client, cast.lan), listed(client, cast.lan, "?q=cho")):
        assert SUMMARY not in page
        assert "Không có ý kiến nào chờ trả lời" in page
    assert len(exported(client, cast.lan)) < len(exported(client, cast.minh))


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?q=cho lau o quay", True), ("?q=mua to", False), ("?state=open", True), ("?state=new", False),
        ("?kind=complaint", True), ("?kind=none", False), ("?source=hotline", False), ("?only=mine", False),
        ("?only=overdue", False), ("?sort=-due_on", True), ("?sort=evil&kind=x&page=9999", True),
        ("?page=-1", True), ("?q=%00", True),
    ],
)  # fmt: skip
def test_filters_narrow_the_list_and_nonsense_breaks_nothing(
    client: Client, cast: Cast, query: str, shown: bool
) -> None:
    sort(client, cast.oanh, received(cast))
    assert (SUMMARY in listed(client, cast.tam, query)) is shown
    assert (SUMMARY in str(exported(client, cast.tam, query))) is shown


def test_mine_are_those_given_to_me(client: Client, cast: Cast) -> None:
    assign(client, cast.tam, sort(client, cast.oanh, received(cast)), cast.minh)
    assert SUMMARY in listed(client, cast.minh, "?only=mine")
    assert SUMMARY not in listed(client, cast.tam, "?only=mine")


def test_words_are_neither_found_nor_exported(client: Client, cast: Cast) -> None:
    sort(client, cast.oanh, received(cast))
    assert SUMMARY not in listed(client, cast.tam, "?q=bay gio den muoi gio")
    assert WORDS not in str(exported(client, cast.tam))
    assert WORDS not in listed(client, cast.tam)


def test_no_formula_reaches_the_file(client: Client, cast: Cast) -> None:
    sort(client, cast.oanh, received(cast), summary=FORMULA)
    rows = exported(client, cast.tam)
    assert FORMULA in [row[0] for row in rows]  # as text: a formula would read as its (empty) value


def test_the_list_needs_few_queries(client: Client, cast: Cast, django_assert_max_num_queries: Any) -> None:
    for number in range(6):
        sort(client, cast.oanh, received(cast), summary=f"Việc số {number}")
    client.force_login(cast.tam, BACKEND)
    with django_assert_max_num_queries(12):
        client.get(reverse("feedback:cases"))
