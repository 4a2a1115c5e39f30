"""A reader with every right over the database, its dumps and the logs tries to learn who answered what.

The attacks are those of docs/adr/0012. The reader comes after the mails have left and the sweep has run,
reads as superuser (``xmin`` and ``ctid`` included), may have seen the counts before and after each answer,
and knows the application's key. Only the mails and the memory of Valkey are not theirs.
"""

import hashlib
import hmac
import itertools
import logging
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from conduct.dossiers.models import Dossier
from conduct.kernel.sealing import unseal
from surveys.models import InvitationBatch, Invited, Response, SpentToken
from surveys.rules.strata import SMALLEST
from surveys.rules.tokens import Token, hash_token, make_token, read_token
from surveys.services import sending
from surveys.services.invitations import remind_batch
from surveys.tasks import mailing
from tests.cast import make_cast
from tests.factories import NOW
from tests.integration.notices.sink import Sink
from tests.integration.surveys.arrange import make_point
from tests.integration.surveys.inviting import answer, finish, invite, send_out, tokens_of

pytestmark = pytest.mark.django_db(transaction=True)
type Snapshot = dict[str, Counter[str]]


@dataclass
class Scene:
    """What happened, and what only the people themselves know: ``tokens`` by address, ``said`` by address."""

    batch: InvitationBatch
    reader: psycopg.Connection
    log: str = ""
    tokens: dict[str, str] = field(default_factory=dict)
    said: dict[str, int] = field(default_factory=dict)
    sent_in_order: list[str] = field(default_factory=list)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.reader.execute(query.encode()).fetchall()

    def tables(self) -> list[str]:
        found = self.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return sorted(name for (name,) in found)

    def snapshot(self) -> Snapshot:
        """Every row of every table as text, as a dump has it."""
        return {
            name: Counter(text for (text,) in self.rows(f'SELECT t::text FROM "{name}" t'))
            for name in self.tables()
        }

    def dump(self) -> str:
        return "\n".join(text for rows in self.snapshot().values() for text in rows)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 10:00 on 20/10/2026."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def sink(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    monkeypatch.setattr(mailing, "PAUSES", ())
    sink = Sink()
    settings.MAILERS = {"default": sink.mailer()}
    yield sink
    sink.stop()


@pytest.fixture
def scene(
    questionnaires: None,
    sink: Sink,
    superuser_connection: psycopg.Connection,
    caplog: pytest.LogCaptureFixture,
) -> Scene:
    """46 people in four strata; 18 answer in an order of their own."""
    cast = make_cast()
    caplog.set_level(logging.DEBUG)
    finish(cast, 22, group="Hộ tịch", posting=cast.lan_posting)
    finish(cast, 9, group="Hộ tịch", posting=cast.minh_posting)
    finish(cast, 9, group="Đất đai")
    finish(cast, 3, group="Chứng thực")
    finish(cast, 3, group="Xây dựng")
    batch = invite(cast, make_point(cast.one_stop))
    scene = Scene(batch, superuser_connection)
    assert send_out(batch)
    scene.tokens = tokens_of(sink.mails)
    scene.sent_in_order = [str(mail["To"]) for mail in sink.mails]
    people = random.Random(5).sample(sorted(scene.tokens), 18)
    for place, address in enumerate(people):
        scene.said[address] = place % 5 + 1
        assert answer(Client(), scene.tokens[address], overall=scene.said[address]).status_code == 302
        if place == 9:
            sending.sweep_batches(now=NOW)
    sending.sweep_batches(now=NOW)
    scene.log = caplog.text
    return scene


def addresses(scene: Scene) -> dict[int, str]:
    """Dossier → address: the reader has the keys of the seals too."""
    invited = Invited.objects.filter(batch=scene.batch).values("dossier_id")
    return {one.pk: unseal(one.sealed_email) for one in Dossier.objects.filter(pk__in=invited)}


def correlation(one: list[int], two: list[int]) -> float:
    """Spearman's for ranks without ties."""
    n = len(one)
    return 1 - 6 * sum((a - b) ** 2 for a, b in zip(one, two, strict=True)) / (n * (n * n - 1))


def test_no_dump_holds_a_token_or_what_it_is_made_of(scene: Scene) -> None:
    text = scene.dump().lower()
    for token in scene.tokens.values():
        read = read_token(token, settings.SECRET_KEY)
        assert read is not None
        assert token.lower() not in text
        assert read.chance.hex() not in text
        assert read.body.hex() not in text


def test_the_hash_of_a_used_token_lies_beside_its_batch_and_nothing_else(scene: Scene) -> None:
    used = {hash_token(_read(scene.tokens[address])) for address in scene.said}
    assert set(SpentToken.objects.values_list("pk", flat=True)) == used
    columns = {
        name
        for (name,) in scene.rows(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'surveys_spenttoken'"
        )
    }
    assert columns == {"hash", "batch_id", "is_fresh"}
    for name, rows in scene.snapshot().items():
        if name != "surveys_spenttoken":
            assert not any(one in row for one in used for row in rows), name


