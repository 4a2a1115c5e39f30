"""What is no proper form: a clear message or 4xx, nothing stored by half, never a 500."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings as django_settings
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from conduct.agencies.models import Agency
from models_catalog.models import Item
from surveys.models import Response, ServicePoint
from surveys.rules.keys import sign_key
from tests.cast import Cast, make_cast
from tests.factories import make_agency
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


def forged(key: str) -> list[str]:
    return ["", "x", key[:-1], key.upper(), uuid4().hex + key[32:], "\x00" * 52, "ệ" * 52, "9" * 5000]


@pytest.mark.parametrize("n", range(8))
def test_tampered_key_is_told_and_nothing_stored(client: Client, point: ServicePoint, n: int) -> None:
    answer = send(client, {"key": forged(fetch_key(client))[n], "overall": "4", "comment": "xin chào"})
    assert answer.status_code == 400
    assert "Phiếu này không dùng được nữa" in answer.content.decode()
    assert f'href="/r/{SLUG}/?lang=vi"' in answer.content.decode()
    assert not Response.objects.exists()


def test_key_of_another_point_is_refused(client: Client, cast: Cast, point: ServicePoint) -> None:
    make_point(cast.one_stop, slug="other77", name="Quầy 3")
    answer = send(client, {"key": fetch_key(client, "other77"), "overall": "4"})
    assert answer.status_code == 400
    assert not Response.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Xin chọn một trong năm mức."),
        ({"overall": ""}, "Xin chọn một trong năm mức."),
        ({"overall": "0"}, "Xin chọn một trong các câu trả lời ở đây."),
        ({"overall": "6"}, "Xin chọn một trong các câu trả lời ở đây."),
        ({"overall": "-1"}, "Xin chọn một trong các câu trả lời ở đây."),
        ({"overall": "1e9"}, "Xin chọn một trong các câu trả lời ở đây."),
        ({"overall": "\x00"}, "Xin chọn một trong các câu trả lời ở đây."),
        ({"overall": "4", "f2": "9"}, "Xin chọn một trong các câu trả lời ở đây."),
        ({"overall": "4", "trips": "9999999999"}, "Xin chọn một trong các câu trả lời ở đây."),
        ({"overall": "4", "comment": "ệ" * 2001}, "Tối đa 2.000 ký tự, xin rút ngắn khoảng 1 ký tự."),
        ({"overall": "4", "comment": "😀" * 10_000}, "xin rút ngắn khoảng 8000 ký tự."),
    ],
)
def test_bad_answer_is_told_and_nothing_stored_by_half(
    client: Client, point: ServicePoint, fields: dict[str, str], words: str
) -> None:
    answer = send(client, {"f1": "5", **fields})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert 'role="alert"' in page
    assert not Response.objects.exists()


def test_refused_form_keeps_the_key_and_everything_typed(
    client: Client, cast: Cast, point: ServicePoint
) -> None:
    key = fetch_key(client)
    kept, _ = items_asked(cast)
    comment = "Dài </textarea><script>alert(1)</script> " + "ệ" * 9_950
    fields = {"key": key, "overall": "2", "f3": "1", "trips": "3", f"i{kept.pk}": "0", "lang": "en"}
    page = send(client, {**fields, "comment": comment}).content.decode()
    ticked = re.findall(r"name=(\w+) value=(\w*) checked", page)
    assert dict(ticked) == {"overall": "2", "f3": "1", "trips": "3", f"i{kept.pk}": "0"}
    assert "ệ" * 9_950 in page
    assert "<script" not in page
    assert f'name="key" value="{key}"' in page
    assert "<details open>" in page
    assert "At most 2,000 characters, please shorten it by about" in page
    # Shortened and sent again, it is the same form, stored once.
    assert send(client, {**fields, "comment": "Ngắn"}).status_code == 302
    assert Response.objects.get().key == UUID(key[:32])


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("x" * 2000, "x" * 2000),
        ("dòng\r\nhai", "dòng\nhai"),
        ("NUL\x00 ở đây", "NUL ở đây"),
        ("\u202edaer eb ot\u202c", "daer eb ot"),
        ("👨\u200d👩\u200d👧 tốt", "👨\u200d👩\u200d👧 tốt"),
        ("שלום، مرحبا", "שלום، مرحبا"),
        ("<b>'; DROP TABLE surveys_response; --", "<b>'; DROP TABLE surveys_response; --"),
    ],
)
def test_comment_is_kept_word_for_word_but_for_what_deceives(
    client: Client, point: ServicePoint, typed: str, kept: str
) -> None:
    assert send(client, {"overall": "4", "comment": typed}).status_code == 302
    assert Response.objects.get().comment == kept


@pytest.mark.parametrize(
    "slug", ["zzzzzzz", "a", "ab", "%00%00%00%00", "..%2F..", "x" * 300, "ệệệệ", "1%27--", "%F0%9F%98%80abc"]
)
@pytest.mark.parametrize("rest", ["", "thanks/"])
def test_unknown_address_is_a_clear_404(client: Client, point: ServicePoint, slug: str, rest: str) -> None:
    answer = client.get(f"/r/{slug}/{rest}")
    assert answer.status_code == 404
    if "%2F" not in slug:
        assert "Không có điểm phục vụ nào ở địa chỉ này" in answer.content.decode()


def test_posting_to_an_unknown_address_is_a_clear_404(client: Client, point: ServicePoint) -> None:
    assert send(client, {"key": "x", "overall": "4"}, slug="zzzzzzz").status_code == 404


@pytest.mark.parametrize(
    "fields",
    [
        {"is_open": False},
        {"closed_on": timezone.localdate() - timedelta(days=1)},
        {"opened_on": timezone.localdate() + timedelta(days=1)},
    ],
)
def test_closed_point_says_so(client: Client, cast: Cast, fields: dict[str, Any]) -> None:
    make_point(cast.one_stop, **fields)
    answer = client.get(f"/r/{SLUG}/")
    assert answer.status_code == 410
    assert "hiện không lấy ý kiến" in answer.content.decode()
    key = sign_key(uuid4(), SLUG, django_settings.SECRET_KEY)
    assert send(client, {"key": key, "overall": "4"}).status_code == 410
    assert not Response.objects.exists()


def test_point_of_an_agency_that_ended_says_so(client: Client, cast: Cast) -> None:
    ended = make_agency("Xã đã sáp nhập", parent=cast.province)
    make_point(ended)
    Agency.objects.filter(pk=ended.pk).update(valid_to=timezone.localdate() - timedelta(days=1))
    assert client.get(f"/r/{SLUG}/").status_code == 410


def test_point_that_closed_while_the_form_was_open_stores_nothing(
    client: Client, point: ServicePoint
) -> None:
    key = fetch_key(client)
    ServicePoint.objects.filter(pk=point.pk).update(is_open=False)  # the cached page still asks
    answer = send(client, {"key": key, "overall": "4"})
    assert answer.status_code == 410
    assert not Response.objects.exists()


def test_body_beyond_reason_is_refused(client: Client, point: ServicePoint) -> None:
    answer = send(client, {"overall": "4", "comment": "x" * 600_000})
    assert answer.status_code == 413
    assert "Nội dung gửi quá dài" in answer.content.decode()


def test_a_thousand_fields_are_refused(client: Client, point: ServicePoint) -> None:
    fields = {f"x{n}": "1" for n in range(1000)}
    assert send(client, {"overall": "4", **fields}).status_code == 400
    assert not Response.objects.exists()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"{", "application/json"),
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b"overall=4", "application/x-www-form-urlencoded; charset=utf-7"),
        (b"overall=4", "application/x-www-form-urlencoded; charset=hex"),
        (b"overall=%ff%ff&key=%ed%a0%80", "application/x-www-form-urlencoded"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
        (
            b"--x\r\nContent-Disposition: form-data; name=key\r\n\r\n\x80\r\n--x--",
            "multipart/form-data; boundary=x",
        ),
        (b"x", ""),
    ],
)
def test_odd_body_is_no_error_of_ours(
    client: Client, point: ServicePoint, body: bytes, content_type: str
) -> None:
    answer = client.generic("POST", f"/r/{SLUG}/", body, content_type=content_type)
    assert answer.status_code == 400
    assert not Response.objects.exists()


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options", "trace"])
def test_other_methods_are_refused(client: Client, point: ServicePoint, method: str) -> None:
    assert getattr(client, method)(f"/r/{SLUG}/").status_code == 405


_TEXT = st.text(alphabet=st.characters(codec=None), max_size=60)
_FIELDS = st.dictionaries(
    st.sampled_from(
        ["overall", "f1", "f5", "trips", "comment", "lang", "i1", "again", "respondent", "answer", "q_why"]
    )
    | _TEXT,
    _TEXT | st.sampled_from(["1", "5", "0", "-1", "6", "vi", "en", "\x00", "\u202e", "😀" * 700]),
    max_size=12,
)


@hypothesis_settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(fields=_FIELDS, has_key=st.booleans())
def test_no_form_whatsoever_is_a_500_or_stored_by_half(
    client: Client, point: ServicePoint, fields: dict[str, str], has_key: bool
) -> None:
    before = Response.objects.count()
    key = {"key": sign_key(uuid4(), SLUG, django_settings.SECRET_KEY)} if has_key else {"key": "none"}
    answer = send(client, {**fields, **key})
    assert answer.status_code in ({200, 302, 422} if has_key else {400})
    assert Response.objects.count() - before == (answer.status_code in {200, 302})


_HEADER = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=80)


@hypothesis_settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    key=_TEXT | _HEADER,
    carried=_HEADER | st.from_regex(r"\d{1,3}\.\d{1,3}\.\d{6}\.[\w-]{12}", fullmatch=True),
    network=_HEADER,
    browser=_HEADER,
    query=_TEXT,
)
def test_no_key_cookie_network_browser_or_query_is_a_500(
    client: Client, point: ServicePoint, key: str, carried: str, network: str, browser: str, query: str
) -> None:
    headers: dict[str, Any] = {"REMOTE_ADDR": network, "HTTP_USER_AGENT": browser}
    headers["HTTP_COOKIE"] = f"cm_sent={carried}".encode().decode("latin-1")  # as a server hands it over
    good = sign_key(uuid4(), SLUG, django_settings.SECRET_KEY)
    assert send(Client(), {"key": good, "overall": "3"}, **headers).status_code == 302
    assert send(Client(), {"key": good[:32] + key, "overall": "3"}).status_code == 400
    page = client.get(f"/r/{SLUG}/", {"lang": query.encode(errors="replace")}, **headers)
    assert page.status_code == 200


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE surveys_response SET overall = 5",
        "UPDATE surveys_response SET comment = ''",
        "TRUNCATE surveys_response",
        "DROP TRIGGER response_frozen ON surveys_response",
        "ALTER TABLE surveys_response DISABLE TRIGGER ALL",
    ],
)
def test_stored_response_cannot_be_changed(
    client: Client, point: ServicePoint, as_cm_app: None, statement: str
) -> None:
    send(client, {"overall": "2", "comment": "Chậm"})
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    stored = Response.objects.get()
    assert (stored.overall, stored.comment) == (2, "Chậm")
