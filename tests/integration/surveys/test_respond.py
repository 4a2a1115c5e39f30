"""The citizen's page: one question, everything else optional, stored once, never by half, never a 500."""

import gzip
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from models_catalog.models import Item, ModelVersion
from surveys.models import Response, ServicePoint
from tests.cast import Cast, make_cast
from tests.factories import add_local, adopt, make_version
from tests.harness.worker import Broker
from tests.integration.surveys.arrange import SLUG, fetch_key, make_point, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(questionnaires: None) -> Cast:
    return make_cast()


@pytest.fixture
def point(cast: Cast) -> ServicePoint:
    return make_point(cast.one_stop, name_en="Desk 2 · Civil status")


def items_asked(cast: Cast) -> list[Item]:
    return list(Item.objects.filter(group__version=cast.adoption.version).exclude(question="").order_by("pk"))


def test_form_is_shown_without_sign_in_cookie_or_script(client: Client, point: ServicePoint) -> None:
    answer = client.get(f"/r/{SLUG}/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Ông/bà hài lòng thế nào về lần phục vụ hôm nay?" in page
    assert "Quầy 2 · Hộ tịch, chứng thực" in page
    assert "Trung tâm Phục vụ hành chính công" in page
    assert "Xã An Thuận, Tỉnh Mực Giang" in page
    assert "<script" not in page
    assert not answer.cookies
    assert answer["Cache-Control"] == "private, no-cache"
    assert 'lang="vi"' in page


def test_form_asks_the_five_factors_the_trips_and_the_questions_of_the_adopted_model(
    client: Client, cast: Cast, point: ServicePoint
) -> None:
    page = client.get(f"/r/{SLUG}/").content.decode()
    fields = set(re.findall(r"<input type=radio name=(\w+)", page))
    asked = {f"i{item.pk}" for item in items_asked(cast)}
    assert len(asked) == 2
    assert fields == {"overall", "f1", "f2", "f3", "f4", "f5", "trips", "respondent"} | asked
    assert "Cán bộ có giữ đúng lời hẹn với ông/bà không?" in page
    assert " checked" not in page


@pytest.mark.parametrize("how", ["address", "browser"])
def test_form_is_english_when_asked_or_when_the_browser_is(
    client: Client, point: ServicePoint, how: str
) -> None:
    if how == "address":
        answer = client.get(f"/r/{SLUG}/?lang=en")
    else:
        answer = client.get(f"/r/{SLUG}/", headers={"Accept-Language": "en-GB,en;q=0.9"})
    page = answer.content.decode()
    assert "How satisfied are you with today&#x27;s service?" in page
    assert "Was the promise kept?" in page
    assert "Desk 2 · Civil status" in page
    assert '<html lang="en">' in page
    assert 'name="lang" value="en"' in page
    assert answer["Content-Language"] == "en"


def test_one_click_is_a_stored_response(
    client: Client, cast: Cast, point: ServicePoint, as_cm_app: None
) -> None:
    answer = send(client, {"overall": "4", "lang": "vi"})
    assert answer.status_code == 302
    assert answer["Location"] == f"/r/{SLUG}/thanks/?lang=vi"
    stored = Response.objects.get()
    assert stored.agency_id == cast.one_stop.pk
    assert stored.point == point
    assert stored.month == timezone.localdate().replace(day=1)
    assert (stored.channel, stored.is_verified, stored.respondent, stored.language) == (
        *("qr", False),
        *("citizen", "vi"),
    )
    assert (stored.overall, stored.factors, stored.trips, stored.comment) == (4, [None] * 5, None, "")
    assert stored.questionnaire.code == "sipas-2026"
    assert set(answer.cookies) == {"cm_sent"}  # two numbers, no name (ADR 0013)


def test_everything_answered_is_stored(client: Client, cast: Cast, point: ServicePoint) -> None:
    kept, friendly = items_asked(cast)
    said = {f"f{n}": str(n) for n in range(1, 6)} | {f"i{kept.pk}": "1", f"i{friendly.pk}": "2"}
    answer = send(client, {"overall": "5", "trips": "2", "lang": "en", "comment": "Cảm ơn 👍", **said})
    assert answer["Location"] == f"/r/{SLUG}/thanks/?lang=en"
    stored = Response.objects.get()
    assert stored.factors == [1, 2, 3, 4, 5]
    assert stored.trips == 2
    assert stored.item_ids == [kept.pk, friendly.pk]
    assert stored.item_answers == [1, 2]
    assert (stored.comment, stored.language) == ("Cảm ơn 👍", "en")


def test_second_click_is_stored_once(client: Client, point: ServicePoint) -> None:
    key = fetch_key(client)
    first = send(client, {"key": key, "overall": "4", "lang": "vi"})
    second = send(client, {"key": key, "overall": "1", "lang": "vi"})
    assert (first.status_code, second.status_code) == (302, 302)
    assert second["Location"].endswith("again=1")
    assert Response.objects.get().overall == 4
    assert "chỉ tính một lần" in client.get(second["Location"]).content.decode()


@pytest.mark.django_db(transaction=True)
def test_clicks_at_the_same_moment_are_stored_once(client: Client, point: ServicePoint) -> None:
    key = fetch_key(client)

    def click(_: int) -> int:
        try:
            return send(Client(), {"key": key, "overall": "4"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(click, range(6))) == {302}
    assert Response.objects.count() == 1


def test_two_forms_are_two_responses_of_one_desk_day(client: Client, point: ServicePoint) -> None:
    send(client, {"overall": "4"})
    send(client, {"overall": "2"})
    assert Response.objects.count() == 2
    assert len(set(Response.objects.values_list("cluster", flat=True))) == 1


def test_address_typed_in_capitals_is_found(client: Client, point: ServicePoint) -> None:
    assert client.get(f"/r/{SLUG.upper()}/").status_code == 200


def test_citizen_costs_one_query_once_the_page_is_known(
    client: Client, point: ServicePoint, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    fetch_key(client)
    with django_assert_num_queries(0):
        key = fetch_key(client)
    with django_assert_num_queries(1):
        assert send(client, {"key": key, "overall": "4"}).status_code == 302


def test_form_costs_the_same_queries_with_more_models_and_points(
    client: Client, cast: Cast, point: ServicePoint
) -> None:
    def queries(slug: str) -> int:
        with CaptureQueriesContext(connection) as counted:
            client.get(f"/r/{slug}/")
        return len(counted)

    few = queries(SLUG)
    for n in range(5):
        question = {
            "text": f"Biết {n}",
            "question": f"Có {n} không?",
            "answer": "yes_no",
            "kept_answers": [1],
        }
        adopt(cast.commune, make_version({"biết": [question, {**question, "question": f"Còn {n} không?"}]}))
        make_point(cast.one_stop, slug=f"more00{n}", name=f"Quầy {n + 10}")
    assert queries("more001") == few <= 10


@pytest.mark.parametrize("name", ["5 không, 4 biết", "4 xin, 4 luôn"])
def test_many_questions_are_cut_to_a_few_within_the_page_budget(
    client: Client, cast: Cast, point: ServicePoint, library: None, settings: Settings, name: str
) -> None:
    settings.DEMO = True  # its banner counts too
    adopt(cast.commune, ModelVersion.objects.get(model__name=name, state=ModelVersion.State.PUBLISHED))
    page = client.get(f"/r/{SLUG}/").content
    assert len(set(re.findall(rb"name=(i\d+)", page))) == 5
    assert len(page) <= 9000


def test_first_load_is_small(client: Client, point: ServicePoint) -> None:
    page = client.get(f"/r/{SLUG}/").content
    assert len(page) <= 9000
    total = len(gzip.compress(page))
    for address in re.findall(r'(?:href|src)="/static/([^"]+)"', page.decode()):
        found = finders.find(address)
        assert isinstance(found, str)
        total += len(gzip.compress(Path(found).read_bytes()))
    assert total <= 25_000


def test_models_that_ask_the_same_are_asked_once_and_both_answered(
    client: Client, cast: Cast, point: ServicePoint
) -> None:
    same = {
        "text": "Giữ lời",
        "question": "Cán bộ có giữ đúng lời hẹn với ông/bà không?",
        "answer": "yes_no",
        "kept_answers": [1],
    }
    other = make_version({"luôn": [same]})
    adopt(cast.commune, other)
    page = client.get(f"/r/{SLUG}/").content.decode()
    assert page.count("Cán bộ có giữ đúng lời hẹn") == 1
    kept, _ = items_asked(cast)
    send(client, {"overall": "4", f"i{kept.pk}": "1"})
    stored = Response.objects.get()
    assert set(stored.item_ids) == {kept.pk, Item.objects.get(group__version=other).pk}
    assert stored.item_answers == [1, 1]


def test_adoption_that_ended_is_not_asked(client: Client, cast: Cast, point: ServicePoint) -> None:
    cast.adoption.valid_to = timezone.localdate() - timedelta(days=1)
    cast.adoption.save()
    assert "lời hẹn" not in client.get(f"/r/{SLUG}/").content.decode()


def test_signed_in_officer_is_not_looked_up(
    client: Client, cast: Cast, point: ServicePoint, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(cast.lan)
    fetch_key(client)
    with django_assert_num_queries(0):
        assert client.get(f"/r/{SLUG}/").status_code == 200


def test_broker_and_cache_down_take_nothing_from_a_citizen(
    client: Client, point: ServicePoint, broker: Broker
) -> None:
    broker.stop()
    assert client.get(f"/r/{SLUG}/").status_code == 200
    answer = send(client, {"overall": "5", "comment": "Valkey nghỉ"})
    assert answer.status_code == 302
    assert client.get(answer["Location"]).status_code == 200
    assert Response.objects.get().comment == "Valkey nghỉ"
    broker.start()
    assert client.get(f"/r/{SLUG}/").status_code == 200
    cache.set("back", 1)
    assert cache.get("back") == 1


def test_nothing_in_a_response_tells_when_it_came(client: Client, point: ServicePoint) -> None:
    columns = {field.get_internal_type() for field in Response._meta.get_fields()}
    assert not columns & {"DateTimeField", "TimeField", "AutoField", "BigAutoField"}
    send(client, {"overall": "4"})
    stored = Response.objects.get()
    assert stored.month.day == 1
    assert stored.key.version == 4


def test_address_typed_without_its_last_slash_leads_to_the_form(client: Client, point: ServicePoint) -> None:
    answer = client.get(f"/r/{SLUG}")
    assert (answer.status_code, answer["Location"]) == (301, f"/r/{SLUG}/")


def test_citizens_are_asked_about_what_the_office_added(
    client: Client, cast: Cast, point: ServicePoint
) -> None:
    [local] = add_local(
        cast.adoption, "Phải trả hồ sơ tại nhà", question="Kết quả có được trả tận nhà không?",
        question_en="Was the result brought home?", answer="yes_no", kept_answers=[1],
    )  # fmt: skip
    page = client.get(f"/r/{SLUG}/").content.decode()
    assert page.index("giữ đúng lời hẹn") < page.index("trả tận nhà")
    assert f"name=i{local.pk} " in page
