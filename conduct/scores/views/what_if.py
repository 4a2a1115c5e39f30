"""Draft schemes: copied, changed, tried out over past months; and what a trial says."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from conduct.agencies.models import Agency, User
from conduct.agencies.permissions import granted_ids, signed_in
from conduct.documents.xlsx import Column, make_xlsx, xlsx_response
from conduct.kernel.months import Month
from conduct.kernel.pages import render_page
from conduct.kernel.publishing import publish

from ..forms import DraftForm, SchemeForm, TrialForm
from ..models import PersonScore, Scheme, WhatIf
from ..permissions import DRAFTING, drafting_ids, named_ids, visible_drafts, visible_what_ifs
from ..rules.scheme import parse_scheme
from ..rules.what_if import BIN
from ..services.what_if import (
    MAX_MONTHS,
    SchemeChanged,
    change_scheme,
    draft_scheme,
    request_what_if,
)
from ..tasks import run_what_if
from .mine import language

DRAFTS_A_PAGE = 30
MOVERS_A_PAGE = 30
TRIALS_SHOWN = 10


def _keepers(user: User, today: date) -> Any:
    granted = granted_ids(user, today, *DRAFTING)
    return Agency.objects.in_force(today).filter(pk__in=granted).order_by("search")


@require_http_methods(["GET", "HEAD", "POST"])
def schemes(request: HttpRequest) -> HttpResponse:
    """The schemes in force, and the drafts of my agencies."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    drafts = visible_drafts(user, today).select_related("keeper", "made_by", "based_on")
    bases = Scheme.objects.filter(Q(state=Scheme.State.PUBLISHED) | Q(pk__in=drafts.values("pk")))
    form, status = DraftForm(None, bases=bases, keepers=_keepers(user, today)), 200
    if request.method == "POST":
        form, status = DraftForm(request.POST, bases=bases, keepers=_keepers(user, today)), 422
        if form.is_valid():
            said = form.cleaned_data
            draft = draft_scheme(
                base=said["base"], keeper=said["keeper"], name=said["name"], by=user, now=now
            )
            return redirect("scores:scheme", draft.pk)
    context = {
        "form": form,
        "published": Scheme.objects.filter(state=Scheme.State.PUBLISHED).order_by("-valid_from", "-number"),
        "page": Paginator(drafts.order_by("-changed_at", "-pk"), DRAFTS_A_PAGE).get_page(
            request.GET.get("page")
        ),
        "tab": "what_if",
    }
    return render_page(request, "scores/schemes.html", context, status=status)


def _trial_form(data: Any, user: User, today: date) -> TrialForm:
    this = Month.of(today)
    months = [this.plus(-back) for back in range(1, 1 + MAX_MONTHS)]
    roots = Agency.objects.in_force(today).filter(
        pk__in=drafting_ids(user, today), kind__in=Agency.OFFICE_KINDS
    )
    return TrialForm(data, roots=roots.order_by("search"), months=months)