def _read(token: str) -> Token:
    read = read_token(token, settings.SECRET_KEY)
    assert read is not None
    return read


def test_no_token_can_be_guessed_from_all_that_the_database_knows(scene: Scene) -> None:
    """Primary keys, codes, addresses, the application's key and the hash of the secret as ingredients."""
    batch = InvitationBatch.objects.get()
    assert batch.secret_hash
    known = [
        settings.SECRET_KEY.encode(), batch.secret_hash.encode(), bytes.fromhex(batch.secret_hash), b"",
        f"{batch.made_at.isoformat()}".encode(), f"{batch.pk}".encode(),
    ]  # fmt: skip
    spent = set(SpentToken.objects.values_list("pk", flat=True))
    email_of = addresses(scene)
    hits = 0
    for row in Invited.objects.select_related("dossier"):
        of_dossier = [
            f"{row.dossier_id}", f"{row.pk}", row.dossier.code, email_of[row.dossier_id],
            f"surveys.invitation:{row.dossier_id}",
        ]  # fmt: skip
        chances = [
            make_token(batch_id=1, stratum_id=1, dossier_id=row.dossier_id, batch_secret=key).chance
            for key in known
            if key
        ]
        for key, word in itertools.product(known, of_dossier):
            chances.append(hashlib.sha256(key + word.encode()).digest()[:16])
            chances.append(hmac.digest(key or b"x", word.encode(), "sha256")[:16])
            chances.append(hashlib.md5(key + word.encode(), usedforsecurity=False).digest())
        guesses = (Token(row.batch_id, row.stratum_id, chance) for chance in chances)
        hits += sum(hash_token(guess) in spent for guess in guesses)
    assert hits == 0


def test_an_answer_changes_its_own_two_rows_and_nothing_else(scene: Scene) -> None:
    """Counts and rows before and after each answer: no table tells whose turn it was."""
    before = scene.snapshot()
    for address in sorted(set(scene.tokens) - set(scene.said))[:4]:
        assert answer(Client(), scene.tokens[address]).status_code == 302
        after = scene.snapshot()
        changed = {name for name in before if before[name] != after[name]}
        assert changed == {"surveys_response", "surveys_spenttoken"}
        assert (after["surveys_response"] - before["surveys_response"]).total() == 1
        assert (before["surveys_response"] - after["surveys_response"]).total() == 0
        before = after


def test_no_time_is_kept_of_an_answer(scene: Scene) -> None:
    timed = scene.rows(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
        " AND table_name IN ('surveys_response', 'surveys_spenttoken', 'surveys_stratum', 'surveys_invited')"
        " AND data_type ~ 'date|time'"
    )
    assert set(timed) == {("surveys_response", "month"), ("surveys_stratum", "month")}
    assert set(Response.objects.values_list("month", flat=True)) == {NOW.date().replace(day=1)}


def test_xmin_joins_no_used_token_with_its_answer(scene: Scene) -> None:
    """All hashes of a batch come from one transaction, which is that of no answer."""
    of_spent = {xmin for (xmin,) in scene.rows("SELECT xmin::text FROM surveys_spenttoken")}
    of_answers = {xmin for (xmin,) in scene.rows("SELECT xmin::text FROM surveys_response")}
    assert len(of_spent) == 1
    assert not of_spent & of_answers
    assert len(of_answers) == 18


def test_without_the_sweep_xmin_would_join_them(scene: Scene) -> None:
    """The test of the test, and the honest line of the ADR: for at most a minute they share a transaction."""
    late = min(set(scene.tokens) - set(scene.said))
    answer(Client(), scene.tokens[late])
    query = "SELECT count(*) FROM surveys_spenttoken s JOIN surveys_response r ON r.xmin = s.xmin"
    assert scene.rows(query) == [(1,)]
    sending.sweep_batches(now=NOW)
    assert scene.rows(query) == [(0,)]


def test_the_order_of_used_tokens_is_not_that_of_the_answers(scene: Scene) -> None:
    place = {hash_token(_read(scene.tokens[address])): n for n, address in enumerate(scene.said)}
    for order in ("ctid", "hash"):
        found = [place[one] for (one,) in scene.rows(f"SELECT hash FROM surveys_spenttoken ORDER BY {order}")]
        assert abs(correlation(found, list(range(len(found))))) < 0.85, order


def test_the_order_of_the_invited_tells_nobody_who_was_written_to_first(scene: Scene) -> None:
    email_of = addresses(scene)
    for order in ("ctid", "id", "xmin::text::bigint, ctid"):
        rows = scene.rows(f"SELECT dossier_id FROM surveys_invited ORDER BY {order}")
        found = [scene.sent_in_order.index(email_of[pk]) for (pk,) in rows]
        assert abs(correlation(found, list(range(len(found))))) < 0.6, order
        dossiers = sorted(pk for (pk,) in rows)
        ranks = [dossiers.index(pk) for (pk,) in rows]
        assert abs(correlation(ranks, list(range(len(ranks))))) < 0.6, order


