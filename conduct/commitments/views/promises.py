"""Pages of promises to citizens: mine, those of the team, one of them, and making one."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from conduct.agencies.models import Posting
from conduct.agencies.permissions import LEADING, Refused, granted_ids, signed_in
from conduct.documents.xlsx import Cell, Column, make_xlsx, xlsx_response
from conduct.kernel.months import Month
from conduct.kernel.pages import render_page
from conduct.kernel.sealing import Unreadable, unseal

from ..forms.promises import PromiseForm, PromisesForm, TeamPromisesForm, Ticket
from ..models import Promise
from ..models.promises import PromiseQuerySet
from ..permissions.promises import is_closed, is_second_person
from ..rules.promises import Act, Due, may
from ..services import promises as acts
from ..tallies.promises import tally_figures, tally_lapsed

PROMISES_A_PAGE = 25
AT_MOST_EXPORTED = 10_000
CODE_COOKIE, CODE_SECONDS = "promise_code", 600


@dataclass(frozen=True, slots=True)
class Row:
    """A promise in a list, and how it stands: overdue, today, later, ended, or lapsed with its month."""

    promise: Promise
    group: str

    @property
    def head(self) -> str:
        """The group under which it stands: what lapsed is among what has ended."""
        return "ended" if self.group == "lapsed" else self.group


def _tomorrow(now: datetime) -> datetime:
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _group(promise: Promise, now: datetime, lapsed: Collection[int] = ()) -> str:
    if promise.outcome != Promise.Outcome.OPEN:
        return "ended"
    if promise.due_at < now:
        return "lapsed" if promise.pk in lapsed else "overdue"
    return "today" if promise.due_at < _tomorrow(now) else "later"


def _of_state(
    found: PromiseQuerySet, state: str, now: datetime, lapsed: Collection[int] = ()
) -> PromiseQuerySet:
    waits, tomorrow = found.filter(outcome="open").exclude(pk__in=lapsed), _tomorrow(now)
    if state in Promise.Outcome.values:
        return found.filter(outcome=state)
    return {
        "overdue": waits.filter(due_at__lt=now),
        "today": waits.filter(due_at__gte=now, due_at__lt=tomorrow),
        "later": waits.filter(due_at__gte=tomorrow),
        "ended": found.filter(~Q(outcome="open") | Q(pk__in=lapsed)),
        "asked": found.filter(withdrawal_asked_at__isnull=False),
    }.get(state, found)


def _filtered(
    found: PromiseQuerySet,
    form: PromisesForm,
    now: datetime,
    *,
    people: bool,
    lapsed: Collection[int] = (),
) -> PromiseQuerySet:
    if not form.is_valid():
        return found
    for word in form.words():
        found = found.naming(word, people=people)
    return _of_state(found, form.cleaned_data["state"], now, lapsed)


def _page(
    request: HttpRequest, found: PromiseQuerySet, now: datetime, lapsed: Collection[int] = ()
) -> dict[str, object]:
    ordered = found.select_related("posting__person", "posting__agency").most_urgent_first(lapsed)
    page = Paginator(ordered, PROMISES_A_PAGE).get_page(request.GET.get("page"))
    rows = [Row(promise, _group(promise, now, lapsed)) for promise in page.object_list]
    return {"page": page, "rows": rows}


@require_safe
def promises(request: HttpRequest) -> HttpResponse:
    """My promises: overdue, due today, later, ended."""
    user, now = signed_in(request), timezone.now()
    mine, form, lapsed = Promise.objects.made_by(user), PromisesForm(request.GET), tally_lapsed(user.pk, now)
    context = {
        "form": form,
        "figures": tally_figures(mine.exclude(pk__in=lapsed), now),
        "n_today": _of_state(mine, "today", now).count(),
        "has_any": mine.exists(),
        "filtered": form.is_valid() and any(form.cleaned_data.values()),
        "leads": bool(granted_ids(user, timezone.localdate(now), *LEADING)),
        **_page(request, _filtered(mine, form, now, people=False, lapsed=lapsed), now, lapsed),
    }
    return render_page(request, "commitments/promises.html", context, partials=("list",))


@require_safe
def team_promises(request: HttpRequest) -> HttpResponse:
    """The promises of the agencies I lead, with figures of a month; nothing about citizens."""
    now = timezone.now()
    led, form = _led(request, now)
    chosen = form.cleaned_data["month"] if form.is_valid() else None
    context = {
        "form": form,
        "month": chosen,
        "figures": tally_figures(_of_month(led, form), now),
        "filtered": form.is_valid() and bool(form.cleaned_data["q"] or form.cleaned_data["state"]),
        **_page(request, _filtered(_of_month(led, form), form, now, people=True), now),
    }
    return render_page(request, "commitments/team_promises.html", context, partials=("list",))


def _led(request: HttpRequest, now: datetime) -> tuple[PromiseQuerySet, TeamPromisesForm]:
    """What the reader leads, and the filters; of the current month unless another is chosen."""
    user, today = signed_in(request), timezone.localdate(now)
    if not granted_ids(user, today, *LEADING):
        raise Refused(_("Only those who supervise or head an agency see the promises of a team."))
    led = Promise.objects.led_by(user, today)
    this = Month.of(today).first
    months = sorted(
        {timezone.localdate(at) for at in led.datetimes("due_at", "month")} | {this}, reverse=True
    )
    asked = request.GET.copy()
    asked.setdefault("month", str(Month.of(this)))
    return led, TeamPromisesForm(asked, months=months)


def _of_month(led: PromiseQuerySet, form: TeamPromisesForm) -> PromiseQuerySet:
    month = form.cleaned_data["month"] if form.is_valid() else None
    if month is None:
        return led
    start, end = month.bounds(timezone.get_default_timezone())
    return led.filter(due_at__gte=start, due_at__lt=end)


@require_safe
def export_promises(request: HttpRequest) -> HttpResponse:
    """My promises as the list shows them, as XLSX."""
    user, now = signed_in(request), timezone.now()
    mine, lapsed = Promise.objects.made_by(user), tally_lapsed(user.pk, now)
    found = _filtered(mine, PromisesForm(request.GET), now, people=False, lapsed=lapsed)
    return xlsx_response("loi-hua", _sheet(_("My promises to citizens"), found, now, people=False))


@require_safe
def export_team_promises(request: HttpRequest) -> HttpResponse:
    """The team's promises as the list shows them, as XLSX."""
    now = timezone.now()
    led, form = _led(request, now)
    found = _filtered(_of_month(led, form), form, now, people=True)
    return xlsx_response("loi-hua-cua-nhom", _sheet(_("Promises of the team"), found, now, people=True))


