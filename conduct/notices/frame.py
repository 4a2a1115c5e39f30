"""The frame of a staff page: who is signed in, the menu, and the bell with the lines not read yet."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from conduct.agencies.navigation import shell_of

from .tallies import UNREAD


def shell(request: HttpRequest) -> dict[str, object]:
    """Context processor of every page; nothing is asked until a template needs it."""
    return {"shell": SimpleLazyObject(lambda: shell_of(request, UNREAD))}
