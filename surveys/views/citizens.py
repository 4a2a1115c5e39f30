"""The citizen's pages: rate, thanks. No sign-in, no session, no script, no broker (ADR 0006 and 0013).

They are called before sessions and sign-in (``settings.SHORT_WAYS``), so they read the language themselves.
"""

import re
import time
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.request import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from conduct.kernel.requests import address_of, is_from_our_page

from ..asking import CACHE_SECONDS, LANGUAGES, Desk, forget_desk, near, page_cache_key, read_desk
from ..forms.citizens import ResponseForm
from ..models import Response
from ..rules.honesty import is_straight
from ..rules.keys import Sent, issued_at, read_key, read_sent, sign_key, sign_sent
from ..rules.questions import Answers, Problem, Sheet, read_answers
from ..services import store_response
from ..services.limits import usual_pace
from ..services.responses import Arrival

BODY_LIMIT = 500_000  # bytes; ten thousand emoji, percent-encoded, are 120,000
SENT_COOKIE = "cm_sent"  # two numbers, no name (ADR 0013)
_SLUG = re.compile(r"[a-z0-9]{3,12}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2}", re.ASCII)
_PHONES = ("Mobi", "Android", "iPad")
# Stands in a page where each visitor's own key goes, when it is drawn to be kept.
_KEY_PLACE = b"@key@"


@login_not_required
@csrf_exempt  # the page is one for everyone; see is_from_our_page and ADR 0013
@require_http_methods(["GET", "HEAD", "POST"])
def respond(request: HttpRequest, slug: str) -> HttpResponse:
    """One question first, the rest optional; sent, it leads to the thanks page."""
    request.encoding = "utf-8"  # whatever a client calls its bytes
    today = timezone.localdate()
    language = _language(request, request.GET)
    if not _SLUG.fullmatch(slug := slug.lower()):
        return _unknown(request, language)
    if request.method == "POST":
        return _take(request, slug, today)
    page: tuple[bytes, bytes] | None = near.get(page_cache_key(slug, language, today))
    if page is None:
        desk = read_desk(slug, today)
        if desk is None:
            return _unknown(request, language)
        if desk.sheet is None:
            return _closed(request, desk, language)
        language = _offered(language, desk.sheet)
        before, _place, after = _draw_form(request, desk, _KEY_PLACE, language).partition(_KEY_PLACE)
        page = (before, after)
        near.set(page_cache_key(slug, language, today), page, CACHE_SECONDS)
        usual_pace(slug, today)  # at hand when the form comes back
    key = sign_key(uuid4(), slug, settings.SECRET_KEY, int(time.time() * 10))
    return _answer(page[0] + key.encode() + page[1], language)


@login_not_required
@require_safe
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    """What becomes of the rating. Knows nothing of it, so it can be reloaded and shown to anyone."""
    today, is_again = timezone.localdate(), "again" in request.GET
    language = _language(request, request.GET)
    if not _SLUG.fullmatch(slug := slug.lower()):
        return _unknown(request, language)
    name = f"{page_cache_key(slug, language, today)}:thanks{is_again:d}"
    page: bytes | None = near.get(name)
    if page is None:
        desk = read_desk(slug, today)
        if desk is None:
            return _unknown(request, language)
        if desk.sheet is not None:
            language = _offered(language, desk.sheet)
        context = {
            **_frame(desk, language, reverse("surveys:thanks", args=[slug])),
            "form_url": f"{reverse('surveys:respond', args=[slug])}?lang={language}",
            "month": today,
            "is_again": is_again,
        }
        page = _draw(request, "surveys/thanks.html", context, language)
        near.set(name, page, CACHE_SECONDS)
    return _answer(page, language)


