"""What citizens answered about an agency: with its interval, hidden where it is too little or too early."""

import io

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localtime
from pytest_django import DjangoAssertNumQueries
from python_calamine import CalamineWorkbook

from conduct.agencies.models import Agency, User
from conduct.kernel.months import Month
from surveys.models import DeskOfficer
from surveys.tallies import monthly
from tests.cast import Cast, make_cast
from tests.factories import NOW, START, make_posting, make_user
from tests.integration.reports.arrange import answer, ask_about_payment, close, make_point, roll_up
from tests.integration.scores.arrange import roll_up as count_month

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("schemes", "questionnaires")]
BACKEND = "django.contrib.auth.backends.ModelBackend"
AUGUST, SEPTEMBER, OCTOBER = Month(2026, 8), Month(2026, 9), Month(2026, 10)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def read(client: Client, who: str, agency: Agency, name: str = "citizens", **asked: str) -> tuple[int, str]:
    client.force_login(User.objects.get(username=who), BACKEND)
    response = client.get(reverse(f"reports:{name}", args=[agency.code]), asked)
    return response.status_code, response.content.decode()


def test_a_closed_month_is_shown_with_interval_and_effective_n(client: Client, cast: Cast) -> None:
    answer(make_point(cast.one_stop), SEPTEMBER, *[5] * 45, *[2] * 5, factors=(4, 3, 5, 5, None))
    close(cast.commune, SEPTEMBER)
    status, page = read(client, "lan", cast.commune, period="2026-09")
    assert status == 200
    assert "90,0" in page
    assert "45/50" in page
    assert "khoảng tin cậy 95" in page.casefold() or "khoảng 95" in page.casefold()
    assert "50/50" in page  # access: all gave 4


def test_an_open_month_is_hidden_below_the_head_on_the_page_and_in_the_sheet(
    client: Client, cast: Cast
) -> None:
    answer(make_point(cast.one_stop), OCTOBER, *[5] * 45, *[2] * 6)
    for name in ("citizens", "compare_offices"):
        for who in ("lan", "minh", "quan"):
            status, page = read(client, who, cast.commune, name, period="2026-10")
            assert status == 200
            assert "88,2" not in page
            assert ">51<" not in page
    assert "88,2" in read(client, "tam", cast.commune, period="2026-10")[1]
    assert 51.0 not in sheet(client, "lan", cast.commune, "citizens_xlsx", period="2026-10")
    assert 51.0 in sheet(client, "tam", cast.commune, "citizens_xlsx", period="2026-10")


def sheet(client: Client, who: str, agency: Agency, name: str, **asked: str) -> set[object]:
    """Every cell of an export."""
    client.force_login(User.objects.get(username=who), BACKEND)
    response = client.get(reverse(f"reports:{name}", args=[agency.code]), asked)
    assert response.status_code == 200
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    return {cell for row in book.get_sheet_by_index(0).to_python() for cell in row}


def test_a_quarter_adds_up_only_the_months_that_are_closed(client: Client, cast: Cast) -> None:
    point = make_point(cast.one_stop)
    answer(point, AUGUST, *[5] * 20)
    answer(point, SEPTEMBER, *[5] * 10)
    close(cast.commune, AUGUST)
    assert "20/20" in read(client, "lan", cast.commune, period="2026-Q3")[1]
    assert "30/30" in read(client, "tam", cast.commune, period="2026-Q3")[1]


def test_fewer_than_five_answers_show_no_share(client: Client, cast: Cast) -> None:
    answer(make_point(cast.one_stop), SEPTEMBER, 5, 5, 5, 1)
    close(cast.commune, SEPTEMBER)
    page = read(client, "lan", cast.commune, period="2026-09")[1]
    assert "75,0" not in page
    assert "3/4" not in page


def test_forms_set_aside_do_not_count_and_their_number_is_shown(client: Client, cast: Cast) -> None:
    point = make_point(cast.one_stop)
    answer(point, SEPTEMBER, *[5] * 9, 1)
    answer(point, SEPTEMBER, *[1] * 7, set_aside="burst")
    close(cast.commune, SEPTEMBER)
    page = read(client, "lan", cast.commune, period="2026-09")[1]
    assert "9/10" in page
    assert '<span class="n">7</span>' in page


def test_businesses_and_citizens_are_rows_of_their_own(client: Client, cast: Cast) -> None:
    point = make_point(cast.one_stop)
    answer(point, SEPTEMBER, *[5] * 20)
    answer(point, SEPTEMBER, *[5] * 6, *[1] * 6, respondent="business")
    close(cast.commune, SEPTEMBER)
    page = read(client, "lan", cast.commune, period="2026-09")[1]
    assert "Doanh nghiệp" in page
    assert "50,0" in page


def test_a_small_value_is_not_computed_from_its_neighbours(client: Client, cast: Cast) -> None:
    """Three kiosk answers beside many over the QR code: both rows are hidden, the whole is shown."""
    point = make_point(cast.one_stop)
    answer(point, SEPTEMBER, *[5] * 30, *[2] * 10)
    answer(point, SEPTEMBER, 1, 1, 5, channel="kiosk")
    close(cast.commune, SEPTEMBER)
    page = read(client, "lan", cast.commune, period="2026-09", by="channel")[1]
    assert "31/43" in page
    assert "75,0" not in page
    assert "33,3" not in page


