"""Who signed of those who were asked, and who still has to."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, tzinfo

from django.db import connection

from conduct.kernel.arrays import id_array
from conduct.kernel.months import Month

# A campaign that was moved to a minor correction counts, for the days before it, by what it was opened for.
_SIGNING = """
WITH RECURSIVE asked AS MATERIALIZED (
    SELECT * FROM unnest(%(postings)s::bigint[], %(agencies)s::bigint[]) AS pair (posting_id, agency_id)
), campaigns AS MATERIALIZED (
    SELECT c.id, c.agency_id, c.adoption_id FROM commitments_campaign c
    WHERE c.agency_id IN (SELECT agency_id FROM asked) AND c.year = %(year)s AND c.opens_on <= %(last)s
), wordings AS (
    SELECT c.id AS campaign_id, c.adoption_id FROM campaigns c
    UNION
    SELECT w.campaign_id, d.replaces_id
    FROM wordings w JOIN models_catalog_adoption d ON d.id = w.adoption_id
    WHERE d.keeps_signatures AND d.replaces_id IS NOT NULL
), asking AS MATERIALIZED (
    SELECT DISTINCT ON (c.id) c.id, c.agency_id, d.audience, d.categories
    FROM campaigns c
    JOIN wordings w ON w.campaign_id = c.id
    JOIN models_catalog_adoption d ON d.id = w.adoption_id
    WHERE d.valid_from <= %(last)s AND (d.valid_to IS NULL OR d.valid_to >= %(last)s)
    ORDER BY c.id, d.id DESC
), seen AS (
    SELECT asked.posting_id, p.id IS NOT NULL AS has_signed, EXISTS (
        SELECT FROM commitments_notsigning n
        WHERE n.campaign_id = c.id AND n.posting_id = asked.posting_id AND n.kind = 'excused'
          AND n.stated_at < %(until)s AND (n.withdrawn_at IS NULL OR n.withdrawn_at >= %(until)s)
    ) AS is_excused
    FROM asked
    JOIN asking c ON c.agency_id = asked.agency_id
    JOIN agencies_posting t ON t.id = asked.posting_id AND (
        c.audience = 'all' OR (c.audience = 'front_desk' AND t.serves_citizens)
        OR (c.audience = 'categories' AND t.category = ANY(c.categories))
    )
    LEFT JOIN commitments_pledge p
        ON p.campaign_id = c.id AND p.posting_id = asked.posting_id AND p.signed_at < %(until)s
)
SELECT posting_id, count(*) AS n_asked, count(*) FILTER (WHERE has_signed) AS n_signed
FROM seen WHERE has_signed OR NOT is_excused
GROUP BY posting_id ORDER BY posting_id
"""

# The year bounds the days of a campaign: nobody is reminded once it is over.
_UNSIGNED = """
WITH RECURSIVE asking AS MATERIALIZED (
    SELECT c.id, c.agency_id, c.opens_on, c.due_on, d.audience, d.categories
    FROM commitments_campaign c
    JOIN models_catalog_adoption d ON d.id = c.adoption_id
        AND d.valid_from <= %(day)s AND (d.valid_to IS NULL OR d.valid_to >= %(day)s)
    JOIN models_catalog_modelversion v ON v.id = d.version_id AND v.state = 'published'
    WHERE c.id = ANY(%(campaigns)s) AND c.opens_on <= %(day)s
), below AS (
    SELECT id AS campaign_id, agency_id FROM asking
    UNION
    SELECT b.campaign_id, l.agency_id
    FROM below b JOIN agencies_agencyparent l ON l.parent_id = b.agency_id
    WHERE l.valid_from <= %(day)s AND (l.valid_to IS NULL OR l.valid_to >= %(day)s)
)
SELECT c.id, t.id, t.person_id, t.starts_on > c.opens_on
FROM asking c
JOIN below b ON b.campaign_id = c.id
JOIN agencies_posting t ON t.agency_id = b.agency_id
    AND t.starts_on <= %(day)s AND (t.ends_on IS NULL OR t.ends_on >= %(day)s)
WHERE (
    c.audience = 'all' OR (c.audience = 'front_desk' AND t.serves_citizens)
    OR (c.audience = 'categories' AND t.category = ANY(c.categories))
) AND NOT EXISTS (
    SELECT FROM commitments_pledge p WHERE p.campaign_id = c.id AND p.posting_id = t.id
) AND NOT EXISTS (
    SELECT FROM commitments_notsigning n
    WHERE n.campaign_id = c.id AND n.posting_id = t.id AND n.withdrawn_at IS NULL
)
ORDER BY t.person_id, c.due_on, c.id, t.id
"""


@dataclass(frozen=True, slots=True)
class Signing:
    """How many campaigns asked a posting to sign by the end of a month, and how many it had signed then."""

    posting_id: int
    n_asked: int
    n_signed: int


@dataclass(frozen=True, slots=True)
class Unsigned:
    """A posting that a campaign asks and that said nothing yet; ``is_new``: it began after the campaign."""

    campaign_id: int
    posting_id: int
    person_id: int
    is_new: bool


def tally_signing(asked: Iterable[tuple[int, int]], month: Month, tz: tzinfo) -> list[Signing]:
    """For pairs of a posting and an agency at or above its own, whose campaigns of the year reach it.

    Counted are the campaigns whose wording was kept on the last day of the month, for the staff it speaks
    to, without those who were excused then and had not signed.
    """
    pairs = list(asked)
    with connection.cursor() as cursor:
        cursor.execute(
            _SIGNING,
            {
                "postings": id_array(posting for posting, _ in pairs),
                "agencies": id_array(agency for _, agency in pairs),
                "year": month.year,
                "last": month.last,
                "until": month.bounds(tz)[1],
            },
        )
        return [Signing(*row) for row in cursor.fetchall()]


def tally_unsigned(campaign_ids: Collection[int], day: date) -> list[Unsigned]:
    """Who has neither signed nor said why not, of those whom open campaigns ask that day, by person."""
    with connection.cursor() as cursor:
        cursor.execute(_UNSIGNED, {"campaigns": list(campaign_ids), "day": day})
        return [Unsigned(*row) for row in cursor.fetchall()]
