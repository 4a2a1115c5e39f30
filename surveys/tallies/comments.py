"""Comments that may be read: of closed months, from enough answers on, in an order that says nothing.

Where one officer sat at a desk for the whole month alone, the answers of that desk must be enough by
themselves: they speak of a person. Nothing here carries a time, a desk or a desk-day.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from ..rules.minimum import ENOUGH
from .counted import COUNTED

# Parameters besides those of COUNTED: months (date[], closed ones), enough.
_READABLE = f"""{COUNTED}, months AS (
    SELECT month, count(*) AS n FROM counted WHERE month = ANY(%(months)s) GROUP BY month
), desks AS (
    SELECT point_id, month, count(*) AS n FROM counted WHERE month = ANY(%(months)s)
    GROUP BY point_id, month
), alone AS (
    SELECT d.point_id, d.month FROM desks d JOIN surveys_deskofficer o ON o.point_id = d.point_id
        AND o.starts_on < d.month + interval '1 month' AND (o.ends_on IS NULL OR o.ends_on >= d.month)
    GROUP BY d.point_id, d.month HAVING count(DISTINCT o.posting_id) = 1
), readable AS (
    SELECT r.key, c.month, c.point_id, r.channel, r.overall, r.language, r.comment
    FROM counted c
    JOIN months m ON m.month = c.month AND m.n >= %(enough)s
    JOIN desks d ON d.point_id = c.point_id AND d.month = c.month
    JOIN surveys_response r ON r.key = c.key
    WHERE r.comment <> '' AND (d.n >= %(enough)s OR NOT EXISTS (
        SELECT FROM alone a WHERE a.point_id = c.point_id AND a.month = c.month
    ))
)"""

_FILTERED = """
SELECT e.key, e.month, e.point_id, e.channel, e.overall, e.language, e.comment,
    ARRAY(SELECT g.name FROM surveys_taggedcomment t JOIN surveys_commenttag g ON g.id = t.tag_id
          WHERE t.response_id = e.key ORDER BY g.name),
    ARRAY(SELECT x.reason FROM surveys_redaction x WHERE x.response_id = e.key ORDER BY x.id)
FROM readable e
WHERE (%(mark)s::int IS NULL OR e.overall = %(mark)s) AND (%(channel)s = '' OR e.channel = %(channel)s)
  AND (%(tag)s::bigint IS NULL OR EXISTS (
      SELECT FROM surveys_taggedcomment t WHERE t.response_id = e.key AND t.tag_id = %(tag)s
  ))
  AND (%(keys)s::uuid[] IS NULL OR e.key = ANY(%(keys)s))
  AND unaccent(lower(normalize(e.comment, NFC))) LIKE ALL (%(words)s::text[])
ORDER BY md5(e.key::text || %(seed)s)
"""

_LIST = f"WITH {_READABLE} {_FILTERED}"

_MONTHS = f"""
WITH {COUNTED}
SELECT month, count(*) FROM counted WHERE month = ANY(%(months)s) GROUP BY month
"""


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment with what may be known of it: its tags, and why words of it were blackened."""

    key: UUID
    month: date
    point_id: int
    channel: str
    mark: int
    language: str
    text: str
    tags: Sequence[str]
    redactions: Sequence[str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which comments: words (patterns of LIKE, folded), mark, channel, tag; empty means all."""

    words: Sequence[str] = ()
    mark: int | None = None
    channel: str = ""
    tag_id: int | None = None
    keys: Collection[UUID] | None = None


def list_comments(
    agency_id: int, months: Collection[date], wanted: Wanted, seed: str, enough: int = ENOUGH
) -> list[Comment]:
    """The comments of an agency in closed months (first days) that may be read, shuffled by ``seed``."""
    if not months:
        return []
    values: dict[str, Any] = {
        **_values(agency_id, months),
        "enough": enough,
        "mark": wanted.mark,
        "channel": wanted.channel,
        "tag": wanted.tag_id,
        "keys": None if wanted.keys is None else list(wanted.keys),
        "words": list(wanted.words) or ["%"],
        "seed": seed,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LIST, values)
        return [Comment(*row) for row in cursor.fetchall()]


def tally_months(agency_id: int, months: Collection[date]) -> dict[date, int]:
    """How many forms count at an agency in these months (their first days)."""
    if not months:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS, _values(agency_id, months))
        return dict(cursor.fetchall())


def _values(agency_id: int, months: Collection[date]) -> dict[str, Any]:
    span = {"from": min(months), "month": max(months)}
    return {"agencies": [agency_id], "months": list(months), **span}
