"""The parts of a draft: adding, changing and deleting its groups and items.

After somebody else's change the form comes back with what was typed, beside what stands there now (409).
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from conduct.kernel.pages import render_page

from ..forms.editing import GroupForm, ItemForm, RevisionForm, values_of
from ..models import Item, ItemGroup, ModelVersion
from ..services import (
    DraftChanged,
    add_group,
    add_item,
    change_group,
    change_item,
    delete_group,
    delete_item,
)
from .drafts import FORM_METHODS
from .editing import Desk, find_desk, stale, to_editor


def _group_or_404(desk: Desk, pk: int) -> ItemGroup:
    return get_object_or_404(ItemGroup.objects.select_related("version__model"), version=desk.version, pk=pk)


def _item_or_404(desk: Desk, pk: int) -> Item:
    rows = Item.objects.select_related("group__version__model")
    return get_object_or_404(rows, group__version=desk.version, pk=pk)


def _status(request: HttpRequest, *, clash: bool) -> int:
    if clash:
        return 409
    return 422 if request.method == "POST" else 200


def _frame(desk: Desk, form: RevisionForm, *, clash: bool = False) -> dict[str, Any]:
    return {"form": form, "version": desk.version, "model": desk.version.model, "clash": clash}


def _rebased[F: RevisionForm](kind: type[F], request: HttpRequest, desk: Desk) -> F:
    """The form as typed, on the revision that stands now: saving it is a new decision."""
    fresh = ModelVersion.objects.values_list("revision", flat=True).get(pk=desk.version.pk)
    typed = request.POST.copy()
    typed["revision"] = str(fresh)
    return kind(typed)


@require_http_methods(FORM_METHODS)
def new_group(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Add a group at the end."""
    desk, clash = find_desk(request, key, number), False
    form = GroupForm(request.POST or None, initial={"revision": desk.version.revision})
    if request.method == "POST" and form.is_valid():
        try:
            group = add_group(
                version=desk.version, values=form.values(), revision=form.cleaned_data["revision"],
                by=desk.user, now=desk.now,
            )  # fmt: skip
        except DraftChanged:
            form, clash = _rebased(GroupForm, request, desk), True
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return to_editor(desk, f"g{group.pk}")
    context = _frame(desk, form, clash=clash)
    status = _status(request, clash=clash)
    return render_page(request, "models_catalog/new_group.html", context, status=status)


@require_http_methods(FORM_METHODS)
def edit_group(request: HttpRequest, key: str, number: int, pk: int) -> HttpResponse:
    """Number, word and polarity of a group."""
    desk, clash = find_desk(request, key, number), False
    group = _group_or_404(desk, pk)
    initial = {"number": group.number, "keyword": group.keyword, "polarity": group.polarity}
    form = GroupForm(request.POST or None, initial={**initial, "revision": desk.version.revision})
    if request.method == "POST" and form.is_valid():
        try:
            change_group(
                group=group, values=form.values(), revision=form.cleaned_data["revision"],
                by=desk.user, now=desk.now,
            )  # fmt: skip
        except DraftChanged:
            form, clash = _rebased(GroupForm, request, desk), True
            try:
                group = _group_or_404(desk, pk)
            except Http404:
                return stale(request, desk)
        else:
            return to_editor(desk, f"g{pk}")
    context = {**_frame(desk, form, clash=clash), "group": group, "n_items": group.items.count()}
    status = _status(request, clash=clash)
    return render_page(request, "models_catalog/edit_group.html", context, status=status)


@require_http_methods(FORM_METHODS)
def new_item(request: HttpRequest, key: str, number: int, pk: int) -> HttpResponse:
    """Add an item at the end of a group."""
    desk, clash = find_desk(request, key, number), False
    group = _group_or_404(desk, pk)
    form = ItemForm(request.POST or None, initial={"revision": desk.version.revision})
    if request.method == "POST" and form.is_valid():
        try:
            item = add_item(
                group=group, values=form.values(), revision=form.cleaned_data["revision"],
                by=desk.user, now=desk.now,
            )  # fmt: skip
        except DraftChanged:
            form, clash = _rebased(ItemForm, request, desk), True
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return to_editor(desk, f"i{item.pk}")
    context = {**_frame(desk, form, clash=clash), "group": group}
    status = _status(request, clash=clash)
    return render_page(request, "models_catalog/new_item.html", context, status=status)


@require_http_methods(FORM_METHODS)
def edit_item(request: HttpRequest, key: str, number: int, pk: int) -> HttpResponse:
    """One sentence, who can judge it, and the question to citizens."""
    desk, clash = find_desk(request, key, number), False
    item = _item_or_404(desk, pk)
    initial = {**values_of(item), "revision": desk.version.revision}
    form = ItemForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_item(
                item=item, values=form.values(), revision=form.cleaned_data["revision"],
                by=desk.user, now=desk.now,
            )  # fmt: skip
        except DraftChanged:
            form, clash = _rebased(ItemForm, request, desk), True
            try:
                item = _item_or_404(desk, pk)
            except Http404:
                return stale(request, desk)
        else:
            return to_editor(desk, f"i{pk}")
    context = {**_frame(desk, form, clash=clash), "item": item, "group": item.group}
    status = _status(request, clash=clash)
    return render_page(request, "models_catalog/edit_item.html", context, status=status)


@require_POST
def remove_group(request: HttpRequest, key: str, number: int, pk: int) -> HttpResponse:
    """Take a group out of the draft, with its items."""
    desk = find_desk(request, key, number)
    group = _group_or_404(desk, pk)
    said = _("“%(group)s” is deleted.") % {"group": group}
    try:
        delete_group(group=group, revision=_revision(request), by=desk.user, now=desk.now)
    except DraftChanged:
        return stale(request, desk)
    messages.success(request, said)
    return to_editor(desk)


@require_POST
def remove_item(request: HttpRequest, key: str, number: int, pk: int) -> HttpResponse:
    """Take an item out of the draft."""
    desk = find_desk(request, key, number)
    item = _item_or_404(desk, pk)
    try:
        delete_item(item=item, revision=_revision(request), by=desk.user, now=desk.now)
    except DraftChanged:
        return stale(request, desk)
    messages.success(request, _("“%(item)s” is deleted.") % {"item": item.text})
    return to_editor(desk, f"g{item.group_id}")


def _revision(request: HttpRequest) -> int:
    """The revision a button carries; none that can be read is one that no longer stands."""
    form = RevisionForm(request.POST)
    revision: int = form.cleaned_data["revision"] if form.is_valid() else -1
    return revision
