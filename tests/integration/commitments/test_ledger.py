"""The treasurer's ledger: gifts, spending, lines taken back; it only grows, and nobody else reads it."""

import io
from uuid import UUID, uuid4

import psycopg
import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client
from python_calamine import CalamineWorkbook

from conduct.agencies.models import Role
from conduct.agencies.permissions import Refused
from conduct.audit.models import AuditEvent
from conduct.commitments.models import LedgerEntry, SavingsPlan
from conduct.commitments.services import contributions as services
from conduct.kernel.months import Month
from tests.cast import Cast
from tests.factories import NOW, grant, make_posting, make_user
from tests.integration.commitments.arrange import save_together

LIST = "/commitments/contributions/"
OCTOBER = Month(2026, 10)


@pytest.fixture
def plan(cast: Cast) -> SavingsPlan:
    return save_together(cast)


def url_of(plan: SavingsPlan, rest: str = "2026-10/") -> str:
    return f"{LIST}{plan.pk}/{rest}"


def sent(cast: Cast, batch: UUID, **gifts: str) -> dict[str, object]:
    people = {name: getattr(cast, name).pk for name in gifts}
    return {"batch": batch, **{f"gift_{people[name]}": amount for name, amount in gifts.items()}}


def spend(cast: Cast, plan: SavingsPlan, amount: int, batch: UUID | None = None) -> bool:
    return services.enter_spending(
        plan=plan, month=OCTOBER, amount=amount, text="Tặng sách vở", batch=batch or uuid4(),
        by=cast.yen, now=NOW,
    )  # fmt: skip


def test_form_proposes_and_fills_in_nothing(client: Client, cast: Cast, plan: SavingsPlan) -> None:
    client.force_login(cast.yen)
    page = client.get(url_of(plan)).content.decode()
    field = page.split(f'name="gift_{cast.tam.pk}"')[1].split(">")[0]
    assert 'placeholder="30.000"' in field
    assert "value=" not in field
    assert "30.000&nbsp;đ" in page  # what Lan gave already
    assert "Trần Thị Hoa" not in page


def test_treasurer_enters_the_gifts_of_many_once(client: Client, cast: Cast, plan: SavingsPlan) -> None:
    client.force_login(cast.yen)
    gifts = sent(cast, uuid4(), tam="30.000", minh="0", quan="", lan="15.000 đ")
    for message in ("Đã ghi 2 khoản góp.", "Không ghi thêm dòng nào."):  # a double click
        assert message in client.post(url_of(plan), gifts, follow=True).content.decode()
    entered = LedgerEntry.objects.order_by("pk").values_list("person__username", "amount", "kind")
    assert set(entered) == {
        ("lan", 30_000, "contribution"),
        ("tam", 30_000, "contribution"),
        ("lan", 15_000, "contribution"),
    }
    events = AuditEvent.objects.filter(act="commitments.enter_contributions")
    assert events.count() == 2
    trail = str(list(events.values()))
    for secret in ("Thảo Lan", "Thị Tâm", "30000", "30.000", "15000"):
        assert secret not in trail


@pytest.mark.parametrize("amount", ["-30.000", "30,5", "ba mươi", "1e9", "9" * 20, "9" * 40, "30.000.00"])
def test_impossible_amount_enters_nothing(client: Client, cast: Cast, plan: SavingsPlan, amount: str) -> None:
    client.force_login(cast.yen)
    response = client.post(url_of(plan), sent(cast, uuid4(), tam=amount, minh="15.000"))
    assert response.status_code == 422
    assert "Lê Thị Tâm" in response.content.decode().split("Cần xem lại")[1].split("</ul>")[0]
    assert 'value="15.000"' in response.content.decode()
    assert LedgerEntry.objects.count() == 1


@pytest.mark.parametrize("batch", ["", "abc", "00000000-0000-0000-0000-00000000000"])
def test_form_without_its_key_is_refused(client: Client, cast: Cast, plan: SavingsPlan, batch: str) -> None:
    client.force_login(cast.yen)
    gifts = {**sent(cast, uuid4(), tam="30.000"), "batch": batch}
    assert client.post(url_of(plan), gifts).status_code == 422
    assert LedgerEntry.objects.count() == 1


