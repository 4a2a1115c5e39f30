"""Light, dark or as the device: a choice kept in a cookie of the browser."""

from enum import StrEnum

from django.http import HttpRequest

COOKIE = "theme"


class Theme(StrEnum):
    """How staff screens are drawn; citizens' pages follow their device only."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


def theme_of(request: HttpRequest) -> Theme:
    """The theme this browser chose; anything unknown in the cookie counts as "system"."""
    try:
        return Theme(request.COOKIES.get(COOKIE, Theme.SYSTEM))
    except ValueError:
        return Theme.SYSTEM
