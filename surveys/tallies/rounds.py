"""Answers of survey rounds, counted."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from conduct.kernel.months import Month

from ..rules.rounds import N_FACTORS, Counts, Mark
from .counted import COUNTED

_FACTORS = ",".join(
    f"count(factors[{n}]), count(*) FILTER (WHERE factors[{n}] >= 4), coalesce(sum(factors[{n}]), 0)"
    for n in range(1, N_FACTORS + 1)
)
_ROUND = f"""
WITH {COUNTED}
SELECT point_id, respondent, count(*), count(*) FILTER (WHERE overall >= 4), sum(overall), {_FACTORS}
FROM counted WHERE round_id = %(round)s GROUP BY point_id, respondent ORDER BY point_id, respondent
"""
_TYPED = "SELECT point_id, count(*) FROM surveys_response WHERE round_id = %s GROUP BY point_id"


@dataclass(frozen=True, slots=True)
class RoundAnswers:
    """What one kind of respondents of one unit (by its point) answered."""

    point_id: int
    respondent: str
    counts: Counts


def tally_round(round_id: int, agency_ids: Collection[int], first: Month, last: Month) -> list[RoundAnswers]:
    """The answers of a round that count, at these agencies, in these months."""
    with connection.cursor() as cursor:
        cursor.execute(
            _ROUND,
            {"round": round_id, "agencies": list(agency_ids), "from": first.first, "month": last.first},
        )
        return [
            RoundAnswers(point_id, respondent, _counts(sums))
            for point_id, respondent, *sums in cursor.fetchall()
        ]


def _counts(sums: list[int]) -> Counts:
    marks = [Mark(*(int(one) for one in sums[at : at + 3])) for at in range(0, len(sums), 3)]
    return Counts(marks[0], tuple(marks[1:]))


def tally_typed(round_id: int) -> dict[int, int]:
    """How many forms of a round have come in, by point."""
    with connection.cursor() as cursor:
        cursor.execute(_TYPED, [round_id])
        return {int(point_id): int(n_forms) for point_id, n_forms in cursor.fetchall()}
