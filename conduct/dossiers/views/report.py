"""The report on dossiers, the same as XLSX, and the target of the online share."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from conduct.agencies.models import Agency
from conduct.agencies.permissions import (
    Refused,
    granted_ids,
    signed_in,
    standing_at,
)
from conduct.agencies.tree import Standing, desk_of, seen_agencies
from conduct.documents.xlsx import Cell, Column, make_xlsx, xlsx_response
from conduct.kernel.pages import render_page
from conduct.kernel.wording import percent_text

from ..forms.dossiers import ReportForm, TargetForm, span_text
from ..models import OnlineTarget
from ..permissions.dossiers import check_can_set_target, keeps_dossiers
from ..rules.spans import Span
from ..services.report import Report, make_report
from ..services.targets import set_target as set_online_target
from ..tallies.figures import Counts

YEARS_OFFERED = 5


def _agency(request: HttpRequest, today: date, known: Iterable[Agency] = ()) -> tuple[Agency, Standing]:
    """The agency that was asked for, 404 when the reader may not see it, and how the reader stands to it.

    Without one the own office. ``known``: agencies that are at hand.
    """
    user, code = signed_in(request), request.GET.get("office", "")
    if not code:
        code = desk_of(user.pk, today).office_code
    if not code:
        granted = Agency.objects.in_force(today).filter(pk__in=granted_ids(user, today))
        code = granted.order_by("search").values_list("code", flat=True).first() or ""
    if not code:
        raise Refused(_("This account has no posting and no role, so there is no office to show."))
    return _visible_agency(request, code, today, known)


def _visible_agency(
    request: HttpRequest, code: str, today: date, known: Iterable[Agency] = ()
) -> tuple[Agency, Standing]:
    if not code.isprintable():
        raise Http404
    found = next((one for one in known if one.code == code), None)
    agency = found or get_object_or_404(Agency, code=code[:40])
    standing = standing_at(signed_in(request), agency, today)
    if not standing.sees:
        raise Http404
    return agency, standing


def _span(request: HttpRequest, today: date) -> Span:
    """The period that was asked for, 404 when it is none; else this year."""
    try:
        return Span.parse(request.GET.get("period") or str(today.year))
    except ValueError as error:
        raise Http404 from error


@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """Received, early, on time, late, in process; online share; by field, by officer."""
    user, today = signed_in(request), timezone.localdate()
    offices = seen_agencies(user.pk, today, (*Agency.OFFICE_KINDS, Agency.Kind.ONE_STOP))
    (agency, standing), span = _agency(request, today, offices), _span(request, today)
    found = make_report(agency=agency, span=span, standing=standing, today=today)
    years = {*range(today.year - YEARS_OFFERED + 1, today.year + 1), span.year}
    asked = {"office": agency.code, "period": str(span)}
    context = {
        "report": found,
        "total": found.total,
        "period": span_text(span),
        "form": ReportForm(asked, offices=offices, span=span, years=sorted(years, reverse=True)),
        "query": f"office={agency.code}&period={span}",
        "earlier": _step(agency, span, -1),
        "later": _step(agency, span, 1) if span.last < today else "",
        "keeps": keeps_dossiers(standing),
    }
    return render_page(request, "dossiers/report.html", context)


def _step(agency: Agency, span: Span, steps: int) -> str:
    try:
        return f"{reverse('dossiers:report')}?office={agency.code}&period={span.plus(steps)}"
    except ValueError:
        return ""


@require_safe
def report_xlsx(request: HttpRequest) -> HttpResponse:
    """The report as a sheet."""
    today = timezone.localdate()
    (agency, standing), span = _agency(request, today), _span(request, today)
    found = make_report(agency=agency, span=span, standing=standing, today=today)
    heads = (
        pgettext("dossiers", "Received"), _("Early"), _("On time"), pgettext("dossiers", "Late"),
        _("In process"), _("Of these overdue"), _("Online"),
    )  # fmt: skip
    columns = [Column(_("What"), width=44), *(Column(head, "integer", 13) for head in heads)]
    title = _("Dossiers of %(agency)s, %(period)s") % {"agency": agency.name, "period": span_text(span)}
    name = slugify(f"ho-so-{agency.code}-{span}")
    return xlsx_response(name, make_xlsx(title, _notes(found, today), columns, _lines(found)))


def _notes(found: Report, today: date) -> list[str]:
    lines = [
        _("Dossiers received in the period, as known on %(day)s.") % {"day": f"{today:%d/%m/%Y}"},
        _("Early, on time and late are told by the first promised day."),
    ]
    if found.total.online_share is not None:
        lines.append(_("Online share: %(share)s") % {"share": percent_text(found.total.online_share)})
    if found.target is not None:
        lines.append(
            _("Target: %(low)s–%(high)s %%")
            % {"low": f"{found.target.low:g}", "high": f"{found.target.high:g}"}
        )
    return lines


def _lines(found: Report) -> Iterator[list[Cell]]:
    yield _line(_("In all"), found.total)
    for name, counts in found.fields:
        yield _line(name or _("No field named"), counts)
    if found.officers is not None and found.officers.months:
        for name, counts in found.officers.rows:
            yield _line(name, counts)
        yield _line(_("Everybody else, and dossiers without an officer"), found.officers.rest)


def _line(name: str, counts: Counts) -> list[Cell]:
    return [name, *counts.values()]


@require_http_methods(["GET", "HEAD", "POST"])
def set_target(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """Set the range of the online share of a year."""
    user, now = signed_in(request), timezone.now()
    agency, _standing = _visible_agency(request, code, timezone.localdate(now))
    check_can_set_target(user, agency, timezone.localdate(now))
    if not 2000 <= year <= 2199:
        raise Http404
    known = OnlineTarget.objects.filter(agency=agency, year=year).first()
    form = TargetForm(request.POST or None, instance=known)
    back = f"{reverse('dossiers:report')}?office={agency.code}&period={year}"
    if request.method == "POST" and form.is_valid():
        set_online_target(agency=agency, year=year, **form.cleaned_data, by=user, now=now)
        messages.success(request, _("The target is set."))
        return redirect(back)
    context = {"form": form, "agency": agency, "year": year, "back": back}
    return render_page(request, "dossiers/set_target.html", context, status=422 if form.errors else 200)
