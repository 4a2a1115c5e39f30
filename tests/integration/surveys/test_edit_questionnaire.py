"""The editor of a questionnaire: facts, questions, their order, a second writer, rights, any input."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conduct.audit.models import AuditEvent
from surveys.models import Questionnaire
from surveys.rules.checking import problems_of
from tests.cast import Cast, make_cast
from tests.factories import NOW

from .editing import keys, next_round, own_draft, row_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("questionnaires")]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 10:00 on 20/10/2026."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def draft(cast: Cast) -> Questionnaire:
    return own_draft(cast)


@pytest.fixture
def quan(client: Client, cast: Cast) -> Client:
    client.force_login(cast.quan)
    return client


@pytest.fixture
def hanh(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.hanh)
    return client


def url(draft: Questionnaire, rest: str = "edit/") -> str:
    return f"/questionnaires/{draft.pk}/{rest}"


def facts(**changed: object) -> dict[str, object]:
    values = {"name": "Phiếu hỏi của xã", "legal_basis": "Quyết định 15/QĐ-UBND", "source": "Tự soạn"}
    return {**values, "languages": [], "revision": 0, **changed}


def add(client: Client, draft: Questionnaire, **changed: object) -> Any:
    draft.refresh_from_db()
    said = {"about": "", "kind": "choice", "text_vi": "Ông/bà đi bằng gì?", "text_en": "How did you come?"}
    return client.post(url(draft, "questions/new/"), {**said, "revision": draft.revision, **changed})


def test_facts_are_saved_once(quan: Client, draft: Questionnaire) -> None:
    assert quan.post(url(draft), facts())["Location"] == f"{url(draft)}#facts"
    second = quan.post(url(draft), facts(name="Tên khác"))
    assert second.status_code == 409
    assert "Bản nháp vừa được sửa lúc" in second.content.decode()
    draft.refresh_from_db()
    assert (draft.name, draft.revision, draft.languages) == ("Phiếu hỏi của xã", 1, ["vi", "en"])
    assert AuditEvent.objects.filter(act="surveys.change_questionnaire").count() == 1


def test_a_further_language_needs_every_word(quan: Client, draft: Questionnaire) -> None:
    quan.post(url(draft), facts(languages=["lo"]))
    page = quan.get(url(draft)).content.decode()
    assert "7</span> điểm cần sửa" in page
    assert page.count("Câu hỏi chưa có lời bằng tiếng Lào.") == 7
    assert quan.get(url(draft, "preview/lo/")).status_code == 200
    assert quan.get(url(draft, "preview/km/")).status_code == 404


def test_bad_facts_are_told_and_nothing_is_stored(quan: Client, draft: Questionnaire) -> None:
    for wrong in ({"name": " "}, {"revision": "x"}, {"languages": ["xx"]}, {"source": "a" * 501}):
        assert quan.post(url(draft), facts(**wrong)).status_code == 422, wrong
    draft.refresh_from_db()
    assert draft.revision == 0


def test_a_question_is_added_worded_and_answered(quan: Client, draft: Questionnaire) -> None:
    added = add(quan, draft)
    assert added["Location"] == url(draft, "questions/ong_ba_di_bang_gi/")
    assert "Một câu chọn cần ít nhất hai câu trả lời." in quan.get(added["Location"]).content.decode()
    said = {
        "revision": 1, "text_vi": "Ông/bà đến bằng gì?", "text_en": "How did you come?",
        "option_1_vi": "Xe máy", "option_1_en": "Motorbike", "option_2_vi": "Đi bộ", "option_2_en": "On foot",
        "kept": ["2", "3"], "shown_if": ["overall:1", "overall:2"],
    }  # fmt: skip
    assert quan.post(added["Location"], said)["Location"] == f"{url(draft)}#q-ong_ba_di_bang_gi"
    row = row_of(draft, "ong_ba_di_bang_gi")
    assert row["kept"] == [2]  # 3 has no words, hence cannot be given
    assert row["shown_if"] == {"key": "overall", "answers": [1, 2]}
    assert [option["text"]["en"] for option in row["options"]] == ["Motorbike", "On foot"]
    assert problems_of(draft.questions, draft.languages) == []
    assert "Chỉ hỏi sau khi" in quan.get(url(draft)).content.decode()
    acts = AuditEvent.objects.filter(act="surveys.put_question").values_list("data__is_new", flat=True)
    assert sorted(acts) == [False, True]


def test_a_known_question_is_answered_in_its_fixed_way(quan: Client, draft: Questionnaire) -> None:
    assert add(quan, draft, about="extra_payment", kind="scale5").status_code == 302
    row = row_of(draft, "extra_payment")
    assert (row["kind"], row["kept"]) == ("yes_no", [0])
    assert add(quan, draft, about="extra_payment").status_code == 422


def test_of_a_standing_question_only_the_words_change(quan: Client, draft: Questionnaire) -> None:
    before = row_of(draft, "officer")
    said = {"revision": 0, "text_vi": "Cán bộ tại quầy", "text_en": "The officer", "kept": ["1"],
            "shown_if": ["overall:1"]}  # fmt: skip
    assert quan.post(url(draft, "questions/officer/"), said).status_code == 302
    assert row_of(draft, "officer") == {**before, "text": {"vi": "Cán bộ tại quầy", "en": "The officer"}}
    assert quan.post(url(draft, "questions/officer/remove/"), {"revision": 1}).status_code == 302
    assert "officer" in keys(draft)


def test_what_was_typed_stands_after_somebody_elses_change(quan: Client, draft: Questionnaire) -> None:
    add(quan, draft)
    said = {"revision": 0, "text_vi": "Câu tôi vừa gõ?", "text_en": ""}
    stale = quan.post(url(draft, "questions/overall/"), said)
    page = stale.content.decode()
    assert stale.status_code == 409
    assert "Câu tôi vừa gõ?" in page
    assert 'name="revision" value="1"' in page
    assert quan.post(url(draft, "questions/ong_ba_di_bang_gi/remove/"), {"revision": 0}).status_code == 409
    assert "ong_ba_di_bang_gi" in keys(draft)
    gone = {"revision": 1}
    assert quan.post(url(draft, "questions/ong_ba_di_bang_gi/remove/"), gone).status_code == 302
    late = quan.post(url(draft, "questions/ong_ba_di_bang_gi/"), said)
    assert late.status_code == 404


def test_buttons_move_a_question_and_keep_the_focus(hanh: Client, cast: Cast) -> None:
    draft = next_round(cast)
    before = keys(draft)
    moved = hanh.post(url(draft, "order/"), {"revision": 0, "move": "down-q-information"})
    assert moved["Location"] == f"{url(draft)}?focus=down-q-information"
    assert keys(draft)[7:9] == ["signs", "information"]
    assert sorted(keys(draft)) == sorted(before)
    button = hanh.get(moved["Location"]).content.decode().split('id="down-q-information"')[1].split(">")[0]
    assert "autofocus" in button
    htmx = {"HX-Request": "true", "HX-Target": "questions"}
    part = hanh.post(
        url(draft, "order/"), {"revision": 1, "move": "up-q-information"}, follow=True, headers=htmx
    )
    assert part.content.decode().lstrip().startswith('<div id="questions">')
    for wrong in ("up", "left-q-signs", "", "up-q-nothing", "up-q-overall"):
        assert hanh.post(url(draft, "order/"), {"revision": 2, "move": wrong}).status_code in {302, 422}
    assert keys(draft) == before


def test_a_condition_that_comes_to_stand_before_its_question_is_told(hanh: Client, cast: Cast) -> None:
    draft = next_round(cast)
    hanh.post(url(draft, "order/"), {"revision": 0, "move": "up-q-apologised"})
    page = hanh.get(url(draft)).content.decode()
    place = page.split('id="q-apologised"')[1].split("</li>")[0]
    assert "Câu này phụ thuộc một câu đứng sau; chuyển xuống dưới." in place
    hanh.post(url(draft, "questions/appointment_kept/remove/"), {"revision": 1})
    assert "Câu hỏi mà câu này phụ thuộc không còn." in hanh.get(url(draft)).content.decode()
    assert hanh.get(url(draft, "preview/vi/")).status_code == 200


def test_two_conditions_at_once_and_foreign_ones_are_refused(hanh: Client, cast: Cast) -> None:
    draft = next_round(cast)
    words = {"revision": 0, "text_vi": "Có xin lỗi không?", "text_en": "Apologised?"}
    for chosen in (["overall:1", "trips:1"], ["why_not:1"], ["overall:9"], ["x"]):
        page = hanh.post(url(draft, "questions/apologised/"), {**words, "shown_if": chosen})
        assert page.status_code == 422, chosen
    assert row_of(draft, "apologised")["shown_if"]["key"] == "appointment_kept"


def test_at_most_thirty_questions(quan: Client, draft: Questionnaire) -> None:
    for number in range(23):
        assert add(quan, draft, text_vi=f"Câu {number}?").status_code == 302
    refused = add(quan, draft)
    assert refused.status_code == 422
    assert "Đã có 30 câu hỏi" in refused.content.decode()
    assert len(keys(draft)) == 30


def test_rights(client: Client, cast: Cast, draft: Questionnaire) -> None:
    common = next_round(cast)
    for who, one, status in (
        (cast.lan, draft, 403), (cast.minh, draft, 403), (cast.hoa, draft, 404), (cast.hoa, common, 404),
        (cast.quan, common, 404), (cast.tam, draft, 200), (cast.phuong, draft, 200), (cast.hanh, common, 200),
    ):  # fmt: skip
        client.force_login(who)
        for rest in ("edit/", "questions/new/", "questions/overall/", "publish/"):
            assert client.get(url(one, rest)).status_code == status, (who, one, rest)
        posted = client.post(url(one, "order/"), {}).status_code
        assert posted == (422 if status == 200 else status)
    client.force_login(cast.hanh)
    published = client.get(url(Questionnaire.objects.get(code="sipas-2026")))
    assert published.status_code == 403
    assert "đã công bố nên không thay đổi" in published.content.decode()


def test_pages_ask_the_database_at_most_twelve_times(quan: Client, draft: Questionnaire) -> None:
    for rest in ("", "edit/", "publish/", "preview/", "preview/en/", "questions/overall/"):
        with CaptureQueriesContext(connection) as asked:
            assert quan.get(url(draft, rest)).status_code == 200
        assert len(asked) <= 12, [query["sql"] for query in asked]
    with CaptureQueriesContext(connection) as asked:
        quan.get("/questionnaires/")
    assert len(asked) <= 12, [query["sql"] for query in asked]


FIELDS = ("name", "languages", "revision", "text_vi", "text_en", "about", "kind", "kept", "shown_if", "move",
          "option_1_vi", "option_2_en", "valid_from", "legal_basis", "source")  # fmt: skip
PAGES = ("edit/", "order/", "questions/new/", "questions/overall/", "questions/why_not/", "publish/",
         "questions/signs/remove/")  # fmt: skip
VALUES = st.text(max_size=40) | st.sampled_from(
    ["0", "1", "vi", "choice", "overall:1", "why_not:1", "up-q-signs", "\x00", "9" * 30, "22/11/2026"]
)
SAID = st.dictionaries(st.sampled_from(FIELDS), VALUES | st.lists(VALUES, max_size=3))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(PAGES), st.dictionaries(st.sampled_from(FIELDS), VALUES | st.lists(VALUES, max_size=3))
)
def test_whatever_is_posted_nothing_breaks(hanh: Client, cast: Cast, page: str, said: Any) -> None:
    found = Questionnaire.objects.filter(code="sipas-round-2026", number=2).first()
    draft = found or next_round(cast)
    answer = hanh.post(url(draft, page), said)
    assert answer.status_code in {302, 403, 404, 409, 422}
    draft.refresh_from_db()
    assert len({row["key"] for row in draft.questions}) == len(draft.questions)
    assert {"overall", "trips", "access", "officer"} <= {row["key"] for row in draft.questions}


def test_a_draft_is_thrown_away_after_a_page_that_asks(quan: Client, draft: Questionnaire) -> None:
    page = quan.get(url(draft, "discard/"))
    assert page.status_code == 200
    assert Questionnaire.objects.filter(pk=draft.pk).exists()
    for _click in range(2):
        assert quan.post(url(draft, "discard/"), {"revision": 0})["Location"] == "/questionnaires/"
    assert not Questionnaire.objects.filter(pk=draft.pk).exists()
    event = AuditEvent.objects.get(act="surveys.discard_questionnaire")
    assert event.data["code"] == draft.code


def test_a_draft_that_moved_on_is_not_thrown_away(quan: Client, draft: Questionnaire) -> None:
    add(quan, draft)
    assert quan.post(url(draft, "discard/"), {"revision": 0}).status_code == 409
    assert quan.post(url(draft, "discard/"), {"revision": "x"}).status_code == 422
    assert Questionnaire.objects.filter(pk=draft.pk).exists()


def test_a_published_version_is_never_thrown_away(quan: Client, hanh: Client, cast: Cast) -> None:
    published = Questionnaire.objects.get(code="sipas-round-2026")
    for client in (quan, hanh):
        assert client.post(url(published, "discard/"), {"revision": 0}).status_code == 403
    assert Questionnaire.objects.filter(pk=published.pk).exists()


def test_who_throws_a_draft_away(client: Client, cast: Cast, draft: Questionnaire) -> None:
    for who, status in ((cast.lan, 403), (cast.hoa, 404)):
        client.force_login(who)
        assert client.get(url(draft, "discard/")).status_code == status
        assert client.post(url(draft, "discard/"), {"revision": 0}).status_code == status
