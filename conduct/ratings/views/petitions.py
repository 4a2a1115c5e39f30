"""Petitions: the list, one of them, its file; filing one against an own result."""

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from conduct.agencies.models import User
from conduct.agencies.permissions import Refused, signed_in
from conduct.commitments.rules.pledges import in_fours
from conduct.documents.xlsx import Column, make_xlsx, xlsx_response
from conduct.kernel.names import fold
from conduct.kernel.pages import render_page

from ..forms.petitions import FileForm, PetitionsForm
from ..models import Petition, Result, Sheet, YearRating
from ..models.petitions import PetitionQuerySet
from ..permissions.petitions import check_can_answer, check_can_file, is_read, needs_reader
from ..services.petition_answers import is_unchanged
from ..services.petition_papers import petition_pdf as make_petition_pdf
from ..services.petition_papers import subject_words
from ..services.petitions import file_petition, notice_day

PETITIONS_A_PAGE = 25
AT_MOST_EXPORTED = 10_000
OWN_RESULTS = 6
_RANK = Case(When(state=Petition.State.FILED, then=Value(0)), default=Value(1), output_field=IntegerField())


def _found(visible: PetitionQuerySet, form: PetitionsForm, today: date) -> PetitionQuerySet:
    found = visible.with_subject()
    if not form.is_valid():
        return found.none()
    said = form.cleaned_data
    if said["q"]:
        found = found.filter(filed_by__search__contains=fold(said["q"]))
    if said["state"] == "overdue":
        found = found.overdue(today)
    elif said["state"]:
        found = found.filter(state=said["state"])
    return found.order_by(_RANK, "due_on", "-pk")


@require_safe
def petitions(request: HttpRequest) -> HttpResponse:
    """What waits first, the most urgent at the top; and the own results that one may file against."""
    user, today, form = signed_in(request), timezone.localdate(), PetitionsForm(request.GET)
    visible = Petition.objects.visible_to(user, today)
    page = Paginator(_found(visible, form, today), PETITIONS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [(one, is_late(one, today), subject_words(one)) for one in page.object_list],
        **visible.figures(today),
        "filtered": form.is_valid() and any(form.cleaned_data.values()),
        "results": _own_results(user),
        "years": YearRating.objects.filter(
            person=user, state=YearRating.State.DECIDED, replaced_by=None
        ).order_by("-year")[:2],
    }
    status = 422 if form.errors else 200
    return render_page(request, "ratings/petitions.html", context, partials=("list",), status=status)


def is_late(petition: Petition, today: date) -> bool:
    """Whether the answer is, or came, after its day."""
    if petition.state == Petition.State.WITHDRAWN:
        return False
    day = timezone.localdate(petition.answered_at) if petition.answered_at else today
    return day > petition.due_on


def _own_results(user: User) -> list[Result]:
    found = Result.objects.filter(
        sheet__posting__person=user,
        replaced_by=None,
        sheet__state__in=(Sheet.State.APPROVED, Sheet.State.ACKNOWLEDGED),
    ).select_related("sheet")
    return list(found.order_by("-sheet__period")[:OWN_RESULTS])


@require_safe
def petitions_xlsx(request: HttpRequest) -> HttpResponse:
    """The list as it is filtered."""
    today = timezone.localdate()
    visible = Petition.objects.visible_to(signed_in(request), today)
    columns = (
        Column(_("Name"), width=28), Column(_("Against"), width=46), Column(_("Filed on"), "day", 12),
        Column(_("Answer due by"), "day", 12), Column(_("State"), width=14),
        Column(_("Answered on"), "moment", 18),
        Column(_("Outcome"), width=24), Column(_("Late"), width=10),
    )  # fmt: skip
    rows = [
        (
            one.filed_by.full_name, subject_words(one), timezone.localdate(one.filed_at), one.due_on,
            one.get_state_display(), one.answered_at, one.get_outcome_display(),
            _("overdue") if is_late(one, today) else None,
        )
        for one in _found(visible, PetitionsForm(request.GET), today)[:AT_MOST_EXPORTED]
    ]  # fmt: skip
    return xlsx_response("kien-nghi", make_xlsx(_("Petitions"), (), columns, rows))


