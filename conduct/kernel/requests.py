"""The request as our views see it: signed-in user and htmx details with their types, and where it comes from."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class HtmxRequest(HttpRequest):
    """A request that passed HtmxMiddleware; `htmx` is falsy for an ordinary page load."""

    htmx: HtmxDetails


def address_of(request: HttpRequest) -> str:
    """Where a request comes from: of an IPv6 address its network, as one visitor has all of it.

    Behind a proxy it is the last entry of X-Forwarded-For, the one that the proxy itself wrote.
    """
    said: str = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER:  # set only behind a proxy
        said = request.headers.get("X-Forwarded-For", said).rpartition(",")[2].strip()
    try:
        address = ipaddress.ip_address(said)
    except ValueError:
        return said
    if address.version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
