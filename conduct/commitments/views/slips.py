"""Slips that go with the monthly sheet: the writer chooses them, who leads reads those and nothing else."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conduct.agencies.models import Posting
from conduct.agencies.permissions import Refused, signed_in
from conduct.documents.xlsx import Column, make_xlsx, xlsx_response
from conduct.kernel.months import Month
from conduct.kernel.pages import render_page
from conduct.kernel.wording import month_text

from ..forms.journal import SubmitForm, SubmittedForm
from ..models import JournalEntry
from ..permissions.journal import check_leads_somebody
from ..rules.journal import Remedy
from ..services import journal as services
from .journal import own_entry, rows_of

SLIPS_A_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def submit_slips(request: HttpRequest, month: Month) -> HttpResponse:
    """Choose which own slips of a month go with the monthly sheet."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    if month > Month.of(today):
        raise Http404
    own = JournalEntry.objects.of(user).in_month(month).slips().order_by("on", "pk")
    slips = list(own.select_related("item__group", "posting__agency"))
    postings: set[Posting] = {slip.posting for slip in slips}
    is_open = all(services.takes_slips(posting, month, today) for posting in postings)
    free = [slip for slip in slips if slip.submitted_at is None]
    form = SubmitForm(request.POST if request.method == "POST" else None, slips=free)
    if request.method == "POST" and form.is_valid():
        try:
            n = services.submit_slips(entries=form.cleaned_data["slips"], month=month, by=user, now=now)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            said = ngettext("%(n)s slip has been submitted.", "%(n)s slips have been submitted.", n)
            messages.success(request, said % {"n": n})
            return redirect("commitments:submit_slips", month)
    context = {
        "month": month,
        "form": form,
        "chosen": {str(pk) for pk in request.POST.getlist("slips")},
        "free": rows_of(free, today),
        "submitted": rows_of((slip for slip in slips if slip.submitted_at), today),
        "is_open": is_open,
    }
    status = 422 if request.method == "POST" else 200
    return render_page(request, "commitments/submit_slips.html", context, status=status)


@require_POST
def withdraw_slip(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Take a submitted slip back while the month is open."""
    entry = own_entry(request, entry_id)
    if services.withdraw_slip(entry=entry, by=signed_in(request), now=timezone.now()):
        messages.success(request, _("The slip has been withdrawn. Nobody else reads it any more."))
    return redirect("commitments:submit_slips", Month.of(entry.on))


def _found(request: HttpRequest, month: Month) -> tuple[QuerySet[JournalEntry], SubmittedForm]:
    """The submitted slips that the filter asks for, by name."""
    user, today = signed_in(request), timezone.localdate()
    check_leads_somebody(user, today)
    found = JournalEntry.objects.submitted_to(user, today).in_month(month)
    form = SubmittedForm(request.GET)
    for word in form.words() if form.is_valid() else []:
        found = found.filter(posting__person__search__contains=word)
    found = found.select_related("item", "posting__person", "posting__agency")
    return found.order_by("posting__person__name_order", "posting_id", "on", "pk"), form


@require_safe
def submitted_slips(request: HttpRequest, month: Month) -> HttpResponse:
    """The slips that the people whom the reader leads have submitted; nothing else of their journals."""
    found, form = _found(request, month)
    today = timezone.localdate()
    this = Month.of(today)
    if month > this:
        raise Http404
    page = Paginator(found, SLIPS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "month": month,
        "form": form,
        "page": page,
        "rows": rows_of(page.object_list, today),
        "next": month.next() if month < this else None,
        "is_filtered": form.is_valid() and bool(form.cleaned_data["q"]),
    }
    return render_page(request, "commitments/submitted_slips.html", context)


@require_safe
def submitted_slips_xlsx(request: HttpRequest, month: Month) -> HttpResponse:
    """The same list as a sheet."""
    found, _form = _found(request, month)
    words = {
        Remedy.DONE: _("put right"),
        Remedy.DUE: _("due today"),
        Remedy.LATE: _("overdue"),
        Remedy.AHEAD: _("not due yet"),
    }
    columns = [
        Column(_("Full name"), width=26),
        Column(_("Unit"), width=28),
        Column(_("Day"), "day", 12),
        Column(_("Item"), width=36),
        Column(_("What happened"), width=44),
        Column(_("How to put it right"), width=44),
        Column(_("By which day"), "day", 12),
        Column(_("State"), width=16),
        Column(_("Follow-up"), width=44),
    ]
    rows = [
        (
            row.entry.posting.person.full_name, row.entry.posting.agency.name, row.entry.on,
            row.entry.item.text, row.entry.text, row.entry.remedy, row.entry.remedy_by,
            words[Remedy(row.state)], row.entry.follow_up,
        )
        for row in rows_of(found, timezone.localdate())
    ]  # fmt: skip
    title = _("Submitted slips and remedies, month %(month)s") % {"month": month_text(month)}
    return xlsx_response(f"tu-soi-tu-sua-{month}", make_xlsx(title, [], columns, rows))
