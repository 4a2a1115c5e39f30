"""The report: figures that sum up, the online share against its target, people only when allowed."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
import python_calamine
from django.test import Client

from conduct.agencies.models import Period, Role
from conduct.dossiers.models import DossierImport, OnlineTarget
from conduct.dossiers.services.imports import run_import
from tests.cast import Cast
from tests.factories import NOW, grant, make_posting, make_user
from tests.integration.dossiers.lists import SEED_YEAR, as_csv, asked, brought_in, line, seed_rows


def text_of(response: Any) -> str:
    return " ".join(
        response.content.decode()
        .replace("\xa0", " ")
        .replace('<span class="n">', "")
        .replace("</span>", "")
        .split()
    )


def test_a_newspapers_figures_come_out_exactly(
    client: Client, cast: Cast, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    found = asked(as_csv(seed_rows()), cast.one_stop, cast.quan)
    assert run_import(import_id=found.pk, worker="w", clock=lambda: NOW)
    found.refresh_from_db()
    assert (found.state, found.n_new) == (DossierImport.State.DONE, 13_376)
    OnlineTarget.objects.create(agency=cast.province, year=SEED_YEAR, low=60, high=70)
    client.force_login(cast.tam)
    with django_assert_max_num_queries(12):
        response = client.get(f"/dossiers/report/?office={cast.commune.code}&period={SEED_YEAR}")
    page = text_of(response)
    assert "Tiếp nhận 13.376 hồ sơ, năm 2022" in page
    assert "13.376 = 1.097 trước hạn + 12.277 đúng hạn + 0 trễ hạn + 2 đang giải quyết" in page
    assert "85,0 %" in page
    assert "60–70 %" in page
    assert "Vượt chỉ tiêu" in page
    assert "13.374/13.374" in page, "early or on time of those settled"
    sheet = python_calamine.load_workbook(
        BytesIO(
            client.get(f"/dossiers/report/as-xlsx/?office={cast.commune.code}&period={SEED_YEAR}").content
        )
    ).get_sheet_by_index(0)
    total = next(row for row in sheet.to_python() if row[0] == "Tất cả" or row[1:3] == [13_376, 1_097])
    assert total[1:6] == [13_376, 1_097, 12_277, 0, 2]


def test_late_and_overdue_ones_are_told_apart(client: Client, cast: Cast) -> None:
    rows = [
        line("A1", finished="16/10/2026"), line("A2"), line("A3", promised="30/10/2026"),
        line("A4", finished="15/10/2026", channel="Trực tiếp"),
    ]  # fmt: skip
    brought_in(as_csv(rows), cast.one_stop, cast.quan)
    client.force_login(cast.lan)
    page = text_of(client.get("/dossiers/report/?period=2026-10"))
    assert "4 = 0 trước hạn + 1 đúng hạn + 1 trễ hạn + 2 đang giải quyết" in page
    assert "trong đó 1 đã quá ngày hẹn trả" in page
    assert "Theo cán bộ" not in page, "figures by person are for those who lead"


def officers(cast: Cast) -> None:
    """Lan has six dossiers, another officer two, one dossier names nobody."""
    other = make_user("Bùi Văn Ít")
    make_posting(other, cast.one_stop)
    rows = [
        line(f"L{n}", officer="Tôn Nữ Hoàng Thảo Lan", received="05/09/2026", promised="15/09/2026")
        for n in range(6)
    ]
    rows += [
        line(f"I{n}", officer="Bùi Văn Ít", received="05/09/2026", promised="15/09/2026") for n in range(2)
    ]
    rows += [line(f"N{n}", received="05/09/2026", promised="15/09/2026") for n in range(3)]
    brought_in(as_csv(rows), cast.one_stop, cast.quan)


def test_people_appear_only_when_the_month_is_closed_and_never_with_fewer_than_five(
    client: Client, cast: Cast
) -> None:
    officers(cast)
    client.force_login(cast.minh)
    address = f"/dossiers/report/?office={cast.one_stop.code}&period=2026-09"
    page = text_of(client.get(address))
    assert "Số liệu từng người hiện sau khi chốt tháng" in page
    assert "Thảo Lan" not in page
    Period.objects.create(office=cast.commune, month=date(2026, 9, 1), state="closed", closed_at=NOW)
    page = text_of(client.get(address))
    assert "Tôn Nữ Hoàng Thảo Lan" in page
    assert "Bùi Văn Ít" not in page
    assert "hồ sơ không ghi cán bộ: tiếp nhận 5" in page
    xlsx = (
        python_calamine.load_workbook(
            BytesIO(client.get(address.replace("report/?", "report/as-xlsx/?")).content)
        )
        .get_sheet_by_index(0)
        .to_python()
    )
    assert "Bùi Văn Ít" not in str(xlsx)


def test_strangers_find_nothing_and_bad_periods_are_no_page(client: Client, cast: Cast) -> None:
    client.force_login(cast.hoa)
    assert client.get(f"/dossiers/report/?office={cast.commune.code}").status_code == 404
    assert client.get(f"/dossiers/report/as-xlsx/?office={cast.commune.code}").status_code == 404
    for period in ("2026-13", "abc", "0000", "2026-Q5", "9999", "2026-10-01", "٢٠٢٦"):
        assert client.get("/dossiers/report/", {"period": period}).status_code == 404
    assert client.get("/dossiers/report/?office=%00").status_code == 404


def test_the_target_is_set_by_who_keeps_the_office(client: Client, cast: Cast) -> None:
    address = f"/dossiers/report/{cast.commune.code}/target/2026/"
    client.force_login(cast.lan)
    assert client.get(address).status_code == 403
    client.force_login(cast.hoa)
    assert client.get(address).status_code == 404
    client.force_login(cast.quan)
    wrong = client.post(address, {"low": "70", "high": "60"})
    assert wrong.status_code == 422
    assert "số nhỏ trước" in wrong.content.decode()
    for _ in range(2):
        assert (
            client.post(address, {"low": "60", "high": "70", "legal_basis": "KH 12/KH-UBND"}).status_code
            == 302
        )
    assert str(OnlineTarget.objects.get().high) == "70.00"


@pytest.mark.parametrize(
    ("received", "unnamed", "hidden"),
    [
        ({1: 6, 2: 2}, 3, {2}),
        ({1: 6, 2: 2}, 0, {1, 2}),
        ({1: 6, 2: 4, 3: 3}, 0, {2, 3}),
        ({1: 6, 2: 8, 3: 1}, 1, {1, 3}),
        ({1: 5, 2: 5}, 0, set()),
    ],
)
def test_nobody_is_told_from_the_total(received: dict[int, int], unnamed: int, hidden: set[int]) -> None:
    from conduct.dossiers.rules.officers import pooled

    assert pooled(received, unnamed) == hidden


def test_the_province_sums_its_communes_without_people(client: Client, cast: Cast) -> None:
    brought_in(as_csv([line("A1")]), cast.one_stop, cast.quan)
    grant(cast.hoa, cast.other_commune, Role.OFFICE_ADMIN)
    brought_in(as_csv([line("A1"), line("A2")]), cast.other_commune, cast.hoa)
    client.force_login(cast.phuong)
    page = text_of(client.get(f"/dossiers/report/?office={cast.province.code}&period=2026-Q4"))
    assert "Tiếp nhận 3 hồ sơ, quý IV/2026" in page
    assert "Theo cán bộ" not in page
