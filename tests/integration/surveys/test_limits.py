"""What is set aside at the door: stored, thanked, told by pace; nothing of it outlives Valkey's memory."""

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from conduct.kernel.engines import Engines
from surveys.models import Questionnaire, Response, ServicePoint, SetAside
from surveys.rules.honesty import HALF_AN_HOUR, PHONE_FORMS, TEN_MINUTES, UNKNOWN_PACE, most_forms
from surveys.services import limits
from tests.cast import Cast, make_cast
from tests.factories import PASSWORD, make_user
from tests.harness.worker import Broker
from tests.integration.surveys.arrange import SLUG, fetch_key, make_point, send

pytestmark = pytest.mark.django_db

PHONE = "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 Chrome/142 Mobile Safari/537.36"
DESK_COMPUTER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142 Safari/537.36"
OFFICE, ELSEWHERE = "203.0.113.7", "198.51.100.20"
STRAIGHT = {"overall": "5", **{f"f{n}": "5" for n in range(1, 6)}}
LIMIT = most_forms(UNKNOWN_PACE, TEN_MINUTES)


@pytest.fixture(autouse=True)
def working_hours(settings: Settings) -> Iterator[None]:
    """A Friday morning, at which the office works."""
    morning = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
    with mock.patch("surveys.views.citizens.timezone.now", return_value=morning):
        yield


@pytest.fixture
def cast(questionnaires: None) -> Cast:
    return make_cast()


@pytest.fixture
def point(cast: Cast) -> ServicePoint:
    return make_point(cast.one_stop)


def rate(client: Client | None = None, network: str = ELSEWHERE, browser: str = PHONE, **said: Any) -> str:
    """A form from a new phone (or the given one); why it is set aside, empty when it counts."""
    before = set(Response.objects.values_list("key", flat=True))
    answer = send(client or Client(), {"overall": "4", **said}, REMOTE_ADDR=network, HTTP_USER_AGENT=browser)
    assert isinstance(answer, HttpResponse)
    assert answer.status_code == 302
    assert "again" not in answer["Location"]
    [new] = set(Response.objects.values_list("key", flat=True)) - before
    return SetAside.objects.filter(response_id=new).values_list("reason", flat=True).first() or ""


def test_a_family_on_one_phone_counts_and_a_phone_handed_round_is_set_aside(point: ServicePoint) -> None:
    phone = Client()
    assert {rate(phone, network=f"198.51.100.{n}") for n in range(PHONE_FORMS)} == {""}
    assert rate(phone, network="198.51.100.99") == "device"
    assert rate(Client(), network="198.51.100.99") == ""


def test_the_phone_carries_two_numbers_and_no_name(point: ServicePoint) -> None:
    one, other = Client(), Client()
    rate(one)
    rate(other)
    assert one.cookies["cm_sent"].value == other.cookies["cm_sent"].value
    cookie = one.cookies["cm_sent"]
    assert (cookie["path"], cookie["samesite"], cookie["httponly"]) == ("/r/", "Strict", True)
    key = fetch_key(one)
    send(one, {"key": key, "overall": "4"})
    again = send(one, {"key": key, "overall": "4"})
    assert "cm_sent" not in again.cookies


def test_a_burst_from_one_network_is_set_aside_and_the_rest_of_the_town_counts(point: ServicePoint) -> None:
    reasons = [rate() for _ in range(LIMIT + 3)]
    assert reasons == [""] * LIMIT + ["burst"] * 3
    assert rate(network="192.0.2.1") == ""
    assert Response.objects.count() == LIMIT + 4


def test_a_whole_busy_office_behind_one_address_counts(cast: Cast, point: ServicePoint) -> None:
    """The desk had 4,000 forms last month: so many visitors on the office's own network are its usual day."""
    last_month = timezone.localdate().replace(day=1) - timedelta(days=1)
    fill(point, last_month, 4000)
    assert {rate(network=OFFICE) for _ in range(2 * LIMIT)} == {""}


def fill(point: ServicePoint, day: Any, n: int) -> None:
    """Forms of an earlier month, as they are stored."""
    pk = Questionnaire.objects.filter(asked_at="desk")[0].pk
    Response.objects.bulk_create(
        Response(
            key=uuid4(),
            agency_id=point.agency_id,
            point=point,
            questionnaire_id=pk,
            month=day.replace(day=1),
            channel="qr",
            cluster=n,
            overall=4,
        )
        for _ in range(n)
    )


