"""What is done with a petition: a second reader is asked, reads; it is answered and signed, or taken back."""

from collections.abc import Callable
from decimal import Decimal

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from conduct.agencies.permissions import Refused, signed_in
from conduct.kernel.pages import render_page

from ..forms.petitions import AnswerForm, OpinionForm, ReaderForm
from ..models import Petition
from ..permissions.petitions import check_can_answer, check_can_read, is_read, needs_reader, readers_for
from ..rules.scheme import parse_scheme
from ..services.petition_answers import answer_petition, leading_in_force, lines_in_force
from ..services.petition_papers import subject_words
from ..services.petitions import PetitionChanged, ask_reader, read_petition, withdraw_petition
from ..services.results import result_in_force
from .petitions import listed


def _act(form: forms.Form, act: Callable[[], object]) -> bool:
    """Do it; False when it could not be done, which the form then says."""
    if not form.is_valid():
        return False
    try:
        act()
    except PetitionChanged:
        form.add_error(
            None,
            _("The petition has been changed meanwhile. Look at it as it stands now, then do this again."),
        )
    except ValidationError as error:
        known = hasattr(error, "error_dict") and set(error.error_dict) <= set(form.fields)
        form.add_error(None, error if known else ValidationError(error.messages))
    else:
        return True
    return False


def _renewed(form: forms.Form, petition: Petition) -> forms.Form:
    """The form with the revision as it is now, so that it can be sent again."""
    if form.is_bound:
        revision = Petition.objects.values_list("revision", flat=True).get(pk=petition.pk)
        form.data = {**form.data, "revision": str(revision)}
    return form


def _waits(petition: Petition) -> bool:
    return petition.state == Petition.State.FILED


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def petition_reader(request: HttpRequest, petition_id: int) -> HttpResponse:
    """Ask for a second opinion."""
    user, now = signed_in(request), timezone.now()
    found, today = listed(request, petition_id), timezone.localdate(now)
    check_can_answer(user, found, today)
    if not _waits(found) or found.read_at is not None:
        return redirect("ratings:petition", found.pk)
    readers = readers_for(found, user, today)
    form = ReaderForm(
        request.POST or None,
        initial={"revision": found.revision, "reader": found.reader_id},
        readers=readers,
    )

    def act() -> None:
        ask_reader(petition=found, **form.cleaned_data, by=user, now=now)

    if request.method == "POST" and _act(form, act):
        messages.success(request, _("The second reader has been asked."))
        return redirect("ratings:petition", found.pk)
    context = {"form": _renewed(form, found), "petition": found, "has_readers": readers.exists()}
    return render_page(request, "ratings/petition_reader.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def petition_read(request: HttpRequest, petition_id: int) -> HttpResponse:
    """The second reader reads, and says what to make of it."""
    user, now = signed_in(request), timezone.now()
    found = listed(request, petition_id)
    check_can_read(user, found)
    if not _waits(found) or found.read_at is not None:
        return redirect("ratings:petition", found.pk)
    form = OpinionForm(request.POST or None)

    def act() -> None:
        read_petition(petition=found, **form.cleaned_data, by=user, now=now)

    if request.method == "POST" and _act(form, act):
        messages.success(request, _("Your opinion is attached to the petition."))
        return redirect("ratings:petition", found.pk)
    current = result_in_force(found.result.sheet) if found.result else None
    context = {
        "form": form,
        "petition": found,
        "subject": subject_words(found),
        "lines": lines_in_force(current) if current else (),
    }
    return render_page(request, "ratings/petition_read.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def petition_answer(request: HttpRequest, petition_id: int) -> HttpResponse:
    """Answer, sign with the password; the points are changed on the same page."""
    user, now = signed_in(request), timezone.now()
    found, today = listed(request, petition_id), timezone.localdate(now)
    stands_in_for = check_can_answer(user, found, today)
    if not _waits(found):
        return redirect("ratings:petition", found.pk)
    if needs_reader(found, user, stands_in_for) and not is_read(found, user):
        raise Refused(
            _("You rated or confirmed this result, so a second reader's opinion must be attached first.")
        )
    form = _answer_form(request, found)

    def act() -> None:
        data = form.cleaned_data
        answer_petition(
            petition=found, said=form.said(), revision=data["revision"], password=data["password"],
            by=user, now=now,
        )  # fmt: skip

    if request.method == "POST" and _act(form, act):
        messages.success(request, _("The answer is signed, and the person has been told."))
        return redirect("ratings:petition", found.pk)
    context = {"form": _renewed(form, found), "petition": found, "subject": subject_words(found)}
    return render_page(request, "ratings/petition_answer.html", context, status=422 if form.errors else 200)


def _answer_form(request: HttpRequest, found: Petition) -> AnswerForm:
    current = result_in_force(found.result.sheet) if found.result else None
    step = parse_scheme(found.result.sheet.scheme.document).step if found.result else Decimal(1)
    return AnswerForm(
        request.POST or None,
        initial={"revision": found.revision},
        lines=lines_in_force(current) if current else (),
        step=step,
        leading=leading_in_force(current) if current else {},
        is_year=found.year_rating is not None,
    )


@require_POST
def petition_withdraw(request: HttpRequest, petition_id: int) -> HttpResponse:
    """Take an own petition back."""
    found = listed(request, petition_id)
    if withdraw_petition(petition=found, by=signed_in(request), now=timezone.now()):
        messages.success(request, _("The petition has been taken back."))
    return redirect("ratings:petition", found.pk)
