"""Reading the text and signing it."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.test import Client

from conduct.audit.models import AuditEvent
from conduct.commitments.models import Campaign, Pledge
from conduct.commitments.rules.pledges import sha256_of
from conduct.commitments.services.signing import text_for
from models_catalog.models import Adoption, Item, ItemGroup
from tests.cast import Cast
from tests.factories import NOW, PASSWORD
from tests.integration.commitments.renewing import open_anew, replace_adoption
from tests.integration.commitments.softkey import SoftKey


def url(campaign: Campaign, cast: Cast) -> str:
    return f"/commitments/{campaign.pk}/sign/{cast.lan_posting.pk}/"


def read(client: Client, address: str) -> str:
    shown = client.get(address).content.decode()
    found = re.search(r'name="sha256" value="([0-9a-f]{64})"', shown)
    assert found
    return found[1]


def keep(cast: Cast, campaign: Campaign) -> Pledge:
    """Lan signed on 1/10."""
    text = text_for(campaign, cast.lan_posting)
    return Pledge.objects.create(
        campaign=campaign, posting=cast.lan_posting, text=text, sha256=sha256_of(text), method="password",
        signed_at=NOW - timedelta(days=19),
    )  # fmt: skip


def add_local(adoption: Adoption, text: str) -> None:
    """One duty of the office's own."""
    group = ItemGroup.objects.create(
        adoption=adoption, position=1, number=1, keyword="luôn", polarity=ItemGroup.Polarity.DUTY
    )
    Item.objects.create(group=group, position=1, text=text, sources=["supervisor"])


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


def test_posting_out_of_sight_is_not_found(client: Client, cast: Cast, campaign: Campaign) -> None:
    client.force_login(cast.hoa)
    assert client.get(url(campaign, cast)).status_code == 404
    assert client.post(url(campaign, cast), {"password": PASSWORD, "sha256": "0" * 64}).status_code == 404
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("who", ["minh", "tam", "quan"])
def test_signing_for_somebody_else_is_refused_and_noted(
    client: Client, cast: Cast, campaign: Campaign, who: str
) -> None:
    user = getattr(cast, who)
    client.force_login(user)
    assert client.get(url(campaign, cast)).status_code == 403
    assert not AuditEvent.objects.exists()
    sent = {"password": PASSWORD, "sha256": sha256_of(text_for(campaign, cast.lan_posting))}
    response = client.post(url(campaign, cast), sent)
    assert response.status_code == 403
    assert "do chính người có tên ký" in response.content.decode()
    assert not Pledge.objects.exists()
    event = AuditEvent.objects.get()
    assert (event.act, event.actor_id, event.data["problem"]) == (
        "commitments.refuse_signature", user.pk, "not_own",
    )  # fmt: skip


def test_staff_for_whom_the_model_is_not_meant_are_not_asked(
    client: Client, cast: Cast, campaign: Campaign
) -> None:
    cast.adoption.audience = "front_desk"
    cast.adoption.save()
    posting = cast.quan.postings.get()
    client.force_login(cast.quan)
    response = client.post(
        f"/commitments/{campaign.pk}/sign/{posting.pk}/", {"password": PASSWORD, "sha256": "0" * 64}
    )
    assert response.status_code == 403
    assert "vị trí này không phải ký" in response.content.decode()
    client.force_login(cast.lan)
    assert client.get(url(campaign, cast)).status_code == 200


def test_items_of_the_office_are_part_of_the_text(client: Client, cast: Cast, campaign: Campaign) -> None:
    add_local(cast.adoption, "Luôn ghi giấy hẹn")
    client.force_login(cast.lan)
    sent = {"password": PASSWORD, "sha256": read(client, url(campaign, cast))}
    assert client.post(url(campaign, cast), sent).status_code == 302
    assert (
        "\n\nNội dung bổ sung của Xã An Thuận:\n\nIII. 1 luôn\n4. Luôn ghi giấy hẹn.\n\n"
        in Pledge.objects.get().text
    )


TEXTS = ("Không thất hứa với nhân dân", "Không trễ hẹn")


def test_change_since_the_last_signature_stands_above_the_text(
    client: Client, cast: Cast, campaign: Campaign
) -> None:
    old = keep(cast, campaign)
    new = open_anew(replace_adoption(cast.adoption, *TEXTS))
    client.force_login(cast.lan)
    shown = client.get(url(new, cast)).content.decode()
    assert shown.index("Điều gì đã đổi từ lần ký trước") < shown.index("BẢN CAM KẾT")
    assert f"/commitments/pledges/{old.pk}/" in shown
    assert "Không trễ hẹn" in shown.split("BẢN CAM KẾT")[0]
    # Somebody who never signed the old one has nothing to compare.
    client.force_login(cast.minh)
    assert (
        "lần ký trước"
        not in client.get(f"/commitments/{new.pk}/sign/{cast.minh_posting.pk}/").content.decode()
    )


def test_change_is_shown_when_a_model_took_the_place_of_another(
    client: Client, cast: Cast, campaign: Campaign
) -> None:
    keep(cast, campaign)
    new = open_anew(replace_adoption(cast.adoption, *TEXTS, same_model=False))
    client.force_login(cast.lan)
    assert "Điều gì đã đổi từ lần ký trước" in client.get(url(new, cast)).content.decode()


def test_replaced_adoption_is_no_longer_signed(client: Client, cast: Cast, campaign: Campaign) -> None:
    replace_adoption(cast.adoption, *TEXTS)
    client.force_login(cast.lan)
    response = client.post(url(campaign, cast), {"password": PASSWORD, "sha256": "0" * 64})
    assert response.status_code == 403
    assert "không áp dụng" in response.content.decode()


def test_page_asks_little_of_the_database(
    client: Client,
    cast: Cast,
    campaign: Campaign,
    django_assert_max_num_queries: Callable[..., AbstractContextManager[object]],
) -> None:
    keep(cast, campaign)
    new = open_anew(replace_adoption(cast.adoption, *TEXTS))
    SoftKey().register(cast.lan)
    client.force_login(cast.lan)
    client.get(url(new, cast))
    with django_assert_max_num_queries(12):
        assert "lần ký trước" in client.get(url(new, cast)).content.decode()


def test_own_posting_outside_the_campaign_is_refused(client: Client, cast: Cast, campaign: Campaign) -> None:
    client.force_login(cast.phuong)
    posting = cast.phuong.postings.get()
    response = client.get(f"/commitments/{campaign.pk}/sign/{posting.pk}/")
    assert response.status_code == 403
    assert "không thuộc đợt ký này" in response.content.decode()
