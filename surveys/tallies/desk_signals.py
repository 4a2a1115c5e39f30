"""Counts for the pages that watch over ratings: by desk and month, never a single form."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from conduct.kernel.months import Month
from conduct.kernel.workdays import working_days

from ..models import Kiosk, SetAside
from ..rules.desk_signals import SILENT_DAYS
from .counted import COUNTED

_MARKS = f"""
WITH {COUNTED}
SELECT point_id, count(*) FILTER (WHERE is_outside_hours),
    count(*) FILTER (WHERE overall = 1), count(*) FILTER (WHERE overall = 2),
    count(*) FILTER (WHERE overall = 3), count(*) FILTER (WHERE overall = 4),
    count(*) FILTER (WHERE overall = 5)
FROM counted GROUP BY point_id
"""

# Dossiers finished in the month by somebody who sat at this desk, and at no other, on that day; without a
# desk, all that the agencies finished.
_FINISHED = """
SELECT o.point_id, count(d.id)
FROM surveys_deskofficer o
JOIN surveys_servicepoint p ON p.id = o.point_id AND p.agency_id = ANY(%(agencies)s)
LEFT JOIN dossiers_dossier d ON d.posting_id = o.posting_id
    AND d.finished_on BETWEEN greatest(o.starts_on, %(first)s)
        AND least(coalesce(o.ends_on, %(last)s), %(last)s)
    AND NOT EXISTS (
        SELECT FROM surveys_deskofficer other
        WHERE other.posting_id = o.posting_id AND other.point_id <> o.point_id
            AND d.finished_on BETWEEN other.starts_on AND coalesce(other.ends_on, %(last)s)
    )
WHERE o.starts_on <= %(last)s AND (o.ends_on IS NULL OR o.ends_on >= %(first)s)
GROUP BY o.point_id
UNION ALL
SELECT NULL, count(*) FROM dossiers_dossier
WHERE agency_id = ANY(%(agencies)s) AND finished_on BETWEEN %(first)s AND %(last)s
"""


@dataclass(frozen=True, slots=True)
class AsideCount:
    """Forms of a desk and month that were set aside for a reason, and how many of them count again."""

    point_id: int
    reason: str
    aside: int
    reinstated: int


def tally_marks(agency_ids: Collection[int], month: Month) -> dict[int, tuple[int, tuple[int, ...]]]:
    """By desk: forms given outside working hours, and forms with each mark 1–5; only those that count."""
    days: dict[str, Any] = {"agencies": list(agency_ids), "from": month.first, "month": month.first}
    with connection.cursor() as cursor:
        cursor.execute(_MARKS, days)
        return {point_id: (outside, tuple(marks)) for point_id, outside, *marks in cursor.fetchall()}


def tally_finished(agency_ids: Collection[int], month: Month) -> dict[int | None, int]:
    """Dossiers finished in the month: by desk with officers entered, under None in the agencies together."""
    days: dict[str, Any] = {"agencies": list(agency_ids), "first": month.first, "last": month.last}
    with connection.cursor() as cursor:
        cursor.execute(_FINISHED, days)
        return dict(cursor.fetchall())


def tally_aside(agency_ids: Collection[int], month: Month) -> list[AsideCount]:
    """Forms set aside in a month, by desk and reason."""
    rows = (
        SetAside.objects.filter(response__agency_id__in=agency_ids, response__month=month.first)
        .values_list("response__point_id", "reason")
        .annotate(n=Count("pk"), again=Count("pk", filter=Q(reinstated_at__isnull=False)))
        .order_by("response__point_id", "reason")
    )
    return [AsideCount(*row) for row in rows]


def find_silent_kiosks(agency_ids: Collection[int], today: date) -> dict[int, list[str]]:
    """Tablets in use, by desk, on which nobody has answered for some working days."""
    silent: dict[int, list[str]] = {}
    kiosks = Kiosk.objects.filter(
        point__agency_id__in=agency_ids,
        point__is_open=True,
        paired_at__isnull=False,
        revoked_at__isnull=True,
    )
    for kiosk in kiosks.order_by("name"):
        since = kiosk.answered_on or (kiosk.paired_at.date() if kiosk.paired_at else today)
        if working_days(since, today) > SILENT_DAYS:
            silent.setdefault(kiosk.point_id, []).append(kiosk.name)
    return silent
