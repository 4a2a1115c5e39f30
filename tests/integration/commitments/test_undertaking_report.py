"""The report counts each unit and each household once: the figures of a district in 2017 and 2018."""

import io
import re
from collections.abc import Sequence
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from conduct.agencies.models import Agency
from conduct.commitments.models import Beneficiary, Help, Support, Undertaking
from conduct.commitments.rules.undertakings import Span, spans
from conduct.commitments.services import undertakings as services
from conduct.commitments.services.undertakings import Entry
from conduct.commitments.tallies.undertakings import By, Helped, tally_helped
from tests.cast import Cast
from tests.factories import NOW, make_agency

YEAR_2017 = Span(2017, date(2017, 1, 1), date(2017, 12, 31))
YEAR_2018 = Span(2018, date(2018, 1, 1), date(2018, 12, 31))


def make_units(cast: Cast, number: int) -> list[Agency]:
    return [make_agency(f"Chi bộ {i}", kind="department", parent=cast.commune) for i in range(1, number + 1)]


def make_undertaking(cast: Cast, kind: str, name: str = "Mỗi chi bộ giúp một hộ nghèo") -> Undertaking:
    return services.open_undertaking(
        agency=cast.commune, name=name, kind=kind, starts_on=date(2017, 1, 1), by=cast.tam, now=NOW
    )[0]


def enter(cast: Cast, undertaking: Undertaking, entries: list[Entry], starts_on: date) -> list[Beneficiary]:
    services.add_beneficiaries(
        undertaking=undertaking, entries=entries, starts_on=starts_on, by=cast.tam, now=NOW
    )
    return list(undertaking.beneficiaries.order_by("pk"))


def enter_households(cast: Cast) -> tuple[Undertaking, list[Agency], list[Beneficiary]]:
    """60 units help 52 households from 2017 on, some jointly; 34 left poverty by the end of the year."""
    units, undertaking = make_units(cast, 70), make_undertaking(cast, "poor_household")
    entries = [
        Entry(f"H{i:02}", f"Thôn {i % 7 + 1}", name=f"Nguyễn Văn Hộ {i}", unit=units[i]) for i in range(52)
    ]
    households = enter(cast, undertaking, entries, date(2017, 1, 15))
    joint = [(household, unit) for household, unit in zip(households, units[52:60], strict=False)]
    # Three households have one unit in common: it is one unit all the same.
    joint += [(household, units[59]) for household in households[20:23]]
    for household, unit in joint:
        services.add_support(
            beneficiary=household, unit=unit, starts_on=date(2017, 2, 1), by=cast.tam, now=NOW
        )
    for household in households[:34]:
        services.record_outcome(
            beneficiary=household, outcome="left_poverty", on=date(2017, 12, 20), by=cast.tam, now=NOW
        )
    return undertaking, units, households


def enter_2018(cast: Cast, undertaking: Undertaking, units: list[Agency]) -> None:
    """In 2018, 61 units help 64 households: the 18 of 2017 that are still poor and 46 more."""
    entries = [Entry(f"N{i:02}", "Thôn 9", unit=units[i % 34]) for i in range(46)]
    found = enter(cast, undertaking, entries, date(2018, 1, 10))
    for unit, household in zip(units[52:61], found[52:61], strict=True):
        services.add_support(
            beneficiary=household, unit=unit, starts_on=date(2018, 1, 10), by=cast.tam, now=NOW
        )


