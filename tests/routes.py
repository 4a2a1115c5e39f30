"""Every address of the product once: whose page it is and which object it shows.

One list for the pictures (tests/shots.py) and for the crawl as a stranger. Objects are found by the people of
the cast, who exist in the tests' cast and in the demo alike.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from conduct.agencies.models import Posting, RoleGrant, User
from conduct.agencies.tree import office_of
from conduct.commitments.models import Campaign, Pledge
from conduct.judgements.models import JudgementSheet
from conduct.kernel.months import Month
from models_catalog.models import Adoption
from surveys.models import ServicePoint


class Kind(StrEnum):
    """What an address gives."""

    PAGE = "page"
    FILE = "file"  # a document or a picture
    ACT = "act"  # takes a POST alone
    UNREACHED = "unreached"  # allauth's, without a way to it in this product


@dataclass(frozen=True)
class Route:
    """Whose page it is (a user name, "" for nobody signed in) and the arguments of its address."""

    who: str = ""
    arguments: Callable[["Objects"], dict[str, Any]] = lambda _: {}
    kind: Kind = Kind.PAGE


class Objects:
    """Lan's office and what lies in it, read once."""

    def __init__(self, today: date) -> None:
        self.lan = User.objects.get(username="lan")
        self.posting = Posting.objects.in_force(today).get(person=self.lan, is_main=True)
        self.office = office_of(self.posting.agency, today)
        self.month = Month.of(today)
        self.closed = self.month.previous()

    @property
    def adoption(self) -> Adoption:
        """The office's newest adoption of a model for persons."""
        found = Adoption.objects.filter(agency=self.office, valid_to=None, version__model__judged="person")
        return found.order_by("-valid_from", "pk")[0]

    @property
    def campaign(self) -> Campaign:
        return Campaign.objects.filter(agency=self.office).order_by("-year", "pk")[0]

    @property
    def pledge(self) -> Pledge:
        return Pledge.objects.filter(posting__person=self.lan).order_by("-signed_at")[0]

    @property
    def sheet(self) -> JudgementSheet:
        return JudgementSheet.objects.filter(posting__person=self.lan).order_by("-month")[0]

    @property
    def point(self) -> ServicePoint:
        return ServicePoint.objects.filter(agency=self.posting.agency).order_by("pk")[0]

    @property
    def grant(self) -> RoleGrant:
        return RoleGrant.objects.filter(person__username="minh").order_by("pk")[0]


def _page(who: str, **find: Callable[[Objects], Any]) -> Route:
    return Route(who, lambda it: {name: get(it) for name, get in find.items()})


def _file(who: str, **find: Callable[[Objects], Any]) -> Route:
    return Route(who, _page(who, **find).arguments, Kind.FILE)


def _act(who: str, **find: Callable[[Objects], Any]) -> Route:
    return Route(who, _page(who, **find).arguments, Kind.ACT)


def _code(it: Objects) -> str:
    return it.office.code


def _month(it: Objects) -> Month:
    return it.closed


def _lan(it: Objects) -> int:
    return it.lan.pk


def _posting(it: Objects) -> int:
    return it.posting.pk


def _point(it: Objects) -> int:
    return it.point.pk


def _slug(it: Objects) -> str:
    return it.point.slug


def _adopted(it: Objects) -> Any:
    return it.adoption.version


