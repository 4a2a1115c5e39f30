"""The tree of agencies as it stood on a day. Every function is one SQL statement."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import connection

from .models import Agency, AgencyParent, on_day

_DOWN = """
WITH RECURSIVE below AS (
    SELECT unnest(%s::bigint[]) AS id
    UNION
    SELECT p.agency_id FROM agencies_agencyparent p JOIN below b ON p.parent_id = b.id
    WHERE p.valid_from <= %s AND (p.valid_to IS NULL OR p.valid_to >= %s)
)
SELECT id FROM below
"""

# What a person leads: by own roles, and by those of whoever they stand in for, below the delegation's agency.
_LED = """
WITH RECURSIVE held AS (
    SELECT agency_id, role, NULL::bigint AS within FROM agencies_rolegrant
    WHERE person_id = %(person)s AND role = ANY(%(roles)s)
      AND starts_on <= %(on)s AND (ends_on IS NULL OR ends_on >= %(on)s)
    UNION
    SELECT g.agency_id, g.role, d.agency_id
    FROM agencies_delegation d JOIN agencies_rolegrant g ON g.person_id = d.absent_id
    WHERE d.delegate_id = %(person)s AND g.role = ANY(%(roles)s)
      AND d.starts_on <= %(on)s AND d.ends_on >= %(on)s
      AND g.starts_on <= %(on)s AND (g.ends_on IS NULL OR g.ends_on >= %(on)s)
), below AS (
    SELECT id AS start, id FROM (
        SELECT agency_id AS id FROM held UNION SELECT within FROM held WHERE within IS NOT NULL
    ) AS roots
    UNION
    SELECT b.start, p.agency_id FROM agencies_agencyparent p JOIN below b ON p.parent_id = b.id
    WHERE p.valid_from <= %(on)s AND (p.valid_to IS NULL OR p.valid_to >= %(on)s)
)
SELECT held.role, held.agency_id, below.id FROM held JOIN below ON below.start = held.agency_id
WHERE held.within IS NULL
   OR EXISTS (SELECT FROM below inner_ WHERE inner_.start = held.within AND inner_.id = below.id)
"""

_UP = """
WITH RECURSIVE above AS (
    SELECT %s::bigint AS id, 0 AS steps
    UNION
    SELECT p.parent_id, a.steps + 1 FROM agencies_agencyparent p JOIN above a ON p.agency_id = a.id
    WHERE p.valid_from <= %s AND (p.valid_to IS NULL OR p.valid_to >= %s)
)
SELECT id FROM above ORDER BY steps
"""

_ALL_UP = """
WITH RECURSIVE above AS (
    SELECT id AS start, id, 0 AS steps FROM unnest(%s::bigint[]) AS asked (id)
    UNION
    SELECT a.start, p.parent_id, a.steps + 1
    FROM agencies_agencyparent p JOIN above a ON p.agency_id = a.id
    WHERE p.valid_from <= %s AND (p.valid_to IS NULL OR p.valid_to >= %s)
)
SELECT start, id FROM above ORDER BY start, steps
"""

_ALL_ABOVE = """
WITH RECURSIVE above AS (
    SELECT id AS start, id, 0 AS steps FROM unnest(%s::bigint[]) AS asked (id)
    UNION
    SELECT a.start, p.parent_id, a.steps + 1
    FROM agencies_agencyparent p JOIN above a ON p.agency_id = a.id
    WHERE p.valid_from <= %s AND (p.valid_to IS NULL OR p.valid_to >= %s)
)
SELECT agency.*, above.start FROM above JOIN agencies_agency agency ON agency.id = above.id
ORDER BY above.start, above.steps
"""

_OFFICE = """
WITH RECURSIVE above AS (
    SELECT %s::bigint AS id, 0 AS steps
    UNION
    SELECT p.parent_id, a.steps + 1 FROM agencies_agencyparent p JOIN above a ON p.agency_id = a.id
    WHERE p.valid_from <= %s AND (p.valid_to IS NULL OR p.valid_to >= %s)
)
SELECT office.* FROM agencies_agency office JOIN above ON above.id = office.id
WHERE office.kind = ANY(%s) ORDER BY above.steps LIMIT 1
"""

# What a person stands on: the own offices (nearest above a posting, or the agency itself), granted roles.
_STANDING = """
WITH RECURSIVE above AS (
    SELECT %(agency)s::bigint AS id, 0 AS steps
    UNION
    SELECT p.parent_id, a.steps + 1 FROM agencies_agencyparent p JOIN above a ON p.agency_id = a.id
    WHERE p.valid_from <= %(tree)s AND (p.valid_to IS NULL OR p.valid_to >= %(tree)s)
), mine AS (
    SELECT id AS posting_id, agency_id AS id, 0 AS steps FROM agencies_posting
    WHERE person_id = %(person)s AND starts_on <= %(on)s AND (ends_on IS NULL OR ends_on >= %(on)s)
    UNION
    SELECT m.posting_id, p.parent_id, m.steps + 1
    FROM mine m JOIN agencies_agencyparent p ON p.agency_id = m.id
    WHERE p.valid_from <= %(on)s AND (p.valid_to IS NULL OR p.valid_to >= %(on)s)
), own AS (
    SELECT DISTINCT ON (m.posting_id) m.id FROM mine m JOIN agencies_agency a ON a.id = m.id
    ORDER BY m.posting_id, (a.kind = ANY(%(kinds)s)) DESC, m.steps
)
SELECT
    coalesce((
        SELECT array_agg(DISTINCT g.role) FROM agencies_rolegrant g JOIN above ON above.id = g.agency_id
        WHERE g.person_id = %(person)s AND g.starts_on <= %(on)s
          AND (g.ends_on IS NULL OR g.ends_on >= %(on)s)
    ), '{}'),
    EXISTS (SELECT FROM own JOIN above ON above.id = own.id),
    (SELECT a.id FROM above JOIN agencies_agency a ON a.id = above.id
     WHERE a.kind = ANY(%(kinds)s) ORDER BY above.steps LIMIT 1)
