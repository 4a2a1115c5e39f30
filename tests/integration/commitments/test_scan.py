"""The scan is read by those who may see every name on it."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from conduct.agencies.models import Posting, Role
from conduct.commitments.models import Campaign, Pledge, SignedSheet
from tests.cast import Cast
from tests.factories import grant, make_posting, make_user
from tests.integration.commitments.scans import pdf
from tests.integration.commitments.test_sign_paper import send


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def entered(client: Client, cast: Cast, campaign: Campaign, *people: Posting) -> SignedSheet:
    client.force_login(cast.quan)
    send(client, campaign, pdf(2), people=[posting.pk for posting in people])
    return SignedSheet.objects.get()


def test_scan_is_saved_and_never_shown(client: Client, cast: Cast, campaign: Campaign) -> None:
    sheet = entered(client, cast, campaign, cast.lan_posting)
    response = client.get(f"/commitments/scans/{sheet.pk}/")
    assert response.content == pdf(2)
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == f'attachment; filename="ban-ky-{sheet.pk}.pdf"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "sandbox" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("who", "status"),
    [("quan", 200), ("tam", 200), ("minh", 200), ("phuong", 200), ("lan", 404), ("hoa", 404)],
)
def test_those_who_may_see_the_names_read_it(
    client: Client, cast: Cast, campaign: Campaign, who: str, status: int
) -> None:
    sheet = entered(client, cast, campaign, cast.lan_posting)
    pledge = Pledge.objects.get()
    client.force_login(getattr(cast, who))
    response = client.get(f"/commitments/scans/{sheet.pk}/")
    assert response.status_code == status
    if who != "hoa":
        shown = client.get(f"/commitments/pledges/{pledge.pk}/").content.decode()
        assert (f"/commitments/scans/{sheet.pk}/" in shown) is (status == 200)
        assert "Đã ký trên giấy ngày" in shown


def test_one_foreign_name_on_the_sheet_closes_it(client: Client, cast: Cast, campaign: Campaign) -> None:
    """Minh leads the desk, not the office: a sheet with Tâm's name is not for him."""
    sheet = entered(client, cast, campaign, cast.lan_posting, cast.tam_posting)
    client.force_login(cast.minh)
    assert client.get(f"/commitments/scans/{sheet.pk}/").status_code == 404


def test_lost_file_is_not_found(client: Client, cast: Cast, campaign: Campaign, media: Path) -> None:
    sheet = entered(client, cast, campaign, cast.lan_posting)
    next(path for path in media.rglob("*.pdf")).unlink()
    assert client.get(f"/commitments/scans/{sheet.pk}/").status_code == 404


def test_leader_elsewhere_finds_nothing(client: Client, cast: Cast, campaign: Campaign) -> None:
    sheet = entered(client, cast, campaign, cast.lan_posting)
    other = make_user("Hồ Văn Khác")
    make_posting(other, cast.other_commune)
    grant(other, cast.other_commune, Role.OFFICE_ADMIN)
    client.force_login(other)
    assert client.get(f"/commitments/scans/{sheet.pk}/").status_code == 404
