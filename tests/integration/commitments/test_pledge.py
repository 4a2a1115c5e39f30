"""The signed text."""

import pytest
from django.test import Client

from conduct.commitments.models import Campaign, Pledge
from conduct.commitments.rules.pledges import in_fours, sha256_of
from conduct.commitments.services.signing import text_for
from tests.cast import Cast
from tests.factories import NOW


@pytest.fixture
def pledge(cast: Cast, campaign: Campaign) -> Pledge:
    text = text_for(campaign, cast.lan_posting)
    return Pledge.objects.create(
        campaign=campaign, posting=cast.lan_posting, text=text, sha256=sha256_of(text), method="password",
        signed_at=NOW,
    )  # fmt: skip


def test_text_stays_when_names_change(client: Client, cast: Cast, pledge: Pledge) -> None:
    cast.lan.full_name = "Tôn Nữ Hoàng Thảo Liên"
    cast.lan.save()
    client.force_login(cast.lan)
    shown = client.get(f"/commitments/pledges/{pledge.pk}/").content.decode()
    assert "Tôi là: Tôn Nữ Hoàng Thảo Lan" in shown
    assert in_fours(pledge.sha256) in shown
    assert "Nguyên vẹn" in shown
    assert "20/10/2026" in shown


@pytest.mark.parametrize(
    ("who", "status"),
    [("lan", 200), ("minh", 200), ("tam", 200), ("quan", 200), ("phuong", 200), ("hoa", 404)],
)
def test_pledge_is_read_by_its_person_and_those_who_lead(
    client: Client, cast: Cast, pledge: Pledge, who: str, status: int
) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(f"/commitments/pledges/{pledge.pk}/").status_code == status


def test_colleague_does_not_read_it(client: Client, cast: Cast, campaign: Campaign) -> None:
    text = text_for(campaign, cast.tam_posting)
    own = Pledge.objects.create(
        campaign=campaign, posting=cast.tam_posting, text=text, sha256=sha256_of(text), method="password",
        signed_at=NOW,
    )  # fmt: skip
    client.force_login(cast.lan)
    assert client.get(f"/commitments/pledges/{own.pk}/").status_code == 404
