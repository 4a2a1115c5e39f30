"""The public page that verifies a pledge. No sign-in, no session, no cookie, no script, as for citizens."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.request import QueryDict
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from conduct.kernel.codes import code_in_fours, read_code
from conduct.kernel.requests import address_of

from ..forms.verify import NameForm
from ..models import Pledge
from ..services import verification
from ..services.verification import CannotCount, Proof, TooManyTries

_LANGUAGES = ("vi", "en")
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",  # the address holds the code
}


@login_not_required
@csrf_exempt  # no sign-in and no cookie: a forged request can do no more than anybody can
@sensitive_post_parameters("name")
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, code: str = "") -> HttpResponse:
    """Whether the pledge with this code was signed, where and when; the name only if it is typed."""
    with translation.override(_language(request)):
        if not code:
            return _ask_or_lead_on(request)
        address = address_of(request)
        try:
            verification.check_may_look(address)
        except TooManyTries:
            return _answer(request, {"refusal": _too_often(), "typed": code}, 429)
        known = read_code(code)
        proof = verification.proof_of(known) if known else None
        if proof is None:
            verification.note_wrong_code(address=address, now=timezone.now())
            return _answer(request, {"typed": code[:60], "is_unknown": True}, 404)
        if request.method == "POST":
            return _compare(request, proof, address)
        return _show(request, proof, NameForm())


def _ask_or_lead_on(request: HttpRequest) -> HttpResponse:
    """The field for the code; a typed code leads to its page."""
    typed = request.GET.get("code", "").strip()
    if not typed:
        return _answer(request, {})
    if code := read_code(typed):
        return redirect(f"{reverse('commitments:verify', args=[code])}?lang={translation.get_language()}")
    verification.note_wrong_code(address=address_of(request), now=timezone.now())
    return _answer(request, {"typed": typed[:60], "is_unknown": True}, 404)


def _compare(request: HttpRequest, proof: Proof, address: str) -> HttpResponse:
    form = NameForm(request.POST)
    if not form.is_valid():
        return _show(request, proof, form, status=422)
    try:
        matches = verification.compare_name(
            pledge=proof.pledge, typed=form.cleaned_data["name"], address=address, now=timezone.now()
        )
    except TooManyTries:
        return _show(request, proof, form, status=429, refusal=_too_often())
    except CannotCount:
        said = _("Names cannot be compared at the moment. Try again later.")
        return _show(request, proof, form, status=503, refusal=said)
    return _show(request, proof, form, answer="match" if matches else "other")


def _show(
    request: HttpRequest, proof: Proof, form: NameForm, *, status: int = 200, **more: str
) -> HttpResponse:
    pledge = proof.pledge
    context = {
        "proof": proof,
        "year": pledge.campaign.year,
        "method": _method(pledge),
        "code": code_in_fours(pledge.code),
        "form": form,
        **more,
    }
    return _answer(request, context, status)


def _method(pledge: Pledge) -> str:
    return {
        Pledge.Method.PASSWORD: _("in the application, with the password entered again"),
        Pledge.Method.PASSKEY: _("in the application, with a passkey"),
        Pledge.Method.PAPER: _("on paper; the scan is kept"),
        Pledge.Method.ON_BEHALF: _("by another person on behalf of the one concerned"),
    }[Pledge.Method(pledge.method)]


def _too_often() -> str:
    return ngettext(
        "Too many tries. Try again in %(minutes)s minute.",
        "Too many tries. Try again in %(minutes)s minutes.",
        verification.MINUTES,
    ) % {"minutes": verification.MINUTES}


def _language(request: HttpRequest) -> str:
    """The language asked for in the address or kept in the form, else the one of the visitor's browser."""
    asked: QueryDict = request.POST if request.method == "POST" else request.GET
    if (wanted := asked.get("lang", "")) in _LANGUAGES:
        return wanted
    active = (translation.get_language() or "vi")[:2]
    return active if active in _LANGUAGES else "vi"


def _answer(request: HttpRequest, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
    language = translation.get_language()
    other = "vi" if language == "en" else "en"
    frame = {"language_link": f"?lang={other}", "language": language}
    page = render_to_string("commitments/verify.html", {**frame, **context}, request)
    return HttpResponse(page, status=status, headers={**_HEADERS, "Content-Language": language})
