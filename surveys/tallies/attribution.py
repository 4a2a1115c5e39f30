"""How many forms count at two desks, month by month, and how many of them a re-attribution would move."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import connection

from .counted import COUNTED

_AT_POINTS = f"""
WITH {COUNTED}
SELECT point_id, month, count(*) FROM counted WHERE point_id = ANY(%(points)s) GROUP BY point_id, month
"""

# Under their own point and not moved yet; what is set aside moves with its desk-day and counts nowhere.
_TO_MOVE = f"""
WITH {COUNTED}
SELECT month, count(*) FROM counted
WHERE point_id = %(point)s AND cluster = ANY(%(labels)s)
  AND key IN (SELECT key FROM surveys_response r WHERE r.point_id = %(point)s)
GROUP BY month
"""

type ByMonth = dict[date, int]


def tally_at_points(
    agency_ids: Collection[int], point_ids: Collection[int], first: date, last: date
) -> dict[tuple[int, date], int]:
    """Forms that count at these points of these agencies, by point and month (its first day)."""
    values: dict[str, Any] = {
        "agencies": list(agency_ids),
        "points": list(point_ids),
        "from": first,
        "month": last,
    }
    with connection.cursor() as cursor:
        cursor.execute(_AT_POINTS, values)
        return {(point_id, month): n for point_id, month, n in cursor.fetchall()}


def tally_to_move(agency_id: int, point_id: int, labels: Collection[int], first: date, last: date) -> ByMonth:
    """Forms that came in under a point on these desk-days and count there, by month (its first day)."""
    values: dict[str, Any] = {
        "agencies": [agency_id],
        "point": point_id,
        "labels": list(labels),
        "from": first,
        "month": last,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TO_MOVE, values)
        return dict(cursor.fetchall())
