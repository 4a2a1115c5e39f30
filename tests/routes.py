"""Every address of the site with the object that stands for it: one list for the crawl and for `make shots`.

The objects belong to Lan and her office, by the cast's user names, which the tests and the demo share.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from conduct.agencies.models import Agency, Posting, RoleGrant
from conduct.agencies.tree import lineage_ids, office_of
from conduct.commitments.models import Campaign, Pledge
from conduct.judgements.models import JudgementSheet
from conduct.kernel.months import Month
from conduct.scores.models import PersonScore
from models_catalog.models import Adoption
from surveys.models import ServicePoint

type Arguments = tuple[Any, ...]


@dataclass(frozen=True)
class Visit:
    """Who looks at a page (empty: a citizen), and with which object of Lan's."""

    who: str = "lan"
    arguments: Callable[[], Arguments] = tuple
    no_picture: str = ""
    """Why there is nothing to look at: it takes POST only, leads on, or gives a file."""
    also: tuple[str, ...] = ()
    """Further readers, to whom the page looks different."""


def lan() -> Posting:
    """Lan's main posting."""
    return Posting.objects.select_related("person", "agency").get(
        person__username="lan", is_main=True, ends_on=None
    )


def office() -> Agency:
    """The office that keeps Lan's months."""
    posting = lan()
    return office_of(posting.agency, posting.starts_on)


def sheet() -> JudgementSheet:
    """Lan's newest judgement."""
    return JudgementSheet.objects.filter(posting=lan()).order_by("-month", "-pk")[0]


def month() -> Month:
    """The month of Lan's newest judgement."""
    return Month.of(sheet().month)


def scored_month() -> Month:
    """The newest month for which Lan has a closed score, else that of her newest judgement."""
    scored = PersonScore.objects.filter(posting=lan()).order_by("-month")
    days: list[date] = list(scored.values_list("month", flat=True).distinct()[:2])
    return Month.of(days[-1]) if days else month()


def adoption() -> Adoption:
    """The model under which Lan is judged."""
    return sheet().adoption


def campaign() -> Campaign:
    """A campaign that asks Lan to sign."""
    posting = lan()
    above = lineage_ids(posting.agency_id, posting.starts_on)
    return Campaign.objects.filter(agency_id__in=above).order_by("-year", "pk")[0]


def point() -> ServicePoint:
    """A service point of Lan's office that asks citizens."""
    return ServicePoint.objects.filter(agency=lan().agency, is_open=True).order_by("pk")[0]


def role() -> RoleGrant:
    """Minh's role over Lan."""
    return RoleGrant.objects.filter(person__username="minh").order_by("pk")[0]


def code() -> Arguments:
    return (office().code,)


def person() -> Arguments:
    return (lan().person_id,)


def posting() -> Arguments:
    return (lan().pk,)


def point_id() -> Arguments:
    return (point().pk,)


def slug() -> Arguments:
    return (point().slug,)


def judged() -> Arguments:
    return (month(), lan().pk, adoption().pk)


def model() -> Arguments:
    return (adoption().version.model.key,)


POST_ONLY, LEADS_ON, A_FILE = "takes POST only", "leads on to another page", "gives a file"

