"""An officer signs, and the administrator's page shows it by itself."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from conduct.agencies.models import User
from conduct.commitments.models import Campaign, Pledge
from tests.cast import Cast, make_cast
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    now = timezone.now()
    today = timezone.localdate(now)
    return Campaign.objects.create(
        agency=cast.commune, adoption=cast.adoption, year=today.year, opens_on=today,
        due_on=today + timedelta(days=30), opened_by=cast.tam, opened_at=now,
    )  # fmt: skip


def signed_in(new_context: Callable[..., BrowserContext], user: User, **options: object) -> Page:
    """A page of somebody who has signed in already (test_sign_in_page.py shows how that is done)."""
    client = Client()
    client.force_login(user)
    context = new_context(**options)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "domain": "localhost", "path": "/"}]
    )
    return context.new_page()


def test_officer_signs_and_the_coverage_rises(
    new_context: Callable[..., BrowserContext], cast: Cast, campaign: Campaign
) -> None:
    office = signed_in(new_context, cast.quan)
    office.goto(f"/commitments/{campaign.pk}/")
    expect(office.locator("#coverage .figure")).to_have_text("0/4")

    lan = signed_in(new_context, cast.lan, viewport={"width": 360, "height": 740})
    lan.goto("/commitments/")
    lan.get_by_role("link", name="Đọc và ký").click()
    expect(lan.locator(".paper")).to_contain_text("Không thất hứa với dân.")

    lan.get_by_label("Mật khẩu").fill("sai-mat-khau")
    lan.get_by_role("button", name="Ký cam kết").click()
    expect(lan.locator(".error")).to_contain_text("Mật khẩu không đúng")
    expect(office.locator("#coverage .figure")).to_have_text("0/4")

    lan.get_by_label("Mật khẩu").fill(PASSWORD)
    lan.get_by_role("button", name="Ký cam kết").click()
    expect(lan.get_by_role("heading", level=1)).to_contain_text("Đã ký ngày")
    assert Pledge.objects.get().posting == cast.lan_posting

    # Nobody touches the administrator's page: it asks again by itself, every half minute.
    expect(office.locator("#coverage .figure")).to_have_text("1/4", timeout=45_000)
