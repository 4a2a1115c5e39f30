"""The meeting of the year: its minutes as a draft, then signed by the chair."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from conduct.agencies.permissions import Refused, signed_in

from ..forms.meeting import FIELDS, MeetingForm, SignForm
from ..models import YearMeeting
from ..permissions.year import check_can_keep_meeting, check_prepares, prepares, visible_meetings
from ..services.meeting import keep_meeting, sign_meeting, who_attends, who_is_heard
from .year import year_in
from .year_acting import FORM_METHODS, act_page, seen_agency


def _found(request: HttpRequest, meeting_id: int) -> YearMeeting:
    rows = visible_meetings(signed_in(request), timezone.localdate())
    return get_object_or_404(rows.select_related("office", "chair", "secretary"), pk=meeting_id)


def _page(request: HttpRequest, template: str, draft: YearMeeting) -> HttpResponse:
    """The form of the minutes, of a new meeting or a draft."""
    user, now = signed_in(request), timezone.now()
    today = timezone.localdate(now)
    heard = list(who_is_heard(draft.office, draft.year, today))
    people = who_attends(draft.office, today)
    typed = {"revision": draft.revision}
    if draft.pk:
        typed |= {name: getattr(draft, name) for name in FIELDS}
    form = MeetingForm(request.POST or None, initial=typed, people=people, heard=heard)
    stored = {"key": draft.pk}

    def act() -> bool:
        meeting = keep_meeting(
            meeting=draft, revision=form.cleaned_data["revision"], said=form.said(), opinions=form.opinions(),
            by=user, now=now,
        )  # fmt: skip
        stored["key"] = meeting.pk
        return True

    context = {"meeting": draft, "office": draft.office, "year": draft.year, "heard": heard}
    said = _("The minutes are stored as a draft; the chair signs them.")
    answer = act_page(request, template, context, form, act, said, "ratings:year")
    return redirect("ratings:meeting", stored["key"]) if answer.status_code == 302 else answer


@never_cache
@require_http_methods(FORM_METHODS)
def meeting_new(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """Write the minutes of a meeting of an office or one of its units."""
    office = seen_agency(request, code)
    check_prepares(signed_in(request), office, timezone.localdate())
    return _page(request, "ratings/meeting_new.html", YearMeeting(office=office, year=year_in(year)))


@never_cache
@require_http_methods(FORM_METHODS)
def meeting_edit(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Change the draft of the minutes."""
    meeting = _found(request, meeting_id)
    check_can_keep_meeting(signed_in(request), meeting.office, timezone.localdate())
    if meeting.signed_at is not None:
        raise Refused(_("The minutes are signed and never change."))
    return _page(request, "ratings/meeting_edit.html", meeting)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(FORM_METHODS)
def meeting(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The minutes; the chair signs them here."""
    found, user, now = _found(request, meeting_id), signed_in(request), timezone.now()
    today = timezone.localdate(now)
    if found.signed_at is None:
        rows = who_is_heard(found.office, found.year, today)
    else:
        rows = found.ratings.select_related("person", "posting__agency").order_by("person__name_order", "pk")
    form = SignForm(request.POST or None, initial={"revision": found.revision})
    context = {
        "meeting": found,
        "rows": rows,
        "may_edit": found.signed_at is None and prepares(user, found.office, today),
        "may_sign": found.signed_at is None and found.chair_id == user.pk,
    }

    def act() -> bool:
        said = form.cleaned_data
        return sign_meeting(
            meeting=found, revision=said["revision"], password=said["password"], by=user, now=now
        )

    to = reverse("ratings:meeting", args=[found.pk])
    return act_page(request, "ratings/meeting.html", context, form, act, _("The minutes are signed."), to)
