"""The tree of agencies as it stood on a day. Every function is one SQL statement."""

from collections.abc import Iterable
from datetime import date

from django.db import connection

from .models import Agency

_DOWN = """
WITH RECURSIVE below AS (
    SELECT unnest(%s::bigint[]) AS id
    UNION
    SELECT p.agency_id FROM agencies_agencyparent p JOIN below b ON p.parent_id = b.id
    WHERE p.valid_from <= %s AND (p.valid_to IS NULL OR p.valid_to >= %s)
)
SELECT id FROM below
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
    above = lineage_ids(agency.pk, on)
    offices = {a.pk: a for a in Agency.objects.filter(pk__in=above, kind__in=Agency.OFFICE_KINDS)}
    return next((offices[pk] for pk in above if pk in offices), agency)
