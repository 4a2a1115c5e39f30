"""Every address of ratings with Lan's objects in it, opened by those who have no right to them."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from conduct.agencies.models import Delegation, RoleGrant, User
from conduct.ratings.models import Sheet, SheetLine
from tests.cast import Cast
from tests.factories import make_user
from tests.integration.ratings.arrange import sheets_at_every_step
from tests.routes import url_of
from tests.routes.ratings import VISITS

pytestmark = [pytest.mark.django_db]
WORDS, NOTE, REASON = "Giữ đúng hẹn với từng người dân", "Một lần trễ hẹn", "Hai buổi đi muộn không phép"


@pytest.fixture
def cast(october: Cast) -> Cast:
    """Lan's sheets with words in them; Minh led her until yesterday."""
    sheets_at_every_step(october)
    Sheet.objects.update(strengths=WORDS)
    SheetLine.objects.update(self_note=NOTE, review_reason=REASON)
    return october


def reader(cast: Cast, who: str) -> User:
    if who == "minh":
        yesterday = timezone.localdate() - timedelta(days=1)
        RoleGrant.objects.filter(person=cast.minh).update(ends_on=yesterday)
        Delegation.objects.filter(absent=cast.minh).delete()
    found: User = make_user("Người ngoài") if who == "nobody" else getattr(cast, who)
    return found


# Confirmed forms go to whoever keeps the office's personnel records (Điều 17.3).
PERSONNEL = {"form_pdf", "form_xlsx", "export_forms", "export_list_pdf", "export_list_xlsx"}


def found_addresses() -> list[str]:
    """Every address of which the object is arranged here; the others are met by the stranger's crawl."""
    found = []
    for address in VISITS:
        with suppress(IndexError, ObjectDoesNotExist):
            found.append(url_of(address))
    own = ("sheet", "fill", "submit", "withdraw", "acknowledge", "tasks", "return_sheet")
    names = {resolve(url).url_name for url in found}
    assert set(own) <= names, set(own) - names
    return found


@pytest.mark.parametrize("who", ["hoa", "quan", "minh", "nobody"])
def test_who_has_no_right_finds_no_sheet_of_lans(client: Client, cast: Cast, who: str) -> None:
    """A head elsewhere, the office administrator, a former supervisor, somebody without a post."""
    urls = found_addresses()
    user, told = reader(cast, who), {}
    client.force_login(user)
    for url in urls:
        match = resolve(url)
        if who == "quan" and match.url_name in PERSONNEL:
            continue
        about_a_sheet = "sheet_id" in match.kwargs
        for method in ("get", "post"):
            response = getattr(client, method)(url)
            status = response.status_code
            if status >= 500 or (about_a_sheet and status not in (403, 404, 405)):
                told[f"{method} {url}"] = str(status)
            words = b"".join(response) if response.streaming else response.content
            if any(secret in words.decode(errors="replace") for secret in (WORDS, NOTE, REASON)):
                told[f"{method} {url}"] = "words"
    assert told == {}


def test_the_crawl_would_find_them(client: Client, cast: Cast) -> None:
    """The test of the test: Lan herself reads her words there."""
    client.force_login(cast.lan)
    page = client.get(url_of(("ratings:sheet", 1))).content.decode()
    assert WORDS in page
    assert NOTE in page
