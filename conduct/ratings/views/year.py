"""The year: where one has to do with it, and the list of an office."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from conduct.agencies.models import Agency
from conduct.agencies.permissions import granted_ids, led_by, own_office_ids, signed_in
from conduct.agencies.tree import office_of
from conduct.kernel.names import fold
from conduct.kernel.pages import render_page

from ..forms.year import ListForm
from ..models import OrganisationClass, YearDecision, YearMeeting, YearRating
from ..permissions.year import (
    FIRST_YEAR,
    LAST_YEAR,
    PREPARING,
    check_prepares,
    last_day,
    visible_decisions,
)
from ..rules.papers import figure
from ..services.year_facts import Counted, count_years
from ..services.year_results import no_class_words
from ..services.year_steps import open_year, propose_by_points
from ..tallies.year_people import tally_members

PEOPLE_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """A person on the list of the year."""

    rating: YearRating
    counted: Counted
    is_head: bool

    @property
    def mean(self) -> str:
        """As papers write it."""
        return figure(self.counted.mean)

    @property
    def none(self) -> str:
        """Why there is no class."""
        return no_class_words(self.counted.none)

    @property
    def missing(self) -> list[int]:
        """Months without a confirmed total that should have one."""
        return [row["month"] for row in self.counted.months if row["state"] == "missing"]

    @property
    def is_held_back(self) -> bool:
        """Whether a condition holds the class below the points."""
        return bool(self.counted.basis.get("bounds"))


def year_in(year: int) -> int:
    """The year, 404 outside those of the decree."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    return year


@never_cache
@require_safe
def year(request: HttpRequest) -> HttpResponse:
    """The own years, the offices whose year one prepares, the decisions that were made known."""
    user, today = signed_in(request), timezone.localdate()
    mine = YearRating.objects.filter(person=user, replaced_by__isnull=True).select_related(
        "office", "decision"
    )
    led = led_by(user, today)
    places = granted_ids(user, today, *PREPARING) | (led.as_head & led.roots)
    offices = {office_of(agency, today) for agency in Agency.objects.filter(pk__in=places)}
    decisions = visible_decisions(user, today).filter(published_at__isnull=False)
    context = {
        "year": today.year,
        "mine": mine.order_by("-year"),
        "serves": bool(own_office_ids(user, today)),
        "offices": sorted(offices, key=lambda office: office.name),
        "decisions": decisions.select_related("office").order_by("-decided_on", "-pk")[:20],
    }
    return render_page(request, "ratings/year.html", context)


def prepared_office(request: HttpRequest, code: str) -> Agency:
    """The office whose year the reader prepares; 404 to strangers, 403 to its other staff."""
    office = get_object_or_404(Agency, code=code)
    check_prepares(signed_in(request), office, timezone.localdate())
    if not office.is_office:
        raise Http404
    return office


def _listed(office: Agency, year: int, today: date) -> tuple[list[YearRating], set[int]]:
    """Ratings of the office's people and of the heads below, by name; whom the agency above decides about."""
    members = tally_members(office, last_day(year, today))
    below = [one.posting_id for one in members if one.office_id != office.pk]
    rows = YearRating.objects.filter(year=year, replaced_by__isnull=True)
    rows = rows.filter(office=office) | rows.filter(posting_id__in=below)
    heads = {one.person_id for one in members if one.is_head}
    found = rows.select_related(
        "person", "posting__agency", "posting__person", "office", "scheme", "decision"
    )
    return list(found.order_by("person__name_order", "pk")), heads


@never_cache
@require_safe
def year_office(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """Everybody of the office: months, mean, how far the year has come."""
    office, today, form = prepared_office(request, code), timezone.localdate(), ListForm(request.GET)
    ratings, heads = _listed(office, year_in(year), today)
    shown = _filtered(ratings, form)
    page = Paginator(shown, PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    on_page = list(page.object_list)
    counted = count_years(on_page, today) if on_page else {}
    states = [rating.state for rating in ratings]
    context = {
        "office": office,
        "year": year,
        "form": form,
        "page": page,
        "rows": [Row(one, counted[one.pk], one.person_id in heads) for one in on_page],
        "n_all": len(ratings),
        "steps": [(state, label, states.count(state)) for state, label in YearRating.State.choices],
        "n_ready": states.count(YearRating.State.PROPOSED),
        "n_heard": states.count(YearRating.State.HEARD),
        "meetings": YearMeeting.objects.filter(office=office, year=year).order_by("-held_on", "-pk"),
        "decisions": YearDecision.objects.filter(office=office, year=year).order_by("-signed_at"),
        "organisation": OrganisationClass.objects.filter(
            agency=office, year=year, replaced_by__isnull=True
        ).first(),
        "deadline": date(year, 12, 15),
        "special_deadline": date(year + 1, 1, 15),
        "is_past": today >= date(year, 12, 15),
        "filtered": form.is_valid() and any(form.cleaned_data.values()),
    }  # fmt: skip
    return render_page(request, "ratings/year_office.html", context, status=422 if form.errors else 200)


def _filtered(ratings: list[YearRating], form: ListForm) -> list[YearRating]:
    if not form.is_valid():
        return []
    words, state = fold(form.cleaned_data["q"]), form.cleaned_data["state"]
    return [
        one for one in ratings
        if words in fold(one.person.full_name) and state in ("", one.state)
    ]  # fmt: skip


@require_POST
def year_open(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """Put the office's people on the list."""
    office = prepared_office(request, code)
    n_new = open_year(office=office, year=year_in(year), by=signed_in(request), now=timezone.now())
    said = ngettext("%(n)s person is new on the list.", "%(n)s people are new on the list.", n_new) % {
        "n": n_new
    }
    messages.success(request, said)
    return redirect("ratings:year_office", code, year)


@require_POST
def year_propose_all(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """Propose by points for everybody who was heard."""
    office = prepared_office(request, code)
    n_done = propose_by_points(office=office, year=year_in(year), by=signed_in(request), now=timezone.now())
    said = ngettext("Proposed for %(n)s person.", "Proposed for %(n)s people.", n_done) % {"n": n_done}
    if n_done:
        messages.success(request, said)
    else:
        messages.info(request, _("Nobody who was heard waits for a proposal that can be made by points."))
    return redirect("ratings:year_office", code, year)
