"""The signed text."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from conduct.commitments.models import Campaign, Pledge
from conduct.commitments.rules.pledges import in_fours, sha256_of
from conduct.commitments.services.signing import text_for
from conduct.kernel.codes import code_in_fours
from tests.cast import Cast
from tests.factories import NOW
from tests.integration.commitments.renewing import replace_adoption
from tests.integration.commitments.scans import enter


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


def test_page_leads_to_the_paper_and_to_its_verification(client: Client, cast: Cast, pledge: Pledge) -> None:
    client.force_login(cast.lan)
    shown = client.get(f"/commitments/pledges/{pledge.pk}/").content.decode()
    assert f'href="/commitments/pledges/{pledge.pk}/pdf/"' in shown
    assert f'href="/v/{pledge.code}/"' in shown
    assert code_in_fours(pledge.code) in shown
    assert "/commitments/scans/" not in shown


def test_minor_correction_needs_no_new_signature(client: Client, cast: Cast, campaign: Campaign) -> None:
    """The campaign goes over to the corrected wording; what was signed before still counts."""
    text = text_for(campaign, cast.lan_posting)
    signed = Pledge.objects.create(
        campaign=campaign, posting=cast.lan_posting, text=text, sha256=sha256_of(text), method="password",
        signed_at=NOW - timedelta(days=5),
    )  # fmt: skip
    new = replace_adoption(cast.adoption, "Không thất hứa với nhân dân", keeps_signatures=True)
    campaign.adoption = new
    campaign.save()
    client.force_login(cast.lan)
    asked = client.get(f"/commitments/{campaign.pk}/sign/{cast.lan_posting.pk}/")
    assert asked.headers["Location"] == f"/commitments/pledges/{signed.pk}/"
    shown = client.get(f"/commitments/pledges/{signed.pk}/").content.decode()
    assert "Không cần ký lại" in shown
    assert "Điều gì đã đổi từ lần ký trước" in shown
    assert "nhân</ins>" in shown.split("BẢN CAM KẾT")[0]


def test_pledge_of_the_wording_in_force_speaks_of_no_change(
    client: Client, cast: Cast, pledge: Pledge
) -> None:
    client.force_login(cast.lan)
    assert "Không cần ký lại" not in client.get(f"/commitments/pledges/{pledge.pk}/").content.decode()


def test_page_asks_little_of_the_database(
    client: Client,
    cast: Cast,
    campaign: Campaign,
    settings: Any,
    tmp_path: Path,
    django_assert_max_num_queries: Callable[..., AbstractContextManager[object]],
) -> None:
    """At most: signed on paper, with its scan, and the wording corrected since."""
    settings.MEDIA_ROOT = tmp_path
    enter(campaign, cast.lan_posting, by=cast.quan, signed_on=date(2026, 10, 15))
    campaign.adoption = replace_adoption(cast.adoption, "Không thất hứa", keeps_signatures=True)
    campaign.save()
    address = f"/commitments/pledges/{Pledge.objects.get().pk}/"
    client.force_login(cast.quan)
    client.get(address)
    with django_assert_max_num_queries(12):
        shown = client.get(address).content.decode()
    assert "/commitments/scans/" in shown
    assert "Không cần ký lại" in shown