"""

# The same about the agency with a code, as it stood on the day or when it was there last.
_STANDING_AT = """
SELECT asked.*, standing.* FROM agencies_agency asked
CROSS JOIN LATERAL (<standing>) AS standing (held, is_own, office)
WHERE asked.code = %(code)s
""".replace(
    "<standing>",
    _STANDING.replace("%(agency)s", "asked.id").replace(
        "%(tree)s", "greatest(asked.valid_from, least(%(on)s::date, asked.valid_to))"
    ),
)

_SIGHT = """
WITH RECURSIVE mine AS (
    SELECT id AS posting_id, agency_id AS id, 0 AS steps FROM agencies_posting
    WHERE person_id = %(person)s AND starts_on <= %(on)s AND (ends_on IS NULL OR ends_on >= %(on)s)
    UNION
    SELECT m.posting_id, p.parent_id, m.steps + 1
    FROM mine m JOIN agencies_agencyparent p ON p.agency_id = m.id
    WHERE p.valid_from <= %(on)s AND (p.valid_to IS NULL OR p.valid_to >= %(on)s)
), own AS (
    SELECT DISTINCT ON (m.posting_id) m.id FROM mine m JOIN agencies_agency a ON a.id = m.id
    ORDER BY m.posting_id, (a.kind = ANY(%(kinds)s)) DESC, m.steps
), below AS (
    SELECT id, false AS is_reached FROM own
    UNION
    SELECT agency_id, role = ANY(%(roles)s::text[]) FROM agencies_rolegrant
    WHERE person_id = %(person)s AND starts_on <= %(on)s AND (ends_on IS NULL OR ends_on >= %(on)s)
    UNION
    SELECT p.agency_id, b.is_reached FROM agencies_agencyparent p JOIN below b ON p.parent_id = b.id
    WHERE p.valid_from <= %(tree)s AND (p.valid_to IS NULL OR p.valid_to >= %(tree)s)
)
<wanted>
"""

_VISIBLE = _SIGHT.replace("<wanted>", "SELECT id, bool_or(is_reached) FROM below GROUP BY id")

_VISIBLE_AGENCIES = _SIGHT.replace(
    "<wanted>",
    """
SELECT agency.* FROM agencies_agency agency
WHERE agency.id IN (SELECT id FROM below) AND agency.kind = ANY(%(wanted)s)
  AND agency.valid_from <= %(on)s AND (agency.valid_to IS NULL OR agency.valid_to >= %(on)s)
