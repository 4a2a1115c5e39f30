"""An officer registers a passkey on the account's page and signs with it; the device is a virtual one."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

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


def plug_in(page: Page) -> tuple[CDPSession, str]:
    """A device that knows its owner, as a telephone or a laptop has it built in."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session, made["authenticatorId"]


def sign_in(page: Page) -> None:
    """With the password, and once more where the account's page asks for it."""
    page.goto("/accounts/login/")
    page.get_by_label("Tên đăng nhập").fill("lan")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"//[^/]+/$"))


def register(page: Page) -> None:
    """Add a passkey on the account's own page, which asks for the password again."""
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator("input[name=passwordless]").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/accounts/2fa/recovery-codes/")


def test_officer_signs_with_a_passkey(
    new_context: Callable[..., BrowserContext], cast: Cast, campaign: Campaign
) -> None:
    page = new_context(viewport={"width": 360, "height": 740}).new_page()
    session, device = plug_in(page)
    sign_in(page)
    register(page)

    page.goto(f"/commitments/{campaign.pk}/sign/{cast.lan_posting.pk}/")
    # The passkey stands first; the password is folded away, and still there.
    expect(page.get_by_label("Mật khẩu")).to_be_hidden()
    button = page.get_by_role("button", name="Ký bằng khóa truy cập")

    # The owner is not recognised: nothing is signed, the password is offered by the same page.
    session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    button.click()
    expect(page.locator("#passkey-form .error:visible")).to_contain_text("Chưa có gì được ký")
    assert not Pledge.objects.exists()

    session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
    button.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Đã ký ngày")
    expect(page.locator(".facts")).to_contain_text("Khóa truy cập")
    pledge = Pledge.objects.get()
    assert (pledge.posting, pledge.method) == (cast.lan_posting, "passkey")


def test_text_that_changed_is_shown_again_before_the_key_is_asked(
    new_context: Callable[..., BrowserContext], cast: Cast, campaign: Campaign
) -> None:
    page = new_context().new_page()
    plug_in(page)
    sign_in(page)
    register(page)
    page.goto(f"/commitments/{campaign.pk}/sign/{cast.lan_posting.pk}/")
    cast.lan_posting.title = "Công chức Tài chính"
    cast.lan_posting.save()
    page.get_by_role("button", name="Ký bằng khóa truy cập").click()
    expect(page.locator(".paper")).to_contain_text("Công chức Tài chính")
    assert not Pledge.objects.exists()
    page.get_by_role("button", name="Ký bằng khóa truy cập").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Đã ký ngày")


def test_without_script_the_password_signs(
    new_context: Callable[..., BrowserContext], cast: Cast, campaign: Campaign
) -> None:
    first = new_context()
    page = first.new_page()
    plug_in(page)
    sign_in(page)
    register(page)
    plain = new_context(java_script_enabled=False, storage_state=first.storage_state()).new_page()
    plain.goto(f"/commitments/{campaign.pk}/sign/{cast.lan_posting.pk}/")
    expect(plain.get_by_role("button", name="Ký bằng khóa truy cập")).to_be_hidden()
    plain.get_by_label("Mật khẩu").fill(PASSWORD)
    plain.get_by_role("button", name="Ký cam kết").click()
    expect(plain.get_by_role("heading", level=1)).to_contain_text("Đã ký ngày")
    assert Pledge.objects.get().method == "password"
