"""The page behind the link of an invitation: no sign-in, no cookie, no session, no script (ADR 0012)."""

import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.request import QueryDict
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from conduct.agencies.models import Agency

from ..asking import LANGUAGES, Desk
from ..forms.citizens import ResponseForm
from ..models import Response
from ..rules.keys import read_key, sign_key
from ..rules.questions import Problem, Sheet, read_answers
from ..services.invited import Invitation, Outcome, answer_invitation, find_invitation
from .citizens import BODY_LIMIT

logger = logging.getLogger(__name__)


@login_not_required
@csrf_exempt  # no sign-in and no cookie: the link itself is the right to answer (ADR 0012)
@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """The form of one invitation. Fetching it changes nothing: mail programs open links by themselves."""
    request.encoding = "utf-8"  # whatever a client calls its bytes
    said = request.POST if request.method == "POST" and _is_within_limit(request) else request.GET
    with translation.override(_language(said)):
        try:
            return _answer(request, token)
        except DatabaseError as error:
            # Not raised on: the log line of an error page would hold the address, hence the token.
            logger.warning("An invitation could not be answered: %s", type(error).__name__)
            return _later()


@login_not_required
@require_safe
def invited_thanks(request: HttpRequest) -> HttpResponse:
    """What becomes of the answer. Its address holds no token, so it can be shown to anyone."""
    with translation.override(_language(request.GET)):
        context = {
            "is_again": "again" in request.GET,
            "write_url": _write_address(request.GET.get("to", "")),
            "month": timezone.localdate(),
            "language_link": f"?lang={_other()}",
        }
        return _page("surveys/invited_thanks.html", context)


def _answer(request: HttpRequest, text: str) -> HttpResponse:
    today = timezone.localdate()
    invitation = find_invitation(text)
    if invitation is None:
        return _refuse(404, _("This link is not known"), _("Please open it once more from the message."))
    if request.method == "POST":
        return _take(request, invitation)
    refusal = _refusal(invitation)
    if refusal is not None:
        return refusal
    desk = invitation.desk(today)
    key = sign_key(uuid4(), invitation.place, settings.SECRET_KEY)
    return _draw(invitation, desk, key)


def _take(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Store the answer and spend the token, or say what is wrong and keep everything that was typed."""
    if not _is_within_limit(request):
        words = _(
            "A comment has at most 2,000 characters and files cannot be sent. Nothing has been recorded."
        )
        return _refuse(413, _("This is too much at once"), words)
    values = {field: value for field, value in request.POST.items() if isinstance(value, str)}
    key = read_key(values.get("key", ""), invitation.place, settings.SECRET_KEY)
    if key is not None and Response.objects.filter(pk=key).exists():
        return _thank(invitation, values, is_again=True)
    refusal = _refusal(invitation)
    if refusal is not None:
        return refusal
    if key is None:
        words = _("It was damaged on its way. Nothing has been recorded; please open the link once more.")
        return _refuse(400, _("This form can no longer be used"), words)
    today = timezone.localdate()
    desk = invitation.desk(today)
    reading = read_answers(values, _sheet(desk))
    if reading.answers is None:
        return _draw(invitation, desk, values["key"], values, reading.problems)
    outcome = answer_invitation(
        invitation=invitation,
        key=key,
        answers=reading.answers,
        language=translation.get_language(),
        respondent=_respondent(values),
        now=timezone.now(),
    )
    if outcome is Outcome.USED:
        return _used()
    return _thank(invitation, values, is_again=outcome is Outcome.AGAIN)


def _sheet(desk: Desk) -> Sheet:
    if desk.sheet is None:
        raise ValueError("an invitation always asks")
    return desk.sheet


def _refusal(invitation: Invitation) -> HttpResponse | None:
    """Why the invitation takes no answer; None when it does."""
    if invitation.is_used():
        return _used()
    if invitation.is_over(timezone.localdate()):
        words = _("Its last day has passed. Thank you for wanting to answer; nothing has been recorded.")
        return _refuse(410, _("This invitation has ended"), words)
    return None


def _used() -> HttpResponse:
    words = _("Each invitation counts once, and an answer has come in with it. If it was yours: thank you.")
    return _refuse(410, _("This invitation has been used"), words)


def _later() -> HttpResponse:
    words = _("Nothing can be stored just now, and nothing has been recorded. Please try again in a minute.")
    return _refuse(503, _("Please try again in a minute"), words)


def _thank(invitation: Invitation, values: Mapping[str, str], *, is_again: bool) -> HttpResponse:
    """Lead to the thanks; who wants an answer finds there where to write, with nothing of the rating."""
    said = {"lang": translation.get_language()}
    if is_again:
        said["again"] = "1"
    if values.get("answer") == "1":
        said["to"] = invitation.batch.agency.code
    answer = redirect(f"{reverse('surveys:invited_thanks')}?{urlencode(said)}")
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _write_address(code: str) -> str:
    """The page on which a letter to this office begins, as for anybody; nothing for an unknown code."""
    today = timezone.localdate()
    office = Agency.objects.in_force(today).filter(code=code[:40].replace("\0", "")).first()
    if office is None:
        return ""
    return f"{reverse('feedback:write_office', args=[office.code])}?lang={translation.get_language()}"


def _respondent(values: Mapping[str, str]) -> str:
    said = values.get("respondent", "")
    return said if said in Response.Respondent.values else Response.Respondent.CITIZEN.value


def _is_within_limit(request: HttpRequest) -> bool:
    """Whether the announced body can be a form; a server gives digits or nothing."""
    length = str(request.META.get("CONTENT_LENGTH", ""))
    return not length or (length.isdecimal() and len(length) < 10 and int(length) <= BODY_LIMIT)


def _language(values: QueryDict) -> str:
    """The language asked for in the address or kept in the form, else the one of the visitor's browser."""
    asked = values.get("lang", "")
    active = (translation.get_language() or "vi")[:2]
    return asked if asked in LANGUAGES else active if active in LANGUAGES else "vi"


def _other() -> str:
    return "vi" if translation.get_language() == "en" else "en"


def _draw(
    invitation: Invitation,
    desk: Desk,
    key: str,
    values: Mapping[str, str] | None = None,
    problems: Mapping[str, Problem] | None = None,
) -> HttpResponse:
    language = translation.get_language()
    context: dict[str, Any] = {
        "office_name": desk.unit,
        "office_place": desk.above,
        "language_link": f"?lang={_other()}",
        "form": ResponseForm(_sheet(desk), timezone.localdate(), language, values, problems),
        "key": key,
        "language": language,
        "batch": invitation.batch,
    }
    return _page("surveys/invited.html", context, 422 if problems else 200)


def _refuse(status: int, heading: str, explanation: str) -> HttpResponse:
    context = {"heading": heading, "explanation": explanation}
    return _page("surveys/respond_refused.html", context, status)


def _page(template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Kept nowhere, and no other address learns this one: it holds the token."""
    return HttpResponse(
        render_to_string(template, {"demo": settings.DEMO, **context}),
        status=status,
        headers={
            "Cache-Control": "private, no-store",
            "Referrer-Policy": "no-referrer",
            "X-Robots-Tag": "noindex",
            "Content-Language": translation.get_language(),
        },
    )
