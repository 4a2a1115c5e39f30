"""What a tablet hands in: stored once, in its month, or refused with a reason; never by half, never a 500."""

import json
import re
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid1, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from conduct.agencies.models import Period
from conduct.audit.models import AuditEvent
from models_catalog.models import Item
from surveys.models import Kiosk, Questionnaire, Response, ServicePoint, SetAside
from tests.cast import Cast, make_cast
from tests.factories import DAY, NOW
from tests.integration.surveys.arrange import SLUG, make_point
from tests.integration.surveys.kiosk_arrange import ANSWERS, add, asked, form, hand_in, outcomes, pair

pytestmark = pytest.mark.django_db


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


@pytest.fixture
def tablet(cast: Cast, point: ServicePoint) -> Client:
    return pair(add(cast, point)[1])


def close(cast: Cast, month: date) -> None:
    Period.objects.create(office=cast.commune, month=month, state=Period.State.CLOSED, closed_at=NOW)


def test_everything_said_is_stored_with_its_channel(tablet: Client, cast: Cast, point: ServicePoint) -> None:
    item = Item.objects.filter(group__version=cast.adoption.version, answer="yes_no").get()
    said = {
        "overall": "5",
        "f3": "4",
        "trips": "2",
        f"i{item.pk}": "1",
        "comment": "Tốt 🙂",
        "respondent": "business",
    }
    sent = form(values=said, language="en", outside=True, seconds=40.5)
    assert outcomes(hand_in(tablet, sent)) == [("stored", "")]
    row = Response.objects.get()
    assert (row.key, row.point, row.agency_id) == (UUID(sent["key"]), point, cast.one_stop.pk)
    assert (row.channel, row.is_verified, row.language, row.respondent) == ("kiosk", False, "en", "business")
    assert (row.overall, row.factors[2], row.trips) == (5, 4, 2)
    assert (row.item_ids, row.item_answers, row.comment) == ([item.pk], [1], "Tốt 🙂")
    assert (row.month, row.is_late, row.is_outside_hours) == (date(2026, 10, 1), False, True)
    assert not SetAside.objects.exists()


def test_a_sign_of_life_tells_what_to_ask(tablet: Client) -> None:
    told = json.loads(hand_in(tablet).content)
    assert told["desk"]["slug"] == SLUG
    fields = [question["field"] for question in told["desk"]["questions"]]
    assert fields[0] == "overall"
    assert {"f1", "f5", "trips", "respondent"} <= set(fields)
    first = told["desk"]["questions"][0]
    assert first["legends"]["en"] == "How satisfied are you with today's service?"
    assert first["choices"][0] == {"value": "5", "labels": {"vi": "Rất hài lòng", "en": "Very satisfied"}}
    assert "2026-10-24" in told["closed_days"]  # a Saturday
    assert "2026-10-20" not in told["closed_days"]
    assert Kiosk.objects.get().seen_at == NOW


def test_answers_leave_a_day_and_never_a_time(tablet: Client) -> None:
    """Neither the kiosk's row nor the audit trail gets a time when an answer comes."""
    n_rows = AuditEvent.objects.count()
    hand_in(tablet, form())
    kiosk = Kiosk.objects.get()
    assert (kiosk.seen_at, kiosk.answered_on) == (None, DAY)
    assert AuditEvent.objects.count() == n_rows
    hand_in(tablet, form(day="2026-10-18"))
    assert Kiosk.objects.get().answered_on == DAY, "an older form must not set the day back"


