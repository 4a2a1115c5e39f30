"""What happens around every page."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
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