def test_all_who_are_invited_look_alike(scene: Scene) -> None:
    """Who answered, who did not and whose mail failed: one state, one transaction."""
    assert scene.rows("SELECT DISTINCT state, batch_id FROM surveys_invited") == [("sent", scene.batch.pk)]
    assert len(scene.rows("SELECT DISTINCT xmin::text FROM surveys_invited")) == 1


def test_every_answer_has_at_least_five_people_who_may_have_given_it(scene: Scene) -> None:
    email_of = addresses(scene)
    people: dict[int, set[str]] = {}
    for row in Invited.objects.all():
        people.setdefault(row.stratum_id, set()).add(email_of[row.dossier_id])
    for stratum_id in Response.objects.values_list("stratum_id", flat=True):
        assert stratum_id is not None
        assert len(people[stratum_id]) >= SMALLEST
    assert len(people) == 4
    assert sum(len(those) for those in people.values()) == 46


def test_guessing_with_every_join_is_no_better_than_chance(scene: Scene) -> None:
    """Whoever pairs answers and people of a stratum by any order of theirs hits as often as by lot."""
    email_of = addresses(scene)
    orders: list[Callable[[Invited], Any]] = [
        lambda row: row.pk, lambda row: row.dossier_id, lambda row: row.dossier.code,
    ]  # fmt: skip
    answers = [
        (stratum_id, overall)
        for stratum_id, overall in scene.rows(
            "SELECT stratum_id, overall FROM surveys_response ORDER BY ctid"
        )
    ]
    for order in orders:
        rows = sorted(Invited.objects.select_related("dossier"), key=order)
        hits = 0
        for stratum_id in {row.stratum_id for row in rows}:
            mine = [email_of[row.dossier_id] for row in rows if row.stratum_id == stratum_id]
            said = [overall for one, overall in answers if one == stratum_id]
            hits += sum(scene.said.get(a) == mark for a, mark in zip(mine, said, strict=False))
        assert hits <= 9, "half of eighteen answers found by one order alone"


def test_the_logs_hold_neither_tokens_nor_addresses_nor_hashes(scene: Scene) -> None:
    for address, token in scene.tokens.items():
        assert token not in scene.log
        assert address not in scene.log
        assert hash_token(_read(token)) not in scene.log


def test_audit_and_notices_speak_of_the_batch_alone(scene: Scene) -> None:
    acts = scene.rows("SELECT act, data::text FROM audit_auditevent WHERE act LIKE 'surveys.%'")
    assert [act for act, _data in acts] == ["surveys.create_batch"]
    for address, token in scene.tokens.items():
        assert address not in acts[0][1]
        assert token not in acts[0][1]
    assert scene.rows("SELECT count(*) FROM notices_notice") == [(0,)]


def test_who_holds_a_mail_learns_that_it_was_used_and_not_what_was_said(scene: Scene) -> None:
    """Honest: while links work, a found mail tells whether its link was used. What was said it does not."""
    used = next(iter(scene.said))
    hashed = hash_token(_read(scene.tokens[used]))
    assert SpentToken.objects.filter(pk=hashed).exists()
    ((xmin,),) = scene.rows(f"SELECT xmin::text FROM surveys_spenttoken WHERE hash = '{hashed}'")
    assert scene.rows(f"SELECT count(*) FROM surveys_response WHERE xmin::text = '{xmin}'") == [(0,)]
    sending.sweep_batches(now=NOW + timedelta(days=32))
    assert not SpentToken.objects.exists()


def test_while_a_batch_leaves_no_stratum_has_fewer_than_five_written_to(
    questionnaires: None,
    sink: Sink,
    superuser_connection: psycopg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A dump taken in the middle: an answer that came at once could still be of five people."""
    cast = make_cast()
    finish(cast, 13, group="Hộ tịch")
    finish(cast, 7, group="Đất đai")
    batch = invite(cast, make_point(cast.one_stop))
    seen: list[int] = []
    original = mailing._Post.send

    def look(post: Any, message: Any) -> bool:
        sent = superuser_connection.execute(
            "SELECT count(*) FROM surveys_invited WHERE state = 'sent' GROUP BY stratum_id"
        )
        seen.extend(n for (n,) in sent.fetchall())
        return original(post, message)

    monkeypatch.setattr(mailing._Post, "send", look)
    send_out(batch)
    assert len(sink.mails) == 20
    assert min(seen) >= SMALLEST


def test_the_memory_of_the_cache_forgets_with_the_reminder(scene: Scene) -> None:
    """Until then whoever reads it, the database and the key at once can tell who answered; hence no disk."""
    key = sending._secret_key(scene.batch.pk)
    assert cache.get(key)
    remind_batch(batch=scene.batch, by=scene.batch.made_by, now=NOW)
    send_out(scene.batch, NOW + timedelta(minutes=6))
    assert cache.get(key) is None