def test_a_desk_with_one_officer_is_that_person(client: Client, cast: Cast) -> None:
    """Colleagues do not see it, the officer and who leads do."""
    alone, shared = make_point(cast.one_stop, "Quầy một người"), make_point(cast.one_stop, "Quầy chung")
    other = make_posting(make_user(username="dong-nghiep"), cast.one_stop)
    DeskOfficer.objects.create(point=alone, posting=cast.lan_posting, starts_on=START)
    for posting in (cast.minh_posting, other):
        DeskOfficer.objects.create(point=shared, posting=posting, starts_on=START)
    answer(alone, SEPTEMBER, *[5] * 7, 1)
    answer(shared, SEPTEMBER, *[5] * 12, *[1] * 4)
    close(cast.commune, SEPTEMBER)
    asked = {"period": "2026-09", "by": "desk"}
    assert "87,5" in read(client, "lan", cast.commune, **asked)[1]
    assert "87,5" in read(client, "tam", cast.commune, **asked)[1]
    colleague = read(client, "dong-nghiep", cast.commune, **asked)[1]
    assert "Quầy một người" in colleague
    assert "87,5" not in colleague
    assert "75,0" not in colleague  # would give it away by subtraction
    assert 87.5 not in sheet(client, "dong-nghiep", cast.commune, "citizens_xlsx", **asked)


def test_an_agency_with_one_desk_of_one_officer_is_that_person(client: Client, cast: Cast) -> None:
    make_posting(make_user(username="dong-nghiep"), cast.one_stop)
    alone = make_point(cast.one_stop)
    DeskOfficer.objects.create(point=alone, posting=cast.lan_posting, starts_on=START)
    answer(alone, SEPTEMBER, *[5] * 7, 1)
    roll_up(cast.one_stop, SEPTEMBER, 8, 7)
    close(cast.commune, SEPTEMBER)
    for name in ("citizens", "compare_offices"):
        for agency in (cast.commune, cast.one_stop):
            assert "87,5" not in read(client, "dong-nghiep", agency, name, period="2026-09")[1]
    assert "87,5" in read(client, "lan", cast.one_stop, period="2026-09")[1]
    assert "87,5" in read(client, "minh", cast.one_stop, period="2026-09")[1]


def test_two_periods_are_compared_in_a_plain_sentence(client: Client, cast: Cast) -> None:
    point = make_point(cast.one_stop)
    answer(point, AUGUST, *[5, 5, 5, 2, 2] * 20)
    answer(point, SEPTEMBER, *([5] * 19 + [2]) * 5)
    close(cast.commune, AUGUST, SEPTEMBER)
    assert "Tăng" in read(client, "lan", cast.commune, period="2026-09")[1]


def test_the_trend_is_that_of_the_roll_up_without_open_months(client: Client, cast: Cast) -> None:
    for month, kept in ((AUGUST, 61), (SEPTEMBER, 72), (OCTOBER, 83)):
        roll_up(cast.commune, month, 100, kept)
    close(cast.commune, AUGUST, SEPTEMBER)
    page = read(client, "lan", cast.commune, period="2026-Q4")[1]
    assert "61,0" in page
    assert "72,0" in page
    assert "83,0" not in page


def test_of_a_large_tree_the_page_says_when_it_was_counted(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(make_point(cast.one_stop), SEPTEMBER, *[5] * 12)
    monkeypatch.setattr(monthly, "COUNTED_NOW", 0)
    assert "Theo lần tổng hợp" not in read(client, "tam", cast.commune, period="2026-09")[1]
    count_month(SEPTEMBER, NOW, cast.commune)
    answer(make_point(cast.department), SEPTEMBER, *[1] * 12)
    for name in ("citizens", "compare_offices"):
        page = read(client, "tam", cast.commune, name, period="2026-09")[1]
        assert f'Theo lần tổng hợp lúc <span class="n">{localtime(NOW):%H:%M}' in page
    assert "12/12" in read(client, "tam", cast.commune, period="2026-09")[1]


def test_further_questions_are_counted_but_not_hints_of_payment(client: Client, cast: Cast) -> None:
    ask_about_payment()
    answer(make_point(cast.one_stop), SEPTEMBER, *[5] * 12, others=(1, 0))
    close(cast.commune, SEPTEMBER)
    page = read(client, "tam", cast.commune, period="2026-09")[1]
    assert "Đúng hẹn không?" in page
    assert "Có gợi ý" not in page


@pytest.mark.parametrize("period", ["", "2026-13", "2026-Q5", "0000", "x" * 3000, "2099"])
def test_an_unknown_period_falls_back_to_the_last_closed_month(
    client: Client, cast: Cast, period: str
) -> None:
    answer(make_point(cast.one_stop), SEPTEMBER, *[5] * 9, 1)
    close(cast.commune, SEPTEMBER)
    status, page = read(client, "lan", cast.commune, period=period, by="nothing")
    assert status == 200
    assert "9/10" in page


@pytest.mark.parametrize("name", ["citizens", "citizens_xlsx", "compare_offices", "compare_offices_xlsx"])
def test_another_office_does_not_exist(client: Client, cast: Cast, name: str) -> None:
    assert read(client, "hoa", cast.commune, name)[0] == 404
    assert client.get(reverse("reports:citizens", args=["NIRGENDS"])).status_code == 404


def test_the_page_asks_at_most_twelve_times(
    client: Client, cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(8):
        answer(make_point(cast.one_stop, f"Quầy {number}"), SEPTEMBER, *[5] * 6)
    close(cast.commune, SEPTEMBER)
    client.force_login(cast.tam, BACKEND)
    with django_assert_max_num_queries(12):
        url = reverse("reports:citizens", args=[cast.commune.code])
        assert client.get(url, {"period": "2026-Q3", "by": "desk"}).status_code == 200
