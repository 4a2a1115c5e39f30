"""Who is late with what, for those who lead: as a list, as CSV, as XLSX."""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from conduct.agencies.models import Agency, Posting, RoleGrant, User, on_day
from conduct.agencies.permissions import LEADING, Refused, led_by, signed_in
from conduct.agencies.tree import agencies_above
from conduct.documents.xlsx import Cell, Column, make_xlsx, xlsx_response
from conduct.kernel.months import Month
from conduct.kernel.pages import render_page

from ..forms.late import STEPS, LateForm
from ..models import OfficeTerms
from ..permissions.authority import Authorities
from ..rules.periods import Period, period_of
from ..services.schemes import dates_of
from ..services.steps import Waiting, label_of, waiting_of
from ..tallies.late import Rated, office_agency_ids, rated_postings
from ..tallies.sheets import TermsBook

PEOPLE_A_PAGE = 50
MID_MONTH = 15
_ORDER = ("open", "submit", "review", "approve", "acknowledge", "")


@dataclass(frozen=True, slots=True)
class Row:
    """A person of the office, what the sheet waits for, and whose turn it is."""

    posting: Posting
    sheet_id: int | None
    state: str
    waiting: Waiting
    turn: str


class LateList:
    """The people of one office's period whom the reader leads; at most eight queries."""

    def __init__(self, user: User, request: HttpRequest, today: date) -> None:
        self.user, self.today = user, today
        self.led = led_by(user, today)
        self.reach = self.led.as_head | self.led.as_supervisor
        if not self.reach:
            raise Refused(_("This list is for those who lead people; this account leads nobody at present."))
        self.offices = self._offices()
        self.office = self._asked_office(request.GET.get("office", ""))
        month = self._asked_month(request.GET.get("month", ""))
        self.book = TermsBook(self.reach & self._scope(month) | {self.office.pk}, today)
        terms = self.book.terms(self.office.pk, month.last)
        self.period = period_of(month, by_quarter=terms.kind == OfficeTerms.Kind.QUARTER)
        self.dates = dates_of(terms, self.period)

    def _offices(self) -> list[Agency]:
        kinds = Agency.OFFICE_KINDS
        found = Agency.objects.in_force(self.today).filter(pk__in=self.reach, kind__in=kinds)
        return list(found.order_by("search")[:500])

    def _asked_office(self, code: str) -> Agency:
        if code:
            asked = next((office for office in self.offices if office.code == code), None)
            if asked is None:
                raise Http404
            return asked
        if self.offices:
            held = (office for office in self.offices if office.pk in self.led.roots)
            return next(held, self.offices[0])
        unit = min(self.led.roots)
        above = agencies_above([unit], self.today)[unit]
        return next((agency for agency in above if agency.is_office), above[0])

    def _asked_month(self, text: str) -> Month:
        this = Month.of(self.today)
        if not text:
            return this if self.today.day >= MID_MONTH else this.previous()
        try:
            month = Month.parse(text)
        except ValueError as error:
            raise Http404 from error
        if month.first > self.today or month < Month(this.year - 5, 1):
            raise Http404
        return month

    def _scope(self, month: Month) -> set[int]:
        return set(office_agency_ids(self.office.pk, Period(month)))

    @cached_property
    def everybody(self) -> list[Rated]:
        """All whom the reader leads there, by given name."""
        above = RoleGrant.objects.filter(
            on_day(self.today, "starts_on", "ends_on"), role__in=LEADING, agency_id__in=self.led.posts
        )
        among = Q(agency_id__in=self.led.as_head) | (
            Q(agency_id__in=self.led.as_supervisor) & ~Q(person__in=above.values("person"))
        )
        return rated_postings(self.office.pk, list(self.book.lineages), self.period, self.book, among)

    @cached_property
    def rows(self) -> list[Row]:
        """Everybody with what waits and whose turn it is."""
        return [self._row(rated) for rated in self.everybody]

    @cached_property
    def _authorities(self) -> Authorities:
        return Authorities([one.posting for one in self.everybody], self.today)

    def _row(self, rated: Rated) -> Row:
        waiting = waiting_of(rated.state, self.dates, self.today)
        rights = self._authorities.of(rated.posting)
        turns = {"review": rights.reviewers, "approve": rights.approvers}
        ids = list(turns[waiting.step]) if waiting.step in turns else []
        turn = ", ".join(self._authorities.names[pk] for pk in ids) if ids else ""
        if waiting.step in ("open", "submit", "acknowledge"):
            turn = rated.posting.person.full_name
        return Row(rated.posting, rated.sheet_id, rated.state, waiting, turn)

    def mutual(self) -> list[tuple[str, str]]:
        """Names of two people of the list who rate each other."""
        pairs = self._authorities.mutual(one.posting for one in self.everybody)
        names = {one.posting.person_id: one.posting.person.full_name for one in self.everybody}
        return sorted((names[a], names[b]) for a, b in (sorted(pair) for pair in pairs))

    def label(self) -> str:
        """The period in words: 10/2026, or the quarter."""
        return label_of(self.period)

    def units(self) -> list[Agency]:
        """The parts of the office in which somebody is rated."""
        found = {one.posting.agency_id: one.posting.agency for one in self.everybody}
        return sorted(found.values(), key=lambda agency: agency.search)


