"""What happens around every page."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.urls import Resolver404, resolve
from django_htmx.http import HttpResponseClientRedirect

from .requests import HtmxRequest


class SignInAgainMiddleware:
    """A part of a page that is asked for after the session ended leads the whole page to sign-in.

    htmx would follow the redirect and put the sign-in page into the middle of the old one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HtmxRequest) -> HttpResponse:
        response = self.get_response(request)
        sign_in = resolve_url(settings.LOGIN_URL)
        if not request.htmx or urlsplit(response.get("Location", "")).path != sign_in:
            return response
        back = request.htmx.current_url_abs_path or "/"
        return HttpResponseClientRedirect(redirect_to_login(back, sign_in)["Location"])


class ShortWayMiddleware:
    """Pages for everyone that know no person go straight to their view (ADR 0013).

    What stands below this in the list (session, language, sign-in, messages) is not run for addresses that
    begin as ``settings.SHORT_WAYS`` says and whose view is for everyone; what stands above (security headers,
    static files, content policy) is. Such a view sets Vary and Content-Length itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(settings.SHORT_WAYS):
            return self.get_response(request)
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return self.get_response(request)
        if getattr(match.func, "login_required", True):
            return self.get_response(request)
        request.get_host()  # refuses a host that is not ours, as CommonMiddleware does
        request.resolver_match = match
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        return response
