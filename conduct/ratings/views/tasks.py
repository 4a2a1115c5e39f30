"""The tasks of a sheet: what counts, the own report, assigning, changing, and the order."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BoundField, Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from conduct.agencies.models import User
from conduct.agencies.permissions import signed_in
from conduct.agencies.tree import lineage_ids
from conduct.kernel.pages import render_page

from ..forms.task_fields import amount_text
from ..forms.tasks import ReportForm, TaskForm
from ..models import Sheet, SheetTask, WorkItem
from ..permissions.tasks import TaskRights, check_can_assign, check_can_report, period_of_sheet, visible_sheet
from ..rules.sheet import TaskResult, score_tasks
from ..services.reading import as_task, leading_of, rules_of
from ..services.sheets import SheetChanged
from ..services.tasks import add_task, move_task, report_tasks


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task as the page shows it; units are standard units, those done of a handed-back task are none."""

    task: SheetTask
    done: BoundField | None
    cause: BoundField | None

    @property
    def units_assigned(self) -> Decimal:
        """What was assigned, in standard units."""
        return self.task.assigned * self.task.factor

    @property
    def units_done(self) -> Decimal:
        """What counts as done, in standard units."""
        return Decimal(0) if self.task.handed_back_at else self.task.done * self.task.factor


def tasks_of(sheet: Sheet) -> list[SheetTask]:
    """The tasks in their order."""
    return list(sheet.tasks.select_related("work", "excused_by", "came_from__sheet__posting__person"))


def result_of(sheet: Sheet, rows: list[SheetTask], rights: TaskRights) -> TaskResult | None:
    """What the tasks come to; None where the scheme has no part for them."""
    rule = rules_of(sheet).tasks
    if rule is None:
        return None
    side = leading_of(sheet, "self" if rights.is_own else "review")
    return score_tasks(rule, [as_task(row) for row in rows], side)


def revision_in(request: HttpRequest) -> int:
    """The revision that was read; 0, which no sheet has, for what is no number."""
    text = request.POST.get("revision", "")
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else 0


def is_htmx(request: HttpRequest) -> bool:
    """Whether a part of the page is asked for."""
    return request.headers.get("HX-Request") == "true"


@require_http_methods(["GET", "HEAD", "POST"])
def tasks(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """The tasks of a sheet and what they come to; the person reports on them here."""
    user, now = signed_in(request), timezone.now()
    today, status = timezone.localdate(now), 200
    sheet, rights = visible_sheet(user, sheet_id, today)
    form = None
    if request.method == "POST":
        check_can_report(user, sheet, today)
        form = ReportForm(request.POST, tasks=tasks_of(sheet))
        status = _report(request, user, sheet, form, now)
        if status == 200 and not is_htmx(request):
            messages.success(request, _("The report is stored."))
            return redirect("ratings:tasks", sheet.pk)
        sheet, rights = visible_sheet(user, sheet_id, today)
    return tasks_page(request, sheet, rights, today, form=form if status == 422 else None, status=status)


def _report(request: HttpRequest, user: User, sheet: Sheet, form: ReportForm, now: datetime) -> int:
    if not form.is_valid():
        return 422 if revision_in(request) == sheet.revision else 409
    try:
        report_tasks(
            sheet_id=sheet.pk, revision=revision_in(request), done=form.done(), causes=form.causes(), by=user,
            now=now,
        )  # fmt: skip
    except SheetChanged:
        return 409
    return 200


def tasks_page(
    request: HttpRequest, sheet: Sheet, rights: TaskRights, today: date, *, form: Form | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The page; after a conflict with what was typed, over what stands there now."""
    rows = tasks_of(sheet)
    if form is None and rights.may_report:
        form = ReportForm(_typed(request, rows) if status == 409 else None, tasks=rows)
    fields = form.fields if form else {}
    lines = [
        TaskLine(
            row,
            form[f"done_{row.pk}"] if form and f"done_{row.pk}" in fields else None,
            form[f"cause_{row.pk}"] if form and f"cause_{row.pk}" in fields else None,
        )
        for row in rows
    ]
    rule = rules_of(sheet).tasks
    result = result_of(sheet, rows, rights)
    context = {
        "sheet": sheet,
        "period": period_of_sheet(sheet),
        "rights": rights,
        "lines": lines,
        "form": form,
        "result": result,
        "shares": [(part.value, share) for part, share in result.shares.items()] if result else [],
        "maximum": rule.maximum if rule else None,
        "clash": status == 409,
        "is_saved": status == 200 and request.method == "POST",
        "today": today,
    }
    return render_page(request, "ratings/tasks.html", context, partials=("task-list",), status=status)


def _typed(request: HttpRequest, rows: list[SheetTask]) -> dict[str, str]:
    """What the second writer typed; a task that is new meanwhile stands as it is stored."""
    data = request.POST.dict()
    for row in rows:
        data.setdefault(f"done_{row.pk}", amount_text(row.done))
        data.setdefault(f"cause_{row.pk}", row.cause)
    return data


def work_for(sheet: Sheet, task: SheetTask | None = None) -> list[WorkItem]:
    """The kinds of work that hold for a sheet; that of the task too, should it have ended."""
    last = period_of_sheet(sheet).last.last
    found = WorkItem.objects.all().reaching(lineage_ids(sheet.office_id, last), last)
    if task is not None and task.work is not None and task.work not in found:
        found.append(task.work)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def task_add(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """Assign a task to one person."""
    user, now = signed_in(request), timezone.now()
    today, status = timezone.localdate(now), 200
    sheet, _rights = visible_sheet(user, sheet_id, today)
    check_can_assign(user, sheet, today)
    form = TaskForm(request.POST or None, work=work_for(sheet))
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                add_task(sheet_id=sheet.pk, revision=revision_in(request), said=form.said(), by=user, now=now)
            except SheetChanged as changed:
                sheet, status = changed.sheet, 409
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("The task is assigned."))
                return redirect("ratings:tasks", sheet.pk)
    context = {"sheet": sheet, "period": period_of_sheet(sheet), "form": form, "clash": status == 409}
    return render_page(request, "ratings/task_add.html", context, status=status)


@require_POST
def task_move(request: HttpRequest, sheet_id: int, task_id: int) -> HttpResponse:
    """Put a task one place up or down."""
    user, now = signed_in(request), timezone.now()
    today, status = timezone.localdate(now), 200
    sheet, rights = visible_sheet(user, sheet_id, today)
    check_can_assign(user, sheet, today)
    task = get_object_or_404(SheetTask, pk=task_id, sheet=sheet)
    to = request.POST.get("to")
    if to not in ("up", "down"):
        raise Http404
    try:
        move_task(
            sheet_id=sheet.pk, task_id=task.pk, revision=revision_in(request), up=to == "up", by=user, now=now
        )
    except SheetChanged:
        status = 409
    if status == 200 and not is_htmx(request):
        return redirect("ratings:tasks", sheet.pk)
    sheet, rights = visible_sheet(user, sheet_id, today)
    return tasks_page(request, sheet, rights, today, status=status)
