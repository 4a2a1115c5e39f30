"""What waits for a person, and the figures of an agency's month: one SQL statement each."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.db import connection

from conduct.agencies.models import Agency
from conduct.kernel.months import Month
from conduct.kernel.statistics import ClusterSums

_UNSIGNED = """
WITH RECURSIVE above AS (
    SELECT id AS posting_id, agency_id AS id, serves_citizens, category FROM agencies_posting
    WHERE person_id = %(person)s AND starts_on <= %(on)s AND (ends_on IS NULL OR ends_on >= %(on)s)
    UNION
    SELECT a.posting_id, p.parent_id, a.serves_citizens, a.category
    FROM above a JOIN agencies_agencyparent p ON p.agency_id = a.id
    WHERE p.valid_from <= %(on)s AND (p.valid_to IS NULL OR p.valid_to >= %(on)s)
)
SELECT c.id, above.posting_id, m.name, c.year, c.due_on
FROM above
JOIN commitments_campaign c ON c.agency_id = above.id AND c.opens_on <= %(on)s AND c.year >= %(year)s
JOIN models_catalog_adoption d ON d.id = c.adoption_id
    AND d.valid_from <= %(on)s AND (d.valid_to IS NULL OR d.valid_to >= %(on)s)
    AND (d.audience = 'all' OR (d.audience = 'front_desk' AND above.serves_citizens)
         OR (d.audience = 'categories' AND above.category = ANY(d.categories)))
JOIN models_catalog_modelversion v ON v.id = d.version_id AND v.state = 'published'
JOIN models_catalog_conductmodel m ON m.id = v.model_id
WHERE NOT EXISTS (
    SELECT FROM commitments_pledge g WHERE g.campaign_id = c.id AND g.posting_id = above.posting_id
) AND NOT EXISTS (
    SELECT FROM commitments_notsigning n
    WHERE n.campaign_id = c.id AND n.posting_id = above.posting_id AND n.withdrawn_at IS NULL
)
ORDER BY c.due_on, c.id, above.posting_id
"""

_JUDGED = """
SELECT s.id, s.month, m.name, u.full_name, s.judged_at, s.replied_at,
       count(*) FILTER (WHERE j.value < 4), count(*)
FROM judgements_judgementsheet s
JOIN agencies_posting p ON p.id = s.posting_id AND p.person_id = %(person)s
JOIN agencies_user u ON u.id = s.judged_by_id
JOIN models_catalog_adoption d ON d.id = s.adoption_id
JOIN models_catalog_modelversion v ON v.id = d.version_id
JOIN models_catalog_conductmodel m ON m.id = v.model_id
JOIN judgements_judgement j ON j.sheet_id = s.id
WHERE s.month >= %(since)s
GROUP BY s.id, m.name, u.full_name ORDER BY s.month DESC, s.id
"""

# A leader judges whom nobody nearer leads: the reach stops at agencies that others lead, and there only their
# leaders themselves remain. The arrays make it read the reach by index, however large the country is.
_UNJUDGED = """
WITH RECURSIVE leaders AS NOT MATERIALIZED (
    SELECT agency_id, person_id FROM agencies_rolegrant
    WHERE role IN ('supervisor', 'head') AND starts_on <= %(on)s AND (ends_on IS NULL OR ends_on >= %(on)s)
), links AS NOT MATERIALIZED (
    SELECT agency_id, parent_id FROM agencies_agencyparent
    WHERE valid_from <= %(tree)s AND (valid_to IS NULL OR valid_to >= %(tree)s)
), reach AS (
    SELECT agency_id AS id, FALSE AS is_border FROM leaders WHERE person_id = %(person)s
    UNION
    SELECT l.agency_id, EXISTS (
        SELECT FROM leaders o WHERE o.agency_id = l.agency_id AND o.person_id <> %(person)s
    )
    FROM links l JOIN reach r ON r.id = l.parent_id AND NOT r.is_border
), spots AS (
    SELECT id, bool_and(is_border) AS is_border FROM reach GROUP BY id
), people AS (
    SELECT p.id, p.agency_id, p.serves_citizens, p.category
    FROM agencies_posting p JOIN spots s ON s.id = p.agency_id
    WHERE p.agency_id = ANY(ARRAY(SELECT id FROM spots)) AND p.person_id <> %(person)s
      AND p.starts_on <= %(last)s
      AND (p.ends_on IS NULL OR p.ends_on >= %(first)s)
      AND (NOT s.is_border OR (
          EXISTS (SELECT FROM leaders o WHERE o.agency_id = s.id AND o.person_id = p.person_id)
          AND NOT EXISTS (SELECT FROM leaders o WHERE o.agency_id = s.id AND o.person_id <> p.person_id)
      ))
), above AS (
    SELECT DISTINCT agency_id AS bottom, agency_id AS id FROM people
    UNION
    SELECT a.bottom, l.parent_id FROM above a CROSS JOIN LATERAL (
        SELECT parent_id FROM links WHERE agency_id = a.id LIMIT 1
    ) AS l
), kept AS MATERIALIZED (
    SELECT a.bottom, d.id AS adoption_id, d.audience, d.categories
    FROM above a
    JOIN models_catalog_adoption d ON d.agency_id = a.id AND d.valid_from <= %(last)s
        AND (d.valid_to IS NULL OR d.valid_to >= %(first)s)
    JOIN models_catalog_modelversion v ON v.id = d.version_id
    JOIN models_catalog_conductmodel m ON m.id = v.model_id AND m.judged = 'person'
)
SELECT count(DISTINCT p.id) FILTER (WHERE s.id IS NULL), count(DISTINCT p.id)
FROM people p JOIN kept k ON k.bottom = p.agency_id AND (
    k.audience = 'all' OR k.audience = 'front_desk' AND p.serves_citizens
    OR k.audience = 'categories' AND p.category = ANY(k.categories)
)
LEFT JOIN judgements_judgementsheet s
    ON s.posting_id = p.id AND s.adoption_id = k.adoption_id AND s.month = %(first)s
