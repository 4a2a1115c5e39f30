"""One policy for pages and their partials."""

from collections.abc import Collection, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

_VARY = ("HX-Request", "HX-Target")


def render_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    partials: Collection[str] = (),
    status: int = 200,
) -> HttpResponse:
    """The page, or that one of its `partials` which htmx targets.

    The name of a partial is its DOM id and its `hx-target`. The view lists what it allows, so a forged
    target gets the whole page and no check in the surrounding template can be skipped. Going back in the
    browser's history always gets the page. `Vary` is set on both answers, lest a cache mixes them up.
    """
    target = request.headers.get("HX-Target", "")
    wants_part = (
        request.headers.get("HX-Request") == "true"
        and request.headers.get("HX-History-Restore-Request") != "true"
        and target in partials
    )
    name = f"{template}#{target}" if wants_part else template
    response = render(request, name, dict(context or {}), status=status)
    patch_vary_headers(response, _VARY)
    return response
