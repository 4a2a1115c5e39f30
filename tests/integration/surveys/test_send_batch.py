"""A batch leaves: what the mails say, at most once, and what happens when servers and workers fail."""

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connections

from conduct.audit.models import AuditEvent
from conduct.kernel.sealing import seal
from surveys.models import InvitationBatch, Invited, ServicePoint
from surveys.services import sending
from surveys.services.invitations import remind_batch
from surveys.tasks import mailing
from tests.cast import Cast, make_cast
from tests.factories import DAY, NOW
from tests.integration.notices.sink import Sink
from tests.integration.surveys.arrange import make_point
from tests.integration.surveys.inviting import finish, invite, send_out, token_of, tokens_of

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=6)


@pytest.fixture
def cast(questionnaires: None) -> Cast:
    return make_cast()


@pytest.fixture
def point(cast: Cast) -> ServicePoint:
    return make_point(cast.one_stop)


@pytest.fixture
def sink(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    monkeypatch.setattr(mailing, "PAUSES", (0.01, 0.01))
    sink = Sink()
    settings.MAILERS = {"default": sink.mailer()}
    settings.SITE_URL = "http://chuanmuc.example"
    yield sink
    sink.stop()


def reread(batch: InvitationBatch) -> InvitationBatch:
    return InvitationBatch.objects.get(pk=batch.pk)


def test_everybody_gets_one_mail_with_a_link_of_their_own(
    cast: Cast, point: ServicePoint, sink: Sink
) -> None:
    dossiers = finish(cast, 12)
    batch = invite(cast, point)
    assert send_out(batch)
    tokens = tokens_of(sink.mails)
    assert len(sink.mails) == len(tokens) == len(set(tokens.values())) == 12
    done = reread(batch)
    assert (done.state, done.n_sent, done.n_failed, done.error) == ("sent", 12, 0, "")
    codes = [dossier.code for dossier in dossiers]
    for mail in sink.mails:
        text = mail.get_content()
        assert mail["Subject"].startswith("Trung tâm Phục vụ hành chính công, Xã An Thuận")
        assert "19/11/2026" in text
        assert "In English:" in text
        assert not any(code in str(mail) for code in codes)


def test_a_second_run_sends_nothing(cast: Cast, point: ServicePoint, sink: Sink) -> None:
    finish(cast, 6)
    batch = invite(cast, point)
    send_out(batch)
    assert not send_out(batch, LATER)
    assert len(sink.mails) == 6


def test_a_refused_address_is_counted_and_the_others_leave(
    cast: Cast, point: ServicePoint, sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    finish(cast, 6)
    finish(cast, 1, email="khong-co@example.vn")
    sink.refuses.add("khong-co@example.vn")
    batch = invite(cast, point)
    assert send_out(batch)
    done = reread(batch)
    assert (done.n_sent, done.n_failed) == (6, 1)
    assert set(Invited.objects.filter(batch=batch).values_list("state", flat=True)) == {"sent"}
    assert "example.vn" not in caplog.text


def test_a_mail_server_that_is_away_is_tried_again_later(cast: Cast, point: ServicePoint, sink: Sink) -> None:
    finish(cast, 6)
    batch = invite(cast, point)
    sink.stop()
    assert not send_out(batch)
    waiting = reread(batch)
    assert (waiting.state, waiting.n_sent, waiting.error) == ("sending", 0, sending.SERVER_AWAY)
    assert sending.sweep_batches(now=NOW + timedelta(minutes=1)) == []
    sink.start()
    assert sending.sweep_batches(now=LATER) == [batch.pk]
    assert send_out(batch, LATER)
    assert len(sink.mails) == 6
    assert reread(batch).error == ""


class Dying(Sink):
    """Goes away for good after so many mails."""

    left = 3

    def keep(self, raw: bytes) -> None:
        super().keep(raw)
        self.left -= 1
        if self.left == 0:
            raise ConnectionAbortedError  # before the server says that it kept it


def test_a_server_that_dies_in_a_pack_loses_no_more_than_the_pack(
    cast: Cast, point: ServicePoint, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailing, "PAUSES", (0.01,))
    monkeypatch.setattr("socketserver.BaseServer.handle_error", lambda *_args: None)
    sink = Dying()
    settings.MAILERS = {"default": sink.mailer()}
    finish(cast, 40)
    batch = invite(cast, point)
    send_out(batch)
    assert send_out(batch, LATER) or reread(batch).state == "sent"
    sink.stop()
    done, addresses = reread(batch), [str(mail["To"]) for mail in sink.mails]
    assert len(addresses) == len(set(addresses)), "somebody got two mails"
    assert done.n_sent + done.n_failed == 40
    assert 40 - len(addresses) < 10


def _worker(batch_id: int, sink: dict[str, Any]) -> None:
    """A worker process that hangs in its third mail."""
    from django.conf import settings

    connections.close_all()
    connections["default"].close_pool()  # type: ignore[attr-defined]
    settings.MAILERS = {"default": sink}
    original, sent = mailing._Post.send, []

    def hang_in_the_third(post: Any, message: Any) -> bool:
        sent.append(original(post, message))
        if len(sent) == 3:
            time.sleep(60)
        return sent[-1]

    pytest.MonkeyPatch().setattr(mailing._Post, "send", hang_in_the_third)
    mailing.deliver(batch_id=batch_id, worker="victim", clock=lambda: NOW)


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_sends_nothing_twice(questionnaires: None, settings: Any) -> None:
    cast = make_cast()
    sink = Sink()
    settings.MAILERS = {"default": sink.mailer()}
    finish(cast, 30)
    batch = invite(cast, make_point(cast.one_stop))
    connections.close_all()
    connections["default"].close_pool()  # type: ignore[attr-defined]
    victim = multiprocessing.get_context("fork").Process(target=_worker, args=(batch.pk, sink.mailer()))
    victim.start()
    deadline = time.monotonic() + 30
    while len(sink.mails) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert victim.pid
    os.kill(victim.pid, signal.SIGKILL)
    victim.join()
    assert not send_out(batch, NOW + timedelta(minutes=1)), "the lease still holds"
    assert send_out(batch, LATER)
    sink.stop()
    addresses = [str(mail["To"]) for mail in sink.mails]
    assert len(addresses) == len(set(addresses)), "somebody got two mails"
    assert 30 - len(addresses) < 10
    assert reread(batch).state == "sent"


def test_two_workers_share_no_batch(cast: Cast, point: ServicePoint, sink: Sink) -> None:
    finish(cast, 6)
    batch = invite(cast, point)
    first = sending.claim_batch(batch_id=batch.pk, worker="first", now=NOW)
    assert first is not None
    assert not send_out(batch, NOW, "second")
    assert send_out(batch, LATER, "second")
    ids = tuple(Invited.objects.values_list("pk", flat=True))
    assert sending.take_pack(claim=first, ids=ids, now=LATER) is None
    assert len(sink.mails) == 6


def test_an_unforeseen_error_loses_its_pack_and_is_named_by_its_kind_alone(
    cast: Cast,
    point: ServicePoint,
    sink: Sink,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    finish(cast, 12)
    batch = invite(cast, point)

    def fail(_post: Any, _message: Any) -> EmailMessage:
        raise RuntimeError("dan@example.vn")

    monkeypatch.setattr(mailing._Post, "letter", fail)
    for tries in range(4):
        send_out(batch, NOW + tries * timedelta(minutes=6))
    done = reread(batch)
    assert (done.state, done.n_sent, done.n_failed) == ("sent", 0, 12)
    assert "RuntimeError" in caplog.text
    assert "dan@example.vn" not in caplog.text


def test_nobody_is_written_to_at_night(cast: Cast, point: ServicePoint, sink: Sink) -> None:
    finish(cast, 6)
    batch = invite(cast, point)
    night = NOW + timedelta(hours=12)  # 22:00
    assert not send_out(batch, night)
    assert send_out(batch, night + timedelta(hours=10))
    assert len(sink.mails) == 6


def test_an_address_in_a_seal_cannot_write_headers(cast: Cast, point: ServicePoint, sink: Sink) -> None:
    """Not in the preview, and not when the seal is changed between preview and sending."""
    finish(cast, 6)
    (evil,) = finish(cast, 1, email="an@example.vn\nBcc: all@example.vn")
    batch = invite(cast, point)
    assert batch.left_out == {"no_address": 1}
    changed = Invited.objects.filter(batch=batch).select_related("dossier")[0].dossier
    changed.sealed_email = evil.sealed_email
    changed.save()
    assert send_out(batch)
    assert reread(batch).n_failed == 1
    assert not any(mail["Bcc"] or "all@" in str(mail) for mail in sink.mails)


def test_an_office_whose_name_breaks_lines_writes_one_subject(
    cast: Cast, point: ServicePoint, sink: Sink
) -> None:
    cast.one_stop.name = "Trung tâm\nBcc: all@example.vn"
    cast.one_stop.save()
    finish(cast, 5)
    batch = invite(cast, point)
    assert send_out(batch)
    assert all(mail["Bcc"] is None for mail in sink.mails)
    assert sink.mails[0]["Subject"].startswith("Trung tâm Bcc: all@example.vn")


def test_without_an_address_a_text_message_leaves_and_its_file_holds_no_number(
    cast: Cast, point: ServicePoint, sink: Sink, settings: Any, tmp_path: Path
) -> None:
    settings.SMS_FOLDER = tmp_path / "sms"
    finish(cast, 5)
    finish(cast, 1, email="", phone="0912345678")
    assert send_out(invite(cast, point))
    (file,) = settings.SMS_FOLDER.iterdir()
    text = file.read_text(encoding="utf-8")
    assert token_of(text)
    assert "912345678" not in text
    assert (file.stat().st_mode & 0o777, settings.SMS_FOLDER.stat().st_mode & 0o777) == (0o600, 0o700)


def test_on_a_site_in_use_neither_files_nor_the_console_take_messages(
    cast: Cast, point: ServicePoint, settings: Any
) -> None:
    settings.SECURE = True
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.console.EmailBackend"}}
    finish(cast, 5, phone="0912345678")
    with pytest.raises(Exception, match="Không mời được ai"):
        invite(cast, point)


def test_a_reminder_brings_the_same_links_to_everybody_once(
    cast: Cast, point: ServicePoint, sink: Sink
) -> None:
    finish(cast, 11)
    batch = invite(cast, point)
    send_out(batch)
    first = tokens_of(sink.mails)
    sink.mails.clear()
    assert remind_batch(batch=batch, by=cast.tam, now=NOW)
    assert not remind_batch(batch=batch, by=cast.tam, now=NOW)
    assert send_out(batch, LATER)
    assert tokens_of(sink.mails) == first
    assert "bỏ qua thư này" in sink.mails[0].get_content()
    done = reread(batch)
    assert (done.state, done.n_sent, done.n_reminded) == ("reminded", 11, 11)
    assert AuditEvent.objects.filter(act="surveys.remind_batch", object_id=str(batch.pk)).count() == 1
    assert not send_out(batch, LATER + timedelta(hours=1))


def test_after_the_reminder_nobody_can_make_the_tokens_again(
    cast: Cast, point: ServicePoint, sink: Sink
) -> None:
    finish(cast, 5)
    batch = invite(cast, point)
    send_out(batch)
    assert cache.get(sending._secret_key(batch.pk))
    remind_batch(batch=batch, by=cast.quan, now=NOW)
    send_out(batch, LATER)
    assert cache.get(sending._secret_key(batch.pk)) is None


def test_without_the_secret_no_reminder_is_possible(cast: Cast, point: ServicePoint, sink: Sink) -> None:
    finish(cast, 5)
    batch = invite(cast, point)
    send_out(batch)
    assert sending.can_remind(reread(batch), DAY)
    cache.delete(sending._secret_key(batch.pk))
    assert not sending.can_remind(reread(batch), DAY)
    with pytest.raises(Exception, match="Không nhắc được"):
        remind_batch(batch=batch, by=cast.quan, now=NOW)


def test_a_secret_lost_between_the_click_and_the_worker_ends_the_reminder(
    cast: Cast, point: ServicePoint, sink: Sink
) -> None:
    finish(cast, 5)
    batch = invite(cast, point)
    send_out(batch)
    remind_batch(batch=batch, by=cast.quan, now=NOW)
    cache.delete(sending._secret_key(batch.pk))
    assert not send_out(batch, LATER)
    done = reread(batch)
    assert (done.state, done.error, done.n_reminded) == ("sent", sending.SECRET_LOST, 0)
    assert len(sink.mails) == 5


def test_a_batch_that_lost_its_secret_half_way_is_sent_to_its_end_and_never_reminded(
    cast: Cast, point: ServicePoint, sink: Sink
) -> None:
    """Two secrets in one batch would give some people a second token, hence a second answer."""
    finish(cast, 12)
    batch = invite(cast, point)
    claim = sending.claim_batch(batch_id=batch.pk, worker="first", now=NOW)
    assert claim is not None
    assert sending.take_pack(claim=claim, ids=sending.packs_to_send(claim)[0], now=NOW)
    cache.delete(sending._secret_key(batch.pk))
    assert send_out(batch, LATER)
    done = reread(batch)
    assert (done.state, done.n_sent, done.secret_hash) == ("sent", 12, "")
    assert not sending.can_remind(done, DAY)


def test_a_batch_that_did_not_leave_before_its_end_fails(cast: Cast, point: ServicePoint, sink: Sink) -> None:
    finish(cast, 5)
    batch = invite(cast, point)
    over = datetime(2026, 11, 20, 3, tzinfo=NOW.tzinfo)
    assert sending.sweep_batches(now=over) == []
    done = reread(batch)
    assert (done.state, done.error) == ("failed", sending.TOO_LATE)
    assert date(2026, 11, 19) == batch.expires_on


def test_a_seal_that_can_no_longer_be_opened_is_no_address(cast: Cast, point: ServicePoint) -> None:
    dossiers = finish(cast, 6)
    dossiers[0].sealed_email = b"broken" + seal("x")
    dossiers[0].save()
    assert invite(cast, point).left_out == {"no_address": 1}
