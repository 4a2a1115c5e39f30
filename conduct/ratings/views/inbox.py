"""What waits for me: the sheets to review and to confirm in a period, and who has handed in none."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from conduct.agencies.permissions import Refused, signed_in
from conduct.documents.xlsx import Column, make_xlsx, xlsx_response
from conduct.kernel.months import Month
from conduct.kernel.pages import render_page

from ..forms.review import InboxForm
from ..models import OfficeTerms
from ..rules.periods import Period, period_of
from ..services.reviewing_queue import Queue, Waiting

PEOPLE_A_PAGE = 60
TURN_DAY = 20
"""From this day on the list opens with the period that runs; before, with the one that just ended."""
_NOTHING = Decimal(-1)
_SORTS: dict[str, Callable[[Waiting], Any]] = {
    "name": lambda row: (row.posting.person.name_order, row.posting.pk),
    "unit": lambda row: (row.posting.agency.search, row.posting.person.name_order),
    "self": lambda row: _NOTHING if row.own_total is None else row.own_total,
    "review": lambda row: _NOTHING if row.review_total is None else row.review_total,
    "last": lambda row: _NOTHING if row.last_total is None else row.last_total,
}


def queue_of(request: HttpRequest, month: Month | None) -> tuple[Queue, Period, OfficeTerms]:
    """The queue of who asks and the period it is about; 404 for one that has not begun."""
    user, today = signed_in(request), timezone.localdate()
    first = month or _default_month(today)
    if first.first > today:
        raise Http404
    queue = Queue(user, today, first.first)
    terms = queue.terms()
    return queue, period_of(first, by_quarter=terms.kind == OfficeTerms.Kind.QUARTER), terms


def _default_month(today: date) -> Month:
    this = Month.of(today)
    return this if today.day >= TURN_DAY else this.previous()


@require_safe
def inbox(request: HttpRequest, month: Month | None = None) -> HttpResponse:
    """Sheets to review and to confirm, with what is known beside them; as a file with ``?as=xlsx``."""
    queue, period, terms = queue_of(request, month)
    if not queue.rated:
        raise Refused(_("Only those who review or confirm sheets have such a list; nobody is rated here."))
    everybody = queue.waiting(period, terms)
    form = InboxForm(request.GET, agencies=queue.agencies)
    sort = request.GET.get("sort", "name")
    found = _sorted(_filtered(everybody, form), sort)
    if request.GET.get("as") == "xlsx":
        return _as_file(found, period)
    page = Paginator(found, PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    context = {
        "month": period.first,
        "period": period,
        "form": form,
        "sort": sort,
        "page": page,
        "n_review": sum(row.step == "review" for row in everybody),
        "n_approve": sum(row.step == "approve" for row in everybody),
        "n_overdue": sum(row.is_mine and row.is_overdue for row in everybody),
        "missing": [row for row in everybody if row.step == "missing"],
        "next_row": next((row for row in found if row.is_mine), None),
        "previous_url": reverse("ratings:inbox", args=[period.previous().first]),
        "next_url": reverse("ratings:inbox", args=[period.next().first])
        if period.next().first.first <= today
        else "",
    }
    return render_page(request, "ratings/inbox.html", context, partials=("people",))


def _filtered(rows: list[Waiting], form: InboxForm) -> list[Waiting]:
    if not form.is_valid():
        return [row for row in rows if row.is_mine]
    said, words = form.cleaned_data, form.words()
    if said["step"] == "":
        rows = [row for row in rows if row.is_mine]
    elif said["step"] != "all":
        rows = [row for row in rows if row.step == said["step"]]
    if said["agency"]:
        rows = [row for row in rows if str(row.posting.agency_id) == said["agency"]]
    return [row for row in rows if all(word in row.posting.person.search for word in words)]


def _sorted(rows: list[Waiting], sort: str) -> list[Waiting]:
    key = _SORTS.get(sort.removeprefix("-"), _SORTS["name"])
    return sorted(rows, key=key, reverse=sort.startswith("-"))


STEP_WORDS: dict[str, Callable[[], str]] = {
    "review": lambda: _("To be reviewed"),
    "approve": lambda: _("To confirm"),
    "elsewhere": lambda: _("Waits for somebody else"),
    "missing": lambda: _("Not handed in"),
    "done": lambda: _("Confirmed"),
}


def _as_file(rows: list[Waiting], period: Period) -> HttpResponse:
    columns = [
        Column(_("Person"), width=28), Column(_("Title"), width=28),
        Column(_("Part of the office"), width=32), Column(_("Step"), width=18),
        Column(_("Own total"), "decimal", 12), Column(_("My total"), "decimal", 12),
        Column(_("Period before"), "decimal", 12), Column(_("Overdue"), width=10),
    ]  # fmt: skip
    table = [
        (
            row.posting.person.full_name, row.posting.title, row.posting.agency.name,
            STEP_WORDS[row.step](),
            _plain(row.own_total), _plain(row.review_total), _plain(row.last_total),
            _("yes") if row.is_overdue else "",
        )
        for row in rows
    ]  # fmt: skip
    title = _("What waits for me") + f" · {period.first.month:02d}/{period.first.year}"
    return xlsx_response(f"phieu-can-duyet-{period.first}", make_xlsx(title, (), columns, table))


def _plain(total: Decimal | None) -> float | None:
    return None if total is None else float(total)
