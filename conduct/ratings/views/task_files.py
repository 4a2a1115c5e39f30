"""Bringing in tasks of a period from a file: choose it, look at every row, confirm; the template."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from conduct.agencies.models import Agency, User
from conduct.agencies.permissions import Refused, signed_in
from conduct.documents.xlsx import Cell, Column, make_xlsx, xlsx_response
from conduct.kernel.months import Month
from conduct.kernel.pages import render_page
from conduct.kernel.wording import month_text

from ..forms.task_fields import amount_text, problem_text
from ..forms.tasks import TasksFileForm
from ..models import OfficeTerms, TaskImport
from ..permissions.tasks import led_agencies
from ..rules.periods import Period, period_of
from ..services.schemes import terms_of
from ..services.task_files import COLUMNS, Problems, same_file, take_tasks_file
from ..services.task_imports import TaskLine, bring_in_tasks, check_tasks_file, period_of_file
from ..services.work_imports import WorkLine, bring_in_work, check_work_file

ROWS_SHOWN = 200
PROBLEMS_SHOWN = 1000
MONTHS_OFFERED = 6


def _offered(today: date) -> list[tuple[str, str]]:
    this = Month.of(today)
    return [(str(this.plus(-n)), month_text(this.plus(-n))) for n in range(MONTHS_OFFERED)]


def _period(office: Agency, month: Month) -> Period:
    return period_of(month, by_quarter=terms_of(office, month.last).kind == OfficeTerms.Kind.QUARTER)


@require_http_methods(["GET", "HEAD", "POST"])
def tasks_import(request: HttpRequest) -> HttpResponse:
    """Choose a file of tasks for an office's period."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    agencies = led_agencies(user, today).order_by("search")
    first = agencies.first()
    if first is None:
        raise Refused(_("Tasks are assigned by whoever leads the unit or the office of the person."))
    form = TasksFileForm(
        request.POST or None, request.FILES or None, offices=agencies, months=_offered(today),
        initial={"office": first},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        office, month = form.cleaned_data["office"], Month.parse(form.cleaned_data["month"])
        try:
            taken = take_tasks_file(
                office=office, period=_period(office, month), file=form.cleaned_data["file"], by=user, now=now
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("ratings:task_file", taken.pk)
    status = 422 if form.errors else 200
    return render_page(request, "ratings/tasks_import.html", {"form": form}, status=status)


@dataclass(frozen=True, slots=True)
class _Preview:
    """The first rows as they would be stored, and what is wrong with the others."""

    heads: list[str]
    rows: list[tuple[int, list[str]]]
    n_right: int
    problems: Problems

    def sentences(self) -> Iterable[tuple[int, str, str]]:
        """Row, column, and a sentence."""
        for number, wrong in self.problems[:PROBLEMS_SHOWN]:
            yield number, str(COLUMNS[wrong.column]), problem_text(wrong.problem, wrong.detail)

    @property
    def n_wrong(self) -> int:
        """How many rows are wrong."""
        return len({number for number, _wrong in self.problems})


def _preview(found: TaskImport, user: User, today: date) -> _Preview:
    if found.kind == TaskImport.WORK:
        work, problems = check_work_file(found=found)
        heads = _heads("code", "name", "unit", "group", "factor")
        rows = [(line.number, _work_cells(line)) for line in work[:ROWS_SHOWN]]
        return _Preview(heads, rows, len(work), problems)
    lines, problems = check_tasks_file(found=found, by=user, today=today)
    heads = _heads("user", "task", "factor", "assigned", "done", "due", "returns", "delays")
    rows = [(line.number, _task_cells(line)) for line in lines[:ROWS_SHOWN]]
    return _Preview(heads, rows, len(lines), problems)


def _heads(*names: str) -> list[str]:
    return [*(str(COLUMNS[name]) for name in names), _("What comes of it")]


def _work_cells(line: WorkLine) -> list[str]:
    entry = line.entry
    comes = _("nothing new") if not line.is_change else _("changes") if line.old else pgettext("row", "new")
    return [entry.code, entry.name, entry.unit, str(entry.group), amount_text(entry.factor), comes]


def _task_cells(line: TaskLine) -> list[str]:
    entry = line.entry
    return [
        line.posting.person.full_name, entry.name, amount_text(line.factor), amount_text(entry.assigned),
        amount_text(entry.done), f"{entry.due_on:%d/%m/%Y}" if entry.due_on else "",
        *("" if times is None else str(times) for times in (entry.returns, entry.delays)),
        _("changes") if line.task else pgettext("row", "new"),
    ]  # fmt: skip


def _back(found: TaskImport) -> str:
    """Where one goes on from a file that was brought in."""
    if found.kind == TaskImport.WORK:
        return reverse("ratings:work")
    return f"{reverse('ratings:tasks_assign')}?agency={found.office_id}&month={Month.of(found.period)}"


@require_http_methods(["GET", "HEAD", "POST"])
def task_file(request: HttpRequest, file_id: int) -> HttpResponse:
    """What a file would bring and what is wrong with it; then confirm, all of it or nothing."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    found = get_object_or_404(TaskImport.objects.select_related("office"), pk=file_id, by=user)
    if found.confirmed_at is not None:
        return redirect(_back(found))
    is_work, error = found.kind == TaskImport.WORK, ""
    if request.method == "POST":
        act = bring_in_work if is_work else bring_in_tasks
        try:
            if act(found=found, by=user, now=now):
                messages.success(request, _("The file has been brought in."))
            else:
                messages.info(request, _("This file was brought in before; nothing was changed."))
            return redirect(_back(found))
        except ValidationError as invalid:
            error = " ".join(invalid.messages)
    preview = _preview(found, user, today)
    context = {
        "found": found,
        "is_work": is_work,
        "period": None if is_work else period_of_file(found),
        "preview": preview,
        "same": same_file(found),
        "error": error,
        "back": reverse("ratings:work_import" if is_work else "ratings:tasks_import"),
    }
    return render_page(request, "ratings/task_file.html", context, status=422 if error else 200)


@require_safe
def tasks_template(request: HttpRequest) -> HttpResponse:
    """An empty file of tasks with its headings and one row to show how it is filled."""
    signed_in(request)
    widths = {"user": 18, "task": 44, "product": 30, "due": 14}
    heads = (
        "Tên đăng nhập", "Nhiệm vụ", "Sản phẩm", "Mã công việc", "Hệ số quy đổi", "Số lượng giao",
        "Số lượng hoàn thành", "Thời hạn", "Số lần chưa đạt", "Số lần chậm", "Loại",
    )  # fmt: skip
    names = (
        "user",
        "task",
        "product",
        "work",
        "factor",
        "assigned",
        "done",
        "due",
        "returns",
        "delays",
        "kind",
    )
    columns = [Column(head, width=widths.get(name, 14)) for head, name in zip(heads, names, strict=True)]
    example: list[Cell] = [
        "ten.dang.nhap", "Giải quyết hồ sơ hộ tịch", "Hồ sơ trả đúng hẹn", "", "1,5", "20", "18",
        "28/10/2026", "0", "1", "giao",
    ]  # fmt: skip
    lines = [
        _("Replace the example. Decimals have a comma, days are written 28/10/2026."),
        _("Kind: “giao” for assigned work, “đột xuất” for unplanned work."),
    ]
    title = _("Tasks of a period")
    return xlsx_response("mau-nhiem-vu", make_xlsx(title, lines, columns, [example]))
