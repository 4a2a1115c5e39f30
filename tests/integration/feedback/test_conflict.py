"""Conflict of interest, over random casts: nothing that a named person opens tells of the case."""

import io
import random
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from conduct.agencies.models import Posting, Role, User
from conduct.feedback.models import Case
from conduct.feedback.services.escalation import remind_of_cases
from conduct.feedback.services.receiving import receive_case
from conduct.feedback.services.triage import assignable_people, sort_case
from conduct.notices.models import Notice
from tests.cast import Cast
from tests.factories import NOW, grant, make_posting, make_user
from tests.integration.feedback.acts import url
from tests.integration.feedback.arrange import BACKEND, received

NAMES = ("Hồ Bá Kiên", "Vũ Thị Mận", "Đinh Quốc Ơn", "La Thị Út", "Kha Văn Ửng")
PAGES = (
    "case", "sort_case", "assign_case", "move_case", "merge_case", "note_case", "reply_case", "forward_case",
    "close_case", "publish_case", "unpublish_case",
)  # fmt: skip


def a_cast(cast: Cast, seed: int) -> list[Posting]:
    """People of the office and above it with random places, leaderships and roles."""
    dice = random.Random(seed)
    places = (cast.commune, cast.department, cast.one_stop, cast.province)
    found = []
    for name in NAMES:
        person = make_user(f"{name} {seed}")
        found.append(make_posting(person, dice.choice(places), is_leader=dice.random() < 0.4))
        for role in dice.sample(list(Role), k=dice.randint(0, 3)):
            grant(person, dice.choice(places), role)
    return found


def learned(client: Client, user: User, case: Case) -> list[str]:
    """Every place in which somebody could meet the case."""
    client.force_login(user, BACKEND)
    found = [name for name in PAGES if client.get(url(name, case)).status_code != 404]
    found += [f"POST {name}" for name in PAGES[1:] if client.post(url(name, case)).status_code != 404]
    if client.post(url("case_contact", case)).status_code != 404:
        found.append("contact")
    page = client.get(reverse("feedback:cases")).content.decode()
    book = client.get(reverse("feedback:export_cases")).content
    sheet = str(CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python())
    inbox = client.get(reverse("notices:inbox")).content.decode()
    for name, text in (("list", page), ("export", sheet), ("inbox", inbox)):
        if (case.summary and case.summary in text) or f"/cases/{case.pk}/" in text:
            found.append(name)
    if "Không có ý kiến nào chờ trả lời" not in page:
        found.append("count")
    if Notice.objects.filter(recipient=user, key__startswith=f"feedback.case:{case.pk}:").exists():
        found.append("notice")
    return found


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), now_named=st.integers(1, 3), later=st.integers(0, 2))
def test_whoever_is_named_meets_it_nowhere(
    client: Client, cast: Cast, seed: int, now_named: int, later: int
) -> None:
    Case.objects.update(state="merged", summary="", agency=cast.other_commune)  # out of the way
    people = a_cast(cast, seed)
    named = people[:now_named]
    text = " và ".join(posting.person.full_name.upper() for posting in named)
    case = received(cast, f"{text} bắt tôi chờ", agency=cast.one_stop)
    sorter = next(user for user in (cast.oanh, cast.phuong) if _may_sort(client, user, case))
    everybody = people[: now_named + later]
    sort_case(
        case=case, kind="complaint", summary=f"Việc riêng số {seed}", postings=everybody,
        revision=case.revision, by=sorter, now=NOW,
    )  # fmt: skip
    case.refresh_from_db()
    remind_of_cases(now=NOW + timedelta(days=7))
    remind_of_cases(now=NOW + timedelta(days=14))
    ids = {posting.person_id for posting in everybody}
    assert not ids & {person.pk for person in assignable_people(case, NOW)}
    for posting in everybody:
        assert learned(client, posting.person, case) == []


def _may_sort(client: Client, user: User, case: Case) -> bool:
    client.force_login(user, BACKEND)
    return client.get(url("sort_case", case)).status_code == 200


def test_the_test_would_find_it(client: Client, cast: Cast) -> None:
    """Somebody who is not named meets it in every one of these places."""
    case = received(cast)
    Case.objects.filter(pk=case.pk).update(summary="Việc chung", state="sorted", kind="complaint")
    case.refresh_from_db()
    assert {"case", "list", "export", "count", "notice"} <= set(learned(client, cast.tam, case))


@pytest.mark.parametrize("name", ["oanh", "tam", "quan", "phuong"])
def test_no_role_lifts_it(client: Client, cast: Cast, name: str) -> None:
    user: User = getattr(cast, name)
    posting = Posting.objects.filter(person=user).first() or make_posting(user, cast.department)
    case = received(cast, f"{user.full_name} nói trống không")
    assert case.subjects.filter(posting=posting).exists()
    assert learned(client, user, case) == []


@pytest.mark.parametrize("way", ["named", "about_heads"])
def test_a_head_by_role_alone_does_not_get_a_case_about_the_head(
    cast: Cast, client: Client, way: str
) -> None:
    """Without a posting nobody can be named by a case; it goes above all the same."""
    head = make_user("Chu Thị Vắng")
    grant(head, cast.commune, Role.HEAD)
    words = "Bà Chu Thị Vắng không tiếp dân" if way == "named" else "Lãnh đạo không tiếp dân"
    case, _code = receive_case(
        agency=cast.one_stop, text=words, source=Case.Source.MAILBOX, respondent="citizen", language="vi",
        about_heads=way == "about_heads", now=NOW,
    )  # fmt: skip
    assert case.agency == cast.province
    assert learned(client, head, case) == []