def _take(request: HttpRequest, slug: str, today: date) -> HttpResponse:
    """Store a submitted form, or say what is wrong with it and keep everything that was typed."""
    language = _language(request, request.GET)
    desk = read_desk(slug, today)
    if desk is None:
        return _unknown(request, language)
    if desk.sheet is None:
        return _closed(request, desk, language)
    if not is_from_our_page(request):
        return _foreign(request, desk, language)
    if not _is_within_limit(request.META.get("CONTENT_LENGTH", "")):
        return _too_large(request, desk, language)
    said = request.POST
    language = _offered(_language(request, said), desk.sheet)
    key = read_key(said.get("key", ""), desk.slug, settings.SECRET_KEY)
    if key is None:
        return _stale(request, desk, language)
    values = _as_mapping(said)
    reading = read_answers(values, desk.sheet)
    again = said["key"].encode()
    if reading.answers is None:
        return _answer(_draw_form(request, desk, again, language, values, reading.problems), language, 422)
    try:
        return _store(request, desk, key, reading.answers, values, language)
    except OperationalError:  # the database is away: the form stays, with its key
        return _answer(_draw_form(request, desk, again, language, values), language, 503)


def _store(
    request: HttpRequest, desk: Desk, key: UUID, answers: Answers, values: dict[str, str], language: str
) -> HttpResponse:
    """Store what was read; lead to the thanks, or to the form for who wants an answer."""
    now = timezone.now()
    day, secret = timezone.localdate(now), settings.SECRET_KEY
    sent = read_sent(request.COOKIES.get(SENT_COOKIE, ""), day, secret)
    created = store_response(
        desk=desk,
        key=key,
        answers=answers,
        language=language,
        arrival=_arrival(request, values["key"], sent),
        now=now,
        respondent="business" if values.get("respondent") == "business" else "citizen",
    )
    if not created and not Response.objects.filter(pk=key).exists():
        forget_desk(desk.slug, day)
        return _closed(request, desk, language)
    if values.get("answer") == "1":
        response = _ask_contact(request, desk, answers.comment, language)
    else:
        again = "" if created else "&again=1"
        response = HttpResponseRedirect(f"{_thanks_address(desk.slug)}?lang={language}{again}")
        response.headers["Content-Length"] = "0"
    if created:
        counted = Sent(sent.forms + 1, sent.straight + is_straight(answers))
        response.set_cookie(
            SENT_COOKIE,
            sign_sent(counted, day, secret),
            max_age=86_400,
            path="/r/",
            secure=settings.SECURE,
            httponly=True,
            samesite="Strict",
        )
    return response


def _arrival(request: HttpRequest, key: str, sent: Sent) -> Arrival:
    """How a form came: for the limits alone, and forgotten with the request."""
    given = issued_at(key)
    browser = request.META.get("HTTP_USER_AGENT", "")
    return Arrival(
        network=address_of(request),
        seconds=time.time() - given / 10 if given else None,
        sent=sent,
        is_phone=any(word in browser for word in _PHONES),
    )


def _ask_contact(request: HttpRequest, desk: Desk, comment: str, language: str) -> HttpResponse:
    """The rating is stored; who wants an answer goes on to a form that knows nothing of the rating."""
    context = {
        **_frame(desk, language),
        "write_url": reverse("feedback:write", args=[desk.slug]),
        "thanks_url": f"{_thanks_address(desk.slug)}?lang={language}",
        "comment": comment,
        "language": language,
    }
    return _answer(_draw(request, "surveys/respond_answer.html", context, language), language)


@lru_cache(1000)
def _thanks_address(slug: str) -> str:
    return reverse("surveys:thanks", args=[slug])


def _is_within_limit(length: str) -> bool:
    """Whether the announced body can be a form; a server gives digits or nothing."""
    return not length or (length.isdecimal() and len(length) < 10 and int(length) <= BODY_LIMIT)


def _as_mapping(said: QueryDict) -> dict[str, str]:
    """One value a field, the last, as browsers send it."""
    return {field: value for field, value in said.items() if isinstance(value, str)}


def _language(request: HttpRequest, values: QueryDict) -> str:
    """The language asked for in the address or kept in the form, else the one of the visitor's browser."""
    asked = values.get("lang", "")
    if _LANGUAGE.fullmatch(asked):
        return asked
    said = translation.get_language_from_request(request)[:2]
    return said if said in LANGUAGES else "vi"


