"""Questionnaires to read, publish and retire; which one a desk asks; what the database refuses."""

from datetime import date, timedelta

import pytest
from django.test import Client

from conduct.audit.models import AuditEvent
from surveys.asking import forget_desk, read_desk
from surveys.models import Questionnaire
from surveys.services.questionnaire_editing import publish_questionnaire
from surveys.services.questionnaires import parse_questionnaire
from tests.cast import Cast, make_cast
from tests.factories import DAY, NOW

from .arrange import SLUG, make_point
from .editing import next_round, own_draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("questionnaires")]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 10:00 on 20/10/2026."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def quan(client: Client, cast: Cast) -> Client:
    client.force_login(cast.quan)
    return client


def url(one: Questionnaire, rest: str = "") -> str:
    return f"/questionnaires/{one.pk}/{rest}"


def asked_at_the_desk(day: date) -> int | None:
    forget_desk(SLUG, day)
    desk = read_desk(SLUG, day)
    assert desk is not None
    return desk.questionnaire_id


def test_list_has_the_common_ones_and_the_own(quan: Client, cast: Cast) -> None:
    own_draft(cast)
    page = quan.get("/questionnaires/").content.decode()
    assert page.index("Mức độ hài lòng tại quầy") < page.index("Phiếu của xã")
    found = quan.get("/questionnaires/", {"q": "muc do hai long tai"}).content.decode()
    assert "Mức độ hài lòng tại quầy" in found
    assert "Phiếu của xã" not in found
    assert quan.get("/questionnaires/", {"state": "x"}).status_code == 422
    client = Client()
    client.force_login(cast.hoa)
    assert "Phiếu của xã" not in client.get("/questionnaires/").content.decode()


def test_a_questionnaire_is_begun_once_with_the_questions_of_another(quan: Client, cast: Cast) -> None:
    pattern = Questionnaire.objects.get(code="sipas-2026")
    said = {"name": "Phiếu hỏi quầy một cửa", "keeper": cast.one_stop.pk, "pattern": pattern.pk}
    first, second = quan.post("/questionnaires/new/", said), quan.post("/questionnaires/new/", said)
    assert first["Location"] == second["Location"]
    made = Questionnaire.objects.get(name="Phiếu hỏi quầy một cửa")
    assert (made.state, made.keeper, made.questions) == ("draft", cast.one_stop, pattern.questions)
    assert AuditEvent.objects.filter(act="surveys.create_questionnaire").count() == 1
    for wrong in ({"keeper": ""}, {"keeper": cast.other_commune.pk}, {"name": ""}, {"pattern": "x"}):
        assert quan.post("/questionnaires/new/", {**said, **wrong}).status_code == 422, wrong
    client = Client()
    client.force_login(cast.lan)
    assert client.get("/questionnaires/new/").status_code == 403


def test_the_nearest_keeper_is_asked_at_a_desk_from_its_day_on(cast: Cast) -> None:
    make_point(cast.one_stop)
    common = Questionnaire.objects.get(code="sipas-2026")
    draft = own_draft(cast)
    assert asked_at_the_desk(DAY) == common.pk
    later = DAY + timedelta(days=10)
    publish_questionnaire(questionnaire=draft, valid_from=later, revision=0, by=cast.quan, now=NOW)
    assert asked_at_the_desk(DAY) == common.pk
    assert asked_at_the_desk(later) == draft.pk


