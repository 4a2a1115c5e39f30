"""An agency's list of kinds of work: what it says, adding, changing, ending, bringing in, giving out."""

from collections.abc import Iterator
from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from conduct.agencies.models import on_day
from conduct.agencies.permissions import Refused, signed_in
from conduct.documents.xlsx import Cell, Column, make_xlsx, xlsx_response
from conduct.kernel.pages import render_page

from ..forms.work import EndForm, WorkFileForm, WorkFilter, WorkForm
from ..models import WorkItem, WorkQuerySet
from ..permissions.tasks import check_can_keep_work, kept_agencies, readable_work
from ..services.task_files import take_work_file
from ..services.work import end_work, keep_work

ITEMS_A_PAGE = 50
AT_MOST_EXPORTED = 20_000
SORTS = ("group", "code", "name", "factor")


def _found(request: HttpRequest, form: WorkFilter, today: date) -> WorkQuerySet:
    found = readable_work(signed_in(request), today).select_related("agency")
    if not form.is_valid():
        return found.none()
    said = form.cleaned_data
    if not said["ended"]:
        found = found.filter(on_day(today) | Q(valid_from__gt=today))
    if said["q"]:
        found = found.filter(Q(code__icontains=said["q"]) | Q(name__icontains=said["q"]))
    if said["group"]:
        found = found.filter(group=int(said["group"]))
    asked = request.GET.get("sort", "")
    sort = asked if asked.removeprefix("-") in SORTS else SORTS[0]
    return found.order_by(sort, "code", "-valid_from", "pk")


@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """The list that holds for the reader, with what agencies above keep."""
    user, today = signed_in(request), timezone.localdate()
    form = WorkFilter(request.GET)
    page = Paginator(_found(request, form, today), ITEMS_A_PAGE).get_page(request.GET.get("page"))
    kept = set(kept_agencies(user, today).values_list("pk", flat=True))
    context = {
        "form": form,
        "page": page,
        "rows": [(item, item.agency_id in kept) for item in page.object_list],
        "sort": request.GET.get("sort", SORTS[0]),
        "filtered": form.is_valid() and any(form.cleaned_data.values()),
        "may_keep": bool(kept),
        "today": today,
    }
    status = 422 if form.errors else 200
    return render_page(request, "ratings/work.html", context, partials=("list",), status=status)


@require_safe
def work_export(request: HttpRequest) -> HttpResponse:
    """What the list shows, as XLSX; it can be brought in again."""
    today = timezone.localdate()
    found = _found(request, WorkFilter(request.GET), today)
    columns = [
        Column("Mã", width=14), Column("Sản phẩm, công việc", width=60), Column("Đơn vị tính", width=16),
        Column("Nhóm", "integer", 8), Column("Hệ số quy đổi", width=14), Column("Quyết định", width=36),
        Column("Áp dụng từ", "day", 13), Column("Đến", "day", 13), Column("Cơ quan", width=34),
    ]  # fmt: skip
    lines = []
    if found.count() > AT_MOST_EXPORTED:
        lines.append(
            _("Only the first %(n)s rows; narrow the filters for the rest.") % {"n": AT_MOST_EXPORTED}
        )
    return xlsx_response("danh-muc-cong-viec", make_xlsx(_("Kinds of work"), lines, columns, _lines(found)))


def _lines(found: WorkQuerySet) -> Iterator[list[Cell]]:
    for item in found[:AT_MOST_EXPORTED]:
        yield [
            item.code, item.name, item.unit, item.group, float(item.factor), item.legal_act, item.valid_from,
            item.valid_to, item.agency.name,
        ]  # fmt: skip


def _check_keeps_some(request: HttpRequest, today: date) -> None:
    if not kept_agencies(signed_in(request), today).exists():
        raise Refused(_("The list is kept by the head or the office administrator."))


@require_http_methods(["GET", "HEAD", "POST"])
def work_add(request: HttpRequest) -> HttpResponse:
    """Enter a kind of work."""
    user, now = signed_in(request), timezone.now()
    today, status = timezone.localdate(now), 200
    _check_keeps_some(request, today)
    agencies = kept_agencies(user, today)
    form = WorkForm(
        request.POST or None, agencies=agencies, initial={"agency": agencies.first(), "valid_from": today}
    )
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = form.cleaned_data
            try:
                is_new = keep_work(
                    agency=said["agency"], said=form.said(), valid_from=said["valid_from"], by=user, now=now
                )
            except ValidationError as error:
                form.add_error(None, error)
            else:
                if is_new:
                    messages.success(request, _("The kind of work stands in the list."))
                return redirect("ratings:work")
    return render_page(request, "ratings/work_add.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def work_item(request: HttpRequest, item_id: int) -> HttpResponse:
    """An entry with what it said before; let it say something else from a day on, or end."""
    user, now = signed_in(request), timezone.now()
    today, status = timezone.localdate(now), 200
    item = get_object_or_404(readable_work(user, today).select_related("agency"), pk=item_id)
    may_keep = kept_agencies(user, today).filter(pk=item.agency_id).exists() and item.valid_to is None
    act, form, end = request.POST.get("act", ""), None, None
    if request.method == "POST":
        check_can_keep_work(user, item.agency, today)
    if may_keep or request.method == "POST":
        initial = {**WorkForm.initial_of(item), "valid_from": max(today, item.valid_from)}
        form = WorkForm(request.POST if act == "change" else None, initial=initial)
        end = EndForm(request.POST if act == "end" else None, initial={"last_day": today})
    if request.method == "POST":
        status = 422
        if act not in ("change", "end"):
            raise Http404
        if _is_kept(request, item, form, end):
            messages.success(request, _("The list is changed."))
            return redirect("ratings:work")
    earlier = WorkItem.objects.filter(agency=item.agency, code__iexact=item.code).exclude(pk=item.pk)
    context = {
        "item": item,
        "form": form,
        "end": end,
        "act": act,
        "shown": end if act == "end" else form,
        "earlier": earlier.order_by("-valid_from"),
    }
    return render_page(request, "ratings/work_item.html", context, status=status)


def _is_kept(request: HttpRequest, item: WorkItem, form: WorkForm | None, end: Form | None) -> bool:
    """Do what was asked with an entry, or say in its form why not."""
    user, now = signed_in(request), timezone.now()
    asked = end if request.POST.get("act") == "end" else form
    if asked is None or not asked.is_valid():
        return False
    try:
        if isinstance(asked, WorkForm):
            day = asked.cleaned_data["valid_from"]
            keep_work(agency=item.agency, said=asked.said(item.code), valid_from=day, by=user, now=now)
        else:
            end_work(item=item, last_day=asked.cleaned_data["last_day"], by=user, now=now)
    except ValidationError as error:
        asked.add_error(None, error)
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def work_import(request: HttpRequest) -> HttpResponse:
    """Choose a file with a list of kinds of work."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    _check_keeps_some(request, today)
    agencies = kept_agencies(user, today)
    form = WorkFileForm(
        request.POST or None, request.FILES or None, agencies=agencies,
        initial={"agency": agencies.first(), "valid_from": today},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            taken = take_work_file(
                agency=said["agency"], valid_from=said["valid_from"], file=said["file"], by=user, now=now
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("ratings:task_file", taken.pk)
    status = 422 if form.errors else 200
    return render_page(request, "ratings/work_import.html", {"form": form}, status=status)
