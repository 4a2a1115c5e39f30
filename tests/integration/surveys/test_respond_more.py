"""Who answered, what follows from an answer, other languages, and a wish to be answered."""

import re
from typing import Any

import pytest
from django.test import Client

from surveys.models import Questionnaire, Response, ServicePoint
from tests.cast import make_cast
from tests.integration.surveys.arrange import SLUG, make_point, send

pytestmark = pytest.mark.django_db


def question(key: str, vi: str, **fields: Any) -> dict[str, Any]:
    return {"key": key, "factor": None, "kind": "yes_no", "text": {"vi": vi, "en": vi}, "kept": [1], **fields}


@pytest.fixture
def point(questionnaires: None) -> ServicePoint:
    """A desk whose commune asks in Khmer too, why one was not satisfied, and whether somebody apologised."""
    cast = make_cast()
    common = Questionnaire.objects.filter(asked_at="desk").order_by("-valid_from")[0]
    questions = [
        row for row in common.questions if row["key"] == "overall" or row["factor"] or row["key"] == "trips"
    ]
    for row in questions:
        row["text"]["km"] = f"សំណួរ {row['key']}"
    questions += [
        question(
            "why",
            "Vì sao chưa hài lòng?",
            kind="choice",
            options=[
                {"value": 1, "text": {"vi": "Phải chờ lâu", "en": "The wait"}},
                {"value": 2, "text": {"vi": "Thiếu giấy tờ", "en": "A paper was missing"}},
            ],
            shown_if={"key": "overall", "answers": [1, 2]},
        ),
        question("late", "Có bị trễ hẹn không?"),
        question("sorry", "Cơ quan có xin lỗi không?", shown_if={"key": "late", "answers": [1]}),
    ]
    Questionnaire.objects.create(
        code="an-thuan",
        number=1,
        name="Của xã",
        keeper=cast.commune,
        valid_from=common.valid_from,
        languages=["vi", "en", "km"],
        questions=questions,
    )
    return make_point(cast.one_stop)


@pytest.mark.parametrize(
    ("said", "stored"),
    [({}, "citizen"), ({"respondent": "business"}, "business"), ({"respondent": "x" * 99}, "citizen")],
)
def test_a_business_says_so_and_everybody_else_is_a_citizen(
    client: Client, point: ServicePoint, said: dict[str, str], stored: str
) -> None:
    assert send(client, {"overall": "4", **said}).status_code == 302
    assert Response.objects.get().respondent == stored


def test_nothing_is_ticked_beforehand(client: Client, point: ServicePoint) -> None:
    page = client.get(f"/r/{SLUG}/").content.decode()
    assert "name=respondent value=business><" in page
    assert "name=answer value=1>" in page
    assert " checked" not in page


def test_follow_ups_stand_there_with_the_words_for_when_they_are_asked(
    client: Client, point: ServicePoint
) -> None:
    page = client.get(f"/r/{SLUG}/").content.decode()
    assert 'class="only if-t1"' in page
    assert 'class="only if-t2"' in page
    assert "Chỉ trả lời nếu ông/bà chọn “Không hài lòng” hoặc “Rất không hài lòng”" in page
    assert "Chỉ trả lời nếu ở câu “Có bị trễ hẹn không?” ông/bà chọn “Có”" in page
    assert re.search(r'name=overall value=1 class="t1"', page)
    assert not re.search(r"name=overall value=3 class", page)
    assert re.search(r'name=q_late value=1 class="t2"', page)


def test_a_follow_up_is_stored_only_after_its_answer(client: Client, point: ServicePoint) -> None:
    send(client, {"overall": "2", "q_why": "2", "q_late": "1", "q_sorry": "0"})
    assert Response.objects.get(overall=2).others == [2, 1, 0]
    send(client, {"overall": "5", "q_why": "2", "q_late": "0", "q_sorry": "0"})
    assert Response.objects.get(overall=5).others == [None, 0, None]


def test_every_language_of_the_questionnaire_is_offered(client: Client, point: ServicePoint) -> None:
    page = client.get(f"/r/{SLUG}/").content.decode()
    assert 'href="?lang=en" lang="en"' in page
    assert 'href="?lang=km" lang="km"' in page
    khmer = client.get(f"/r/{SLUG}/?lang=km")
    body = khmer.content.decode()
    assert '<h1 class="q" lang="km">សំណួរ overall</h1>' in body
    assert "Gửi đánh giá" in body
    assert khmer["Content-Language"] == "km"
    send(client, {"overall": "4", "lang": "km"})
    assert Response.objects.get().language == "km"


@pytest.mark.parametrize("language", ["zz", "xx", "../", "en; DROP", "km-KH", "KM"])
def test_a_language_that_is_not_offered_is_vietnamese(
    client: Client, point: ServicePoint, language: str
) -> None:
    answer = client.get(f"/r/{SLUG}/", {"lang": language})
    assert answer.status_code == 200
    assert 'name="lang" value="vi"' in answer.content.decode()


def test_who_wants_an_answer_is_stored_first_and_led_to_a_form_of_its_own(
    client: Client, point: ServicePoint
) -> None:
    said = {"overall": "2", "comment": "Tôi chờ <b>lâu</b>", "answer": "1", "lang": "vi"}
    answer = send(client, said)
    page = answer.content.decode()
    assert answer.status_code == 200
    stored = Response.objects.get()
    assert stored.comment == "Tôi chờ <b>lâu</b>"
    assert f'action="/f/{SLUG}/"' in page
    assert "Tôi chờ &lt;b&gt;lâu&lt;/b&gt;" in page
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert fields == {"step": "begin", "from_rating": "1", "lang": "vi"}
    assert stored.key.hex not in page
    assert str(stored.key) not in page
    assert "Đánh giá đã được ghi nhận" in page


def test_the_case_form_opens_with_the_comment_and_stores_nothing_yet(
    client: Client, point: ServicePoint
) -> None:
    from conduct.feedback.models import Case

    fields = {"step": "begin", "from_rating": "1", "lang": "vi", "text": "Tôi chờ lâu"}
    answer = client.post(f"/f/{SLUG}/", fields)
    assert answer.status_code == 200
    assert "Tôi chờ lâu" in answer.content.decode()
    assert not Case.objects.exists()