def test_publishing_says_what_is_wrong_and_waits(quan: Client, cast: Cast) -> None:
    draft = own_draft(cast)
    said = {"about": "", "kind": "choice", "text_vi": "Ông/bà đi bằng gì?", "text_en": "", "revision": 0}
    quan.post(url(draft, "questions/new/"), said)
    page = quan.get(url(draft, "publish/")).content.decode()
    assert "2</span> điểm cần sửa" in page
    assert f'href="{url(draft, "edit/")}#q-ong_ba_di_bang_gi"' in page
    refused = quan.post(url(draft, "publish/"), {"valid_from": "20/10/2026", "revision": 1})
    assert refused.status_code == 422
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_publishing_once_from_a_day_on(quan: Client, cast: Cast) -> None:
    draft = own_draft(cast)
    past = quan.post(url(draft, "publish/"), {"valid_from": "19/10/2026", "revision": 0})
    assert past.status_code == 422
    assert "Chọn hôm nay hoặc một ngày sau đó." in past.content.decode()
    assert quan.post(url(draft, "publish/"), {"valid_from": "20/10/2026", "revision": 9}).status_code == 409
    for _click in range(2):
        done = quan.post(url(draft, "publish/"), {"valid_from": "20/10/2026", "revision": 0})
        assert done["Location"] == url(draft)
    draft.refresh_from_db()
    assert (draft.state, draft.valid_from) == ("published", DAY)
    assert AuditEvent.objects.filter(act="surveys.publish_questionnaire").count() == 1


def test_the_next_version_tells_what_changed(client: Client, cast: Cast) -> None:
    client.force_login(cast.hanh)
    draft = next_round(cast)
    client.post(url(draft, "questions/signs/remove/"), {"revision": 0})
    client.post(url(draft, "order/"), {"revision": 1, "move": "up-q-expects"})
    said = {"revision": 2, "text_vi": "Số lần đi lại?", "text_en": "Trips?"}
    client.post(url(draft, "questions/trips/"), said)
    page = client.get(url(draft)).content.decode().split('id="changed-head"')[1]
    assert "Biển hiệu, chỉ dẫn" in page
    assert "Đã bỏ" in page
    assert "Trước đây:" in page
    assert "Ở chỗ khác" in page
    again = client.post(url(Questionnaire.objects.get(code=draft.code, number=1), "next/"))
    assert again["Location"] == url(draft, "edit/")


def test_retiring_gives_the_desk_back_to_the_common_one(quan: Client, cast: Cast) -> None:
    make_point(cast.one_stop)
    draft = own_draft(cast)
    assert quan.post(url(draft, "retire/"), {"reason": "Hết đợt"}).status_code == 403
    publish_questionnaire(questionnaire=draft, valid_from=DAY, revision=0, by=cast.quan, now=NOW)
    assert "Mức độ hài lòng tại quầy" in quan.get(url(draft, "retire/")).content.decode()
    assert quan.post(url(draft, "retire/"), {"reason": ""}).status_code == 422
    for _click in range(2):
        assert quan.post(url(draft, "retire/"), {"reason": "Hết đợt"}).status_code == 302
    assert asked_at_the_desk(DAY) == Questionnaire.objects.get(code="sipas-2026").pk
    assert AuditEvent.objects.get(act="surveys.retire_questionnaire").reason == "Hết đợt"


def test_the_last_common_one_stays(client: Client, cast: Cast) -> None:
    client.force_login(cast.hanh)
    last = Questionnaire.objects.get(code="sipas-2026")
    refused = client.post(url(last, "retire/"), {"reason": "Thử"})
    assert refused.status_code == 422
    assert "Sẽ không còn câu hỏi nào được dùng ở đó" in refused.content.decode()


def test_the_preview_is_the_page_in_a_frame_of_ours_alone(quan: Client, cast: Cast) -> None:
    rounds = Questionnaire.objects.get(code="sipas-round-2026")
    page = quan.get(url(rounds, "preview/")).content.decode()
    assert page.count('width="360"') == 2
    assert "Chỉ hỏi sau khi" in page
    framed = quan.get(url(rounds, "preview/en/"))
    assert "Were the signs easy to see" in framed.content.decode()
    assert framed["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in framed["Content-Security-Policy"]
    assert quan.get("/questionnaires/")["X-Frame-Options"] == "DENY"
    assert quan.post(url(rounds, "preview/en/"), {"overall": "5"}).status_code == 405


def test_the_file_can_be_loaded(quan: Client, cast: Cast) -> None:
    rounds = Questionnaire.objects.get(code="sipas-round-2026")
    answer = quan.get(url(rounds, "file.yaml"))
    assert answer["Content-Disposition"] == 'attachment; filename="sipas-round-2026-1.yaml"'
    assert parse_questionnaire(answer.content.decode())["questions"] == rounds.questions
