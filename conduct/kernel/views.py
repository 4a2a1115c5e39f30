"""What belongs to no app: how the pages look, and whether the server is well."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from conduct.kernel.health import Health, check_health
from conduct.kernel.themes import COOKIE, Theme

_A_YEAR = 365 * 24 * 3600


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or system in this browser, then go back to the page it was chosen on."""
    response = redirect(_way_back(request))
    chosen = request.POST.get("theme", "")
    if chosen in set(Theme):
        response.set_cookie(
            COOKIE,
            chosen,
            max_age=_A_YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """For load balancers and containers: 503 without the database, 200 and "degraded" without the broker."""
    health = check_health()
    return JsonResponse(health, status=503 if health["status"] == Health.DOWN else 200)


def _way_back(request: HttpRequest) -> str:
    """The page to return to, never one of another site."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if wanted and safe else "/"