ORDER BY agency.search
""",
)

_REACHED = """
WITH RECURSIVE below AS (
    SELECT agency_id AS id FROM agencies_rolegrant
    WHERE person_id = %(person)s AND starts_on <= %(on)s AND (ends_on IS NULL OR ends_on >= %(on)s)
      AND (%(roles)s::text[] IS NULL OR role = ANY(%(roles)s))
    UNION
    SELECT p.agency_id FROM agencies_agencyparent p JOIN below b ON p.parent_id = b.id
    WHERE p.valid_from <= %(on)s AND (p.valid_to IS NULL OR p.valid_to >= %(on)s)
)
SELECT id FROM below
"""

_DESK = """
WITH RECURSIVE main AS (
    SELECT agency_id, title FROM agencies_posting
    WHERE person_id = %(person)s AND starts_on <= %(on)s AND (ends_on IS NULL OR ends_on >= %(on)s)
    ORDER BY is_main DESC, id LIMIT 1
), mine AS (
    SELECT agency_id AS id, 0 AS steps FROM main
    UNION
    SELECT p.parent_id, m.steps + 1 FROM mine m JOIN agencies_agencyparent p ON p.agency_id = m.id
    WHERE p.valid_from <= %(on)s AND (p.valid_to IS NULL OR p.valid_to >= %(on)s)
), office AS (
    SELECT a.code, a.name FROM mine m JOIN agencies_agency a ON a.id = m.id
    ORDER BY (a.kind = ANY(%(kinds)s)) DESC, m.steps LIMIT 1
)
SELECT (SELECT title FROM main), (SELECT code FROM office), (SELECT name FROM office), coalesce((
    SELECT array_agg(DISTINCT role) FROM agencies_rolegrant
    WHERE person_id = %(person)s AND starts_on <= %(on)s AND (ends_on IS NULL OR ends_on >= %(on)s)
), '{}'), <counted>
"""

_OFFICE_KINDS = [kind.value for kind in Agency.OFFICE_KINDS]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person stands to an agency: roles held on it or above, whether it lies in the own office, and the
    office that keeps its months (None without any)."""

    roles: frozenset[str]
    is_own_office: bool
    office_id: int | None

    @property
    def sees(self) -> bool:
        """Whether the person may see the agency at all."""
        return self.is_own_office or bool(self.roles)


def standing_of(person_id: int, agency_id: int, on: date, tree_of: date | None = None) -> Standing:
    """Postings and roles are those of the day ``on``; the agency's place may be that of another day."""
    places = {"person": person_id, "agency": agency_id}
    days = {"on": on, "tree": tree_of or on}
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, {**places, **days, "kinds": _OFFICE_KINDS})
        roles, is_own, office_id = cursor.fetchall()[0]
    return Standing(frozenset(roles), is_own, office_id)


def agency_and_standing(code: str, person_id: int, on: date) -> tuple[Agency, Standing] | None:
    """The agency with this code and how the person stands to it that day, in its last place if it is gone."""
    asked = {"code": code, "person": person_id, "on": on, "kinds": _OFFICE_KINDS}
    for agency in Agency.objects.raw(_STANDING_AT, asked):
        row = vars(agency)
        return agency, Standing(frozenset(row["held"]), row["is_own"], row["office"])
    return None


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a person serves (empty without a posting), and the roles held anywhere.

    ``n_counted`` is what the caller had counted besides.
    """

    title: str
    office_code: str
    office_name: str
    roles: frozenset[str]
    n_counted: int = 0


def desk_of(person_id: int, on: date, counted: str = "0") -> Desk:
    """The main posting of a person that day, and every role.

    ``counted``: a number in SQL about ``%(person)s`` from an app above, so that the frame of a page, which
    shows both, asks once.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _DESK.replace("<counted>", counted), {"person": person_id, "on": on, "kinds": _OFFICE_KINDS}
        )
        title, code, name, roles, n_counted = cursor.fetchall()[0]
    return Desk(title or "", code or "", name or "", frozenset(roles), n_counted)


def seen_ids(person_id: int, on: date, tree_of: date | None = None) -> set[int]:
    """The own office with all below it, and what a role reaches; rights of ``on``, tree of ``tree_of``."""
    return set(seen_and_reached(person_id, on, (), tree_of))


def seen_and_reached(
    person_id: int, on: date, roles: Iterable[str], tree_of: date | None = None
) -> dict[int, bool]:
    """As ``seen_ids``; of each, whether one of these roles reaches it."""
    days = {"on": on, "tree": tree_of or on}
    with connection.cursor() as cursor:
        cursor.execute(_VISIBLE, {"person": person_id, **days, "kinds": _OFFICE_KINDS, "roles": list(roles)})
        return dict(cursor.fetchall())


