"""The plan of voluntary savings and what everybody in the agency may read of it."""

import io
from collections.abc import Sequence
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from conduct.agencies.models import User
from conduct.audit.models import AuditEvent
from conduct.commitments.models import SavingsPlan
from conduct.commitments.services import contributions as services
from conduct.kernel.months import Month
from tests.cast import Cast
from tests.factories import NOW, make_posting, make_user

LIST = "/commitments/contributions/"
OCTOBER, SEPTEMBER = Month(2026, 10), Month(2026, 9)


@pytest.fixture
def plan(cast: Cast) -> SavingsPlan:
    return services.open_savings_plan(
        agency=cast.commune, year=2026, purpose="Giúp trẻ em nghèo", by=cast.tam, now=NOW,
        rates={"can_bo": 30_000, "hop_dong": 15_000},
    )[0]  # fmt: skip


@pytest.fixture
def people(cast: Cast) -> list[User]:
    """Six colleagues."""
    found = [make_user(f"Nguyễn Thị Góp {i}") for i in range(6)]
    for person in found:
        make_posting(person, cast.department)
    return found


def give(cast: Cast, plan: SavingsPlan, people: list[User], month: Month, amount: int = 30_000) -> None:
    services.enter_contributions(
        plan=plan, month=month, amounts={person.pk: amount for person in people}, batch=uuid4(),
        by=cast.yen, now=NOW,
    )  # fmt: skip


def spend(cast: Cast, plan: SavingsPlan, amount: int) -> None:
    services.enter_spending(
        plan=plan, month=OCTOBER, amount=amount, text="Tặng sách vở", batch=uuid4(), by=cast.yen, now=NOW
    )


