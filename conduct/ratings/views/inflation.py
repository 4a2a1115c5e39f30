"""Signals for heads: where points look alike, as questions."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from conduct.agencies.models import Agency
from conduct.agencies.permissions import signed_in
from conduct.kernel.pages import render_page

from ..permissions.inflation import headed_offices
from ..rules.periods import Period
from ..services.inflation import period_named, read_signals
from ..tallies.inflation import tally_periods

OFFICES_LISTED = 200


@require_safe
def signals(request: HttpRequest) -> HttpResponse:
    """The questions of an office's period; ``?office=`` and ``?period=`` choose, the newest by default."""
    user, today = signed_in(request), timezone.localdate()
    offices = headed_offices(user, today)
    office = _office(list(offices.order_by("search")[:OFFICES_LISTED]), request.GET.get("office", ""))
    periods = [period_named(first, kind) for first, kind in tally_periods([office.pk])]
    period = _period(periods, request.GET.get("period", ""))
    context = {
        "office": office,
        "offices": offices.order_by("search")[:OFFICES_LISTED],
        "periods": [(f"{one.first}/{one.n_months}", one) for one in periods],
        "period": period,
        "signals": read_signals(office, period) if period else None,
    }
    return render_page(request, "ratings/signals.html", context)


def _office(offices: list[Agency], code: str) -> Agency:
    """The office asked for, else the first by name; 404 for one that this person does not head."""
    for office in offices:
        if office.code == code:
            return office
    if code or not offices:
        raise Http404
    return offices[0]


def _period(periods: list[Period], asked: str) -> Period | None:
    for period in periods:
        if f"{period.first}/{period.n_months}" == asked:
            return period
    return periods[0] if periods else None
