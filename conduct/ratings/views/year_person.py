"""One person's year: the own page, the page of those who prepare it, and the steps between."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conduct.agencies.permissions import Refused, signed_in
from conduct.kernel.pages import render_page

from ..forms.year import PartyForm, ProposeForm, SelfForm
from ..models import Level, YearRating
from ..permissions.year import check_can_prepare, check_can_replace, heads_ids, may_prepare, visible_ratings
from ..rules.papers import figure
from ..services.year_decisions import note_seen
from ..services.year_facts import Counted, count_year
from ..services.year_results import bound_words, history_of, month_lines, no_class_words, time_words
from ..services.year_steps import (
    EARLY,
    comment_party,
    needs_party,
    open_own_year,
    own_year,
    propose,
    save_self,
)
from .year import year_in
from .year_acting import FORM_METHODS, act_page


def listed_rating(request: HttpRequest, rating_id: int) -> YearRating:
    """The rating, 404 when the reader may not know of it."""
    found = visible_ratings(signed_in(request), timezone.localdate()).select_related(
        "person", "posting__agency", "posting__person", "office", "scheme", "meeting__chair",
        "decision__signed_by", "decision__office", "replaced_by",
    )  # fmt: skip
    return get_object_or_404(found, pk=rating_id)


def level_words(code: str) -> str:
    """A level of the law in words; empty for none."""
    return str(Level(code).label) if code else ""


def figures_of(counted: Counted) -> dict[str, Any]:
    """What the table of months and the lines below it show."""
    return {
        "months": month_lines(counted.months),
        "mean": figure(counted.mean),
        "quarters": [figure(value) for value in counted.basis["quarters"]],
        "halves": [figure(value) for value in counted.basis["halves"]],
        "time": time_words(counted),
        "bounds": bound_words(counted),
        "none": no_class_words(counted.none),
        "by_points": counted.by_points,
        "highest": counted.highest,
        "by_points_words": level_words(counted.by_points),
        "highest_words": level_words(counted.highest),
    }


@never_cache
@require_http_methods(FORM_METHODS)
def year_mine(request: HttpRequest, year: int) -> HttpResponse:
    """The own year (Mẫu số 02): months, own view, and what was decided."""
    user, now = signed_in(request), timezone.now()
    rating = own_year(user, year_in(year), timezone.localdate(now))
    if request.method == "POST":
        rating = open_own_year(year=year, by=user, now=now)
    counted = count_year(rating, timezone.localdate(now))
    typed = {"revision": rating.revision, "level": rating.self_level, "report": rating.self_report}
    form = SelfForm(request.POST or None, initial=typed)
    context = {
        "rating": rating,
        "year": year,
        "may_rate": rating.state in EARLY,
        "figures": figures_of(counted),
        "history": history_of(rating),
    }

    def act() -> bool:
        said = form.cleaned_data
        return save_self(
            rating=rating,
            revision=said["revision"],
            level=said["level"],
            report=said["report"],
            by=user,
            now=now,
        )

    said = _("Your view of the year is stored. It can be changed until the meeting.")
    return act_page(
        request, "ratings/year_mine.html", context, form, act, said, reverse("ratings:year_mine", args=[year])
    )


@never_cache
@require_safe
def year_person(request: HttpRequest, rating_id: int) -> HttpResponse:
    """One person's year for those who prepare it; the person is led to the own page."""
    rating, user, today = listed_rating(request, rating_id), signed_in(request), timezone.localdate()
    if rating.person_id == user.pk:
        return redirect("ratings:year_mine", rating.year)
    heads = heads_ids([rating.office_id], today)
    is_open = rating.state != YearRating.State.DECIDED
    context = {
        "rating": rating,
        "figures": figures_of(count_year(rating, today)),
        "history": history_of(rating),
        "is_head": (rating.person_id, rating.office_id) in heads,
        "needs_party": needs_party(rating, heads),
        "may_prepare": is_open and may_prepare(user, rating, today),
        "is_heard": rating.state not in EARLY,
        "may_replace": not is_open and rating.replaced_by is None and _may_replace(request, rating),
    }
    return render_page(request, "ratings/year_person.html", context)


def _may_replace(request: HttpRequest, rating: YearRating) -> bool:
    try:
        check_can_replace(signed_in(request), rating, timezone.localdate())
    except Refused:
        return False
    return True


@never_cache
@require_http_methods(FORM_METHODS)
def year_party(request: HttpRequest, rating_id: int) -> HttpResponse:
    """The comment of the party committee on a head or deputy."""
    rating, user, now = listed_rating(request, rating_id), signed_in(request), timezone.now()
    check_can_prepare(user, rating, timezone.localdate(now))
    typed = {"revision": rating.revision, "opinion": rating.party_opinion, "on": rating.party_on}
    form = PartyForm(request.POST or None, initial=typed)

    def act() -> bool:
        said = form.cleaned_data
        return comment_party(
            rating=rating, revision=said["revision"], opinion=said["opinion"], on=said["on"], by=user, now=now
        )

    to = reverse("ratings:year_person", args=[rating.pk])
    said = _("The comment of the party committee is stored.")
    return act_page(request, "ratings/year_party.html", {"rating": rating}, form, act, said, to)


@never_cache
@require_http_methods(FORM_METHODS)
def year_propose(request: HttpRequest, rating_id: int) -> HttpResponse:
    """The proposal for one person."""
    rating, user, now = listed_rating(request, rating_id), signed_in(request), timezone.now()
    check_can_prepare(user, rating, timezone.localdate(now))
    counted = count_year(rating, timezone.localdate(now))
    typed = {
        "revision": rating.revision, "level": rating.proposed_level or counted.highest,
        "reason": rating.proposal_reason, "handling": rating.handling, "group": rating.duty_group,
    }  # fmt: skip
    form = ProposeForm(request.POST or None, initial=typed, highest=counted.highest)

    def act() -> bool:
        said = form.cleaned_data
        return propose(
            rating=rating, revision=said["revision"], level=said.get("level", ""), reason=said["reason"],
            handling=said["handling"], group=said["group"], by=user, now=now,
        )  # fmt: skip

    context = {"rating": rating, "figures": figures_of(counted)}
    to = reverse("ratings:year_person", args=[rating.pk])
    return act_page(
        request, "ratings/year_propose.html", context, form, act, _("The proposal is stored."), to
    )


@never_cache
@require_safe
def year_notice(request: HttpRequest, rating_id: int) -> HttpResponse:
    """The written notice of a decided class (Điều 21.1đ, 21.2đ)."""
    rating = listed_rating(request, rating_id)
    if rating.decision is None:
        raise Http404
    context = {
        "rating": rating,
        "figures": figures_of(count_year(rating, timezone.localdate())),
        "is_own": rating.person_id == signed_in(request).pk,
    }
    return render_page(request, "ratings/year_notice.html", context)


@require_POST
def year_seen(request: HttpRequest, rating_id: int) -> HttpResponse:
    """The person has received the notice."""
    rating = listed_rating(request, rating_id)
    note_seen(rating=rating, by=signed_in(request), now=timezone.now())
    return redirect("ratings:year_notice", rating.pk)