def _filtered(rows: list[Row], form: LateForm) -> list[Row]:
    said = form.cleaned_data if form.is_valid() else {}
    step, words = said.get("step", ""), form.words() if said else []
    found = [row for row in rows if _fits(row, step)]
    if said.get("unit"):
        found = [row for row in found if str(row.posting.agency_id) == said["unit"]]
    found = [row for row in found if all(word in row.posting.person.search for word in words)]
    sort = said.get("sort", "")
    keys = {"unit": lambda row: row.posting.agency.search, "due": lambda row: _ORDER.index(row.waiting.step)}
    if sort.removeprefix("-") in keys:
        return sorted(found, key=keys[sort.removeprefix("-")], reverse=sort.startswith("-"))
    return found[::-1] if sort == "-name" else found


def _fits(row: Row, step: str) -> bool:
    if step == "":
        return row.waiting.days_late > 0
    if step == "waiting":
        return row.waiting.step != ""
    return step == "all" or row.waiting.step == step


@require_safe
def late(request: HttpRequest) -> HttpResponse:
    """Who has not filled, submitted, reviewed, confirmed or read; late ones first, nobody is blocked."""
    found = LateList(signed_in(request), request, timezone.localdate())
    form = LateForm(request.GET, units=found.units())
    page = Paginator(_filtered(found.rows, form), PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    before, after = found.period.previous(), found.period.next()
    context = {
        "list": found,
        "form": form,
        "page": page,
        "filtered": form.is_valid() and any(form.cleaned_data[key] for key in ("q", "step", "unit")),
        "sort": form.cleaned_data.get("sort", "") if form.is_valid() else "",
        "counts": _counts(found.rows),
        "n_late": sum(row.waiting.days_late > 0 for row in found.rows),
        "previous": before.last,
        "next": after.last if after.first.first <= found.today else None,
        "mutual": found.mutual(),
    }
    return render_page(request, "ratings/late.html", context, partials=("people",))


def _counts(rows: list[Row]) -> list[tuple[str, str, int]]:
    """How many wait for each step: key, word, number."""
    words = dict(STEPS)
    return [
        (step, str(words[step]), sum(row.waiting.step == step for row in rows)) for step in _ORDER if step
    ]


def _export(request: HttpRequest) -> tuple[LateList, list[list[Cell]]]:
    """What the page shows, all of it."""
    found = LateList(signed_in(request), request, timezone.localdate())
    words = dict(STEPS)
    rows = _filtered(found.rows, LateForm(request.GET, units=found.units()))
    return found, [
        [
            row.posting.person.full_name, row.posting.title, row.posting.agency.name,
            str(words[row.waiting.step]) if row.waiting.step else _("Finished"),
            row.waiting.due, row.waiting.days_late, row.turn,
        ]
        for row in rows
    ]  # fmt: skip


def _headings() -> list[Column]:
    return [
        Column(_("Person"), width=28),
        Column(_("Title"), width=30),
        Column(_("Part of the office"), width=34),
        Column(_("What waits"), width=20),
        Column(_("Due day"), "day", 14),
        Column(_("Days late"), "integer", 12),
        Column(_("Whose turn"), width=30),
    ]


@require_safe
def late_xlsx(request: HttpRequest) -> HttpResponse:
    """The list as shown, as XLSX."""
    found, rows = _export(request)
    title = _("Sheets that wait, %(period)s") % {"period": found.label()}
    return xlsx_response("phieu-cham", make_xlsx(title, [found.office.name], _headings(), rows))


@require_safe
def late_csv(request: HttpRequest) -> HttpResponse:
    """The list as shown, as CSV in UTF-8 with a mark that spreadsheets know; no cell begins a formula."""
    _found, rows = _export(request)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="phieu-cham.csv"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow([column.heading for column in _headings()])
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return response


def _cell(value: Cell) -> str:
    text = f"{value:%d/%m/%Y}" if isinstance(value, date) else "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text
