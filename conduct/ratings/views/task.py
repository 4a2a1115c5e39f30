"""One task: changing it, taking it off, handing it back, giving it to a colleague, confirming a cause."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from conduct.agencies.models import Posting, User
from conduct.agencies.permissions import Refused, signed_in
from conduct.agencies.tree import subtree_ids
from conduct.kernel.pages import render_page

from ..forms.tasks import CauseForm, ChangeForm, ReasonForm, TakeOverForm
from ..models import Sheet, SheetTask
from ..permissions.tasks import TaskRights, led_postings, period_of_sheet, visible_sheet
from ..services.schemes import NoScheme
from ..services.sheets import SheetChanged
from ..services.task_turns import confirm_cause, give_again, hand_back_task, take_over_task
from ..services.tasks import change_task, remove_task
from .tasks import revision_in, work_for


@dataclass
class Desk:
    """A task before its reader, with the forms of what they may do."""

    user: User
    sheet: Sheet
    task: SheetTask
    rights: TaskRights
    today: date
    taken_by: SheetTask | None

    @property
    def may_hand_back(self) -> bool:
        """The person or whoever leads, once."""
        return (self.rights.may_report or self.rights.may_assign) and self.task.handed_back_at is None

    @property
    def may_give(self) -> bool:
        """A handed-back task that nobody has taken over yet."""
        return self.rights.may_assign and self.task.handed_back_at is not None and self.taken_by is None

    @property
    def may_excuse(self) -> bool:
        """Something went wrong and the person has said why."""
        is_wrong = self.task.returns or self.task.delays
        return bool(self.rights.may_assign and self.task.cause and is_wrong)

    def people(self) -> list[Posting]:
        """The colleagues of the office whom the reader leads."""
        last = period_of_sheet(self.sheet).last.last
        found = led_postings(self.user, self.today).in_force(last).exclude(pk=self.sheet.posting_id)
        here = found.filter(agency_id__in=subtree_ids([self.sheet.office_id], last))
        return list(here.select_related("person", "agency").order_by("person__name_order", "pk"))


def _desk(request: HttpRequest, sheet_id: int, task_id: int, today: date) -> Desk:
    user = signed_in(request)
    sheet, rights = visible_sheet(user, sheet_id, today)
    rows = SheetTask.objects.select_related("work", "excused_by", "assigned_by")
    task = get_object_or_404(rows, pk=task_id, sheet=sheet)
    taken_by = SheetTask.objects.filter(came_from=task).select_related("sheet__posting__person").first()
    return Desk(user, sheet, task, rights, today, taken_by)


def _forms(desk: Desk, request: HttpRequest, act: str) -> dict[str, Form]:
    """The forms of what this reader may do; the one that was sent is bound."""

    def data(name: str) -> QueryDict | None:
        return request.POST if act == name else None

    forms: dict[str, Form] = {}
    if desk.rights.may_assign:
        initial = ChangeForm.initial_of(desk.task)
        forms["change"] = ChangeForm(data("change"), work=work_for(desk.sheet, desk.task), initial=initial)
        if desk.taken_by is None:
            forms["remove"] = ReasonForm(data("remove"), prefix="remove")
    if desk.may_hand_back:
        forms["hand_back"] = ReasonForm(data("hand_back"))
    if desk.may_give:
        forms["give_again"] = Form(data("give_again"))
        forms["take_over"] = TakeOverForm(
            data("take_over"), people=desk.people(), initial={"assigned": desk.task.assigned}
        )
    if desk.may_excuse:
        excused = {
            "excused_returns": desk.task.excused_returns, "excused_delays": desk.task.excused_delays,
        }  # fmt: skip
        forms["excuse"] = CauseForm(data("excuse"), initial=excused)
    if desk.task.came_from_id is not None and "change" in forms:
        del forms["change"].fields["kind"]
    return forms


type Act = Callable[[Desk, Form, int, datetime], object]


def _change(desk: Desk, form: Form, revision: int, now: datetime) -> object:
    if not isinstance(form, ChangeForm):
        raise TypeError(form)
    return change_task(
        sheet_id=desk.sheet.pk,
        task_id=desk.task.pk,
        revision=revision,
        said=form.said(),
        by=desk.user,
        now=now,
    )


def _remove(desk: Desk, form: Form, revision: int, now: datetime) -> object:
    return remove_task(
        sheet_id=desk.sheet.pk, task_id=desk.task.pk, revision=revision, reason=form.cleaned_data["reason"],
        by=desk.user, now=now,
    )  # fmt: skip


def _hand_back(desk: Desk, form: Form, revision: int, now: datetime) -> object:
    return hand_back_task(
        sheet_id=desk.sheet.pk, task_id=desk.task.pk, revision=revision, reason=form.cleaned_data["reason"],
        by=desk.user, now=now,
    )  # fmt: skip


def _give_again(desk: Desk, form: Form, revision: int, now: datetime) -> object:
    return give_again(sheet_id=desk.sheet.pk, task_id=desk.task.pk, revision=revision, by=desk.user, now=now)


def _take_over(desk: Desk, form: Form, revision: int, now: datetime) -> object:
    if not isinstance(form, TakeOverForm):
        raise TypeError(form)
    amount: Decimal = form.cleaned_data["assigned"]
    try:
        return take_over_task(
            sheet_id=desk.sheet.pk, task_id=desk.task.pk, colleague=form.posting(), assigned=amount,
            by=desk.user, now=now,
        )  # fmt: skip
    except (Refused, NoScheme) as refused:
        raise ValidationError({"colleague": str(refused)}) from refused


def _excuse(desk: Desk, form: Form, revision: int, now: datetime) -> object:
    said = form.cleaned_data
    return confirm_cause(
        sheet_id=desk.sheet.pk, task_id=desk.task.pk, revision=revision,
        returns=said["excused_returns"] or 0, delays=said["excused_delays"] or 0, by=desk.user, now=now,
    )  # fmt: skip


_ACTS: dict[str, Act] = {
    "change": _change,
    "remove": _remove,
    "hand_back": _hand_back,
    "give_again": _give_again,
    "take_over": _take_over,
    "excuse": _excuse,
}


@require_http_methods(["GET", "HEAD", "POST"])
def task(request: HttpRequest, sheet_id: int, task_id: int) -> HttpResponse:
    """A task and everything that its reader may do with it."""
    now, act = timezone.now(), request.POST.get("act", "")
    today, status = timezone.localdate(now), 200
    desk = _desk(request, sheet_id, task_id, today)
    forms = _forms(desk, request, act)
    if request.method == "POST":
        if act not in _ACTS:
            raise Http404
        if act not in forms:
            raise Refused(_why_not(desk))
        status = _done(request, desk, act, forms[act], now)
        if status == 200:
            messages.success(request, _("The change is stored."))
            return redirect("ratings:tasks", desk.sheet.pk)
        if status == 409:
            desk = _desk(request, sheet_id, task_id, today)
            forms = _forms(desk, request, act)
    context = {
        "desk": desk,
        "sheet": desk.sheet,
        "task": desk.task,
        "period": period_of_sheet(desk.sheet),
        "forms": forms,
        "form": forms.get(act),
        "clash": status == 409,
    }
    return render_page(request, "ratings/task.html", context, status=status)


def _done(request: HttpRequest, desk: Desk, act: str, form: Form, now: datetime) -> int:
    if not form.is_valid():
        return 422
    try:
        _ACTS[act](desk, form, revision_in(request), now)
    except SheetChanged:
        return 409
    except ValidationError as error:
        form.add_error(None, error)
        return 422
    return 200


def _why_not(desk: Desk) -> str:
    """Why an act is not offered to this reader."""
    if desk.rights.is_own:
        return _("Nobody assigns or excuses their own tasks; whoever leads the unit does.")
    if not desk.rights.leads:
        return _("Tasks are assigned by whoever leads the unit or the office of the person.")
    if not desk.rights.may_assign:
        return _("The sheet has been reviewed, so its tasks stay as they are.")
    return _("This has been done already, or there is nothing to do it with.")
