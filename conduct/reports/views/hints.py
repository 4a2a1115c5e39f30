"""Hints of extra payment, for inspectors of an agency above."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from conduct.agencies.models import Role
from conduct.agencies.permissions import Refused, granted_ids, signed_in
from conduct.kernel.pages import render_page

from ..services.hints import LEAST_ASKED, LEAST_HINTED, hints_for
from ..wording import span_text


@require_safe
def hints(request: HttpRequest) -> HttpResponse:
    """Quarters of offices below in which enough people said that extra payment was hinted at."""
    reader, now = signed_in(request), timezone.now()
    if not granted_ids(reader, timezone.localdate(now), Role.INSPECTOR):
        raise Refused(_("Only inspectors of an agency above read hints of extra payment."))
    context = {
        "rows": [(row, span_text(row.span)) for row in hints_for(reader, now)],
        "least_asked": LEAST_ASKED,
        "least_hinted": LEAST_HINTED,
    }
    return render_page(request, "reports/hints.html", context)
