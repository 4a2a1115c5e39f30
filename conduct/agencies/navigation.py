"""The shell's facts: who is signed in, where they serve and which pages they may open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .models import Role, User
from .tree import desk_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LEADING = frozenset({Role.SUPERVISOR, Role.HEAD})
RUNNING = frozenset({Role.HEAD, Role.OFFICE_ADMIN})
INSPECTING = frozenset({Role.INSPECTOR, Role.HEAD})
AT_DESKS = RUNNING | {Role.SUPERVISOR, Role.OPERATOR}
ASKING = RUNNING | {Role.SUPERVISOR, Role.CATALOGUE_EDITOR}


@dataclass(frozen=True)
class Page:
    """An entry of the main menu: its view, and who needs it.

    ``words``: where an app has several entries, the words in the names of the pages that lie under this one.
    """

    view: str
    label: StrOrPromise
    icon: str
    roles: frozenset[Role] | None = None
    needs_posting: bool = False
    words: tuple[str, ...] = ()

    @property
    def app(self) -> str:
        """The app whose page it is."""
        return self.view.partition(":")[0]


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
    n_unread: int = 0

    @property
    def bar(self) -> tuple[Entry, ...]:
        """What stands in the bar of a wide screen."""
        return self.entries if len(self.entries) <= BAR + 1 else self.entries[:BAR]

    @property
    def more(self) -> tuple[Entry, ...]:
        """What the bar keeps in its menu; never a single entry."""
        return self.entries[len(self.bar) :]

    @property
    def unread(self) -> str:
        """How many lines of the inbox are unread, as it is written; they are not counted to the end."""
        return f"{MOST_UNREAD}+" if self.n_unread > MOST_UNREAD else str(self.n_unread)

    @property
    def is_in_more(self) -> bool:
        """Whether the page lies under an entry of that menu."""
        return any(entry.current for entry in self.more)


MOST_UNREAD = 99
# So many entries fit into the bar of a wide screen.
BAR = 6

# In the order of the menu; phones show the first five and keep the rest in the account's menu.
PAGES = (
    Page("reports:today", _("Today"), "home"),
    Page(
        "commitments:journal",
        _("Self-reflection"),
        "notebook",
        needs_posting=True,
        words=("journal", "_slip", "follow_up", "change_entry", "delete_entry"),
    ),
    Page(
        "commitments:promises",
        _("Promises"),
        "heart-handshake",
        needs_posting=True,
        words=("promise", "withdrawal"),
    ),
    Page("judgements:team", _("Judge the month"), "clipboard-check", roles=LEADING),
    Page("ratings:mine", _("Ratings"), "file-check", needs_posting=True),
    Page("commitments:campaigns", _("Pledges"), "signature"),
    Page("scores:mine", _("My scores"), "scale", needs_posting=True),
    Page("reports:own_office", _("Figures"), "chart-line", needs_posting=True),
    Page("feedback:cases", _("Remarks"), "message-circle", needs_posting=True),
    Page("oversight:inspections", _("Inspections"), "eye-check", roles=INSPECTING),
    Page("dossiers:report", _("Dossiers"), "folders", needs_posting=True),
    Page("models_catalog:browse", _("Models"), "books"),
    Page("agencies:tree", _("Agencies"), "sitemap"),
    Page("surveys:points", _("Service points"), "qrcode", roles=AT_DESKS),
    Page(
        "surveys:questionnaires",
        _("Surveys"),
        "forms",
        roles=ASKING,
        words=(
            "question",
            "comment",
            "set_aside",
            "reinstate",
            "signals",
            "invitation",
            "batch",
            "round",
            "sample",
        ),
    ),
)


def is_shown(page: Page, roles: frozenset[str], *, has_posting: bool) -> bool:
    """Whether the menu of a person with these roles has this page."""
    if page.needs_posting and not (has_posting or roles):
        return False
    return page.roles is None or bool(page.roles & roles)


def shell_of(request: HttpRequest, unread: str = "0") -> Shell:
    """The frame for who is signed in: one query for staff, none for citizens.

    ``unread``: SQL that counts the unread lines of the inbox, which is an app above.
    """
    user = request.user
    if not isinstance(user, User):
        return Shell()
    desk = desk_of(user.pk, timezone.localdate(), unread)
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
        n_unread=desk.n_counted,
    )


# Pages that lie under an entry of another app, or of another page of their own.
_ELSEWHERE = {
    "judgements:mine": "scores:mine",
    "judgements:reply": "scores:mine",
    "reports:citizens": "reports:own_office",
    "reports:compare_offices": "reports:own_office",
    "reports:hints": "reports:own_office",
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
    app, _colon, name = view_name.partition(":")
    if app == "reports":
        return view_name == entry
    of_app = [page for page in PAGES if page.app == app]
    named = [page for page in of_app if any(word in name for word in page.words)]
    plain = [page for page in of_app if not page.words]
    return entry in {page.view for page in (named or plain)}
