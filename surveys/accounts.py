"""Sign-in, seen from the surveys: it says which networks are an office's own (services/limits.py).

Django asks one class about sign-in (``ACCOUNT_ADAPTER``), so this is the one place for password, passkey and
second step alike, and no page pays for it afterwards.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from conduct.kernel.accounts import ClosedAccountAdapter
from conduct.kernel.requests import address_of

from .services.limits import note_office_network


class OfficeAccountAdapter(ClosedAccountAdapter):
    """Remembers until midnight, as a keyed hash in Valkey, from where staff of an office signed in."""

    def post_login(self, request: HttpRequest, user: Any, **how: Any) -> HttpResponse:
        note_office_network(person=user, network=address_of(request), now=timezone.now())
        response: HttpResponse = super().post_login(request, user, **how)
        return response
