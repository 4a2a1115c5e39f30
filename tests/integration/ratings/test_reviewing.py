"""Reviewing and confirming as services: who, when, once, and who writes second."""

from collections.abc import Callable
from decimal import Decimal
from threading import Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from conduct.agencies.models import Delegation, Role, RoleGrant, User
from conduct.agencies.permissions import Refused
from conduct.audit.models import AuditEvent
from conduct.notices.models import Notice
from conduct.ratings.models import Result, Sheet, SheetEvent
from conduct.ratings.rules.scheme import parse_scheme
from conduct.ratings.services.reviewing import Review, approve_sheet, review_sheet, save_review
from conduct.ratings.services.sheets import SheetChanged
from tests.cast import Cast, make_cast
from tests.factories import DAY, NOW, START

from .arrange import make_sheet
from .reviewed import REVIEW_DAY, reviewed, submitted

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def cast(rating_schemes: None) -> Cast:
    return make_cast()


def full(sheet: Sheet, **changed: str) -> Review:
    """The maximum on every line but those named, a reason beside each of those."""
    points = {one.code: one.maximum for one in parse_scheme(sheet.scheme.document).criteria}
    lower = {code.replace("_", "."): Decimal(value) for code, value in changed.items()}
    return Review({**points, **lower}, dict.fromkeys(lower, "Chưa kịp thời."), {}, "Tốt.")


def test_a_review_is_stored_with_its_step(cast: Cast) -> None:
    sheet = submitted(cast.lan_posting)
    assert review_sheet(sheet=sheet, revision=1, review=full(sheet, I_1="4.5"), by=cast.minh, now=REVIEW_DAY)
    sheet.refresh_from_db()
    assert (sheet.state, sheet.reviewer, sheet.review_total) == ("reviewed", cast.minh, Decimal("99.5"))
    assert sheet.opinion == "Tốt."
    assert sheet.lines.get(criterion="I.1").review_reason == "Chưa kịp thời."
    event = SheetEvent.objects.get(sheet=sheet)
    assert (event.kind, event.by, event.stands_in_for) == ("reviewed", cast.minh, None)
    assert AuditEvent.objects.get(act="ratings.review_sheet").actor_id == cast.minh.pk


def test_the_same_review_twice_is_said_once(cast: Cast) -> None:
    sheet = submitted(cast.lan_posting)
    said = full(sheet)
    assert review_sheet(sheet=sheet, revision=1, review=said, by=cast.minh, now=REVIEW_DAY)
    assert not review_sheet(sheet=sheet, revision=1, review=said, by=cast.minh, now=REVIEW_DAY)
    assert SheetEvent.objects.count() == 1


def test_points_below_the_maximum_need_a_reason(cast: Cast) -> None:
    sheet = submitted(cast.lan_posting)
    said = full(sheet, I_1="4.5")
    bare = Review(said.points, {}, {}, "")
    with pytest.raises(ValidationError) as caught:
        review_sheet(sheet=sheet, revision=1, review=bare, by=cast.minh, now=REVIEW_DAY)
    assert list(caught.value.message_dict) == ["reason_I.1"]
    sheet.refresh_from_db()
    assert (sheet.state, sheet.revision) == ("submitted", 1)


@pytest.mark.parametrize("points", ["5.25", "-0.25", "4.9", "NaN"])
def test_points_that_the_scheme_does_not_give_are_refused(cast: Cast, points: str) -> None:
    sheet = submitted(cast.lan_posting)
    with pytest.raises(ValidationError) as caught:
        save_review(
            sheet_id=sheet.pk, revision=1, review=full(sheet, I_1=points), by=cast.minh, now=REVIEW_DAY
        )
    assert "points_I.1" in caught.value.message_dict


def test_a_draft_may_be_half_filled_and_says_nothing(cast: Cast) -> None:
    sheet = submitted(cast.lan_posting)
    half = Review({"I.1": Decimal(4)}, {}, {}, "Đang xem")
    kept = save_review(sheet_id=sheet.pk, revision=1, review=half, by=cast.minh, now=REVIEW_DAY)
    assert (kept.state, kept.revision, kept.opinion) == ("submitted", 2, "Đang xem")
    again = save_review(sheet_id=sheet.pk, revision=1, review=half, by=cast.minh, now=REVIEW_DAY)
    assert again.revision == 2
    assert not SheetEvent.objects.exists()


def test_no_task_no_review(cast: Cast) -> None:
    sheet = submitted(cast.lan_posting)
    sheet.tasks.all().delete()
    with pytest.raises(ValidationError, match="nhiệm vụ"):
        review_sheet(sheet=sheet, revision=1, review=full(sheet), by=cast.minh, now=REVIEW_DAY)
    sheet.refresh_from_db()
    assert sheet.state == "submitted"


def test_the_second_writer_is_told_and_overwrites_nothing(cast: Cast) -> None:
    sheet = submitted(cast.lan_posting)
    review_sheet(sheet=sheet, revision=1, review=full(sheet, I_1="4"), by=cast.minh, now=REVIEW_DAY)
    for act in (
        lambda: review_sheet(sheet=sheet, revision=1, review=full(sheet), by=cast.minh, now=REVIEW_DAY),
        lambda: approve_sheet(sheet=sheet, revision=1, by=cast.tam, now=REVIEW_DAY),
    ):
        with pytest.raises(SheetChanged):
            act()
    assert sheet.lines.get(criterion="I.1").review_points == 4
    assert not Result.objects.exists()


