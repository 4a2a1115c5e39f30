"""The list before a decision, the decision, its publication, and a new decision in place of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conduct.agencies.permissions import own_office_ids, signed_in
from conduct.commitments.services.signing import confirm_password
from conduct.kernel.pages import render_page

from ..forms.year import DecideForm, ReplaceForm
from ..models import OfficeTerms
from ..permissions.year import check_can_replace, prepares, visible_decisions
from ..rules.papers import figure
from ..services.year_decisions import Line, cap_rows, list_decision, publish_decision, sign_decision
from ..services.year_facts import recount
from ..services.year_replacing import replace_class
from ..services.year_results import bound_words, no_class_words
from .year import prepared_office, year_in
from .year_acting import FORM_METHODS, act_page
from .year_person import figures_of, level_words, listed_rating


def _shown(line: Line) -> dict[str, Any]:
    return {
        "rating": line.rating,
        "level": line.level,
        "level_words": level_words(line.level),
        "mean": figure(line.counted.mean),
        "problem": line.problem,
        "over": line.over,
        "none": no_class_words(line.counted.none),
        "bounds": bound_words(line.counted),
        "by_points": line.counted.by_points,
    }


def base_words(base: str) -> str:
    """What the cap counts, in words."""
    return str(OfficeTerms.CapBase(base).label)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(FORM_METHODS)
def decision_new(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """The list before the decision: who is over the cap and why, who has no class and why; the signature."""
    office, user, now = prepared_office(request, code), signed_in(request), timezone.now()
    found = list_decision(office, year_in(year), user, timezone.localdate(now))
    form = DecideForm(request.POST or None, initial={"sha256": found.sha256})
    context = {
        "office": office,
        "year": year,
        "ready": [_shown(line) for line in found.ready],
        "decided": [_shown(line) for line in found.decided],
        "waiting": [_shown(line) for line in found.waiting],
        "caps": cap_rows(found.caps),
        "base": found.base.value,
        "base_words": base_words(found.base.value),
        "is_outstanding": found.is_outstanding,
        "n_problems": found.problems,
        "n_over": sum(bool(line.over) for line in found.ready),
    }
    to = {"url": reverse("ratings:year_office", args=[code, year])}

    def act() -> bool:
        said = form.cleaned_data
        decision = sign_decision(
            office=office, year=year, number=said["number"].strip(), decided_on=said["decided_on"],
            sha256=said["sha256"], password=said["password"], by=user, now=now,
        )  # fmt: skip
        to["url"] = reverse("ratings:decision", args=[decision.pk])
        return decision.signed_at == now

    answer = act_page(
        request, "ratings/decision_new.html", context, form, act, _("The decision is signed."), to["url"]
    )
    return redirect(to["url"]) if answer.status_code == 302 else answer


@never_cache
@require_safe
def decision(request: HttpRequest, decision_id: int) -> HttpResponse:
    """A signed decision; to the staff of the office the levels alone, once it was made known."""
    user, today = signed_in(request), timezone.localdate()
    found = get_object_or_404(
        visible_decisions(user, today).select_related("office", "signed_by"), pk=decision_id
    )
    manages = found.signed_by_id == user.pk or prepares(user, found.office, today)
    rows = found.ratings.select_related("person", "posting__agency", "office", "replaced_by__decision")
    if not manages:
        rows = rows.filter(office_id__in=own_office_ids(user, today))
    context = {
        "decision": found,
        "rows": [(row, figure(row.mean)) for row in rows.order_by("person__name_order", "pk")],
        "manages": manages,
        "caps": found.cap.get("scopes", []),
        "base": found.cap_base,
        "base_words": base_words(found.cap_base),
    }
    return render_page(request, "ratings/decision.html", context)


@require_POST
def decision_publish(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Make the levels known inside the office."""
    found = get_object_or_404(visible_decisions(signed_in(request), timezone.localdate()), pk=decision_id)
    publish_decision(decision=found, by=signed_in(request), now=timezone.now())
    return redirect("ratings:decision", found.pk)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(FORM_METHODS)
def decision_replace(request: HttpRequest, rating_id: int) -> HttpResponse:
    """A new decision about one person in place of the old one (Điều 21.3)."""
    rating, user, now = listed_rating(request, rating_id), signed_in(request), timezone.now()
    check_can_replace(user, rating, timezone.localdate(now))
    counted = recount([rating], timezone.localdate(now))[rating.pk]
    form = ReplaceForm(request.POST or None, highest=counted.highest)
    made = {"key": rating.pk}

    def act() -> bool:
        said = form.cleaned_data
        confirm_password(user=user, password=said["password"])
        new = replace_class(
            rating=rating, level=said.get("level", ""), reason=said["reason"], number=said["number"].strip(),
            decided_on=said["decided_on"], by=user, now=now,
        )  # fmt: skip
        made["key"] = new.pk
        return True

    context = {"rating": rating, "figures": figures_of(counted)}
    said = _("The new decision replaces the old one; the person gets a notice.")
    answer = act_page(request, "ratings/decision_replace.html", context, form, act, said, "ratings:year")
    return redirect("ratings:year_person", made["key"]) if answer.status_code == 302 else answer
