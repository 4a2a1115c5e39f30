"""A finding's way: answered, decided, put right, checked."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from conduct.agencies.models import Period, Role, User
from conduct.agencies.permissions import Refused
from conduct.kernel.months import Month
from conduct.oversight.models import CorrectiveAction, Finding
from conduct.oversight.services import findings as services
from conduct.oversight.services.inspections import note_finding
from conduct.oversight.tallies.months import tally_breaches, tally_corrected, tally_examined
from models_catalog.models import ItemGroup
from tests.cast import Cast, make_cast
from tests.factories import NOW, grant

from .arrange import found, hours_of, line_of, visit

pytestmark = [pytest.mark.django_db]
OCTOBER = Month(2026, 10)
LATER = NOW + timedelta(days=20)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def khoi(cast: Cast) -> User:
    return cast.khoi


def answered(cast: Cast, khoi: User) -> Finding:
    finding = found(cast, khoi)
    services.answer_finding(finding=finding, revision=1, text="Hôm đó ngập đường.", by=cast.lan, now=NOW)
    finding.refresh_from_db()
    return finding


def decided(cast: Cast, khoi: User, *, is_confirmed: bool = True) -> Finding:
    finding = answered(cast, khoi)
    services.decide_finding(
        finding=finding, revision=2, is_confirmed=is_confirmed, reason="Có ảnh chấm công.", by=cast.tam,
        now=NOW,
    )  # fmt: skip
    finding.refresh_from_db()
    return finding


def examined(cast: Cast, month: Month = OCTOBER) -> list[tuple[int, int]]:
    rows = tally_examined([cast.lan_posting.pk], month)
    return [(row.judged, row.kept) for row in rows]


def test_an_unconfirmed_finding_waits_outside_the_count(cast: Cast, khoi: User) -> None:
    finding = found(cast, khoi)
    assert examined(cast) == []
    services.answer_finding(finding=finding, revision=1, text="Không phải.", by=cast.lan, now=NOW)
    assert examined(cast) == []
    assert [(row.judged, row.kept) for row in tally_examined([cast.minh_posting.pk], OCTOBER)] == [(1, 1)]


def test_a_confirmed_finding_is_not_kept_and_a_breach(cast: Cast, khoi: User) -> None:
    decided(cast, khoi)
    assert examined(cast) == [(1, 0)]
    breach = tally_breaches([cast.lan_posting.pk], OCTOBER)[0]
    assert (breach.item_id, breach.is_late) == (hours_of(cast).pk, False)


def test_a_dropped_finding_leaves_the_line_kept(cast: Cast, khoi: User) -> None:
    decided(cast, khoi, is_confirmed=False)
    assert examined(cast) == [(1, 1)]
    assert tally_breaches([cast.lan_posting.pk], OCTOBER) == []


def test_one_confirmed_after_the_close_counts_late_in_its_own_month(cast: Cast, khoi: User) -> None:
    finding = answered(cast, khoi)
    Period.objects.create(office=cast.commune, month=OCTOBER.first, state="closed", closed_at=NOW)
    services.decide_finding(
        finding=finding, revision=2, is_confirmed=True, reason="Đã xác minh.", by=cast.tam, now=LATER
    )
    finding.refresh_from_db()
    assert (finding.counts_in, finding.is_late) == (date(2026, 11, 1), True)
    assert examined(cast) == []
    assert examined(cast, Month(2026, 11)) == [(1, 0)]
    assert tally_breaches([cast.lan_posting.pk], Month(2026, 11))[0].is_late


def test_nobody_is_judged_unheard(cast: Cast, khoi: User) -> None:
    finding = found(cast, khoi)
    with pytest.raises(Refused, match="chưa giải trình"):
        services.decide_finding(
            finding=finding, revision=1, is_confirmed=True, reason="Rõ ràng.", by=cast.tam, now=NOW
        )
    services.decide_finding(
        finding=finding, revision=1, is_confirmed=True, reason="Hết hạn giải trình.", by=cast.tam, now=LATER
    )
    finding.refresh_from_db()
    assert finding.state == "confirmed"


def test_the_inspector_does_not_confirm_the_own_finding(cast: Cast, khoi: User) -> None:
    finding = answered(cast, khoi)
    grant(khoi, cast.province, Role.HEAD)
    with pytest.raises(Refused, match="không tự xác nhận"):
        services.decide_finding(
            finding=finding, revision=2, is_confirmed=True, reason="Có.", by=khoi, now=NOW
        )


def test_nobody_decides_on_themselves(cast: Cast, khoi: User) -> None:
    finding = answered(cast, khoi)
    grant(cast.lan, cast.commune, Role.HEAD)
    with pytest.raises(Refused, match="chính mình"):
        services.decide_finding(
            finding=finding, revision=2, is_confirmed=False, reason="Không có.", by=cast.lan, now=NOW
        )


@pytest.mark.parametrize("who", ["minh", "quan", "hoa"])
def test_only_a_head_decides(cast: Cast, khoi: User, who: str) -> None:
    finding = answered(cast, khoi)
    with pytest.raises(Refused):
        services.decide_finding(
            finding=finding, revision=2, is_confirmed=True, reason="Có.", by=getattr(cast, who), now=NOW
        )


def test_a_second_writer_is_told(client: Client, cast: Cast, khoi: User) -> None:
    finding = answered(cast, khoi)
    client.force_login(cast.tam)
    said = {"act": "decision", "decision-revision": 1, "decision-is_confirmed": "yes"}
    answer = client.post(f"/oversight/findings/{finding.pk}/", {**said, "decision-reason": "Đúng vậy."})
    assert answer.status_code == 409
    assert "Vừa có người khác ghi" in answer.content.decode()
    assert "Đúng vậy." in answer.content.decode()
    finding.refresh_from_db()
    assert finding.state == "answered"


def test_the_page_answers_and_decides(client: Client, cast: Cast, khoi: User) -> None:
    finding = found(cast, khoi)
    url = f"/oversight/findings/{finding.pk}/"
    client.force_login(cast.lan)
    client.post(url, {"act": "answer", "answer-revision": 1, "answer-text": "Xe hỏng."})
    client.force_login(cast.tam)
    assert "Xe hỏng." in client.get(url).content.decode()
    said = {"act": "decision", "decision-revision": 2, "decision-is_confirmed": "no"}
    assert client.post(url, {**said, "decision-reason": ""}).status_code == 422
    client.post(url, {**said, "decision-reason": "Có lý do chính đáng."})
    finding.refresh_from_db()
    assert finding.state == "dropped"


@pytest.mark.parametrize("who", ["hoa", "quan", "yen"])
def test_strangers_do_not_see_a_finding(client: Client, cast: Cast, khoi: User, who: str) -> None:
    finding = decided(cast, khoi)
    action = CorrectiveAction.objects.create(finding=finding, text="Đi đúng giờ", due_on=date(2026, 10, 30))
    client.force_login(getattr(cast, who))
    assert client.get(f"/oversight/findings/{finding.pk}/").status_code == 404
    assert client.post(f"/oversight/actions/{action.pk}/report/", {"note": "x"}).status_code == 404
    assert client.post(f"/oversight/actions/{action.pk}/check/", {"done": "yes"}).status_code == 404
    assert "Đi đúng giờ" not in client.get("/oversight/actions/").content.decode()


def test_what_was_put_right_in_time_counts(cast: Cast, khoi: User) -> None:
    finding = decided(cast, khoi)
    due = NOW.date() + timedelta(days=3)
    for revision in (3, 4):
        services.set_action(
            finding=finding, revision=revision, text="Đi làm đúng giờ", due_on=due, by=cast.tam, now=NOW
        )
    in_time, late = CorrectiveAction.objects.order_by("pk")
    services.report_action(action=in_time, note="Đã thực hiện.", by=cast.lan, now=NOW)
    services.report_action(action=late, note="Đã thực hiện.", by=cast.lan, now=LATER)
    rows = tally_corrected([cast.one_stop.pk], OCTOBER, today=date(2026, 11, 22))
    assert [(row.judged, row.kept) for row in rows] == [(2, 1)]
    assert tally_corrected([cast.one_stop.pk], OCTOBER, today=due - timedelta(days=1)) == []
    with pytest.raises(Refused):
        services.check_action(action=in_time, is_done=True, by=cast.lan, now=LATER)
    services.check_action(action=in_time, is_done=False, by=khoi, now=LATER)
    in_time.refresh_from_db()
    assert in_time.done_at is None


def test_only_a_confirmed_finding_has_actions(cast: Cast, khoi: User) -> None:
    finding = answered(cast, khoi)
    with pytest.raises(Refused, match="đã xác nhận"):
        services.set_action(
            finding=finding, revision=2, text="Đi đúng giờ", due_on=LATER.date(), by=cast.tam, now=NOW
        )


def test_a_duty_cannot_be_breached(cast: Cast, khoi: User) -> None:
    inspection = visit(cast, khoi)
    line = line_of(inspection, cast)
    line.item.group.polarity = ItemGroup.Polarity.DUTY
    with pytest.raises(ValidationError, match="điều cấm"):
        note_finding(line=line, text="Thiếu nụ cười.", is_breach=True, by=khoi, now=NOW)


@pytest.mark.parametrize("who", ["khoi", "tam", "lan"])
def test_the_lists_show_what_the_reader_may_see(client: Client, cast: Cast, khoi: User, who: str) -> None:
    finding = decided(cast, khoi)
    services.set_action(
        finding=finding, revision=3, text="Đi làm đúng giờ", due_on=LATER.date(), by=cast.tam, now=NOW
    )
    client.force_login(khoi if who == "khoi" else getattr(cast, who))
    assert (
        "Tôn Nữ Hoàng Thảo Lan" in client.get("/oversight/findings/?q=lan&state=confirmed").content.decode()
    )
    assert "Đi làm đúng giờ" in client.get("/oversight/actions/?state=late").content.decode()
