"""Sums of a savings ledger: by month, with who gave; and what is left."""

from django.db import connection

from conduct.kernel.months import Month

from ..rules.contributions import MonthSum

# A line that takes another back belongs to that one's side of the ledger.
_MONTHS = """
WITH line AS (
    SELECT e.month, e.person_id, e.amount, coalesce(o.kind, e.kind) AS kind
    FROM commitments_ledgerentry e LEFT JOIN commitments_ledgerentry o ON o.id = e.reverses_id
    WHERE e.plan_id = %s
), person AS (
    SELECT month, person_id, sum(amount) AS amount FROM line WHERE kind = 'contribution' GROUP BY 1, 2
), given AS (
    SELECT month, sum(amount) AS amount, array_agg(person_id) FILTER (WHERE amount <> 0) AS givers
    FROM person GROUP BY 1
), spent AS (
    SELECT month, -sum(amount) AS amount FROM line WHERE kind = 'spending' GROUP BY 1
)
SELECT month, coalesce(given.amount, 0)::bigint, coalesce(spent.amount, 0)::bigint, coalesce(givers, '{}')
FROM given FULL JOIN spent USING (month) ORDER BY month
"""


def tally_months(plan_id: int) -> list[MonthSum]:
    """Every month with a line; a gift taken back counts neither as money nor as a giver."""
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS, [plan_id])
        return [
            MonthSum(Month.of(month), amount_in, amount_out, frozenset(givers))
            for month, amount_in, amount_out, givers in cursor.fetchall()
        ]


def tally_balance(plan_id: int) -> int:
    """What is left of a plan, in đồng."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(amount), 0)::bigint FROM commitments_ledgerentry WHERE plan_id = %s",
            [plan_id],
        )
        return int(cursor.fetchall()[0][0])
