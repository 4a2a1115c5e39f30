"""What watches over ratings: forms set aside, letting them count again, and signals for those who lead."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from conduct.agencies.models import Agency, Period, User
from conduct.agencies.periods import closed_months
from conduct.agencies.permissions import Refused, signed_in
from conduct.agencies.tree import standing_of
from conduct.documents.xlsx import Cell, Column, make_xlsx, xlsx_response
from conduct.kernel.months import Month
from conduct.kernel.pages import render_page
from conduct.kernel.wording import month_text

from ..forms.honesty import AsideFilterForm, ReinstateForm, WatchForm
from ..models import SetAside
from ..permissions.honesty import decides, watched_agencies, watched_points
from ..rules.desk_signals import LEAST, DeskMonth, Signal, signals_of
from ..services.honesty import reinstate_forms
from ..tallies.desk_signals import find_silent_kiosks, tally_aside, tally_finished, tally_marks

MONTHS_OFFERED = 13
ROWS_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Watched:
    """What the reader looks at: an agency's desks in a month, without the own ones."""

    form: WatchForm
    agency: Agency
    month: Month
    is_closed: bool
    is_hidden: bool
    may_decide: bool
    desks: Mapping[int, str]

    @property
    def query(self) -> str:
        """The same choice, as part of an address."""
        return f"?unit={self.agency.code}&month={self.month}"


def _watched(request: HttpRequest, user: User, today: date) -> Watched:
    """The agency and month asked for; without, the first agency and the newest month the reader may see.

    An open month is hidden from everybody below the head.
    """
    agencies, this = {agency.code: agency for agency in watched_agencies(user, today)}, Month.of(today)
    months = [this.plus(-n) for n in range(MONTHS_OFFERED)]
    form = WatchForm(
        request.GET if "unit" in request.GET else None, agencies=agencies.values(), months=months
    )
    chosen: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    agency = agencies[chosen["unit"]] if chosen else next(iter(agencies.values()))
    standing = standing_of(user.pk, agency.pk, today)
    closed = {month for _office, month in closed_months([standing.office_id or agency.pk])}
    may_decide = decides(standing.roles)
    newest = this if may_decide else max(closed & set(months), default=this.previous())
    month = Month.parse(chosen["month"]) if chosen else newest
    if not form.is_bound:
        start = {"unit": agency.code, "month": str(month)}
        form = WatchForm(start, agencies=agencies.values(), months=months)
    points = watched_points(user, agency, month).order_by("name")
    return Watched(
        form=form,
        agency=agency,
        month=month,
        is_closed=month in closed,
        is_hidden=month not in closed and not may_decide,
        may_decide=may_decide,
        desks=dict(points.values_list("pk", "name")),
    )


@require_safe
def set_aside(request: HttpRequest) -> HttpResponse:
    """How many forms of an agency's month do not count, by reason and desk, and the forms themselves."""
    user, today = signed_in(request), timezone.localdate()
    watched = _watched(request, user, today)
    return _aside_page(request, watched, ReinstateForm(), status=422 if watched.form.errors else 200)


def _aside_page(
    request: HttpRequest, watched: Watched, form: ReinstateForm, status: int = 200
) -> HttpResponse:
    narrow = AsideFilterForm(request.GET, desks=dict(watched.desks))
    wanted = narrow.cleaned_data if narrow.is_valid() else {}
    counts = [] if watched.is_hidden else tally_aside([watched.agency.pk], watched.month)
    counts = [count for count in counts if count.point_id in watched.desks]
    shown = _forms(watched, wanted)
    page = Paginator(shown, ROWS_A_PAGE).get_page(request.GET.get("page"))
    enough = _desks_with_enough(watched)
    reasons = dict(SetAside.Reason.choices)
    context = {
        "watched": watched,
        "narrow": narrow,
        "form": form,
        "chosen": set(request.POST.getlist("form")),
        "n_aside": sum(count.aside - count.reinstated for count in counts),
        "counts": [(watched.desks[count.point_id], reasons[count.reason], count) for count in counts],
        "page": page,
        "rows": [(aside, aside.response.point_id in enough) for aside in page.object_list],
        "may_reinstate": watched.may_decide and not watched.is_closed,
    }
    bad = status == 200 and not narrow.is_valid()
    return render_page(request, "surveys/set_aside.html", context, status=422 if bad else status)


def _forms(watched: Watched, wanted: Mapping[str, Any]) -> QuerySet[SetAside]:
    """The forms of the month, in the order of their random keys: it tells nothing."""
    found = SetAside.objects.filter(
        response__agency=watched.agency,
        response__month=watched.month.first,
        response__point_id__in=watched.desks,
    )
    if watched.is_hidden:
        return found.none()
    if wanted.get("desk"):
        found = found.filter(response__point_id=wanted["desk"])
    if wanted.get("reason"):
        found = found.filter(reason=wanted["reason"])
    return found.select_related("response__point", "reinstated_by").order_by("reinstated_at", "pk")


