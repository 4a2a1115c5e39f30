"""Who may do what at which step (Điều 10, 22), as tables: everybody else does not find it, or is refused."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.http import Http404

from conduct.agencies.models import Delegation, Role, User
from conduct.agencies.permissions import Refused
from conduct.ratings.models import Petition, Sheet
from conduct.ratings.permissions import petitions, sheets, tasks, year
from tests.cast import Cast
from tests.factories import DAY, NOW, grant, make_user
from tests.integration.ratings.arrange import delegate, make_sheet
from tests.integration.ratings.petitioning import confirmed, filed

pytestmark = [pytest.mark.django_db]
type People = dict[str, User]
NAMES = ("lan", "minh", "tam", "quan", "phuong", "hoa", "hanh", "oanh", "khoi")
STATES = ("draft", "submitted", "reviewed", "approved", "acknowledged")


@pytest.fixture
def people(october: Cast) -> People:
    """The cast; Vinh stands in for Minh at the one-stop centre, Bình for Tâm in the whole commune."""
    found = {name: getattr(october, name) for name in NAMES}
    found |= {"vinh": make_user("Hà Quang Vinh"), "binh": make_user("Lý Thanh Bình")}
    delegate(october.minh, found["vinh"], october.one_stop)
    delegate(october.tam, found["binh"], october.commune)
    return found


def allowed(people: People, check: Callable[[User], object]) -> set[str]:
    """Whom the check lets."""
    found = set()
    for name, user in people.items():
        try:
            check(user)
        except Refused:
            continue
        found.add(name)
    return found


def named(text: str) -> set[str]:
    return set(text.split())


SHEET_ACTS: dict[str, Callable[..., object]] = {
    "own": lambda user, sheet: sheets.check_is_own(user, sheet),
    "fill": lambda user, sheet: sheets.check_can_fill(user, sheet, DAY),
    "review": lambda user, sheet: sheets.check_can_review(user, sheet, DAY),
    "approve": lambda user, sheet: sheets.check_can_approve(user, sheet, DAY),
    "return": lambda user, sheet: sheets.check_can_return(user, sheet, DAY),
    "report": lambda user, sheet: tasks.check_can_report(user, sheet, DAY),
    "assign": lambda user, sheet: tasks.check_can_assign(user, sheet, DAY),
    "hand back": lambda user, sheet: tasks.check_can_hand_back(user, sheet, DAY),
}
# Whose sheet; who sees it; and who may, the same in every step or by step.
LED = "minh vinh tam binh phuong"
SHEETS: dict[str, tuple[str, dict[str, str | dict[str, str]]]] = {
    "lan": (
        f"lan {LED}",
        {
            "own": "lan",
            "fill": {"draft": "lan"},
            "review": "minh vinh",
            "approve": "tam binh",
            "return": {"submitted": "minh vinh", "reviewed": "tam binh"},
            "report": {"draft": "lan"},
            "assign": {"draft": LED, "submitted": LED},
            "hand back": {"draft": f"lan {LED}", "submitted": LED},
        },
    ),
    "minh": (
        "minh tam binh phuong",
        {
            "own": "minh",
            "fill": {"draft": "minh"},
            "review": "tam binh",
            "approve": "tam binh",
            "return": {"submitted": "tam binh", "reviewed": "tam binh"},
            "report": {"draft": "minh"},
            "assign": {"draft": "tam binh phuong", "submitted": "tam binh phuong"},
            "hand back": {"draft": "minh tam binh phuong", "submitted": "tam binh phuong"},
        },
    ),
    "tam": (
        "tam phuong",
        {
            "own": "tam",
            "fill": {"draft": "tam"},
            "review": "phuong",
            "approve": "phuong",
            "return": {"submitted": "phuong", "reviewed": "phuong"},
            "report": {"draft": "tam"},
            "assign": {"draft": "phuong", "submitted": "phuong"},
            "hand back": {"draft": "tam phuong", "submitted": "phuong"},
        },
    ),
}


def steps_to(sheet: Sheet, state: str, by: User) -> None:
    """Take a sheet there."""
    times = {f"{step}_at": NOW for step in ("submitted", "reviewed", "approved", "acknowledged")}
    Sheet.objects.filter(pk=sheet.pk).update(state=state, reviewer=by, approver=by, **times)
    sheet.refresh_from_db()


@pytest.mark.parametrize("whose", SHEETS)
def test_a_sheet_at_every_step(october: Cast, people: People, whose: str) -> None:
    sheet = make_sheet(getattr(october, f"{whose}_posting"))
    sees, acts = SHEETS[whose]
    told: dict[tuple[str, str], Any] = {}
    for state in STATES:
        steps_to(sheet, state, october.khoi)
        found = {name for name, user in people.items() if sheets.may_see(user, sheet, DAY)}
        if found != named(sees):
            told["see", state] = found
        for act, may in acts.items():
            expected = named(may if isinstance(may, str) else may.get(state, ""))
            found = allowed(people, partial(SHEET_ACTS[act], sheet=sheet))
            if found != expected:
                told[act, state] = found
    assert told == {}


def test_delegates_act_in_somebodys_place_and_others_in_their_own(october: Cast, people: People) -> None:
    sheet = make_sheet(october.lan_posting)
    steps_to(sheet, "submitted", october.khoi)
    assert sheets.check_can_review(people["vinh"], sheet, DAY) == october.minh.pk
    assert sheets.check_can_return(people["vinh"], sheet, DAY) == october.minh.pk
    assert sheets.check_can_review(people["minh"], sheet, DAY) is None
    assert sheets.check_can_approve(people["binh"], sheet, DAY) == october.tam.pk
    assert sheets.check_can_approve(people["tam"], sheet, DAY) is None


def test_without_delegation_nobody_stands_in(october: Cast, people: People) -> None:
    sheet = make_sheet(october.lan_posting)
    steps_to(sheet, "submitted", october.khoi)
    Delegation.objects.all().delete()
    assert allowed(people, lambda user: sheets.check_can_review(user, sheet, DAY)) == {"minh"}
    assert allowed(people, lambda user: sheets.check_can_approve(user, sheet, DAY)) == {"tam"}
    assert {name for name, user in people.items() if sheets.may_see(user, sheet, DAY)} == named(
        "lan minh tam phuong"
    )


@pytest.mark.parametrize("state", STATES)
def test_a_result_is_petitioned_against_by_its_person_once_confirmed(
    october: Cast, people: People, state: str
) -> None:
    result = confirmed(october)
    result.sheet.state = state
    found = allowed(people, lambda user: petitions.check_can_file(user, result))
    assert found == ({"lan"} if state in {"approved", "acknowledged"} else set())


def test_a_replaced_result_is_not_petitioned_against(october: Cast, people: People) -> None:
    result = confirmed(october)
    result.replaced_by_id = result.pk
    assert allowed(people, lambda user: petitions.check_can_file(user, result)) == set()


def visible(people: People, petition: Petition) -> set[str]:
    return {
        name for name, user in people.items()
        if Petition.objects.visible_to(user, DAY).filter(pk=petition.pk).exists()
    }  # fmt: skip


@pytest.mark.parametrize("state", ["filed", "answered", "withdrawn"])
def test_a_petition_at_every_step(october: Cast, people: People, state: str) -> None:
    petition = filed(october)
    petition.reader = october.oanh
    petition.save(update_fields=["reader"])
    answered = {"answered_by": october.tam, "answered_at": NOW, "answer": "Giữ nguyên", "sha256": "0" * 64}
    Petition.objects.filter(pk=petition.pk).update(state=state, **answered)
    reader = {"oanh"} if state == "filed" else set()
    assert visible(people, petition) == named("lan tam binh phuong") | reader
    assert allowed(people, lambda user: petitions.check_can_answer(user, petition, DAY)) == named("tam binh")
    assert allowed(people, lambda user: petitions.check_can_read(user, petition)) == {"oanh"}
    assert allowed(people, lambda user: petitions.check_can_withdraw(user, petition)) == {"lan"}


def test_whoever_rated_needs_a_second_reader_and_so_does_their_delegate(
    october: Cast, people: People
) -> None:
    petition = filed(october)
    assert petitions.involved_ids(petition) == {october.minh.pk, october.tam.pk}
    assert petitions.check_can_answer(people["binh"], petition, DAY) == october.tam.pk
    assert petitions.check_can_answer(people["tam"], petition, DAY) is None
    assert petitions.needs_reader(petition, people["tam"], None)
    assert petitions.needs_reader(petition, people["binh"], october.tam.pk)
    assert not petitions.needs_reader(petition, people["phuong"], None)
    assert not petitions.is_read(petition, people["tam"])


def test_second_readers_are_leaders_who_had_no_part(october: Cast, people: People) -> None:
    petition = filed(october)
    assert set(petitions.readers_for(petition, people["binh"], DAY)) == {october.phuong}
    assert set(petitions.readers_for(petition, people["phuong"], DAY)) == set()
    Sheet.objects.update(reviewer=october.phuong, approver=october.tam)
    petition = Petition.objects.get()
    assert set(petitions.readers_for(petition, people["binh"], DAY)) == {october.minh}


def test_the_year_is_prepared_by_the_head_the_administrator_and_who_stands_in_for_the_head(
    october: Cast, people: People
) -> None:
    deputy, standing_in = make_user("Trần Phó"), make_user("Ngô Thay")
    grant(deputy, october.commune, Role.SUPERVISOR)
    delegate(deputy, standing_in, october.commune)
    people |= {"deputy": deputy, "standing_in": standing_in}
    prepare = {name for name, user in people.items() if year.prepares(user, october.commune, DAY)}
    assert prepare == named("tam binh quan phuong")
    assert {
        name for name, user in people.items() if year.prepares(user, october.other_commune, DAY)
    } == named("hoa phuong")
    for name in ("lan", "standing_in", "hoa"):
        with pytest.raises((Refused, Http404)):
            year.check_prepares(people[name], october.commune, DAY)
    with pytest.raises(Http404):
        year.check_prepares(october.hoa, october.commune, DAY)