def test_a_key_is_stored_once(tablet: Client) -> None:
    one, two = form(), form()
    assert outcomes(hand_in(tablet, one, two, one)) == [("stored", ""), ("stored", ""), ("known", "")]
    changed = {**one, "values": {"overall": "1"}}
    assert outcomes(hand_in(tablet, changed, two)) == [("known", ""), ("known", "")]
    assert sorted(Response.objects.values_list("overall", flat=True)) == [4, 4]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"key": "x"}, "broken"),
        ({"key": str(uuid1())}, "broken"),
        ({"key": str(uuid4()).upper() + " "}, "broken"),
        ({"key": 5}, "broken"),
        ({"day": "20/10/2026"}, "broken"),
        ({"day": "2026-02-30"}, "broken"),
        ({"day": None}, "broken"),
        ({"language": "fr"}, "broken"),
        ({"questionnaire": True}, "broken"),
        ({"questionnaire": 10**30}, "broken"),
        ({"values": []}, "broken"),
        ({"values": {"overall": 4}}, "broken"),
        ({"values": {f"x{n}": "1" for n in range(200)}}, "broken"),
        ({"slug": "other77"}, "other_point"),
        ({"questionnaire": 999_999}, "unknown_questions"),
        ({"values": {"f1": "5"}}, "wrong_answers"),
        ({"values": {"overall": "6"}}, "wrong_answers"),
        ({"values": {"overall": "4", "comment": "x" * 2001}}, "wrong_answers"),
    ],
)
def test_a_wrong_form_is_refused_and_the_others_stored(
    tablet: Client, changed: dict[str, Any], why: str
) -> None:
    answer = hand_in(tablet, form(), form(**changed), form())
    assert outcomes(answer) == [("stored", ""), ("refused", why), ("stored", "")]
    assert Response.objects.count() == 2


def test_a_form_belongs_to_the_month_of_its_day_while_that_is_open(tablet: Client, cast: Cast) -> None:
    hand_in(tablet, form(day="2026-09-30"))
    row = Response.objects.get()
    assert (row.month, row.is_late) == (date(2026, 9, 1), False)


def test_a_form_of_a_closed_month_counts_in_the_open_one_and_is_late(tablet: Client, cast: Cast) -> None:
    close(cast, date(2026, 9, 1))
    hand_in(tablet, form(day="2026-09-30"))
    row = Response.objects.get()
    assert (row.month, row.is_late) == (date(2026, 10, 1), True)


@pytest.mark.parametrize(
    "day", ["2026-10-21", "2030-01-01", "2026-09-18", "2015-01-01", "0001-01-01", "9999-12-31"]
)
def test_a_day_that_cannot_be_believed_becomes_today_and_late(tablet: Client, day: str) -> None:
    assert outcomes(hand_in(tablet, form(day=day))) == [("stored", "")]
    row = Response.objects.get()
    assert (row.month, row.is_late) == (date(2026, 10, 1), True)


def test_one_desk_day_has_one_label_whenever_it_arrives(tablet: Client, cast: Cast) -> None:
    hand_in(tablet, form(day="2026-10-16"), form(day="2026-10-16"), form(day="2026-10-19"))
    assert len(set(Response.objects.values_list("cluster", flat=True))) == 2


def test_impossible_speed_is_set_aside(tablet: Client) -> None:
    many = {"overall": "5", **{f"f{n}": "5" for n in range(1, 6)}, "trips": "1"}
    hand_in(tablet, form(values=many, seconds=0.4), form(values=many, seconds=45), form(seconds=0.1))
    hand_in(tablet, form(values=many, seconds=None))
    assert Response.objects.count() == 4
    assert list(SetAside.objects.values_list("reason", flat=True)) == ["speed"]


def test_forms_given_before_the_desk_closed_still_count(
    tablet: Client, cast: Cast, point: ServicePoint
) -> None:
    ServicePoint.objects.filter(pk=point.pk).update(is_open=False, closed_on=date(2026, 10, 19))
    sent = (form(day="2026-10-19"), form(day="2026-10-20"))
    assert outcomes(hand_in(tablet, *sent)) == [("stored", ""), ("refused", "closed")]
    told = json.loads(hand_in(tablet).content)
    assert told["desk"]["questions"] == []


def test_forms_on_the_version_before_are_taken(tablet: Client, cast: Cast) -> None:
    old = asked()
    sent = form(day="2026-10-19")
    Questionnaire.objects.create(
        code=old.code, number=old.number + 1, name=old.name, asked_at="desk", valid_from=date(2026, 10, 20),
        questions=old.questions, state="published",
    )  # fmt: skip
    assert outcomes(hand_in(tablet, sent)) == [("stored", "")]
    assert Response.objects.get().questionnaire == old


def test_only_a_paired_tablet_is_heard(tablet: Client, cast: Cast, point: ServicePoint) -> None:
    for secret in ("", "x", "\xff" * 20, "x" * 5000, "\x00"):
        stranger = Client()
        stranger.cookies["kiosk"] = secret
        answer = hand_in(stranger, form())
        assert (answer.status_code, json.loads(answer.content)) == (401, {"state": "unpaired"})
    tablet.get("/points/")  # its cookie opens nothing else
    assert tablet.get("/points/").status_code == 302
    assert not Response.objects.exists()


