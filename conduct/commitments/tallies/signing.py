"""Who signed of those who were asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import tzinfo

from django.db import connection

from conduct.kernel.months import Month

_SIGNING = """
SELECT asked.posting_id, count(*) AS n_asked, count(p.id) AS n_signed
FROM unnest(%(postings)s::bigint[], %(agencies)s::bigint[]) AS asked (posting_id, agency_id)
JOIN commitments_campaign c ON c.agency_id = asked.agency_id AND c.year = %(year)s AND c.opens_on <= %(last)s
LEFT JOIN commitments_pledge p
    ON p.campaign_id = c.id AND p.posting_id = asked.posting_id AND p.signed_at < %(until)s
GROUP BY asked.posting_id ORDER BY asked.posting_id
"""


@dataclass(frozen=True, slots=True)
class Signing:
    """How many campaigns asked a posting to sign by the end of a month, and how many it had signed then."""

    posting_id: int
    n_asked: int
    n_signed: int


def tally_signing(asked: Iterable[tuple[int, int]], month: Month, tz: tzinfo) -> list[Signing]:
    """For pairs of a posting and an agency at or above its own, whose campaigns of the year reach it."""
    pairs = list(asked)
    with connection.cursor() as cursor:
        cursor.execute(
            _SIGNING,
            {
                "postings": [posting for posting, _ in pairs],
                "agencies": [agency for _, agency in pairs],
                "year": month.year,
                "last": month.last,
                "until": month.bounds(tz)[1],
            },
        )
        return [Signing(*row) for row in cursor.fetchall()]
