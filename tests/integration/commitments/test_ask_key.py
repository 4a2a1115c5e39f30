"""Signing with a passkey: the challenge belongs to one session, one posting and one text, once."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conduct.audit.models import AuditEvent
from conduct.commitments.models import Campaign, Pledge
from conduct.commitments.rules.pledges import sha256_of
from conduct.commitments.services.signing import CHALLENGE_MINUTES, text_for
from tests.cast import Cast
from tests.factories import NOW, adopt, make_posting, make_version
from tests.integration.commitments.softkey import SoftKey


def url(campaign: Campaign, posting_id: int) -> str:
    return f"/commitments/{campaign.pk}/sign/{posting_id}/"


@pytest.fixture
def key(client: Client, cast: Cast) -> SoftKey:
    """Lan's, who is signed in."""
    made = SoftKey()
    made.register(cast.lan)
    client.force_login(cast.lan)
    return made


@pytest.fixture
def sha256(cast: Cast, campaign: Campaign) -> str:
    return sha256_of(text_for(campaign, cast.lan_posting))


def ask(client: Client, cast: Cast, campaign: Campaign, sha256: str) -> dict[str, Any]:
    response = client.post(f"{url(campaign, cast.lan_posting.pk)}key/", {"sha256": sha256})
    assert response.status_code == 200
    options: dict[str, Any] = response.json()
    return options


def send(client: Client, address: str, sha256: str, credential: Any) -> tuple[int, str]:
    response = client.post(address, {"sha256": sha256, "credential": json.dumps(credential)})
    return response.status_code, response.content.decode()


def problems() -> list[str]:
    """What the trail says was refused."""
    events = AuditEvent.objects.filter(act="commitments.refuse_signature")
    return [event.data["problem"] for event in events.order_by("pk")]


def test_passkey_signs_without_a_password(
    client: Client, cast: Cast, campaign: Campaign, key: SoftKey, sha256: str
) -> None:
    options = ask(client, cast, campaign, sha256)
    assert options["publicKey"]["userVerification"] == "required"
    status, _ = send(client, url(campaign, cast.lan_posting.pk), sha256, key.answer(options))
    pledge = Pledge.objects.get()
    assert (status, pledge.method, pledge.sha256, pledge.entered_by) == (302, "passkey", sha256, None)
    event = AuditEvent.objects.get()
    assert (event.act, event.data["method"]) == ("commitments.sign_pledge", "passkey")
    assert Authenticator.objects.get(user=cast.lan).last_used_at == NOW


def test_passkey_is_offered_first_to_who_has_one(
    client: Client, cast: Cast, campaign: Campaign, key: SoftKey
) -> None:
    shown = client.get(url(campaign, cast.lan_posting.pk)).content.decode()
    assert shown.index("Ký bằng khóa truy cập") < shown.index('autocomplete="current-password"')
    Authenticator.objects.filter(user=cast.lan).delete()
    assert "Ký bằng khóa truy cập" not in client.get(url(campaign, cast.lan_posting.pk)).content.decode()


def test_second_click_gives_the_first_pledge(
    client: Client, cast: Cast, campaign: Campaign, key: SoftKey, sha256: str
) -> None:
    answer = key.answer(ask(client, cast, campaign, sha256))
    for _ in range(2):
        assert send(client, url(campaign, cast.lan_posting.pk), sha256, answer)[0] == 302
    assert Pledge.objects.count() == 1
    assert problems() == []


def test_answer_counts_once(
    client: Client, cast: Cast, campaign: Campaign, key: SoftKey, sha256: str
) -> None:
    """Used up by a forged first try, it is of no use afterwards."""
    answer = key.answer(ask(client, cast, campaign, sha256))
    forged = {**answer, "response": {**answer["response"], "signature": "AAAA"}}
    status, shown = send(client, url(campaign, cast.lan_posting.pk), sha256, forged)
    assert (status, "Không nhận ra khóa truy cập" in shown) == (422, True)
    status, shown = send(client, url(campaign, cast.lan_posting.pk), sha256, answer)
    assert (status, "đã dùng rồi" in shown) == (422, True)
    assert problems() == ["passkey_not_answered", "passkey_no_challenge"]
    assert not Pledge.objects.exists()


def test_answer_for_another_text_is_refused(
    client: Client, cast: Cast, campaign: Campaign, key: SoftKey, sha256: str
) -> None:
    answer = key.answer(ask(client, cast, campaign, sha256))
    cast.lan_posting.title = "Công chức Tài chính"
    cast.lan_posting.save()
    new = sha256_of(text_for(campaign, cast.lan_posting))
    status, shown = send(client, url(campaign, cast.lan_posting.pk), new, answer)
    assert (status, "một văn bản khác" in shown) == (422, True)
    assert problems() == ["passkey_other_text"]
    assert not Pledge.objects.exists()


