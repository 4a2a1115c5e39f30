"""The shell's facts: who is signed in, where they serve and which pages they may open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from .models import Role, User
from .tree import desk_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LEADING = frozenset({Role.SUPERVISOR, Role.HEAD})
RUNNING = frozenset({Role.HEAD, Role.OFFICE_ADMIN})


@dataclass(frozen=True)
class Page:
    """An entry of the main menu: its view, and who needs it."""

    view: str
    label: StrOrPromise
    icon: str
    roles: frozenset[Role] | None = None
    needs_posting: bool = False


@dataclass(frozen=True)
class Entry:
    """An entry as the template draws it."""

    url: str
    label: str
    icon: str
    current: bool


@dataclass(frozen=True)
class Shell:
    """What the frame of a staff page says about its reader."""

    user_name: str = ""
    title: str = ""
    agency: str = ""
    roles: frozenset[str] = frozenset()
    entries: tuple[Entry, ...] = ()


# In the order of the menu; phones show the first five and keep the rest in the account's menu.
PAGES = (
    Page("reports:today", _("Today"), "home"),
    Page("judgements:team", _("Judge the month"), "clipboard-check", roles=LEADING),
    Page("commitments:campaigns", _("Pledges"), "signature"),
    Page("scores:mine", _("My scores"), "scale", needs_posting=True),
    Page("reports:own_office", _("Figures"), "chart-line", needs_posting=True),
    Page("models_catalog:browse", _("Models"), "books"),
    Page("agencies:tree", _("Agencies"), "sitemap"),
    Page("surveys:points", _("Service points"), "qrcode", roles=RUNNING),
)


def is_shown(page: Page, roles: frozenset[str], *, has_posting: bool) -> bool:
    """Whether the menu of a person with these roles has this page."""
    if page.needs_posting and not (has_posting or roles):
        return False
    return page.roles is None or bool(page.roles & roles)


def _shell(request: HttpRequest) -> Shell:
    user = request.user
    if not isinstance(user, User):
        return Shell()
    desk = desk_of(user.pk, timezone.localdate())
    match = request.resolver_match
    entries = tuple(
        Entry(
            reverse(page.view),
            str(page.label),
            page.icon,
            current=match is not None and _belongs(match.view_name, page.view),
        )
        for page in PAGES
        if is_shown(page, desk.roles, has_posting=bool(desk.office_code))
    )
    return Shell(
        user_name=user.full_name,
        title=desk.title,
        agency=desk.office_name,
        roles=desk.roles,
        entries=entries,
    )


# Pages that lie under an entry of another app, or of another page of their own.
_ELSEWHERE = {
    "judgements:mine": "scores:mine",
    "judgements:reply": "scores:mine",
    "reports:office": "reports:own_office",
    "scores:months": "judgements:team",
    "scores:close_month": "judgements:team",
    "scores:reopen_month": "judgements:team",
    "scores:team": "judgements:team",
}


def _belongs(view_name: str, entry: str) -> bool:
    """Whether a page lies under an entry of the menu: the pages of its app do, with the exceptions above."""
    if view_name in _ELSEWHERE:
        return _ELSEWHERE[view_name] == entry
    app = entry.partition(":")[0]
    return view_name == entry if app == "reports" else view_name.startswith(f"{app}:")


def shell(request: HttpRequest) -> dict[str, object]:
    """Context processor of every page.

    Nothing is asked until a template needs it: one query for staff, none for citizens.
    """
    return {"shell": SimpleLazyObject(lambda: _shell(request))}
