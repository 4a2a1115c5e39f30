"""Acts on promises: who may do what, what is stored, what leaves a trail."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from conduct.agencies.models import Period, Role
from conduct.agencies.permissions import Refused
from conduct.audit.models import AuditEvent
from conduct.commitments.models import Promise, PromiseChange
from conduct.commitments.services import promises as acts
from conduct.kernel.sealing import unseal
from tests.cast import Cast
from tests.factories import NOW, grant, make_posting, make_user
from tests.integration.commitments.promising import CODE, CONTACT, DUE, NAME, promised, stored

LATE = DUE + timedelta(hours=1)


def trail() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("act", flat=True))


def now_stands(promise: Promise) -> str:
    promise.refresh_from_db()
    return promise.outcome


def steps(promise: Promise) -> list[tuple[str, str, bool]]:
    return list(promise.changes.values_list("before", "after", "by_code"))


def test_name_and_contact_are_sealed_and_stay_out_of_the_trail(cast: Cast) -> None:
    made = promised(cast.lan_posting)
    assert (unseal(made.name_sealed), unseal(made.contact_sealed)) == (NAME, CONTACT)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT commitments_promise::text || encode(name_sealed, 'escape') FROM commitments_promise"
        )
        row = cursor.fetchall()[0][0]
    assert NAME not in row
    assert CONTACT not in row
    assert CODE not in row
    event = AuditEvent.objects.get()
    assert (event.act, event.actor_name, event.object_id) == (
        "commitments.make_promise",
        cast.lan.full_name,
        str(made.pk),
    )
    said = f"{event.data} {event.reason} {event.object_name}"
    assert not [secret for secret in (NAME, CONTACT, CODE, made.what) if secret in said]


def test_a_second_click_is_stored_once(cast: Cast) -> None:
    made = promised(cast.lan_posting)
    again, created = acts.make_promise(
        posting=cast.lan_posting, what="Trả bản sao", dossier_code="H1", due_at=DUE, code=CODE,
        by=cast.lan, now=NOW,
    )  # fmt: skip
    assert (again.pk, created, Promise.objects.count()) == (made.pk, False, 1)
    assert trail() == ["commitments.make_promise"]


def test_the_same_code_may_serve_two_people(cast: Cast) -> None:
    assert promised(cast.lan_posting).pk != promised(cast.minh_posting).pk


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"due_at": NOW}, "past"),
        ({"due_at": NOW + timedelta(days=400)}, "far"),
        ({"due_at": datetime(2026, 10, 20, 5, 0, tzinfo=UTC)}, "hours"),  # 12:00, lunch
        ({"dossier_code": "", "name": "", "contact": ""}, "nobody"),
    ],
)
def test_a_promise_that_cannot_be_is_not_stored(cast: Cast, said: dict[str, Any], code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        promised(cast.lan_posting, **said)
    assert refused.value.code == code
    assert not Promise.objects.exists()


def test_nobody_promises_for_another_or_out_of_post(cast: Cast) -> None:
    with pytest.raises(Refused):
        acts.make_promise(
            posting=cast.lan_posting,
            what="x",
            dossier_code="H1",
            due_at=DUE,
            code=CODE,
            by=cast.minh,
            now=NOW,
        )
    cast.lan_posting.ends_on = NOW.date() - timedelta(days=1)
    cast.lan_posting.save()
    with pytest.raises(Refused):
        promised(cast.lan_posting)


@pytest.mark.parametrize(("now", "outcome"), [(DUE, "kept"), (LATE, "kept_late")])
def test_what_is_kept_is_late_by_the_clock(cast: Cast, now: datetime, outcome: str) -> None:
    made = promised(cast.lan_posting)
    assert acts.keep_promise(promise=made, by=cast.lan, now=now)
    assert now_stands(made) == outcome
    assert not acts.keep_promise(promise=made, by=cast.lan, now=LATE + timedelta(days=9))
    assert now_stands(made) == outcome
    assert steps(made) == [("open", outcome, False)]
    assert trail() == ["commitments.make_promise", "commitments.keep_promise"]


def test_a_broken_promise_takes_an_apology(cast: Cast) -> None:
    made = promised(cast.lan_posting)
    with pytest.raises(ValidationError):
        acts.break_promise(promise=made, apology="  ", by=cast.lan, now=LATE)
    assert now_stands(made) == "open"
    assert acts.break_promise(promise=made, apology="Xin lỗi, máy in hỏng", by=cast.lan, now=LATE)
    assert now_stands(made) == "broken"
    assert made.was_broken
    assert made.apology == "Xin lỗi, máy in hỏng"
    assert not acts.break_promise(promise=made, apology="Lại xin lỗi", by=cast.lan, now=LATE)
    assert trail()[1:] == ["commitments.break_promise"]


@pytest.mark.parametrize(
    ("act", "more"),
    [
        (acts.keep_promise, {}),
        (acts.break_promise, {"apology": "x"}),
        (acts.ask_withdrawal, {"reason": "x"}),
    ],
)
def test_only_the_promiser_says_how_it_ended(cast: Cast, act: Any, more: dict[str, str]) -> None:
    made = promised(cast.lan_posting)
    with pytest.raises(Refused):
        act(promise=made, by=cast.minh, now=NOW, **more)
    assert now_stands(made) == "open"


def test_the_citizens_code_withdraws_at_once(cast: Cast) -> None:
    made = promised(cast.lan_posting)
    assert acts.withdraw_with_code(promise=made, code="k7m2-o1qx", by=cast.lan, now=NOW)
    assert now_stands(made) == "withdrawn"
    assert steps(made) == [("open", "withdrawn", True)]
    assert not acts.withdraw_with_code(promise=made, code=CODE, by=cast.lan, now=NOW)
    assert AuditEvent.objects.filter(act="commitments.withdraw_promise").count() == 1


def test_wrong_codes_leave_a_trail_and_are_soon_refused(cast: Cast) -> None:
    made = promised(cast.lan_posting)
    for _ in range(acts.ATTEMPTS):
        with pytest.raises(ValidationError) as wrong:
            acts.withdraw_with_code(promise=made, code="AAAAAAAA", by=cast.lan, now=NOW)
        assert wrong.value.error_dict["code"][0].code == "wrong"
    with pytest.raises(ValidationError) as rests:
        acts.withdraw_with_code(promise=made, code=CODE, by=cast.lan, now=NOW)
    assert rests.value.error_dict["code"][0].code == "too_many"
    assert now_stands(made) == "open"
    assert trail().count("commitments.give_wrong_code") == acts.ATTEMPTS


def test_a_promise_without_a_code_opens_to_none(cast: Cast) -> None:
    row = stored(cast.lan_posting, "open")
    with pytest.raises(ValidationError):
        acts.withdraw_with_code(promise=row, code="", by=cast.lan, now=NOW)
    assert now_stands(row) == "open"


def test_a_colleague_cannot_even_try_a_code(cast: Cast) -> None:
    made = promised(cast.lan_posting)
    with pytest.raises(Refused):
        acts.withdraw_with_code(promise=made, code=CODE, by=cast.quan, now=NOW)
    assert trail() == ["commitments.make_promise"]


def test_a_withdrawal_without_code_takes_a_second_person(cast: Cast) -> None:
    made = promised(cast.lan_posting)
    assert acts.ask_withdrawal(promise=made, reason="Bà gọi điện báo không cần nữa", by=cast.lan, now=NOW)
    assert not acts.ask_withdrawal(promise=made, reason="Lần nữa", by=cast.lan, now=NOW)
    assert now_stands(made) == "open"
    assert acts.confirm_withdrawal(promise=made, by=cast.minh, now=LATE)
    assert now_stands(made) == "withdrawn"
    assert made.withdrawal_asked_at is None
    assert made.withdrawal_reason == ""
    assert steps(made) == [("open", "open", False), ("open", "withdrawn", False)]
    assert not acts.confirm_withdrawal(promise=made, by=cast.tam, now=LATE)
    assert trail()[1:] == ["commitments.ask_withdrawal", "commitments.confirm_withdrawal"]


def test_a_leader_never_confirms_the_own_withdrawal(cast: Cast) -> None:
    made = promised(cast.minh_posting)
    acts.ask_withdrawal(promise=made, reason="Dân rút", by=cast.minh, now=NOW)
    with pytest.raises(Refused):
        acts.confirm_withdrawal(promise=made, by=cast.minh, now=NOW)
    with pytest.raises(Refused):
        acts.confirm_withdrawal(promise=made, by=cast.hoa, now=NOW)
    assert now_stands(made) == "open"
    assert acts.confirm_withdrawal(promise=made, by=cast.tam, now=NOW)


def test_a_refused_withdrawal_leaves_the_promise_and_says_why(cast: Cast) -> None:
    made = promised(cast.lan_posting)
    acts.ask_withdrawal(promise=made, reason="Dân rút", by=cast.lan, now=NOW)
    with pytest.raises(ValidationError):
        acts.refuse_withdrawal(promise=made, reason=" ", by=cast.minh, now=NOW)
    assert acts.refuse_withdrawal(promise=made, reason="Bà nói vẫn chờ", by=cast.minh, now=NOW)
    assert now_stands(made) == "open"
    assert made.withdrawal_asked_at is None
    assert PromiseChange.objects.filter(by=cast.minh, reason="Bà nói vẫn chờ").exists()
    with pytest.raises(Refused):
        acts.confirm_withdrawal(promise=made, by=cast.minh, now=NOW)


def test_a_broken_promise_stays_known_as_broken_when_it_is_withdrawn(cast: Cast) -> None:
    made = promised(cast.lan_posting)
    acts.break_promise(promise=made, apology="Xin lỗi", by=cast.lan, now=LATE)
    with pytest.raises(Refused):
        acts.keep_promise(promise=made, by=cast.lan, now=LATE)
    acts.withdraw_with_code(promise=made, code=CODE, by=cast.lan, now=LATE)
    assert now_stands(made) == "withdrawn"
    assert made.was_broken
    assert AuditEvent.objects.get(act="commitments.withdraw_promise").data["before"] == "broken"


def test_a_leader_corrects_what_was_not_kept(cast: Cast) -> None:
    made = promised(cast.lan_posting)
    acts.keep_promise(promise=made, by=cast.lan, now=NOW)
    said = {"reason": "Dân phản ánh chưa nhận", "apology": "Đã đến nhà xin lỗi"}
    for who in (cast.lan, cast.quan, cast.hoa):
        with pytest.raises(Refused):
            acts.correct_promise(promise=made, by=who, now=LATE, **said)
    for missing in said:
        with pytest.raises(ValidationError):
            acts.correct_promise(promise=made, by=cast.minh, now=LATE, **{**said, missing: ""})
    assert acts.correct_promise(promise=made, by=cast.minh, now=LATE, **said)
    assert now_stands(made) == "broken"
    assert made.was_broken
    assert not acts.correct_promise(promise=made, by=cast.minh, now=LATE, **said)
    assert AuditEvent.objects.get(act="commitments.correct_promise").reason == said["reason"]


def test_nothing_leads_out_of_a_withdrawal(cast: Cast) -> None:
    row = stored(cast.lan_posting, "withdrawn")
    tries: list[Callable[[], bool]] = [
        lambda: acts.keep_promise(promise=row, by=cast.lan, now=NOW),
        lambda: acts.break_promise(promise=row, apology="x", by=cast.lan, now=NOW),
        lambda: acts.ask_withdrawal(promise=row, reason="x", by=cast.lan, now=NOW),
        lambda: acts.correct_promise(promise=row, reason="x", apology="x", by=cast.minh, now=NOW),
    ]
    for act in tries:
        with pytest.raises(Refused):
            act()
    assert now_stands(row) == "withdrawn"


@pytest.mark.parametrize("state", ["closing", "closed"])
def test_nothing_changes_once_the_month_is_closed(cast: Cast, state: str) -> None:
    made, kept = promised(cast.lan_posting), stored(cast.lan_posting, "kept")
    asked = stored(cast.lan_posting, "open", withdrawal_asked_at=NOW, withdrawal_reason="x")
    Period.objects.create(office=cast.commune, month=DUE.date().replace(day=1), state=state, closed_at=NOW)
    tries: list[Callable[[], bool]] = [
        lambda: acts.keep_promise(promise=made, by=cast.lan, now=LATE),
        lambda: acts.break_promise(promise=made, apology="x", by=cast.lan, now=LATE),
        lambda: acts.withdraw_with_code(promise=made, code=CODE, by=cast.lan, now=LATE),
        lambda: acts.ask_withdrawal(promise=made, reason="x", by=cast.lan, now=LATE),
        lambda: acts.confirm_withdrawal(promise=asked, by=cast.minh, now=LATE),
        lambda: acts.refuse_withdrawal(promise=asked, reason="x", by=cast.minh, now=LATE),
        lambda: acts.correct_promise(promise=kept, reason="x", apology="x", by=cast.minh, now=LATE),
    ]
    for act in tries:
        with pytest.raises(Refused):
            act()
    assert not PromiseChange.objects.exists()


def test_who_leads_from_above_may_confirm_but_not_who_administers(cast: Cast) -> None:
    made = promised(cast.lan_posting)
    acts.ask_withdrawal(promise=made, reason="Dân rút", by=cast.lan, now=NOW)
    with pytest.raises(Refused):
        acts.confirm_withdrawal(promise=made, by=cast.quan, now=NOW)
    assert acts.confirm_withdrawal(promise=made, by=cast.phuong, now=NOW)


def test_the_act_fails_with_its_audit_row(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    made = promised(cast.lan_posting)

    def broken(**_: object) -> None:
        raise DatabaseError("the trail is full")

    monkeypatch.setattr("conduct.commitments.services.promises.record", broken)
    with pytest.raises(DatabaseError):
        acts.keep_promise(promise=made, by=cast.lan, now=NOW)
    with pytest.raises(DatabaseError):
        promised(cast.lan_posting, code="AAAAAAAA")
    assert now_stands(made) == "open"
    assert (Promise.objects.count(), PromiseChange.objects.count()) == (1, 0)


def test_steps_cannot_be_changed_by_sql(cast: Cast) -> None:
    made = promised(cast.lan_posting)
    acts.keep_promise(promise=made, by=cast.lan, now=NOW)
    for statement in (
        "UPDATE commitments_promisechange SET after = 'broken'",
        "DELETE FROM commitments_promisechange",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert steps(made) == [("open", "kept", False)]


def test_visible_are_the_own_promises_and_those_one_leads(cast: Cast) -> None:
    mine = promised(cast.lan_posting)
    colleague = make_user("Bùi Văn Kiên")
    make_posting(colleague, cast.one_stop)
    grant(colleague, cast.one_stop, Role.OFFICE_ADMIN)

    def seen(user: Any) -> list[int]:
        return list(Promise.objects.visible_to(user, NOW.date()).values_list("pk", flat=True))

    for user in (cast.lan, cast.minh, cast.tam, cast.phuong):
        assert seen(user) == [mine.pk]
    for user in (cast.quan, cast.hoa, colleague):
        assert seen(user) == []