def rows_of(content: bytes) -> Sequence[Sequence[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def asked(cast: Cast, **changed: object) -> dict[str, object]:
    values = {"agency": cast.commune.pk, "year": 2026, "purpose": "Giúp trẻ em nghèo"}
    return {**values, "rate_can_bo": "30.000", "rate_hop_dong": "15.000 đ", **changed}


@pytest.mark.parametrize("who", ["tam", "quan", "yen"])
def test_plan_is_made_once(client: Client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(f"{LIST}new/").status_code == 200
    client.post(f"{LIST}new/", asked(cast))
    response = client.post(f"{LIST}new/", asked(cast), follow=True)  # a double click
    plan = SavingsPlan.objects.get()
    assert response.redirect_chain == [(f"{LIST}{plan.pk}/", 302)]
    assert dict(plan.rates.values_list("category", "amount")) == {"can_bo": 30_000, "hop_dong": 15_000}
    assert AuditEvent.objects.filter(act="commitments.open_savings_plan").count() == 1
    assert client.post(f"{LIST}new/", asked(cast, purpose="Khác")).status_code == 422


@pytest.mark.parametrize(
    "changed",
    [
        {"agency": "0"},
        {"year": "2019"},
        {"year": "abc"},
        {"purpose": ""},
        {"rate_can_bo": "30,5"},
        {"rate_can_bo": "-1"},
        {"rate_can_bo": "9" * 29},
    ],
)
def test_invalid_plan_is_not_made(client: Client, cast: Cast, changed: dict[str, object]) -> None:
    client.force_login(cast.tam)
    response = client.post(f"{LIST}new/", asked(cast, **changed))
    assert response.status_code == 422
    assert "Cần xem lại" in response.content.decode()
    assert not SavingsPlan.objects.exists()


def test_staff_are_told_who_plans(client: Client, cast: Cast, plan: SavingsPlan) -> None:
    client.force_login(cast.lan)
    assert client.get(f"{LIST}new/").status_code == 403
    assert client.get(f"{LIST}{plan.pk}/edit/").status_code == 403
    assert client.post(f"{LIST}{plan.pk}/edit/", asked(cast)).status_code == 403


def test_plan_is_worded_anew(client: Client, cast: Cast, plan: SavingsPlan) -> None:
    client.force_login(cast.quan)
    assert "30.000" not in client.get(f"{LIST}{plan.pk}/edit/").content.decode().split("rate_hop_dong")[1]
    changed = {"purpose": "Giúp người nghèo", "rate_can_bo": "40.000"}
    for _click in range(2):
        assert client.post(f"{LIST}{plan.pk}/edit/", changed).status_code == 302
    plan.refresh_from_db()
    assert plan.purpose == "Giúp người nghèo"
    assert dict(plan.rates.values_list("category", "amount")) == {"can_bo": 40_000}
    assert AuditEvent.objects.filter(act="commitments.change_savings_plan").count() == 1
    assert client.post(f"{LIST}{plan.pk}/edit/", {"purpose": ""}).status_code == 422


def test_everybody_reads_totals_and_purposes(
    client: Client, cast: Cast, plan: SavingsPlan, people: list[User]
) -> None:
    give(cast, plan, people, SEPTEMBER)
    give(cast, plan, people[:5], OCTOBER)
    spend(cast, plan, 130_000)
    client.force_login(cast.lan)
    page = client.get(f"{LIST}{plan.pk}/").content.decode()
    for words in ("180.000&nbsp;đ", "150.000&nbsp;đ", "330.000&nbsp;đ", "130.000&nbsp;đ", "Tặng sách vở"):
        assert words in page
    assert "200.000&nbsp;đ" in page
    assert "Tự nguyện" in page
    assert "%" not in page.split('<main id="main"')[1].replace("100%", "").split("</main>")[0]
    rows = rows_of(client.get(f"{LIST}{plan.pk}/totals.xlsx").content)
    assert ["9/2026", 180_000, 0, ""] in rows
    assert ["10/2026", 150_000, 130_000, ""] in rows
    assert ["Năm", 330_000, 130_000, ""] in rows


@pytest.mark.parametrize("who", ["lan", "minh", "tam", "quan", "phuong", "yen"])
def test_gift_of_one_is_read_by_nobody_on_the_common_page(
    client: Client, cast: Cast, plan: SavingsPlan, people: list[User], who: str
) -> None:
    give(cast, plan, people[:4], OCTOBER, 37_000)
    spend(cast, plan, 11_000)
    client.force_login(getattr(cast, who))
    page = client.get(f"{LIST}{plan.pk}/").content.decode()
    rows = str(rows_of(client.get(f"{LIST}{plan.pk}/totals.xlsx").content))
    for amount in ("37.000", "148.000", "137.000", "148000", "Góp"):
        assert amount not in page
        assert amount not in rows
    assert "dưới 5 người góp" in page
    assert "11.000&nbsp;đ" in page
    assert "Chưa công bố" in page


def test_months_with_few_givers_are_shown_together(
    client: Client, cast: Cast, plan: SavingsPlan, people: list[User]
) -> None:
    give(cast, plan, people[:4], SEPTEMBER)
    give(cast, plan, people[1:], OCTOBER)
    client.force_login(cast.lan)
    page = client.get(f"{LIST}{plan.pk}/").content.decode()
    assert "9–10/2026" in page
    assert "(gộp)" in page
    assert "270.000&nbsp;đ" in page
    assert "120.000" not in page
    assert ["9–10/2026", 270_000, 0, "Gộp các tháng vì có tháng dưới 5 người góp."] in rows_of(
        client.get(f"{LIST}{plan.pk}/totals.xlsx").content
    )


def test_stranger_finds_no_plan(client: Client, cast: Cast, plan: SavingsPlan) -> None:
    client.force_login(cast.hoa)
    assert "Giúp trẻ em nghèo" not in client.get(LIST).content.decode()
    for url in ("", "edit/", "totals.xlsx", "ledger/", "ledger.xlsx", "spending/", "2026-10/"):
        assert client.get(f"{LIST}{plan.pk}/{url}").status_code == 404, url


def test_list_shows_the_plans_of_ones_office(client: Client, cast: Cast, plan: SavingsPlan) -> None:
    client.force_login(cast.lan)
    assert "Giúp trẻ em nghèo" in client.get(LIST).content.decode()


def test_pages_ask_at_most_12_queries(
    client: Client, cast: Cast, plan: SavingsPlan, people: list[User]
) -> None:
    give(cast, plan, people, OCTOBER)
    spend(cast, plan, 1_000)
    client.force_login(cast.yen)
    for url in ("", f"{plan.pk}/", f"{plan.pk}/ledger/", f"{plan.pk}/2026-10/", f"{plan.pk}/spending/"):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{LIST}{url}").status_code == 200
        assert len(queries) <= 12, (url, len(queries))


def test_amounts_stand_in_the_form_as_people_write_them(
    client: Client, cast: Cast, plan: SavingsPlan
) -> None:
    client.force_login(cast.tam)
    page = client.get(f"{LIST}{plan.pk}/edit/").content.decode()
    assert 'value="30.000"' in page
    assert 'value="15.000"' in page