"""

# Own promises due before the day ends, and withdrawals that wait for a second person: for the nearest leaders
# who are not the promiser. What was due in a month that is closed cannot be changed and waits for nobody.
_PROMISES = """
WITH RECURSIVE leaders AS NOT MATERIALIZED (
    SELECT agency_id, person_id FROM agencies_rolegrant
    WHERE role IN ('supervisor', 'head') AND starts_on <= %(on)s AND (ends_on IS NULL OR ends_on >= %(on)s)
), links AS NOT MATERIALIZED (
    SELECT agency_id, parent_id FROM agencies_agencyparent
    WHERE valid_from <= %(on)s AND (valid_to IS NULL OR valid_to >= %(on)s)
), led AS (
    SELECT agency_id AS id FROM leaders WHERE person_id = %(person)s
    UNION
    SELECT l.agency_id FROM links l JOIN led ON led.id = l.parent_id
), climb AS (
    SELECT r.id AS promise_id, p.person_id, p.agency_id AS id
    FROM commitments_promise r JOIN agencies_posting p ON p.id = r.posting_id
    WHERE r.withdrawal_asked_at IS NOT NULL AND p.person_id <> %(person)s
      AND p.agency_id IN (SELECT id FROM led)
    UNION ALL
    SELECT c.promise_id, c.person_id, l.parent_id FROM climb c JOIN links l ON l.agency_id = c.id
    WHERE NOT EXISTS (SELECT FROM leaders o WHERE o.agency_id = c.id AND o.person_id <> c.person_id)
), wanted AS (
    SELECT r.id, r.what, r.dossier_code, r.due_at, FALSE AS to_settle, p.agency_id
    FROM commitments_promise r JOIN agencies_posting p ON p.id = r.posting_id
    WHERE p.person_id = %(person)s AND r.outcome = 'open' AND r.due_at < %(until)s
    UNION
    SELECT r.id, r.what, r.dossier_code, r.due_at, TRUE, p.agency_id
    FROM climb c JOIN leaders o ON o.agency_id = c.id AND o.person_id = %(person)s
    JOIN commitments_promise r ON r.id = c.promise_id JOIN agencies_posting p ON p.id = r.posting_id
), above AS (
    SELECT w.id AS promise_id, w.agency_id AS id, (w.due_at AT TIME ZONE %(tz)s)::date AS due_on, 0 AS steps
    FROM wanted w
    UNION
    SELECT a.promise_id, l.parent_id, a.due_on, a.steps + 1
    FROM above a JOIN agencies_agencyparent l ON l.agency_id = a.id
        AND l.valid_from <= a.due_on AND (l.valid_to IS NULL OR l.valid_to >= a.due_on)
), office AS (
    SELECT DISTINCT ON (a.promise_id) a.promise_id, a.id, a.due_on
    FROM above a JOIN agencies_agency g ON g.id = a.id
    ORDER BY a.promise_id, (g.kind = ANY(%(kinds)s)) DESC, a.steps
)
SELECT w.id, w.what, w.dossier_code, w.due_at, w.to_settle
FROM wanted w JOIN office o ON o.promise_id = w.id
WHERE NOT EXISTS (
    SELECT FROM agencies_period p WHERE p.office_id = o.id AND p.kind = 'month' AND p.state <> 'open'
      AND p.month = date_trunc('month', o.due_on)::date
)
ORDER BY w.due_at, w.id
"""

_OPEN_MONTHS = """
SELECT a.id, a.code, a.name, m.month::date, coalesce(p.state, 'open')
FROM agencies_agency a
CROSS JOIN LATERAL generate_series(
    greatest(%(since)s::date, date_trunc('month', a.valid_from)::date), %(until)s::date, interval '1 month'
) AS m (month)
LEFT JOIN agencies_period p ON p.office_id = a.id AND p.kind = 'month' AND p.month = m.month::date
WHERE a.id = ANY(%(offices)s) AND (a.valid_to IS NULL OR a.valid_to >= m.month::date)
  AND coalesce(p.state, 'open') <> 'closed'
  AND (EXISTS (SELECT FROM scores_agencyscore s WHERE s.agency_id = a.id AND s.month <= m.month::date)
       OR EXISTS (
           SELECT FROM models_catalog_adoption d
           WHERE d.agency_id = a.id AND d.valid_from < m.month + interval '1 month'
       ))
