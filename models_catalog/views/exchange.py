"""Models as files: giving one away, taking one in."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from conduct.agencies.models import Agency, User
from conduct.agencies.permissions import Refused, signed_in
from conduct.kernel.pages import render_page

from ..forms.exchange import ImportForm, StoreForm
from ..models import ConductModel
from ..permissions.editing import keepable_agencies, rights_of
from ..services import exchange as services
from ..services.exchange import ImportOutdated
from ..services.files import BadFile, place_of, sentence_of


@require_safe
def export(request: HttpRequest, key: str) -> HttpResponse:
    """The model as a YAML file; a page that says why, when no version is whole yet."""
    user, today = signed_in(request), timezone.localdate()
    seen = ConductModel.objects.visible_to(user, today).select_related("based_on", "absorbed_into")
    model = get_object_or_404(seen, key=key)
    text, left_out = services.exported_model(model=model, by=user, on=today)
    if not text:
        context = {"model": model, "left_out": left_out}
        return render_page(request, "models_catalog/export.html", context, status=409)
    for version in left_out:
        why = " ".join(version.sentences)
        note = _("Version %(number)s is not in this file: %(why)s") % {"number": version.number, "why": why}
        text = f"# {' '.join(note.split())}\n{text}"
    return HttpResponse(
        text,
        content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{model.key}.yaml"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def import_model(request: HttpRequest) -> HttpResponse:
    """Take in a file: what is wrong row by row, else what would be stored, then store it as drafts."""
    user, today = signed_in(request), timezone.localdate()
    rights = rights_of(user, today)
    if not rights.keeps_something:
        raise Refused(_("Only catalogue editors, heads and office administrators take in models."))
    ask = partial(ImportForm, agencies=keepable_agencies(user, today), keeps_library=rights.keeps_library)
    if request.method != "POST":
        return _page(request, {"form": ask()})
    if "text" in request.POST:
        store = StoreForm(request.POST, **ask.keywords)
        if not store.is_valid():
            return _page(request, {"form": ask(), "refused": store}, status=422)
        return _stored(request, store, ask, user)
    form = ask(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, {"form": form}, status=422)
    return _looked_at(request, form.cleaned_data["file"], form.cleaned_data["keeper"], ask, user)


def _page(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render_page(request, "models_catalog/import_model.html", context, status=status)


def _looked_at(
    request: HttpRequest,
    text: str,
    keeper: Agency | None,
    ask: Callable[..., ImportForm],
    by: User,
    *,
    is_outdated: bool = False,
) -> HttpResponse:
    """What is wrong with a file, or what storing it would do."""
    try:
        plan = services.plan_import(text=text, keeper=keeper, by=by, on=timezone.localdate())
    except BadFile as bad:
        rows = [(problem.line, place_of(problem), sentence_of(problem)) for problem in bad.problems]
        return _page(request, {"form": ask(initial={"keeper": keeper}), "rows": rows}, status=422)
    context = {"plan": plan, "text": text, "keeper": keeper, "is_outdated": is_outdated}
    return _page(request, context, status=409 if is_outdated else 200)


def _stored(request: HttpRequest, form: StoreForm, ask: Callable[..., ImportForm], by: User) -> HttpResponse:
    """Store the file that was shown; shown anew when it, or what it would rewrite, is no longer the same."""
    asked = form.cleaned_data
    text, keeper = asked["text"], asked["keeper"]
    try:
        model, stored = services.import_model(
            text=text, keeper=keeper, state=asked["state"], by=by, now=timezone.now()
        )
    except (BadFile, ImportOutdated) as error:
        is_outdated = isinstance(error, ImportOutdated)
        return _looked_at(request, text, keeper, ask, by, is_outdated=is_outdated)
    if stored:
        messages.success(request, _("“%(model)s” was taken in as a draft.") % {"model": model.name})
    return redirect("models_catalog:detail", key=model.key)