def test_confirming_makes_the_result_and_tells_the_person(cast: Cast) -> None:
    sheet = reviewed(cast.lan_posting, cast)
    result = approve_sheet(sheet=sheet, revision=1, by=cast.tam, now=REVIEW_DAY)
    sheet.refresh_from_db()
    assert (sheet.state, sheet.approver) == ("approved", cast.tam)
    assert result.total == 100
    assert Notice.objects.filter(recipient=cast.lan).count() == 1
    assert approve_sheet(sheet=sheet, revision=1, by=cast.tam, now=REVIEW_DAY) == result
    assert Result.objects.count() == 1


def _who(cast: Cast) -> dict[str, User]:
    return {
        "self": cast.lan,
        "head": cast.tam,
        "elsewhere": cast.hoa,
        "admin": cast.quan,
        "above": cast.phuong,
    }


@pytest.mark.parametrize("who", ["self", "head", "elsewhere", "admin", "above"])
def test_only_the_direct_head_reviews(cast: Cast, who: str) -> None:
    sheet = submitted(cast.lan_posting)
    with pytest.raises(Refused):
        review_sheet(sheet=sheet, revision=1, review=full(sheet), by=_who(cast)[who], now=REVIEW_DAY)


@pytest.mark.parametrize("who", ["self", "elsewhere", "admin", "above"])
def test_only_the_head_of_the_office_confirms(cast: Cast, who: str) -> None:
    sheet = reviewed(cast.lan_posting, cast)
    for by in (_who(cast)[who], cast.minh):
        with pytest.raises(Refused):
            approve_sheet(sheet=sheet, revision=1, by=by, now=REVIEW_DAY)
    assert not Result.objects.exists()


def test_a_former_supervisor_reviews_nothing(cast: Cast) -> None:
    sheet = submitted(cast.lan_posting)
    RoleGrant.objects.filter(person=cast.minh, role=Role.SUPERVISOR).update(ends_on=DAY)
    with pytest.raises(Refused):
        review_sheet(sheet=sheet, revision=1, review=full(sheet), by=cast.minh, now=REVIEW_DAY)


def test_a_delegate_confirms_and_the_step_says_for_whom(cast: Cast) -> None:
    Delegation.objects.create(
        absent=cast.tam, delegate=cast.minh, agency=cast.commune, starts_on=START, ends_on=REVIEW_DAY.date(),
        reason="Đi học", made_by=cast.tam, made_at=NOW,
    )  # fmt: skip
    sheet = reviewed(cast.lan_posting, cast)
    approve_sheet(sheet=sheet, revision=1, by=cast.minh, now=REVIEW_DAY)
    event = SheetEvent.objects.get(kind="approved")
    assert (event.by, event.stands_in_for) == (cast.minh, cast.tam)


def test_a_draft_is_neither_reviewed_nor_confirmed(cast: Cast) -> None:
    sheet = make_sheet(cast.lan_posting)
    with pytest.raises(Refused):
        review_sheet(sheet=sheet, revision=1, review=full(sheet), by=cast.minh, now=REVIEW_DAY)
    with pytest.raises(Refused):
        approve_sheet(sheet=sheet, revision=1, by=cast.tam, now=REVIEW_DAY)


def test_a_failed_audit_leaves_the_sheet_as_it_was(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = submitted(cast.lan_posting)

    def fails(**_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("conduct.ratings.services.reviewing.record", fails)
    with pytest.raises(RuntimeError):
        review_sheet(sheet=sheet, revision=1, review=full(sheet), by=cast.minh, now=REVIEW_DAY)
    sheet.refresh_from_db()
    assert (sheet.state, sheet.revision) == ("submitted", 1)
    assert not SheetEvent.objects.exists()


def _at_once(*acts: Callable[[], object]) -> list[object]:
    """What came of these acts, each in a thread with a connection of its own."""
    outcomes: list[object] = []

    def run(act: Callable[[], object]) -> None:
        try:
            outcomes.append(act())
        except SheetChanged as changed:
            outcomes.append(changed)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_of_two_supervisors_at_once_one_writes_and_the_other_is_told(cast: Cast) -> None:
    sheet = submitted(cast.lan_posting)
    says = [full(sheet, I_1=points) for points in ("4", "3")]
    outcomes = _at_once(
        *(
            lambda said=said: review_sheet(sheet=sheet, revision=1, review=said, by=cast.minh, now=REVIEW_DAY)
            for said in says
        )
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["SheetChanged", "bool"]
    assert SheetEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_double_click_confirms_once(cast: Cast) -> None:
    sheet = reviewed(cast.lan_posting, cast)
    outcomes = _at_once(*[lambda: approve_sheet(sheet=sheet, revision=1, by=cast.tam, now=REVIEW_DAY)] * 3)
    assert len({getattr(outcome, "pk", None) for outcome in outcomes}) == 1
    assert Result.objects.count() == 1
