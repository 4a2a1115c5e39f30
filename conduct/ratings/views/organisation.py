"""Classes of an organisation and its units for a year, as dated decisions with their history."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from conduct.agencies.models import Agency, on_day
from conduct.agencies.permissions import signed_in
from conduct.kernel.pages import render_page

from ..forms.absences import OrganisationForm
from ..models import OrganisationClass
from ..permissions.organisation import check_can_note_class, may_note_class
from ..permissions.year import check_prepares
from ..services.organisation import note_organisation_class
from .year import year_in
from .year_acting import FORM_METHODS, act_page, seen_agency


@never_cache
@require_safe
def organisation(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """The agency and what is directly below it, each with its class and the decisions that were replaced."""
    agency, user, today = seen_agency(request, code), signed_in(request), timezone.localdate()
    check_prepares(user, agency, today)
    below = Agency.objects.in_force(today).filter(
        on_day(today, "parents__valid_from", "parents__valid_to"), parents__parent=agency
    )
    agencies = [agency, *below.order_by("name")]
    rows = OrganisationClass.objects.filter(agency__in=agencies, year=year_in(year)).order_by("-pk")
    classes: dict[int, list[OrganisationClass]] = {one.pk: [] for one in agencies}
    for row in rows:
        classes[row.agency_id].append(row)
    may_own = may_note_class(user, agency, today)
    context = {
        "agency": agency,
        "year": year,
        "rows": [(one, classes[one.pk], may_own if one == agency else True) for one in agencies],
    }
    return render_page(request, "ratings/organisation.html", context)


@never_cache
@require_http_methods(FORM_METHODS)
def organisation_new(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """Note a decision on the class of an organisation."""
    agency, user, now = seen_agency(request, code), signed_in(request), timezone.now()
    check_can_note_class(user, agency, timezone.localdate(now))
    form = OrganisationForm(request.POST or None)

    def act() -> bool:
        return note_organisation_class(
            agency=agency, year=year_in(year), said=form.cleaned_data, by=user, now=now
        )

    old = OrganisationClass.objects.filter(agency=agency, year=year, replaced_by__isnull=True).first()
    context = {"agency": agency, "year": year, "old": old}
    to = reverse("ratings:organisation", args=[code, year])
    said = _("The class of the organisation is noted.")
    return act_page(request, "ratings/organisation_new.html", context, form, act, said, to)