ORDER BY m.month, a.search
"""

_OWN_SCORES = """
SELECT s.month, m.name, s.state, s.score, (
    SELECT coalesce(b ->> %(language)s, b ->> 'vi') FROM jsonb_array_elements(scheme.document -> 'bands') b
    WHERE b ->> 'code' = s.band
)
FROM scores_personscore s
JOIN scores_scheme scheme ON scheme.id = s.scheme_id
JOIN agencies_posting p ON p.id = s.posting_id AND p.person_id = %(person)s
JOIN agencies_period closed
    ON closed.office_id = s.office_id AND closed.kind = 'month' AND closed.month = s.month
    AND closed.state = 'closed'
JOIN models_catalog_adoption d ON d.id = s.adoption_id
JOIN models_catalog_modelversion v ON v.id = d.version_id
JOIN models_catalog_conductmodel m ON m.id = v.model_id
WHERE s.month = (
    SELECT max(n.month) FROM scores_personscore n JOIN agencies_posting o ON o.id = n.posting_id
    JOIN agencies_period c ON c.office_id = n.office_id AND c.kind = 'month' AND c.month = n.month
    WHERE o.person_id = %(person)s AND c.state = 'closed'
)
ORDER BY m.name_order, s.id
"""

_COUNTS = """
SELECT month, component, kept, judged, clusters, nn, nk, kk
FROM scores_agencycount WHERE agency_id = %(agency)s AND month = ANY(%(months)s)
"""

_CHILDREN = """
SELECT a.id, a.code, a.name, a.kind, s.score, s.band, s.n_postings, coalesce(p.state, 'open'),
       coalesce(c.kept, 0), coalesce(c.judged, 0), coalesce(c.clusters, 0),
       coalesce(c.nn, 0), coalesce(c.nk, 0), coalesce(c.kk, 0)
FROM agencies_agencyparent l
JOIN agencies_agency a ON a.id = l.agency_id
LEFT JOIN scores_agencyscore s ON s.agency_id = a.id AND s.month = %(month)s
LEFT JOIN scores_agencycount c ON c.agency_id = a.id AND c.month = %(month)s AND c.component = 'satisfied'
LEFT JOIN agencies_period p ON p.kind = 'month' AND p.month = %(month)s
    AND p.office_id = CASE WHEN a.kind = ANY(%(kinds)s) THEN a.id ELSE %(office)s END
WHERE (s.id IS NOT NULL OR a.kind = ANY(%(kinds)s)) AND l.parent_id = %(agency)s
    AND l.valid_from <= %(last)s AND (l.valid_to IS NULL OR l.valid_to >= %(last)s)
ORDER BY a.search
"""


_OFFICE_KINDS = [kind.value for kind in Agency.OFFICE_KINDS]


@dataclass(frozen=True, slots=True)
class Unsigned:
    """A campaign that asks one of the person's postings and has not been signed."""

    campaign_id: int
    posting_id: int
    model: str
    year: int
    due_on: date


@dataclass(frozen=True, slots=True)
class Judged:
    """A judgement of the person's month: so many of its items below 4."""

    sheet_id: int
    month: date
    model: str
    by: str
    judged_at: datetime
    replied_at: datetime | None
    n_below: int
    n_items: int


@dataclass(frozen=True, slots=True)
class Unjudged:
    """How many of the people to judge in a month still miss a judgement."""

    n_waiting: int
    n_people: int


