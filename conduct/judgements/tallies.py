"""What supervisors judged, counted: each item kept so many of four steps."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from conduct.kernel.months import Month

from .models import Judgement

_SUPERVISION = """
SELECT s.posting_id, s.adoption_id, j.item_id, j.value
FROM judgements_judgementsheet s JOIN judgements_judgement j ON j.sheet_id = s.id
WHERE s.month = %(month)s AND s.posting_id = ANY(%(postings)s)
ORDER BY s.posting_id, s.adoption_id, j.item_id
"""


@dataclass(frozen=True, slots=True)
class Supervision:
    """A posting's item as its supervisor judged it: `kept` of `judged` steps."""

    posting_id: int
    adoption_id: int
    item_id: int
    kept: int
    judged: int = Judgement.MAXIMUM


def tally_supervision(posting_ids: Collection[int], month: Month) -> list[Supervision]:
    """The judgements of a month."""
    with connection.cursor() as cursor:
        cursor.execute(_SUPERVISION, {"month": month.first, "postings": list(posting_ids)})
        return [Supervision(*row) for row in cursor.fetchall()]
