"""What supervisors judged, counted: each item kept so many of four steps."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from conduct.kernel.arrays import id_array
from conduct.kernel.months import Month

from .models import Judgement

STEPS = Judgement.MAXIMUM
"""Of so many steps an item is judged."""

_SUPERVISION = """
SELECT s.posting_id, s.adoption_id, array_agg(j.item_id), array_agg(j.value)
FROM judgements_judgementsheet s JOIN judgements_judgement j ON j.sheet_id = s.id
WHERE s.month = %(month)s AND s.posting_id = ANY(%(postings)s::bigint[])
GROUP BY s.id ORDER BY s.posting_id, s.adoption_id
"""


@dataclass(frozen=True, slots=True)
class Supervision:
    """A posting's month under one model as its supervisor judged it: of each item, how many of ``STEPS`` were
    kept."""

    posting_id: int
    adoption_id: int
    item_ids: list[int]
    values: list[int]


def tally_supervision(posting_ids: Collection[int], month: Month) -> list[Supervision]:
    """The judgements of a month, one row a sheet: a nation has two million of them."""
    with connection.cursor() as cursor:
        cursor.execute(_SUPERVISION, {"month": month.first, "postings": id_array(posting_ids)})
        return [Supervision(*row) for row in cursor.fetchall()]