def test_gift_of_somebody_from_elsewhere_is_refused(client: Client, cast: Cast, plan: SavingsPlan) -> None:
    client.force_login(cast.yen)
    response = client.post(url_of(plan), sent(cast, uuid4(), tam="30.000", hoa="30.000"))
    assert response.status_code == 422
    assert "không công tác trong tháng này" in response.content.decode()
    assert LedgerEntry.objects.count() == 1
    with pytest.raises(ValidationError, match="1 người trong số này không công tác tại Xã An Thuận"):
        services.enter_contributions(
            plan=plan, month=OCTOBER, amounts={cast.hoa.pk: 1}, batch=uuid4(), by=cast.yen, now=NOW
        )


def test_gift_of_somebody_on_another_page_is_not_lost(client: Client, cast: Cast, plan: SavingsPlan) -> None:
    """Somebody who came in between has shifted the pages: what was typed is entered all the same."""
    for number in range(60):
        make_posting(make_user(f"Nguyễn {number:02} An"), cast.department)
    client.force_login(cast.yen)
    assert f"gift_{cast.tam.pk}" not in client.get(url_of(plan)).content.decode()
    client.post(url_of(plan), sent(cast, uuid4(), tam="30.000"))
    assert LedgerEntry.objects.filter(person=cast.tam).count() == 1


def test_months_to_come_and_other_years_take_nothing(client: Client, cast: Cast, plan: SavingsPlan) -> None:
    client.force_login(cast.yen)
    assert "Tháng này chưa bắt đầu" in client.get(url_of(plan, "2026-11/")).content.decode()
    assert client.post(url_of(plan, "2026-11/"), sent(cast, uuid4(), tam="1.000")).status_code == 422
    assert client.get(url_of(plan, "2025-10/")).status_code == 404
    assert LedgerEntry.objects.count() == 1


PAGES = ("ledger/", "ledger.xlsx", "2026-10/", "spending/")


@pytest.mark.parametrize("who", ["lan", "minh", "tam", "quan", "phuong"])
def test_only_the_treasurer_reads_and_writes(client: Client, cast: Cast, plan: SavingsPlan, who: str) -> None:
    user = getattr(cast, who)
    client.force_login(user)
    for page in PAGES:
        response = client.get(url_of(plan, page))
        assert response.status_code == 403, page
        assert "Thủ quỹ" in response.content.decode()
        assert "Thảo Lan</span><small>dòng số" not in response.content.decode()
    line = LedgerEntry.objects.get()
    assert client.get(f"{LIST}lines/{line.pk}/reverse/").status_code == 403
    with pytest.raises(Refused):
        services.enter_contributions(
            plan=plan, month=OCTOBER, amounts={cast.lan.pk: 1}, batch=uuid4(), by=user, now=NOW
        )
    with pytest.raises(Refused):
        services.enter_spending(plan=plan, month=OCTOBER, amount=1, text="x", batch=uuid4(), by=user, now=NOW)
    with pytest.raises(Refused):
        services.reverse_entry(entry=line, reason="x", by=user, now=NOW)
    assert LedgerEntry.objects.count() == 1


def test_system_administrators_do_not_inherit_it(client: Client, cast: Cast, plan: SavingsPlan) -> None:
    grant(cast.hanh, cast.province, Role.SYSTEM_ADMIN)
    client.force_login(cast.hanh)
    for page in PAGES:
        assert client.get(url_of(plan, page)).status_code == 403


def test_ledger_and_its_file_list_every_line(client: Client, cast: Cast, plan: SavingsPlan) -> None:
    spend(cast, plan, 20_000)
    client.force_login(cast.yen)
    page = client.get(url_of(plan, "ledger/")).content.decode()
    for words in ("Tôn Nữ Hoàng Thảo Lan", "Tặng sách vở", "10.000</span>&nbsp;đ", "−20.000&nbsp;đ"):
        assert words in page
    for query, shown in (
        ("?q=thao+lan", 1),
        ("?kind=spending", 1),
        ("?month=2026-09", 2),
        ("?month=2026-10", 2),
    ):
        page = client.get(url_of(plan, f"ledger/{query}")).content.decode()
        assert page.count("<small>dòng số") == shown, query
    content = client.get(url_of(plan, "ledger.xlsx")).content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert [row[4:7] for row in rows[-2:]] == [
        ["", "Tặng sách vở", -20_000],
        ["Tôn Nữ Hoàng Thảo Lan", "", 30_000],
    ]


