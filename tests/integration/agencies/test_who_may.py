"""Who may delegate, close, reopen, keep people and hand out roles, as tables; everybody else is refused."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from conduct.agencies.models import Role, RoleGrant, User
from conduct.agencies.permissions import (
    Refused,
    check_can_close_month,
    check_can_delegate,
    check_can_grant_role,
    check_can_manage_people,
    check_can_reopen_month,
    check_holds,
    grantable_roles,
    granted_ids,
    leads,
    led_by,
    offered_roles,
    own_office_ids,
)
from tests.cast import Cast, make_cast
from tests.factories import DAY, grant, make_posting, make_user
from tests.integration.ratings.arrange import delegate

pytestmark = [pytest.mark.django_db]
NAMES = ("lan", "minh", "tam", "quan", "phuong", "hoa", "hanh", "oanh", "khoi", "sys")
OWN = {Role.STAFF, Role.SUPERVISOR, Role.TREASURER, Role.OPERATOR}
ABOVE = {Role.HEAD, Role.OFFICE_ADMIN, Role.INSPECTOR}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def people(cast: Cast) -> dict[str, User]:
    """The cast and a system administrator of the province."""
    found: dict[str, User] = {name: getattr(cast, name) for name in NAMES if name != "sys"}
    found["sys"] = make_user("Phan Quản Trị")
    grant(found["sys"], cast.province, Role.SYSTEM_ADMIN)
    return found


def allowed(people: dict[str, User], check: Callable[[User], object]) -> set[str]:
    """Whom the check lets."""
    found = set()
    for name, user in people.items():
        try:
            check(user)
        except Refused:
            continue
        found.add(name)
    return found


def test_months_are_closed_by_heads_and_reopened_from_above(cast: Cast, people: dict[str, User]) -> None:
    closing = allowed(people, lambda user: check_can_close_month(user, cast.commune, DAY))
    assert closing == {"tam", "phuong"}
    reopening = allowed(people, lambda user: check_can_reopen_month(user, cast.commune, DAY))
    assert reopening == {"phuong", "sys"}
    assert allowed(people, lambda user: check_can_reopen_month(user, cast.province, DAY)) == {"sys"}


def test_people_are_kept_by_their_administrators(cast: Cast, people: dict[str, User]) -> None:
    assert allowed(people, lambda user: check_can_manage_people(user, cast.one_stop, DAY)) == {"quan", "sys"}
    assert allowed(people, lambda user: check_can_manage_people(user, cast.other_commune, DAY)) == {"sys"}


@pytest.mark.parametrize(
    ("absent", "may"),
    [
        ("minh", {"minh", "tam", "phuong", "quan", "sys"}),
        ("tam", {"tam", "phuong", "quan", "sys"}),
        # Lan leads nothing that somebody could stand in for
        ("lan", {"tam", "phuong", "quan", "sys"}),
    ],
)
def test_a_delegation_is_recorded_by_who_is_away_or_runs_the_office(
    cast: Cast, people: dict[str, User], absent: str, may: set[str]
) -> None:
    away = people[absent]
    assert allowed(people, lambda user: check_can_delegate(user, away, cast.one_stop, DAY)) == may


def test_a_supervisor_records_nothing_for_a_place_led_by_others(cast: Cast, people: dict[str, User]) -> None:
    found = allowed(people, lambda user: check_can_delegate(user, cast.minh, cast.department, DAY))
    assert found == {"tam", "phuong", "quan", "sys"}


def test_roles_are_handed_out_by_rank(cast: Cast, people: dict[str, User]) -> None:
    grant(cast.hanh, cast.province, Role.OFFICE_ADMIN)
    for name, own_office, province in (
        ("lan", set(), set()), ("tam", set(), set()), ("quan", OWN, set()),
        ("hanh", OWN | ABOVE, OWN), ("sys", set(Role), set(Role)),
    ):  # fmt: skip
        user = people[name]
        for agency in (cast.commune, cast.one_stop):
            assert grantable_roles(user, agency, DAY) == own_office, name
        assert grantable_roles(user, cast.province, DAY) == province, name
        for role in Role:
            check = partial(check_can_grant_role, person=cast.yen, agency=cast.commune, role=role, on=DAY)
            found = allowed({name: user}, check)
            assert bool(found) is (role in own_office), (name, role)
    assert offered_roles(cast.quan, DAY) == OWN
    assert offered_roles(cast.hanh, DAY) == OWN | ABOVE
    assert offered_roles(people["sys"], DAY) == set(Role)
    assert offered_roles(cast.tam, DAY) == set()


def test_roles_are_asked_for_by_name_or_not_at_all(cast: Cast) -> None:
    assert granted_ids(cast.minh, DAY) == {cast.one_stop.pk}
    assert granted_ids(cast.minh, DAY, Role.SUPERVISOR, Role.HEAD) == {cast.one_stop.pk}
    assert granted_ids(cast.minh, DAY, Role.HEAD) == set()
    with pytest.raises(Refused, match=str(cast.one_stop)):
        check_holds(cast.lan, cast.one_stop, DAY, Role.HEAD, Role.SUPERVISOR)
    check_holds(cast.tam, cast.one_stop, DAY, Role.HEAD)
    assert leads(cast.minh, cast.one_stop, DAY)
    assert not leads(cast.minh, cast.commune, DAY)
    assert not leads(cast.quan, cast.commune, DAY)


def test_what_somebody_leads_with_what_is_delegated(cast: Cast) -> None:
    below = {cast.commune.pk, cast.department.pk, cast.one_stop.pk}
    tam, minh = led_by(cast.tam, DAY), led_by(cast.minh, DAY)
    assert tam.as_head == below
    assert tam.roots == {cast.commune.pk}
    assert not tam.as_supervisor | tam.posts | minh.as_head
    assert minh.as_supervisor == {cast.one_stop.pk}
    assert minh.posts == minh.roots == {cast.one_stop.pk}
    assert led_by(cast.quan, DAY).roots == set()
    delegate(cast.minh, cast.quan, cast.one_stop)
    assert led_by(cast.quan, DAY).as_supervisor == {cast.one_stop.pk}
    RoleGrant.objects.filter(person=cast.tam).update(ends_on=DAY - timedelta(days=1))
    assert led_by(cast.tam, DAY).as_head == set()


def test_the_own_offices_are_those_of_all_postings_of_the_day(cast: Cast) -> None:
    assert own_office_ids(cast.lan, DAY) == {cast.commune.pk}
    make_posting(cast.lan, cast.other_commune, is_main=False)
    assert own_office_ids(cast.lan, DAY) == {cast.commune.pk, cast.other_commune.pk}
    assert own_office_ids(make_user(), DAY) == set()