@dataclass(frozen=True, slots=True)
class WaitingPromise:
    """A promise of the person's that is due, or (``to_settle``) one whose withdrawal waits for the person."""

    promise_id: int
    what: str
    dossier_code: str
    due_at: datetime
    to_settle: bool


@dataclass(frozen=True, slots=True)
class OpenMonth:
    """A month of an office that has ended and is not closed (``open`` or ``closing``)."""

    office_id: int
    code: str
    name: str
    month: date
    state: str


@dataclass(frozen=True, slots=True)
class OwnScore:
    """The person's score in the last closed month, one for each model."""

    month: date
    model: str
    state: str
    score: Decimal | None
    band: str | None


@dataclass(frozen=True, slots=True)
class MonthCount:
    """A component's count in an agency's subtree, with its sums over desk-days."""

    month: date
    component: str
    kept: int
    judged: int
    sums: ClusterSums


@dataclass(frozen=True, slots=True)
class Child:
    """An agency directly below, with its month: score and verified satisfied share."""

    agency_id: int
    code: str
    name: str
    kind: str
    score: Decimal | None
    band: str
    n_postings: int | None
    state: str
    kept: int
    judged: int
    sums: ClusterSums


def tally_unsigned(person_id: int, on: date) -> list[Unsigned]:
    """What the person is asked to sign that day: not signed, not excused, not declined."""
    with connection.cursor() as cursor:
        cursor.execute(_UNSIGNED, {"person": person_id, "on": on, "year": on.year})
        return [Unsigned(*row) for row in cursor.fetchall()]


def tally_judged(person_id: int, since: Month) -> list[Judged]:
    """The person's judgements from a month on, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(_JUDGED, {"person": person_id, "since": since.first})
        return [Judged(*row) for row in cursor.fetchall()]


def tally_unjudged(person_id: int, month: Month, on: date) -> Unjudged:
    """The people whom this person, and nobody nearer, leads that day: who misses a judgement of the month."""
    values: dict[str, int | date] = {
        "person": person_id,
        "on": on,
        "tree": min(on, month.last),
        "first": month.first,
    }
    with connection.cursor() as cursor:
        cursor.execute(_UNJUDGED, {**values, "last": month.last})
        return Unjudged(*cursor.fetchall()[0])


def tally_waiting_promises(person_id: int, on: date, until: datetime) -> list[WaitingPromise]:
    """What the person promised until then and has not ended, and withdrawals to settle, as they are due."""
    with connection.cursor() as cursor:
        cursor.execute(
            _PROMISES,
            {
                "person": person_id,
                "on": on,
                "until": until,
                "kinds": _OFFICE_KINDS,
                "tz": settings.TIME_ZONE,
            },
        )
        return [WaitingPromise(*row) for row in cursor.fetchall()]


def tally_open_months(office_ids: Collection[int], since: Month, until: Month) -> list[OpenMonth]:
    """The months of these offices that are not closed, once they keep a model or have figures."""
    with connection.cursor() as cursor:
        cursor.execute(
            _OPEN_MONTHS, {"offices": list(office_ids), "since": since.first, "until": until.first}
        )
        return [OpenMonth(*row) for row in cursor.fetchall()]


def tally_own_scores(person_id: int, language: str) -> list[OwnScore]:
    """The person's scores of the last month that is closed, bands in words."""
    with connection.cursor() as cursor:
        cursor.execute(_OWN_SCORES, {"person": person_id, "language": language})
        return [OwnScore(*row) for row in cursor.fetchall()]


def tally_month_counts(agency_id: int, months: Collection[Month]) -> list[MonthCount]:
    """The counts of an agency's subtree in these months."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"agency": agency_id, "months": [month.first for month in months]})
        return [
            MonthCount(month, component, kept, judged, ClusterSums(*sums))
            for month, component, kept, judged, *sums in cursor.fetchall()
        ]


def tally_children(agency_id: int, office_id: int, month: Month) -> list[Child]:
    """What stands directly below an agency on the last day of a month, in alphabetical order.

    ``office_id`` keeps the month of those that are no offices; of these only the ones with figures are given.
    """
    with connection.cursor() as cursor:
        places = {"agency": agency_id, "office": office_id}
        days = {"month": month.first, "last": month.last}
        cursor.execute(_CHILDREN, {**places, **days, "kinds": _OFFICE_KINDS})
        return [
            Child(agency, code, name, kind, score, band, people, state, kept, judged, ClusterSums(*sums))
            for agency, code, name, kind, score, band, people, state, kept, judged, *sums in cursor.fetchall()
        ]
