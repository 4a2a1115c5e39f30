"""Reminders and escalation: to the handler, to the head, to the agency above; never to who is named."""

from datetime import datetime, timedelta

from django.test import Client
from django.utils import timezone

from conduct.feedback.models import Case, CaseEvent
from conduct.feedback.services.escalation import remind_of_cases
from conduct.feedback.tasks.cases import morning
from conduct.notices.models import Notice
from tests.cast import Cast
from tests.factories import DAY, NOW
from tests.integration.feedback.acts import assign, sort
from tests.integration.feedback.arrange import NAMING_TAM, received

# Due on Tuesday 27/10/2026.
DUE = 7


def told_on(case: Case, days: int) -> set[str]:
    """Who is told in the morning so many days after the receipt: user name and what."""
    Notice.objects.all().delete()
    remind_of_cases(now=NOW + timedelta(days=days))
    found = Notice.objects.filter(key__startswith=f"feedback.case:{case.pk}:").select_related("recipient")
    return {f"{line.recipient.username} {line.key.split(':')[2]}" for line in found}


def test_the_handler_is_reminded_on_the_day_before_and_on_the_day(client: Client, cast: Cast) -> None:
    case = assign(client, cast.tam, sort(client, cast.oanh, received(cast)), cast.minh)
    assert told_on(case, DUE - 2) == set()  # a Sunday
    assert told_on(case, DUE - 1) == told_on(case, DUE) == {"minh due"}
    assert told_on(case, DUE - 4) == set()


def test_one_without_a_handler_reminds_who_sorts(client: Client, cast: Cast) -> None:
    assert told_on(received(cast), DUE) == {"oanh due", "tam due", "quan due"}


def test_the_head_hears_of_what_is_late_and_then_the_agency_above(client: Client, cast: Cast) -> None:
    case = assign(client, cast.tam, sort(client, cast.oanh, received(cast)), cast.minh)
    assert told_on(case, DUE + 1) == {"tam late"}
    assert told_on(case, DUE + 2) == {"tam late"}
    assert told_on(case, DUE + 3) == {"tam late", "phuong above"}
    assert told_on(case, DUE + 6) == {"tam late"}
    case.refresh_from_db()
    assert case.escalated_on == DAY + timedelta(days=DUE + 3)
    assert CaseEvent.objects.filter(case=case, kind="escalated").count() == 1


def test_nobody_is_told_twice_of_one_stage(client: Client, cast: Cast) -> None:
    received(cast)
    for days in (DUE + 1, DUE + 2, DUE + 2):
        remind_of_cases(now=NOW + timedelta(days=days))
    assert Notice.objects.filter(recipient=cast.tam, key__contains=":late:").count() == 1


def test_a_named_head_is_not_told(cast: Cast) -> None:
    case = received(cast, NAMING_TAM)
    for days in (DUE, DUE + 1, DUE + 9):
        assert not any(line.startswith("tam") for line in told_on(case, days))


def test_one_opened_again_is_escalated_again(client: Client, cast: Cast) -> None:
    case = received(cast)
    told_on(case, DUE + 3)
    Case.objects.filter(pk=case.pk).update(
        reopened_on=DAY + timedelta(days=30), due_on=DAY + timedelta(days=37)
    )
    assert "phuong above" in told_on(case, 44)


def test_what_was_answered_is_left_alone(client: Client, cast: Cast) -> None:
    case = received(cast)
    Case.objects.filter(pk=case.pk).update(state="answered")
    assert told_on(case, DUE + 9) == set()


def test_over_tet_nobody_is_told(cast: Cast) -> None:
    received(cast, now=datetime(2026, 2, 3, 9, tzinfo=timezone.get_default_timezone()))
    Notice.objects.all().delete()
    assert remind_of_cases(now=datetime(2026, 2, 18, 7, 30, tzinfo=timezone.get_default_timezone())) == 0


def test_the_timetable_runs_it(cast: Cast) -> None:
    case = received(cast, now=NOW - timedelta(days=DUE))
    Notice.objects.all().delete()
    morning()
    assert Notice.objects.filter(key__startswith=f"feedback.case:{case.pk}:due").count() == 3
