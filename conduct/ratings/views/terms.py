"""Terms of an office's rating: those in force, earlier and later ones, setting new ones."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from conduct.agencies.models import Agency
from conduct.agencies.permissions import signed_in, standing_at
from conduct.kernel.months import Month
from conduct.kernel.pages import render_page

from ..forms.terms import TermsForm
from ..models import OfficeTerms
from ..permissions.terms import check_can_set_terms, settable_offices
from ..rules.periods import period_of
from ..services.schemes import dates_of, terms_of
from ..services.terms import set_terms

OFFICES_LISTED = 200


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """The terms of one office that the person may set; ``?office=`` chooses."""
    user, today = signed_in(request), timezone.localdate()
    offices = list(settable_offices(user, today).order_by("search")[:OFFICES_LISTED])
    code = request.GET.get("office", "")
    office = next((one for one in offices if one.code == code or not code), None)
    if office is None:
        raise Http404
    now = terms_of(office, today)
    period = period_of(Month.of(today), by_quarter=now.kind == OfficeTerms.Kind.QUARTER)
    rows = OfficeTerms.objects.filter(office=office).select_related("set_by").order_by("-valid_from")
    context = {
        "office": office,
        "offices": offices,
        "terms": now,
        "is_inherited": now.office_id != office.pk,
        "period": period,
        "dates": dates_of(now, period),
        "rows": rows[:50],
        "today": today,
    }
    return render_page(request, "ratings/terms.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def terms_set(request: HttpRequest, code: str) -> HttpResponse:
    """Set the terms from the beginning of a period that has no sheets yet."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    office = get_object_or_404(Agency, code=code)
    if not standing_at(user, office, today).sees:
        raise Http404
    check_can_set_terms(user, office, today)
    current = terms_of(office, today)
    names = ("kind", "self_day", "review_day", "approve_day", "cap_base")
    initial = {name: getattr(current, name) for name in names} | {"valid_from": _next_period(current)}
    form, status = TermsForm(request.POST or None, initial=initial), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                set_terms(office=office, values=form.values(), by=user, now=now)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("The terms are stored."))
                return redirect(f"{reverse('ratings:terms')}?office={office.code}")
    return render_page(request, "ratings/terms_set.html", {"office": office, "form": form}, status=status)


def _next_period(terms: OfficeTerms) -> date:
    """The first day of the period after this one."""
    month = Month.of(timezone.localdate())
    return period_of(month, by_quarter=terms.kind == OfficeTerms.Kind.QUARTER).next().first.first
