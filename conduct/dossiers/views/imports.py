"""Bringing in a list: upload, name its columns, look at the first rows, watch it come in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from conduct.agencies.permissions import Refused, signed_in
from conduct.documents.xlsx import Cell, Column, make_xlsx, xlsx_response
from conduct.kernel.pages import render_page
from conduct.kernel.publishing import publish

from ..forms.imports import LABELS, ColumnsForm, UploadForm
from ..models import ColumnMapping, Dossier, DossierImport
from ..permissions.dossiers import check_can_import, importable_agencies
from ..rules.cells import Problem
from ..rules.columns import Field, headings_hash, propose_columns
from ..services.imports import read_problems, start_import, upload_list
from ..services.reading import Row, read_rows
from ..services.tables import SAID, BadFile, open_table
from ..tasks.imports import import_list

IMPORTS_A_PAGE = 25
ROWS_SHOWN = 8
_UNFINISHED = (DossierImport.State.WAITING, DossierImport.State.RUNNING)


def _visible(request: HttpRequest, today: date) -> QuerySet[DossierImport]:
    """Imports are for those who may bring in a list of that agency."""
    agencies = importable_agencies(signed_in(request), today)
    return DossierImport.objects.filter(agency__in=agencies).select_related("agency", "asked_by")


@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """The lists that were brought in, the newest first."""
    today = timezone.localdate()
    if not importable_agencies(signed_in(request), today).exists():
        raise Refused(_("Only the office administrator or the head brings in the list of dossiers."))
    found = _visible(request, today).defer("problems", "columns").order_by("-asked_at", "-pk")
    page = Paginator(found, IMPORTS_A_PAGE).get_page(request.GET.get("page"))
    return render_page(request, "dossiers/imports.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def new_import(request: HttpRequest) -> HttpResponse:
    """Choose a file."""
    user, now = signed_in(request), timezone.now()
    agencies = importable_agencies(user, timezone.localdate(now))
    if not agencies.exists():
        raise Refused(_("Only the office administrator or the head brings in the list of dossiers."))
    initial = {"agency": agencies.order_by("-kind", "search").first()} if agencies.count() < 3 else {}
    form = UploadForm(request.POST or None, request.FILES or None, agencies=agencies, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            taken = upload_list(agency=said["agency"], file=said["file"], by=user, now=now)
        except BadFile as bad:
            form.add_error("file", str(SAID[bad.problem]))
        else:
            return redirect("dossiers:map_columns", taken.pk)
    status = 422 if form.errors else 200
    return render_page(request, "dossiers/new_import.html", {"form": form}, status=status)


@dataclass(frozen=True, slots=True)
class _Shown:
    """One of the first rows as it will be read: the texts of its fields, or what is wrong."""

    number: int
    cells: list[object]
    wrong: Sequence[tuple[object, str]]


@require_http_methods(["GET", "HEAD", "POST"])
def map_columns(request: HttpRequest, import_id: int) -> HttpResponse:
    """Say what the columns mean, look at the first rows, begin."""
    user, now = signed_in(request), timezone.now()
    found = get_object_or_404(_visible(request, timezone.localdate(now)), pk=import_id)
    check_can_import(user, found.agency, timezone.localdate(now))
    if found.state != DossierImport.State.UPLOADED:
        return redirect("dossiers:import_result", found.pk)
    try:
        with found.file.open("rb") as file:
            table = open_table(file)
            form = ColumnsForm(
                request.POST or None, headings=table.headings, initial=_proposed(found, table.headings)
            )
            is_valid = request.method == "POST" and form.is_valid()
            columns = form.columns() if is_valid else _proposed(found, table.headings)
            rows = list(islice(read_rows(table, columns, timezone.localdate(now)), ROWS_SHOWN))
    except (BadFile, FileNotFoundError) as error:
        raise Http404 from error
    if is_valid and "start" in request.POST:
        if start_import(found=found, columns=columns, headings=table.headings, by=user, now=now):
            publish(import_list, import_id=found.pk)
            messages.success(request, _("The list is being read."))
        return redirect("dossiers:import_result", found.pk)
    named = [Field(name) for name in LABELS if name in columns]
    context = {
        "found": found,
        "form": form,
        "heads": [LABELS[name] for name in named],
        "rows": [_shown(row, named) for row in rows],
    }
    return render_page(request, "dossiers/map_columns.html", context, status=422 if form.errors else 200)


def _proposed(found: DossierImport, headings: list[str]) -> dict[str, int]:
    """What was said of these headings before, else what they seem to mean."""
    known = ColumnMapping.objects.filter(agency=found.agency, headings_hash=headings_hash(headings)).first()
    return known.columns if known else propose_columns(headings)


def _shown(row: Row, named: list[Field]) -> _Shown:
    """The row in the words of the page: ways of handing in and kinds of applicant by their names."""
    said = {**dict(Dossier.Channel.choices), **dict(Dossier.Applicant.choices)}
    coded = (Field.CHANNEL, Field.APPLICANT)
    cells = [(name, getattr(row.entry, name.value)) for name in named] if row.entry else []
    wrong = [(LABELS[one.field], problem_text(one.problem, one.detail)) for one in row.wrong]
    return _Shown(row.number, [said[cell] if name in coded else cell for name, cell in cells], wrong)


def problem_text(problem: str, detail: str) -> str:
    """A sentence on what is wrong, with what stands in the cell."""
    said = {
        Problem.MISSING: _("is empty"),
        Problem.NOT_A_DAY: _("“%(cell)s” is not a day"),
        Problem.FUTURE: _("%(cell)s lies in the future"),
        Problem.BEFORE_RECEIPT: _("%(cell)s lies before the day of receipt"),
        Problem.AFTER_FIRST_PROMISE: _("lies after the first promised day, %(cell)s, of this dossier"),
        Problem.UNKNOWN_CHANNEL: _("“%(cell)s” is neither online nor at the desk nor by post"),
        Problem.UNKNOWN_APPLICANT: _("“%(cell)s” is neither a citizen nor a business"),
        Problem.NOT_AN_EMAIL: _("is not an e-mail address"),
        Problem.NOT_A_PHONE: _("is not a telephone number"),
        Problem.TOO_LONG: _("is too long"),
        Problem.TWICE: _("stands in row %(cell)s already"),
    }
    return said[Problem(problem)] % {"cell": detail}


@require_safe
def import_result(request: HttpRequest, import_id: int) -> HttpResponse:
    """How far a list has come, what came of it, and what is wrong with it."""
    found = get_object_or_404(_visible(request, timezone.localdate()), pk=import_id)
    if found.state == DossierImport.State.UPLOADED:
        return redirect("dossiers:map_columns", found.pk)
    reasons = {problem.value: str(text) for problem, text in SAID.items()}
    context = {
        "found": found,
        "is_running": found.state in _UNFINISHED,
        "problems": list(_sentences(iter(found.problems))),
        "reason": reasons.get(found.error, ""),
    }
    return render_page(request, "dossiers/import_result.html", context, partials=("progress",))


def _sentences(problems: Iterator[tuple[int, str, str, str]]) -> Iterator[tuple[int, str, str]]:
    for number, field, problem, detail in problems:
        yield number, str(LABELS[Field(field)]), problem_text(problem, detail)


@require_safe
def import_problems(request: HttpRequest, import_id: int) -> HttpResponse:
    """Everything that is wrong with a refused list, as XLSX."""
    found = get_object_or_404(_visible(request, timezone.localdate()), pk=import_id)
    if found.state != DossierImport.State.REFUSED:
        raise Http404
    columns = [
        Column(_("Row"), "integer", 8),
        Column(_("Column"), width=26),
        Column(_("What is wrong"), width=60),
    ]
    rows: Iterator[list[Cell]] = (list(line) for line in _sentences(read_problems(found)))
    title = _("What is wrong with “%(name)s”") % {"name": found.name}
    return xlsx_response(f"loi-nhap-ho-so-{found.pk}", make_xlsx(title, [], columns, rows))