def test_staff_computers_are_set_aside_and_visitors_phones_on_that_network_count(
    cast: Cast, point: ServicePoint
) -> None:
    assert rate(network=OFFICE, browser=DESK_COMPUTER) == ""
    sign_in(cast, OFFICE)
    assert rate(network=OFFICE, browser=DESK_COMPUTER) == "network"
    assert rate(network=OFFICE, browser=PHONE) == ""
    assert rate(network=ELSEWHERE, browser=DESK_COMPUTER) == ""


def sign_in(cast: Cast, network: str) -> None:
    """Lan signs in with her password."""
    person = make_user("Nguyễn Văn Quầy", username="quay", password=PASSWORD)
    cast.lan_posting.person = person
    cast.lan_posting.save()
    answer = Client().post("/accounts/login/", {"login": "quay", "password": PASSWORD}, REMOTE_ADDR=network)
    assert answer.status_code == 302


def test_another_offices_network_is_no_reason(cast: Cast, point: ServicePoint) -> None:
    limits.note_office_network(person=cast.hoa, network=OFFICE, now=timezone.now())
    assert rate(network=OFFICE, browser=DESK_COMPUTER) == ""


def test_answers_in_a_second_are_set_aside(point: ServicePoint) -> None:
    found = re.search(r'name="key" value="([^"]+)"', Client().get(f"/r/{SLUG}/").content.decode())
    assert found
    assert rate(key=found[1]) == "speed"
    assert rate() == ""


def test_one_all_five_counts_and_a_row_of_them_does_not(point: ServicePoint) -> None:
    phone = Client()
    reasons = [rate(phone, network=f"198.51.100.{n}", **STRAIGHT) for n in range(4)]
    assert reasons == ["", "", "straight", "straight"]
    allowed = most_forms(UNKNOWN_PACE, HALF_AN_HOUR)
    assert allowed <= LIMIT
    others = [rate(Client(), network="192.0.2.77", **STRAIGHT) for n in range(allowed + 1)]
    assert others[:allowed] == [""] * allowed
    assert others[allowed] in {"straight", "burst"}


def test_the_same_long_comment_is_set_aside_from_the_third_on(point: ServicePoint) -> None:
    said = "Cán bộ ở quầy này làm việc rất tốt, tôi rất hài lòng"
    reasons = [rate(network=f"192.0.2.{n}", comment=said) for n in range(4)]
    assert reasons == ["", "", "burst", "burst"]
    assert {rate(network=f"192.0.2.1{n}", comment="Tốt") for n in range(4)} == {""}


def test_with_valkey_away_every_form_is_taken_and_counts(
    point: ServicePoint, broker: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    broker.stop()
    assert {rate() for _ in range(LIMIT + 3)} == {""}
    assert "cache unreachable" in caplog.text
    broker.start()
    assert rate() == ""


def test_forms_outside_working_hours_are_marked_and_count(point: ServicePoint) -> None:
    rate()
    evening = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
    with mock.patch("surveys.views.citizens.timezone.now", return_value=evening):
        assert rate() == ""
    assert sorted(Response.objects.values_list("is_outside_hours", flat=True)) == [False, True]


def test_neither_address_nor_key_can_be_found_outside_valkeys_memory(
    point: ServicePoint, engines: Engines, caplog: pytest.LogCaptureFixture
) -> None:
    rate(network=OFFICE)
    with closing(engines.valkey.client()) as client:
        prefix = str(cache.make_key("surveys:seen"))
        keys = [name.decode() for name in client.scan_iter(f"{prefix}*")]
        assert 0 < client.ttl(f"{prefix}:key") <= 86_400
        assert all(0 < client.ttl(name) <= 86_400 for name in keys)
        secret = client.get(f"{prefix}:key")
        assert isinstance(secret, bytes)
        assert len(secret) == 16
        stored = " ".join(keys)
        assert client.config_get("save") in ({"save": ""}, {b"save": b""})
    assert OFFICE not in stored + caplog.text
    assert secret.hex() not in stored + caplog.text


def test_the_key_of_networks_ends_after_a_day_however_busy(point: ServicePoint, engines: Engines) -> None:
    rate()
    with closing(engines.valkey.client()) as client:
        name = f"{cache.make_key('surveys:seen')}:key"
        client.expire(name, 1000)
        before = client.get(name)
        rate()
        assert client.get(name) == before
        assert client.ttl(name) <= 1000


def test_a_form_in_doubt_is_stored_and_set_aside_in_one_statement(point: ServicePoint) -> None:
    for _ in range(LIMIT):
        rate()
    phone = Client()
    key = fetch_key(phone)
    with CaptureQueriesContext(connection) as queries:
        send(phone, {"key": key, "overall": "1"}, REMOTE_ADDR=ELSEWHERE, HTTP_USER_AGENT=PHONE)
    assert len(queries) == 1
    assert SetAside.objects.get().response.overall == 1