# The address's name and how many parts it takes → the visit. Whoever adds an address adds a line.
VISITS: dict[tuple[str, int], Visit] = {
    ("reports:today", 0): Visit("tam", also=("lan", "minh")),
    ("reports:own_office", 0): Visit("lan", no_picture=LEADS_ON),
    ("reports:office", 1): Visit("phuong", lambda: (Agency.objects.get(kind="province").code,)),
    ("reports:office", 2): Visit("lan", lambda: (office().code, scored_month())),
    ("agencies:tree", 0): Visit("phuong"),
    ("agencies:agency", 1): Visit("quan", code),
    ("agencies:add_person", 1): Visit("quan", code),
    ("agencies:person", 1): Visit("quan", person),
    ("agencies:give_login", 1): Visit("quan", person),
    ("agencies:add_posting", 1): Visit("quan", person),
    ("agencies:grant_role", 1): Visit("quan", person),
    ("agencies:end_posting", 1): Visit("quan", posting),
    ("agencies:move_posting", 1): Visit("quan", posting),
    ("agencies:end_role", 1): Visit("quan", lambda: (role().pk,)),
    ("models_catalog:browse", 0): Visit("lan"),
    ("models_catalog:detail", 1): Visit("tam", model),
    ("models_catalog:adopt", 2): Visit("tam", lambda: (*model(), adoption().version.number)),
    ("models_catalog:end", 1): Visit("tam", lambda: (adoption().pk,)),
    ("commitments:campaigns", 0): Visit("tam", also=("lan",)),
    ("commitments:open_campaign", 0): Visit("tam"),
    ("commitments:campaign", 1): Visit("tam", lambda: (campaign().pk,)),
    ("commitments:sign", 2): Visit("lan", lambda: (campaign().pk, lan().pk)),
    ("commitments:pledge", 1): Visit("lan", lambda: (Pledge.objects.filter(posting=lan())[0].pk,)),
    ("judgements:team", 0): Visit("minh"),
    ("judgements:team", 1): Visit("minh", lambda: (month(),)),
    ("judgements:judge", 3): Visit("minh", judged),
    ("judgements:mine", 0): Visit("lan"),
    ("judgements:mine", 1): Visit("lan", lambda: (month(),)),
    ("judgements:reply", 1): Visit("lan", lambda: (sheet().pk,)),
    ("scores:mine", 0): Visit("lan"),
    ("scores:why", 3): Visit("lan", lambda: (scored_month(), lan().pk, adoption().pk)),
    ("scores:team", 0): Visit("minh"),
    ("scores:team", 1): Visit("minh", lambda: (scored_month(),)),
    ("scores:months", 0): Visit("tam"),
    ("scores:months", 1): Visit("phuong", lambda: (scored_month(),)),
    ("scores:roll_up", 2): Visit("tam", lambda: (month(), *code()), no_picture=POST_ONLY),
    ("scores:close_month", 2): Visit("tam", lambda: (month().previous(), *code())),
    ("scores:reopen_month", 2): Visit("phuong", lambda: (scored_month(), *code())),
    ("surveys:respond", 1): Visit("", slug),
    ("surveys:thanks", 1): Visit("", slug),
    ("surveys:points", 0): Visit("quan"),
    ("surveys:create_point", 0): Visit("quan"),
    ("surveys:point", 1): Visit("quan", point_id),
    ("surveys:change_point", 1): Visit("quan", point_id),
    ("surveys:close_point", 1): Visit("quan", point_id, no_picture=POST_ONLY),
    ("surveys:open_point", 1): Visit("quan", point_id, no_picture=POST_ONLY),
    ("surveys:point_sheet", 1): Visit("quan", point_id, no_picture=A_FILE),
    ("surveys:point_qr_svg", 1): Visit("quan", point_id, no_picture=A_FILE),
    ("surveys:point_qr_png", 1): Visit("quan", point_id, no_picture=A_FILE),
    ("kernel:choose_theme", 0): Visit("lan", no_picture=POST_ONLY),
    ("kernel:healthz", 0): Visit("", no_picture=A_FILE),
    ("kernel:set_language", 0): Visit("", no_picture=LEADS_ON),
    ("account_login", 0): Visit(""),
    ("account_logout", 0): Visit("lan"),
    ("account_inactive", 0): Visit(""),
    ("account_signup", 0): Visit(""),
    ("account_reauthenticate", 0): Visit("lan"),
    ("account_email", 0): Visit("lan"),
    ("account_email_verification_sent", 0): Visit(""),
    ("account_change_password", 0): Visit("lan"),
    ("account_set_password", 0): Visit("lan", no_picture=LEADS_ON),
    ("account_reset_password", 0): Visit(""),
    ("account_confirm_login_code", 0): Visit("", no_picture=LEADS_ON),
    ("account_confirm_email", 1): Visit("", lambda: ("unknown-key",)),
    ("account_reset_password_done", 0): Visit(""),
    ("account_reset_password_from_key", 2): Visit("", lambda: ("1a", "unknown-key")),
    ("account_reset_password_from_key_done", 0): Visit(""),
    ("mfa_index", 0): Visit("lan"),
    ("mfa_authenticate", 0): Visit("", no_picture=LEADS_ON),
    ("mfa_reauthenticate", 0): Visit("lan", no_picture=LEADS_ON),
    ("mfa_activate_totp", 0): Visit("lan"),
    ("mfa_deactivate_totp", 0): Visit("lan", no_picture=LEADS_ON),
    ("mfa_view_recovery_codes", 0): Visit("lan", no_picture=LEADS_ON),
    ("mfa_generate_recovery_codes", 0): Visit("lan", no_picture=LEADS_ON),
    ("mfa_download_recovery_codes", 0): Visit("lan", no_picture=A_FILE),
    ("mfa_list_webauthn", 0): Visit("lan"),
    ("mfa_add_webauthn", 0): Visit("lan"),
    ("mfa_reauthenticate_webauthn", 0): Visit("lan", no_picture=LEADS_ON),
    ("mfa_remove_webauthn", 0): Visit("lan", lambda: (1,), no_picture=LEADS_ON),
    ("mfa_edit_webauthn", 0): Visit("lan", lambda: (1,), no_picture=LEADS_ON),
    ("mfa_login_webauthn", 0): Visit("", no_picture=A_FILE),
}


def addresses() -> Iterator[tuple[str, int]]:
    """Every address of the site: its name and how many parts it takes."""

    def walk(patterns: list[URLPattern | URLResolver], namespace: str) -> Iterator[tuple[str, int]]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                yield from walk(pattern.url_patterns, inner)
            else:
                n_parts = pattern.pattern.regex.groups
                yield f"{namespace}{pattern.name}", n_parts

    return walk(get_resolver().url_patterns, "")


def unknown_addresses() -> set[tuple[str, int]]:
    """Addresses without a line above, and lines without an address."""
    return set(addresses()) ^ set(VISITS)


def url_of(address: tuple[str, int]) -> str:
    """The address with Lan's object in it."""
    return reverse(address[0], args=VISITS[address].arguments())
