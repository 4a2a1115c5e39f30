"""Comments: from which month and number on, for whom, in which order; search, tags, phrases, black words."""

import io
import re
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from conduct.agencies.models import Role
from conduct.audit.models import AuditEvent
from conduct.scores.services.schemes import FOLDER
from surveys.models import (
    CommentTag,
    DeskOfficer,
    Redaction,
    Response,
    ServicePoint,
    SetAside,
    TaggedComment,
)
from surveys.rules.minimum import ENOUGH
from surveys.rules.redaction import state_of
from surveys.services.attribution import reattribute
from tests.cast import Cast, make_cast
from tests.factories import NOW, grant

from .arrange import make_point
from .saying import OCTOBER, SEPTEMBER, close, say

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("questionnaires")]
DAY = date(2026, 9, 15)
SAID = ["Chờ lâu quá", "Cán bộ nhiệt tình", "Phải chờ lâu", "Chờ lâu, đông người", "Hướng dẫn rõ ràng"]
SCRIPT = '<script>alert("x")</script><img src=x onerror=alert(1)>'


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 10:00 on 20/10/2026."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def point(cast: Cast) -> ServicePoint:
    return make_point(cast.one_stop)


@pytest.fixture
def tam(client: Client, cast: Cast) -> Client:
    client.force_login(cast.tam)
    return client


def listed(client: Client, **filters: Any) -> list[str]:
    """The comments on the page, in its order."""
    page = client.get("/comments/", filters).content.decode()
    return re.findall(r'<span class="said" lang="vi">(.*?)</span>', page, re.DOTALL)


def redact_url(cast: Cast, key: UUID) -> str:
    return f"/comments/{cast.one_stop.code}/{key}/redact/"


def test_the_number_is_that_of_the_schemes() -> None:
    for file in FOLDER.glob("*.yaml"):
        assert f"minimum: {{inside: {ENOUGH}, public" in file.read_text(encoding="utf-8")


def test_comments_of_open_months_and_of_too_few_answers_are_not_shown(
    tam: Client, cast: Cast, point: ServicePoint
) -> None:
    say(point, SAID, DAY)
    assert listed(tam) == []
    close(cast.commune, SEPTEMBER)
    assert sorted(listed(tam)) == sorted(SAID)
    close(cast.commune, OCTOBER)
    say(point, [*SAID[:3], ""], date(2026, 10, 5))
    page = tam.get("/comments/", {"unit": cast.one_stop.code, "since": "2026-09", "until": "2026-10"})
    assert sorted(listed(tam, since="2026-09", until="2026-10")) == sorted(SAID)
    assert "Chưa đủ" in page.content.decode()
    say(point, [""], date(2026, 10, 6))  # an answer without words counts as well
    assert len(listed(tam, since="2026-09", until="2026-10")) == 8


def test_forms_set_aside_are_neither_counted_nor_read(tam: Client, cast: Cast, point: ServicePoint) -> None:
    keys = say(point, SAID, DAY)
    close(cast.commune, SEPTEMBER)
    SetAside.objects.create(response_id=keys[0], reason="burst")
    assert listed(tam) == []


def test_a_desk_with_one_officer_needs_enough_answers_of_its_own(
    tam: Client, cast: Cast, point: ServicePoint
) -> None:
    other = make_point(cast.one_stop, slug="bcdfghj", name="Quầy 3")
    say(point, SAID, DAY)
    say(other, ["Cô Lan nóng tính"], DAY)
    close(cast.commune, SEPTEMBER)
    assert "Cô Lan nóng tính" in listed(tam)
    DeskOfficer.objects.create(point=other, posting=cast.lan_posting, starts_on=date(2026, 8, 1))
    assert sorted(listed(tam)) == sorted(SAID)
    DeskOfficer.objects.create(point=other, posting=cast.minh_posting, starts_on=date(2026, 9, 20))
    assert "Cô Lan nóng tính" in listed(tam)  # two persons: it no longer speaks of one


def test_a_comment_follows_its_desk_day(tam: Client, cast: Cast, point: ServicePoint) -> None:
    elsewhere = make_point(cast.department, slug="bcdfghj", name="Quầy 7")
    day = date(2026, 10, 5)
    say(point, SAID, day)
    reattribute(
        point=point, to_point=elsewhere, from_day=day, until_day=day, reason="Nhầm", by=cast.quan, now=NOW
    )
    close(cast.commune, OCTOBER)
    assert listed(tam, unit=cast.one_stop.code) == []
    assert sorted(listed(tam, unit=cast.department.code)) == sorted(SAID)


def test_the_order_is_stable_for_a_reader_and_not_that_of_arrival(
    tam: Client, cast: Cast, point: ServicePoint
) -> None:
    texts = [f"Ý kiến {number:02}" for number in range(28)]
    keys = say(point, texts, DAY)
    close(cast.commune, SEPTEMBER)
    first = listed(tam)
    assert first == listed(tam)
    assert sorted(first) == texts
    by_key = [text for _key, text in sorted(zip(keys, texts, strict=True))]
    assert first not in (texts, texts[::-1], by_key, by_key[::-1])
    phuong = Client()
    phuong.force_login(cast.phuong)
    assert listed(phuong) != first


