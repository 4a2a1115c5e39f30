"""Absences of an office's people: the list, noting one, its true end."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from conduct.agencies.permissions import signed_in
from conduct.kernel.pages import render_page

from ..forms.absences import AbsenceForm, EndAbsenceForm
from ..models import Absence
from ..permissions.absences import check_can_note, people_of, visible_absences
from ..services.absences import end_absence, note_absence
from .year import prepared_office
from .year_acting import FORM_METHODS, act_page

ROWS_A_PAGE = 50


@never_cache
@require_safe
def absences(request: HttpRequest, code: str) -> HttpResponse:
    """The office's absences, the latest first."""
    office = prepared_office(request, code)
    rows = (
        Absence.objects.filter(office=office)
        .select_related("person", "noted_by")
        .order_by("-starts_on", "-pk")
    )
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {"office": office, "page": page, "today": timezone.localdate()}
    return render_page(request, "ratings/absences.html", context)


@never_cache
@require_http_methods(FORM_METHODS)
def absence_new(request: HttpRequest, code: str) -> HttpResponse:
    """Note an absence."""
    office, user, now = prepared_office(request, code), signed_in(request), timezone.now()
    people = people_of(office, timezone.localdate(now)).exclude(pk=user.pk)
    form = AbsenceForm(request.POST or None, people=people)

    def act() -> bool:
        return note_absence(office=office, **form.cleaned_data, by=user, now=now)

    to = reverse("ratings:absences", args=[code])
    return act_page(
        request, "ratings/absence_new.html", {"office": office}, form, act, _("The absence is noted."), to
    )


@never_cache
@require_http_methods(FORM_METHODS)
def absence_end(request: HttpRequest, absence_id: int) -> HttpResponse:
    """Say the true last day."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    rows = visible_absences(user, today).select_related("person", "office")
    absence = get_object_or_404(rows, pk=absence_id)
    check_can_note(user, absence.person, absence.office, today)
    form = EndAbsenceForm(request.POST or None, initial={"ends_on": absence.ends_on})

    def act() -> bool:
        return end_absence(absence=absence, ends_on=form.cleaned_data["ends_on"], by=user, now=now)

    to = reverse("ratings:absences", args=[absence.office.code])
    return act_page(
        request, "ratings/absence_end.html", {"absence": absence}, form, act, _("The last day is stored."), to
    )