def rows_of(content: bytes) -> Sequence[Sequence[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def facts_of(page: str) -> str:
    """The text of a page, tags and line ends out."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_60_units_help_52_households_and_34_left_poverty(client: Client, cast: Cast) -> None:
    undertaking, _units, _households = enter_households(cast)
    client.force_login(cast.tam)
    url = f"/commitments/undertakings/{undertaking.pk}/report/?year=2017"
    text = facts_of(client.get(url).content.decode())
    assert "60 đơn vị giúp 52 hộ nghèo, 34/52 đã thoát nghèo" in text
    assert "Từ 01/01/2017 đến 31/12/2017" in text
    assert "Đang giúp đỡ 18/52" in text
    xlsx = client.get(f"/commitments/undertakings/{undertaking.pk}/report.xlsx?year=2017")
    rows = rows_of(xlsx.content)
    assert ["Tất cả", "", 60, 52, 34, 0, 0, 18, 0, 0] in rows
    assert ["Đơn vị", "Chi bộ 60", 1, 4, 4, 0, 0, 0, 0, 0] in rows
    assert any("01/01/2017 – 31/12/2017" in str(row) for row in rows)


def test_61_units_help_64_households_in_the_next_year(client: Client, cast: Cast) -> None:
    undertaking, units, _households = enter_households(cast)
    enter_2018(cast, undertaking, units)
    client.force_login(cast.tam)
    text = facts_of(
        client.get(f"/commitments/undertakings/{undertaking.pk}/report/?year=2018").content.decode()
    )
    assert "61 đơn vị giúp 64 hộ nghèo" in text
    assert tally_helped(undertaking.pk, [YEAR_2018, YEAR_2017], By.YEAR) == [
        Helped("2017", 60, 52, 34),
        Helped("2018", 61, 64),
    ]
    rows = rows_of(client.get(f"/commitments/undertakings/{undertaking.pk}/report.xlsx?year=2018").content)
    assert ["Tất cả", "", 61, 64, 0, 0, 0, 64, 0, 0] in rows


def test_70_units_help_85_villages(client: Client, cast: Cast) -> None:
    units, undertaking = make_units(cast, 70), make_undertaking(cast, "village", "Kết nghĩa với thôn")
    entries = [Entry(f"T{i:02}", f"Thôn {i:02}", unit=units[i % 70]) for i in range(85)]
    enter(cast, undertaking, entries, date(2017, 1, 1))
    client.force_login(cast.tam)
    text = facts_of(
        client.get(f"/commitments/undertakings/{undertaking.pk}/report/?year=2017").content.decode()
    )
    assert "70 đơn vị giúp 85 thôn, khối phố" in text
    rows = rows_of(client.get(f"/commitments/undertakings/{undertaking.pk}/report.xlsx?year=2017").content)
    assert ["Tất cả", "", 70, 85, 0, 0, 0, 85, 0, 0] in rows
    assert sum(str(row[1]).startswith("Thôn ") for row in rows) == 85


def test_no_file_and_no_list_names_a_household(client: Client, cast: Cast) -> None:
    undertaking, _units, _households = enter_households(cast)
    client.force_login(cast.tam)
    base = f"/commitments/undertakings/{undertaking.pk}/"
    for url in ("", "report/", "report.xlsx", "list.xlsx"):
        content = client.get(base + url).content
        cells = str(rows_of(content)) if url.endswith("xlsx") else content.decode()
        assert "H01" in cells or "Thôn 1" in cells
        assert "Nguyễn Văn Hộ" not in cells


def test_help_and_its_value_are_counted_in_their_year(cast: Cast) -> None:
    undertaking = make_undertaking(cast, "poor_household")
    [household] = enter(cast, undertaking, [Entry("H1", "Thôn 1", unit=cast.one_stop)], date(2017, 1, 1))
    support = household.supports.get()
    for on, value in ((date(2017, 5, 1), 500_000), (date(2017, 6, 1), None), (date(2018, 1, 1), 100_000)):
        services.record_help(
            support=support, on=on, what="Thăm, tặng quà", value=value, by=cast.minh, now=NOW
        )
    years = tally_helped(undertaking.pk, [YEAR_2017, YEAR_2018], By.YEAR)
    assert years == [
        Helped("2017", 1, 1, n_helps=2, value=500_000),
        Helped("2018", 1, 1, n_helps=1, value=100_000),
    ]
    assert tally_helped(undertaking.pk, [YEAR_2017, YEAR_2018], By.ALL) == [
        Helped("", 1, 1, n_helps=3, value=600_000)
    ]


def test_a_year_counts_who_was_helped_in_it(cast: Cast) -> None:
    undertaking = make_undertaking(cast, "poor_household")
    [household] = enter(cast, undertaking, [Entry("H1", "Thôn 1", unit=cast.one_stop)], date(2017, 1, 1))
    Support.objects.update(ends_on=date(2017, 12, 31))
    assert tally_helped(undertaking.pk, [YEAR_2018], By.YEAR) == []
    Support.objects.update(ends_on=None)
    services.record_outcome(
        beneficiary=household, outcome="reached", on=date(2018, 3, 1), by=cast.tam, now=NOW
    )
    assert tally_helped(undertaking.pk, [YEAR_2017], By.YEAR) == [Helped("2017", 1, 1)]
    assert tally_helped(undertaking.pk, [YEAR_2018], By.YEAR) == [Helped("2018", 1, 1, n_reached=1)]
    assert tally_helped(undertaking.pk, [Span(2019, date(2019, 1, 1), date(2019, 12, 31))], By.YEAR) == []


@pytest.mark.parametrize("n_rows", [2, 20])
def test_a_tally_is_one_statement(cast: Cast, n_rows: int) -> None:
    undertaking = make_undertaking(cast, "village")
    enter(cast, undertaking, [Entry(f"T{i}", f"Thôn {i}", unit=cast.one_stop) for i in range(n_rows)],
          date(2017, 1, 1))  # fmt: skip
    for by in By:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            tally_helped(undertaking.pk, [YEAR_2017], by)
        assert len(queries) == 1


def test_page_asks_at_most_12_queries(client: Client, cast: Cast) -> None:
    undertaking, _units, _households = enter_households(cast)
    client.force_login(cast.tam)
    for url in (f"{undertaking.pk}/", f"{undertaking.pk}/report/", ""):
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/commitments/undertakings/{url}")
        assert len(queries) <= 12, url


def test_years_go_from_the_first_to_today() -> None:
    assert spans(date(2017, 3, 1), None, date(2018, 2, 5)) == [
        Span(2018, date(2018, 1, 1), date(2018, 2, 5)),
        Span(2017, date(2017, 3, 1), date(2017, 12, 31)),
    ]
    assert spans(date(2017, 3, 1), date(2017, 6, 1), date(2020, 1, 1)) == [
        Span(2017, date(2017, 3, 1), date(2017, 6, 1))
    ]
    assert spans(date(2017, 3, 1), None, date(2017, 2, 1)) == []


@pytest.mark.parametrize("year", ["abc", "1999", "9" * 30])
def test_unknown_year_shows_all_years(client: Client, cast: Cast, year: str) -> None:
    undertaking = make_undertaking(cast, "village")
    client.force_login(cast.lan)
    response = client.get(f"/commitments/undertakings/{undertaking.pk}/report/?year={year}")
    assert response.status_code == 200
    assert "01/01/2017" in response.content.decode()
    assert not Help.objects.exists()


def test_stranger_finds_no_report(client: Client, cast: Cast) -> None:
    undertaking = make_undertaking(cast, "village")
    client.force_login(cast.hoa)
    for url in ("", "report/", "report.xlsx", "list.xlsx", "add/"):
        assert client.get(f"/commitments/undertakings/{undertaking.pk}/{url}").status_code == 404
