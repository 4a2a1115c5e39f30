"""Who answers, decides, reports and checks at which step, as tables; everybody else is refused."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from conduct.agencies.models import Role, RoleGrant, User
from conduct.agencies.permissions import Refused
from conduct.oversight.models import CorrectiveAction, Finding, Inspection, InspectionLine
from conduct.oversight.permissions import findings, inspections
from tests.cast import Cast, make_cast
from tests.factories import DAY, NOW, grant
from tests.integration.scores.arrange import items_of

pytestmark = [pytest.mark.django_db]
NAMES = ("lan", "minh", "tam", "quan", "phuong", "hoa", "hanh", "oanh", "khoi")


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def allowed(cast: Cast, check: Callable[[User], object]) -> set[str]:
    """Whom the check lets."""
    found = set()
    for name in NAMES:
        try:
            check(getattr(cast, name))
        except Refused:
            continue
        found.add(name)
    return found


def make_finding(cast: Cast, whose: str = "lan", **fields: Any) -> Finding:
    """A finding that waits for the person's answer; the day has not passed."""
    visit = Inspection.objects.create(
        agency=cast.one_stop, kind="weekly", on=DAY, subject="Giờ giấc", inspector=cast.khoi
    )
    line = InspectionLine.objects.create(
        inspection=visit, posting=getattr(cast, f"{whose}_posting"), adoption=cast.adoption,
        item=items_of(cast.adoption)[1],
    )  # fmt: skip
    values = {"text": "Vắng mặt", "answer_by": DAY + timedelta(days=5), **fields}
    if values.get("state") in ("confirmed", "dropped"):
        values |= {
            "decided_by": cast.tam,
            "decided_at": NOW,
            "decision": "Đã nghe",
            "counts_in": DAY.replace(day=1),
        }
    return Finding.objects.create(line=line, **values)


@pytest.mark.parametrize(
    ("fields", "answers", "decides", "sets"),
    [
        ({}, "lan", "", ""),
        ({"answer_by": DAY}, "lan", "", ""),
        ({"answer_by": DAY - timedelta(days=1)}, "lan", "tam phuong", ""),
        ({"state": "answered", "answer": "Tôi đi họp."}, "lan", "tam phuong", ""),
        ({"state": "confirmed", "answer": "Tôi đi họp."}, "", "", "tam phuong"),
        ({"state": "dropped", "answer": "Tôi đi họp."}, "", "", ""),
    ],
)
def test_a_finding_at_every_step(
    cast: Cast, fields: dict[str, Any], answers: str, decides: str, sets: str
) -> None:
    finding = make_finding(cast, **fields)
    assert allowed(cast, lambda user: findings.check_can_answer(user, finding)) == set(answers.split())
    assert allowed(cast, lambda user: findings.check_may_decide(user, finding, DAY)) == {"tam", "phuong"}
    assert allowed(cast, lambda user: findings.check_can_decide(user, finding, DAY)) == set(decides.split())
    assert allowed(cast, lambda user: findings.check_can_set_action(user, finding, DAY)) == set(sets.split())


def test_a_finding_about_the_head_goes_above_and_never_to_who_made_it(cast: Cast) -> None:
    finding = make_finding(cast, "tam", state="answered", answer="Tôi đi họp.")
    assert allowed(cast, lambda user: findings.check_can_decide(user, finding, DAY)) == {"phuong"}
    grant(cast.khoi, cast.province, Role.HEAD)
    assert allowed(cast, lambda user: findings.check_can_decide(user, finding, DAY)) == {"phuong"}


@pytest.mark.parametrize(
    ("steps", "reports", "checks"),
    [
        ({}, "lan", ""),
        ({"done_at": NOW}, "", "khoi tam phuong"),
        ({"done_at": NOW, "checked_at": NOW}, "", ""),
    ],
)
def test_a_corrective_action_at_every_step(
    cast: Cast, steps: dict[str, Any], reports: str, checks: str
) -> None:
    finding = make_finding(cast, state="confirmed", answer="Tôi đi họp.")
    action = CorrectiveAction.objects.create(finding=finding, text="Sắp lịch", due_on=DAY, **steps)
    assert allowed(cast, lambda user: findings.check_can_report(user, action)) == set(reports.split())
    assert allowed(cast, lambda user: findings.check_can_check(user, action, DAY)) == set(checks.split())


def test_nobody_checks_what_was_asked_of_themselves(cast: Cast) -> None:
    finding = make_finding(cast, "tam", state="confirmed", answer="Tôi đi họp.")
    action = CorrectiveAction.objects.create(finding=finding, text="Sắp lịch", due_on=DAY, done_at=NOW)
    assert allowed(cast, lambda user: findings.check_can_check(user, action, DAY)) == {"khoi", "phuong"}


def test_inspectors_inspect_below_them_and_write_in_their_own_visits(cast: Cast) -> None:
    visit = make_finding(cast).line.inspection
    grant(cast.oanh, cast.commune, Role.INSPECTOR)
    assert allowed(cast, lambda user: inspections.check_can_inspect(user, cast.one_stop, DAY)) == {
        "khoi",
        "oanh",
    }
    assert allowed(cast, lambda user: inspections.check_can_inspect(user, cast.province, DAY)) == {"khoi"}
    assert allowed(cast, lambda user: inspections.check_can_write(user, visit, DAY)) == {"khoi"}
    assert set(inspections.agencies_to_inspect(cast.oanh, DAY)) == {
        cast.commune,
        cast.department,
        cast.one_stop,
    }
    assert not inspections.agencies_to_inspect(cast.tam, DAY).exists()
    visit.done_at = NOW
    assert allowed(cast, lambda user: inspections.check_can_write(user, visit, DAY)) == set()
    visit.done_at = None
    RoleGrant.objects.filter(person=cast.khoi).update(ends_on=DAY - timedelta(days=1))
    assert allowed(cast, lambda user: inspections.check_can_write(user, visit, DAY)) == set()
