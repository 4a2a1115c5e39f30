"""The library's pages: the list, and a model."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from conduct.agencies.permissions import granted_ids, reach_ids, signed_in, visible_agency_ids
from conduct.kernel.pages import render_page

from ..forms.browse import BrowseForm
from ..models import Adoption, ConductModel, Item, ModelVersion, Motto
from ..permissions.adoptions import ADOPTING
from ..tallies import tally_models

ROWS_A_PAGE = 50
OFFICES_SHOWN = 30


@require_safe
def browse(request: HttpRequest) -> HttpResponse:
    """Every model of the library, and the mottoes below."""
    form = BrowseForm(request.GET)
    today = timezone.localdate()
    visible = visible_agency_ids(signed_in(request), today)
    valid = form.is_valid()
    asked = form.cleaned_data
    rows = tally_models(
        words=form.words() if valid else (),
        state=asked["state"] if valid else "",
        judged=asked["judged"] if valid else "",
        agency_ids=visible,
        on=today,
    )
    context = {
        "form": form,
        "filtered": valid and any(asked.values()),
        "page": Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "n_models": len(rows),
        "n_published": sum(row.state == ModelVersion.State.PUBLISHED for row in rows),
        "mottoes": Motto.objects.order_by("pk"),
    }
    return render_page(
        request, "models_catalog/browse.html", context, partials=("models",), status=200 if valid else 422
    )


def _version(model: ConductModel, asked: str | None) -> tuple[ModelVersion, list[ModelVersion]]:
    """The version asked for by number, else the current one; and all of them, newest first."""
    versions = list(model.versions.order_by("-number"))
    if asked is not None:
        found = [version for version in versions if str(version.number) == asked]
    else:
        rank = {ModelVersion.State.PUBLISHED.value: 0, ModelVersion.State.DRAFT.value: 1}
        found = sorted(versions, key=lambda version: rank.get(version.state, 2))
    if not found:
        raise Http404
    return found[0], versions


@dataclass(frozen=True, slots=True)
class Kin:
    """A related model, and how it is related."""

    model: ConductModel
    relation: str


def _family(model: ConductModel) -> dict[str, list[Kin]]:
    """Above: what the model was built on or took up. Below: what was built on it or took it up."""
    near = ConductModel.objects.filter(based_on=model) | ConductModel.objects.filter(absorbed_into=model)
    kin = list(near.order_by("name_order"))
    above = [Kin(other, _("folded into this model")) for other in kin if other.absorbed_into_id == model.pk]
    below = [Kin(other, _("built on this model")) for other in kin if other.based_on_id == model.pk]
    if model.based_on:
        above.insert(0, Kin(model.based_on, _("this model is built on it")))
    if model.absorbed_into:
        below.append(Kin(model.absorbed_into, _("this model was folded into it")))
    return {"above": above, "below": below}


@require_safe
def detail(request: HttpRequest, key: str) -> HttpResponse:
    """One model: its items, questions, origin, versions, and the offices that keep it."""
    user, today = signed_in(request), timezone.localdate()
    model = get_object_or_404(ConductModel.objects.select_related("based_on", "absorbed_into"), key=key)
    version, versions = _version(model, request.GET.get("version"))
    items = list(Item.objects.of_version(version))
    adoptions = (
        Adoption.objects.filter(version__model=model)
        .in_force(today)
        .visible_to(user, today)
        .select_related("agency", "version")
        .order_by("agency__search")
    )
    shown = list(adoptions[: OFFICES_SHOWN + 1])
    context = {
        "model": model,
        "version": version,
        "versions": versions,
        "owners": model.owners.order_by("-part", "year", "pk"),
        "items": items,
        "questions": [item for item in items if item.question],
        "family": _family(model),
        "adoptions": shown[:OFFICES_SHOWN],
        "n_more": adoptions.count() - OFFICES_SHOWN if len(shown) > OFFICES_SHOWN else 0,
        "may_adopt": bool(granted_ids(user, today, *ADOPTING)),
        "may_end_in": reach_ids(user, today, *ADOPTING) if shown else set(),
    }
    return render_page(request, "models_catalog/detail.html", context)
