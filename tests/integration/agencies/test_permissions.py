"""Who sees which agencies and people, and which roles reach what."""

from datetime import date, timedelta

import pytest
from django.http import Http404
from pytest_django import DjangoAssertNumQueries

from conduct.agencies.branches import surroundings_of
from conduct.agencies.models import Agency, AgencyParent, Role, Succession
from conduct.agencies.permissions import (
    Refused,
    agency_seen,
    check_can_grant_role,
    check_can_manage_people,
    grantable_roles,
    holds,
    may_see_agency,
    offered_roles,
    reach_ids,
    seen_and_reach_ids,
    standing_at,
    visible_agency_ids,
    visible_people,
)
from conduct.agencies.tree import drawn_tree, office_of, seen_agencies, standing_of
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


@pytest.mark.parametrize("who", ["lan", "minh", "tam", "quan", "phuong", "hoa"])
def test_what_is_seen_and_what_is_reached_come_together(
    cast: Cast, who: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    user = getattr(cast, who)
    with django_assert_num_queries(1):
        found = seen_and_reach_ids(user, DAY, Role.HEAD, Role.OFFICE_ADMIN)
    assert found == (visible_agency_ids(user, DAY), reach_ids(user, DAY, Role.HEAD, Role.OFFICE_ADMIN))


def test_an_agency_comes_with_how_one_stands_to_it(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    code, yesterday = cast.one_stop.code, DAY - timedelta(days=1)
    with django_assert_num_queries(1):
        found = agency_seen(cast.tam, code, DAY)
    assert found == (cast.one_stop, standing_at(cast.tam, cast.one_stop, DAY))
    for user, asked in ((cast.hoa, code), (cast.tam, "khong-co")):
        with pytest.raises(Http404):
            agency_seen(user, asked, DAY)
    AgencyParent.objects.filter(agency=cast.one_stop).update(valid_to=yesterday)
    Agency.objects.filter(pk=cast.one_stop.pk).update(valid_to=yesterday)
    gone, standing = agency_seen(cast.tam, code, DAY)
    assert standing == standing_at(cast.tam, gone, DAY)
    assert standing.office_id == cast.commune.pk


def test_the_offices_that_somebody_sees_come_by_name(cast: Cast) -> None:
    Agency.objects.filter(pk=cast.other_commune.pk).update(valid_to=DAY - timedelta(days=1))
    seen = visible_agency_ids(cast.phuong, DAY)
    offices = Agency.objects.in_force(DAY).filter(pk__in=seen, kind__in=Agency.OFFICE_KINDS)
    assert cast.other_commune not in offices
    assert seen_agencies(cast.phuong.pk, DAY, Agency.OFFICE_KINDS) == list(offices.order_by("search"))
    assert seen_agencies(cast.lan.pk, DAY, Agency.OFFICE_KINDS) == [cast.commune]


def test_around_an_office_lie_its_own_agencies_the_offices_below_and_those_above(cast: Cast) -> None:
    around = surroundings_of(cast.commune.pk, DAY)
    assert around.own == around.below == {cast.commune.pk, cast.department.pk, cast.one_stop.pk}
    assert around.above == (cast.commune.pk, cast.province.pk)
    around = surroundings_of(cast.province.pk, DAY)
    assert cast.commune.pk in around.below - around.own
    assert cast.one_stop.pk in around.below - around.own
    assert cast.province.pk in around.own


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
