"""How promises to citizens ended, as evidence for the score."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, tzinfo

from django.db import connection

from conduct.kernel.months import Month

# Nobody can check a promise without a dossier code and without the citizen's contact; it is left out.
_COUNTED = "(p.dossier_code <> '' OR octet_length(p.contact_sealed) > 0) AND p.outcome <> 'withdrawn'"

_PROMISES = f"""
SELECT p.posting_id, count(*), count(*) FILTER (WHERE p.outcome = 'kept')
FROM commitments_promise p
WHERE p.posting_id = ANY(%(postings)s::bigint[]) AND p.due_at >= %(from)s AND p.due_at < %(end)s
  AND {_COUNTED} AND (p.outcome <> 'open' OR p.due_at < %(until)s)
GROUP BY p.posting_id ORDER BY p.posting_id
"""


@dataclass(frozen=True, slots=True)
class PromiseCount:
    """Of the promises of a posting that fell due (``judged``), those that were kept in time (``kept``)."""

    posting_id: int
    judged: int
    kept: int


def tally_promises(
    posting_ids: Collection[int], month: Month, tz: tzinfo, *, until: datetime
) -> list[PromiseCount]:
    """The promises due in the month, local time; a posting without any has no row.

    Counted are those with a dossier code or a contact that were not withdrawn. Kept late, broken, and still
    open past their time count as not kept. One that is open and due at ``until`` or later does not count yet;
    for a month that has ended ``until`` is its end or anything after.
    """
    start, end = month.bounds(tz)
    with connection.cursor() as cursor:
        cursor.execute(_PROMISES, {"postings": list(posting_ids), "from": start, "end": end, "until": until})
        return [PromiseCount(*row) for row in cursor.fetchall()]
