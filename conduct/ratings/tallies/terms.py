"""The terms of the nearest agency that has some."""

from datetime import date

from ..models import OfficeTerms

_TERMS = """
WITH RECURSIVE above AS (
    SELECT %s::bigint AS id, 0 AS steps
    UNION
    SELECT p.parent_id, a.steps + 1 FROM agencies_agencyparent p JOIN above a ON p.agency_id = a.id
    WHERE p.valid_from <= %s AND (p.valid_to IS NULL OR p.valid_to >= %s)
)
SELECT terms.* FROM ratings_officeterms terms JOIN above ON above.id = terms.office_id
WHERE terms.valid_from <= %s ORDER BY above.steps, terms.valid_from DESC LIMIT 1
"""


def nearest_terms(office_id: int, on: date) -> OfficeTerms | None:
    """The newest terms that hold that day, of the office or of the nearest agency above with any."""
    return next(iter(OfficeTerms.objects.raw(_TERMS, [office_id, on, on, on])), None)
