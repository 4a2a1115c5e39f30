"""One sheet: read by the person and by those who lead, filled by the person with autosave."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from conduct.agencies.models import User
from conduct.agencies.permissions import signed_in
from conduct.kernel.pages import render_page

from ..forms.sheets import COMPONENTS, OwnForm, initial_of
from ..models import Sheet, SheetEvent, SheetLine
from ..permissions.sheets import is_own
from ..rules.periods import Dates
from ..rules.scheme import Criterion, Group, Scheme
from ..rules.sheet import TaskResult
from ..services.reading import rules_of, total_of
from ..services.schemes import dates_of, terms_of
from ..services.sheets import SheetChanged, mark_of, own_view_of, save_self
from ..services.steps import label_of, missing_in, period_of_sheet, waiting_of

_WITH = ("posting__person", "posting__agency", "office", "scheme", "reviewer", "approver", "changed_by")
_SEEN_BY_THE_PERSON = (Sheet.State.APPROVED, Sheet.State.ACKNOWLEDGED)


def seen_sheet(request: HttpRequest, sheet_id: int) -> Sheet:
    """A sheet that this person may see; 404 for any other."""
    user = signed_in(request)
    seen = Sheet.objects.visible_to(user, timezone.localdate()).select_related(*_WITH)
    return get_object_or_404(seen.prefetch_related("lines", "tasks"), pk=sheet_id)


def own_sheet(request: HttpRequest, sheet_id: int) -> Sheet:
    """The own sheet of that number; 404 for anybody else's."""
    own = Sheet.objects.filter(posting__person=signed_in(request)).select_related(*_WITH)
    return get_object_or_404(own.prefetch_related("lines", "tasks"), pk=sheet_id)


def dates_of_sheet(sheet: Sheet) -> Dates:
    """By when its steps are due."""
    period = period_of_sheet(sheet)
    return dates_of(terms_of(sheet.office, period.last.last), period)


def share_rows(scheme: Scheme, tasks: TaskResult | None) -> list[tuple[str, Any]]:
    """The components of the task part with their shares (a fraction of 1, None while not said)."""
    if scheme.tasks is None or tasks is None:
        return []
    return [(str(COMPONENTS[one]), tasks.shares.get(one)) for one in scheme.tasks.components]


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A criterion as it is read."""

    number: int
    criterion: Criterion
    line: SheetLine | None

    @property
    def differs(self) -> bool:
        """Whether the reviewer gave other points."""
        line = self.line
        return line is not None and None not in (line.self_points, line.review_points) and (
            line.self_points != line.review_points
        )  # fmt: skip


def read_groups(scheme: Scheme, sheet: Sheet) -> list[tuple[Group, list[ReadLine]]]:
    """The lines under their headings, in the scheme's order."""
    lines = {line.criterion: line for line in sheet.lines.all()}
    return [
        (group, [ReadLine(number, one, lines.get(one.code)) for number, one in enumerate(group.criteria, 1)])
        for group in scheme.groups
    ]


