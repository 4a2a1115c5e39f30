"""The tree of agencies on a day, and one agency with its people and months."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from conduct.kernel.months import Month
from conduct.kernel.pages import render_page

from ..forms import SearchForm, TreeForm
from ..models import Agency, AgencyParent, Period, Posting, Role, RoleGrant, Succession, on_day
from ..permissions import signed_in, standing_at, visible_agency_ids
from ..tree import Standing, drawn_tree, subtree_ids

PEOPLE_A_PAGE = 50
FOUND_AT_MOST = 100
MONTHS_SHOWN = 12
CHILDREN_SHOWN = 60
ADMINISTRATORS = (Role.OFFICE_ADMIN, Role.SYSTEM_ADMIN)


def visible_agency(request: HttpRequest, code: str) -> tuple[Agency, Standing]:
    """The agency of that code and how the reader stands to it; 404 when the reader may not see it."""
    agency = get_object_or_404(Agency, code=code)
    standing = standing_at(signed_in(request), agency, timezone.localdate())
    if not standing.sees:
        raise Http404
    return agency, standing


@require_safe
def tree(request: HttpRequest) -> HttpResponse:
    """The visible agencies below each other as on a chosen day; with words, those that match them."""
    today = timezone.localdate()
    form = TreeForm(request.GET)
    valid = form.is_valid()
    day = (form.cleaned_data.get("on") if valid else None) or today
    seen = visible_agency_ids(signed_in(request), today, tree_of=day)
    agencies = Agency.objects.in_force(day).filter(pk__in=seen).order_by("search")
    words = form.words()
    for word in words:
        agencies = agencies.filter(search__contains=word)
    rows = list(agencies)
    context = {
        "form": form,
        "day": day,
        "is_today": day == today,
        "words": words,
        "n_agencies": len(rows),
        "found": _with_parents(rows[:FOUND_AT_MOST], day) if words else [],
        "nodes": [] if words else drawn_tree(rows, day),
        "n_more": max(0, len(rows) - FOUND_AT_MOST) if words else 0,
    }
    return render_page(
        request, "agencies/tree.html", context, partials=("agencies",), status=200 if valid else 422
    )


def _with_parents(rows: Iterable[Agency], day: date) -> list[tuple[Agency, str]]:
    rows = list(rows)
    links = AgencyParent.objects.filter(on_day(day), agency__in=rows).select_related("parent")
    above = {link.agency_id: link.parent.name for link in links}
    return [(agency, above.get(agency.pk, "")) for agency in rows]


@dataclass(frozen=True)
class MonthRow:
    """A month of an office as its page shows it."""

    month: Month
    state: str
    period: Period | None


@require_safe
def agency(request: HttpRequest, code: str) -> HttpResponse:
    """One agency: where it stands and stood, its people, its months."""
    shown, standing = visible_agency(request, code)
    today = timezone.localdate()
    form = SearchForm(request.GET)
    words = form.words()
    day = max(shown.valid_from, min(today, shown.valid_to or today))
    people = _people(shown, day, words, request.GET.get("page"))
    parents, children = _neighbours(shown, day)
    steps = Succession.objects.filter(Q(predecessor=shown) | Q(successor=shown))
    successions = list(steps.select_related("predecessor", "successor").order_by("on"))
    context = {
        "agency": shown,
        "day": day,
        "form": form,
        "words": words,
        "parents": parents,
        "children": children[:CHILDREN_SHOWN],
        "n_children": len(children),
        "is_gone": shown.valid_to is not None and shown.valid_to < today,
        "predecessors": [row for row in successions if row.successor_id == shown.pk],
        "successors": [row for row in successions if row.predecessor_id == shown.pk],
        "people": people,
        "n_people": people.paginator.count,
        "months": _months(shown, today) if shown.is_office else [],
        "may_manage": bool(standing.roles & set(ADMINISTRATORS)),
    }
    return render_page(request, "agencies/agency.html", context, partials=("people",))


def _neighbours(agency: Agency, day: date) -> tuple[list[AgencyParent], list[Agency]]:
    """Every parent there ever was, newest first, and the agencies directly below on that day; one query."""
    links = AgencyParent.objects.filter(Q(agency=agency) | (Q(parent=agency) & on_day(day)))
    rows = list(links.select_related("agency", "parent").order_by("-valid_from"))
    children = [row.agency for row in rows if row.parent_id == agency.pk]
    parents = [row for row in rows if row.agency_id == agency.pk]
    return parents, sorted(children, key=lambda child: child.search)


def _people(agency: Agency, day: date, words: Iterable[str], number: str | None) -> Page[Posting]:
    """Postings of the agency and everything below, by given name; with the roles held that day."""
    roles = RoleGrant.objects.filter(on_day(day, "starts_on", "ends_on")).select_related("agency")
    postings = (
        Posting.objects.in_force(day)
        .filter(agency_id__in=subtree_ids([agency.pk], day))
        .select_related("person", "agency")
        .prefetch_related(Prefetch("person__grants", roles))
        .order_by("person__name_order", "person_id", "pk")
    )
    for word in words:
        postings = postings.filter(Q(person__search__contains=word))
    return Paginator(postings, PEOPLE_A_PAGE).get_page(number)


def _months(office: Agency, today: date) -> list[MonthRow]:
    """The last months up to this one, newest first."""
    last = Month.of(min(today, office.valid_to or today))
    first = max(last.plus(1 - MONTHS_SHOWN), Month.of(office.valid_from))
    periods = {
        Month.of(period.month): period
        for period in Period.objects.filter(
            office=office, kind=Period.Kind.MONTH, month__gte=first.first
        ).select_related("closed_by")
    }
    months = reversed(list(first.until(last)))
    return [
        MonthRow(month, periods[month].state if month in periods else Period.State.OPEN, periods.get(month))
        for month in months
    ]
