"""What runs on the tablet under ``/k/``: pairing, the app with its worker, and the answers it hands in.

Nobody is signed in. The tablet has a cookie of its own that no script can read and no other site can send
(``SameSite=Strict``); answers come as JSON, which another site's form cannot post.
"""

import hashlib
import json
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conduct.kernel.pages import render_page
from conduct.kernel.requests import address_of
from conduct.kernel.workdays import is_working_day

from ..asking import LANGUAGES, read_desk
from ..forms.kiosks import PairForm
from ..forms.tablets import desk_for_tablet, words_for_tablet
from ..models import Kiosk
from ..rules.kiosks import FORMS_AT_ONCE, KEPT_DAYS, read_given
from ..services import kiosks as services
from ..services.given import store_from_kiosk

COOKIE = "kiosk"
_COOKIE_SECONDS = 400 * 24 * 3600  # the longest that browsers keep one; renewed by every sign of life
# Without a touch for so long, the tablet asks whether anybody is there; so much later it sends the form.
IDLE_SECONDS, WARN_SECONDS = 30, 10
THANKS_SECONDS = 6  # then the next person may begin
ALIVE_SECONDS = 300  # between two signs of life
_FILES = ("css/kiosk.css", "js/kiosk-store.js", "js/kiosk-screen.js", "js/kiosk.js", "favicon.svg")


@login_not_required
@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def kiosk_pair(request: HttpRequest) -> HttpResponse:
    """Type the code that the office administrator got; the tablet then belongs to a desk."""
    form, status = PairForm(request.POST if request.method == "POST" else None), 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                paired = services.pair_kiosk(
                    typed=form.cleaned_data["code"], address=address_of(request), by=None, now=timezone.now()
                )
            except services.TooManyCodes:
                status = HTTPStatus.TOO_MANY_REQUESTS
                form.add_error("code", _("Too many wrong codes. Wait ten minutes, then type the code again."))
            else:
                if paired is not None:
                    return _remember(redirect("surveys:kiosk_app"), paired[1])
                words = _("This code does not work. A code works once and for an hour; ask for a new one.")
                form.add_error("code", words)
    context = {"form": form, "known": services.kiosk_of(request.COOKIES.get(COOKIE, ""))}
    return render_page(request, "surveys/kiosk_pair.html", context, status=status)


def _remember[R: HttpResponse](response: R, secret: str) -> R:
    """Give the tablet its secret."""
    response.set_cookie(
        COOKIE,
        secret,
        max_age=_COOKIE_SECONDS,
        path=reverse("surveys:kiosk_app"),
        secure=settings.SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


@login_not_required
@require_safe
def kiosk_app(request: HttpRequest) -> HttpResponse:
    """The app itself, the same for every tablet: it asks for its questions once it runs."""
    response = HttpResponse(_shell(request))
    response["Cache-Control"] = "no-cache"
    return response


def _shell(request: HttpRequest) -> str:
    context = {
        "words": words_for_tablet(),
        "faces": [{"value": mark} for mark in (5, 4, 3, 2, 1)],
        "idle_seconds": IDLE_SECONDS,
        "warn_seconds": WARN_SECONDS,
        "thanks_seconds": THANKS_SECONDS,
        "alive_seconds": ALIVE_SECONDS,
    }
    with translation.override("vi"):
        return render_to_string("surveys/kiosk_app.html", context, request)


@login_not_required
@require_safe
def kiosk_worker(request: HttpRequest) -> HttpResponse:
    """The service worker. What it keeps is named here, since names of files change with their content."""
    address = reverse("surveys:kiosk_app")
    files = [address, reverse("surveys:kiosk_manifest"), *(static(name) for name in _FILES)]
    version = hashlib.sha256("\n".join([*files, _shell(request)]).encode()).hexdigest()[:12]
    kept = json.dumps({"version": version, "app": address, "files": files})
    script = f"self.KEPT = {kept};\nimportScripts({json.dumps(static('js/kiosk-worker.js'))});\n"
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": address}
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers=headers)


@login_not_required
@require_safe
def kiosk_manifest(request: HttpRequest) -> HttpResponse:
    """By which the tablet puts the app on its home screen, full screen."""
    address = reverse("surveys:kiosk_app")
    manifest = {
        "name": "Chuẩn Mực · Đánh giá tại quầy",
        "short_name": "Đánh giá",
        "lang": "vi",
        "id": address,
        "start_url": address,
        "scope": address,
        "display": "fullscreen",
        "background_color": "#ffffff",
        "theme_color": "#ffffff",
        "icons": [{"src": static("favicon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return JsonResponse(
        manifest, content_type="application/manifest+json", headers={"Cache-Control": "no-cache"}
    )


@login_not_required
@csrf_exempt  # its own cookie is SameSite=Strict, and JSON cannot be posted by a form of another site
@never_cache
@require_POST
def kiosk_answers(request: HttpRequest) -> JsonResponse:
    """Forms that were given on a tablet; without any, a sign of life. Tells what became of each.

    401 for a tablet that is not paired (any more), 403 for a revoked one, 400 for what is no JSON of ours.
    """
    if request.content_type != "application/json":
        return JsonResponse({"state": "broken"}, status=415)
    secret = request.COOKIES.get(COOKIE, "")
    kiosk = services.kiosk_of(secret)
    if kiosk is None:
        return JsonResponse({"state": "unpaired"}, status=401)
    if kiosk.revoked_at is not None:
        return JsonResponse({"state": "revoked"}, status=403)
    sent = _read(request.body)
    if sent is None:
        return JsonResponse({"state": "broken"}, status=400)
    now = timezone.now()
    if not sent:
        services.note_alive(kiosk=kiosk, now=now)
        return _remember(JsonResponse({"state": "paired", **_asked(kiosk, now)}), secret)
    told = store_from_kiosk(kiosk=kiosk, forms=[read_given(one, LANGUAGES) for one in sent], now=now)
    outcomes = [{"is": one.outcome, "why": one.why} for one in told]
    return JsonResponse({"state": "paired", "answers": outcomes})


def _read(body: bytes) -> list[Any] | None:
    """The list of forms in a request; None when there is none or it is too long."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        return None
    forms = sent.get("answers") if isinstance(sent, dict) else None
    return forms if isinstance(forms, list) and len(forms) <= FORMS_AT_ONCE else None


def _asked(kiosk: Kiosk, now: datetime) -> dict[str, Any]:
    """What the tablet asks until it hears again, and the days on which the office is closed."""
    today = timezone.localdate(now)
    desk = read_desk(kiosk.point.slug, today)
    days = [today + timedelta(days=later) for later in range(KEPT_DAYS + 1)]
    return {
        "desk": desk_for_tablet(desk, today) if desk else None,
        "hours": settings.WORKING_HOURS,
        "closed_days": [day.isoformat() for day in days if not is_working_day(day)],
    }
