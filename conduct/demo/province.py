"""Writes agencies, people and service points."""

from datetime import datetime, timedelta
from random import Random

from django.contrib.auth.hashers import make_password

from conduct.agencies.models import Agency, AgencyParent, Posting, RoleGrant, Succession, User
from conduct.kernel.names import fold, sort_text
from surveys.models import ServicePoint
from surveys.services.points import SLUG_ALPHABET, SLUG_LENGTH

from .copying import Ids, copy_rows, new_ids
from .people import Person, Staff
from .stories import Story
from .tree import Tree, Unit


def write_agencies(tree: Tree, ids: Ids) -> None:
    """The tree with its dated parents, and the merger."""
    ids.units = new_ids(Agency, len(tree.units))
    copy_rows(
        Agency,
        "id code name kind place valid_from valid_to search",
        (_agency_row(unit, ids) for unit in tree.units),
    )
    copy_rows(
        AgencyParent,
        "agency parent valid_from valid_to",
        (
            (ids.units[unit.index], ids.units[unit.parent], unit.valid_from, unit.valid_to)
            for unit in tree.units
            if unit.parent is not None
        ),
    )
    decided = tree.calendar.merger - timedelta(days=21)
    act = f"Nghị quyết số 27/NQ-HĐND ngày {decided.day}/{decided.month}/{decided.year}"
    merged = next(office.unit for office in tree.communes if office.story is Story.MERGED)
    copy_rows(
        Succession,
        "predecessor successor kind is_whole on legal_act",
        (
            (ids.units[old.unit.index], ids.units[merged.index], "merge", True, merged.valid_from, act)
            for old in tree.predecessors
        ),
    )


def _agency_row(unit: Unit, ids: Ids) -> tuple[object, ...]:
    search = fold(f"{unit.name} {unit.code}")
    dates = (unit.valid_from, unit.valid_to)
    return (ids.units[unit.index], unit.code, unit.name, unit.kind, unit.place, *dates, search)


def write_people(staff: Staff, ids: Ids, *, phrase: str, joined: datetime) -> None:
    """Users, postings and roles. The cast signs in with `phrase`, hashed once; nobody else has a password."""
    ids.people, ids.posts = new_ids(User, len(staff.people)), new_ids(Posting, len(staff.posts))
    hashed = make_password(phrase)
    copy_rows(
        User,
        "id password is_superuser username full_name email name_order search is_active joined_at",
        (_person_row(person, ids, hashed, joined) for person in staff.people),
    )
    copy_rows(
        Posting,
        "id person agency title category is_leader serves_citizens is_main starts_on ends_on",
        (
            (
                *(ids.posts[post.index], ids.people[post.person], ids.units[post.unit], post.title),
                *(post.category, post.is_leader, post.serves_citizens, True, post.starts_on, post.ends_on),
            )
            for post in staff.posts
        ),
    )
    granter = ids.people[staff.cast["son"].index]
    copy_rows(
        RoleGrant,
        "person agency role starts_on ends_on granted_by",
        (
            (ids.people[one.person], ids.units[one.unit], one.role, one.starts_on, one.ends_on, granter)
            for one in staff.grants
        ),
    )


def _person_row(person: Person, ids: Ids, hashed: str, joined: datetime) -> tuple[object, ...]:
    name, username = person.full_name, person.username
    password = hashed if person.signs_in else make_password(None)
    search = fold(f"{name} {username}")
    return (
        *(ids.people[person.index], password, False, username, name, ""),
        *(sort_text(name), search, True, joined),
    )


def write_points(tree: Tree, ids: Ids, random: Random) -> list[str]:
    """The desks; returns their short addresses."""
    ids.points = new_ids(ServicePoint, len(tree.points))
    slugs: dict[str, None] = {}
    while len(slugs) < len(tree.points):
        slugs["".join(random.choices(SLUG_ALPHABET, k=SLUG_LENGTH))] = None
    rows = []
    for point, slug in zip(tree.points, slugs, strict=True):
        unit = tree.units[point.unit]
        dates = (unit.valid_from, unit.valid_to)
        names = (slug, point.name, point.name_en)
        rows.append((ids.points[point.index], ids.units[unit.index], *names, unit.valid_to is None, *dates))
    copy_rows(ServicePoint, "id agency slug name name_en is_open opened_on closed_on", rows)
    return list(slugs)
