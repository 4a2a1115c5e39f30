"""Runs of the roll-up: what was asked for, how far it is, what failed; paused, called off, tried again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from conduct.agencies.permissions import Refused, signed_in
from conduct.kernel.months import Month
from conduct.kernel.pages import render_page

from ..models import RollUpChunk, RollUpRun
from ..permissions import check_can_steer_run, visible_runs
from ..services import runs as services
from ..tallies import RunCount, tally_runs
from ..tasks import dispatch_ready

RUNS_A_PAGE = 30
CHUNKS_SHOWN = 50
LARGEST_SHOWN = 10
LIVE = (RollUpRun.State.RUNNING, RollUpRun.State.PAUSED)


@dataclass(frozen=True, slots=True)
class Shown:
    """A run as it stands: its stored figures when it is over, the counted ones while it lives."""

    run: RollUpRun
    count: RunCount
    now: datetime

    @property
    def is_live(self) -> bool:
        """Whether it may still change."""
        return self.run.state in LIVE

    @property
    def asked(self) -> int:
        """How many chunks it has or had."""
        return max(self.run.n_chunks, self.count.chunks) if self.is_live else self.run.n_chunks

    @property
    def done(self) -> int:
        """How many of them are done."""
        return max(0, self.asked - self.count.due) if self.is_live else self.run.n_done

    @property
    def failed(self) -> int:
        """How many failed at the last try and are not done since."""
        return self.count.failed if self.is_live else min(self.run.n_failed, self.count.failed)

    @property
    def rows(self) -> int:
        """Rows computed."""
        return self.count.rows if self.is_live else self.run.n_rows

    @property
    def months(self) -> tuple[Month, Month]:
        """The first and the last month."""
        return Month.of(self.run.first_month), Month.of(self.run.last_month)

    @property
    def took(self) -> timedelta:
        """From asking to the end, or until now."""
        return (self.run.finished_at or self.now) - self.run.asked_at

    @property
    def seconds(self) -> int:
        """The same in whole seconds below one minute, as a number to show."""
        return int(self.took.total_seconds()) % 60

    @property
    def minutes(self) -> int:
        """Whole minutes of it."""
        return int(self.took.total_seconds()) // 60


@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """The runs of my scope, newest first."""
    user, now = signed_in(request), timezone.now()
    rows = visible_runs(user, timezone.localdate(now)).select_related("root", "asked_by")
    state = request.GET.get("state", "")
    if state in RollUpRun.State.values:
        rows = rows.filter(state=state)
    page = Paginator(rows.order_by("-asked_at", "-pk"), RUNS_A_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    counts = tally_runs([run.pk for run in shown], now)
    context = {
        "page": page,
        "rows": [Shown(run, counts[run.pk], now) for run in shown],
        "states": RollUpRun.State.choices,
        "state": state,
        "tab": "runs",
    }
    return render_page(request, "scores/runs.html", context, partials=("list",))


@require_safe
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """One run: how far it is, what failed and why."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    found = get_object_or_404(visible_runs(user, today).select_related("root", "asked_by"), pk=run_id)
    shown = Shown(found, tally_runs([found.pk], now)[found.pk], now)
    due = Q(finished_from__isnull=True) | Q(requested_at__gt=F("finished_from"))
    failed = RollUpChunk.objects.filter(due, run=found).exclude(error="").select_related("agency")
    worked_on = RollUpChunk.objects.filter(run=found, finished_at__isnull=False, n_rows__gt=0)
    try:
        check_can_steer_run(user, found, today)
        may_steer = True
    except Refused:
        may_steer = False
    context = {
        "shown": shown,
        "run": found,
        "failures": list(failed.order_by("month", "agency_id")[:CHUNKS_SHOWN]),
        "largest": list(worked_on.select_related("agency").order_by("-n_rows", "agency_id")[:LARGEST_SHOWN]),
        "may_steer": may_steer,
        "is_prompt": found.lane == RollUpRun.Lane.PROMPT,
        "tab": "runs",
    }
    return render_page(request, "scores/run.html", context, partials=("progress",))


@require_POST
def steer_run(request: HttpRequest, run_id: int) -> HttpResponse:
    """Pause a run, take it up again, call it off, or try what failed."""
    user, now = signed_in(request), timezone.now()
    found = get_object_or_404(visible_runs(user, timezone.localdate(now)), pk=run_id)
    act = request.POST.get("act", "")
    if act == "pause" and services.pause_run(run=found, by=user, now=now):
        messages.success(request, _("The run is paused. What is being worked on is finished first."))
    elif act == "resume" and services.resume_run(run=found, by=user, now=now):
        messages.success(request, _("The run goes on."))
    elif act == "cancel" and services.cancel_run(run=found, by=user, now=now):
        messages.success(request, _("The run is called off. What is being worked on is finished."))
    elif act == "retry" and (n_failed := services.retry_run(run=found, by=user, now=now)):
        words = ngettext("%(n)s office is tried again.", "%(n)s offices are tried again.", n_failed)
        messages.success(request, words % {"n": n_failed})
    if act in ("resume", "retry"):
        dispatch_ready()
    return redirect("scores:run", run_id)