def _sheet(title: str, found: PromiseQuerySet, now: datetime, *, people: bool) -> bytes:
    columns = [
        Column(_("Promise"), width=50),
        Column(_("Dossier code"), width=22),
        Column(_("Made on"), "moment", 17),
        Column(_("Promised for"), "moment", 17),
        Column(_("State"), width=26),
        Column(_("Ended on"), "moment", 17),
    ]
    if people:
        columns += [Column(_("Person"), width=26), Column(_("Agency"), width=34)]
    lines = [_("Without names and contacts of citizens.")]
    if found.count() > AT_MOST_EXPORTED:
        lines.append(
            _("Only the first %(n)s rows; narrow the filters for the rest.") % {"n": AT_MOST_EXPORTED}
        )
    return make_xlsx(title, lines, columns, _lines(found, now, people=people))


def _lines(found: PromiseQuerySet, now: datetime, *, people: bool) -> Iterator[list[Cell]]:
    ordered = found.select_related("posting__person", "posting__agency").most_urgent_first()
    for one in ordered[:AT_MOST_EXPORTED]:
        state = _("Overdue") if _group(one, now) == "overdue" else one.get_outcome_display()
        line: list[Cell] = [one.what, one.dossier_code, one.made_at, one.due_at, state, one.ended_at]
        yield [*line, one.posting.person.full_name, one.posting.agency.name] if people else line


