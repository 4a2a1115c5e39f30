"""Opening a remark again: once, with sealed words, a new due day, never for somebody whom they name."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from conduct.agencies.models import Role
from conduct.audit.models import AuditEvent
from conduct.feedback.models import Case, CaseEvent
from conduct.feedback.services.reading import read_sealed
from conduct.notices.models import Notice
from surveys.models import ServicePoint
from tests.cast import Cast
from tests.factories import NOW, grant
from tests.integration.feedback.arrange import NAMING_LAN, NAMING_TAM, person_ids
from tests.integration.feedback.test_follow import answered
from tests.integration.feedback.writing import make_desk, pass_for, written

pytestmark = pytest.mark.django_db
AGAIN = "Vẫn không có ai ở quầy trước tám giờ"


@pytest.fixture(autouse=True)
def desk(cast: Cast, consent_texts: None) -> ServicePoint:
    return make_desk(cast)


def reopen(client: Client, code: str, words: str = AGAIN) -> Any:
    return client.post("/f/reopen/", {**pass_for(client, code), "words": words})


def test_it_is_open_again_with_a_new_due_day(client: Client, cast: Cast) -> None:
    case, code = written(client)
    case.assignee = cast.minh
    case.save()
    answered(case)
    answer = reopen(client, code)
    assert answer.status_code == 200
    assert "Ý kiến đã được mở lại." in answer.content.decode()
    case.refresh_from_db()
    assert (case.state, case.due_on, case.closed_on) == ("assigned", date(2026, 10, 27), None)
    step = case.events.get(kind=CaseEvent.Kind.REOPENED)
    assert read_sealed(case, step.sealed_text) == AGAIN
    assert AGAIN not in str(AuditEvent.objects.get(act="feedback.reopen_case").data)
    assert Notice.objects.filter(recipient=cast.minh, key__contains="reopened").count() == 1


def test_a_second_time_is_refused_and_keeps_the_first_words(client: Client) -> None:
    case, code = written(client)
    answered(case)
    form = {**pass_for(client, code), "words": AGAIN}
    client.post("/f/reopen/", form)
    twice = client.post("/f/reopen/", {**form, "words": "Lời thứ hai"}).content.decode()
    assert "đã được mở lại trước đó" in twice
    answered(case)
    assert "Chưa hài lòng" not in reopen(client, code).content.decode()
    case.refresh_from_db()
    assert case.state == "answered"
    assert case.events.filter(kind=CaseEvent.Kind.REOPENED).count() == 1


def test_what_is_not_answered_cannot_be_opened_again(client: Client) -> None:
    _case, code = written(client)
    assert reopen(client, code).status_code == 403


def test_after_three_months_it_stays_closed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    case, code = written(client)
    answered(case)
    later = NOW + timedelta(days=91)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    assert reopen(client, code).status_code == 403


@pytest.mark.parametrize("words", ["", " ", "x", "ạ" * 4001])
def test_words_are_needed_and_stay_typed(client: Client, words: str) -> None:
    case, code = written(client)
    answered(case)
    answer = reopen(client, code, words)
    assert answer.status_code == 422
    case.refresh_from_db()
    assert case.state == "answered"


def test_whoever_the_words_name_loses_the_case_at_once(client: Client, cast: Cast) -> None:
    case, code = written(client)
    case.assignee = cast.lan
    case.save()
    grant(cast.quan, cast.commune, Role.OPERATOR)
    answered(case)
    reopen(client, code, NAMING_LAN)
    case.refresh_from_db()
    assert (case.assignee_id, case.state) == (None, "sorted")
    assert person_ids(case) == {cast.lan.pk}
    assert not Notice.objects.filter(recipient=cast.lan, key__contains=f"case:{case.pk}:").exists()


def test_words_about_a_head_lift_the_case_above(client: Client, cast: Cast) -> None:
    case, code = written(client)
    answered(case)
    reopen(client, code, NAMING_TAM)
    case.refresh_from_db()
    assert case.agency == cast.province


def test_a_merged_case_becomes_one_of_its_own(client: Client) -> None:
    main, _main_code = written(client, text="Việc ở quầy")
    case, code = written(client)
    answered(main)
    Case.objects.filter(pk=case.pk).update(
        state="merged", merged_into=main, closed_on=NOW.date(), kind="complaint"
    )
    assert reopen(client, code).status_code == 200
    case.refresh_from_db()
    assert (case.merged_into, case.state) == (None, "sorted")
