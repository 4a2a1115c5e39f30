"""Creating, changing, closing and opening service points: who may, what is written down, what stays."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from conduct.agencies.models import User
from conduct.agencies.permissions import Refused
from conduct.audit.models import AuditEvent
from surveys import services
from surveys.models import ServicePoint
from surveys.services.points import SLUG_ALPHABET
from tests.cast import Cast, make_cast
from tests.factories import NOW
from tests.integration.surveys.arrange import SLUG, make_point

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(questionnaires: None) -> Cast:
    return make_cast()


@pytest.fixture
def point(cast: Cast) -> ServicePoint:
    return make_point(cast.one_stop)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_administrator_makes_a_point_with_a_random_address(cast: Cast) -> None:
    answer = signed_in(cast.quan).post(
        "/points/new/", {"agency": cast.one_stop.pk, "name": "Quầy 5", "name_en": "Desk 5"}
    )
    made = ServicePoint.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/points/{made.pk}/"
    assert re.fullmatch(f"[{SLUG_ALPHABET}]{{7}}", made.slug)
    assert (made.agency, made.name, made.name_en, made.is_open) == (cast.one_stop, "Quầy 5", "Desk 5", True)
    event = AuditEvent.objects.get(act="surveys.create_point")
    assert (event.actor_id, event.agency_id, event.data["slug"]) == (
        cast.quan.pk,
        cast.one_stop.pk,
        made.slug,
    )


def test_second_click_makes_no_second_point(cast: Cast) -> None:
    client, fields = signed_in(cast.quan), {"agency": cast.one_stop.pk, "name": "Quầy 5"}
    first, second = client.post("/points/new/", fields), client.post("/points/new/", fields)
    assert first["Location"] == second["Location"]
    assert ServicePoint.objects.count() == 1
    assert AuditEvent.objects.filter(act="surveys.create_point").count() == 1


@pytest.mark.parametrize("who", ["lan", "minh", "tam", "hoa"])
def test_others_cannot_make_points(cast: Cast, who: str) -> None:
    client = signed_in(getattr(cast, who))
    assert client.get("/points/new/").status_code == 403
    answer = client.post("/points/new/", {"agency": cast.one_stop.pk, "name": "Quầy 5"})
    assert answer.status_code == 403
    assert "quản trị viên" in answer.content.decode().lower()
    assert not ServicePoint.objects.exists()


def test_administrator_cannot_make_points_for_another_office(cast: Cast) -> None:
    answer = signed_in(cast.quan).post("/points/new/", {"agency": cast.other_commune.pk, "name": "Quầy 5"})
    assert answer.status_code == 422
    with pytest.raises(Refused):
        services.create_point(agency=cast.other_commune, name="Quầy 5", by=cast.quan, now=NOW)
    assert not ServicePoint.objects.exists()


@pytest.mark.parametrize("name", ["", " ", "\x00", "x" * 161, "\u202e"])
def test_point_needs_a_plain_name(cast: Cast, name: str) -> None:
    answer = signed_in(cast.quan).post("/points/new/", {"agency": cast.one_stop.pk, "name": name})
    assert answer.status_code == 422
    assert not ServicePoint.objects.exists()


def test_colleague_sees_the_point_but_cannot_change_it(cast: Cast, point: ServicePoint) -> None:
    lan = signed_in(cast.lan)
    page = lan.get(f"/points/{point.pk}/").content.decode()
    assert point.name in page
    assert "Ngừng lấy ý kiến" not in page
    for act in ("edit/", "close/", "open/"):
        answer = lan.post(f"/points/{point.pk}/{act}", {"name": "Khác", "reason": "thử"})
        assert answer.status_code in {302, 403}, act
    point.refresh_from_db()
    assert (point.name, point.is_open) == ("Quầy 2 · Hộ tịch, chứng thực", True)


@pytest.mark.parametrize("act", ["change_point", "close_point", "open_point"])
def test_no_act_works_without_the_right(cast: Cast, point: ServicePoint, act: str) -> None:
    fields = {"change_point": {"name": "x", "name_en": ""}, "close_point": {"reason": "x"}}.get(act, {})
    with pytest.raises(Refused):
        getattr(services, act)(point=point, **fields, by=cast.lan, now=NOW)
    assert not AuditEvent.objects.filter(act=f"surveys.{act}").exists()


def test_names_change_and_the_address_stays(
    cast: Cast, point: ServicePoint, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    assert point.name in Client().get(f"/r/{SLUG}/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        answer = signed_in(cast.quan).post(f"/points/{point.pk}/edit/", {"name": "Quầy Một", "name_en": ""})
    assert answer.status_code == 302
    point.refresh_from_db()
    assert (point.name, point.slug) == ("Quầy Một", SLUG)
    assert AuditEvent.objects.get(act="surveys.change_point").data["new"]["name"] == "Quầy Một"
    # The citizens' page was in the cache; it is drawn anew at once.
    assert "Quầy Một" in Client().get(f"/r/{SLUG}/").content.decode()


def test_name_of_another_point_is_refused(cast: Cast, point: ServicePoint) -> None:
    make_point(cast.one_stop, slug="other77", name="Quầy 3")
    answer = signed_in(cast.quan).post(f"/points/{point.pk}/edit/", {"name": "Quầy 3"})
    assert answer.status_code == 422
    assert "đã có điểm phục vụ mang tên này" in answer.content.decode()


def test_point_closes_with_a_reason_and_opens_again(
    cast: Cast, point: ServicePoint, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    quan = signed_in(cast.quan)
    assert Client().get(f"/r/{SLUG}/").status_code == 200
    assert quan.post(f"/points/{point.pk}/close/", {"reason": " "}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        assert quan.post(f"/points/{point.pk}/close/", {"reason": "Sửa trụ sở"}).status_code == 302
    assert quan.post(f"/points/{point.pk}/close/", {"reason": "Lần nữa"}).status_code == 302
    assert AuditEvent.objects.get(act="surveys.close_point").reason == "Sửa trụ sở"
    assert Client().get(f"/r/{SLUG}/").status_code == 410
    assert "Đã ngừng lấy ý kiến" in quan.get(f"/points/{point.pk}/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert quan.post(f"/points/{point.pk}/open/").status_code == 302
    assert AuditEvent.objects.filter(act="surveys.open_point").count() == 1
    assert Client().get(f"/r/{SLUG}/").status_code == 200


def test_act_falls_with_its_audit_row(
    cast: Cast, point: ServicePoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr("surveys.services.points.record", fail)
    with pytest.raises(RuntimeError):
        services.close_point(point=point, reason="thử", by=cast.quan, now=NOW)
    with pytest.raises(RuntimeError):
        services.create_point(agency=cast.one_stop, name="Quầy 9", by=cast.quan, now=NOW)
    point.refresh_from_db()
    assert point.is_open
    assert ServicePoint.objects.count() == 1