def listed(request: HttpRequest, petition_id: int) -> Petition:
    """The petition, 404 when the reader may not know of it."""
    found = Petition.objects.visible_to(signed_in(request), timezone.localdate())
    return get_object_or_404(found.with_subject().select_related("new_result"), pk=petition_id)


@never_cache
@require_safe
def petition(request: HttpRequest, petition_id: int) -> HttpResponse:
    """One petition: how it stands, what was said, what changed, and what may be done next."""
    user, today = signed_in(request), timezone.localdate()
    found = listed(request, petition_id)
    is_open = found.state == Petition.State.FILED
    answers, asks = False, False
    if is_open:
        try:
            stands_in_for = check_can_answer(user, found, today)
        except Refused:
            pass
        else:
            needed = needs_reader(found, user, stands_in_for) and not is_read(found, user)
            answers, asks = not needed, needed or found.reader_id is None
    context = {
        "petition": found,
        "subject": subject_words(found),
        "is_late": is_late(found, today),
        "may_answer": answers,
        "may_ask": is_open and asks and found.read_at is None,
        "must_ask": is_open and asks and not answers,
        "may_read": is_open and found.reader_id == user.pk and found.read_at is None,
        "may_withdraw": is_open and found.filed_by_id == user.pk,
        "changes": changed_lines(found),
        "digest": in_fours(found.sha256),
        "is_unchanged": bool(found.sha256) and is_unchanged(found),
    }
    return render_page(request, "ratings/petition.html", context)


def changed_lines(petition: Petition) -> list[dict[str, object]]:
    """The lines that the answer changed, each with its text."""
    if petition.result is None:
        return []
    lines = [line for group in petition.result.parts["groups"] for line in group["lines"]]
    points = petition.changes.get("points", {})
    return [{"text": line["text"], **points[line["code"]]} for line in lines if line["code"] in points]


@never_cache
@require_safe
def petition_pdf(request: HttpRequest, petition_id: int) -> HttpResponse:
    """The whole file as a paper."""
    found = listed(request, petition_id)
    headers = {
        "Content-Disposition": f'inline; filename="kien-nghi-{found.pk}.pdf"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(
        make_petition_pdf(found, now=timezone.now()), content_type="application/pdf", headers=headers
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def petition_add(request: HttpRequest, result_id: int) -> HttpResponse:
    """File a petition against an own result of a month or quarter."""
    user, today = signed_in(request), timezone.localdate()
    sheets = Sheet.objects.visible_to(user, today)
    about = get_object_or_404(
        Result.objects.filter(sheet__in=sheets).select_related("sheet__posting__person", "sheet__office"),
        pk=result_id,
    )
    return _file(request, about)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def petition_add_year(request: HttpRequest, rating_id: int) -> HttpResponse:
    """File a petition against the own class of a year."""
    own = YearRating.objects.filter(person=signed_in(request)).select_related("posting__person", "office")
    return _file(request, get_object_or_404(own, pk=rating_id))


def _file(request: HttpRequest, about: Result | YearRating) -> HttpResponse:
    user, now = signed_in(request), timezone.now()
    check_can_file(user, about)
    key = {"result": about} if isinstance(about, Result) else {"year_rating": about}
    known = Petition.objects.waiting().filter(filed_by=user, **key).first()
    if known is not None:
        return redirect("ratings:petition", known.pk)
    form = FileForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made, is_new = file_petition(about=about, **form.cleaned_data, by=user, now=now)
        if is_new:
            messages.success(request, _("The petition is filed and has reached the competent person."))
        return redirect("ratings:petition", made.pk)
    context = {
        "form": form,
        "about": about,
        "subject": subject_words(Petition(**key)),
        "known_on": notice_day(about),
        "is_year": isinstance(about, YearRating),
    }
    return render_page(request, "ratings/petition_add.html", context, status=422 if form.errors else 200)