def test_answer_for_another_posting_is_refused(
    client: Client, cast: Cast, campaign: Campaign, key: SoftKey, sha256: str
) -> None:
    second = make_posting(cast.lan, cast.department, is_main=False)
    answer = key.answer(ask(client, cast, campaign, sha256))
    other = sha256_of(text_for(campaign, second))
    assert send(client, url(campaign, second.pk), other, answer)[0] == 422
    assert problems() == ["passkey_other_text"]


def test_answer_for_another_campaign_is_refused(
    client: Client, cast: Cast, campaign: Campaign, key: SoftKey, sha256: str
) -> None:
    second = Campaign.objects.create(
        agency=cast.commune, adoption=adopt(cast.commune, make_version()), year=2026,
        opens_on=date(2026, 10, 1), due_on=date(2026, 11, 30), opened_at=NOW,
    )  # fmt: skip
    answer = key.answer(ask(client, cast, campaign, sha256))
    other = sha256_of(text_for(second, cast.lan_posting))
    assert send(client, url(second, cast.lan_posting.pk), other, answer)[0] == 422
    assert not Pledge.objects.exists()


def test_answer_of_another_session_is_refused(
    client: Client, cast: Cast, campaign: Campaign, key: SoftKey, sha256: str
) -> None:
    answer = key.answer(ask(client, cast, campaign, sha256))
    elsewhere = Client()
    elsewhere.force_login(cast.lan)
    assert send(elsewhere, url(campaign, cast.lan_posting.pk), sha256, answer)[0] == 422
    assert problems() == ["passkey_no_challenge"]


def test_late_answer_is_refused(
    client: Client, cast: Cast, campaign: Campaign, key: SoftKey, sha256: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = key.answer(ask(client, cast, campaign, sha256))
    later = NOW + timedelta(minutes=CHALLENGE_MINUTES, seconds=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    status, shown = send(client, url(campaign, cast.lan_posting.pk), sha256, answer)
    assert (status, "chậm quá 5 phút" in shown) == (422, True)
    assert problems() == []


def test_device_that_did_not_verify_its_owner_is_refused(
    client: Client, cast: Cast, campaign: Campaign, key: SoftKey, sha256: str
) -> None:
    answer = key.answer(ask(client, cast, campaign, sha256), verified=False)
    assert send(client, url(campaign, cast.lan_posting.pk), sha256, answer)[0] == 422
    assert problems() == ["passkey_not_answered"]


def test_answer_given_to_another_site_is_refused(
    client: Client, cast: Cast, campaign: Campaign, key: SoftKey, sha256: str
) -> None:
    answer = key.answer(ask(client, cast, campaign, sha256), site="evil.example")
    assert send(client, url(campaign, cast.lan_posting.pk), sha256, answer)[0] == 422


def test_passkey_of_somebody_else_is_refused(
    client: Client, cast: Cast, campaign: Campaign, key: SoftKey, sha256: str
) -> None:
    foreign = SoftKey()
    foreign.register(cast.tam)
    options = ask(client, cast, campaign, sha256)
    assert send(client, url(campaign, cast.lan_posting.pk), sha256, foreign.answer(options))[0] == 422
    assert not Pledge.objects.exists()


def test_changed_text_gets_no_challenge(
    client: Client, cast: Cast, campaign: Campaign, key: SoftKey, sha256: str
) -> None:
    cast.lan_posting.title = "Công chức Tài chính"
    cast.lan_posting.save()
    assert client.post(f"{url(campaign, cast.lan_posting.pk)}key/", {"sha256": sha256}).status_code == 409


def test_without_a_passkey_there_is_no_challenge(
    client: Client, cast: Cast, campaign: Campaign, sha256: str
) -> None:
    client.force_login(cast.lan)
    assert client.post(f"{url(campaign, cast.lan_posting.pk)}key/", {"sha256": sha256}).status_code == 422


@pytest.mark.parametrize(("who", "status"), [("tam", 403), ("hoa", 404)])
def test_another_gets_no_challenge(
    client: Client, cast: Cast, campaign: Campaign, sha256: str, who: str, status: int
) -> None:
    client.force_login(getattr(cast, who))
    asked = client.post(f"{url(campaign, cast.lan_posting.pk)}key/", {"sha256": sha256})
    assert asked.status_code == status


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["id", "rawId", "type", "response", "clientDataJSON", "authenticatorData", "signature", "userHandle"]
    ), inner, max_size=5),
    max_leaves=12,
)  # fmt: skip


@given(JSON)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_answer_upsets_the_page(
    client: Client, cast: Cast, campaign: Campaign, key: SoftKey, sha256: str, credential: Any
) -> None:
    ask(client, cast, campaign, sha256)
    assert send(client, url(campaign, cast.lan_posting.pk), sha256, credential)[0] == 422
    assert not Pledge.objects.exists()
