"""The shell's facts: who is signed in, where they serve and which pages they may open."""

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, object]:
    """Context processor of every page."""
    return {}
