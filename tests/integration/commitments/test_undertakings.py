"""Opening an undertaking, entering whom it helps, and the lists."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.test import Client

from conduct.agencies.models import Agency
from conduct.agencies.permissions import Refused
from conduct.audit.models import AuditEvent
from conduct.commitments.models import Beneficiary, Support, Undertaking
from conduct.commitments.services import undertakings as services
from conduct.commitments.services.undertakings import Entry
from conduct.kernel.sealing import unseal
from tests.cast import Cast
from tests.factories import NOW

NEW, LIST = "/commitments/undertakings/new/", "/commitments/undertakings/"


def asked(cast: Cast, **changed: object) -> dict[str, object]:
    values = {"agency": cast.commune.pk, "name": "Giúp hộ nghèo 2026", "kind": "poor_household"}
    return {**values, "starts_on": "05/01/2026", **changed}


def rows(*rows: dict[str, object]) -> dict[str, object]:
    """The form of many rows, filled in."""
    data: dict[str, object] = {
        "since-starts_on": "05/01/2026",
        "rows-TOTAL_FORMS": "10",
        "rows-INITIAL_FORMS": "0",
    }
    return data | {f"rows-{i}-{name}": value for i, row in enumerate(rows) for name, value in row.items()}


@pytest.fixture
def undertaking(cast: Cast) -> Undertaking:
    return services.open_undertaking(
        agency=cast.commune, name="Giúp hộ nghèo 2026", kind="poor_household", starts_on=date(2026, 1, 5),
        by=cast.tam, now=NOW,
    )[0]  # fmt: skip


def test_head_opens_an_undertaking_once(client: Client, cast: Cast) -> None:
    client.force_login(cast.tam)
    assert client.get(NEW).status_code == 200
    client.post(NEW, asked(cast))
    response = client.post(NEW, asked(cast), follow=True)  # a double click
    found = Undertaking.objects.get()
    assert response.redirect_chain == [(f"{LIST}{found.pk}/", 302)]
    assert (found.kind, found.starts_on, found.opened_by) == ("poor_household", date(2026, 1, 5), cast.tam)
    assert AuditEvent.objects.filter(act="commitments.open_undertaking").count() == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"agency": "0"},
        {"name": ""},
        {"name": "x" * 251},
        {"kind": "friend"},
        {"starts_on": "mai"},
        {"starts_on": "31/02/2026"},
        {"ends_on": "04/01/2026"},
    ],
)
def test_invalid_form_opens_nothing(client: Client, cast: Cast, changed: dict[str, object]) -> None:
    client.force_login(cast.tam)
    response = client.post(NEW, asked(cast, **changed))
    assert response.status_code == 422
    assert "Cần xem lại" in response.content.decode()
    assert not Undertaking.objects.exists()


def test_other_agency_cannot_be_chosen(client: Client, cast: Cast) -> None:
    client.force_login(cast.tam)
    assert client.post(NEW, asked(cast, agency=cast.other_commune.pk)).status_code == 422
    with pytest.raises(Refused, match="Xã Bình Lâm"):
        services.open_undertaking(
            agency=cast.other_commune,
            name="X",
            kind="village",
            starts_on=date(2026, 1, 1),
            by=cast.tam,
            now=NOW,
        )


def test_staff_are_told_who_opens(client: Client, cast: Cast) -> None:
    client.force_login(cast.lan)
    for response in (client.get(NEW), client.post(NEW, asked(cast))):
        assert response.status_code == 403
        assert "Chỉ người đứng đầu hoặc người quản trị" in response.content.decode()


def test_administrator_enters_households_whose_names_are_sealed(
    client: Client, cast: Cast, undertaking: Undertaking
) -> None:
    client.force_login(cast.quan)
    url = f"{LIST}{undertaking.pk}/add/"
    assert client.get(url).status_code == 200
    filled = rows(
        {"code": "H1", "village": "Thôn 1", "name": "Nguyễn Thị Hộ", "unit": cast.one_stop.pk},
        {},
        {"code": "H2", "village": "Thôn 2", "need": "Sửa mái nhà"},
    )
    for message in ("Đã nhập mới: 2.", "Đã nhập mới: 0."):  # a double click enters them once
        response = client.post(url, filled, follow=True)
        assert message in response.content.decode()
    first, second = Beneficiary.objects.order_by("pk")
    assert unseal(first.name_sealed) == "Nguyễn Thị Hộ"
    assert "Hộ".encode() not in bytes(first.name_sealed)
    assert (second.code, second.need) == ("H2", "Sửa mái nhà")
    support = Support.objects.get()
    assert (support.unit, support.starts_on) == (cast.one_stop, date(2026, 1, 5))
    events = AuditEvent.objects.filter(act="commitments.add_beneficiaries")
    assert [event.data for event in events] == [{"n_entered": 2, "codes": ["H1", "H2"]}]
    assert "Nguyễn Thị Hộ" not in str(list(AuditEvent.objects.values()))


def test_village_needs_no_code(client: Client, cast: Cast) -> None:
    villages, _created = services.open_undertaking(
        agency=cast.commune,
        name="Kết nghĩa",
        kind="village",
        starts_on=date(2026, 1, 5),
        by=cast.tam,
        now=NOW,
    )
    client.force_login(cast.tam)
    client.post(f"{LIST}{villages.pk}/add/", rows({"village": "Thôn Kỳ Thịnh"}))
    assert Beneficiary.objects.get().code == "Thôn Kỳ Thịnh"
    assert "Tên chủ hộ" not in client.get(f"{LIST}{villages.pk}/add/").content.decode()


@pytest.mark.parametrize(
    ("filled", "message"),
    [
        (rows(), "Cần nhập ít nhất một dòng."),
        (rows({"code": "H1"}), "Cần xem lại"),
        (rows({"code": "H1", "village": "A"}, {"code": "H1", "village": "A"}), "Mã H1 có ở hai dòng."),
        (
            rows({"code": "H9", "village": "Thôn 5"}, {"code": "H8", "village": "A"}),
            "Mã H9 đã dùng cho Thôn 9.",
        ),
        (rows({"code": "H1", "village": "A", "unit": "0"}), "Cần xem lại"),
        ({**rows({"code": "H1", "village": "A"}), "since-starts_on": "01/01/2026"}, "05/01/2026 hoặc sau đó"),
        ({**rows({"code": "H1", "village": "A"}), "since-starts_on": ""}, "Cần xem lại"),
        ({"since-starts_on": "05/01/2026"}, "Cần xem lại"),
        ({**rows({"code": "H1", "village": "A"}), "rows-TOTAL_FORMS": "99999"}, ""),
    ],
)
def test_bad_rows_enter_nothing(
    client: Client, cast: Cast, undertaking: Undertaking, filled: dict[str, object], message: str
) -> None:
    services.add_beneficiaries(
        undertaking=undertaking,
        entries=[Entry("H9", "Thôn 9")],
        starts_on=date(2026, 1, 5),
        by=cast.tam,
        now=NOW,
    )
    client.force_login(cast.tam)
    response = client.post(f"{LIST}{undertaking.pk}/add/", filled)
    assert response.status_code == 422
    assert message in response.content.decode()
    assert Beneficiary.objects.count() == 1


def test_nothing_is_entered_without_its_audit_row(
    cast: Cast, undertaking: Undertaking, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_row: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(services, "record", fail)
    with pytest.raises(DatabaseError):
        services.add_beneficiaries(
            undertaking=undertaking,
            entries=[Entry("H1", "A")],
            starts_on=date(2026, 1, 5),
            by=cast.tam,
            now=NOW,
        )
    assert not Beneficiary.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"), [("lan", 403), ("minh", 403), ("quan", 200), ("phuong", 200), ("hoa", 404)]
)
def test_entering_needs_a_role(
    client: Client, cast: Cast, undertaking: Undertaking, who: str, status: int
) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(f"{LIST}{undertaking.pk}/add/").status_code == status


def test_list_finds_by_words_and_kind(client: Client, cast: Cast, undertaking: Undertaking) -> None:
    client.force_login(cast.lan)
    for query, shown in (("", True), ("?q=giup+ho", True), ("?q=an+thuan", True), ("?kind=village", False)):
        page = client.get(LIST + query).content.decode()
        assert ("Giúp hộ nghèo 2026" in page) is shown, query
    client.force_login(cast.hoa)
    assert "Giúp hộ nghèo 2026" not in client.get(LIST).content.decode()


def test_undertaking_from_above_is_seen_by_its_units(client: Client, cast: Cast) -> None:
    services.open_undertaking(
        agency=cast.province,
        name="Của tỉnh",
        kind="village",
        starts_on=date(2026, 1, 5),
        by=cast.phuong,
        now=NOW,
    )
    client.force_login(cast.lan)
    assert "Của tỉnh" in client.get(LIST).content.decode()


def test_households_are_found_by_village_unit_and_state(
    client: Client, cast: Cast, undertaking: Undertaking
) -> None:
    entries = [Entry("H1", "Thôn Đặng Xá", unit=cast.one_stop), Entry("H2", "Thôn 2")]
    services.add_beneficiaries(
        undertaking=undertaking, entries=entries, starts_on=date(2026, 1, 5), by=cast.tam, now=NOW
    )
    client.force_login(cast.lan)
    for query, codes in (
        ("?q=ĐẶNG xa", "1"),
        ("?q=phuc vu", "1"),
        ("?state=no_unit", "2"),
        ("?state=going_on", "12"),
        ("?state=reached", ""),
        ("?state=nonsense", "12"),
    ):
        page = client.get(f"{LIST}{undertaking.pk}/{query}").content.decode()
        assert [code for code in "12" if f">H{code}</a>" in page] == list(codes), query


def test_unit_from_elsewhere_does_not_help(cast: Cast, undertaking: Undertaking) -> None:
    beneficiary = Beneficiary.objects.create(undertaking=undertaking, code="H1", village="A")

    def add(unit: Agency, on: date) -> bool:
        return services.add_support(beneficiary=beneficiary, unit=unit, starts_on=on, by=cast.tam, now=NOW)

    with pytest.raises(ValidationError, match="không thuộc Xã An Thuận"):
        add(cast.other_commune, date(2026, 1, 5))
    with pytest.raises(ValidationError, match="05/01/2026"):
        add(cast.one_stop, date(2026, 1, 4))
    assert add(cast.one_stop, date(2026, 1, 5))
    assert not add(cast.one_stop, date(2026, 1, 5))
    with pytest.raises(ValidationError, match="đã có trong danh sách"):
        add(cast.one_stop, date(2026, 2, 5))
