"""The library's pages: the list, and a model."""

from collections.abc import Collection
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from conduct.agencies.permissions import reach_ids, signed_in, visible_agency_ids
from conduct.kernel.pages import render_page

from ..forms.browse import BrowseForm
from ..models import KEEPING, Adoption, Item, ModelVersion, Motto
from ..permissions.adoptions import ADOPTING
from ..permissions.editing import Rights, rights_of
from ..services import can_be_completed
from ..tallies import KinRow, tally_kin, tally_models

ROWS_A_PAGE = 50
OFFICES_SHOWN = 30


@require_safe
def browse(request: HttpRequest) -> HttpResponse:
    """Every model of the library, and the mottoes below."""
    form = BrowseForm(request.GET)
    today = timezone.localdate()
    user = signed_in(request)
    visible, rights = visible_agency_ids(user, today), rights_of(user, today)
    valid = form.is_valid()
    asked = form.cleaned_data
    rows = tally_models(
        words=form.words() if valid else (),
        state=asked["state"] if valid else "",
        judged=asked["judged"] if valid else "",
        agency_ids=visible,
        kept_ids=reach_ids(user, today, *KEEPING) if rights.keeps_offices else set(),
        on=today,
    )
    context = {
        "form": form,
        "filtered": valid and any(asked.values()),
        "page": Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "n_models": len(rows),
        "n_published": sum(row.state == ModelVersion.State.PUBLISHED for row in rows),
        "may_begin": rights.keeps_something,
        "may_adopt": rights.adopts,
        "mottoes": Motto.objects.order_by("pk"),
    }
    return render_page(
        request, "models_catalog/browse.html", context, partials=("models",), status=200 if valid else 422
    )


def _shown(versions: list[ModelVersion], asked: str | None) -> ModelVersion:
    """The version asked for by number, else the current one; ``versions`` stand newest first."""
    if asked is not None:
        found = [version for version in versions if str(version.number) == asked]
    else:
        rank = {ModelVersion.State.PUBLISHED.value: 0, ModelVersion.State.DRAFT.value: 1}
        found = sorted(versions, key=lambda version: rank.get(version.state, 2))
    if not found:
        raise Http404
    return found[0]


@dataclass(frozen=True, slots=True)
class Kin:
    """A relative with its own relatives further away; ``relation`` says it in words."""

    row: KinRow
    relation: str
    kin: "list[Kin]"


def _relations() -> dict[tuple[bool, str], str]:
    """How a relative stands to the model one step nearer, by whether it is the elder of the two."""
    return {
        (True, "based_on"): _("the model below is built on it"),
        (True, "absorbed"): _("folded into the model below"),
        (False, "based_on"): _("built on the model above"),
        (False, "absorbed"): _("the model above was folded into it"),
    }


def _kin(rows: list[KinRow], beside: int, *, is_elder: bool, met: frozenset[int] = frozenset()) -> list[Kin]:
    """The relatives of one model on one side, each with those behind it; never in a circle."""
    words, met = _relations(), met | {beside}
    near = {(row.model_id, row.how): row for row in rows if (row.is_elder, row.beside) == (is_elder, beside)}
    return [
        Kin(row, words[is_elder, row.how], _kin(rows, row.model_id, is_elder=is_elder, met=met))
        for row in near.values()
        if row.model_id not in met
    ]


@dataclass(frozen=True, slots=True)
class Acts:
    """What the reader may do on a model's page."""

    edit: ModelVersion | None
    begin_version: bool
    retire: bool
    merge: bool
    complete: bool
    adopt: bool


def _acts(rights: Rights, versions: list[ModelVersion], shown: ModelVersion, *, keeps: bool) -> Acts:
    """Buttons by right and state; the acts themselves ask again."""
    draft = next((version for version in versions if version.is_draft), None)
    is_published = shown.state == ModelVersion.State.PUBLISHED
    is_folded = any(version.merged_into_id for version in versions)
    return Acts(
        edit=draft if keeps and not is_folded else None,
        begin_version=keeps and draft is None and not is_folded,
        retire=keeps and is_published,
        merge=keeps and any(version.state == ModelVersion.State.PUBLISHED for version in versions),
        complete=rights.keeps_offices and shown.is_draft and can_be_completed(shown.model),
        adopt=rights.adopts and is_published,
    )


@require_safe
def detail(request: HttpRequest, key: str) -> HttpResponse:
    """One model: its items, questions, origin, versions, and the offices that keep it."""
    user, today = signed_in(request), timezone.localdate()
    rights = rights_of(user, today)
    kept_ids = reach_ids(user, today, *KEEPING) if rights.keeps_offices else set()
    rows = ModelVersion.objects.filter(model__key=key).select_related("model__keeper").order_by("-number")
    versions = [row for row in rows if _is_told(row, kept_ids)]
    version = _shown(versions, request.GET.get("version"))
    model = version.model
    items = list(Item.objects.of_version(version))
    kin = tally_kin(model.pk, kept_ids=kept_ids)
    adoptions = (
        Adoption.objects.filter(version__model=model)
        .in_force(today)
        .visible_to(user, today)
        .select_related("agency", "version")
        .order_by("agency__search")
    )
    shown = list(adoptions[: OFFICES_SHOWN + 1])
    keeps = model.keeper_id in kept_ids if model.keeper_id else rights.keeps_library
    context = {
        "model": model,
        "version": version,
        "versions": versions,
        "acts": _acts(rights, versions, version, keeps=keeps),
        "owners": model.owners.order_by("-part", "year", "pk"),
        "items": items,
        "questions": [item for item in items if item.question],
        "elders": _kin(kin, model.pk, is_elder=True),
        "youngers": _kin(kin, model.pk, is_elder=False),
        "n_more_kin": kin[0].n_all - len(kin) if kin else 0,
        "adoptions": shown[:OFFICES_SHOWN],
        "n_more": adoptions.count() - OFFICES_SHOWN if len(shown) > OFFICES_SHOWN else 0,
        "may_end_in": reach_ids(user, today, *ADOPTING) if shown and rights.adopts else set(),
    }
    return render_page(request, "models_catalog/detail.html", context)


def _is_told(version: ModelVersion, kept_ids: Collection[int]) -> bool:
    """Whether the reader may know of it: an office's draft is its own."""
    return not version.is_draft or version.model.keeper_id is None or version.model.keeper_id in kept_ids