def _desks_with_enough(watched: Watched) -> set[int]:
    """The desks whose marks and comments may be read: the month is closed and there are enough forms."""
    if not watched.is_closed:
        return set()
    marks = tally_marks([watched.agency.pk], watched.month)
    return {pk for pk, (_outside, by_mark) in marks.items() if sum(by_mark) >= LEAST}


@require_POST
def reinstate(request: HttpRequest) -> HttpResponse:
    """Let the chosen forms count, with a reason."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    watched = _watched(request, user, today)
    if watched.form.errors or watched.is_hidden:
        raise Refused(_("Only the head or an inspector decides while a month is open."))
    form = ReinstateForm(request.POST, keys=request.POST.getlist("form"))
    if not form.is_valid():
        return _aside_page(request, watched, form, status=422)
    n_forms = reinstate_forms(
        agency=watched.agency,
        month=watched.month,
        keys=form.keys,
        reason=form.cleaned_data["why"],
        by=user,
        now=now,
    )
    said = ngettext("%(n)d form counts again.", "%(n)d forms count again.", n_forms) % {"n": n_forms}
    messages.success(request, said if n_forms else _("These forms counted already."))
    return redirect(reverse("surveys:set_aside") + watched.query)


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A desk on the page of signals."""

    name: str
    desk: DeskMonth
    found: list[Signal]


def _rows(watched: Watched, today: date) -> tuple[list[DeskRow], int]:
    """The desks with what stands out first, and the dossiers finished at all of them and elsewhere.

    An open month of which nothing may be seen keeps its tablets.
    """
    agency_ids = [watched.agency.pk]
    silent = find_silent_kiosks(agency_ids, today)
    marks: dict[int, tuple[int, tuple[int, ...]]] = {}
    finished: dict[int | None, int] = {}
    aside: dict[int, int] = {}
    if not watched.is_hidden:
        marks = tally_marks(agency_ids, watched.month)
        finished = tally_finished(agency_ids, watched.month)
        for count in tally_aside(agency_ids, watched.month):
            aside[count.point_id] = aside.get(count.point_id, 0) + count.aside - count.reinstated
    rows = []
    for pk, name in watched.desks.items():
        outside, by_mark = marks.get(pk, (0, (0, 0, 0, 0, 0)))
        desk = DeskMonth(by_mark, outside, aside.get(pk, 0), finished.get(pk), tuple(silent.get(pk, ())))
        rows.append(DeskRow(name, desk, signals_of(desk)))
    return sorted(rows, key=lambda row: -len(row.found)), finished.get(None, 0)


@require_safe
def signals(request: HttpRequest) -> HttpResponse:
    """Per desk and month: how many are heard, silent tablets, hours, forms set aside, one mark everywhere."""
    user, today = signed_in(request), timezone.localdate()
    watched = _watched(request, user, today)
    rows, together = _rows(watched, today)
    forms = sum(row.desk.forms for row in rows)
    context = {
        "watched": watched,
        "rows": rows,
        "n_found": sum(bool(row.found) for row in rows),
        "n_forms": forms,
        "n_finished": together,
        "coverage": forms / together if together else None,
    }
    return render_page(request, "surveys/signals.html", context, status=422 if watched.form.errors else 200)


@require_safe
def signals_xlsx(request: HttpRequest) -> HttpResponse:
    """The page of signals as a file."""
    user, now = signed_in(request), timezone.now()
    watched = _watched(request, user, timezone.localdate(now))
    return xlsx_response(f"signals-{watched.agency.code.lower()}-{watched.month}", _sheet(watched, now))


def _counts(desk: DeskMonth, watched: Watched) -> tuple[Cell, ...]:
    if watched.is_hidden:
        return (None, None, None, None)
    return (desk.forms, desk.finished, desk.outside, desk.aside)


def _sheet(watched: Watched, now: datetime) -> bytes:
    words = {
        Signal.LOW_COVERAGE: _("hardly anybody is heard"),
        Signal.MORE_THAN_DOSSIERS: _("more forms than dossiers"),
        Signal.SILENT: _("a silent tablet"),
        Signal.OUTSIDE: _("forms outside working hours"),
        Signal.ASIDE: _("many forms set aside"),
        Signal.ONE_MARK: _("nearly always the same mark"),
    }
    headings = (
        _("Forms"), _("Finished dossiers"), _("Outside hours"), _("Set aside"), _("Share of one mark, %"),
    )  # fmt: skip
    columns = [
        Column(_("Service point"), width=40),
        *(Column(heading, "integer", 14) for heading in headings),
        Column(_("What stands out"), width=50),
    ]
    rows: list[list[Cell]] = [
        [
            *(row.name, *_counts(row.desk, watched)),
            round(100 * row.desk.top_share) if watched.is_closed and row.desk.top_share is not None else None,
            ", ".join([*(words[signal] for signal in row.found), *row.desk.silent]),
        ]
        for row in _rows(watched, timezone.localdate(now))[0]
    ]
    state = Period.State.CLOSED if watched.is_closed else Period.State.OPEN
    lines = [watched.agency.name, f"{month_text(watched.month)} · {state.label}"]
    return make_xlsx(_("Signals about ratings"), lines, columns, rows)
