"""The request as our views see it: its types, where it comes from, and whether one of our pages sent it."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class HtmxRequest(HttpRequest):
    """A request that passed HtmxMiddleware; `htmx` is falsy for an ordinary page load."""

    htmx: HtmxDetails


def address_of(request: HttpRequest) -> str:
    """The address a request comes from; of an IPv6 address its network, as one visitor has all of it.

    Behind a proxy it is the last entry of X-Forwarded-For, the one that the proxy itself wrote.
    """
    said: str = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER:  # set only behind a proxy
        said = request.headers.get("X-Forwarded-For", said).rpartition(",")[2].strip()
    try:
        address = ipaddress.ip_address(said)
    except ValueError:
        return said
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def is_from_our_page(request: HttpRequest) -> bool:
    """Whether a form was sent by a page of this site (Fetch Metadata, else Origin, else Referer; ADR 0013).

    Browsers write these headers themselves and no page can change them. A client that writes none of them is
    no browser whose owner could be tricked into sending a form.
    """
    site = request.META.get("HTTP_SEC_FETCH_SITE")
    if site is not None:
        return site in {"same-origin", "none"}  # none: reloaded or sent again by the person
    said = request.META.get("HTTP_ORIGIN") or request.META.get("HTTP_REFERER")
    if said is None:
        return True
    ours = f"{request.scheme}://{request.get_host()}"
    return said == ours or said.startswith(f"{ours}/") or said in settings.CSRF_TRUSTED_ORIGINS