@require_http_methods(["GET", "HEAD", "POST"])
def scheme(request: HttpRequest, scheme_id: int) -> HttpResponse:
    """A draft: its constants to change, and its trials."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    draft = get_object_or_404(visible_drafts(user, today).select_related("keeper", "based_on"), pk=scheme_id)
    form, trial, status = SchemeForm(None, draft=draft), _trial_form(None, user, today), 200
    if request.method == "POST" and request.POST.get("act") == "try":
        trial, status = _trial_form(request.POST, user, today), 422
        if trial.is_valid():
            asked = request_what_if(draft=draft, by=user, now=now, **trial.cleaned_data)
            publish(run_what_if, what_if_id=asked.pk)
            return redirect("scores:what_if", asked.pk)
    elif request.method == "POST":
        form, status = SchemeForm(request.POST, draft=draft), 422
        if form.is_valid():
            said = form.cleaned_data
            try:
                change_scheme(
                    draft=draft, revision=said["revision"], name=said["name"], document=form.document,
                    by=user, now=now,
                )  # fmt: skip
            except SchemeChanged:
                form.add_error(
                    None, _("Somebody else has saved this draft in between; open it again to see.")
                )
            else:
                messages.success(request, _("The draft is saved."))
                return redirect("scores:scheme", draft.pk)
    trials = visible_what_ifs(user, today).filter(scheme=draft).select_related("root", "asked_by")
    context = {
        "draft": draft,
        "form": form,
        "trial": trial,
        "trials": [(one, _span(one)) for one in trials.order_by("-asked_at", "-pk")[:TRIALS_SHOWN]],
        "tab": "what_if",
    }
    return render_page(request, "scores/scheme.html", context, status=status)


def _span(one: WhatIf) -> tuple[Month, Month]:
    return Month.of(one.first_month), Month.of(one.last_month)


@dataclass(frozen=True, slots=True)
class Move:
    """One line of who moves: a person or an agency. `name` is empty for whom the reader may not know."""

    name: str
    place: str
    month: Month
    before: Decimal | None
    after: Decimal | None
    band_before: str
    band_after: str
    posting_id: int = 0
    adoption_id: int = 0

    @property
    def delta(self) -> Decimal | None:
        """How far; None when a score appears or vanishes."""
        return None if self.before is None or self.after is None else self.after - self.before


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _person_moves(rows: list[Any], named: frozenset[int], words: dict[str, str]) -> list[Move]:
    """Movers with the names of those whom the reader may know."""
    keys = {(posting_id, adoption_id) for (posting_id, adoption_id, _office), *_rest in rows}
    scores = PersonScore.objects.filter(posting_id__in={pk for pk, _ in keys}).select_related(
        "posting__person", "posting__agency"
    )
    postings = {score.posting_id: score.posting for score in scores.defer("parts")}
    moves = []
    for (posting_id, adoption_id, _office), month, before, after, band_before, band_after in rows:
        posting = postings.get(posting_id)
        is_named = posting is not None and posting.agency_id in named
        moves.append(
            Move(
                posting.person.full_name if posting and is_named else "",
                posting.agency.name if posting and is_named else "",
                Month.parse(month), _decimal(before), _decimal(after),
                words.get(band_before, ""), words.get(band_after, ""), posting_id, adoption_id,
            )
        )  # fmt: skip
    return moves


def _office_moves(rows: list[Any], words: dict[str, str]) -> list[Move]:
    agencies = Agency.objects.in_bulk({agency_id for (agency_id, _office), *_rest in rows})
    return [
        Move(
            agencies[agency_id].name, "", Month.parse(month), _decimal(before), _decimal(after),
            words.get(band_before, ""), words.get(band_after, ""),
        )
        for (agency_id, _office), month, before, after, band_before, band_after in rows
        if agency_id in agencies
    ]  # fmt: skip


def _words(found: WhatIf) -> dict[str, str]:
    """The bands' words, of the draft and of what it was copied from."""
    base = found.scheme.based_on
    bands = parse_scheme(found.document).bands + (parse_scheme(base.document).bands if base else ())
    return {band.code: band.names[language()] for band in reversed(bands)}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the distribution: so many scores lay in it, and would lie in it."""

    low: int
    high: int
    before: int
    after: int


def _steps(steps: list[list[int]]) -> tuple[list[Step], int]:
    """The distribution from its lowest step that has anything, and the highest number in it."""
    shown = [Step(place * BIN, place * BIN + BIN, *pair) for place, pair in enumerate(steps)]
    first = next((place for place, step in enumerate(shown) if step.before or step.after), len(shown))
    return shown[first:], max((max(step.before, step.after) for step in shown), default=0)


@require_safe
def what_if(request: HttpRequest, what_if_id: int) -> HttpResponse:
    """A trial: how far it is, then who moves, by how much, and the distribution before and after."""
    user, today = signed_in(request), timezone.localdate()
    found = _found(user, what_if_id, today)
    is_offices = request.GET.get("of") == "offices"
    context: dict[str, Any] = {
        "found": found,
        "span": _span(found),
        "is_running": found.state in (WhatIf.State.WAITING, WhatIf.State.RUNNING),
        "is_offices": is_offices,
        "tab": "what_if",
    }
    if found.result is not None:
        words = _words(found)
        result = found.result["offices" if is_offices else "persons"]
        page = Paginator(result["movers"], MOVERS_A_PAGE).get_page(request.GET.get("page"))
        rows = list(page.object_list)
        steps, most = _steps(result["steps"])
        context |= {
            "page": page,
            "result": result,
            "n_moved": result["rose"] + result["fell"] + result["appeared"] + result["vanished"],
            "n_all": sum(result[key] for key in ("rose", "fell", "same", "appeared", "vanished")),
            "moves": _office_moves(rows, words)
            if is_offices
            else _person_moves(rows, named_ids(user, today), words),
            "bands": [(words.get(code, code), *pair) for code, pair in _by_rank(found, result["bands"])],
            "steps": steps,
            "most": most,
        }
    return render_page(request, "scores/what_if.html", context, partials=("progress",))


def _by_rank(found: WhatIf, bands: dict[str, list[int]]) -> list[tuple[str, list[int]]]:
    order = [band.code for band in parse_scheme(found.document).bands]
    return sorted(bands.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order))


def _found(user: User, what_if_id: int, today: date) -> WhatIf:
    visible = visible_what_ifs(user, today).filter(expires_at__gt=timezone.now())
    return get_object_or_404(visible.select_related("scheme__based_on", "root", "asked_by"), pk=what_if_id)


@require_safe
def what_if_xlsx(request: HttpRequest, what_if_id: int) -> HttpResponse:
    """The moves of a trial that the page shows, as a sheet."""
    user, today = signed_in(request), timezone.localdate()
    found = _found(user, what_if_id, today)
    if found.result is None:
        raise Http404
    is_offices, words = request.GET.get("of") == "offices", _words(found)
    movers = found.result["offices" if is_offices else "persons"]["movers"]
    named = named_ids(user, today)
    moves = _office_moves(movers, words) if is_offices else _person_moves(movers, named, words)
    columns = (
        Column(_("Office") if is_offices else _("Person"), width=34), Column(_("Agency"), width=34),
        Column(_("Month"), width=10), Column(_("Before"), "decimal", 10), Column(_("After"), "decimal", 10),
        Column(_("Moves by"), "decimal", 12), Column(_("Band before"), width=18),
        Column(_("Band after"), width=18),
    )  # fmt: skip
    rows = [
        (
            move.name or _("not shown"), move.place, f"{move.month.month:02}/{move.month.year}",
            _number(move.before), _number(move.after), _number(move.delta), move.band_before, move.band_after,
        )
        for move in moves
    ]  # fmt: skip
    sheet = make_xlsx(found.scheme.name, [found.root.name], columns, rows)
    return xlsx_response(f"thu-quy-tac-{found.pk}", sheet)


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
