"""The thanks page knows nothing of the form and says what comes next."""

import pytest
from django.test import Client
from django.utils import timezone

from surveys.models import ServicePoint
from tests.cast import make_cast
from tests.integration.surveys.arrange import SLUG, make_point

pytestmark = pytest.mark.django_db


@pytest.fixture
def point(questionnaires: None) -> ServicePoint:
    return make_point(make_cast().one_stop, name_en="Desk 2")


def test_thanks_says_what_comes_next(client: Client, point: ServicePoint) -> None:
    answer = client.get(f"/r/{SLUG}/thanks/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Cảm ơn ông/bà. Ý kiến đã được ghi nhận." in page
    assert f"Tính vào tháng {timezone.localdate():%m/%Y}" in page
    assert f'href="/r/{SLUG}/?lang=vi"' in page
    assert "chỉ tính một lần" not in page
    assert not answer.cookies


def test_thanks_is_english_and_keeps_the_language(client: Client, point: ServicePoint) -> None:
    page = client.get(f"/r/{SLUG}/thanks/?lang=en").content.decode()
    assert "Thank you. Your opinion has been recorded." in page
    assert f'href="/r/{SLUG}/?lang=en"' in page
    assert "Desk 2" in page


def test_thanks_for_a_second_click_says_that_it_counts_once(client: Client, point: ServicePoint) -> None:
    assert "chỉ tính một lần" in client.get(f"/r/{SLUG}/thanks/?lang=vi&again=1").content.decode()


def test_thanks_takes_no_form(client: Client, point: ServicePoint) -> None:
    assert client.post(f"/r/{SLUG}/thanks/").status_code == 405
