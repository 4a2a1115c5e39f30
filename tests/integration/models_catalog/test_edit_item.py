"""Items of a draft: adding, changing, deleting, and the question to citizens."""

import pytest
from django.test import Client

from models_catalog.models import ModelVersion
from tests.cast import Cast, make_cast

from .drafting import ITEM, editor, groups, items, next_draft

pytestmark = pytest.mark.django_db
QUESTION = {
    "sources": ["citizen", "self"], "question": "Cán bộ có trả lời trong ngày không?",
    "question_en": "Did you get an answer the same day?",
}  # fmt: skip


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def draft(cast: Cast) -> ModelVersion:
    return next_draft(cast)


@pytest.fixture
def hanh(client: Client, cast: Cast) -> Client:
    client.force_login(cast.hanh)
    return client


def new_url(draft: ModelVersion) -> str:
    return f"/catalogue/{draft.model.key}/2/groups/{groups(draft)[1].pk}/items/new/"


def url_of(draft: ModelVersion, place: int = 0) -> str:
    return f"/catalogue/{draft.model.key}/2/items/{items(draft)[place].pk}/"


def test_new_item_stands_at_the_end_of_its_group(hanh: Client, draft: ModelVersion) -> None:
    assert "Nội dung mới" in hanh.get(new_url(draft)).content.decode()
    response = hanh.post(new_url(draft), {**ITEM, "text": "  Phải  trả lời trong ngày ", "revision": 0})
    item = items(draft)[-1]
    assert response["Location"] == f"{editor(draft)}#i{item.pk}"
    assert (item.text, item.sources, item.answer) == ("Phải trả lời trong ngày", ["supervisor"], "")
    assert hanh.post(new_url(draft), {**ITEM, "revision": 0}).status_code == 409, "a second click"
    assert len(items(draft)) == 4


@pytest.mark.parametrize(
    ("kept", "answer", "kept_answers"),
    [("yes", "yes_no", [1]), ("no", "yes_no", [0]), ("at_least_4", "scale5", [4, 5])],
)
def test_question_says_which_answer_counts_as_kept(
    kept: str, answer: str, kept_answers: list[int], hanh: Client, draft: ModelVersion
) -> None:
    hanh.post(new_url(draft), {**ITEM, **QUESTION, "kept": kept, "revision": 0})
    item = items(draft)[-1]
    assert (item.question, item.answer, item.kept_answers) == (QUESTION["question"], answer, kept_answers)
    page = hanh.get(url_of(draft, 3)).content.decode()
    assert f'value="{kept}"' in page.split("checked")[-2] + page.split("checked")[-1]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"text": ""}, "Nội dung"),
        ({"text": "a" * 401}, "400"),
        ({"sources": ["x"]}, "x"),
        ({**QUESTION, "kept": ""}, "Cần chọn câu trả lời nào là giữ đúng."),
        ({**QUESTION, "kept": "maybe"}, "maybe"),
        ({**QUESTION, "kept": "yes", "question": "Có trả lời"}, "Câu hỏi phải kết thúc bằng dấu hỏi."),
        ({**QUESTION, "kept": "yes", "sources": ["self"]}, "phải chọn người dân"),
        ({"question_en": "Was it?"}, "Cần có câu hỏi tiếng Việt trước."),
    ],
)
def test_bad_input_is_told(wrong: dict[str, object], said: str, hanh: Client, draft: ModelVersion) -> None:
    response = hanh.post(new_url(draft), {**ITEM, "revision": 0, **wrong})
    assert response.status_code == 422
    assert said in response.content.decode()
    assert len(items(draft)) == 3


def test_item_is_reworded(hanh: Client, draft: ModelVersion) -> None:
    page = hanh.get(url_of(draft)).content.decode()
    assert "Không thất hứa với dân" in page
    assert "Câu nào trong nhóm này cũng có chữ “không”" in page
    changed = {**ITEM, "text": "Không hứa suông với dân", "revision": 0}
    assert hanh.post(url_of(draft), changed).status_code == 302
    item = items(draft)[0]
    assert (item.text, item.question, item.answer, item.kept_answers) == (
        "Không hứa suông với dân", "", "", [],
    )  # fmt: skip


def test_second_writer_keeps_what_was_typed_and_sees_what_is_stored(
    hanh: Client, draft: ModelVersion
) -> None:
    hanh.post(url_of(draft), {**ITEM, "text": "Không sai hẹn", "revision": 0})
    stale = hanh.post(url_of(draft), {**ITEM, "text": "Không lỡ hẹn", "revision": 0})
    assert stale.status_code == 409
    page = stale.content.decode()
    assert "Không lỡ hẹn</textarea>" in page
    assert "Không sai hẹn" in page
    assert items(draft)[0].text == "Không sai hẹn"
    assert hanh.post(url_of(draft), {**ITEM, "text": "Không lỡ hẹn", "revision": 1}).status_code == 302


def test_item_is_deleted_once(hanh: Client, draft: ModelVersion) -> None:
    url = f"{url_of(draft)}remove/"
    assert hanh.post(url, {"revision": 5}).status_code == 409
    response = hanh.post(url, {"revision": 0}, follow=True)
    assert "Đã xóa “Không thất hứa với dân”." in response.content.decode()
    assert hanh.post(url, {"revision": 0}).status_code == 404
    assert len(items(draft)) == 2


def test_rights(client: Client, cast: Cast, draft: ModelVersion) -> None:
    foreign = items(cast.adoption.version)[0].pk
    client.force_login(cast.quan)
    for url in (new_url(draft), url_of(draft), f"{url_of(draft)}remove/"):
        assert client.post(url, {**ITEM, "revision": 0}).status_code == 403
    client.force_login(cast.hanh)
    assert client.get(f"/catalogue/{draft.model.key}/2/items/{foreign}/").status_code == 404
    assert client.get(f"/catalogue/{draft.model.key}/1/items/{foreign}/").status_code == 403