# One entry for each reader or set of arguments worth a look, in the order of the urls modules.
ROUTES: dict[str, tuple[Route, ...]] = {
    "reports:today": (_page("lan"), _page("minh"), _page("tam")),
    "reports:own_office": (_page("tam"),),
    "reports:office": (_page("phuong", code=_code), _page("tam", code=_code, month=_month)),
    "surveys:respond": (_page("", slug=_slug),),
    "surveys:thanks": (_page("", slug=_slug),),
    "surveys:points": (_page("quan"),),
    "surveys:create_point": (_page("quan"),),
    "surveys:point": (_page("quan", point_id=_point),),
    "surveys:change_point": (_page("quan", point_id=_point),),
    "surveys:close_point": (_act("quan", point_id=_point),),
    "surveys:open_point": (_act("quan", point_id=_point),),
    "surveys:point_sheet": (_file("quan", point_id=_point),),
    "surveys:point_qr_svg": (_file("quan", point_id=_point),),
    "surveys:point_qr_png": (_file("quan", point_id=_point),),
    "models_catalog:browse": (_page("lan"),),
    "models_catalog:detail": (_page("tam", key=lambda it: _adopted(it).model.key),),
    "models_catalog:adopt": (
        _page("tam", key=lambda it: _adopted(it).model.key, number=lambda it: _adopted(it).number),
    ),
    "models_catalog:end": (_page("tam", pk=lambda it: it.adoption.pk),),
    "agencies:tree": (_page("phuong"),),
    "agencies:agency": (_page("quan", code=lambda it: it.posting.agency.code),),
    "agencies:add_person": (_page("quan", code=lambda it: it.posting.agency.code),),
    "agencies:person": (_page("quan", pk=_lan),),
    "agencies:give_login": (_page("quan", pk=_lan),),
    "agencies:add_posting": (_page("quan", pk=_lan),),
    "agencies:grant_role": (_page("quan", pk=_lan),),
    "agencies:end_posting": (_page("quan", pk=_posting),),
    "agencies:move_posting": (_page("quan", pk=_posting),),
    "agencies:end_role": (_page("quan", pk=lambda it: it.grant.pk),),
    "commitments:campaigns": (_page("lan"), _page("quan")),
    "commitments:open_campaign": (_page("quan"),),
    "commitments:campaign": (_page("quan", campaign_id=lambda it: it.campaign.pk),),
    "commitments:sign": (_page("lan", campaign_id=lambda it: it.campaign.pk, posting_id=_posting),),
    "commitments:pledge": (_page("lan", pledge_id=lambda it: it.pledge.pk),),
    "judgements:team": (_page("minh"), _page("minh", month=_month)),
    "judgements:mine": (_page("lan"), _page("lan", month=_month)),
    "judgements:judge": (
        _page("minh", month=lambda it: it.month, posting_id=_posting, adoption_id=lambda it: it.adoption.pk),
    ),
    "judgements:reply": (_act("lan", sheet_id=lambda it: it.sheet.pk),),
    "account_login": (_page(""),),
    "account_logout": (_page("lan"),),
    "account_signup": (_page(""),),
    "account_reauthenticate": (_page("lan"),),
    "account_change_password": (_page("lan"),),
    "account_reset_password": (_page(""),),
    "account_reset_password_done": (_page(""),),
    "account_reset_password_from_key_done": (_page(""),),
    "account_inactive": (_page(""),),
    "account_email": (Route("lan", kind=Kind.UNREACHED),),
    "account_email_verification_sent": (Route(kind=Kind.UNREACHED),),
    "account_set_password": (Route("lan", kind=Kind.UNREACHED),),
    "account_confirm_login_code": (Route(kind=Kind.UNREACHED),),
    "account_confirm_email": (Route("", lambda _: {"key": "x"}, Kind.UNREACHED),),
    "account_reset_password_from_key": (Route("", lambda _: {"uidb36": "1", "key": "x-y"}, Kind.UNREACHED),),
    "mfa_index": (_page("lan"),),
    "mfa_authenticate": (Route(kind=Kind.UNREACHED),),
    "mfa_reauthenticate": (Route("lan", kind=Kind.UNREACHED),),
    "mfa_activate_totp": (_page("lan"),),
    "mfa_deactivate_totp": (Route("lan", kind=Kind.UNREACHED),),
    "mfa_view_recovery_codes": (Route("lan", kind=Kind.UNREACHED),),
    "mfa_generate_recovery_codes": (Route("lan", kind=Kind.UNREACHED),),
    "mfa_download_recovery_codes": (Route("lan", kind=Kind.UNREACHED),),
    "mfa_list_webauthn": (_page("lan"),),
    "mfa_add_webauthn": (_page("lan"),),
    "mfa_reauthenticate_webauthn": (Route("lan", kind=Kind.UNREACHED),),
    "mfa_remove_webauthn": (Route("lan", lambda _: {"pk": 1}, Kind.UNREACHED),),
    "mfa_edit_webauthn": (Route("lan", lambda _: {"pk": 1}, Kind.UNREACHED),),
    "mfa_login_webauthn": (Route(kind=Kind.FILE),),
    "kernel:choose_theme": (_act("lan"),),
    "kernel:set_language": (_act(""),),
    "kernel:healthz": (Route(kind=Kind.FILE),),
}


def known_names() -> set[str]:
    """The name of every address of the product, allauth's included."""
    return set(_names(get_resolver(), ""))


def _names(resolver: URLResolver, space: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}"
        else:
            yield from _names(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
