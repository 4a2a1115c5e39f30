"""A draft as citizens see it on the phone and staff on their sheet."""

import pytest
from django.test import Client

from tests.cast import Cast, make_cast

from .drafting import next_draft, unknown_model

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_questions_stand_in_both_languages_with_their_answers(client: Client, cast: Cast) -> None:
    client.force_login(cast.lan)
    page = client.get(f"/catalogue/{next_draft(cast).model.key}/2/preview/").content.decode()
    vietnamese, english = page.split('<form class="phone" lang="')[1:]
    assert "Cán bộ có giữ đúng lời hẹn với ông/bà không?" in vietnamese
    assert [word in vietnamese for word in (">Có<", ">Không<", ">Không rõ<", ">5<")] == [True] * 4
    assert "Was the promise kept?" in english
    assert [word in english for word in (">Yes<", ">No<", ">Not sure<", ">1<")] == [True] * 4
    assert "Không vi phạm giờ giấc làm việc" in page.split('id="staff-head"')[1]


def test_a_question_without_english_stands_in_vietnamese(client: Client, cast: Cast) -> None:
    draft = next_draft(cast)
    client.force_login(cast.hanh)
    draft.groups.get(position=2).items.update(question_en="")
    english = client.get(f"/catalogue/{draft.model.key}/2/preview/").content.decode().split('lang="en"')[1]
    assert "Cán bộ tiếp ông/bà vui vẻ đến mức nào?" in english


def test_nothing_to_ask_and_nothing_to_judge_are_said(client: Client, cast: Cast) -> None:
    client.force_login(cast.lan)
    page = client.get(f"/catalogue/{unknown_model().key}/1/preview/").content.decode()
    assert "Không có nội dung nào hỏi người dân." in page
    assert "Chưa có nội dung nào." in page


def test_draft_of_another_office_is_out_of_sight(client: Client, cast: Cast) -> None:
    model = unknown_model(keeper=cast.commune)
    for who, status in ((cast.quan, 200), (cast.hoa, 404), (cast.lan, 404)):
        client.force_login(who)
        assert client.get(f"/catalogue/{model.key}/1/preview/").status_code == status
