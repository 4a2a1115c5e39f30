"""Confirmed results and their history (Điều 21.3)."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from conduct.agencies.permissions import Refused
from conduct.audit.models import AuditEvent
from conduct.ratings.models import Result, Sheet, SheetEvent
from conduct.ratings.services.results import confirm_result, result_in_force
from tests.cast import Cast, make_cast
from tests.factories import NOW
from tests.integration.ratings.arrange import add_task, give_points, make_sheet

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def cast(rating_schemes: None) -> Cast:
    return make_cast()


def _approved(cast: Cast, less: str = "0") -> Sheet:
    sheet = make_sheet(
        cast.lan_posting, state="approved", submitted_at=NOW, reviewed_at=NOW, reviewer=cast.minh,
        approved_at=NOW, approver=cast.tam, opinion="Làm việc chu đáo.",
    )  # fmt: skip
    give_points(sheet, "self", "review", less=less)
    add_task(sheet)
    return sheet


def test_the_first_result_is_counted_from_what_the_reviewer_gave(cast: Cast) -> None:
    sheet = _approved(cast, less="0.5")
    result = confirm_result(sheet=sheet, cause=Result.Cause.CONFIRMED, by=cast.tam, now=NOW)
    assert (result.number, result.total, result.tasks) == (1, Decimal("99.5"), Decimal(70))
    assert result.common == Decimal("29.5")
    assert result.level == "htxsnv"
    assert result_in_force(sheet) == result
    event = SheetEvent.objects.get(sheet=sheet)
    assert (event.kind, event.by, event.total) == ("approved", cast.tam, Decimal("99.5"))
    assert AuditEvent.objects.get(act="ratings.confirm_result").object_id == str(result.pk)


def test_the_parts_hold_all_that_a_form_prints(cast: Cast) -> None:
    sheet = _approved(cast, less="0.5")
    parts = confirm_result(sheet=sheet, cause="confirmed", by=cast.tam, now=NOW).parts
    first = parts["groups"][0]["lines"][0]
    assert (first["maximum"], Decimal(first["points"])) == ("5", Decimal("4.5"))
    assert first["reason"] == "Đi làm muộn hai buổi."
    assert parts["person"]["name"] == "Tôn Nữ Hoàng Thảo Lan"
    assert parts["person"]["office"] == "Xã An Thuận"
    assert parts["reviewed_by"]["title"] == "Phó Giám đốc Trung tâm"
    assert parts["confirmed_by"] == {"name": "Lê Thị Tâm", "title": "Chủ tịch UBND xã", "at": NOW.isoformat()}
    assert parts["tasks"]["shares"] == {"quantity": "1", "quality": "1", "timeliness": "1"}
    assert parts["tasks"]["rows"][0]["name"] == "Giải quyết hồ sơ"
    assert (parts["total"], parts["level"]["code"]) == ("99.5", "htxsnv")
    assert parts["opinion"] == "Làm việc chu đáo."


def test_more_than_was_assigned_is_kept_as_it_is_and_capped_in_points(cast: Cast) -> None:
    sheet = _approved(cast)
    add_task(sheet, kind="unplanned", assigned=0, done=5)
    tasks = confirm_result(sheet=sheet, cause="confirmed", by=cast.tam, now=NOW).parts["tasks"]
    assert (tasks["share"], tasks["is_capped"], Decimal(tasks["points"])) == ("1.5", True, Decimal(70))


def test_a_later_result_replaces_the_first_and_both_stay(cast: Cast) -> None:
    sheet = _approved(cast)
    first = confirm_result(sheet=sheet, cause="confirmed", by=cast.tam, now=NOW)
    later = [
        confirm_result(
            sheet=sheet, cause="petition", by=cast.tam, now=NOW, reason="Điều 22",
            points={"I.1": Decimal(points)},
        )
        for points in ("4", "3")
    ]  # fmt: skip
    stored = list(Result.objects.order_by("number"))
    assert stored == [first, *later]
    assert [row.total for row in stored] == [100, 99, 98]
    assert [row.replaced_by_id for row in stored] == [later[0].pk, later[1].pk, None]
    assert result_in_force(sheet) == later[1]
    assert sheet.lines.get(criterion="I.1").review_points == 5
    assert list(SheetEvent.objects.order_by("pk").values_list("kind", flat=True)) == [
        "approved", "replaced", "replaced",
    ]  # fmt: skip


def test_a_result_never_changes(cast: Cast) -> None:
    result = confirm_result(sheet=_approved(cast), cause="confirmed", by=cast.tam, now=NOW)
    result.total = Decimal(10)
    with pytest.raises(IntegrityError, match="never changes"):
        result.save()


def test_a_replacement_says_why(cast: Cast) -> None:
    sheet = _approved(cast)
    confirm_result(sheet=sheet, cause="confirmed", by=cast.tam, now=NOW)
    with pytest.raises(ValidationError):
        confirm_result(sheet=sheet, cause="petition", by=cast.tam, now=NOW, reason="  ")
    assert Result.objects.count() == 1


def test_points_outside_their_line_are_refused(cast: Cast) -> None:
    for points in ({"I.1": Decimal("5.25")}, {"I.1": Decimal(-1)}, {"X.9": Decimal(1)}):
        with pytest.raises(ValidationError):
            confirm_result(sheet=_approved_once(cast), cause="confirmed", by=cast.tam, now=NOW, points=points)
    assert not Result.objects.exists()


def _approved_once(cast: Cast) -> Sheet:
    return Sheet.objects.filter(posting=cast.lan_posting).first() or _approved(cast)


def test_what_is_missing_is_said(cast: Cast) -> None:
    sheet = _approved(cast)
    sheet.tasks.all().delete()
    with pytest.raises(ValidationError, match="nhiệm vụ"):
        confirm_result(sheet=sheet, cause="confirmed", by=cast.tam, now=NOW)
    add_task(sheet)
    sheet.lines.filter(criterion="I.1").update(review_points=None)
    with pytest.raises(ValidationError, match="tiêu chí"):
        confirm_result(sheet=sheet, cause="confirmed", by=cast.tam, now=NOW)


def test_a_sheet_under_way_has_no_result(cast: Cast) -> None:
    with pytest.raises(Refused):
        confirm_result(sheet=make_sheet(cast.lan_posting), cause="confirmed", by=cast.tam, now=NOW)


def test_a_failed_audit_leaves_no_result(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = _approved(cast)

    def fails(**_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("conduct.ratings.services.results.record", fails)
    with pytest.raises(RuntimeError):
        confirm_result(sheet=sheet, cause="confirmed", by=cast.tam, now=NOW)
    assert not Result.objects.exists()
    assert not SheetEvent.objects.exists()
