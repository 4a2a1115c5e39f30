"""Retiring a version: nobody adopts it any more, those that keep it go on."""

import pytest
from django.test import Client
from django.utils import timezone

from conduct.audit.models import AuditEvent
from models_catalog.models import Adoption
from tests.cast import Cast, make_cast

from .drafting import next_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def url_of(cast: Cast) -> str:
    return f"/catalogue/{cast.adoption.version.model.key}/1/retire/"


def test_retired_once_with_a_reason(client: Client, cast: Cast) -> None:
    client.force_login(cast.hanh)
    page = client.get(url_of(cast)).content.decode()
    assert "Xã An Thuận" in page
    assert "tiếp tục áp dụng" in page
    for _click in range(2):
        assert client.post(url_of(cast), {"reason": "Theo QĐ 20/QĐ-UBND"}).status_code == 302
    cast.adoption.version.refresh_from_db()
    assert cast.adoption.version.state == "retired"
    event = AuditEvent.objects.get(act="models_catalog.retire_version")
    assert (event.reason, event.actor_id) == ("Theo QĐ 20/QĐ-UBND", cast.hanh.pk)
    assert Adoption.objects.in_force(timezone.localdate()).count() == 1
    model = cast.adoption.version.model.key
    client.force_login(cast.hoa)
    assert client.get(f"/catalogue/{model}/1/adopt/").status_code == 403
    assert "Áp dụng cho cơ quan" not in client.get(f"/catalogue/{model}/").content.decode()


def test_offices_elsewhere_are_counted_not_named(client: Client, cast: Cast) -> None:
    model = cast.adoption.version.model
    model.keeper = cast.other_commune
    model.save(update_fields=["keeper"])
    client.force_login(cast.hoa)
    page = client.get(url_of(cast)).content.decode()
    assert "Xã An Thuận" not in page
    assert "Không có cơ quan nào trong phạm vi được xem." in page


def test_reason_is_needed(client: Client, cast: Cast) -> None:
    client.force_login(cast.hanh)
    for reason in ("", "   ", "a" * 501):
        assert client.post(url_of(cast), {"reason": reason}).status_code == 422
    cast.adoption.version.refresh_from_db()
    assert cast.adoption.version.state == "published"


def test_rights_and_states(client: Client, cast: Cast) -> None:
    draft = next_draft(cast)
    for who in (cast.tam, cast.hoa):
        client.force_login(who)
        assert client.post(url_of(cast), {"reason": "x"}).status_code == 403
    client.force_login(cast.hanh)
    assert client.get(f"/catalogue/{draft.model.key}/2/retire/").status_code == 403
    client.post(url_of(cast), {"reason": "x"})
    assert client.get(url_of(cast)).status_code == 403
