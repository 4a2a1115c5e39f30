"""My sheets of a year, and opening one: by the office's terms, where one serves on the last day."""

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from conduct.agencies.models import Agency, Posting
from conduct.agencies.permissions import Refused
from conduct.audit.models import AuditEvent
from conduct.kernel.months import Month
from conduct.ratings.models import Absence, OfficeTerms, Sheet
from conduct.ratings.rules.periods import Period
from conduct.ratings.services.sheets import open_sheet
from tests.cast import Cast
from tests.factories import NOW, make_posting
from tests.integration.ratings.arrange import OCTOBER, approved_sheet, submitted_sheet

pytestmark = [pytest.mark.django_db]
THIS = Period(OCTOBER)


def mine(client: Client, year: str = "") -> str:
    return client.get("/ratings/sheets/", {"year": year} if year else {}).content.decode()


def begin(client: Client, month: str = "2026-10") -> int:
    return client.post(f"/ratings/sheets/{month}/open/").status_code


def away(cast: Cast, first: date, last: date) -> None:
    Absence.objects.create(
        person=cast.lan, office=cast.commune, kind="sick", starts_on=first, ends_on=last, noted_by=cast.quan
    )


def test_the_month_that_runs_is_named_with_its_day(client: Client, october: Cast) -> None:
    submitted_sheet(october.lan_posting, Month(2026, 9))
    client.force_login(october.lan)
    page = mine(client)
    assert 'Có <span class="n">8</span> phiếu của tôi trễ hạn' in page  # January to August
    assert "25/10/2026" in page
    assert "chờ nhận xét" in page
    assert "Lập phiếu kỳ 10/2026" in page
    assert 'href="?year=2025"' in page


def test_a_sheet_is_opened_once_with_the_lines_of_the_right_scheme(client: Client, october: Cast) -> None:
    client.force_login(october.lan)
    assert [begin(client), begin(client)] == [302, 302]
    sheet = Sheet.objects.get()
    assert (sheet.scheme.code, sheet.kind, sheet.office, sheet.lines.count()) == (
        "nd335", "month", october.commune, 10,
    )  # fmt: skip
    assert AuditEvent.objects.filter(act="ratings.open_sheet").count() == 1


def test_an_office_may_rate_by_quarters(client: Client, october: Cast) -> None:
    OfficeTerms.objects.create(office=october.commune, valid_from=date(2026, 1, 1), kind="quarter")
    client.force_login(october.lan)
    page = mine(client)
    assert "quý IV/2026" in page
    assert "quý III/2026" in page
    assert begin(client, "2026-12") == 302
    sheet = Sheet.objects.get()
    assert (sheet.kind, sheet.period) == ("quarter", date(2026, 10, 1))
    with pytest.raises(Refused, match="không đánh giá theo kỳ này"):
        open_sheet(posting=october.lan_posting, period=Period(Month(2026, 9)), by=october.lan, now=NOW)


def test_after_a_transfer_the_sheet_is_where_one_serves_on_the_last_day(
    client: Client, october: Cast
) -> None:
    Posting.objects.filter(pk=october.lan_posting.pk).update(ends_on=date(2026, 10, 14))
    october.lan_posting.refresh_from_db()
    new = make_posting(october.lan, october.department, starts_on=date(2026, 10, 15))
    client.force_login(october.lan)
    assert begin(client) == 302
    assert Sheet.objects.get().posting == new
    with pytest.raises(Refused, match="ngày cuối kỳ"):
        open_sheet(posting=october.lan_posting, period=THIS, by=october.lan, now=NOW)


def test_the_sheet_is_kept_for_the_main_post(october: Cast) -> None:
    beside = make_posting(october.lan, october.department, is_main=False)
    with pytest.raises(Refused, match="vị trí chính"):
        open_sheet(posting=beside, period=THIS, by=october.lan, now=NOW)


def test_who_is_away_for_all_of_it_needs_none(client: Client, october: Cast) -> None:
    away(october, date(2026, 9, 20), date(2026, 10, 12))
    away(october, date(2026, 10, 13), date(2026, 11, 30))
    client.force_login(october.lan)
    assert "Nghỉ cả kỳ" in mine(client)
    with pytest.raises(Refused, match="nghỉ cả kỳ"):
        open_sheet(posting=october.lan_posting, period=THIS, by=october.lan, now=NOW)


def test_one_day_at_work_needs_a_sheet(october: Cast) -> None:
    away(october, date(2026, 10, 1), date(2026, 10, 12))
    away(october, date(2026, 10, 14), date(2026, 10, 31))
    assert open_sheet(posting=october.lan_posting, period=THIS, by=october.lan, now=NOW).state == "draft"


def test_the_police_are_told_why_they_have_none(client: Client, october: Cast) -> None:
    Agency.objects.filter(pk=october.one_stop.pk).update(kind="police")
    client.force_login(october.lan)
    assert "công an, quân đội" in mine(client)
    assert "công an, quân đội" in client.post("/ratings/sheets/2026-10/open/", follow=True).content.decode()
    assert not Sheet.objects.exists()


@pytest.mark.parametrize(("month", "status"), [("2026-11", 404), ("2027-01", 404), ("1999-01", 404)])
def test_periods_that_have_not_begun_are_not_opened(
    client: Client, october: Cast, month: str, status: int
) -> None:
    client.force_login(october.lan)
    assert begin(client, month) == status


def test_strangers_open_nobodys_sheet_and_the_reviewer_does(october: Cast) -> None:
    for user in (october.hoa, october.quan, october.tam):
        with pytest.raises(Refused):
            open_sheet(posting=october.lan_posting, period=THIS, by=user, now=NOW)
    sheet = open_sheet(posting=october.lan_posting, period=THIS, by=october.minh, now=NOW)
    assert sheet.posting == october.lan_posting


def test_the_confirmed_result_stands_in_the_list(client: Client, october: Cast) -> None:
    approved_sheet(october.lan_posting, october.minh, october.tam)
    client.force_login(october.lan)
    page = mine(client)
    assert "100,00" in page
    assert "Hoàn thành xuất sắc nhiệm vụ" in page


@pytest.mark.parametrize("year", ["x", "0", "2027", "-1", "٢٠٢٦"])
def test_years_that_are_none_are_not_found(client: Client, october: Cast, year: str) -> None:
    client.force_login(october.lan)
    assert client.get("/ratings/sheets/", {"year": year}).status_code == 404


def test_the_list_asks_the_database_at_most_twelve_times(
    client: Client, october: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    approved_sheet(october.lan_posting, october.minh, october.tam)
    client.force_login(october.lan)
    with django_assert_max_num_queries(12):
        client.get("/ratings/sheets/")
