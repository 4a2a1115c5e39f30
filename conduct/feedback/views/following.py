"""Following a remark with its code: open it again, say whether it was put right."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from conduct.agencies.permissions import Refused
from conduct.kernel.requests import address_of

from ..forms.citizens import CodeForm, ReopenForm, RightedForm
from ..models import Case
from ..services import limits
from ..services.citizens import Followed, find_case, follow_case, note_guessing, reopen_case
from ..services.righted import ANSWERS, Said, read_token, say_righted
from .frames import citizen_page, give_pass, language_of, read_pass, refusal, refused_post

type Act = Callable[[HttpRequest, Followed], HttpResponse]


@login_not_required
@csrf_exempt  # no sign-in and no cookie: a forged request can do no more than anybody can (ADR 0006)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Type the code; posted, so that it stays out of addresses, histories and logs."""
    request.encoding = "utf-8"
    with translation.override(language_of(request.POST if request.method == "POST" else request.GET)):
        if request.method != "POST":
            return _ask_code(request, CodeForm())
        if refused := refused_post(request):
            return refused
        form = CodeForm(request.POST)
        if not form.is_valid():
            return _ask_code(request, form, status=422)
        network = address_of(request)
        if not limits.may_try_code(network):
            form.add_error("code", _too_often())
            return _ask_code(request, form, status=429)
        code = form.cleaned_data["code"]
        case = find_case(code) if code else None
        if case is None:
            if limits.note_wrong_code(network):
                note_guessing(now=timezone.now())
            form.add_error("code", _("There is no remark with this code. Please compare it sign by sign."))
            return _ask_code(request, form, status=404)
        return followed_page(request, case.pk)


def _ask_code(request: HttpRequest, form: CodeForm, status: int = 200) -> HttpResponse:
    return citizen_page(request, "feedback/follow.html", {"form": form}, status)


def _too_often() -> str:
    return ngettext(
        "Too many tries. Try again in %(minutes)s minute.",
        "Too many tries. Try again in %(minutes)s minutes.",
        limits.MINUTES,
    ) % {"minutes": limits.MINUTES}


def followed_page(request: HttpRequest, case_id: int, status: int = 200, **more: Any) -> HttpResponse:
    """The remark as its citizen sees it now, with the pass for what can be done next."""
    followed = follow_case(case_id, timezone.localdate())
    if followed is None:
        return _stale(request)
    context = {
        "followed": followed,
        "case": followed.case,
        "main": followed.main,
        "pass": give_pass(case_id),
        "righted_choices": Case.Righted.choices,
        "is_overdue": followed.main.is_open and followed.main.due_on < timezone.localdate(),
        "today": timezone.localdate(),
        **more,
    }
    return citizen_page(request, "feedback/followed.html", context, status)


def _stale(request: HttpRequest) -> HttpResponse:
    return refusal(
        request,
        403,
        _("Please type the code once more"),
        _("For your safety, this page works for 30 minutes. Nothing was changed."),
        follow=True,
    )


def with_pass(act: Act) -> Callable[[HttpRequest], HttpResponse]:
    """A view for one act on a followed remark: posted from our page, with a pass that still holds."""

    @login_not_required
    @csrf_exempt  # as above; the pass says whose remark it is
    @sensitive_post_parameters()
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(act)
    def view(request: HttpRequest) -> HttpResponse:
        request.encoding = "utf-8"
        if request.method != "POST":
            return redirect("feedback:follow")
        with translation.override(language_of(request.POST)):
            if refused := refused_post(request):
                return refused
            case_id = read_pass(request.POST.get("pass", ""))
            followed = follow_case(case_id, timezone.localdate()) if case_id is not None else None
            return _stale(request) if followed is None else act(request, followed)

    return view


@with_pass
def follow_again(request: HttpRequest, followed: Followed) -> HttpResponse:
    """Back to the remark from a page about it."""
    return followed_page(request, followed.case.pk)


@with_pass
def reopen(request: HttpRequest, followed: Followed) -> HttpResponse:
    """Not content with the answer: say why, once."""
    form = ReopenForm(request.POST)
    if not form.is_valid():
        return followed_page(request, followed.case.pk, status=422, reopen_form=form)
    try:
        done = reopen_case(case=followed.case, words=form.cleaned_data["words"], now=timezone.now())
    except Refused as refused:
        return followed_page(request, followed.case.pk, status=403, refused=str(refused))
    said = _("Your remark is open again.") if done else _("Your remark was opened again before.")
    return followed_page(request, followed.case.pk, done=said)


@with_pass
def put_right(request: HttpRequest, followed: Followed) -> HttpResponse:
    """Say whether it was put right; the first answer counts."""
    form = RightedForm(request.POST)
    if not form.is_valid() or not (followed.is_asked or followed.case.righted):
        return followed_page(request, followed.case.pk, status=422, refused=_("Please choose an answer."))
    said = say_righted(
        case=followed.case, answer=form.cleaned_data["answer"], by_link=False, now=timezone.now()
    )
    thanks = _("Thank you. Your answer is recorded.")
    known = _("Your answer had been recorded before and stays as it was.")
    return followed_page(request, followed.case.pk, done=thanks if said is Said.RECORDED else known)


@login_not_required
@csrf_exempt  # as above; the signed link says which question is answered
@require_http_methods(["GET", "HEAD", "POST"])
def put_right_by_mail(request: HttpRequest, token: str, answer: str) -> HttpResponse:
    """One click in the mail records the answer; what opens links by itself gets a page with a button."""
    case_id = read_token(token) if answer in ANSWERS else None
    case = Case.objects.select_related("concerns").filter(pk=case_id).first() if case_id is not None else None
    language = request.GET.get("lang") or (case.language if case else "") or "vi"
    with translation.override(language if language in ("vi", "en") else "vi"):
        if case is None:
            return refusal(
                request,
                404,
                _("This link is not one of ours"),
                _("Perhaps a part of it was lost. The follow code leads to the same question."),
                follow=True,
            )
        if request.method == "POST":
            if refused := refused_post(request):
                return refused
            said = say_righted(case=case, answer=answer, by_link=False, now=timezone.now())
        elif _a_person_asks(request):
            said = say_righted(case=case, answer=answer, by_link=True, now=timezone.now())
        else:
            said = Said.KNOWN if case.righted else Said.ASK
        case.refresh_from_db(fields=["righted"])
        context = {
            "case": case, "said": said.value, "token": token, "answer": answer,
            "answer_label": Case.Righted(answer).label, "office_name": case.concerns.name,
        }  # fmt: skip
        return citizen_page(request, "feedback/put_right_by_mail.html", context)


def _a_person_asks(request: HttpRequest) -> bool:
    """Whether a browser opens the page to be seen: it says so; most programs that test links do not."""
    headers = request.headers
    is_shown = headers.get("Sec-Fetch-Mode") == "navigate" and headers.get("Sec-Fetch-Dest") == "document"
    is_ahead = "prefetch" in headers.get("Sec-Purpose", "") or "prefetch" in headers.get("Purpose", "")
    return request.method == "GET" and is_shown and not is_ahead
