"""The steps of a sheet: submitted, taken back, returned, acknowledged."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from conduct.agencies.models import User
from conduct.agencies.permissions import Refused
from conduct.audit.models import AuditEvent
from conduct.notices.models import Notice
from conduct.ratings.models import Sheet
from conduct.ratings.services.sheets import SheetChanged
from conduct.ratings.services.steps import return_sheet, submit_sheet, withdraw_sheet
from tests.cast import Cast
from tests.factories import NOW
from tests.integration.ratings.arrange import (
    add_task,
    approved_sheet,
    delegate,
    give_points,
    make_sheet,
    reviewed_sheet,
    submitted_sheet,
)

pytestmark = [pytest.mark.django_db]


def act(client: Client, user: User, sheet: Sheet, step: str, **fields: Any) -> Any:
    client.force_login(user)
    sheet.refresh_from_db()
    sent = {"revision": sheet.revision, **fields}
    return client.post(f"/ratings/sheets/{sheet.pk}/{step}/", sent, follow=True)


def story(sheet: Sheet) -> list[tuple[str, str]]:
    return list(sheet.events.order_by("pk").values_list("kind", "by__username"))


def test_a_full_sheet_is_submitted_once_with_its_total(client: Client, october: Cast) -> None:
    sheet = make_sheet(october.lan_posting)
    add_task(sheet)
    give_points(sheet, "self", less="1")
    first = act(client, october.lan, sheet, "submit")
    assert "Đã gửi phiếu" in first.content.decode()
    act(client, october.lan, sheet, "submit")
    sheet.refresh_from_db()
    assert (sheet.state, sheet.self_total, sheet.submitted_at) == ("submitted", Decimal(99), NOW)
    assert story(sheet) == [("submitted", "lan")]
    row = AuditEvent.objects.get(act="ratings.submit_sheet")
    assert (row.actor_name, row.agency_name) == ("Tôn Nữ Hoàng Thảo Lan", "Xã An Thuận")


def test_a_sheet_with_open_lines_is_not_submitted(client: Client, october: Cast) -> None:
    sheet = make_sheet(october.minh_posting)
    give_points(sheet, "self")
    response = act(client, october.minh, sheet, "submit")
    assert response.status_code == 422
    assert "Còn 3 mục trong phiếu chưa có điểm" in response.content.decode()  # d, đ, e of leaders
    assert story(sheet) == []


def test_without_tasks_it_is_submitted_without_a_total(client: Client, october: Cast) -> None:
    sheet = make_sheet(october.lan_posting)
    give_points(sheet, "self")
    client.force_login(october.lan)
    assert "Chưa nhập nhiệm vụ" in client.get(f"/ratings/sheets/{sheet.pk}/submit/").content.decode()
    act(client, october.lan, sheet, "submit")
    sheet.refresh_from_db()
    assert (sheet.state, sheet.self_total) == ("submitted", None)


def test_a_stale_page_submits_nothing(october: Cast) -> None:
    sheet = make_sheet(october.lan_posting)
    give_points(sheet, "self")
    with pytest.raises(SheetChanged):
        submit_sheet(sheet=sheet, revision=7, by=october.lan, now=NOW)


def test_it_is_taken_back_until_it_is_reviewed(client: Client, october: Cast) -> None:
    sheet = submitted_sheet(october.lan_posting)
    assert "bản nháp" in act(client, october.lan, sheet, "withdraw").content.decode()
    sheet.refresh_from_db()
    assert (sheet.state, sheet.submitted_at, sheet.self_total) == ("draft", None, None)
    assert story(sheet)[-1] == ("withdrawn", "lan")
    late = reviewed_sheet(october.minh_posting, october.tam)
    with pytest.raises(Refused):
        withdraw_sheet(sheet=late, revision=late.revision, by=october.minh, now=NOW)
    assert act(client, october.minh, late, "withdraw").status_code == 403


def test_the_reviewer_returns_it_with_a_reason_that_the_person_reads(client: Client, october: Cast) -> None:
    sheet = submitted_sheet(october.lan_posting)
    assert act(client, october.minh, sheet, "return", reason=" ").status_code == 422
    act(client, october.minh, sheet, "return", reason="Thiếu nhiệm vụ đột xuất ngày 12.")
    sheet.refresh_from_db()
    assert sheet.state == "draft"
    event = sheet.events.get(kind="returned")
    assert (event.by, event.stands_in_for, event.reason) == (
        october.minh, None, "Thiếu nhiệm vụ đột xuất ngày 12.",
    )  # fmt: skip
    notice = Notice.objects.get(recipient=october.lan)
    assert (notice.title, notice.url) == (
        "Phạm Hữu Minh trả lại phiếu đánh giá kỳ 10/2026", f"/ratings/sheets/{sheet.pk}/",
    )  # fmt: skip
    client.force_login(october.lan)
    assert "Thiếu nhiệm vụ đột xuất" in client.get(f"/ratings/sheets/{sheet.pk}/fill/").content.decode()
    assert AuditEvent.objects.filter(act="ratings.return_sheet").count() == 1


def test_the_head_returns_a_reviewed_sheet_and_the_review_is_kept(client: Client, october: Cast) -> None:
    sheet = reviewed_sheet(october.lan_posting, october.minh, less="1")
    assert act(client, october.minh, sheet, "return", reason="Xem lại").status_code == 403
    assert act(client, october.tam, sheet, "return", reason="Xem lại mục I.1").status_code == 200
    sheet.refresh_from_db()
    assert (sheet.state, sheet.reviewer, sheet.review_total) == ("draft", None, None)
    assert sheet.lines.get(criterion="I.1").review_points == 4
    assert story(sheet)[-1] == ("returned", "tam")


def test_a_delegates_act_says_in_whose_place(client: Client, october: Cast) -> None:
    sheet = submitted_sheet(october.lan_posting)
    delegate(october.minh, october.quan, october.one_stop)
    act(client, october.quan, sheet, "return", reason="Thiếu nhiệm vụ")
    event = sheet.events.get(kind="returned")
    assert (event.by, event.stands_in_for) == (october.quan, october.minh)
    client.force_login(october.lan)
    assert "thay Phạm Hữu Minh" in client.get(f"/ratings/sheets/{sheet.pk}/").content.decode()


def test_nobody_returns_their_own_sheet_or_one_from_elsewhere(client: Client, october: Cast) -> None:
    sheet = submitted_sheet(october.lan_posting)
    assert act(client, october.lan, sheet, "return", reason="x").status_code == 403
    assert act(client, october.hoa, sheet, "return", reason="x").status_code == 404
    assert act(client, october.tam, sheet, "return", reason="x").status_code == 403  # not the head's turn
    with pytest.raises(ValidationError):
        return_sheet(sheet=sheet, revision=1, reason="", by=october.minh, now=NOW)


def test_the_person_acknowledges_a_confirmed_result_once(client: Client, october: Cast) -> None:
    sheet = approved_sheet(october.lan_posting, october.minh, october.tam)
    assert act(client, october.minh, sheet, "acknowledge").status_code == 404
    for _ in range(2):
        act(client, october.lan, sheet, "acknowledge")
    sheet.refresh_from_db()
    assert (sheet.state, sheet.acknowledged_at) == ("acknowledged", NOW)
    assert [kind for kind, _by in story(sheet)].count("acknowledged") == 1


def test_there_is_nothing_to_acknowledge_before(client: Client, october: Cast) -> None:
    sheet = submitted_sheet(october.lan_posting)
    assert act(client, october.lan, sheet, "acknowledge").status_code == 403
