"""Pages: which are public, which parts htmx may ask for, names in four places, nothing inline."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.architecture.source import ROOT, modules

TEMPLATES = ROOT / "templates"
OUR_NAMESPACES = {
    "agencies", "commitments", "dossiers", "feedback", "judgements", "kernel", "models_catalog", "notices",
    "oversight", "ratings", "reports", "scores", "surveys",
}  # fmt: skip

# Whoever adds a page for everyone adds its name here, and says why.
PUBLIC = {
    "commitments:verify",  # whoever holds the paper of a pledge
    "feedback:erase",  # citizens with their follow code
    "feedback:follow",
    "feedback:follow_again",
    "feedback:mailbox",  # citizens
    "feedback:my_data",
    "feedback:put_right",
    "feedback:put_right_by_mail",  # whoever got the mail
    "feedback:reopen",
    "feedback:withdraw",
    "feedback:write",
    "feedback:write_office",
    "kernel:healthz",  # load balancers
    "kernel:set_language",  # before signing in
    "surveys:invited",  # whoever holds the link of an invitation
    "surveys:invited_thanks",
    "surveys:kiosk_answers",  # a tablet at the desk, known by its own cookie
    "surveys:kiosk_app",
    "surveys:kiosk_manifest",
    "surveys:kiosk_pair",
    "surveys:kiosk_worker",
    "reports:open_data_csv",  # everybody
    "reports:open_data_json",
    "reports:public",
    "reports:public_office",
    "feedback:public_answers",  # everybody
    "surveys:respond",  # citizens
    "surveys:thanks",
    # signing in and out, by allauth
    "account_confirm_email",
    "account_confirm_login_code",
    "account_email_verification_sent",
    "account_inactive",
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_signup",  # says that sign-up is closed
    "mfa_authenticate",  # the second step, before one is signed in
    "mfa_login_webauthn",
}


def walk(patterns: list[URLPattern | URLResolver], namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every view with its name."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from walk(pattern.url_patterns, inner)
        else:
            yield f"{namespace}{pattern.name}", pattern


VIEWS = list(walk(get_resolver().url_patterns))


def test_public_views_are_a_written_list() -> None:
    public = {name for name, pattern in VIEWS if not getattr(pattern.callback, "login_required", True)}
    assert public == PUBLIC


def test_our_views_bear_the_name_of_their_address() -> None:
    for name, pattern in VIEWS:
        namespace, _, word = name.partition(":")
        if namespace in OUR_NAMESPACES and name != "kernel:set_language":
            assert getattr(pattern.callback, "__name__", "") == word, name


def _rendered() -> dict[str, set[str]]:
    """What render_page is called with: template → partials it may give."""
    found: dict[str, set[str]] = {}
    for module in modules():
        for node in ast.walk(module.tree):
            if not (isinstance(node, ast.Call) and ast.unparse(node.func) == "render_page"):
                continue
            if len(node.args) < 2 or not isinstance(node.args[1], ast.Constant):
                continue
            allowed = found.setdefault(str(node.args[1].value), set())
            for keyword in node.keywords:
                if keyword.arg == "partials" and isinstance(keyword.value, ast.Tuple):
                    allowed |= {str(e.value) for e in keyword.value.elts if isinstance(e, ast.Constant)}
    return found


RENDERED = _rendered()
SOURCES = {
    path.relative_to(TEMPLATES).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(TEMPLATES.rglob("*.html"))
}
_PARTIAL = re.compile(r"{% partialdef ([\w-]+)[^%]*%}\s*<\w+[^>]*?\bid=\"([^\"]*)\"|{% partialdef ([\w-]+)")


def test_pages_are_rendered_by_one_helper() -> None:
    """Forty pages or so; an empty list would make the tests below pass for nothing."""
    assert len(RENDERED) >= 20
    assert set(RENDERED) <= set(SOURCES), set(RENDERED) - set(SOURCES)


@pytest.mark.parametrize("template", sorted(RENDERED))
def test_a_partial_bears_the_id_of_its_element(template: str) -> None:
    for match in _PARTIAL.finditer(SOURCES[template]):
        name = match[1] or match[3]
        assert match[2] == name, f"{template}: partial {name} is no element with that id"


@pytest.mark.parametrize("template", sorted(RENDERED))
def test_a_view_allows_exactly_the_partials_of_its_page(template: str) -> None:
    defined = {match[1] or match[3] for match in _PARTIAL.finditer(SOURCES[template])}
    assert RENDERED[template] == defined


@pytest.mark.parametrize("template", sorted(SOURCES))
def test_htmx_targets_are_partials(template: str) -> None:
    known = {name for names in RENDERED.values() for name in names}
    for target in re.findall(r'hx-target="([^"]*)"', SOURCES[template]):
        assert target == "this" or target.removeprefix("#") in known, f"{template}: {target}"


@pytest.mark.parametrize("template", sorted(SOURCES))
def test_nothing_is_inline(template: str) -> None:
    """The content security policy allows neither inline styles nor inline scripts."""
    source = SOURCES[template]
    assert not re.search(r"<[a-z][^>]*\sstyle=", source), "a style attribute"
    assert not re.search(r"\son(click|change|submit|load|input)=", source), "an event attribute"
    for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", source, re.DOTALL):
        assert not body.strip() or "csp_nonce" in attributes, "an inline script"
    assert "<style" not in source or "csp_nonce" in source, "an inline stylesheet"


def test_templates_stand_where_their_address_says() -> None:
    words = {name.partition(":")[2] for name, _pattern in VIEWS if ":" in name}
    for template in RENDERED:
        label, _, file = template.partition("/")
        assert label in OUR_NAMESPACES, template
        stem = Path(file).stem
        known = [word for word in words if stem == word or stem.startswith(f"{word}_")]
        assert known, f"{template} bears the name of no address"


_BARE_KEY = re.compile(r"\{\{\s*[\w.]*\b(?:pk|id|\w+_id|revision)(?:\|(?!stringformat)[^}]*)?\s*\}\}")
# Texts that are called so: of form fields, of elements, of charts.
_TEXTS = re.compile(r"auto_id|chart_id|attrs\.id|form\.")


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda p: str(p.name))
def test_no_key_is_written_with_a_thousands_separator(template: Path) -> None:
    """``{{ posting.pk }}`` becomes "1.499" from a thousand on, and no address or form knows that."""
    text = template.read_text(encoding="utf-8")
    bare = [found for found in _BARE_KEY.findall(text) if not _TEXTS.search(found)]
    assert not bare, f"write |stringformat:'d' after {bare}"
