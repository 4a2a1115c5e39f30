"""Adopting a model for an office, ending an adoption."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from conduct.agencies.permissions import Refused, signed_in
from conduct.kernel.pages import render_page

from ..forms.adoptions import AdoptionForm, EndAdoptionForm
from ..models import Adoption, Item, ModelVersion
from ..permissions.adoptions import adoptable_agencies, check_can_be_adopted, check_can_end_adoption
from ..services import adopt_version, end_adoption


@require_http_methods(["GET", "HEAD", "POST"])
def adopt(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Adopt a published version for an office that the reader heads or administers."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    versions = ModelVersion.objects.select_related("model")
    version = get_object_or_404(versions, model__key=key, number=number)
    check_can_be_adopted(version)
    agencies = adoptable_agencies(user, today).order_by("search")
    if not agencies.exists():
        raise Refused(_("Only the head or the office administrator of an office can adopt a model for it."))
    form = AdoptionForm(
        request.POST or None,
        agencies=agencies,
        items=list(Item.objects.of_version(version)),
        initial=_first_choice(agencies.first(), today),
    )
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            _adoption, created = adopt_version(
                agency=asked["agency"],
                version=version,
                valid_from=asked["valid_from"],
                decision_number=asked["decision_number"],
                emphasis=form.emphasis(),
                by=user,
                now=now,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            if created:
                said = _("%(agency)s keeps “%(model)s” from %(day)s.")
                day = f"{asked['valid_from']:%d/%m/%Y}"
                names = {"agency": asked["agency"].name, "model": version.model.name, "day": day}
                messages.success(request, said % names)
            return redirect("models_catalog:detail", key=key)
    context = {"form": form, "version": version, "model": version.model}
    return render_page(request, "models_catalog/adopt.html", context, status=_status(request))


def _first_choice(agency: object, today: date) -> dict[str, object]:
    return {"agency": agency, "valid_from": today}


def _status(request: HttpRequest) -> int:
    """A form that is shown again after a POST was invalid."""
    return 422 if request.method == "POST" else 200


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an adoption end, with its last day and a reason."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    seen = Adoption.objects.visible_to(user, today).select_related("agency", "version__model")
    adoption = get_object_or_404(seen, pk=pk)
    check_can_end_adoption(user, adoption, today)
    form = EndAdoptionForm(request.POST or None, initial={"ends_on": today})
    if request.method == "POST" and form.is_valid():
        try:
            ended = end_adoption(
                adoption=adoption,
                ends_on=form.cleaned_data["ends_on"],
                reason=form.cleaned_data["reason"],
                by=user,
                now=now,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            if ended:
                day = f"{form.cleaned_data['ends_on']:%d/%m/%Y}"
                names = {"agency": adoption.agency.name, "model": adoption.version.model.name, "day": day}
                messages.success(request, _("%(agency)s keeps “%(model)s” until %(day)s.") % names)
            return redirect("models_catalog:detail", key=adoption.version.model.key)
    context = {"form": form, "adoption": adoption, "model": adoption.version.model}
    return render_page(request, "models_catalog/end.html", context, status=_status(request))
