"""Kiosks of the office: added, paired by a code that works once, paired again, revoked."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from conduct.agencies.models import Role
from conduct.audit.models import AuditEvent
from surveys.models import Kiosk, ServicePoint
from surveys.services import kiosks as services
from tests.cast import Cast, make_cast
from tests.factories import NOW, grant
from tests.integration.surveys.arrange import make_point
from tests.integration.surveys.kiosk_arrange import add, form, hand_in, outcomes, pair

pytestmark = pytest.mark.django_db
LIST = "/kiosks/"
_CODE = re.compile(r"\b([0-9A-Z]{4}-[0-9A-Z]{4})\b")


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 10:00 on 20/10/2026."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def cast(questionnaires: None) -> Cast:
    return make_cast()


@pytest.fixture
def point(cast: Cast) -> ServicePoint:
    return make_point(cast.one_stop)


def test_the_administrator_adds_a_kiosk_and_sees_the_code_once(
    client: Client, cast: Cast, point: ServicePoint
) -> None:
    client.force_login(cast.quan)
    assert client.get(f"{LIST}new/?point={point.pk}").status_code == 200
    said: dict[str, Any] = {"point": point.pk, "name": "Máy ở quầy 2"}
    page = client.post(f"{LIST}new/", said, follow=True).content.decode()
    found = _CODE.search(page)
    assert found, "the page shows no code"
    kiosk = Kiosk.objects.get()
    assert (kiosk.point, kiosk.made_by, kiosk.paired_at) == (point, cast.quan, None)
    assert found[1].replace("-", "") not in str(Kiosk.objects.values())
    assert not _CODE.search(client.get(f"{LIST}{kiosk.pk}/").content.decode()), "shown a second time"
    trail = AuditEvent.objects.get(act="surveys.add_kiosk")
    assert found[1].replace("-", "") not in str(trail.data)
    again = client.post(f"{LIST}new/", said)
    assert again.status_code == 422
    assert "đã có máy mang tên này" in again.content.decode()
    assert Kiosk.objects.count() == 1
    assert pair(found[1]).get("/k/").status_code == 200


def test_a_code_works_once_and_however_it_is_typed(cast: Cast, point: ServicePoint) -> None:
    kiosk, code = add(cast, point)
    tablet = pair(f" {code[:4].lower()} – {code[4:].lower()} ")
    cookie = tablet.cookies["kiosk"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/k/", True, "Strict")
    kiosk.refresh_from_db()
    assert kiosk.paired_at == NOW
    assert cookie.value not in str(Kiosk.objects.values())
    again = Client().post("/k/pair/", {"code": code})
    assert again.status_code == 422
    assert "Mã này không dùng được" in again.content.decode()
    assert outcomes(hand_in(tablet, form())) == [("stored", "")]
    assert AuditEvent.objects.filter(act="surveys.pair_kiosk", actor_id=None).count() == 1


def test_a_code_ends_after_an_hour(cast: Cast, point: ServicePoint, monkeypatch: pytest.MonkeyPatch) -> None:
    _kiosk, code = add(cast, point)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(hours=1))
    assert Client().post("/k/pair/", {"code": code}).status_code == 422


@pytest.mark.parametrize("typed", ["", "7", "AAAAAAAA", "ệệệệệệệệ", "\x00" * 8, "A" * 60, "A" * 500])
def test_a_wrong_code_pairs_nothing(cast: Cast, point: ServicePoint, typed: str) -> None:
    add(cast, point)
    answer = Client().post("/k/pair/", {"code": typed})
    assert answer.status_code == 422
    assert "kiosk" not in answer.cookies


def test_guessing_is_slowed_down(cast: Cast, point: ServicePoint) -> None:
    _kiosk, code = add(cast, point)
    tablet = Client()
    for n in range(services.WRONG_CODES):
        assert tablet.post("/k/pair/", {"code": f"0000000{n % 10}"}).status_code == 422
    answer = tablet.post("/k/pair/", {"code": code})
    assert answer.status_code == 429
    assert "Xin đợi mười phút" in answer.content.decode()
    # Another address is not held up by it.
    assert Client(REMOTE_ADDR="10.1.2.3").post("/k/pair/", {"code": code}).status_code == 302


def test_pairing_again_ends_the_tablet_before_once_the_new_one_is_there(
    client: Client, cast: Cast, point: ServicePoint
) -> None:
    kiosk, code = add(cast, point)
    old = pair(code)
    client.force_login(cast.quan)
    page = client.post(f"{LIST}{kiosk.pk}/pair-again/", follow=True).content.decode()
    found = _CODE.search(page)
    assert found
    assert outcomes(hand_in(old, form())) == [("stored", "")]
    new = pair(found[1])
    assert outcomes(hand_in(new, form())) == [("stored", "")]
    assert hand_in(old, form()).status_code == 401


def test_revoking_works_at_once_and_needs_a_reason(client: Client, cast: Cast, point: ServicePoint) -> None:
    kiosk, code = add(cast, point)
    tablet = pair(code)
    client.force_login(cast.quan)
    url = f"{LIST}{kiosk.pk}/revoke/"
    assert client.post(url, {"reason": " "}).status_code == 422
    assert outcomes(hand_in(tablet, form())) == [("stored", "")]
    for _ in range(2):  # a double click
        assert client.post(url, {"reason": "Máy bị mất"}).status_code == 302
    assert hand_in(tablet, form()).status_code == 403
    assert AuditEvent.objects.filter(act="surveys.revoke_kiosk", reason="Máy bị mất").count() == 1
    page = client.post(f"{LIST}{kiosk.pk}/pair-again/", follow=True).content.decode()
    assert "Máy này đã bị thu hồi" in page
    assert not _CODE.search(page)


def test_a_code_of_a_revoked_kiosk_is_dead(client: Client, cast: Cast, point: ServicePoint) -> None:
    kiosk, code = add(cast, point)
    services.revoke_kiosk(kiosk=kiosk, reason="Nhầm quầy", by=cast.quan, now=NOW)
    assert Client().post("/k/pair/", {"code": code}).status_code == 422


def test_who_may_what(client: Client, cast: Cast, point: ServicePoint) -> None:
    kiosk, _code = add(cast, point)
    pages = (f"{LIST}{kiosk.pk}/",)
    acts = (f"{LIST}{kiosk.pk}/pair-again/", f"{LIST}{kiosk.pk}/revoke/")
    for user, reads, does in ((cast.quan, 200, 302), (cast.lan, 200, 403), (cast.hoa, 404, 404)):
        client.force_login(user)
        assert {client.get(page).status_code for page in pages} == {reads}
        assert {client.post(act, {"reason": "x"}).status_code for act in acts} == {does}
        expected = 200 if user == cast.quan else 403
        assert client.get(f"{LIST}new/").status_code == expected
    client.force_login(cast.lan)
    assert "Ngày gần nhất có phiếu" not in client.get(pages[0]).content.decode()


def test_a_point_of_another_office_cannot_be_chosen(client: Client, cast: Cast) -> None:
    other = make_point(cast.other_commune, "khac234")
    make_point(cast.one_stop)
    client.force_login(cast.quan)
    said: dict[str, Any] = {"point": other.pk, "name": "Máy"}
    assert client.post(f"{LIST}new/", said).status_code == 422
    assert not Kiosk.objects.exists()


def test_the_list_filters_and_exports_what_it_shows(client: Client, cast: Cast, point: ServicePoint) -> None:
    add(cast, point, "Máy chờ mã")
    silent, code = add(cast, point, "Máy im lặng")
    pair(code)
    Kiosk.objects.filter(pk=silent.pk).update(seen_at=NOW - timedelta(days=3))
    lively, code = add(cast, point, "Máy đang chạy")
    hand_in(pair(code))
    gone, _code = add(cast, point, "Máy đã cất")
    services.revoke_kiosk(kiosk=gone, reason="Hỏng", by=cast.quan, now=NOW)
    client.force_login(cast.quan)
    shown = {
        state: set(
            re.findall(
                r'<a href="/kiosks/\d+/">([^<]+)</a>', client.get(LIST, {"state": state}).content.decode()
            )
        )
        for state in ("", "paired", "waiting", "silent", "revoked")
    }
    assert shown == {
        "": {"Máy chờ mã", "Máy im lặng", "Máy đang chạy"},
        "paired": {"Máy im lặng", "Máy đang chạy"},
        "waiting": {"Máy chờ mã"},
        "silent": {"Máy im lặng"},
        "revoked": {"Máy đã cất"},
    }
    assert lively.name in client.get(LIST, {"q": "dang chay"}).content.decode()
    assert client.get(LIST, {"state": "x"}).status_code == 422
    book = client.get(f"{LIST}list.xlsx", {"state": "silent"}).content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows if "Máy" in str(row[0])][-1:] == ["Máy im lặng"]
    with CaptureQueriesContext(connection) as queries:
        client.get(LIST)
    assert len(queries) <= 12


def test_the_head_of_another_office_sees_none(client: Client, cast: Cast, point: ServicePoint) -> None:
    add(cast, point)
    client.force_login(cast.hoa)
    assert "Máy ở quầy 2" not in client.get(LIST).content.decode()


def test_pairing_by_another_site_is_refused(cast: Cast, point: ServicePoint) -> None:
    """The pairing page keeps Django's token, since it hands out a cookie."""
    _kiosk, code = add(cast, point)
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/k/pair/", {"code": code}).status_code == 403
    assert settings.CSRF_COOKIE_SAMESITE == "Lax"


def test_a_province_administrator_keeps_kiosks_below(client: Client, cast: Cast, point: ServicePoint) -> None:
    grant(cast.hanh, cast.province, Role.OFFICE_ADMIN)
    kiosk, _code = add(cast, point)
    client.force_login(cast.hanh)
    assert client.post(f"{LIST}{kiosk.pk}/pair-again/").status_code == 302
