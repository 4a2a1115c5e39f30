"""The page of one village or household: who helps, what was done, what came of it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conduct.agencies.permissions import Refused, signed_in
from conduct.kernel.pages import render_page
from conduct.kernel.sealing import Unreadable, unseal

from ..forms.undertakings import EndSupportForm, HelpForm, OutcomeForm, SupportForm
from ..models import Beneficiary, Help, Support, Undertaking
from ..permissions.undertakings import (
    check_can_run_undertaking,
    reads_names,
    recording_ids,
    runs_undertaking,
    units_of,
)
from ..services import undertakings as services


def _beneficiary(request: HttpRequest, beneficiary_id: int) -> Beneficiary:
    """The beneficiary of an undertaking that the reader may see, else 404."""
    visible = Undertaking.objects.visible_to(signed_in(request), timezone.localdate())
    rows = Beneficiary.objects.filter(undertaking__in=visible).select_related("undertaking__agency")
    return get_object_or_404(rows, pk=beneficiary_id)


def _name(found: Beneficiary) -> str:
    try:
        return unseal(found.name_sealed)
    except Unreadable:
        return _("This name can no longer be read: its key is gone.")


@require_safe
def beneficiary(request: HttpRequest, beneficiary_id: int) -> HttpResponse:
    """One village or household."""
    return _page(request, _beneficiary(request, beneficiary_id))


def _page(
    request: HttpRequest, found: Beneficiary, status: int = 200, **bound: SupportForm | HelpForm | OutcomeForm
) -> HttpResponse:
    """The page; ``bound`` holds the form that was filled in wrongly, by its name in the context."""
    user, today, agency = signed_in(request), timezone.localdate(), found.undertaking.agency
    supports = list(found.supports.select_related("unit").order_by("starts_on", "unit__search"))
    helps = Help.objects.filter(support__in=supports).select_related("support__unit")
    recording = recording_ids(user, today)
    mine = [support for support in supports if support.unit_id in recording]
    may_run = runs_undertaking(user, agency, today)
    outcome = {"outcome": found.outcome, "on": found.outcome_on, "note": found.outcome_note}
    context: dict[str, object] = {
        "beneficiary": found,
        "supports": supports,
        "helps": helps.order_by("-on", "-pk"),
        "may_run": may_run,
        "name": _name(found) if reads_names(user, agency, today) else None,
        "help_form": HelpForm(supports=mine, auto_id="help_%s") if mine else None,
    }
    if may_run:
        units = units_of(agency, today)
        context["support_form"] = SupportForm(units=units, auto_id="support_%s", initial={"starts_on": today})
        context["outcome_form"] = OutcomeForm(initial=outcome, auto_id="outcome_%s")
    context |= bound
    context["form"] = next(iter(bound.values()), None)
    return render_page(request, "commitments/beneficiary.html", context, status=status)


@require_POST
def add_support(request: HttpRequest, beneficiary_id: int) -> HttpResponse:
    """Let a unit help this village or household."""
    found, user, now = _beneficiary(request, beneficiary_id), signed_in(request), timezone.now()
    agency, today = found.undertaking.agency, timezone.localdate(now)
    check_can_run_undertaking(user, agency, today)
    units = units_of(agency, today)
    form = SupportForm(request.POST, units=units, auto_id="support_%s")
    if form.is_valid():
        try:
            services.add_support(beneficiary=found, **form.cleaned_data, by=user, now=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("%s now helps here.") % form.cleaned_data["unit"].name)
            return redirect("commitments:beneficiary", found.pk)
    return _page(request, found, 422, support_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def end_support(request: HttpRequest, support_id: int) -> HttpResponse:
    """Say until when a unit helped."""
    support = get_object_or_404(Support.objects.select_related("unit"), pk=support_id)
    found, user, now = _beneficiary(request, support.beneficiary_id), signed_in(request), timezone.now()
    today = timezone.localdate(now)
    check_can_run_undertaking(user, found.undertaking.agency, today)
    posted = request.POST if request.method == "POST" else None
    form = EndSupportForm(posted, initial={"ends_on": support.ends_on or today})
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["ends_on"]
        try:
            services.end_support(support=support, ends_on=day, by=user, now=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The last day of %s has been noted.") % support.unit.name)
            return redirect("commitments:beneficiary", found.pk)
    context = {"support": support, "beneficiary": found, "form": form}
    status = 422 if request.method == "POST" else 200
    return render_page(request, "commitments/end_support.html", context, status=status)


@require_POST
def record_help(request: HttpRequest, beneficiary_id: int) -> HttpResponse:
    """Note what a unit did on a day."""
    found, user, now = _beneficiary(request, beneficiary_id), signed_in(request), timezone.now()
    recording = recording_ids(user, timezone.localdate(now))
    supports = [one for one in found.supports.select_related("unit") if one.unit_id in recording]
    if not supports:
        raise Refused(_("Help is recorded by whoever leads or administers the unit that gives it."))
    form = HelpForm(request.POST, supports=supports, auto_id="help_%s")
    if form.is_valid():
        try:
            created = services.record_help(**form.cleaned_data, by=user, now=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            said = _("The help has been noted.") if created else _("This line was noted already.")
            messages.success(request, said)
            return redirect("commitments:beneficiary", found.pk)
    return _page(request, found, 422, help_form=form)


@require_POST
def record_outcome(request: HttpRequest, beneficiary_id: int) -> HttpResponse:
    """Say what became of the village or household."""
    found, user, now = _beneficiary(request, beneficiary_id), signed_in(request), timezone.now()
    check_can_run_undertaking(user, found.undertaking.agency, timezone.localdate(now))
    form = OutcomeForm(request.POST, auto_id="outcome_%s")
    if form.is_valid():
        try:
            services.record_outcome(beneficiary=found, **form.cleaned_data, by=user, now=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The outcome has been noted."))
            return redirect("commitments:beneficiary", found.pk)
    return _page(request, found, 422, outcome_form=form)
