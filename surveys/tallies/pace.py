"""How many forms a desk usually gets: what is compared with the pace of one network (rules/honesty.py)."""

from datetime import date

from django.db.models import Count

from conduct.kernel.months import Month

from ..models import Response, ServicePoint

MONTHS = 3


def tally_forms_by_month(point: ServicePoint, day: date) -> tuple[dict[Month, int], dict[Month, int]]:
    """Forms of the QR code that count, in the three months before this: of the desk, of all its unit's."""
    this = Month.of(day)
    rows = (
        Response.objects.filter(
            agency_id=point.agency_id,
            month__gte=this.plus(-MONTHS).first,
            month__lt=this.first,
            channel=Response.Channel.QR,
            set_aside=None,
        )
        .values_list("month", "point_id")
        .annotate(n=Count("key"))
    )
    desk: dict[Month, int] = {}
    unit: dict[Month, int] = {}
    for first, point_id, n_forms in rows:
        month = Month.of(first)
        unit[month] = unit.get(month, 0) + n_forms
        if point_id == point.pk:
            desk[month] = n_forms
    return desk, unit
