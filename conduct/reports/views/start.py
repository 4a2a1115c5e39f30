"""The start page, and the dashboard of an office."""

from datetime import date

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from conduct.agencies.models import Agency, Period, Role
from conduct.agencies.permissions import Refused, granted_ids, signed_in, standing_at
from conduct.agencies.tree import Standing, desk_of
from conduct.kernel.months import Month
from conduct.kernel.pages import render_page
from conduct.kernel.wording import month_text

from ..figures import Figures, figures_of, trend_chart, trend_rows
from ..tallies.start import tally_own_scores
from ..waiting import closing_day, waiting_for

BELOW_A_PAGE = 25


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """What waits for me, and how my month stands."""
    user, now = signed_in(request), timezone.now()
    this = Month.of(timezone.localdate(now))
    waiting = waiting_for(user, now)
    scores = tally_own_scores(user.pk, get_language() or "vi")
    context = {
        "today": timezone.localdate(now),
        "weekday": date_format(timezone.localdate(now), "l"),
        "month": this,
        "waiting": waiting,
        "headline": waiting.headline(),
        "scores": scores,
        "last_month": Month.of(scores[0].month) if scores else None,
        "judged_now": [row for row in waiting.judged if Month.of(row.month) == this],
        "closes_on": closing_day(this),
    }
    return render_page(request, "reports/today.html", context)


@require_safe
def own_office(request: HttpRequest) -> HttpResponse:
    """Lead to the figures of the own office, else of the first agency in which a role is held."""
    user, day = signed_in(request), timezone.localdate()
    code = desk_of(user.pk, day).office_code
    if not code:
        reached = Agency.objects.in_force(day).filter(pk__in=granted_ids(user, day)).order_by("search")
        code = reached.values_list("code", flat=True).first() or ""
    if not code:
        raise Refused(_("This account has no posting and no role, so there is no office to show."))
    return redirect("reports:office", code=code)


@require_safe
def office(request: HttpRequest, code: str, month: Month | None = None) -> HttpResponse:
    """An agency's month in figures; citizens' counts of an open month only for its head."""
    user, day = signed_in(request), timezone.localdate()
    agency = get_object_or_404(Agency, code=code)
    standing = standing_at(user, agency, day)
    first, last = Month.of(agency.valid_from), Month.of(min(day, agency.valid_to or day))
    if not standing.sees or (month is not None and not first <= month <= last):
        raise Http404
    shown = month or _last_closed(standing.office_id or agency.pk, first, last)
    figures = figures_of(agency, shown, standing, user)
    chart = trend_chart(figures)
    context = {
        "agency": agency,
        "month": shown,
        "figures": figures,
        "page": Paginator(figures.rows, BELOW_A_PAGE).get_page(request.GET.get("page")),
        "chart": chart,
        "trend_sentence": _("Conduct score of %(agency)s, month by month until %(month)s")
        % {"agency": agency.name, "month": month_text(shown)},
        "trend_heads": [_("Month"), _("Score"), _("Coverage")],
        "trend_rows": trend_rows(figures),
        "close_url": _close_url(agency, figures, standing, day),
        "closes_on": closing_day(shown),
        "previous_url": _url(agency, shown.previous()) if shown > first else "",
        "next_url": _url(agency, shown.next()) if shown < last else "",
    }
    return render_page(request, "reports/office.html", context)


def _url(agency: Agency, month: Month) -> str:
    return reverse("reports:office", args=[agency.code, month])


def _close_url(agency: Agency, figures: Figures, standing: Standing, day: date) -> str:
    """Where the head closes an office's month that has ended and is still open."""
    is_due = figures.month.last < day and figures.state == Period.State.OPEN
    if not is_due or Role.HEAD not in standing.roles or standing.office_id != agency.pk:
        return ""
    return reverse("scores:close_month", args=[figures.month, agency.code])


def _last_closed(office_id: int, first: Month, last: Month) -> Month:
    """The newest closed month in the life of an agency, else its last month."""
    closed = Period.objects.filter(
        office_id=office_id,
        kind=Period.Kind.MONTH,
        state=Period.State.CLOSED,
        month__gte=first.first,
        month__lte=last.first,
    )
    day = closed.order_by("-month").values_list("month", flat=True).first()
    return Month.of(day) if day else last
