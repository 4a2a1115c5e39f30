"""Conclusions of a competent authority: the list, noting one, withdrawing a wrong record."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from conduct.agencies.models import Agency, Posting
from conduct.agencies.permissions import signed_in
from conduct.agencies.tree import lineages_of
from conduct.kernel.pages import render_page

from ..forms.absences import ConclusionForm, WithdrawForm
from ..models import Conclusion
from ..permissions.absences import check_can_withdraw, people_of, person_to_note, visible_conclusions
from ..services.conclusions import note_conclusion, withdraw_conclusion
from .absences import ROWS_A_PAGE
from .year import prepared_office
from .year_acting import FORM_METHODS, act_page


@never_cache
@require_safe
def conclusions(request: HttpRequest, code: str) -> HttpResponse:
    """Conclusions about the office's people, wherever the fault happened."""
    office, today = prepared_office(request, code), timezone.localdate()
    people = people_of(office, today)
    rows = Conclusion.objects.filter(person__in=people).select_related("person", "agency", "withdrawn_by")
    page = Paginator(rows.order_by("-decided_on", "-pk"), ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render_page(request, "ratings/conclusions.html", {"office": office, "page": page})


@never_cache
@require_http_methods(FORM_METHODS)
def conclusion_new(request: HttpRequest, code: str, person_id: int) -> HttpResponse:
    """Note a conclusion about one of the office's people."""
    office, user, now = prepared_office(request, code), signed_in(request), timezone.now()
    today = timezone.localdate(now)
    person = person_to_note(user, person_id, office, today)
    served = Posting.objects.filter(person=person, starts_on__lte=today).values_list("agency_id", flat=True)
    above = {pk for lineage in lineages_of(served, today).values() for pk in lineage} | {office.pk}
    offices = Agency.objects.filter(pk__in=above, kind__in=Agency.OFFICE_KINDS).order_by("name")
    known = Conclusion.objects.filter(person=person, withdrawn_at__isnull=True).order_by("-decided_on")
    form = ConclusionForm(request.POST or None, initial={"where": office.pk}, offices=offices, known=known)

    def act() -> bool:
        return note_conclusion(
            person=person, office=office, where=form.cleaned_data["where"], said=form.said(),
            same_as=form.cleaned_data["same_as"], by=user, now=now,
        )  # fmt: skip

    to = reverse("ratings:conclusions", args=[code])
    context = {"office": office, "person": person}
    return act_page(
        request, "ratings/conclusion_new.html", context, form, act, _("The conclusion is noted."), to
    )


@never_cache
@require_http_methods(FORM_METHODS)
def conclusion_withdraw(request: HttpRequest, code: str, conclusion_id: int) -> HttpResponse:
    """Say that a record was wrong."""
    office, user, now = prepared_office(request, code), signed_in(request), timezone.now()
    rows = visible_conclusions(user, timezone.localdate(now)).select_related("person", "agency")
    conclusion = get_object_or_404(rows, pk=conclusion_id)
    check_can_withdraw(user, conclusion, timezone.localdate(now))
    form = WithdrawForm(request.POST or None)

    def act() -> bool:
        return withdraw_conclusion(
            conclusion=conclusion, reason=form.cleaned_data["reason"], by=user, now=now
        )

    to = reverse("ratings:conclusions", args=[code])
    context = {"office": office, "conclusion": conclusion}
    said = _("The record no longer counts.")
    return act_page(request, "ratings/conclusion_withdraw.html", context, form, act, said, to)
