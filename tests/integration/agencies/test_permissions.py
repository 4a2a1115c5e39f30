"""Who sees which agencies and people, and which roles reach what."""

from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from conduct.agencies.models import Agency, AgencyParent, Role, Succession
from conduct.agencies.permissions import (
    Refused,
    check_can_grant_role,
    check_can_manage_people,
    grantable_roles,
    holds,
    may_see_agency,
    offered_roles,
    reach_ids,
    visible_agency_ids,
    visible_people,
)
from conduct.agencies.tree import drawn_tree, office_of, standing_of
from tests.cast import Cast, make_cast
from tests.factories import DAY, grant, make_agency, make_posting, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_staff_see_their_own_office_as_a_whole_and_nothing_else(cast: Cast) -> None:
    assert visible_agency_ids(cast.lan, DAY) == {cast.commune.pk, cast.department.pk, cast.one_stop.pk}
    assert may_see_agency(cast.lan, cast.department, DAY)
    assert not may_see_agency(cast.lan, cast.other_commune, DAY)
    assert not may_see_agency(cast.lan, cast.province, DAY)


def test_a_role_shows_what_it_reaches(cast: Cast) -> None:
    everything = {a.pk for a in Agency.objects.all()}
    assert visible_agency_ids(cast.phuong, DAY) == everything
    assert reach_ids(cast.phuong, DAY, Role.HEAD) == everything
    assert reach_ids(cast.phuong, DAY, Role.SUPERVISOR) == set()
    assert reach_ids(cast.minh, DAY) == {cast.one_stop.pk}


def test_a_role_ends_with_its_last_day(cast: Cast) -> None:
    inspector = make_user()
    grant(inspector, cast.commune, Role.INSPECTOR, starts_on=DAY, ends_on=DAY)
    assert holds(inspector, cast.one_stop, DAY, Role.INSPECTOR)
    assert not holds(inspector, cast.one_stop, DAY + timedelta(days=1), Role.INSPECTOR)
    assert not holds(inspector, cast.one_stop, DAY - timedelta(days=1))
    assert not may_see_agency(inspector, cast.commune, DAY + timedelta(days=1))


def test_a_posting_that_ended_shows_nothing(cast: Cast) -> None:
    cast.lan_posting.ends_on = DAY - timedelta(days=1)
    cast.lan_posting.save()
    assert visible_agency_ids(cast.lan, DAY) == set()


def test_standing_names_roles_and_the_office(cast: Cast) -> None:
    standing = standing_of(cast.tam.pk, cast.one_stop.pk, DAY)
    assert standing.roles == {"head"}
    assert standing.is_own_office
    assert standing.office_id == cast.commune.pk
    assert not standing_of(cast.hoa.pk, cast.one_stop.pk, DAY).sees


def test_standing_is_one_statement(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        standing_of(cast.lan.pk, cast.one_stop.pk, DAY)
    with django_assert_num_queries(1):
        visible_agency_ids(cast.lan, DAY)
    with django_assert_num_queries(1):
        office_of(cast.one_stop, DAY)


def test_the_tree_is_that_of_the_day(cast: Cast) -> None:
    last = date(2026, 3, 31)
    link = AgencyParent.objects.get(agency=cast.department)
    link.valid_to = last
    link.save()
    AgencyParent.objects.create(
        agency=cast.department, parent=cast.other_commune, valid_from=last + timedelta(days=1)
    )
    assert holds(cast.tam, cast.department, last, Role.HEAD)
    assert not holds(cast.tam, cast.department, last + timedelta(days=1), Role.HEAD)
    assert holds(cast.hoa, cast.department, last + timedelta(days=1), Role.HEAD)
    assert cast.department.pk in visible_agency_ids(cast.tam, DAY, tree_of=last)
    assert cast.department.pk not in visible_agency_ids(cast.tam, DAY)


def test_an_agency_that_is_gone_is_seen_through_its_successor(cast: Cast) -> None:
    gone = make_agency("Xã Cũ", parent=cast.province)
    assert not may_see_agency(cast.lan, gone, DAY)
    gone.valid_to = date(2026, 5, 31)
    gone.save()
    Succession.objects.create(predecessor=gone, successor=cast.commune, kind="merge", on=date(2026, 6, 1))
    assert may_see_agency(cast.lan, gone, DAY)
    assert may_see_agency(cast.phuong, gone, DAY)
    assert not may_see_agency(cast.hoa, gone, DAY)


def test_people_of_other_offices_are_not_seen(cast: Cast) -> None:
    seen = set(visible_people(cast.lan, DAY))
    assert cast.minh in seen
    assert cast.tam in seen
    assert cast.hoa not in seen
    assert set(visible_people(cast.hoa, DAY)) == {cast.hoa}


def test_someone_without_a_posting_sees_only_themselves(cast: Cast) -> None:
    newcomer = make_user()
    assert list(visible_people(newcomer, DAY)) == [newcomer]
    assert visible_agency_ids(newcomer, DAY) == set()


@pytest.mark.parametrize(
    ("who", "where", "may"),
    [
        ("quan", "commune", True),
        ("quan", "department", True),
        ("quan", "other_commune", False),
        ("quan", "province", False),
        ("tam", "commune", False),
        ("lan", "commune", False),
        ("hoa", "commune", False),
    ],
)
def test_who_keeps_the_people_of_an_agency(cast: Cast, who: str, where: str, may: bool) -> None:
    user, agency = getattr(cast, who), getattr(cast, where)
    if may:
        check_can_manage_people(user, agency, DAY)
    else:
        with pytest.raises(Refused):
            check_can_manage_people(user, agency, DAY)


def test_an_office_administrator_does_not_name_the_head(cast: Cast) -> None:
    check_can_grant_role(cast.quan, cast.lan, cast.one_stop, Role.SUPERVISOR, DAY)
    for role in (Role.HEAD, Role.OFFICE_ADMIN, Role.SYSTEM_ADMIN):
        with pytest.raises(Refused):
            check_can_grant_role(cast.quan, cast.lan, cast.commune, role, DAY)


def test_an_administrator_above_names_the_head_of_an_office(cast: Cast) -> None:
    above = make_user()
    make_posting(above, cast.province)
    grant(above, cast.province, Role.OFFICE_ADMIN)
    check_can_grant_role(above, cast.lan, cast.commune, Role.HEAD, DAY)
    assert Role.HEAD not in grantable_roles(above, cast.province, DAY)
    assert Role.SYSTEM_ADMIN not in offered_roles(above, DAY)
    assert Role.HEAD in offered_roles(above, DAY)
    assert offered_roles(cast.quan, DAY) == {
        Role.STAFF, Role.SUPERVISOR, Role.TREASURER, Role.OPERATOR,
    }  # fmt: skip


def test_nobody_changes_their_own_roles(cast: Cast) -> None:
    chief = make_user()
    grant(chief, cast.province, Role.SYSTEM_ADMIN)
    check_can_grant_role(chief, cast.lan, cast.commune, Role.AUDITOR, DAY)
    with pytest.raises(Refused):
        check_can_grant_role(chief, chief, cast.commune, Role.HEAD, DAY)


def test_a_tree_too_large_is_counted_where_it_is_not_drawn(cast: Cast) -> None:
    agencies = list(Agency.objects.all())
    whole = drawn_tree(agencies, DAY)
    assert [node.agency for node in whole] == [cast.province]
    assert {node.agency for node in whole[0].children} == {cast.commune, cast.other_commune}
    short = drawn_tree(agencies, DAY, at_most=4)
    assert sum(node.n_hidden for node in short[0].children) == 2
    assert all(node.children == [] for node in short[0].children)
