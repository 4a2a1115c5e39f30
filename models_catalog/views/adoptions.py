"""Adopting a model for an office, ending an adoption."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from conduct.agencies.models import User
from conduct.agencies.permissions import Refused, holds, signed_in
from conduct.kernel.pages import render_page

from ..comparing import compare_adoptions, compare_to_base
from ..forms.adoptions import EndAdoptionForm, audience_in_words
from ..forms.wizard import AdoptionWizard
from ..models import Adoption, Item, ModelVersion
from ..permissions.adoptions import ADOPTING, adoptable_agencies, check_can_be_adopted, check_can_end_adoption
from ..services import adopt_version, end_adoption

ROWS_A_PAGE = 50
_NOBODY_ELSE = gettext_lazy(
    "Only the head or the office administrator of an office can adopt a model for it."
)


@require_safe
def adopt_choose(request: HttpRequest) -> HttpResponse:
    """The published versions that an office can adopt, and what the reader's offices keep today."""
    user, today = signed_in(request), timezone.localdate()
    agencies = adoptable_agencies(user, today).order_by("search")
    if not agencies:
        raise Refused(_NOBODY_ELSE)
    versions = ModelVersion.objects.filter(state=ModelVersion.State.PUBLISHED).select_related("model")
    newest = versions.order_by("model__name_order", "model__owner", "model_id", "-number")
    kept = (
        Adoption.objects.in_force(today)
        .filter(agency__in=agencies)
        .select_related("agency", "version__model")
        .order_by("agency__search", "version__model__name_order", "pk")
    )
    context = {
        "page": Paginator(
            newest.distinct("model__name_order", "model__owner", "model_id"), ROWS_A_PAGE
        ).get_page(request.GET.get("page")),
        "kept": Paginator(kept, ROWS_A_PAGE).get_page(request.GET.get("kept")),
        "n_agencies": len(agencies),
    }
    return render_page(request, "models_catalog/adopt_choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def adopt(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Adopt a published version for an office that the reader heads or administers, in five steps."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    seen = ModelVersion.objects.visible_to(user, today).select_related("model")
    version = get_object_or_404(seen, model__key=key, number=number)
    check_can_be_adopted(version)
    agencies = adoptable_agencies(user, today).order_by("search")
    if not agencies.exists():
        raise Refused(_NOBODY_ELSE)
    wizard = AdoptionWizard(
        data=request.POST if request.method == "POST" else None,
        query=request.GET,
        version=version,
        items=list(Item.objects.of_version(version)),
        agencies=agencies,
        on=today,
    )
    if wizard.advance():
        try:
            adoption, created = _adopted(wizard, by=user, now=now)
        except ValidationError as error:
            wizard.add_error(error)
        else:
            if created:
                messages.success(request, _said(adoption))
            return redirect("models_catalog:adoption", pk=adoption.pk)
    context = {"wizard": wizard, "version": version, "model": version.model}
    status = 422 if wizard.is_invalid else 200
    return render_page(request, "models_catalog/adopt.html", context, partials=("local",), status=status)


def _adopted(wizard: AdoptionWizard, *, by: User, now: datetime) -> tuple[Adoption, bool]:
    """Store what a wizard holds whose steps are all valid."""
    wishes, terms = wizard.wishes(), wizard.terms.cleaned_data
    return adopt_version(
        agency=wizard.office.cleaned_data["agency"],
        version=wizard.version,
        valid_from=terms["valid_from"],
        decision_number=terms["decision_number"],
        emphasis=wishes.emphasis,
        local_groups=wishes.local_groups,
        audience=wishes.audience,
        categories=wishes.categories,
        replaces=wizard.replaced,
        by=by,
        now=now,
    )


def _said(adoption: Adoption) -> str:
    return _("%(agency)s keeps “%(model)s” from %(day)s.") % {
        "agency": adoption.agency.name,
        "model": adoption.version.model.name,
        "day": f"{adoption.valid_from:%d/%m/%Y}",
    }


@require_safe
def adoption(request: HttpRequest, pk: int) -> HttpResponse:
    """What an office made of a version: item by item against the version, and beside what it replaced."""
    user, today = signed_in(request), timezone.localdate()
    seen = Adoption.objects.visible_to(user, today).select_related(
        "agency", "version__model", "replaces__version__model", "replaced_by__version__model"
    )
    shown = get_object_or_404(seen, pk=pk)
    newest = (
        ModelVersion.objects.filter(model=shown.version.model, state=ModelVersion.State.PUBLISHED)
        .order_by("-number")
        .first()
    )
    may_change = holds(user, shown.agency, today, *ADOPTING)
    goes_on = shown.valid_to is None or shown.valid_to >= today
    replaced_by = getattr(shown, "replaced_by", None)
    context = {
        "adoption": shown,
        "version": shown.version,
        "model": shown.version.model,
        "replaced_by": replaced_by,
        "audience": audience_in_words(shown.audience, shown.categories),
        "diff": compare_to_base(shown),
        "old_diff": compare_adoptions(shown.replaces, shown) if shown.replaces else None,
        "newest": newest if newest and newest.number > shown.version.number else None,
        "may_end": may_change and shown.valid_to is None,
        "may_replace": may_change and goes_on and replaced_by is None and newest is not None,
    }
    return render_page(request, "models_catalog/adoption.html", context)


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
