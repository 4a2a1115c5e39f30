"""Declining to sign, with a reason; signing stays possible."""

from datetime import date

import pytest
from django.test import Client

from conduct.audit.models import AuditEvent
from conduct.commitments.coverage import Scope, coverage_of
from conduct.commitments.models import Campaign, NotSigning, Pledge
from conduct.commitments.rules.pledges import sha256_of
from conduct.commitments.services.signing import text_for
from tests.cast import Cast
from tests.factories import DAY, NOW, PASSWORD

REASON = "Mục 2 không đúng với ca trực của tôi"


def url(campaign: Campaign, posting: object) -> str:
    return f"/commitments/{campaign.pk}/decline/{getattr(posting, 'pk', posting)}/"


def test_a_person_declines_and_still_counts(client: Client, cast: Cast, campaign: Campaign) -> None:
    client.force_login(cast.lan)
    sign = client.get(f"/commitments/{campaign.pk}/sign/{cast.lan_posting.pk}/").content.decode()
    assert url(campaign, cast.lan_posting) in sign
    assert client.get(url(campaign, cast.lan_posting)).status_code == 200
    for _ in range(2):
        response = client.post(url(campaign, cast.lan_posting), {"reason": REASON}, follow=True)
        assert REASON in response.content.decode()
    leads_on = client.get(url(campaign, cast.lan_posting))
    assert leads_on.headers["Location"] == f"/commitments/{campaign.pk}/"
    row = NotSigning.objects.get()
    assert (row.kind, row.reason, row.stated_by) == ("declined", REASON, cast.lan)
    found = Scope(campaign, DAY).total()
    assert found == coverage_of([campaign], DAY)[campaign.pk]
    assert (found.to_sign, found.declined, found.open) == (4, 1, 3)
    assert [event.act for event in AuditEvent.objects.all()] == ["commitments.decline_pledge"]


def test_declined_pledge_waits_no_longer_and_can_be_signed(
    client: Client, cast: Cast, campaign: Campaign
) -> None:
    client.force_login(cast.lan)
    client.post(url(campaign, cast.lan_posting), {"reason": REASON})
    assert "/sign/" not in client.get("/commitments/").content.decode()
    sign = f"/commitments/{campaign.pk}/sign/{cast.lan_posting.pk}/"
    assert sign in client.get(f"/commitments/{campaign.pk}/").content.decode()
    sha256 = sha256_of(text_for(campaign, cast.lan_posting))
    client.post(sign, {"password": PASSWORD, "sha256": sha256})
    assert Pledge.objects.count() == 1
    found = Scope(campaign, DAY).total()
    assert (found.signed, found.declined) == (1, 0)


def test_no_reason_no_decline(client: Client, cast: Cast, campaign: Campaign) -> None:
    client.force_login(cast.lan)
    for reason in ("", " \n ", "x" * 501):
        assert client.post(url(campaign, cast.lan_posting), {"reason": reason}).status_code == 422
    assert not NotSigning.objects.exists()


@pytest.mark.parametrize("who", ["tam", "hoa"])
def test_nobody_declines_for_another(client: Client, cast: Cast, campaign: Campaign, who: str) -> None:
    client.force_login(getattr(cast, who))
    assert client.post(url(campaign, cast.lan_posting), {"reason": REASON}).status_code == 404
    assert not NotSigning.objects.exists()


def test_whom_the_campaign_does_not_ask_declines_nothing(
    client: Client, cast: Cast, campaign: Campaign
) -> None:
    cast.adoption.audience = "front_desk"
    cast.adoption.save()
    client.force_login(cast.tam)
    assert client.post(url(campaign, cast.tam_posting), {"reason": REASON}).status_code == 403
    assert not NotSigning.objects.exists()


def test_the_excused_have_nothing_to_decline(client: Client, cast: Cast, campaign: Campaign) -> None:
    NotSigning.objects.create(
        campaign=campaign, posting=cast.lan_posting, kind="excused", reason="Đi học", stated_by=cast.tam,
        stated_at=NOW,
    )  # fmt: skip
    client.force_login(cast.lan)
    response = client.post(url(campaign, cast.lan_posting), {"reason": REASON})
    assert response.status_code == 403
    assert "đã cho miễn ký" in response.content.decode()


def test_signed_pledge_is_shown_instead(client: Client, cast: Cast, campaign: Campaign) -> None:
    pledge = Pledge.objects.create(
        campaign=campaign,
        posting=cast.lan_posting,
        text="x",
        sha256="0" * 64,
        method="password",
        signed_at=NOW,
    )
    client.force_login(cast.lan)
    response = client.post(url(campaign, cast.lan_posting), {"reason": REASON})
    assert response.headers["Location"] == f"/commitments/pledges/{pledge.pk}/"
    assert not NotSigning.objects.exists()


def test_before_signing_begins_nothing_is_declined(client: Client, cast: Cast, campaign: Campaign) -> None:
    Campaign.objects.update(opens_on=date(2026, 11, 1))
    client.force_login(cast.lan)
    assert client.post(url(campaign, cast.lan_posting), {"reason": REASON}).status_code == 403
