"""The start page: remarks to sort and to answer, letters of apology to write and to sign."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from conduct.agencies.models import User
from conduct.dossiers.models import Dossier
from conduct.feedback.models import Apology, Case, CaseSubject
from conduct.reports.waiting import Due, Kind, waiting_for
from tests.cast import Cast, make_cast
from tests.factories import DAY, NOW
from tests.integration.feedback.arrange import received

BACKEND = "django.contrib.auth.backends.ModelBackend"
OURS = (Kind.ANSWER, Kind.SORT, Kind.WRITE, Kind.LETTER)
pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def due_for(user: User) -> dict[Kind, Due]:
    return {due.kind: due for due in waiting_for(user, NOW).everything if due.kind in OURS}


def letter(cast: Cast, state: str) -> Apology:
    dossier = Dossier.objects.create(
        agency=cast.one_stop, code=f"H-{state}", procedure="Trích lục", channel="desk",
        received_on=DAY - timedelta(days=9), promised_on=DAY, due_on=DAY, posting=cast.lan_posting,
    )  # fmt: skip
    return Apology.objects.create(
        office=cast.commune, kind="overdue", dossier=dossier, state=state, owed_on=DAY,
        due_on=DAY + timedelta(days=1),
    )  # fmt: skip


def test_a_new_remark_waits_for_those_who_receive_it(cast: Cast) -> None:
    case = received(cast)
    for user in (cast.oanh, cast.quan, cast.tam):
        assert due_for(user)[Kind.SORT].url == reverse("feedback:case", args=[case.pk])
        assert due_for(user)[Kind.SORT].on == case.due_on
    for other in (cast.lan, cast.minh, cast.hoa, cast.phuong):
        assert due_for(other) == {}


def test_several_are_one_line_to_the_list(cast: Cast) -> None:
    received(cast)
    received(cast, "Bảng chỉ dẫn nhỏ quá")
    due = due_for(cast.oanh)[Kind.SORT]
    assert (due.n, due.url) == (2, f"{reverse('feedback:cases')}?state=new")


def test_a_case_waits_for_whom_it_was_given_to(cast: Cast) -> None:
    Case.objects.filter(pk=received(cast).pk).update(state="assigned", assignee=cast.minh)
    assert set(due_for(cast.minh)) == {Kind.ANSWER}
    assert due_for(cast.oanh) == {}


def test_whom_a_case_names_hears_of_nothing(cast: Cast) -> None:
    case = received(cast)
    CaseSubject.objects.create(case=case, posting=cast.tam_posting)
    assert due_for(cast.tam) == {}
    assert Kind.SORT in due_for(cast.oanh)


def test_an_owed_letter_waits_for_its_officer_and_leaders(cast: Cast) -> None:
    owed = letter(cast, "owed")
    for user in (cast.lan, cast.minh, cast.tam, cast.quan, cast.oanh):
        assert due_for(user)[Kind.WRITE].url == reverse("feedback:apology", args=[owed.pk])
    assert due_for(cast.hoa) == {}


def test_a_written_letter_waits_for_the_head(cast: Cast) -> None:
    letter(cast, "ready")
    assert set(due_for(cast.tam)) == {Kind.LETTER}
    assert due_for(cast.minh) == {}


def test_the_page_says_so_in_a_dozen_queries(
    client: Client, cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    received(cast)
    letter(cast, "owed")
    letter(cast, "ready")
    client.force_login(cast.tam, BACKEND)
    with django_assert_max_num_queries(12):
        page = client.get(reverse("reports:today")).content.decode()
    for words in ("Phân loại 1 ý kiến mới", "Viết 1 thư xin lỗi", "Ký 1 thư xin lỗi"):
        assert words in page
