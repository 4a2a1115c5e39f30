"""Reading the text and signing it."""

import re

import pytest
from django.test import Client

from conduct.audit.models import AuditEvent
from conduct.commitments.models import Campaign, Pledge
from tests.cast import Cast
from tests.factories import PASSWORD


def url(campaign: Campaign, cast: Cast) -> str:
    return f"/commitments/{campaign.pk}/sign/{cast.lan_posting.pk}/"


def read(client: Client, address: str) -> str:
    shown = client.get(address).content.decode()
    found = re.search(r'name="sha256" value="([0-9a-f]{64})"', shown)
    assert found
    return found[1]


def test_whole_text_is_read_before_signing(client: Client, cast: Cast, campaign: Campaign) -> None:
    client.force_login(cast.lan)
    shown = client.get(url(campaign, cast)).content.decode()
    for line in ("BẢN CAM KẾT", "Kính gửi: Xã An Thuận", "1. Không thất hứa với dân.", "NGƯỜI CAM KẾT"):
        assert line in shown
    assert 'autocomplete="current-password"' in shown


def test_signing_leads_to_the_pledge(client: Client, cast: Cast, campaign: Campaign) -> None:
    client.force_login(cast.lan)
    sent = {"password": PASSWORD, "sha256": read(client, url(campaign, cast))}
    first = client.post(url(campaign, cast), sent)
    again = client.post(url(campaign, cast), sent)
    pledge = Pledge.objects.get()
    assert first.headers["Location"] == again.headers["Location"] == f"/commitments/pledges/{pledge.pk}/"
    assert AuditEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("password", "status"), [("sai", 422), ("", 422), ("x" * 10_000, 422), ("a\x00b", 422), ("🙂\u202e", 422)]
)
def test_wrong_password_is_said_and_nothing_stored(
    client: Client, cast: Cast, campaign: Campaign, password: str, status: int
) -> None:
    client.force_login(cast.lan)
    sent = {"password": password, "sha256": read(client, url(campaign, cast))}
    response = client.post(url(campaign, cast), sent)
    assert response.status_code == status
    assert "_error" in response.content.decode()
    assert not Pledge.objects.exists()


def test_password_is_not_sent_back(client: Client, cast: Cast, campaign: Campaign) -> None:
    client.force_login(cast.lan)
    sent = {"password": "mat-khau-sai-1234", "sha256": read(client, url(campaign, cast))}
    assert "mat-khau-sai-1234" not in client.post(url(campaign, cast), sent).content.decode()


def test_too_many_wrong_passwords_are_429(client: Client, cast: Cast, campaign: Campaign) -> None:
    client.force_login(cast.lan)
    sent = {"password": "sai", "sha256": read(client, url(campaign, cast))}
    codes = [client.post(url(campaign, cast), sent).status_code for _ in range(6)]
    assert codes == [422, 422, 422, 422, 422, 429]


def test_changed_text_is_shown_again(client: Client, cast: Cast, campaign: Campaign) -> None:
    client.force_login(cast.lan)
    sent = {"password": PASSWORD, "sha256": read(client, url(campaign, cast))}
    cast.lan_posting.title = "Công chức Tài chính"
    cast.lan_posting.save()
    response = client.post(url(campaign, cast), sent)
    shown = response.content.decode()
    assert response.status_code == 409
    assert "Văn bản đã thay đổi" in shown
    assert "Công chức Tài chính" in shown
    assert not Pledge.objects.exists()
    assert (
        client.post(url(campaign, cast), {**sent, "sha256": read(client, url(campaign, cast))}).status_code
        == 302
    )


@pytest.mark.parametrize("sha256", ["", "abc", "0" * 65, "Z" * 64, "\x00"])
def test_tampered_hash_signs_nothing(client: Client, cast: Cast, campaign: Campaign, sha256: str) -> None:
    client.force_login(cast.lan)
    assert client.post(url(campaign, cast), {"password": PASSWORD, "sha256": sha256}).status_code == 422
    assert not Pledge.objects.exists()


def test_posting_of_another_person_is_not_found(client: Client, cast: Cast, campaign: Campaign) -> None:
    for who in (cast.tam, cast.hoa):
        client.force_login(who)
        assert client.get(url(campaign, cast)).status_code == 404
        assert client.post(url(campaign, cast), {"password": PASSWORD, "sha256": "0" * 64}).status_code == 404


def test_own_posting_outside_the_campaign_is_refused(client: Client, cast: Cast, campaign: Campaign) -> None:
    client.force_login(cast.phuong)
    posting = cast.phuong.postings.get()
    response = client.get(f"/commitments/{campaign.pk}/sign/{posting.pk}/")
    assert response.status_code == 403
    assert "không thuộc đợt ký này" in response.content.decode()
