"""The leader's page: one task for several people of a unit, last month's tasks once more."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from conduct.agencies.models import Agency, AgencyQuerySet, Posting, User
from conduct.agencies.permissions import Refused, led_by, signed_in
from conduct.agencies.tree import lineage_ids
from conduct.kernel.months import Month
from conduct.kernel.pages import render_page

from ..forms.tasks import PeopleForm, TaskForm
from ..models import OfficeTerms, Sheet, WorkItem
from ..permissions.tasks import led_agencies, led_postings
from ..rules.periods import Period, period_of
from ..rules.scheme import Scheme, parse_scheme
from ..rules.sheet import TaskResult, score_tasks
from ..services.reading import as_task, leading_of
from ..services.schemes import terms_of
from ..services.sheets import kind_of
from ..services.tasks_many import assign_tasks, copy_for_all

AGENCIES_OFFERED = 200
PEOPLE_A_PAGE = 100
FIRST_YEAR = 2025


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit in a period, before somebody who leads it."""

    user: User
    agency: Agency
    lineage: list[int]
    period: Period
    people: list[Posting]
    offered: list[Agency]

    @property
    def url(self) -> str:
        """This page."""
        return f"{reverse('ratings:tasks_assign')}?agency={self.agency.pk}&month={self.period.first}"

    def work(self) -> list[WorkItem]:
        """The kinds of work that hold here."""
        return WorkItem.objects.all().reaching(self.lineage, self.period.last.last)


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the unit with their sheet, if it has been opened, and what its tasks come to."""

    posting: Posting
    sheet: Sheet | None
    n_tasks: int
    result: TaskResult | None


def asked_month(request: HttpRequest, today: date) -> Month:
    """The month that was asked for, else this one; 404 for what is none."""
    text = request.GET.get("month", "")
    try:
        month = Month.parse(text) if text else Month.of(today)
    except ValueError as error:
        raise Http404 from error
    if not FIRST_YEAR <= month.year <= today.year + 1:
        raise Http404
    return month


def _agency(
    request: HttpRequest, led: AgencyQuerySet, offered: list[Agency], roots: frozenset[int]
) -> Agency:
    """The unit that was asked for, 404 when the reader does not lead it; else one that was given to them."""
    text = request.GET.get("agency", "")
    if text:
        if not (text.isascii() and text.isdecimal() and len(text) < 18):
            raise Http404
        asked = next((one for one in offered if one.pk == int(text)), None)
        return asked or get_object_or_404(led, pk=int(text))
    if not offered:
        raise Refused(_("Tasks are assigned by whoever leads the unit or the office of the person."))
    return next((one for one in offered if one.pk in roots), offered[0])


def _unit(request: HttpRequest, user: User, today: date) -> Unit:
    led = led_by(user, today)
    agencies = led_agencies(user, today, led)
    offered = list(agencies.order_by("search")[:AGENCIES_OFFERED])
    agency = _agency(request, agencies, offered, led.roots)
    month = asked_month(request, today)
    lineage = lineage_ids(agency.pk, today)
    by_quarter = terms_of(agency, month.last).kind == OfficeTerms.Kind.QUARTER
    period = period_of(month, by_quarter=by_quarter)
    people = (
        led_postings(user, today, led)
        .in_force(period.last.last)
        .filter(agency=agency)
        .select_related("person", "agency")
        .order_by("person__name_order", "pk")
    )
    return Unit(user, agency, lineage, period, list(people), offered)


def _members(unit: Unit) -> list[Member]:
    sheets = (
        Sheet.objects.filter(
            posting__in=unit.people, kind=kind_of(unit.period), period=unit.period.first.first
        )
        .select_related("scheme")
        .prefetch_related("tasks")
    )
    found = {sheet.posting_id: sheet for sheet in sheets}
    schemes: dict[int, Scheme] = {}
    return [_member(posting, found.get(posting.pk), schemes) for posting in unit.people]


def _member(posting: Posting, sheet: Sheet | None, schemes: dict[int, Scheme]) -> Member:
    if sheet is None:
        return Member(posting, None, 0, None)
    if sheet.scheme_id not in schemes:
        schemes[sheet.scheme_id] = parse_scheme(sheet.scheme.document)
    rule, rows = schemes[sheet.scheme_id].tasks, list(sheet.tasks.all())
    result = score_tasks(rule, map(as_task, rows), leading_of(sheet, "review")) if rule else None
    return Member(posting, sheet, len(rows), result)


@require_http_methods(["GET", "HEAD", "POST"])
def tasks_assign(request: HttpRequest) -> HttpResponse:
    """The people of a unit in a period; assign a task to some of them, or copy what they had last time."""
    user, today = signed_in(request), timezone.localdate()
    unit = _unit(request, user, today)
    is_copy = request.POST.get("act") == "copy"
    posted = request.POST if request.method == "POST" else None
    form = TaskForm(None if is_copy else posted, work=unit.work())
    people = PeopleForm(posted, people=unit.people)
    if posted is not None:
        is_valid = people.is_valid() & (is_copy or form.is_valid())
        if is_valid and _is_stored(request, unit, people, None if is_copy else form):
            return redirect(unit.url)
    members = _members(unit)
    context = {
        "unit": unit,
        "period": unit.period,
        "members": members,
        "page": Paginator(members, PEOPLE_A_PAGE).get_page(request.GET.get("page")),
        "chosen": set(people["people"].value() or ()),
        "form": form,
        "people": people,
        "agencies": unit.offered,
        "n_open": sum(member.sheet is not None for member in members),
        "units": sum((one.result.assigned for one in members if one.result), Decimal(0)),
        "previous": unit.period.previous().first,
        "following": unit.period.next().first if unit.period.next().first.first <= today else None,
    }
    status = 422 if form.errors or people.errors else 200
    return render_page(request, "ratings/tasks_assign.html", context, status=status)


def _is_stored(request: HttpRequest, unit: Unit, people: PeopleForm, form: TaskForm | None) -> bool:
    """Do it for all who were chosen, or say for whom it does not fit."""
    now, chosen = timezone.now(), people.postings()
    try:
        if form is None:
            n_new = copy_for_all(postings=chosen, period=unit.period, by=unit.user, now=now)
            said = ngettext("%(n)s task was copied.", "%(n)s tasks were copied.", n_new)
        else:
            n_new = assign_tasks(postings=chosen, period=unit.period, said=form.said(), by=unit.user, now=now)
            said = ngettext("The task is new to %(n)s person.", "The task is new to %(n)s people.", n_new)
    except ValidationError as error:
        people.add_error(None, error)
        return False
    messages.success(request, said % {"n": n_new})
    return True
