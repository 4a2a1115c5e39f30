"""The request as our views see it: signed-in user and htmx details with their types."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class HtmxRequest(HttpRequest):
    """A request that passed HtmxMiddleware; `htmx` is falsy for an ordinary page load."""

    htmx: HtmxDetails
