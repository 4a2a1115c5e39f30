"""What every page for citizens has: its language, its head, headers that keep it out of caches and logs.

No sign-in, no cookie, no session, no script, as for ratings (ADR 0006). A follow code is never in an address:
it is posted, and from then on a short-lived pass stands in the hidden fields of the page.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.core.signing import BadSignature, Signer, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.http.request import QueryDict
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from conduct.kernel.requests import is_from_our_page

LANGUAGES = ("vi", "en")
BODY_LIMIT = 200_000  # bytes; four thousand emoji, percent-encoded, are 48,000
PASS_SECONDS = 1800
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "same-origin",
}
_signer = TimestampSigner(salt="feedback.pass", sep=".")
_key_signer = Signer(salt="feedback.write", sep=".")


def language_of(values: QueryDict) -> str:
    """The language asked for in the address or kept in the form, else the one of the visitor's browser."""
    asked = values.get("lang", "")
    if asked in LANGUAGES:
        return asked
    active = (translation.get_language() or "vi")[:2]
    return active if active in LANGUAGES else "vi"


def give_pass(case_id: int) -> str:
    """What a page about a case carries along instead of its code, for half an hour."""
    return _signer.sign(str(case_id))


def read_pass(text: str) -> int | None:
    """The case of a pass; None when it was forged or is too old."""
    try:
        return int(_signer.unsign(text, max_age=PASS_SECONDS))
    except (BadSignature, ValueError):
        return None


def give_key(mark: str) -> str:
    """The hidden field of a fresh form: a random key, and the proof that we gave it out for this one."""
    key = uuid4().hex
    return f"{key}.{_key_signer.signature(f'{key}:{mark}')}"


def read_key(text: str, mark: str) -> UUID | None:
    """The key of a form of this addressee; None when it was forged, damaged or belongs elsewhere."""
    key, _dot, proof = text.partition(".")
    try:
        _key_signer.unsign(f"{key}:{mark}.{proof}")
        return UUID(hex=key)
    except (BadSignature, ValueError):
        return None


def citizen_page(
    request: HttpRequest, template: str, context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """A page for citizens. Going back finds what was typed; no cache between us and the browser keeps it."""
    language = translation.get_language()
    frame: dict[str, Any] = {"language": language}
    if request.method != "POST":  # what was posted cannot be asked for again in another language
        frame["language_link"] = f"?lang={'vi' if language == 'en' else 'en'}"
    page = render_to_string(template, {**frame, **context}, request)
    return HttpResponse(page, status=status, headers={**_HEADERS, "Content-Language": language})


def refusal(request: HttpRequest, status: int, heading: str, explanation: str, **more: Any) -> HttpResponse:
    """A page that says why nothing was done, and where to go on."""
    context = {"heading": heading, "explanation": explanation, **more}
    return citizen_page(request, "feedback/write_refused.html", context, status)


def refused_post(request: HttpRequest) -> HttpResponse | None:
    """Why a sent form is not even read: another site sent it, or it is larger than any form of ours."""
    if not is_from_our_page(request):
        return refusal(
            request,
            403,
            _("This form was not sent from our page"),
            _("Nothing has been recorded. Please open the page itself and write there."),
        )
    length = request.META.get("CONTENT_LENGTH", "")
    if length and not (length.isdecimal() and len(length) < 10 and int(length) <= BODY_LIMIT):
        return refusal(
            request,
            413,
            _("This is too much at once"),
            _("A remark has at most 4,000 characters and files cannot be sent. Nothing has been recorded."),
        )
    return None
