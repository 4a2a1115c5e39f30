"""Confirming together: the undisputed in one act, each reason that holds a sheet back."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from conduct.agencies.models import Delegation
from conduct.ratings.models import Petition, Result, Sheet
from conduct.ratings.rules.periods import Period
from conduct.ratings.rules.reviewing import Held
from conduct.ratings.services.batch import approve_batch, candidates
from conduct.ratings.services.results import confirm_result
from conduct.ratings.services.reviewing_queue import Queue
from tests.cast import Cast, make_cast
from tests.factories import NOW, START

from .arrange import OCTOBER, make_sheet
from .reviewed import REVIEW_DAY, colleague, confirmed_breach, reviewed
from .reviewed import at_review as at_review

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_review", "rating_schemes")]
URL = "/ratings/review/2026-10/batch/"


@pytest.fixture
def cast(rating_schemes: None) -> Cast:
    return make_cast()


def rows(cast: Cast) -> Any:
    queue = Queue(cast.tam, REVIEW_DAY.date(), OCTOBER.first)
    return queue.waiting(Period(OCTOBER), queue.terms())


def reasons(cast: Cast, sheet: Sheet) -> set[Held]:
    return next({*one.reasons} for one in candidates(rows(cast)) if one.sheet.pk == sheet.pk)


def _confirmed_in_september(cast: Cast, less: str) -> Result:
    sheet = reviewed(cast.lan_posting, cast, less=less, month=OCTOBER.previous())
    Sheet.objects.filter(pk=sheet.pk).update(state="approved", approver=cast.tam, approved_at=NOW)
    return confirm_result(sheet=sheet, cause="confirmed", by=cast.tam, now=NOW)


def _different(cast: Cast) -> Sheet:
    return reviewed(cast.lan_posting, cast, own_less="0.5")


def _no_reason(cast: Cast) -> Sheet:
    sheet = reviewed(cast.lan_posting, cast, less="0.5")
    sheet.lines.update(review_reason="")
    return sheet


def _incomplete(cast: Cast) -> Sheet:
    sheet = reviewed(cast.lan_posting, cast)
    sheet.tasks.all().delete()
    return sheet


def _failed(cast: Cast) -> Sheet:
    sheet = reviewed(cast.lan_posting, cast)
    sheet.tasks.update(done=1)
    return sheet


def _petition(cast: Cast) -> Sheet:
    result = _confirmed_in_september(cast, "0")
    Petition.objects.create(
        result=result, text="Xem lại", filed_by=cast.lan, filed_at=NOW, due_on=REVIEW_DAY.date()
    )
    return reviewed(cast.lan_posting, cast)


def _level_moved(cast: Cast) -> Sheet:
    _confirmed_in_september(cast, "0")
    sheet = reviewed(cast.lan_posting, cast)
    sheet.tasks.update(done=7)
    return sheet


def _breach(cast: Cast) -> Sheet:
    confirmed_breach(cast)
    return reviewed(cast.lan_posting, cast)


def _mutual(cast: Cast) -> Sheet:
    # Minh reviews Lan; Lan stands in for Tâm, who confirms Minh.
    Delegation.objects.create(
        absent=cast.tam, delegate=cast.lan, agency=cast.commune, starts_on=START,
        ends_on=REVIEW_DAY.date(), reason="Đi công tác", made_by=cast.quan, made_at=NOW,
    )  # fmt: skip
    return reviewed(cast.lan_posting, cast)


CASES: dict[Held, Callable[[Cast], Sheet]] = {
    Held.DIFFERENT: _different,
    Held.NO_REASON: _no_reason,
    Held.INCOMPLETE: _incomplete,
    Held.FAILED: _failed,
    Held.PETITION: _petition,
    Held.LEVEL_MOVED: _level_moved,
    Held.BREACH: _breach,
    Held.MUTUAL: _mutual,
}


@pytest.mark.parametrize("reason", list(CASES))
def test_a_disputed_sheet_is_held_back_and_says_why(cast: Cast, reason: Held) -> None:
    sheet = CASES[reason](cast)
    assert reasons(cast, sheet) == {reason}
    report = approve_batch(rows=rows(cast), chosen={sheet.pk: 1}, by=cast.tam, now=REVIEW_DAY)
    assert not report.confirmed
    assert [held.pk for held, _why in report.held] == [sheet.pk]
    assert not Result.objects.filter(sheet=sheet).exists()


def test_the_undisputed_are_confirmed_in_one_act(client: Client, cast: Cast) -> None:
    sheets = [
        reviewed(cast.lan_posting, cast),
        reviewed(colleague(cast, "Hồ Thị Mai Vy"), cast),
        reviewed(colleague(cast, "Lý Văn Xuân"), cast, less="0.5"),
    ]
    disputed = reviewed(colleague(cast, "Ngô Văn Yên"), cast, own_less="1")
    client.force_login(cast.tam)
    shown = client.get(URL).content.decode()
    for sheet in sheets:
        assert f'value="{sheet.pk}:1"' in shown
    assert f'value="{disputed.pk}:1"' not in shown
    assert "Điểm đánh giá khác điểm tự chấm." in shown
    sent = {"sheets": [f"{sheet.pk}:1" for sheet in [*sheets, disputed]]}
    response = client.post(URL, sent, follow=True)
    assert "Đã phê duyệt 3 phiếu." in response.content.decode()
    assert "Ngô Văn Yên: để xem riêng." in response.content.decode()
    assert set(Result.objects.values_list("sheet_id", flat=True)) == {sheet.pk for sheet in sheets}


def test_a_second_click_confirms_nothing_again(client: Client, cast: Cast) -> None:
    sheet = reviewed(cast.lan_posting, cast)
    client.force_login(cast.tam)
    sent = {"sheets": [f"{sheet.pk}:1"]}
    client.post(URL, sent, follow=True)
    response = client.post(URL, sent, follow=True)
    assert "không có thay đổi nào" in response.content.decode()
    assert Result.objects.count() == 1


def test_a_sheet_that_changed_since_the_list_is_held_back(client: Client, cast: Cast) -> None:
    sheet = reviewed(cast.lan_posting, cast)
    Sheet.objects.filter(pk=sheet.pk).update(revision=2)
    client.force_login(cast.tam)
    response = client.post(URL, {"sheets": [f"{sheet.pk}:1"]}, follow=True)
    assert "Phiếu đã thay đổi sau khi danh sách được mở." in response.content.decode()
    assert not Result.objects.exists()


def test_the_own_sheet_is_never_among_them(client: Client, cast: Cast) -> None:
    own = reviewed(cast.tam_posting, cast, reviewer=cast.phuong)
    client.force_login(cast.tam)
    assert f'value="{own.pk}:1"' not in client.get(URL).content.decode()
    client.post(URL, {"sheets": [f"{own.pk}:1"]})
    assert not Result.objects.exists()


def test_nothing_chosen_is_said(client: Client, cast: Cast) -> None:
    reviewed(cast.lan_posting, cast)
    client.force_login(cast.tam)
    for sent in ({}, {"sheets": ["x", "1:", "9" * 40 + ":1"]}):
        response = client.post(URL, sent)
        assert response.status_code == 422
        assert "Chưa chọn phiếu nào" in response.content.decode()


@pytest.mark.parametrize(
    ("who", "status"), [("tam", 200), ("minh", 403), ("lan", 403), ("hoa", 403), ("quan", 403)]
)
def test_who_may_open_the_list(client: Client, cast: Cast, who: str, status: int) -> None:
    sheet = reviewed(cast.lan_posting, cast)
    client.force_login(getattr(cast, who))
    response = client.get(URL)
    assert response.status_code == status
    assert (str(sheet.posting.person) in response.content.decode()) == (status == 200)


def test_a_person_without_a_sheet_waits_for_nothing(cast: Cast) -> None:
    make_sheet(cast.lan_posting)
    assert not candidates(rows(cast))
