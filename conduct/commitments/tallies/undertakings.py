"""What units did for villages and households: each unit and each beneficiary counted once."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db import connection

from ..rules.undertakings import Span


class By(StrEnum):
    """What the figures stand for: all together, a year, a unit or a village."""

    ALL = "'', ''"
    YEAR = "year::text, year::text"
    UNIT = "unit_id::text, unit_name"
    VILLAGE = "village, village"


# A beneficiary is helped in a span when a support overlaps it and no outcome came before it; the outcome is
# that known at the span's end.
_HELPED = """
WITH span AS (
    SELECT * FROM unnest(%(years)s::int[], %(firsts)s::date[], %(lasts)s::date[]) AS s (year, first, last)
), helped AS (
    SELECT span.year, s.unit_id, u.name AS unit_name, b.village, b.id AS beneficiary_id,
        CASE WHEN b.outcome_on <= span.last THEN b.outcome END AS outcome
    FROM span
    JOIN commitments_beneficiary b
        ON b.undertaking_id = %(undertaking)s AND (b.outcome_on IS NULL OR b.outcome_on >= span.first)
    JOIN commitments_support s
        ON s.beneficiary_id = b.id AND s.starts_on <= span.last
        AND (s.ends_on IS NULL OR s.ends_on >= span.first)
    JOIN agencies_agency u ON u.id = s.unit_id
), done AS (
    SELECT span.year, s.unit_id, u.name AS unit_name, b.village, h.value
    FROM span
    JOIN commitments_beneficiary b ON b.undertaking_id = %(undertaking)s
    JOIN commitments_support s ON s.beneficiary_id = b.id
    JOIN commitments_help h ON h.support_id = s.id AND h."on" BETWEEN span.first AND span.last
    JOIN agencies_agency u ON u.id = s.unit_id
), counted AS (
    SELECT {by},
        count(DISTINCT unit_id), count(DISTINCT beneficiary_id),
        count(DISTINCT beneficiary_id) FILTER (WHERE outcome = 'left_poverty'),
        count(DISTINCT beneficiary_id) FILTER (WHERE outcome = 'reached'),
        count(DISTINCT beneficiary_id) FILTER (WHERE outcome = 'stopped')
    FROM helped GROUP BY 1, 2
), given AS (
    SELECT {by}, count(*), coalesce(sum(value), 0) FROM done GROUP BY 1, 2
)
SELECT coalesce(c.name, g.name), coalesce(c.n_units, 0), coalesce(c.n_beneficiaries, 0),
    coalesce(c.n_left_poverty, 0), coalesce(c.n_reached, 0), coalesce(c.n_stopped, 0),
    coalesce(g.n_helps, 0), coalesce(g.value, 0)::bigint
FROM counted c (key, name, n_units, n_beneficiaries, n_left_poverty, n_reached, n_stopped)
FULL JOIN given g (key, name, n_helps, value) USING (key, name)
ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Helped:
    """How many units helped how many beneficiaries, what became of these by the end of the time, how often
    help was given and what it was worth (đồng)."""

    name: str
    n_units: int = 0
    n_beneficiaries: int = 0
    n_left_poverty: int = 0
    n_reached: int = 0
    n_stopped: int = 0
    n_helps: int = 0
    value: int = 0

    @property
    def n_going_on(self) -> int:
        """Those without an outcome at the end of the time."""
        return self.n_beneficiaries - self.n_left_poverty - self.n_reached - self.n_stopped


def tally_helped(undertaking_id: int, spans: Iterable[Span], by: By) -> list[Helped]:
    """The figures of these years together, all in one or for each year, unit or village that has
    any."""
    years = list(spans)
    with connection.cursor() as cursor:
        cursor.execute(
            _HELPED.replace("{by}", by),
            {
                "undertaking": undertaking_id,
                "years": [span.year for span in years],
                "firsts": [span.first for span in years],
                "lasts": [span.last for span in years],
            },
        )
        return [Helped(*row) for row in cursor.fetchall()]
