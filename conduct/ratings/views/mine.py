"""My sheets of a year, what each waits for, and opening the one of a period."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from conduct.agencies.models import Posting, User
from conduct.agencies.permissions import Refused, signed_in
from conduct.kernel.months import Month
from conduct.kernel.pages import render_page

from ..models import OfficeTerms, Result, Sheet
from ..rules.periods import Dates, Period, period_of
from ..rules.scheme import Level
from ..rules.sheet import level_of
from ..services.reading import rules_of
from ..services.schemes import NoScheme, dates_of, scheme_for
from ..services.sheets import open_sheet as open_one
from ..services.steps import Waiting, label_of, waiting_of
from ..tallies.late import days_away, days_from
from ..tallies.sheets import TermsBook


@dataclass(frozen=True, slots=True)
class Row:
    """A period of mine: the post at its end, the sheet if there is one, what is next, why there is none."""

    period: Period
    posting: Posting | None
    dates: Dates | None
    sheet: Sheet | None
    result: Result | None
    level: Level | None
    waiting: Waiting
    why_none: str

    @property
    def label(self) -> str:
        """10/2026, or the quarter."""
        return label_of(self.period)

    @property
    def is_open_to_me(self) -> bool:
        """Whether the next step is mine."""
        return not self.why_none and self.waiting.step in ("open", "submit", "acknowledge")


class Calendar:
    """The periods of a person's year; a fixed number of queries."""

    def __init__(self, user: User, year: int, today: date) -> None:
        self.user, self.year, self.today = user, year, today
        main = Posting.objects.filter(person=user, is_main=True, starts_on__lte=today)
        self.postings = list(main.select_related("agency", "person").order_by("starts_on"))
        ids = {posting.agency_id for posting in self._in_year()}
        self.book = TermsBook(ids, min(today, date(year, 12, 31))) if ids else None
        rows = Sheet.objects.filter(posting__person=user, period__year=year).select_related("scheme")
        self.sheets = {(sheet.posting_id, sheet.kind, sheet.period): sheet for sheet in rows}
        results = Result.objects.filter(sheet__in=self.sheets.values(), replaced_by=None)
        self.away = days_away(user.pk, date(year, 1, 1), date(year, 12, 31))
        self.results = {result.sheet_id: result for result in results}

    def _in_year(self) -> Iterator[Posting]:
        first, last = date(self.year, 1, 1), date(self.year, 12, 31)
        for posting in self.postings:
            if posting.starts_on <= last and (posting.ends_on is None or posting.ends_on >= first):
                yield posting

    def years(self) -> list[int]:
        """The years in which the person served, since sheets are kept here."""
        first = min((posting.starts_on.year for posting in self.postings), default=self.today.year)
        return list(range(max(first, self.today.year - 5), self.today.year + 1))

    def rows(self) -> list[Row]:
        """The periods that have begun, the newest first."""
        periods: dict[Period, Posting | None] = {}
        for month in Month(self.year, 1).until(Month(self.year, 12)):
            if month.first > self.today:
                break
            posting = self._serving(month.last)
            quarter = posting is not None and self._terms(posting, month).kind == OfficeTerms.Kind.QUARTER
            period = period_of(month, by_quarter=quarter)
            periods[period] = self._serving(period.last.last)
        return [self._row(period, posting) for period, posting in reversed(periods.items())]

    def _serving(self, day: date) -> Posting | None:
        fits = [one for one in self._in_year() if one.starts_on <= day and (one.ends_on or day) >= day]
        return fits[-1] if fits else None

    def _terms(self, posting: Posting, month: Month) -> OfficeTerms:
        if self.book is None:  # there is a posting, so there is a book
            raise LookupError(posting.pk)
        return self.book.terms(posting.agency_id, month.last)

    def _row(self, period: Period, posting: Posting | None) -> Row:
        if posting is None:
            return Row(period, None, None, None, None, None, Waiting("", None, 0), _("No post at its end"))
        dates = dates_of(self._terms(posting, period.last), period)
        kind = "month" if period.n_months == 1 else "quarter"
        sheet = self.sheets.get((posting.pk, kind, period.first.first))
        result = self.results.get(sheet.pk) if sheet else None
        level = level_of(rules_of(sheet), result.total) if sheet and result else None
        why = "" if sheet else self._why_none(period, posting)
        waiting = waiting_of(sheet.state if sheet else "", dates, self.today)
        return Row(period, posting, dates, sheet, result, level, waiting, why)

    def _why_none(self, period: Period, posting: Posting) -> str:
        last = period.last.last
        if self.today < last or self._is_newest(period):
            try:
                scheme_for(posting, last, self.book.lineages[posting.agency_id] if self.book else None)
            except NoScheme:
                return _("Not rated here: police and army, for example, are rated by rules of their own")
        if self.away >= days_from(period.first.first, last):
            return _("Away for the whole period, no sheet is needed")
        return ""

    def _is_newest(self, period: Period) -> bool:
        return period.next().first.first > self.today


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """My sheets of a year and what each waits for."""
    user, today = signed_in(request), timezone.localdate()
    year = _year(request.GET.get("year", ""), today)
    calendar = Calendar(user, year, today)
    rows = calendar.rows()
    upcoming = next((row for row in rows if row.is_open_to_me), None)
    context = {
        "rows": rows,
        "year": str(year),
        "years": [str(one) for one in calendar.years()],
        "upcoming": upcoming,
        "n_late": _n_late(rows),
        "serves": bool(calendar.postings),
        "today": today,
    }
    return render_page(request, "ratings/mine.html", context)


def _n_late(rows: Iterable[Row]) -> int:
    return sum(row.is_open_to_me and row.waiting.days_late > 0 for row in rows)


def _year(text: str, today: date) -> int:
    if not text:
        return today.year
    if not (text.isascii() and text.isdigit() and today.year - 10 <= int(text) <= today.year):
        raise Http404
    return int(text)


@require_POST
def open_sheet(request: HttpRequest, month: Month) -> HttpResponse:
    """Open my sheet of the period that ends with that month, and fill it."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    rows = Calendar(user, month.year, today).rows()
    row = next((row for row in rows if row.period.last == month and row.posting), None)
    if row is None or row.posting is None:
        raise Http404
    try:
        sheet = open_one(posting=row.posting, period=row.period, by=user, now=now)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("ratings:mine")
    return redirect("ratings:fill", sheet.pk)
