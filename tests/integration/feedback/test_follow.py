"""Following with the code: guessed codes find nothing, soon none is looked up; the office keeps its notes."""

from datetime import timedelta

import pytest
from django.core.signing import TimestampSigner
from django.db import transaction
from django.test import Client
from django.utils import timezone

from conduct.audit.models import AuditEvent
from conduct.feedback.models import Case, CaseEvent
from conduct.feedback.services import limits
from conduct.feedback.services.handling import note_case
from conduct.feedback.services.holding import finish, locked, seal_text
from conduct.kernel.codes import CODE_SIGNS
from surveys.models import ServicePoint
from tests.cast import Cast
from tests.factories import NOW
from tests.integration.feedback.arrange import WORDS
from tests.integration.feedback.writing import follow, make_desk, pass_for, written

pytestmark = pytest.mark.django_db
ANSWER = "Từ tuần sau có người trực quầy từ bảy giờ"


@pytest.fixture(autouse=True)
def desk(cast: Cast, consent_texts: None) -> ServicePoint:
    return make_desk(cast)


def answered(case: Case, answer: str = ANSWER) -> Case:
    """The case, answered, as ``reply_case`` leaves it."""
    with transaction.atomic():
        held = locked(case)
        held.kind, held.state, held.sealed_answer = "complaint", Case.State.ANSWERED, seal_text(held, answer)
        held.answered_on = held.closed_on = timezone.localdate(NOW)
        finish(case=held, step=CaseEvent.Kind.ANSWERED, act="reply_case", by=None, now=NOW)
    return held


def test_the_code_shows_state_words_and_due_day(client: Client) -> None:
    _case, code = written(client)
    answer = follow(client, code)
    page = answer.content.decode()
    assert answer.status_code == 200
    for said in (WORDS, "Hạn trả lời: ngày 27/10/2026", "Cơ quan đã nhận và đang phân công thụ lý"):
        assert said in page
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("no-store", "noindex, nofollow")
    assert not answer.cookies
    assert code not in page


@pytest.mark.parametrize("typed", ["small", "blanks", "look-alikes"])
def test_a_code_is_read_however_it_is_typed(client: Client, typed: str) -> None:
    _case, code = written(client)
    said = {
        "small": code.lower(),
        "blanks": code.replace("-", " "),
        "look-alikes": code.replace("0", "O").replace("1", "l"),
    }[typed]
    assert follow(client, said).status_code == 200


def test_the_answer_is_read_and_the_office_keeps_its_notes(client: Client, cast: Cast) -> None:
    case, code = written(client)
    case.assignee = cast.minh
    case.save()
    note_case(case=case, text="Gọi lại chị Kiều chiều nay", by=cast.minh, now=NOW)
    answered(case)
    page = follow(client, code).content.decode()
    assert ANSWER in page
    assert "Gọi lại" not in page
    assert "Hữu Minh" not in page


def test_a_citizen_of_a_merged_case_reads_the_main_answer_and_not_the_main_words(client: Client) -> None:
    main, _code = written(client, text="Số điện thoại của tôi là 0987 000 111")
    case, code = written(client, text="Chuyện ở quầy số 2")
    answered(main)
    Case.objects.filter(pk=case.pk).update(state="merged", merged_into=main, closed_on=timezone.localdate())
    page = follow(client, code).content.decode()
    assert ANSWER in page
    assert "Chuyện ở quầy số 2" in page
    assert "0987 000 111" not in page


@pytest.mark.parametrize("code", ["0" * 20, "Z" * 20, "abc", "' OR 1=1 --", "é" * 20, "x" * 60, "\u202e"])
def test_a_wrong_code_finds_nothing(client: Client, code: str) -> None:
    written(client)
    answer = follow(client, code)
    assert answer.status_code == 404
    assert WORDS not in answer.content.decode()


def test_one_wrong_sign_finds_nothing(client: Client) -> None:
    _case, code = written(client)
    other = CODE_SIGNS[(CODE_SIGNS.index(code[0]) + 1) % 32]
    assert follow(client, other + code[1:]).status_code == 404


def test_a_guessing_network_is_stopped_and_leaves_a_line(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "WRONG_CODES", 3)
    _case, code = written(client)
    assert [follow(client, "0" * 19 + sign).status_code for sign in "1234"] == [404, 404, 404, 429]
    assert follow(client, code).status_code == 429, "the right code neither: that would tell which is right"
    trail = AuditEvent.objects.get(act="feedback.guess_codes")
    assert (trail.actor_id, trail.data, trail.object_id) == (None, {}, "")
    elsewhere = client.post("/f/follow/", {"code": code, "lang": "vi"}, REMOTE_ADDR="203.0.113.9")
    assert elsewhere.status_code == 200


def test_guessing_from_everywhere_leaves_each_network_few_tries(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "WRONG_EVERYWHERE", 4)
    for number in range(4):
        client.post("/f/follow/", {"code": "0" * 20}, REMOTE_ADDR=f"203.0.113.{number}")
    said = [client.post("/f/follow/", {"code": "0" * 20}, REMOTE_ADDR="198.51.100.1") for _time in range(4)]
    assert [answer.status_code for answer in said] == [404, 404, 404, 429]


def test_right_codes_are_never_counted(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WRONG_CODES", 2)
    _case, code = written(client)
    assert {follow(client, code).status_code for _time in range(6)} == {200}


def test_a_code_in_the_address_opens_nothing(client: Client) -> None:
    _case, code = written(client)
    page = client.get(f"/f/follow/?code={code}").content.decode()
    assert WORDS not in page
    assert code not in page


def test_a_code_sent_by_another_site_is_not_read(client: Client) -> None:
    _case, code = written(client)
    answer = client.post("/f/follow/", {"code": code}, HTTP_SEC_FETCH_SITE="cross-site")
    assert answer.status_code == 403
    assert WORDS not in answer.content.decode()


ACTS = ("again", "reopen", "put-right", "withdraw", "erase", "my-data")


@pytest.mark.parametrize("act", ACTS)
def test_an_act_needs_a_pass_of_ours(client: Client, act: str) -> None:
    case, _code = written(client)
    for forged in ("", str(case.pk), f"{case.pk}.x.y", TimestampSigner(salt="other").sign(str(case.pk))):
        answer = client.post(f"/f/{act}/", {"pass": forged, "sure": "1", "words": "ab", "what": "case"})
        assert answer.status_code == 403
        assert WORDS not in answer.content.decode()
    assert client.get(f"/f/{act}/").status_code == 302
    case.refresh_from_db()
    assert (case.state, case.erased_at) == ("new", None)


@pytest.mark.parametrize("act", ACTS)
def test_a_pass_ends_after_half_an_hour(client: Client, act: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _case, code = written(client)
    form = pass_for(client, code)
    import time

    late = time.time() + 1801
    monkeypatch.setattr("django.core.signing.time.time", lambda: late)
    answer = client.post(f"/f/{act}/", {**form, "sure": "1"})
    assert answer.status_code == 403
    assert "Xin nhập lại mã theo dõi" in answer.content.decode()


@pytest.mark.parametrize("act", ACTS)
def test_an_act_sent_by_another_site_is_refused(client: Client, act: str) -> None:
    case, code = written(client)
    form = pass_for(client, code)
    answer = client.post(f"/f/{act}/", {**form, "sure": "1"}, HTTP_ORIGIN="https://evil.example")
    assert answer.status_code == 403
    case.refresh_from_db()
    assert case.erased_at is None


def test_what_is_late_is_said(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    _case, code = written(client)
    later = NOW + timedelta(days=20)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    assert "Đã quá hạn trả lời" in follow(client, code).content.decode()
