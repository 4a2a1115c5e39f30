"""Another posting for a person, the end of one, a move."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from conduct.kernel.pages import render_page

from ..forms import AddPostingForm, EndForm, PostForm
from ..models import Posting
from ..permissions import Refused, check_can_manage_people, signed_in, visible_people
from ..services import add_posting as begin_posting
from ..services import end_posting as finish_posting
from ..services import move_posting as move
from .people import managed_agencies, status_of, visible_person

ASK = ["GET", "HEAD", "POST"]


def is_done(form: forms.Form, act: Callable[[], object]) -> bool:
    """Carry out an act; what it objects to stands in the form."""
    try:
        act()
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _visible_posting(request: HttpRequest, pk: int) -> Posting:
    seen = visible_people(signed_in(request), timezone.localdate())
    return get_object_or_404(Posting.objects.select_related("agency", "person"), pk=pk, person__in=seen)


@require_http_methods(ASK)
def add_posting(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a known person another posting."""
    user, person, now = signed_in(request), visible_person(request, pk), timezone.now()
    agencies = managed_agencies(user)
    if not agencies.exists():
        raise Refused(_("Only an office administrator enters postings."))
    form = AddPostingForm(
        request.POST or None, agencies=agencies, initial={"starts_on": timezone.localdate(now)}
    )
    if request.method == "POST" and form.is_valid():
        agency = form.cleaned_data["agency"]
        if is_done(
            form, lambda: begin_posting(person=person, agency=agency, post=form.post(), by=user, now=now)
        ):
            messages.success(
                request,
                _("%(name)s serves in %(agency)s.") % {"name": person.full_name, "agency": agency.name},
            )
            return redirect("agencies:person", pk=person.pk)
    context = {"form": form, "person": person}
    return render_page(request, "agencies/add_posting.html", context, status=status_of(request))


@require_http_methods(ASK)
def end_posting(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a posting end."""
    user, posting, now = signed_in(request), _visible_posting(request, pk), timezone.now()
    check_can_manage_people(user, posting.agency, timezone.localdate(now))
    form = EndForm(request.POST or None, initial={"ends_on": timezone.localdate(now)})
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["ends_on"]
        if is_done(form, lambda: finish_posting(posting=posting, ends_on=day, by=user, now=now)):
            said = _("The posting of %(name)s ends on %(day)s, with the roles held there.")
            messages.success(request, said % {"name": posting.person.full_name, "day": f"{day:%d/%m/%Y}"})
            return redirect("agencies:person", pk=posting.person_id)
    context = {"form": form, "posting": posting}
    return render_page(request, "agencies/end_posting.html", context, status=status_of(request))


@require_http_methods(ASK)
def move_posting(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a person to another agency or another title from a day on."""
    user, posting, now = signed_in(request), _visible_posting(request, pk), timezone.now()
    today = timezone.localdate(now)
    check_can_manage_people(user, posting.agency, today)
    initial = {
        "agency": posting.agency,
        "title": posting.title,
        "category": posting.category,
        "is_leader": posting.is_leader,
        "serves_citizens": posting.serves_citizens,
        "starts_on": today,
    }
    form = PostForm(request.POST or None, agencies=managed_agencies(user), initial=initial)
    if request.method == "POST" and form.is_valid():
        agency = form.cleaned_data["agency"]
        if is_done(form, lambda: move(posting=posting, agency=agency, post=form.post(), by=user, now=now)):
            said = _("%(name)s serves in %(agency)s from %(day)s.")
            day = f"{form.cleaned_data['starts_on']:%d/%m/%Y}"
            names = {"name": posting.person.full_name, "agency": agency.name, "day": day}
            messages.success(request, said % names)
            return redirect("agencies:person", pk=posting.person_id)
    context = {"form": form, "posting": posting}
    return render_page(request, "agencies/move_posting.html", context, status=status_of(request))
