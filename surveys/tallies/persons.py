"""Where what counts came in at one desk with one officer: such a count is treated as that person's."""

import json
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import connection

from conduct.kernel.months import Month

from .counted import COUNTED

_HERE = (
    COUNTED.replace("%(agencies)s", "g.ids")
    .replace("%(from)s", "g.first")
    .replace("%(month)s", "g.last_month")
)

# Any answer from a second desk ends the search.
_LONE = f"""
WITH groups AS MATERIALIZED (
    SELECT place, ids, voice, first, date_trunc('month', last)::date AS last_month, last
    FROM jsonb_to_recordset(%(groups)s::jsonb)
        AS g (place integer, ids bigint[], voice text, first date, last date)
)
SELECT g.place, min(p.person_id)
FROM groups g
CROSS JOIN LATERAL (
    WITH {_HERE} SELECT point_id FROM counted c
    WHERE g.voice = 'all' OR c.is_verified = (g.voice = 'invited') LIMIT 1
) AS one
JOIN surveys_deskofficer o ON o.point_id = one.point_id
    AND o.starts_on <= g.last AND (o.ends_on IS NULL OR o.ends_on >= g.first)
JOIN agencies_posting p ON p.id = o.posting_id
WHERE NOT EXISTS (
    WITH {_HERE} SELECT FROM counted c
    WHERE (g.voice = 'all' OR c.is_verified = (g.voice = 'invited')) AND c.point_id <> one.point_id
)
GROUP BY g.place HAVING count(DISTINCT p.person_id) = 1
"""


_SUBTREES = """
WITH RECURSIVE tree AS (
    SELECT DISTINCT root, day, root AS id FROM unnest(%(roots)s::bigint[], %(days)s::date[]) AS r (root, day)
    UNION
    SELECT t.root, t.day, p.agency_id
    FROM tree t JOIN agencies_agencyparent p ON p.parent_id = t.id
        AND p.valid_from <= t.day AND (p.valid_to IS NULL OR p.valid_to >= t.day)
)
SELECT root, day, array_agg(id) FROM tree GROUP BY root, day
"""


def tally_subtrees(places: Iterable[tuple[int, Month]]) -> dict[tuple[int, Month], set[int]]:
    """Of each agency and month: itself and everything below it on the month's last day; one statement."""
    asked = sorted({(agency_id, month.last) for agency_id, month in places})
    values: dict[str, Any] = {"roots": [one for one, _day in asked], "days": [day for _one, day in asked]}
    with connection.cursor() as cursor:
        cursor.execute(_SUBTREES, values)
        return {(root, Month.of(day)): set(ids) for root, day, ids in cursor.fetchall()}


class Voice(StrEnum):
    """Which answers are shown together."""

    ALL = "all"
    INVITED = "invited"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Group[K: Hashable]:
    """Agencies that are counted together over these months, and by what they are asked for."""

    key: K
    agency_ids: Iterable[int]
    first: Month
    last: Month
    voice: Voice = Voice.ALL


def tally_lone[K: Hashable](groups: Iterable[Group[K]]) -> dict[K, int]:
    """The groups whose answers all came in at one desk with one officer, and that person's id.

    A desk has one officer where one person sat there between the first and the last day of the months.
    """
    asked = list(groups)
    if not asked:
        return {}
    rows = [
        {
            "place": place,
            "ids": sorted(group.agency_ids),
            "voice": group.voice,
            "first": group.first.first.isoformat(),
            "last": group.last.last.isoformat(),
        }
        for place, group in enumerate(asked)
    ]
    with connection.cursor() as cursor:
        cursor.execute(_LONE, {"groups": json.dumps(rows)})
        return {asked[place].key: person_id for place, person_id in cursor.fetchall()}