def seen_agencies(person_id: int, on: date, kinds: Iterable[str]) -> list[Agency]:
    """The agencies of ``seen_ids`` of these kinds that are in force that day, by name."""
    asked = {"person": person_id, "on": on, "tree": on, "kinds": _OFFICE_KINDS, "roles": []}
    return list(Agency.objects.raw(_VISIBLE_AGENCIES, {**asked, "wanted": list(kinds)}))


def reached_ids(person_id: int, on: date, roles: Iterable[str] = ()) -> set[int]:
    """What these roles of a person reach that day (any role when none is named)."""
    with connection.cursor() as cursor:
        cursor.execute(_REACHED, {"person": person_id, "on": on, "roles": list(roles) or None})
        return {row[0] for row in cursor.fetchall()}


def subtree_ids(roots: Iterable[int], on: date) -> set[int]:
    """The ids of ``roots`` and of everything below them on that day."""
    ids = list(roots)
    if not ids:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_DOWN, [ids, on, on])
        return {row[0] for row in cursor.fetchall()}


def lineage_ids(agency_id: int, on: date) -> list[int]:
    """The agency's own id, then the agency above, and so on to the root."""
    with connection.cursor() as cursor:
        cursor.execute(_UP, [agency_id, on, on])
        return [row[0] for row in cursor.fetchall()]


def office_of(agency: Agency, on: date) -> Agency:
    """The agency that keeps this agency's months: itself, or the nearest office above it.

    An agency without any office above keeps its own months.
    """
    if agency.is_office:
        return agency
    above = Agency.objects.raw(_OFFICE, [agency.pk, on, on, _OFFICE_KINDS])
    return next(iter(above), agency)


@dataclass
class Node:
    """An agency in a drawn tree; ``n_hidden`` agencies below it are not drawn."""

    agency: Agency
    children: list["Node"] = field(default_factory=list)
    n_hidden: int = 0


def drawn_tree(agencies: Iterable[Agency], on: date, at_most: int = 400) -> list[Node]:
    """These agencies as they stood below each other that day, the tops first; one query.

    A level that would make more than ``at_most`` nodes is not drawn, only counted.
    """
    nodes = {agency.pk: Node(agency) for agency in agencies}
    links = AgencyParent.objects.filter(on_day(on), agency_id__in=nodes, parent_id__in=nodes)
    parents = dict(links.values_list("agency_id", "parent_id"))
    tops = [node for pk, node in nodes.items() if pk not in parents]
    for pk, node in nodes.items():
        if pk in parents:
            nodes[parents[pk]].children.append(node)
    level, n_drawn = tops, len(tops)
    while level:
        below = [child for node in level for child in node.children]
        if n_drawn + len(below) > at_most:
            for node in level:
                node.n_hidden, node.children = len(node.children), []
            break
        level, n_drawn = below, n_drawn + len(below)
    return tops


def lineages_of(agency_ids: Iterable[int], on: date) -> dict[int, list[int]]:
    """Of each agency: its own id, then the agency above, and so on to the root; one statement for all."""
    ids = sorted(set(agency_ids))
    with connection.cursor() as cursor:
        cursor.execute(_ALL_UP, [ids, on, on])
        rows = cursor.fetchall()
    lineages: dict[int, list[int]] = {}
    for start, agency_id in rows:
        lineages.setdefault(start, []).append(agency_id)
    return lineages


def led_ids(person_id: int, on: date, roles: Iterable[str]) -> list[tuple[str, int, int]]:
    """Role, agency on which it is held, agency that it reaches; delegated roles too, within their bounds."""
    with connection.cursor() as cursor:
        cursor.execute(_LED, {"person": person_id, "on": on, "roles": list(roles)})
        return [(role, held, reached) for role, held, reached in cursor.fetchall()]


def agencies_above(agency_ids: Iterable[int], on: date) -> dict[int, list[Agency]]:
    """As ``lineages_of``, with the agencies themselves; one statement for all."""
    found: dict[int, list[Agency]] = {}
    for agency in Agency.objects.raw(_ALL_ABOVE, [sorted(set(agency_ids)), on, on]):
        found.setdefault(vars(agency)["start"], []).append(agency)
    return found
