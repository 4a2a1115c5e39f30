"""What every template may ask: how the page should look, and whether the data are invented."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from conduct.kernel.themes import Theme, theme_of


def look(request: HttpRequest) -> dict[str, Any]:
    """`demo` shows the banner; `theme` is the person's choice and `drawn_theme` what the server can draw.

    "System" is drawn light and corrected before the first paint by static/js/theme.js.
    """
    theme = theme_of(request)
    return {
        "demo": bool(settings.DEMO),
        "theme": theme.value,
        "drawn_theme": "dark" if theme is Theme.DARK else "light",
    }
