"""Judging a person's month and the reply."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from conduct.agencies.models import Period, Role, RoleGrant
from conduct.agencies.permissions import Refused
from conduct.audit.models import AuditEvent
from conduct.judgements import services
from conduct.judgements.models import Judgement, JudgementSheet
from conduct.judgements.rules import Verdict
from conduct.judgements.services import SheetChanged, items_to_judge, reply_to_judgement, verdicts_of
from conduct.kernel.months import Month
from tests.cast import Cast
from tests.factories import DAY, NOW, adopt, grant, make_user, make_version

from .conftest import Judge

LATE = (2, "Đi muộn hai buổi")


def close(cast: Cast, month: Month) -> None:
    Period.objects.create(office=cast.commune, month=month.first, state="closed", closed_at=NOW)


def test_judgement_holds_every_item_with_its_reason(cast: Cast, judged: Judge) -> None:
    sheet, changed = judged({1: LATE})
    assert changed
    assert [verdict for _, verdict in sorted(verdicts_of(sheet).items())] == [
        Verdict(4), Verdict(*LATE), Verdict(4),
    ]  # fmt: skip
    assert (sheet.revision, sheet.judged_by, sheet.judged_at) == (1, cast.minh, NOW)


def test_audit_row_holds_old_and_new_values(cast: Cast, judged: Judge) -> None:
    judged({1: LATE})
    judged({1: (3, "Đi muộn một buổi")}, revision=1)
    event = AuditEvent.objects.order_by("pk").last()
    assert event is not None
    item = str(items_to_judge(cast.adoption)[1].pk)
    assert (event.act, event.agency_id, event.data["revision"]) == (
        "judgements.judge_person",
        cast.commune.pk,
        2,
    )
    assert event.data["before"][item] == [2, "Đi muộn hai buổi"]
    assert event.data["after"][item] == [3, "Đi muộn một buổi"]


@pytest.mark.parametrize(
    ("who", "may"),
    [("minh", True), ("tam", True), ("phuong", True), ("lan", False), ("quan", False), ("hoa", False)],
)
def test_supervisors_and_heads_at_or_above_judge(cast: Cast, judged: Judge, who: str, may: bool) -> None:
    if may:
        assert judged(by=getattr(cast, who))[1]
    else:
        with pytest.raises(Refused):
            judged(by=getattr(cast, who))
        assert not JudgementSheet.objects.exists()


def test_nobody_judges_oneself(cast: Cast, judged: Judge) -> None:
    for posting, by in ((cast.minh_posting, cast.minh), (cast.tam_posting, cast.tam)):
        with pytest.raises(Refused, match="tự chấm"):
            judged(posting=posting, by=by)


def test_supervisor_of_one_part_does_not_judge_another(cast: Cast, judged: Judge) -> None:
    with pytest.raises(Refused):
        judged(posting=cast.quan.postings.get())


def test_role_ends_with_its_last_day(cast: Cast, judged: Judge) -> None:
    own = RoleGrant.objects.filter(person=cast.minh)
    own.update(ends_on=DAY)
    assert judged()[1]
    own.update(ends_on=DAY - timedelta(days=1))
    with pytest.raises(Refused):
        judged(revision=1, values={1: LATE})


def test_second_click_is_stored_once(judged: Judge) -> None:
    first, _ = judged({1: LATE})
    again, changed = judged({1: LATE})
    assert (again.pk, again.revision, changed) == (first.pk, 1, False)
    assert AuditEvent.objects.count() == 1


def test_second_supervisor_is_told_and_overwrites_nothing(cast: Cast, judged: Judge) -> None:
    judged({1: LATE})
    with pytest.raises(SheetChanged) as caught:
        judged({0: (0, "Không giữ lời hẹn")}, by=cast.tam)
    assert caught.value.sheet is not None
    assert caught.value.sheet.judged_by == cast.minh
    sheet = JudgementSheet.objects.get()
    assert [verdict.value for _, verdict in sorted(verdicts_of(sheet).items())] == [4, 2, 4]
    assert AuditEvent.objects.count() == 1


def test_revision_ahead_of_the_sheet_is_told_too(judged: Judge) -> None:
    with pytest.raises(SheetChanged):
        judged(revision=7)
    assert not JudgementSheet.objects.exists()


def test_no_judgement_without_its_audit_row(judged: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise DatabaseError("no audit")

    monkeypatch.setattr(services, "record", fail)
    with pytest.raises(DatabaseError, match="no audit"), transaction.atomic():
        judged()
    assert not JudgementSheet.objects.exists()
    assert not Judgement.objects.exists()


@pytest.mark.parametrize(
    "values",
    [
        {0: (9, "")},
        {0: (-1, "âm điểm")},
        {0: (3, "")},
        {0: (3, "muộn")},
        {0: (3, "x" * 1_001)},
        {0: (2, "     ")},
    ],
)
def test_impossible_verdict_stores_nothing(judged: Judge, values: dict[int, tuple[int, str]]) -> None:
    with pytest.raises(ValidationError):
        judged(values)
    assert not JudgementSheet.objects.exists()


def test_missing_and_strange_items_store_nothing(cast: Cast, judged: Judge) -> None:
    items = items_to_judge(cast.adoption)
    strange = items_to_judge(adopt(cast.other_commune, make_version()))[0]
    whole = {item.pk: Verdict(4) for item in items}
    for verdicts in ({}, {items[0].pk: Verdict(4)}, {**whole, strange.pk: Verdict(4)}):
        with pytest.raises(ValidationError):
            judged(verdicts=verdicts)
    assert not JudgementSheet.objects.exists()


def test_item_that_a_supervisor_cannot_judge_is_not_asked(cast: Cast) -> None:
    version = make_version(
        {"không": [{"text": "Chỉ dân thấy", "sources": ["citizen"]}, {"text": "Ai cũng thấy"}]}
    )
    assert [item.text for item in items_to_judge(adopt(cast.commune, version))] == ["Ai cũng thấy"]


def test_future_month_is_not_judged(judged: Judge) -> None:
    with pytest.raises(Refused, match="chưa bắt đầu"):
        judged(month=Month(2026, 11))


def test_closed_month_is_not_judged(cast: Cast, judged: Judge, month: Month) -> None:
    close(cast, month)
    with pytest.raises(Refused):
        judged()
    assert not JudgementSheet.objects.exists()


def test_month_before_the_posting_is_not_judged(cast: Cast, judged: Judge) -> None:
    with pytest.raises(Refused, match="không công tác"):
        judged(month=Month(2025, 6))


@pytest.mark.parametrize("change", ["other office", "ended", "unit"])
def test_model_that_was_not_kept_is_not_judged(cast: Cast, judged: Judge, change: str) -> None:
    adoption = cast.adoption
    if change == "other office":
        adoption = adopt(cast.other_commune, cast.adoption.version)
    elif change == "ended":
        adoption.valid_to = date(2026, 9, 30)
        adoption.save()
    else:
        adoption.version.model.judged = "unit"
        adoption.version.model.save()
    with pytest.raises(Refused, match="không áp dụng"):
        judged(adoption=adoption)


def test_model_from_above_is_judged_too(cast: Cast, judged: Judge) -> None:
    above = adopt(cast.province, make_version())
    verdicts = {item.pk: Verdict(4) for item in items_to_judge(above)}
    assert judged(adoption=above, verdicts=verdicts)[1]


def test_person_replies_and_may_change_it_while_the_month_is_open(cast: Cast, judged: Judge) -> None:
    sheet, _ = judged({1: LATE})
    assert reply_to_judgement(sheet=sheet, text=" Hôm đó nước ngập. ", by=cast.lan, now=NOW)
    assert not reply_to_judgement(sheet=sheet, text="Hôm đó nước ngập.", by=cast.lan, now=NOW)
    assert reply_to_judgement(sheet=sheet, text="Đã báo trước.", by=cast.lan, now=NOW + timedelta(days=2))
    sheet.refresh_from_db()
    assert sheet.reply == "Đã báo trước."
    event = AuditEvent.objects.order_by("pk").last()
    assert event is not None
    assert (event.data["before"], event.data["after"]) == ("Hôm đó nước ngập.", "Đã báo trước.")


def test_closed_month_takes_a_first_reply_for_seven_days(cast: Cast, judged: Judge, month: Month) -> None:
    sheet, _ = judged({1: LATE})
    close(cast, month)
    with pytest.raises(Refused, match="hết hạn"):
        reply_to_judgement(sheet=sheet, text="Quá muộn", by=cast.lan, now=NOW + timedelta(days=8))
    assert reply_to_judgement(sheet=sheet, text="Hôm đó nước ngập.", by=cast.lan, now=NOW + timedelta(days=6))
    with pytest.raises(Refused, match="hết hạn"):
        reply_to_judgement(sheet=sheet, text="Sửa lại", by=cast.lan, now=NOW + timedelta(days=6))


@pytest.mark.parametrize("who", ["minh", "tam", "hoa"])
def test_only_the_person_replies(cast: Cast, judged: Judge, who: str) -> None:
    sheet, _ = judged()
    with pytest.raises(Refused):
        reply_to_judgement(sheet=sheet, text="Thay lời", by=getattr(cast, who), now=NOW)


@pytest.mark.parametrize("text", ["", "   \n", "x" * 2_001])
def test_empty_or_endless_reply_is_not_stored(cast: Cast, judged: Judge, text: str) -> None:
    sheet, _ = judged()
    with pytest.raises(ValidationError):
        reply_to_judgement(sheet=sheet, text=text, by=cast.lan, now=NOW)


def test_no_reply_without_its_audit_row(cast: Cast, judged: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet, _ = judged()

    def fail(**_: object) -> None:
        raise DatabaseError("no audit")

    monkeypatch.setattr(services, "record", fail)
    with pytest.raises(DatabaseError, match="no audit"), transaction.atomic():
        reply_to_judgement(sheet=sheet, text="Hôm đó nước ngập.", by=cast.lan, now=NOW)
    sheet.refresh_from_db()
    assert sheet.reply == ""


def test_sheets_are_seen_by_the_person_and_those_who_lead(cast: Cast, judged: Judge) -> None:
    judged()
    former: Any = make_user("Ngô Văn Cựu")
    grant(former, cast.commune, Role.HEAD, ends_on=DAY - timedelta(days=1))
    seen = {
        who.username: JudgementSheet.objects.visible_to(who, DAY).exists()
        for who in (cast.lan, cast.minh, cast.tam, cast.phuong, cast.quan, cast.hoa)
    }
    assert seen == {"lan": True, "minh": True, "tam": True, "phuong": True, "quan": False, "hoa": False}
    assert not JudgementSheet.objects.visible_to(former, DAY).exists()
