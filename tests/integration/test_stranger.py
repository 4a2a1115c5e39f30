"""Hoa, who leads another office, opens every page with Lan's objects in it and learns nothing of her."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from conduct.agencies.models import Role, User
from tests.cast import Cast
from tests.factories import grant, make_user
from tests.integration.citizens_side import Words
from tests.integration.commitments.arrange import HOUSEHOLD
from tests.integration.commitments.journaling import REMEDY_WORDS, SLIP_WORDS
from tests.integration.commitments.promising import CONTACT, NAME
from tests.integration.everything import (
    COMMENT,
    EXCUSE,
    NOTICE,
    REPLY,
    SUBMITTED,
    arrange_everything,
)
from tests.routes import VISITS, unknown_addresses, url_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("schemes", "questionnaires", "consent_texts")]
BACKEND = "django.contrib.auth.backends.ModelBackend"

# Of Lan, her colleagues, her office, and what was said about her and by her.
SECRETS = (
    "Thảo Lan",
    "Hữu Minh",
    "Thị Tâm",
    "Anh Quân",
    "Ký Giấy",
    "Xã An Thuận",
    "Phòng Văn hóa – Xã hội",
    COMMENT,
    REPLY,
    EXCUSE,
    NOTICE,
    SLIP_WORDS,
    REMEDY_WORDS,
    SUBMITTED,
    "để dân chờ quá trưa",
    HOUSEHOLD,
    NAME,
    CONTACT,
    *Words().said,
)


@pytest.fixture
def cast(settings: Any, tmp_path: Path) -> Cast:
    """A whole month of Lan's, closed."""
    settings.MEDIA_ROOT, settings.KEY_ROOT = tmp_path / "media", tmp_path / "keys"
    return arrange_everything(Words())


def learned(content: bytes, address: tuple[str, int]) -> list[str]:
    page = content.decode(errors="replace")
    return [secret for secret in SECRETS if secret in page and not (
        secret == "Xã An Thuận" and not VISITS[address].who  # citizens see which office it is
    )]  # fmt: skip


def test_every_address_has_its_object() -> None:
    assert unknown_addresses() == set()


def told(client: Client, user: User | None = None) -> dict[str, object]:
    """What each address gives away to this reader, by GET and by an empty POST; nothing may fail."""
    found: dict[str, object] = {}
    for address in VISITS:
        url = url_of(address)
        if user:  # anew, since one of the addresses signs out
            client.force_login(user, BACKEND)
        for response in (client.get(url, follow=True), client.post(url, {}, follow=True)):
            if response.status_code >= 500:
                found[url] = response.status_code
            elif words := learned(response.getvalue(), address):
                found[url] = words
    return found


def test_hoa_learns_nothing(client: Client, cast: Cast) -> None:
    assert told(client, cast.hoa) == {}


def test_a_visitor_learns_nothing(client: Client, cast: Cast) -> None:
    assert told(client) == {}


def test_a_journal_is_read_by_its_writer_alone(client: Client, cast: Cast) -> None:
    """Whoever leads, runs or looks at the office opens every page; only what was submitted is read."""
    inspector = make_user(username="thanhtra")
    for role in (Role.INSPECTOR, Role.AUDITOR, Role.SYSTEM_ADMIN):
        grant(inspector, cast.province, role)
    found: set[str] = set()
    for user in (cast.minh, cast.tam, cast.quan, cast.phuong, inspector):
        for address in VISITS:
            client.force_login(user, BACKEND)
            found |= set(learned(client.get(url_of(address), follow=True).getvalue(), address))
    assert SUBMITTED in found
    assert not found & {SLIP_WORDS, REMEDY_WORDS}


def test_lan_herself_finds_what_hoa_must_not(client: Client, cast: Cast) -> None:
    """The test of the test: the same words are found on pages of those who may read them."""
    found: set[str] = set()
    for user in (cast.lan, cast.quan, cast.tam):
        client.force_login(user, BACKEND)
        for address in VISITS:
            found |= set(learned(client.get(url_of(address), follow=True).getvalue(), address))
    assert found == set(SECRETS)
