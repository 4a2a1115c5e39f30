"""The page of one household: its name, who helps, what was done, what came of it."""

from datetime import date

import pytest
from django.test import Client

from conduct.audit.models import AuditEvent
from conduct.commitments.models import Beneficiary, Help, Support, Undertaking
from tests.cast import Cast
from tests.integration.commitments.arrange import HOUSEHOLD, help_a_household

BASE = "/commitments/undertakings/beneficiaries/"


@pytest.fixture
def household(cast: Cast) -> Beneficiary:
    return help_a_household(cast)


def support_of(household: Beneficiary) -> Support:
    return household.supports.get()


def test_page_shows_who_helps(client: Client, cast: Cast, household: Beneficiary) -> None:
    client.force_login(cast.lan)
    page = client.get(f"{BASE}{household.pk}/").content.decode()
    for words in ("H1 · Thôn 1", "Sửa mái nhà", "Trung tâm Phục vụ hành chính công", "Chưa ghi lần giúp nào"):
        assert words in page


@pytest.mark.parametrize(("who", "sees"), [("tam", True), ("quan", True), ("phuong", True), ("lan", False)])
def test_name_is_read_by_those_who_lead_or_administer(
    client: Client, cast: Cast, household: Beneficiary, who: str, sees: bool
) -> None:
    client.force_login(getattr(cast, who))
    assert (HOUSEHOLD in client.get(f"{BASE}{household.pk}/").content.decode()) is sees


def test_supervisor_of_one_unit_does_not_read_the_name(
    client: Client, cast: Cast, household: Beneficiary
) -> None:
    """Minh leads the one-stop centre, not the commune whose undertaking it is."""
    client.force_login(cast.minh)
    assert HOUSEHOLD not in client.get(f"{BASE}{household.pk}/").content.decode()


def test_name_under_a_lost_key_breaks_no_page(client: Client, cast: Cast, household: Beneficiary) -> None:
    Beneficiary.objects.update(name_sealed=b"gAAAAAB-of-another-key")
    client.force_login(cast.tam)
    assert "khóa mã hóa không còn" in client.get(f"{BASE}{household.pk}/").content.decode()


def test_stranger_finds_nothing(client: Client, cast: Cast, household: Beneficiary) -> None:
    client.force_login(cast.hoa)
    assert client.get(f"{BASE}{household.pk}/").status_code == 404
    for act in ("units", "help", "outcome"):
        assert client.post(f"{BASE}{household.pk}/{act}/").status_code == 404
    assert client.get(f"/commitments/undertakings/units/{support_of(household).pk}/end/").status_code == 404


def test_unit_records_help_once(client: Client, cast: Cast, household: Beneficiary) -> None:
    client.force_login(cast.minh)
    said = {
        "support": support_of(household).pk,
        "on": "02/09/2026",
        "what": "Tặng quà Quốc khánh",
        "value": "500.000 đ",
    }
    for message in ("Đã ghi lần giúp.", "đã được ghi trước đó"):
        assert message in client.post(f"{BASE}{household.pk}/help/", said, follow=True).content.decode()
    found = Help.objects.get()
    assert (found.value, found.on, found.entered_by) == (500_000, date(2026, 9, 2), cast.minh)
    assert AuditEvent.objects.filter(act="commitments.record_help").count() == 1
    assert "500.000&nbsp;đ" in client.get(f"{BASE}{household.pk}/").content.decode()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"on": "04/01/2026"}, "05/01/2026 hoặc sau đó"),
        ({"on": "21/10/2026"}, "20/10/2026 hoặc trước đó"),
        ({"on": "hôm qua"}, "Ngày"),
        ({"what": ""}, "Cần xem lại"),
        ({"value": "-5"}, "số đồng nguyên"),
        ({"value": "30,5"}, "số đồng nguyên"),
        ({"value": "9" * 25}, "Nhiều nhất"),
        ({"support": "0"}, "Cần xem lại"),
    ],
)
def test_impossible_help_is_refused(
    client: Client, cast: Cast, household: Beneficiary, changed: dict[str, str], message: str
) -> None:
    client.force_login(cast.tam)
    said = {"support": support_of(household).pk, "on": "02/09/2026", "what": "Thăm", **changed}
    response = client.post(f"{BASE}{household.pk}/help/", said)
    assert response.status_code == 422
    assert message in response.content.decode()
    assert not Help.objects.exists()


