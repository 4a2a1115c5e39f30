"""Terms of an office: seen, set from a free period on, and who may."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from conduct.audit.models import AuditEvent
from conduct.ratings.models import OfficeTerms
from conduct.ratings.services.schemes import dates_of, terms_of
from tests.cast import Cast, make_cast
from tests.factories import NOW
from tests.integration.ratings.arrange import make_sheet

FORM = {
    "valid_from": "01/01/2027",
    "kind": "quarter",
    "self_day": "20",
    "review_day": "24",
    "approve_day": "0",
    "cap_base": "good_and_above",
    "legal_act": "Quyết định 15/QĐ-UBND ngày 18/10/2026",
}


@pytest.fixture
def cast(db: None, rating_schemes: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    return make_cast()


def address(cast: Cast) -> str:
    return f"/ratings/terms/{cast.commune.code}/set/"


def test_without_a_row_the_usual_terms_are_shown(client: Client, cast: Cast) -> None:
    client.force_login(cast.quan)
    page = client.get("/ratings/terms/")
    assert page.status_code == 200
    dates = page.context["dates"]
    # 31/10/2026 is a Saturday: the last working day is the 30th.
    assert (dates.submit, dates.review, dates.approve) == (
        date(2026, 10, 25), date(2026, 10, 28), date(2026, 10, 30),
    )  # fmt: skip
    assert "chưa đặt riêng" in page.content.decode()
    assert client.get(address(cast)).context["form"].initial["valid_from"] == date(2026, 11, 1)


def test_new_terms_hold_from_their_day(client: Client, cast: Cast) -> None:
    client.force_login(cast.quan)
    assert client.post(address(cast), FORM).status_code == 302
    assert terms_of(cast.commune, date(2026, 12, 31)).kind == "month"
    terms = terms_of(cast.one_stop, date(2027, 1, 1))
    assert (terms.kind, terms.self_day, terms.cap_base, terms.set_by) == (
        "quarter",
        20,
        "good_and_above",
        cast.quan,
    )
    event = AuditEvent.objects.get(act="ratings.set_terms")
    assert event.data["kind"] == "quarter"
    assert "Quyết định 15/QĐ-UBND" in client.get("/ratings/terms/").content.decode()


def test_terms_of_the_same_day_are_replaced_not_doubled(client: Client, cast: Cast) -> None:
    client.force_login(cast.tam)
    for day in ("20", "21"):
        assert client.post(address(cast), FORM | {"self_day": day}).status_code == 302
    assert OfficeTerms.objects.get().self_day == 21


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"valid_from": "15/01/2027"}, "ngày đầu tháng"),
        ({"valid_from": "01/02/2027"}, "ngày đầu quý"),
        ({"valid_from": "01/10/2026"}, "đã có phiếu"),
        ({"valid_from": "01/07/2026"}, "đã có phiếu"),
        ({"valid_from": "mai"}, "Áp dụng từ ngày"),
        ({"self_day": "25"}, "Tự chấm trước nhận xét"),
        ({"approve_day": "23"}, "Tự chấm trước nhận xét"),
        ({"self_day": "0"}, "Tự chấm trước nhận xét"),
        ({"self_day": "32"}, "Tự chấm trước ngày"),
        ({"kind": "week"}, "Đánh giá theo"),
    ],
)
def test_terms_that_cannot_hold_are_refused(
    client: Client, cast: Cast, changes: dict[str, Any], says: str
) -> None:
    make_sheet(cast.lan_posting)
    client.force_login(cast.tam)
    page = client.post(address(cast), FORM | changes)
    assert page.status_code == 422
    assert says in page.content.decode()
    assert not OfficeTerms.objects.exists()


def test_a_quarter_that_runs_holds_its_terms(client: Client, cast: Cast) -> None:
    make_sheet(cast.lan_posting, kind="quarter")
    client.force_login(cast.tam)
    for day in ("01/11/2026", "01/12/2026"):
        assert client.post(address(cast), FORM | {"kind": "month", "valid_from": day}).status_code == 422
    assert client.post(address(cast), FORM).status_code == 302


def test_back_to_months_one_goes_at_the_end_of_a_quarter(client: Client, cast: Cast) -> None:
    client.force_login(cast.tam)
    client.post(address(cast), FORM)
    month = FORM | {"kind": "month"}
    assert client.post(address(cast), month | {"valid_from": "01/05/2027"}).status_code == 422
    assert client.post(address(cast), month | {"valid_from": "01/04/2027"}).status_code == 302
    assert client.post(address(cast), month | {"valid_from": "01/06/2027"}).status_code == 302


def test_only_heads_and_administrators_of_the_office_set_terms(client: Client, cast: Cast) -> None:
    for person, status in ((cast.lan, 403), (cast.minh, 403), (cast.hoa, 404), (cast.yen, 403)):
        client.force_login(person)
        assert client.get(address(cast)).status_code == status
        assert client.post(address(cast), FORM).status_code == status
    assert not OfficeTerms.objects.exists()
    for person in (cast.lan, cast.minh):
        client.force_login(person)
        assert client.get("/ratings/terms/").status_code == 403
    client.force_login(cast.hoa)
    assert client.get("/ratings/terms/", {"office": cast.commune.code}).status_code == 404


def test_the_terms_above_hold_where_none_are_set(client: Client, cast: Cast) -> None:
    OfficeTerms.objects.create(office=cast.province, valid_from=date(2026, 1, 1), self_day=10, review_day=12)
    client.force_login(cast.tam)
    page = client.get("/ratings/terms/")
    assert page.context["is_inherited"]
    assert dates_of(page.context["terms"], page.context["period"]).submit == date(2026, 10, 10)
    assert cast.province.name in page.content.decode()
