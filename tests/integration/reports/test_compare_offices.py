"""Offices side by side: raw and with the same mix, and what is more than chance."""

import pytest
from django.test import Client
from django.urls import reverse

from conduct.kernel.months import Month
from tests.cast import Cast, make_cast
from tests.factories import make_agency
from tests.integration.reports.arrange import answer, close, make_point
from tests.integration.reports.test_citizens import sheet

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("schemes", "questionnaires")]
BACKEND = "django.contrib.auth.backends.ModelBackend"
SEPTEMBER = Month(2026, 9)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def read(client: Client, cast: Cast, **asked: str) -> str:
    client.force_login(cast.phuong, BACKEND)
    url = reverse("reports:compare_offices", args=[cast.province.code])
    response = client.get(url, {"period": "2026-09", **asked})
    assert response.status_code == 200
    return response.content.decode()


def serve_hard_and_easy(cast: Cast) -> None:
    """An Thuận: 80 land cases (56 satisfied), 20 civil (19). Bình Lâm: 20 (12) and 80 (72)."""
    for agency, land, civil in (
        (cast.one_stop, (56, 24), (19, 1)), (cast.other_commune, (12, 8), (72, 8)),
    ):  # fmt: skip
        point = make_point(agency)
        for group, (satisfied, others) in (("Đất đai", land), ("Hộ tịch", civil)):
            answer(point, SEPTEMBER, *[5] * satisfied, *[2] * others, group=group)
    for office in (cast.commune, cast.other_commune, cast.province):
        close(office, SEPTEMBER)


def test_the_share_with_the_same_mix_stands_beside_the_raw_one(client: Client, cast: Cast) -> None:
    """By hand: An Thuận 75 of 100, expected 72.6, whole 79.5 %: 82.1 %; Bình Lâm 84.0 and 77.3 %."""
    serve_hard_and_easy(cast)
    page = read(client, cast)
    for share in ("75,0", "82,1", "84,0", "77,3"):
        assert share in page
    assert page.index("Xã An Thuận") < page.index("Xã Bình Lâm")  # by the adjusted share, best first
    page = read(client, cast, sort="-share")
    assert page.index("Xã Bình Lâm") < page.index("Xã An Thuận")
    cells = sheet(client, "phuong", cast.province, "compare_offices_xlsx", period="2026-09")
    assert {75.0, 82.1, 84.0, 77.3} <= cells


def test_a_sure_difference_is_named_and_chance_is_not(client: Client, cast: Cast) -> None:
    third = make_agency("Xã Cao Sơn", parent=cast.province)
    for agency, satisfied, others in ((cast.one_stop, 95, 5), (cast.other_commune, 55, 45), (third, 40, 12)):
        answer(make_point(agency), SEPTEMBER, *[5, 2] * min(satisfied, others), *[5] * (satisfied - others))
    for office in (cast.commune, cast.other_commune, third, cast.province):
        close(office, SEPTEMBER)
    page = read(client, cast, sort="name")
    rows = [row.partition("</tr>")[0] for row in page.split('<tr class="')[1:]]
    tones = {name: row[:2] for row in rows for name in ("An Thuận", "Bình Lâm", "Cao Sơn") if name in row}
    assert tones == {"An Thuận": "hi", "Bình Lâm": "lo", "Cao Sơn": "eq"}


def test_few_answers_are_not_compared_and_fewer_not_shown(client: Client, cast: Cast) -> None:
    third = make_agency("Xã Cao Sơn", parent=cast.province)
    for agency, n in ((cast.one_stop, 60), (cast.other_commune, 12), (third, 3)):
        answer(make_point(agency), SEPTEMBER, *[5] * (n - 2), 1, 2)
    for office in (cast.commune, cast.other_commune, third, cast.province):
        close(office, SEPTEMBER)
    page = read(client, cast)
    assert "33,3" not in page
    assert "83,3" not in page  # hidden with its small neighbour
    assert "96,7" in page


@pytest.mark.parametrize("sort", ["", "name", "-n", "nothing", "-" * 500])
def test_any_order_is_answered(client: Client, cast: Cast, sort: str) -> None:
    serve_hard_and_easy(cast)
    assert "Xã An Thuận" in read(client, cast, sort=sort)


def test_an_agency_without_any_below_says_so(client: Client, cast: Cast) -> None:
    client.force_login(cast.tam, BACKEND)
    page = client.get(reverse("reports:compare_offices", args=[cast.one_stop.code])).content.decode()
    assert "không có đơn vị trực thuộc" in page
