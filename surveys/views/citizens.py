"""The citizen's pages: rate, thanks. No sign-in, no cookie, no session, no script, no broker (ADR 0006)."""

import re
from datetime import date
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.request import QueryDict
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from ..asking import CACHE_SECONDS, LANGUAGES, Desk, forget_desk, near, page_cache_key, read_desk
from ..forms.citizens import ResponseForm
from ..models import Response
from ..rules.keys import read_key, sign_key
from ..rules.questions import read_answers
from ..services import store_response

BODY_LIMIT = 500_000  # bytes; ten thousand emoji, percent-encoded, are 120,000
_SLUG = re.compile(r"[a-z0-9]{3,12}", re.ASCII)
# Stands in a cached page where each visitor's own key goes; as long as no key can be.
_KEY_PLACE = "@key@"


@login_not_required
@csrf_exempt  # no sign-in and no cookie: a forged request can do no more than anybody can (ADR 0006)
@require_http_methods(["GET", "HEAD", "POST"])
def respond(request: HttpRequest, slug: str) -> HttpResponse:
    """One question first, the rest optional; sent, it leads to the thanks page."""
    request.encoding = "utf-8"  # whatever a client calls its bytes
    today = timezone.localdate()
    with translation.override(_language(request.GET)):
        if not _SLUG.fullmatch(slug := slug.lower()):
            return _unknown(request)
        if request.method == "POST":
            return _take(request, slug, today)
        page_key = page_cache_key(slug, translation.get_language(), today)
        page: str | None = near.get(page_key)
        if page is None:
            desk = read_desk(slug, today)
            if desk is None:
                return _unknown(request)
            if desk.sheet is None:
                return _closed(request, desk)
            form = ResponseForm(desk.sheet, today, translation.get_language())
            page = _draw_form(request, desk, form, _KEY_PLACE)
            near.set(page_key, page, CACHE_SECONDS)
        return _answer(page.replace(_KEY_PLACE, sign_key(uuid4(), slug, settings.SECRET_KEY)))


@login_not_required
@require_safe
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    """What becomes of the rating. Knows nothing of it, so it can be reloaded and shown to anyone."""
    today = timezone.localdate()
    with translation.override(_language(request.GET)):
        slug = slug.lower()
        desk = read_desk(slug, today) if _SLUG.fullmatch(slug) else None
        if desk is None:
            return _unknown(request)
        language = translation.get_language()
        context = {
            **_frame(desk, f"{reverse('surveys:thanks', args=[slug])}?lang={_other(language)}"),
            "form_url": f"{reverse('surveys:respond', args=[slug])}?lang={language}",
            "month": today,
            "is_again": "again" in request.GET,
        }
        return _answer(render_to_string("surveys/thanks.html", context, request))


def _take(request: HttpRequest, slug: str, today: date) -> HttpResponse:
    """Store a submitted form, or say what is wrong with it and keep everything that was typed."""
    desk = read_desk(slug, today)
    if desk is None:
        return _unknown(request)
    if desk.sheet is None:
        return _closed(request, desk)
    if not _is_within_limit(request.META.get("CONTENT_LENGTH", "")):
        return _too_large(request, desk)
    said = request.POST
    with translation.override(_language(said)):
        key = read_key(said.get("key", ""), desk.slug, settings.SECRET_KEY)
        if key is None:
            return _stale(request, desk)
        reading = read_answers(_as_mapping(said), desk.sheet)
        language = translation.get_language()
        if reading.answers is None:
            form = ResponseForm(desk.sheet, today, language, _as_mapping(said), reading.problems)
            return _answer(_draw_form(request, desk, form, said["key"]), status=422)
        created = store_response(
            desk=desk, key=key, answers=reading.answers, language=language, now=timezone.now()
        )
        if not created and not Response.objects.filter(pk=key).exists():
            forget_desk(desk.slug, today)
            return _closed(request, desk)
        again = "" if created else "&again=1"
        return redirect(f"{reverse('surveys:thanks', args=[desk.slug])}?lang={language}{again}")


def _is_within_limit(length: str) -> bool:
    """Whether the announced body can be a form; a server gives digits or nothing."""
    return not length or (length.isdecimal() and len(length) < 10 and int(length) <= BODY_LIMIT)


def _as_mapping(said: QueryDict) -> dict[str, str]:
    """One value a field, the last, as browsers send it."""
    return {field: value for field, value in said.items() if isinstance(value, str)}


def _language(values: QueryDict) -> str:
    """The language asked for in the address or kept in the form, else the one of the visitor's browser."""
    asked = values.get("lang", "")
    if asked in LANGUAGES:
        return asked
    active = (translation.get_language() or "vi")[:2]
    return active if active in LANGUAGES else "vi"


def _other(language: str) -> str:
    return "vi" if language == "en" else "en"


def _draw_form(request: HttpRequest, desk: Desk, form: ResponseForm, key: str) -> str:
    language = translation.get_language()
    context = {**_frame(desk, f"?lang={_other(language)}"), "form": form, "key": key, "language": language}
    return render_to_string("surveys/respond.html", context, request)


def _frame(desk: Desk | None, language_link: str = "") -> dict[str, Any]:
    """What the head of every citizen page shows."""
    if desk is None:
        return {}
    return {
        "office_name": desk.unit,
        "office_place": desk.above,
        "desk_title": desk.title(translation.get_language()),
        "language_link": language_link,
    }


def _answer(page: str, status: int = 200) -> HttpResponse:
    """Never in a shared cache, since each form has its own key; going back finds what was typed."""
    return HttpResponse(
        page,
        status=status,
        headers={"Cache-Control": "private, no-cache", "Content-Language": translation.get_language()},
    )


def _refuse(
    request: HttpRequest, desk: Desk | None, status: int, heading: str, explanation: str, again: bool = False
) -> HttpResponse:
    """A page that says why nothing was taken, and where to start again if that helps."""
    context = {**_frame(desk), "heading": heading, "explanation": explanation}
    if again and desk is not None:
        address = reverse("surveys:respond", args=[desk.slug])
        context["form_url"] = f"{address}?lang={translation.get_language()}"
    return _answer(render_to_string("surveys/respond_refused.html", context, request), status)


def _unknown(request: HttpRequest) -> HttpResponse:
    return _refuse(
        request,
        None,
        404,
        _("There is no service point at this address"),
        _("Please check the letters of the address, or scan the QR code at the desk once more."),
    )


def _closed(request: HttpRequest, desk: Desk) -> HttpResponse:
    return _refuse(
        request,
        desk,
        410,
        _("This service point takes no ratings now"),
        _("Nothing has been recorded. Please use the QR code that stands at the desk today."),
    )


def _stale(request: HttpRequest, desk: Desk) -> HttpResponse:
    return _refuse(
        request,
        desk,
        400,
        _("This form can no longer be used"),
        _("It was damaged on its way or belongs to another service point. Nothing has been recorded."),
        again=True,
    )


def _too_large(request: HttpRequest, desk: Desk) -> HttpResponse:
    return _refuse(
        request,
        desk,
        413,
        _("This is too much at once"),
        _("A comment has at most 2,000 characters and files cannot be sent. Nothing has been recorded."),
        again=True,
    )
