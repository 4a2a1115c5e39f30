"""The main job from end to end, without a browser: sign, rate, judge, close, and the score of it."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from conduct.agencies.models import User
from conduct.kernel.months import Month
from conduct.scores.models import PersonScore
from conduct.scores.rules.evidence import Source
from conduct.scores.rules.parts import person_from_data
from models_catalog.models import Item
from tests.cast import Cast, make_cast
from tests.factories import PASSWORD
from tests.harness.worker import Worker
from tests.integration.surveys.arrange import fetch_key, send

from . import month as story

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("schemes", "questionnaires"),
]
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user, BACKEND)
    return client


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page) or re.search(
        rf'value="([^"]*)"[^>]*name="{name}"', page
    )
    assert found, f"no hidden {name}"
    return found[1]


def sign_and_watch(cast: Cast, month: Month) -> None:
    """Lan signs; the coverage rises."""
    campaign = story.open_campaign(cast, month)
    lan, tam = as_user(cast.lan), as_user(cast.tam)
    coverage = reverse("commitments:campaign", args=[campaign.pk])
    assert "0/4" in tam.get(coverage).content.decode()
    sign = reverse("commitments:sign", args=[campaign.pk, cast.lan_posting.pk])
    read = lan.get(sign).content.decode()
    assert "Không thất hứa với dân" in read
    assert lan.post(sign, {"sha256": hidden(read, "sha256"), "password": PASSWORD}).status_code == 302
    assert "1/4" in tam.get(coverage).content.decode()


def rate_and_add_up(cast: Cast, month: Month) -> list[dict[str, Any]]:
    """A citizen rates by the QR code's address: the office's open share moves, and no person's row."""
    point, tam = story.desk(cast), as_user(cast.tam)
    story.invited_citizens_answer(cast, point, month)
    send(Client(), {"overall": "2"}, point.slug)
    roll_up = reverse("scores:roll_up", args=[month, cast.commune.code])
    assert tam.post(roll_up).status_code == 302
    finished = story.wait_for_the_worker(cast, month, None)
    kept, judged = story.open_share(cast, month)
    before = story.persons(month)
    assert (kept, judged) == (0, 1)

    citizen = Client()
    twice = {"overall": "5", "key": fetch_key(citizen, point.slug)}
    send(citizen, twice, point.slug)
    send(citizen, twice, point.slug)
    assert tam.post(roll_up).status_code == 302
    story.wait_for_the_worker(cast, month, finished)
    assert story.open_share(cast, month) == (kept + 1, judged + 1)
    assert story.persons(month) == before
    return before


def judge(cast: Cast, month: Month, slipped: Item) -> None:
    """Minh judges Lan: one item was not always kept."""
    minh = as_user(cast.minh)
    path = reverse("judgements:judge", args=[month, cast.lan_posting.pk, cast.adoption.pk])
    answers = {
        "revision": hidden(minh.get(path).content.decode(), "revision"),
        "rest_kept": "on",
        f"value_{slipped.pk}": "3",
        f"reason_{slipped.pk}": "Mở quầy muộn ngày 12",
    }
    assert minh.post(path, answers).status_code == 302


def test_a_month_from_the_pledge_to_the_score(cast: Cast, worker: Worker) -> None:
    month = story.last_month()
    slipped = Item.objects.get(text="Không vi phạm giờ giấc làm việc")
    with story.lived_in(month):
        sign_and_watch(cast, month)
        before = rate_and_add_up(cast, month)
        judge(cast, month, slipped)
    assert all(row["score"] is None for row in before)

    # The month has ended: the head closes it, and the worker does the final roll-up.
    close = reverse("scores:close_month", args=[month, cast.commune.code])
    assert as_user(cast.tam).post(close).status_code == 302
    story.wait_until_closed(cast, month)

    # Lan's new score and its parts.
    score = PersonScore.objects.get(posting=cast.lan_posting, month=month.first)
    assert score.score is not None
    parts = person_from_data(score.parts)
    item = next(item for item in parts.items if item.key == slipped.pk)
    assert [(part.source, part.kept, part.judged) for part in item.sources] == [(Source.SUPERVISOR, 3, 4)]
    assert sum((item.earned for item in parts.items), Decimal(0)) == score.score
    lan = as_user(cast.lan)
    why = lan.get(reverse("scores:why", args=[month, cast.lan_posting.pk, cast.adoption.pk])).content.decode()
    assert f"{score.score:.2f}".replace(".", ",") in why
    assert "3/4" in why
    dashboard = lan.get(reverse("reports:office", args=[cast.commune.code, month])).content.decode()
    assert "7/8" in dashboard
