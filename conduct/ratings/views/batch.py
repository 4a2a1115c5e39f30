"""Confirming the undisputed sheets together, after a list that says which and why the others not."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from conduct.agencies.permissions import Refused
from conduct.kernel.months import Month
from conduct.kernel.pages import render_page

from ..forms.review import chosen_in
from ..services.batch import BatchReport, Candidate, candidates
from ..services.batch import approve_batch as confirm_batch
from .inbox import queue_of
from .review import HELD_WORDS


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def approve_batch(request: HttpRequest, month: Month) -> HttpResponse:
    """The list before, the one act, and what came of it."""
    queue, period, terms = queue_of(request, month)
    if not any(queue.user.pk in rights.approvers for _posting, rights in queue.rated):
        raise Refused(_("Only the head of the office, or whoever stands in, confirms sheets."))
    rows, status = queue.waiting(period, terms), 200
    if request.method == "POST":
        chosen = chosen_in(request.POST)
        if chosen:
            report = confirm_batch(rows=rows, chosen=chosen, by=queue.user, now=timezone.now())
            _tell(request, report)
            return redirect("ratings:approve_batch", period.first)
        status = 422
    found = candidates(rows)
    context = {
        "month": period.first,
        "undisputed": [one for one in found if one.is_undisputed],
        "held": [(one, reasons_of(one)) for one in found if not one.is_undisputed],
        "nothing_chosen": status == 422,
    }
    return render_page(request, "ratings/approve_batch.html", context, status=status)


def reasons_of(candidate: Candidate) -> list[str]:
    """Why a sheet is held back, in words."""
    return [HELD_WORDS[reason]() for reason in candidate.reasons]


def _tell(request: HttpRequest, report: BatchReport) -> None:
    n_confirmed = len(report.confirmed)
    if n_confirmed:
        words = ngettext("One sheet is confirmed.", "%(n)s sheets are confirmed.", n_confirmed)
        messages.success(request, words % {"n": n_confirmed})
    for sheet, reasons in report.held:
        why = " ".join(HELD_WORDS[reason]() for reason in reasons)
        name = sheet.posting.person.full_name
        messages.warning(request, _("%(name)s was held back. %(why)s") % {"name": name, "why": why})
    if not n_confirmed and not report.held:
        messages.info(request, _("These sheets were confirmed before; nothing was done again."))
