"""The editor of a draft: facts and order of the wording. A stale change gives 409 and the fresh state."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.request import QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from conduct.agencies.models import User
from conduct.agencies.permissions import signed_in
from conduct.kernel.pages import render_page

from ..forms.editing import FactsForm, RevisionForm, facts_of
from ..models import ModelVersion
from ..permissions.editing import check_can_edit_draft
from ..rules.ordering import Order, move_group, move_item
from ..services import DraftChanged, change_facts, read_draft, reorder_draft
from .drafts import FORM_METHODS
from .finding import version_or_404

UP, DOWN = "up", "down"


@dataclass(frozen=True, slots=True)
class Desk:
    """Who edits which draft, and when."""

    user: User
    now: datetime
    version: ModelVersion

    @property
    def address(self) -> tuple[str, int]:
        """The parts of the draft's addresses."""
        return self.version.model.key, self.version.number


def find_desk(request: HttpRequest, key: str, number: int) -> Desk:
    """A draft that the reader may edit; 404 for one out of sight, 403 without the right or once published."""
    user, now = signed_in(request), timezone.now()
    version = version_or_404(user, key, number, timezone.localdate(now))
    check_can_edit_draft(user, version, timezone.localdate(now))
    return Desk(user, now, version)


def to_editor(desk: Desk, place: str = "") -> HttpResponse:
    """Back to the draft, at a group or an item."""
    address = reverse("models_catalog:edit_version", args=desk.address)
    return redirect(f"{address}#{place}" if place else address)


@require_http_methods(FORM_METHODS)
def edit_version(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """The draft with its problems; the facts are saved here, groups and items on pages of their own."""
    desk = find_desk(request, key, number)
    form = FactsForm(request.POST or None, number=number, initial=facts_of(desk.version))
    if request.method == "POST":
        if not form.is_valid():
            return _editor(request, desk, form, status=422)
        try:
            change_facts(
                version=desk.version,
                facts=form.facts(),
                revision=form.cleaned_data["revision"],
                by=desk.user,
                now=desk.now,
            )
        except DraftChanged:
            return stale(request, desk)
        messages.success(request, _("Basis and source are saved."))
        return to_editor(desk, "facts")
    return _editor(request, desk, form, focus=request.GET.get("focus", ""))


def _editor(
    request: HttpRequest, desk: Desk, form: FactsForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "version": desk.version,
        "model": desk.version.model,
        "draft": read_draft(desk.version),
        "form": form,
        "is_renamable": not desk.version.model.versions.exclude(state=ModelVersion.State.DRAFT).exists(),
        **more,
    }
    return render_page(
        request, "models_catalog/edit_version.html", context, partials=("wording",), status=status
    )


def stale(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Somebody else wrote first: nothing was stored, and this is how the draft stands now."""
    fresh = Desk(desk.user, desk.now, version_or_404(desk.user, *desk.address, timezone.localdate(desk.now)))
    form = FactsForm(number=fresh.version.number, initial=facts_of(fresh.version))
    return _editor(request, fresh, form, status=409, clash=True)


@require_POST
def order_items(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Take the order of the page as dragged, or move one group or item by its button."""
    desk = find_desk(request, key, number)
    form = RevisionForm(request.POST)
    order = _asked_order(request.POST)
    if not form.is_valid() or order is None:
        return _refused(request, desk, _("The order could not be read; nothing was moved."))
    order, focus = _moved(order, request.POST.get("move", ""))
    try:
        reorder_draft(
            version=desk.version,
            order=order,
            revision=form.cleaned_data["revision"],
            by=desk.user,
            now=desk.now,
        )
    except DraftChanged:
        return stale(request, desk)
    except ValidationError as error:
        return _refused(request, desk, " ".join(error.messages))
    address = reverse("models_catalog:edit_version", args=desk.address)
    return redirect(f"{address}?focus={focus}" if focus else address)


def _refused(request: HttpRequest, desk: Desk, said: str) -> HttpResponse:
    form = FactsForm(number=desk.version.number, initial=facts_of(desk.version))
    return _editor(request, desk, form, status=422, refusal=said)


def _asked_order(said: QueryDict) -> Order | None:
    """The places as the page sends them, "g7" before its items "i12"; None when they make no order."""
    order: Order = []
    for place in said.getlist("place"):
        kind, key = place[:1], place[1:]
        if not (key.isascii() and key.isdecimal() and len(key) < 19):
            return None
        if kind == "g":
            order.append((int(key), []))
        elif kind == "i" and order:
            order[-1][1].append(int(key))
        else:
            return None
    return order


def _moved(order: Order, asked: str) -> tuple[Order, str]:
    """The order after a button ("up-i12"), and the button that has the focus then."""
    way, _dash, place = asked.partition("-")
    key = place[1:]
    if way not in {UP, DOWN} or not (key.isascii() and key.isdecimal() and len(key) < 19):
        return order, ""
    step = -1 if way == UP else 1
    move = move_group if place[0] == "g" else move_item
    after = move(order, int(key), step)
    is_at_end = move(after, int(key), step) == after
    other = DOWN if way == UP else UP
    return after, f"{other if is_at_end else way}-{place}"