def test_nothing_tells_time_or_desk(tam: Client, cast: Cast, point: ServicePoint) -> None:
    say(point, SAID, DAY)
    close(cast.commune, SEPTEMBER)
    page = tam.get("/comments/").content.decode()
    assert point.name not in page
    assert "15/09" not in page
    assert str(Response.objects.values_list("cluster", flat=True)[0]) not in page


def test_search_and_filters(tam: Client, cast: Cast, point: ServicePoint) -> None:
    say(point, SAID, DAY, marks=[1, 5, 2, 2, 4])
    say(point, ["Giảm 50% lệ_phí"], DAY, channel="kiosk", marks=[3])
    close(cast.commune, SEPTEMBER)
    assert len(listed(tam, q="cho lau")) == 3
    assert len(listed(tam, q="lâu chờ")) == 3
    assert listed(tam, q='"lâu đông"') == []
    assert listed(tam, q="“lâu, đông”") == ["Chờ lâu, đông người"]
    assert listed(tam, q="50%") == listed(tam, q="lệ_phí") == ["Giảm 50% lệ_phí"]
    assert listed(tam, q="5_%") == []
    assert listed(tam, mark=1) == ["Chờ lâu quá"]
    assert listed(tam, channel="kiosk") == ["Giảm 50% lệ_phí"]
    assert tam.get("/comments/", {"mark": "9"}).status_code == 422
    assert tam.get("/comments/", {"since": "2026-13"}).status_code == 422
    page = tam.get("/comments/").content.decode().split('id="phrases-head"')[1]
    assert ">chờ lâu</a>" in page
    assert "q=%22ch%E1%BB%9D+l%C3%A2u%22" in page


def test_rights(client: Client, cast: Cast, point: ServicePoint) -> None:
    key = say(point, SAID, DAY)[0]
    close(cast.commune, SEPTEMBER)
    for who, page, redact in (
        (cast.lan, 404, 404), (cast.hoa, 404, 404), (cast.yen, 404, 404), (cast.minh, 200, 403),
        (cast.quan, 200, 200), (cast.tam, 200, 200), (cast.phuong, 200, 200),
    ):  # fmt: skip
        client.force_login(who)
        for url in ("/comments/", f"/comments/?unit={cast.one_stop.code}", "/comments/list.xlsx"):
            assert client.get(url).status_code == page, (who, url)
        assert client.get(redact_url(cast, key)).status_code == redact, who
        tagged = client.post(f"/comments/{cast.one_stop.code}/tags/", {"key": key, "tag": "a", "act": "add"})
        assert tagged.status_code == (302 if page == 200 else 404)
    client.force_login(cast.tam)
    assert client.get("/comments/", {"unit": cast.other_commune.code}).status_code == 404
    assert client.get(redact_url(cast, uuid4())).status_code == 404


def tag(client: Client, cast: Cast, keys: list[UUID], name: str, act: str = "add") -> Any:
    return client.post(f"/comments/{cast.one_stop.code}/tags/", {"key": keys, "tag": name, "act": act})


def test_many_are_tagged_at_once_filtered_and_untagged(tam: Client, cast: Cast, point: ServicePoint) -> None:
    keys = say(point, SAID, DAY)
    hidden = say(point, ["Tháng này"], date(2026, 10, 5))
    close(cast.commune, SEPTEMBER)
    for _click in range(2):
        assert tag(tam, cast, [*keys[:2], *hidden], " Chờ   lâu ").status_code == 302
    known = CommentTag.objects.get()
    assert known.name == "Chờ lâu"
    assert set(TaggedComment.objects.values_list("response_id", flat=True)) == set(keys[:2])
    assert sorted(listed(tam, tag=known.pk)) == sorted(SAID[:2])
    assert AuditEvent.objects.get(act="surveys.tag_comments").data == {"tag": known.pk, "n_comments": 2}
    tag(tam, cast, keys[:1], "chờ LÂU", "remove")
    assert listed(tam, tag=known.pk) == [SAID[1]]
    tag(tam, cast, keys, "chờ lâu", "remove")
    assert not CommentTag.objects.exists()
    every: list[dict[str, Any]] = [{"key": []}, {"tag": " "}, {"act": "x"}, {"key": ["x", "1"]}]
    for bad in every:
        answer = tam.post(
            f"/comments/{cast.one_stop.code}/tags/", {"key": keys[:1], "tag": "a", "act": "add", **bad}
        )
        assert answer.status_code == 302
    assert not CommentTag.objects.exists()
    evil = tam.post(
        f"/comments/{cast.one_stop.code}/tags/",
        {"key": keys[:1], "tag": "a", "act": "add", "back": "\r\nX: y//evil.example"},
    )
    assert evil["Location"].startswith("/comments/?%0D%0AX:")