@never_cache
@require_safe
def promise(request: HttpRequest, promise_id: int) -> HttpResponse:
    """One promise with its steps; name and contact for the promiser and those who lead the agency."""
    user, now = signed_in(request), timezone.now()
    found = visible_promise(request, promise_id)
    is_own, closed = found.posting.person_id == user.pk, is_closed(found)
    lapsed = {found.pk} if closed else set()
    second = is_second_person(user, found, timezone.localdate(now))
    code = _shown_once(request, found)
    context = {
        "promise": found,
        "is_own": is_own,
        "group": _group(found, now, lapsed),
        "closed": closed,
        "name": _private(found.name_sealed),
        "contact": _private(found.contact_sealed),
        "changes": found.changes.select_related("by"),
        "code": f"{code[:4]} {code[4:]}" if code else "",
        "may_end": is_own and not closed and may(Act.KEEP, found.outcome),
        "may_withdraw": (is_own or second) and not closed and may(Act.WITHDRAW, found.outcome),
        "may_settle": second and not closed and found.withdrawal_asked_at is not None,
        "may_correct": second and not closed and may(Act.CORRECT, found.outcome),
    }
    response = render_page(request, "commitments/promise.html", context)
    if code:
        response.delete_cookie(CODE_COOKIE, path=request.path)
    return response


def visible_promise(request: HttpRequest, promise_id: int) -> Promise:
    """The promise, 404 when the reader may not see it."""
    visible = Promise.objects.visible_to(signed_in(request), timezone.localdate())
    return get_object_or_404(visible.select_related("posting__person", "posting__agency"), pk=promise_id)


def _private(sealed: bytes | memoryview) -> str:
    try:
        return unseal(sealed)
    except Unreadable:
        return _("no longer readable: its key is gone")


def _shown_once(request: HttpRequest, found: Promise) -> str:
    """The citizen's code, on the first look after saving."""
    known = str(request.get_signed_cookie(CODE_COOKIE, default="", max_age=CODE_SECONDS))
    pk, _colon, code = known.partition(":")
    return code if pk == str(found.pk) else ""


@sensitive_post_parameters("name", "contact", "ticket")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def make_promise(request: HttpRequest) -> HttpResponse:
    """Write a promise down: fill in, look at the due moment, save."""
    user, now = signed_in(request), timezone.now()
    serving = Posting.objects.in_force(timezone.localdate(now)).filter(person=user)
    postings = list(serving.select_related("agency").order_by("-is_main", "pk"))
    if not postings:
        raise Refused(_("Only somebody with a posting makes promises to citizens."))
    step = request.POST.get("step", "") if request.method == "POST" else "edit"
    if step == "edit":
        initial = request.POST.dict() or {"due_kind": "days", "days": "1"}
        form = PromiseForm(postings=postings, now=now, initial=initial)
        return render_page(request, "commitments/make_promise.html", {"form": form})
    form = PromiseForm(request.POST, postings=postings, now=now)
    if not form.is_valid() or form.due is None:
        return render_page(request, "commitments/make_promise.html", {"form": form}, status=422)
    ticket = Ticket.read(request.POST.get("ticket", "")) if step == "save" else None
    if ticket is None:
        return _to_look_at(request, form, form.due, 409 if step == "save" else 200)
    said = {key: form.cleaned_data[key] for key in ("what", "dossier_code", "name", "contact")}
    try:
        made, created = acts.make_promise(
            posting=form.chosen(), due_at=ticket.due_at, code=ticket.code, by=user, now=now, **said
        )
    except ValidationError:  # the moment that was shown has passed meanwhile
        return _to_look_at(request, form, form.due, 409)
    if created:
        messages.success(request, _("The promise is written down."))
    url = reverse("commitments:promise", args=[made.pk])
    response = redirect(url)
    response.set_signed_cookie(
        CODE_COOKIE, f"{made.pk}:{ticket.code}", max_age=CODE_SECONDS, path=url, httponly=True,
        samesite="Lax", secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return response


def _to_look_at(request: HttpRequest, form: PromiseForm, due: Due, status: int) -> HttpResponse:
    said = form.cleaned_data
    context = {
        "form": form,
        "due": due,
        "ticket": str(Ticket.for_due(due)),
        "counts": bool(said["dossier_code"] or said["contact"]),
        "is_stale": status == 409,
    }
    return render_page(request, "commitments/make_promise.html", context, status=status)
