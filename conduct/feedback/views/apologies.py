"""Letters of apology: the list, one of them, its PDF; and which of them are owed, sent, late."""

from collections.abc import Iterator
from datetime import date

from django.core.paginator import Paginator
from django.db.models import Case as Choice
from django.db.models import IntegerField, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from conduct.agencies.models import Agency
from conduct.agencies.permissions import Refused, granted_ids, may_see_agency, signed_in, visible_agencies
from conduct.agencies.tree import desk_of, subtree_ids
from conduct.commitments.rules.pledges import in_fours
from conduct.documents.xlsx import Cell, Column, make_xlsx, xlsx_response
from conduct.dossiers.forms.dossiers import ReportForm, span_text
from conduct.dossiers.rules.spans import Span
from conduct.kernel.pages import render_page

from ..forms.apologies import ApologiesForm
from ..models import Apology, ApologyQuerySet
from ..permissions.apologies import (
    check_can_drop,
    listed_apologies,
    may_write,
    signing_posting,
)
from ..rules.apologies import NewDate, new_date_outcome, number_text
from ..services.apologies import is_late
from ..services.letters import Letter, draft_letter, letter_pdf, mail_address, read_letter
from ..tallies.apologies import tally_apologies

APOLOGIES_A_PAGE = 25
AT_MOST_EXPORTED = 10_000
_RANK = Choice(
    When(state__in=(Apology.State.OWED, Apology.State.READY), then=Value(0)),
    When(state=Apology.State.SIGNED, then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)


def _found(request: HttpRequest, form: ApologiesForm, today: date) -> ApologyQuerySet:
    found = listed_apologies(signed_in(request), today).select_related("office", "dossier", "case")
    if not form.is_valid():
        return found.none()
    said = form.cleaned_data
    if said["q"]:
        found = found.filter(dossier__code__icontains=said["q"])
    if said["kind"]:
        found = found.filter(kind=said["kind"])
    if said["state"] in Apology.State.values:
        return found.filter(state=said["state"])
    return {"waiting": found.waiting(), "late": found.late(today)}.get(said["state"], found)


@require_safe
def apologies(request: HttpRequest) -> HttpResponse:
    """What is owed first, the latest of it at the top."""
    today, form = timezone.localdate(), ApologiesForm(request.GET)
    all_listed = listed_apologies(signed_in(request), today)
    ordered = _found(request, form, today).order_by(_RANK, "due_on", "pk")
    page = Paginator(ordered, APOLOGIES_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [(one, one.due_on < today) for one in page.object_list],
        "n_waiting": all_listed.waiting().count(),
        "n_late": all_listed.late(today).count(),
        "filtered": form.is_valid() and any(form.cleaned_data.values()),
    }
    status = 422 if form.errors else 200
    return render_page(request, "feedback/apologies.html", context, partials=("list",), status=status)


def listed(request: HttpRequest, apology_id: int) -> Apology:
    """The letter, 404 when the reader may not know of it."""
    found = listed_apologies(signed_in(request), timezone.localdate())
    return get_object_or_404(
        found.select_related(
            "office",
            "case__agency",
            "dossier__agency",
            "dossier__posting__person",
            "prepared_by",
            "signed_by",
        ),
        pk=apology_id,
    )


def letter_of(apology: Apology, today: date) -> Letter | None:
    """As signed; before that as it would be signed now; None before it is written, or once erased."""
    if apology.signed_at is not None:
        return read_letter(apology)
    return draft_letter(apology, None, today).letter if apology.state == Apology.State.READY else None


@never_cache
@require_safe
def apology(request: HttpRequest, apology_id: int) -> HttpResponse:
    """One letter: how it stands, its words, and what may be done next."""
    user, today = signed_in(request), timezone.localdate()
    found = listed(request, apology_id)
    posting = signing_posting(user, found.office, today)
    writes, open_ = may_write(user, found, today), found.state in (Apology.State.OWED, Apology.State.READY)
    dossier = found.dossier
    context = {
        "apology": found,
        "letter": letter_of(found, today),
        "number": number_text(found.number, found.office_name) if found.number else "",
        "digest": in_fours(found.sha256),
        "is_overdue": found.due_on < today and found.state not in ("delivered", "dropped"),
        "is_compulsory": dossier is not None and is_late(dossier, found, today),
        "new_date": new_date_outcome(found.new_date, dossier.finished_on if dossier else None, today),
        "may_write": writes and open_,
        "may_sign": posting is not None and found.state == Apology.State.READY,
        "may_deliver": (writes or (posting is not None and found.case is None))
        and found.state == Apology.State.SIGNED,
        "may_drop": open_ and _may_drop(request, found, today),
        "address": mail_address(found) if found.state == Apology.State.SIGNED else None,
    }
    return render_page(request, "feedback/apology.html", context)


def _may_drop(request: HttpRequest, found: Apology, today: date) -> bool:
    try:
        check_can_drop(signed_in(request), found, today)
    except Refused:
        return False
    return found.dossier is None or not is_late(found.dossier, found, today)


@never_cache
@require_safe
def apology_pdf(request: HttpRequest, apology_id: int) -> HttpResponse:
    """The paper; before it is signed a draft."""
    found, now = listed(request, apology_id), timezone.now()
    letter = letter_of(found, timezone.localdate(now))
    if letter is None:
        raise Http404
    name = slugify(f"thu-xin-loi-{found.number or 'du-thao'}-{found.year or found.pk}")
    headers = {
        "Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "private, no-store",
    }  # fmt: skip
    content = letter_pdf(letter, found.signed_at or now)
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _agency(request: HttpRequest, today: date) -> Agency:
    user, code = signed_in(request), request.GET.get("office", "")
    if not code:
        code = desk_of(user.pk, today).office_code
    if not code:
        granted = Agency.objects.in_force(today).filter(pk__in=granted_ids(user, today)).order_by("search")
        code = granted.values_list("code", flat=True).first() or ""
    if not code:
        raise Refused(_("This account has no posting and no role, so there is no office to show."))
    if not code.isprintable():
        raise Http404
    agency = get_object_or_404(Agency, code=code[:40])
    if not may_see_agency(user, agency, today):
        raise Http404
    return agency


def _span(request: HttpRequest, today: date) -> Span:
    try:
        return Span.parse(request.GET.get("period") or str(today.year))
    except ValueError as error:
        raise Http404 from error


def _below(agency: Agency, span: Span, today: date) -> set[int]:
    return subtree_ids([agency.pk], max(agency.valid_from, min(span.last, today)))


@require_safe
def apologies_report(request: HttpRequest) -> HttpResponse:
    """Of the letters that became owed in a period: sent in time, late, waiting; new dates kept or not."""
    user, today = signed_in(request), timezone.localdate()
    agency, span = _agency(request, today), _span(request, today)
    years = range(today.year, min(span.year, today.year - 2) - 1, -1)
    offices = visible_agencies(user, today).filter(kind__in=Agency.OFFICE_KINDS).order_by("search")
    asked = {"office": agency.code, "period": str(span)}
    context = {
        "agency": agency,
        "period": span_text(span),
        "figures": tally_apologies(_below(agency, span, today), span.first, span.last, today=today),
        "form": ReportForm(asked, offices=offices, span=span, years=years),
        "query": f"office={agency.code}&period={span}",
    }
    return render_page(request, "feedback/apologies_report.html", context)


@require_safe
def apologies_report_xlsx(request: HttpRequest) -> HttpResponse:
    """Every letter of the period of which the reader may know, as XLSX; without names."""
    today = timezone.localdate()
    agency, span = _agency(request, today), _span(request, today)
    found = listed_apologies(signed_in(request), today).filter(
        office_id__in=_below(agency, span, today), owed_on__gte=span.first, owed_on__lte=span.last
    )
    columns = [
        Column(_("Office"), width=30), Column(_("Kind"), width=16), Column(_("Dossier code"), width=24),
        Column(_("Owed since"), "day", 13), Column(_("To be sent by"), "day", 13),
        Column(_("State"), width=22),
        Column(_("Number"), width=16), Column(_("Reached the citizen on"), "day", 13),
        Column(_("How it reached the citizen"), width=20), Column(_("New date"), "day", 13),
        Column(_("New date kept"), width=18),
    ]  # fmt: skip
    title = _("Letters of apology of %(agency)s, %(period)s") % {
        "agency": agency.name, "period": span_text(span),
    }  # fmt: skip
    lines = [_("Without names and contacts of citizens.")]
    content = make_xlsx(title, lines, columns, _lines(found, today))
    return xlsx_response(slugify(f"thu-xin-loi-{agency.code}-{span}"), content)


def _lines(found: ApologyQuerySet, today: date) -> Iterator[list[Cell]]:
    said = {NewDate.NONE: "", NewDate.KEPT: _("kept"), NewDate.BROKEN: _("not kept"), NewDate.OPEN: _("open")}
    for one in found.select_related("office", "dossier").order_by("owed_on", "pk")[:AT_MOST_EXPORTED]:
        dossier, new_date = one.dossier, one.new_date if one.signed_at else None
        outcome = new_date_outcome(new_date, dossier.finished_on if dossier else None, today)
        yield [
            one.office.name, one.get_kind_display(), dossier.code if dossier else "", one.owed_on, one.due_on,
            one.get_state_display(), number_text(one.number, one.office_name) if one.number else "",
            one.delivered_on, one.get_way_display(), new_date, said[outcome],
        ]  # fmt: skip