def test_chosen_words_become_black_for_ever(tam: Client, cast: Cast, point: ServicePoint) -> None:
    text = "Cháu Bùi Văn An lớp 3 phải chờ lâu"
    key = say(point, [*SAID, text], DAY)[-1]
    close(cast.commune, SEPTEMBER)
    url = redact_url(cast, key)
    assert ">Bùi</span>" in tam.get(url).content.decode()
    said = {"word": ["1", "2", "3"], "reason": "child", "state": state_of(text)}
    every: list[dict[str, Any]] = [{"word": []}, {"reason": ""}, {"reason": "khác"}, {"word": ["99"]}]
    for bad in every:
        assert tam.post(url, {**said, **bad}).status_code == 422, bad
    assert tam.post(url, said).status_code == 302
    after = "Cháu ███ ███ ██ lớp 3 phải chờ lâu"
    assert Response.objects.get(pk=key).comment == after
    redaction = Redaction.objects.get()
    assert (redaction.n_signs, redaction.reason) == (8, "child")
    event = AuditEvent.objects.get(act="surveys.redact_comment")
    assert event.data == {"response": str(key), "n_signs": 8, "reason": "child"}
    assert "Bùi" not in f"{event.object_name}{event.reason}{event.data}"
    stale = tam.post(url, said)
    assert stale.status_code == 409
    assert "Vừa có người bôi đen từ" in stale.content.decode()
    assert Redaction.objects.count() == 1
    page = tam.get("/comments/").content.decode()
    assert after in page
    assert "Nói về trẻ em" in page


def test_the_database_lets_signs_become_black_only(point: ServicePoint, as_cm_app: None) -> None:
    key = say(point, ["Anh Nam nói to"], DAY)[0]
    for other in ("Anh ███ nói nhỏ", "Anh Nam nói", "Anh ███ nói to!", "", "Anh *** nói to"):
        with pytest.raises(DatabaseError), transaction.atomic():
            Response.objects.filter(pk=key).update(comment=other)
    with pytest.raises(DatabaseError), transaction.atomic():
        Response.objects.filter(pk=key).update(comment="Anh ███ nói to", overall=5)
    Response.objects.filter(pk=key).update(comment="Anh ███ nói to")


def test_whoever_sat_at_the_desk_blackens_nothing(client: Client, cast: Cast, point: ServicePoint) -> None:
    key = say(point, SAID, DAY)[0]
    close(cast.commune, SEPTEMBER)
    grant(cast.lan, cast.one_stop, Role.OFFICE_ADMIN)
    sat = DeskOfficer.objects.create(point=point, posting=cast.lan_posting, starts_on=date(2026, 9, 30))
    client.force_login(cast.lan)
    assert client.get(redact_url(cast, key)).status_code == 403
    said = {"word": ["0"], "reason": "person", "state": state_of(SAID[0])}
    assert client.post(redact_url(cast, key), said).status_code == 403
    sat.delete()
    assert client.post(redact_url(cast, key), said).status_code == 302


def test_what_citizens_write_is_never_markup(tam: Client, cast: Cast, point: ServicePoint) -> None:
    keys = say(point, [SCRIPT, SCRIPT, SCRIPT, *SAID], DAY)
    close(cast.commune, SEPTEMBER)
    tag(tam, cast, keys, SCRIPT[:60])
    for url in ("/comments/", f"/comments/?q={SCRIPT}", redact_url(cast, keys[0])):
        page = tam.get(url).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    assert "&lt;script&gt;alert(" in tam.get("/comments/").content.decode()
    assert "&lt;script&gt;alert(" in tam.get(redact_url(cast, keys[0])).content.decode()


def test_the_file_has_the_list_and_no_formula(tam: Client, cast: Cast, point: ServicePoint) -> None:
    evil = ['=HYPERLINK("http://x")', "+1+1", "-2", "@SUM(A1)", "\t=1"]
    say(point, evil, DAY, marks=[1, 2])
    close(cast.commune, SEPTEMBER)
    answer = tam.get("/comments/list.xlsx", {"mark": 1})
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    rows = book.get_sheet_by_index(0).to_python()
    found = {row[3] for row in rows if row[2] == 1}
    assert found == {evil[0], evil[2], evil[4]}
    assert "<f>" not in answer.content.decode("latin-1")
    assert [row for row in rows if row[0] == "09/2026"]


def test_page_asks_the_database_at_most_twelve_times(tam: Client, cast: Cast, point: ServicePoint) -> None:
    keys = say(point, SAID * 12, DAY)
    close(cast.commune, SEPTEMBER)
    tag(tam, cast, keys[:9], "Chờ lâu")
    with CaptureQueriesContext(connection) as asked:
        assert tam.get("/comments/").status_code == 200
    assert len(asked) <= 12, [query["sql"] for query in asked]


ANY = st.text(max_size=20) | st.sampled_from(["\x00", "2026-09", "9" * 30, "-1", '"', "%", "\\"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["/comments/", "/comments/list.xlsx"]),
    st.dictionaries(st.sampled_from(["since", "until", "q", "mark", "channel", "tag", "page", "unit"]), ANY),
)
def test_whatever_is_asked_nothing_breaks(
    tam: Client, cast: Cast, point: ServicePoint, url: str, said: Any
) -> None:
    if not Response.objects.exists():
        say(point, SAID, DAY)
        close(cast.commune, SEPTEMBER)
    assert tam.get(url, said).status_code in {200, 404, 422}