def test_a_revoked_tablet_is_told_so_at_once(tablet: Client) -> None:
    hand_in(tablet, form())
    Kiosk.objects.update(revoked_at=NOW)
    answer = hand_in(tablet, form())
    assert (answer.status_code, json.loads(answer.content)) == (403, {"state": "revoked"})
    assert hand_in(tablet).status_code == 403
    assert Response.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"", "application/json", 415),
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"answers": {}}', "application/json", 400),
        (b'{"answers": [' + b"{}," * 60 + b"{}]}", "application/json", 400),
        (b'{"answers":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "application/json", 400),
        (b'{"answers": ' + b"9" * 5000 + b"}", "application/json", 400),
        (b"answers=1", "application/x-www-form-urlencoded", 415),
        (b'{"answers": []}', "text/plain", 415),
        (b'{"answers": [' + b" " * 3_000_000 + b"]}", "application/json", 400),
    ],
)
def test_what_is_no_list_of_forms_is_refused(
    tablet: Client, body: bytes, content_type: str, status: int
) -> None:
    assert tablet.post(ANSWERS, body, content_type=content_type).status_code == status
    assert not Response.objects.exists()


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(alphabet=st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_FORM = st.fixed_dictionaries(
    {},
    optional={
        "key": _JSON | st.uuids(version=4).map(str),
        "slug": _JSON | st.just(SLUG),
        "day": _JSON | st.dates().map(date.isoformat),
        "questionnaire": _JSON,
        "language": _JSON | st.sampled_from(["vi", "en"]),
        "outside": _JSON,
        "seconds": _JSON,
        "values": _JSON
        | st.dictionaries(st.sampled_from(["overall", "f1", "comment", "i1"]), _JSON, max_size=4),
    },
)


@hypothesis_settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(sent=st.lists(_FORM | _JSON, max_size=4), is_known=st.booleans())
def test_no_json_whatsoever_is_a_500_or_stored_by_half(
    tablet: Client, sent: list[Any], is_known: bool
) -> None:
    if is_known:
        number = asked().pk
        sent = [{**one, "questionnaire": number} if isinstance(one, dict) else one for one in sent]
    before = Response.objects.count()
    answer = tablet.post(ANSWERS, json.dumps({"answers": sent}), content_type="application/json")
    assert answer.status_code == 200
    told = json.loads(answer.content).get("answers", [])
    assert len(told) == len(sent)
    assert Response.objects.count() - before == sum(one["is"] == "stored" for one in told)


def test_a_form_costs_few_queries(tablet: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        hand_in(tablet, *(form() for _ in range(10)))
    assert len(queries) <= 10 * 10 + 15


def test_the_app_needs_no_pairing_and_holds_nothing_of_a_desk(client: Client, point: ServicePoint) -> None:
    page = client.get("/k/").content.decode()
    assert 'id="screen"' in page
    found = re.search(r'<script id="words"[^>]*>(.*?)</script>', page)
    assert found
    words = json.loads(found[1])
    assert words["vi"]["touch"] == "Xin chạm vào một khuôn mặt. Không cần ghi tên."
    assert words["en"]["touch"] == "Touch one of the faces. No name is needed."
    assert point.name not in page
    worker = client.get("/k/worker.js")
    assert worker["Content-Type"].startswith("text/javascript")
    assert worker["Service-Worker-Allowed"] == "/k/"
    assert '"/k/"' in worker.content.decode()
    manifest = json.loads(client.get("/k/app.webmanifest").content)
    assert (manifest["scope"], manifest["display"]) == ("/k/", "fullscreen")
    assert client.cookies.get("kiosk") is None


def test_the_clock_of_forms_is_the_servers_day_in_viet_nam(
    tablet: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At 6:00 in Hà Nội it is still yesterday in London."""
    early = datetime.fromisoformat("2026-10-31T23:00:00+00:00")
    monkeypatch.setattr("django.utils.timezone.now", lambda: early)
    hand_in(tablet, form(day="2026-11-01"))
    assert (Response.objects.get().month, Response.objects.get().is_late) == (date(2026, 11, 1), False)
    assert early - NOW > timedelta(days=11)