def _offered(language: str, sheet: Sheet) -> str:
    """The language, when the questionnaire is complete in it; else Vietnamese."""
    return language if language in sheet.languages else "vi"


def _framing(language: str) -> str:
    """The language of what stands around the questions."""
    return language if language in LANGUAGES else "vi"


def _draw(request: HttpRequest, template: str, context: dict[str, Any], language: str) -> bytes:
    with translation.override(_framing(language)):
        return render_to_string(template, context, request).encode()


def _draw_form(
    request: HttpRequest,
    desk: Desk,
    key: bytes,
    language: str,
    values: dict[str, str] | None = None,
    problems: Mapping[str, Problem] | None = None,
) -> bytes:
    """The form, empty or with what was typed: something is wrong with it, or nothing could be stored now."""
    if desk.sheet is None:
        raise ValueError("a closed desk asks nothing")
    with translation.override(_framing(language)):
        context = {
            **_frame(desk, language, ""),
            "form": ResponseForm(desk.sheet, timezone.localdate(), language, values, problems),
            "is_waiting": values is not None and not problems,
            "key": key.decode("ascii"),
            "chosen": language,
            "wording": "" if language in LANGUAGES else language,
        }
        return render_to_string("surveys/respond.html", context, request).encode()


def _frame(desk: Desk, language: str, address: str | None = None) -> dict[str, Any]:
    """What the head of every citizen page shows; ``address``: of the page that has other languages."""
    others = desk.sheet.languages if desk.sheet and address is not None else ()
    return {
        "office_name": desk.unit,
        "office_place": desk.above,
        "desk_title": desk.title(language),
        "languages": [
            (code, LANG_INFO.get(code, {}).get("name_local", code).capitalize(), f"{address}?lang={code}")
            for code in others
            if code != language
        ],
    }


def _answer(page: bytes, language: str, status: int = 200) -> HttpResponse:
    """Never in a shared cache, since each form has its own key; going back finds what was typed."""
    return HttpResponse(
        page,
        status=status,
        headers={
            "Cache-Control": "private, no-cache",
            "Content-Language": language,
            "Content-Length": str(len(page)),
            "Vary": "Accept-Language",
        },
    )


def _refuse(
    request: HttpRequest, desk: Desk | None, status: int, words: tuple[Any, Any], language: str
) -> HttpResponse:
    """A page that says why nothing was taken, and where to start again if that helps."""
    context: dict[str, Any] = {"heading": words[0], "explanation": words[1]}
    if desk is not None:
        context |= _frame(desk, language)
        if status != 410:
            context["form_url"] = f"{reverse('surveys:respond', args=[desk.slug])}?lang={language}"
    return _answer(_draw(request, "surveys/respond_refused.html", context, language), language, status)


def _unknown(request: HttpRequest, language: str) -> HttpResponse:
    words = (
        _("There is no service point at this address"),
        _("Please check the letters of the address, or scan the QR code at the desk once more."),
    )
    return _refuse(request, None, 404, words, language)


def _closed(request: HttpRequest, desk: Desk, language: str) -> HttpResponse:
    words = (
        _("This service point takes no ratings now"),
        _("Nothing has been recorded. Please use the QR code that stands at the desk today."),
    )
    return _refuse(request, desk, 410, words, language)


def _stale(request: HttpRequest, desk: Desk, language: str) -> HttpResponse:
    words = (
        _("This form can no longer be used"),
        _("It was damaged on its way or belongs to another service point. Nothing has been recorded."),
    )
    return _refuse(request, desk, 400, words, language)


def _foreign(request: HttpRequest, desk: Desk, language: str) -> HttpResponse:
    words = (
        _("This form was sent from another site"),
        _("A rating counts only when it is given on this page. Nothing has been recorded."),
    )
    return _refuse(request, desk, 403, words, language)


def _too_large(request: HttpRequest, desk: Desk, language: str) -> HttpResponse:
    words = (
        _("This is too much at once"),
        _("A comment has at most 2,000 characters and files cannot be sent. Nothing has been recorded."),
    )
    return _refuse(request, desk, 413, words, language)