def test_more_than_there_is_cannot_be_spent(client: Client, cast: Cast, plan: SavingsPlan) -> None:
    client.force_login(cast.yen)
    said = {"batch": uuid4(), "month": "2026-10", "amount": "30.001", "text": "Tặng sách vở"}
    response = client.post(url_of(plan, "spending/"), said)
    assert response.status_code == 422
    assert "Sổ chỉ còn 30.000 đ, không chi nhiều hơn được." in response.content.decode()
    said["amount"] = "30.000"
    for _click in range(2):
        assert client.post(url_of(plan, "spending/"), said).status_code == 302
    assert list(LedgerEntry.objects.filter(kind="spending").values_list("amount", flat=True)) == [-30_000]
    assert AuditEvent.objects.filter(act="commitments.enter_spending").count() == 1
    with pytest.raises(ValidationError):
        spend(cast, plan, 1)


@pytest.mark.parametrize(
    "changed",
    [
        {"month": "2026-11"},
        {"month": "2025-12"},
        {"month": ""},
        {"month": "x"},
        {"amount": "0"},
        {"amount": ""},
        {"text": ""},
        {"text": "x" * 301},
        {"batch": "x"},
    ],
)
def test_impossible_spending_is_refused(
    client: Client, cast: Cast, plan: SavingsPlan, changed: dict[str, str]
) -> None:
    client.force_login(cast.yen)
    said = {"batch": uuid4(), "month": "2026-10", "amount": "1.000", "text": "Quà", **changed}
    response = client.post(url_of(plan, "spending/"), said)
    assert response.status_code == 422
    assert "Cần xem lại" in response.content.decode()
    assert not LedgerEntry.objects.filter(kind="spending").exists()


def test_line_is_taken_back_once(client: Client, cast: Cast, plan: SavingsPlan) -> None:
    line = LedgerEntry.objects.get()
    client.force_login(cast.yen)
    url = f"{LIST}lines/{line.pk}/reverse/"
    assert client.get(url).status_code == 200
    assert client.post(url, {"reason": ""}).status_code == 422
    for _click in range(2):
        assert client.post(url, {"reason": "Nhập nhầm người"}).status_code == 302
    back = LedgerEntry.objects.get(kind="reversal")
    assert (back.amount, back.person, back.month, back.reverses) == (-30_000, cast.lan, line.month, line)
    assert client.post(f"{LIST}lines/{back.pk}/reverse/", {"reason": "x"}).status_code == 422
    assert AuditEvent.objects.filter(act="commitments.reverse_entry").count() == 1
    client.force_login(cast.lan)
    page = client.get(url_of(plan, "")).content.decode()
    assert "dưới 5 người góp" not in page.split("<tbody>")[1].split("</tbody>")[0]


def test_spent_gift_is_not_taken_back_before_the_spending(cast: Cast, plan: SavingsPlan) -> None:
    spend(cast, plan, 1)
    gift, spending = LedgerEntry.objects.order_by("pk")
    with pytest.raises(ValidationError, match="hủy khoản chi trước"):
        services.reverse_entry(entry=gift, reason="x", by=cast.yen, now=NOW)
    assert services.reverse_entry(entry=spending, reason="x", by=cast.yen, now=NOW)
    assert services.reverse_entry(entry=gift, reason="x", by=cast.yen, now=NOW)


def test_nothing_is_entered_without_its_audit_row(
    cast: Cast, plan: SavingsPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_row: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(services, "record", fail)
    with pytest.raises(DatabaseError):
        spend(cast, plan, 1)
    assert LedgerEntry.objects.count() == 1


LEDGER = "commitments_ledgerentry"
REFUSED = {
    "update": f"UPDATE {LEDGER} SET amount = 1",
    "update text": f"UPDATE {LEDGER} SET text = 'khác'",
    "delete": f"DELETE FROM {LEDGER}",
    "truncate": f"TRUNCATE {LEDGER} CASCADE",
}


@pytest.mark.parametrize("act", REFUSED)
@pytest.mark.usefixtures("as_cm_app")
def test_ledger_refuses_the_application(plan: SavingsPlan, act: str) -> None:
    before = list(LedgerEntry.objects.values())
    with connection.cursor() as cursor, pytest.raises(DatabaseError), transaction.atomic():
        cursor.execute(REFUSED[act])
    assert list(LedgerEntry.objects.values()) == before


def test_ledger_refuses_the_owner_too(owner_connection: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="never change"):
        owner_connection.execute(REFUSED["truncate"].encode())
