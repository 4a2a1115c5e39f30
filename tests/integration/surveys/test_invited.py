"""The page behind the link of an invitation: once, until its day, for whoever holds it."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import OperationalError, connections
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from conduct.audit.models import AuditEvent
from conduct.feedback.models import Case
from conduct.kernel.logs import json_formatter
from surveys.models import InvitationBatch, Response, ServicePoint, SpentToken
from surveys.rules.tokens import Token, read_token, write_token
from surveys.services import points, sending
from surveys.tasks import mailing
from tests.cast import Cast, make_cast
from tests.factories import DAY, NOW
from tests.integration.notices.sink import Sink
from tests.integration.surveys.arrange import make_point
from tests.integration.surveys.inviting import answer, finish, invite, open_form, send_out, tokens_of

pytestmark = pytest.mark.django_db


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
def cast(questionnaires: None) -> Cast:
    return make_cast()


@pytest.fixture
def point(cast: Cast) -> ServicePoint:
    return make_point(cast.one_stop)


@pytest.fixture
def tokens(cast: Cast, point: ServicePoint, sink: Sink) -> list[str]:
    """The links of six people, as they came by mail."""
    finish(cast, 6)
    send_out(invite(cast, point))
    return list(tokens_of(sink.mails).values())


def test_an_answer_is_stored_with_its_stratum_and_counts_as_verified(
    client: Client, tokens: list[str], cast: Cast
) -> None:
    page = answer(client, tokens[0], overall=4, f3=5, comment="Nhanh", respondent="business")
    assert page.status_code == 302
    assert page["Location"] == "/i/thanks/?lang=vi"
    stored = Response.objects.get()
    assert (stored.channel, stored.is_verified, stored.overall, stored.respondent) == (
        "invitation", True, 4, "business",
    )  # fmt: skip
    assert stored.stratum is not None
    assert (stored.stratum.procedure_group, f"{stored.stratum.month:%Y-%m}") == ("Hộ tịch", "2026-09")
    assert stored.month == DAY.replace(day=1)
    assert stored.questionnaire.asked_at == "dossier"
    assert SpentToken.objects.count() == 1
    assert "Cảm ơn" in client.get(page["Location"]).content.decode()


def test_answering_leaves_no_audit_row_and_sets_no_cookie(client: Client, tokens: list[str]) -> None:
    before = AuditEvent.objects.count()
    page = answer(client, tokens[0])
    assert AuditEvent.objects.count() == before
    assert not page.cookies
    assert not client.cookies


def test_the_page_tells_no_other_address_its_own(client: Client, tokens: list[str]) -> None:
    page = client.get(f"/i/{tokens[0]}/")
    assert page["Referrer-Policy"] == "no-referrer"
    assert page["Cache-Control"] == "private, no-store"
    assert tokens[0] not in page.content.decode()
    assert answer(client, tokens[0])["Referrer-Policy"] == "no-referrer"


def test_fetching_the_link_spends_nothing(client: Client, tokens: list[str]) -> None:
    """Mail programs and scanners open links by themselves."""
    for _time in range(3):
        assert client.get(f"/i/{tokens[0]}/").status_code == 200
        assert client.head(f"/i/{tokens[0]}/").status_code == 200
    assert not SpentToken.objects.exists()


def test_english_and_vietnamese_are_a_link_apart(client: Client, tokens: list[str]) -> None:
    assert "Satisfied" in client.get(f"/i/{tokens[0]}/?lang=en").content.decode()
    page = answer(client, tokens[0], lang="en")
    assert page["Location"].endswith("lang=en")
    assert Response.objects.get().language == "en"


def test_a_replayed_invitation_is_told_politely(client: Client, tokens: list[str]) -> None:
    answer(client, tokens[0], overall=5)
    page = client.get(f"/i/{tokens[0]}/")
    assert page.status_code == 410
    assert "đã được dùng" in page.content.decode()
    assert Response.objects.count() == 1


def test_a_double_click_is_thanked_and_counts_once(client: Client, tokens: list[str]) -> None:
    key = open_form(client, tokens[0])
    first = answer(client, tokens[0], key=key)
    again = answer(client, tokens[0], key=key, overall=1)
    assert first.status_code == again.status_code == 302
    assert again["Location"].endswith("&again=1")
    assert Response.objects.get().overall == 5


def test_of_two_tabs_the_first_counts(client: Client, tokens: list[str]) -> None:
    one, two = open_form(client, tokens[0]), open_form(client, tokens[0])
    assert answer(client, tokens[0], key=one, overall=5).status_code == 302
    page = answer(client, tokens[0], key=two, overall=1)
    assert page.status_code == 410
    assert Response.objects.get().overall == 5


@pytest.mark.django_db(transaction=True)
def test_of_answers_sent_at_once_one_counts(questionnaires: None, settings: Any) -> None:
    cast, sink = make_cast(), Sink()
    settings.MAILERS = {"default": sink.mailer()}
    finish(cast, 5)
    send_out(invite(cast, make_point(cast.one_stop)))
    sink.stop()
    (token, *_others) = tokens_of(sink.mails).values()
    keys = [open_form(Client(), token) for _tab in range(8)]

    def send(key: str) -> int:
        try:
            return answer(Client(), token, key=key).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        told = sorted(pool.map(send, keys))
    assert told == [302, *[410] * 7]
    assert (Response.objects.count(), SpentToken.objects.count()) == (1, 1)


def test_nothing_is_spent_when_nothing_is_stored(
    client: Client, tokens: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    key = open_form(client, tokens[0])
    with monkeypatch.context() as patch:

        def fail(*_args: Any, **_kwargs: Any) -> bool:
            raise OperationalError

        patch.setattr("surveys.models.responses.ResponseQuerySet.insert_once", fail)
        page = answer(client, tokens[0], key=key)
    assert page.status_code == 503
    assert "chưa ghi nhận gì" in page.content.decode()
    assert not SpentToken.objects.exists()
    assert answer(client, tokens[0], key=key).status_code == 302


def test_a_wrong_answer_keeps_what_was_typed_and_spends_nothing(client: Client, tokens: list[str]) -> None:
    page = answer(client, tokens[0], overall="9", comment="Chờ lâu")
    assert page.status_code == 422
    assert "Chờ lâu" in page.content.decode()
    assert not SpentToken.objects.exists()
    assert answer(client, tokens[0], overall="").status_code == 422


@pytest.mark.parametrize("days", [30, 31])
def test_an_invitation_ends_with_its_day(
    client: Client, tokens: list[str], monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(days=days))
    page = client.get(f"/i/{tokens[0]}/")
    assert page.status_code == (200 if days == 30 else 410)
    assert ("đã hết hạn" in page.content.decode()) == (days == 31)


def test_a_key_of_another_invitation_is_refused(client: Client, tokens: list[str]) -> None:
    foreign = open_form(client, tokens[1])
    assert answer(client, tokens[0], key=foreign).status_code == 400
    assert answer(client, tokens[0], key="").status_code == 400
    assert not Response.objects.exists()


def test_a_token_of_another_batch_or_stratum_cannot_be_made_of_parts(
    client: Client, tokens: list[str]
) -> None:
    mine = read_token(tokens[0], settings.SECRET_KEY)
    assert mine is not None
    for forged in (
        write_token(Token(mine.batch_id, mine.stratum_id, b"0" * 16), "guessed key"),
        tokens[0][:-1] + ("A" if tokens[0][-1] != "A" else "B"),
        tokens[0][:32] + tokens[1][32:],
        tokens[0].swapcase(),
        tokens[0][:-4],
    ):
        assert client.get(f"/i/{forged}/").status_code == 404
        assert client.post(f"/i/{forged}/", {"overall": 5}).status_code == 404


def test_a_token_of_a_batch_that_is_gone_is_not_known(client: Client, tokens: list[str]) -> None:
    InvitationBatch.objects.all().delete()
    assert client.get(f"/i/{tokens[0]}/").status_code == 404


def test_a_desk_that_has_closed_since_is_still_spoken_of(
    client: Client, tokens: list[str], point: ServicePoint, cast: Cast
) -> None:
    points.close_point(point=point, reason="Chuyển quầy", by=cast.quan, now=NOW - timedelta(days=2))
    assert answer(client, tokens[0]).status_code == 302


def test_after_the_end_the_traces_are_counted_and_deleted(client: Client, tokens: list[str]) -> None:
    for token in tokens[:3]:
        answer(client, token)
    sending.sweep_batches(now=NOW + timedelta(days=31))
    assert SpentToken.objects.count() == 3
    sending.sweep_batches(now=NOW + timedelta(days=32))
    assert not SpentToken.objects.exists()
    batch = InvitationBatch.objects.get()
    assert (batch.n_spent, batch.secret_hash) == (3, "")


def test_a_log_line_about_a_broken_page_holds_no_token(tokens: list[str]) -> None:
    import logging

    record = logging.LogRecord(
        "django.request", logging.ERROR, "", 0, "Internal Server Error: %s", (f"/i/{tokens[0]}/",), None
    )
    line = json_formatter().format(record)
    assert tokens[0] not in line
    assert "/i/…" in line


def test_too_large_a_body_is_refused(client: Client, tokens: list[str]) -> None:
    page = client.post(f"/i/{tokens[0]}/", b"x" * 500_001, content_type="application/x-www-form-urlencoded")
    assert page.status_code == 413


_TYPED = st.dictionaries(
    st.sampled_from(["key", "overall", "f1", "f3", "trips", "comment", "lang", "respondent", "q_x", ""]),
    st.text(max_size=40),
    max_size=8,
)


@hypothesis_settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=90), _TYPED, st.booleans())
def test_whatever_comes_in_nothing_fails(
    client: Client, tokens: list[str], token: str, typed: dict[str, str], is_real: bool
) -> None:
    address = f"/i/{tokens[1] if is_real else quote(token, safe='')}/"
    for page in (client.get(address, typed), client.post(address, typed)):
        assert page.status_code < 500, (address, typed)


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=200), st.sampled_from(["application/x-www-form-urlencoded", "text/plain", "a/b"]))
def test_random_bytes_are_no_answer(
    client: Client, tokens: list[str], body: bytes, content_type: str
) -> None:
    assert client.post(f"/i/{tokens[2]}/", body, content_type=content_type).status_code in {400, 410, 422}
    assert not re.search(rb"overall=[1-5]", body) or Response.objects.count() <= 1


def test_who_wants_an_answer_writes_a_letter_that_knows_nothing_of_the_rating(
    client: Client, tokens: list[str], cast: Cast
) -> None:
    """The rating is stored first; the letter begins empty, at the office, like one of anybody."""
    page = answer(client, tokens[0], overall=2, comment="Tôi phải chờ ba tiếng", answer="1")
    assert Response.objects.count() == 1
    assert not Case.objects.exists()
    address = page["Location"]
    assert tokens[0] not in address
    thanks = client.get(address).content.decode()
    links = re.findall(r'href="(/f/office/[^"]+)"', thanks)
    assert links == [f"/f/office/{InvitationBatch.objects.get().agency.code}/?lang=vi"]
    letter = client.get(links[0])
    assert letter.status_code == 200
    assert "Tôi phải chờ ba tiếng" not in letter.content.decode()
    body = hidden_fields(letter.content.decode())
    assert "from_rating" not in body
    sent = client.post(links[0], {**body, "text": "Đề nghị trả lời về giờ làm việc", "respondent": "citizen"})
    assert sent.status_code in {200, 302}
    case = Case.objects.get()
    assert (case.source, case.point_id) == ("mailbox", None)


def test_who_wants_none_is_not_asked_to_write(client: Client, tokens: list[str]) -> None:
    thanks = client.get(answer(client, tokens[0], overall=2)["Location"]).content.decode()
    assert "/f/office/" not in thanks


@pytest.mark.parametrize("code", ["", "NIRGENDS", "\0", "x" * 5000, "//evil.example", "<script>"])
def test_an_unknown_office_in_the_address_leads_nowhere(client: Client, code: str) -> None:
    page = client.get("/i/thanks/", {"lang": "vi", "to": code})
    assert page.status_code == 200
    assert "/f/office/" not in page.content.decode()
    assert "evil" not in page.content.decode()


def hidden_fields(page: str) -> dict[str, str]:
    """The hidden fields of the page's form."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return dict(found)