@never_cache
@require_safe
def sheet(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """A sheet with its history; before it is submitted nobody else reads what was typed."""
    user, today = signed_in(request), timezone.localdate()
    found = seen_sheet(request, sheet_id)
    scheme, mine = rules_of(found), is_own(user, found)
    shows_own = mine or found.state != Sheet.State.DRAFT
    shows_review = found.state in _SEEN_BY_THE_PERSON or (not mine and found.state == Sheet.State.REVIEWED)
    own = total_of(found, "self")
    results = list(found.results.select_related("by").order_by("-number"))
    head = _head(found, today)
    context = {
        **head,
        "mine": mine,
        "groups": read_groups(scheme, found),
        "scheme": scheme,
        "shows_own": shows_own,
        "shows_review": shows_review,
        "own": own,
        "reviewed": total_of(found, "review") if shows_review else None,
        "shares": share_rows(scheme, own.tasks),
        "leading": _leading_rows(scheme, found),
        "events": _story(found, head["dates"]),
        "results": results,
        "level": scheme.level_named(results[0].level) if results else None,
    }
    return render_page(request, "ratings/sheet.html", context)


def _head(found: Sheet, today: date) -> dict[str, Any]:
    dates = dates_of_sheet(found)
    return {
        "sheet": found,
        "label": label_of(period_of_sheet(found)),
        "dates": dates,
        "waiting": waiting_of(found.state, dates, today),
    }


def _story(found: Sheet, dates: Dates) -> list[tuple[SheetEvent, bool]]:
    """The steps, the newest first, each with whether it was taken after its day."""
    due = {"submitted": dates.submit, "reviewed": dates.review, "approved": dates.approve}
    events = found.events.select_related("by", "stands_in_for").order_by("-at", "-pk")
    return [(one, one.kind in due and timezone.localdate(one.at) > due[one.kind]) for one in events]


def _leading_rows(scheme: Scheme, found: Sheet) -> list[tuple[str, Any, Any]]:
    rule = scheme.tasks
    own, review = found.self_leading, found.review_leading
    return [(str(COMPONENTS[one]), own.get(one), review.get(one)) for one in (rule.leading if rule else ())]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def fill(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """Fill the own sheet; each change is stored by itself, and the button stores without a script too."""
    user, found = signed_in(request), own_sheet(request, sheet_id)
    if found.state != Sheet.State.DRAFT:
        if request.method == "POST":
            messages.error(request, _("The sheet was submitted in the meantime; nothing was stored."))
        return redirect("ratings:sheet", found.pk)
    if request.method != "POST":
        return _fill_page(request, found, stored_form(found))
    form = OwnForm(request.POST, scheme=rules_of(found), code=found.scheme.code)
    outcome = _save(form, found, user)
    if outcome == "invalid":
        return _fill_page(request, found, form, status=422)
    fresh = own_sheet(request, sheet_id)
    if outcome == "changed":
        return _fill_page(request, fresh, _typed_again(request, fresh), status=409)
    if request.headers.get("HX-Target") == "saved":
        return _fill_page(request, fresh, stored_form(fresh), saved_at=timezone.now())
    if request.POST.get("then") == "submit":
        return redirect("ratings:submit", found.pk)
    messages.success(request, _("The sheet is stored as a draft."))
    return redirect("ratings:fill", found.pk)


def _save(form: OwnForm, found: Sheet, user: User) -> Literal["saved", "invalid", "changed"]:
    if not form.is_valid():
        return "invalid"
    said = form.cleaned_data
    try:
        save_self(
            sheet_id=found.pk, revision=said["revision"], seen=said["seen"], view=form.view(), by=user,
            now=timezone.now(),
        )  # fmt: skip
    except ValidationError as error:
        form.add_error(None, error)
        return "invalid"
    except SheetChanged:
        return "changed"
    return "saved"


def stored_form(found: Sheet) -> OwnForm:
    """The form with what is stored."""
    view = own_view_of(found)
    initial = initial_of(view, found.revision, mark_of(view))
    return OwnForm(initial=initial, scheme=rules_of(found), code=found.scheme.code)


def _typed_again(request: HttpRequest, fresh: Sheet) -> OwnForm:
    """What was typed, upon the sheet as it stands now: storing it is a new act."""
    data = request.POST.copy()
    data["revision"], data["seen"] = str(fresh.revision), mark_of(own_view_of(fresh))
    form = OwnForm(data, scheme=rules_of(fresh), code=fresh.scheme.code)
    form.is_valid()
    return form


def _fill_page(
    request: HttpRequest, found: Sheet, form: OwnForm, *, saved_at: datetime | None = None, status: int = 200
) -> HttpResponse:
    scheme, clash = rules_of(found), status == 409
    if clash and request.headers.get("HX-Target") == "saved":
        form = OwnForm(request.POST, scheme=scheme, code=found.scheme.code)  # the marks stay as they were
    stored = own_view_of(found) if clash else None
    own = total_of(found, "self")
    context = {
        **_head(found, timezone.localdate()),
        "form": form,
        "scheme": scheme,
        "groups": form.groups(stored),
        "parts": form.parts(stored),
        "words": form.words(stored),
        "own": own,
        "shares": share_rows(scheme, own.tasks),
        "tasks": found.tasks.all(),
        "n_missing": missing_in(found),
        "returned": _last_return(found),
        "clash": clash,
        "saved_at": saved_at,
    }
    return render_page(request, "ratings/fill.html", context, partials=("saved",), status=status)


def _last_return(found: Sheet) -> SheetEvent | None:
    """Why the sheet came back, while it was not submitted again."""
    last = found.events.select_related("by").order_by("-at", "-pk").first()
    return last if last is not None and last.kind == SheetEvent.Kind.RETURNED else None