def test_outcome_has_its_day_and_can_be_taken_back(
    client: Client, cast: Cast, household: Beneficiary
) -> None:
    client.force_login(cast.quan)
    url = f"{BASE}{household.pk}/outcome/"
    said = {"outcome": "left_poverty", "on": "01/10/2026", "note": "Theo rà soát"}
    for _click in range(2):
        assert client.post(url, said).status_code == 302
    household.refresh_from_db()
    assert (household.outcome, household.outcome_on) == ("left_poverty", date(2026, 10, 1))
    assert AuditEvent.objects.filter(act="commitments.record_outcome").count() == 1
    assert client.post(url, {"outcome": "going_on", "on": "01/10/2026"}).status_code == 302
    household.refresh_from_db()
    assert household.outcome_on is None


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"outcome": "left_poverty"}, "Cần ghi từ ngày nào."),
        ({"outcome": "left_poverty", "on": "01/01/2026"}, "05/01/2026 hoặc sau đó"),
        ({"outcome": "left_poverty", "on": "21/10/2026"}, "20/10/2026 hoặc trước đó"),
        ({"outcome": "rich", "on": "01/10/2026"}, "Cần xem lại"),
        ({}, "Cần xem lại"),
    ],
)
def test_impossible_outcome_is_refused(
    client: Client, cast: Cast, household: Beneficiary, said: dict[str, str], message: str
) -> None:
    client.force_login(cast.tam)
    response = client.post(f"{BASE}{household.pk}/outcome/", said)
    assert response.status_code == 422
    assert message in response.content.decode()
    household.refresh_from_db()
    assert household.outcome == "going_on"


def test_second_unit_joins_and_the_first_stops(client: Client, cast: Cast, household: Beneficiary) -> None:
    client.force_login(cast.tam)
    said = {"unit": cast.department.pk, "starts_on": "01/02/2026", "task": "Hướng dẫn chăn nuôi"}
    assert client.post(f"{BASE}{household.pk}/units/", said).status_code == 302
    first = household.supports.get(unit=cast.one_stop)
    end = f"/commitments/undertakings/units/{first.pk}/end/"
    assert client.get(end).status_code == 200
    assert client.post(end, {"ends_on": "04/01/2026"}).status_code == 422
    assert client.post(end, {"ends_on": "30/06/2026"}).status_code == 302
    first.refresh_from_db()
    assert first.ends_on == date(2026, 6, 30)
    late = {"support": first.pk, "on": "01/07/2026", "what": "Thăm"}
    response = client.post(f"{BASE}{household.pk}/help/", late)
    assert (response.status_code, "30/06/2026 hoặc trước đó" in response.content.decode()) == (422, True)
    acts = set(AuditEvent.objects.values_list("act", flat=True))
    assert {"commitments.add_support", "commitments.end_support"} <= acts


def test_staff_may_look_and_not_act(client: Client, cast: Cast, household: Beneficiary) -> None:
    client.force_login(cast.lan)
    page = client.get(f"{BASE}{household.pk}/").content.decode()
    assert "Ghi kết quả" not in page
    assert "Ghi lần giúp" not in page
    for url in (
        f"{BASE}{household.pk}/units/",
        f"{BASE}{household.pk}/outcome/",
        f"{BASE}{household.pk}/help/",
    ):
        assert client.post(url).status_code == 403, url
    assert client.get(f"/commitments/undertakings/units/{support_of(household).pk}/end/").status_code == 403


def test_audit_trail_never_names_the_household(client: Client, cast: Cast, household: Beneficiary) -> None:
    client.force_login(cast.tam)
    client.post(f"{BASE}{household.pk}/outcome/", {"outcome": "reached", "on": "01/10/2026"})
    rows = str(list(AuditEvent.objects.values()))
    assert "H1" in rows
    assert HOUSEHOLD not in rows
    assert Undertaking.objects.get().name in rows
