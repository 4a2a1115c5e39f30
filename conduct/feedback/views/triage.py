"""Pages of sorting: what a remark is, who deals with it, what it belongs to."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from conduct.agencies.permissions import signed_in
from conduct.agencies.tree import office_of

from ..forms.cases import AssignForm, MergeForm, MoveForm, NoteForm, SortForm
from ..models import Case
from ..permissions.cases import check_act, check_can_handle, check_can_sort, check_is_readable
from ..rules.cases import ANSWER_DAYS, Act
from ..services import handling, triage
from ..services.publishing import hint_error, hints_in
from ..services.reading import read_sealed
from ..services.subjects import staff_of
from .acting import FORM_METHODS, act_page, listed_case


def _for_sorting(request: HttpRequest, case_id: int, act: Act) -> Case:
    """The case, when the reader may begin this act now; a form that is sent is checked by the act itself.

    Sorting shows names and words also after a form that was not stored, so it asks for the right each time.
    """
    found = listed_case(request, case_id)
    if request.method != "POST" or act is Act.SORT:
        check_can_sort(signed_in(request), found, timezone.localdate())
    if request.method != "POST":
        check_is_readable(found)
        check_act(act, found)
    return found


@never_cache
@require_http_methods(FORM_METHODS)
def sort_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """What it is, whom it names, what it says without personal data."""
    found, user, now = _for_sorting(request, case_id, Act.SORT), signed_in(request), timezone.now()
    today = timezone.localdate(now)
    named = {one.posting_id: one.posting for one in found.subjects.select_related("posting__person")}
    staff = {posting.pk: posting for posting in staff_of(office_of(found.concerns, today), today)} | named
    ordered = sorted(staff.values(), key=lambda one: (one.pk not in named, one.person.name_order, one.pk))
    initial = {
        "kind": found.kind, "summary": found.summary, "postings": list(named), "revision": found.revision,
    }  # fmt: skip
    form = SortForm(request.POST or None, staff=ordered, initial=initial)
    if form.is_valid() and not form.cleaned_data["looked_through"]:
        hints = hints_in(found, form.cleaned_data["summary"], now)
        if hints:
            form.add_error("summary", hint_error(hints))
    return act_page(
        request,
        "feedback/sort_case.html",
        found,
        form,
        lambda: triage.sort_case(
            case=found,
            kind=form.cleaned_data["kind"],
            summary=form.cleaned_data["summary"],
            postings=list(form.cleaned_data["postings"]),
            revision=form.cleaned_data["revision"],
            by=user,
            now=now,
        ),
        _("The remark is sorted."),
        text=read_sealed(found, found.sealed_text),
        days=ANSWER_DAYS,
    )


@require_http_methods(FORM_METHODS)
def assign_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """To whom it is given: somebody who serves in the agency and whom it does not name."""
    found, user, now = _for_sorting(request, case_id, Act.ASSIGN), signed_in(request), timezone.now()
    people = triage.assignable_people(found, now)
    initial = {"assignee": found.assignee_id, "revision": found.revision}
    form = AssignForm(request.POST or None, people=people, initial=initial)
    return act_page(
        request,
        "feedback/assign_case.html",
        found,
        form,
        lambda: triage.assign_case(case=found, by=user, now=now, **form.cleaned_data),
        _("The remark is given to its handler."),
    )


@require_http_methods(FORM_METHODS)
def move_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """To which agency it goes."""
    found, user, now = _for_sorting(request, case_id, Act.MOVE), signed_in(request), timezone.now()
    targets = triage.targets_of(found, now)
    form = MoveForm(request.POST or None, targets=targets, initial={"revision": found.revision})
    return act_page(
        request,
        "feedback/move_case.html",
        found,
        form,
        lambda: triage.move_case(case=found, by=user, now=now, **form.cleaned_data),
        _("The remark is with the other agency now."),
    )


@require_http_methods(FORM_METHODS)
def merge_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """To which remark it belongs."""
    found, user, now = _for_sorting(request, case_id, Act.MERGE), signed_in(request), timezone.now()
    offered = triage.mergeable_cases(found, user, now).order_by("-received_on", "-pk")
    form = MergeForm(request.POST or None, offered=offered, initial={"revision": found.revision})
    return act_page(
        request,
        "feedback/merge_case.html",
        found,
        form,
        lambda: triage.merge_case(case=found, by=user, now=now, **form.cleaned_data),
        _("The remark belongs to the other one now; its citizen reads the answer of that one."),
        offers_any=offered.exists(),
    )


@sensitive_post_parameters("text")
@never_cache
@require_http_methods(FORM_METHODS)
def note_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """A note for those who handle it."""
    found, user, now = listed_case(request, case_id), signed_in(request), timezone.now()
    if request.method != "POST":
        check_can_handle(user, found, timezone.localdate(now))
        check_is_readable(found)
    form = NoteForm(request.POST or None)
    return act_page(
        request,
        "feedback/note_case.html",
        found,
        form,
        lambda: handling.note_case(case=found, text=form.cleaned_data["text"], by=user, now=now),
        _("The note is stored."),
    )
