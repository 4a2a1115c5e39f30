"""The main job from end to end, without a browser: sign, rate, judge, close, and the score of it."""

import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from conduct.agencies.models import User
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


def test_a_month_from_the_pledge_to_the_score(
    cast: Cast, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    month = story.last_month()
    back_to_today = story.be_in(month, monkeypatch)
    campaign, point = story.open_campaign(cast, month), story.desk(cast)
    lan, minh, tam = as_user(cast.lan), as_user(cast.minh), as_user(cast.tam)

    # Lan signs; the coverage rises.
    coverage = reverse("commitments:campaign", args=[campaign.pk])
    assert "0/4" in tam.get(coverage).content.decode()
    sign = reverse("commitments:sign", args=[campaign.pk, cast.lan_posting.pk])
    read = lan.get(sign).content.decode()
    assert "Không thất hứa với dân" in read
    assert lan.post(sign, {"sha256": hidden(read, "sha256"), "password": PASSWORD}).status_code == 302
    assert "1/4" in tam.get(coverage).content.decode()

    # Citizens: some were invited; one rates by the QR code's address, after a first roll-up.
    story.invited_citizens_answer(cast, point, month)
    assert send(Client(), {"overall": "2"}, point.slug).status_code in {200, 302, 303}
    roll_up = reverse("scores:roll_up", args=[month, cast.commune.code])
    assert tam.post(roll_up).status_code == 302
    finished = story.wait_for_the_worker(cast, month, None)
    kept, judged = story.open_share(cast, month)
    before = story.persons(month)
    assert judged == 1

    citizen = Client()
    twice = {"overall": "5", "key": fetch_key(citizen, point.slug)}
    send(citizen, twice, point.slug)
    send(citizen, twice, point.slug)
    assert tam.post(roll_up).status_code == 302
    finished = story.wait_for_the_worker(cast, month, finished)
    assert story.open_share(cast, month) == (kept + 1, judged + 1)
    assert story.persons(month) == before

    # Minh judges Lan; Tâm closes the month once it has ended; the worker does the final roll-up.
    judge = reverse("judgements:judge", args=[month, cast.lan_posting.pk, cast.adoption.pk])
    sheet = minh.get(judge).content.decode()
    late = Item.objects.get(text="Không vi phạm giờ giấc làm việc")
    answers = {
        "revision": hidden(sheet, "revision"),
        "rest_kept": "on",
        f"value_{late.pk}": "3",
        f"reason_{late.pk}": "Mở quầy muộn ngày 12",
    }
    assert minh.post(judge, answers).status_code == 302
    back_to_today()
    close = reverse("scores:close_month", args=[month, cast.commune.code])
    assert as_user(cast.tam).post(close).status_code == 302
    story.wait_until_closed(cast, month)

    # Lan's score and its parts.
    score = PersonScore.objects.get(posting=cast.lan_posting, month=month.first)
    assert score.score is not None
    parts = person_from_data(score.parts)
    judged_item = next(item for item in parts.items if item.key == late.pk)
    assert [(part.source, part.kept, part.judged) for part in judged_item.sources] == [
        (Source.SUPERVISOR, 3, 4)
    ]
    assert sum((item.earned for item in parts.items), Decimal(0)) == score.score
    assert [row for row in story.persons(month) if row["posting_id"] == cast.lan_posting.pk] != [
        row for row in before if row["posting_id"] == cast.lan_posting.pk
    ]
    why = reverse("scores:why", args=[month, cast.lan_posting.pk, cast.adoption.pk])
    page = as_user(cast.lan).get(why).content.decode()
    assert f"{score.score:.2f}".replace(".", ",") in page
    assert "3/4" in page
    dashboard = reverse("reports:office", args=[cast.commune.code, month])
    assert "7/8" in as_user(cast.lan).get(dashboard).content.decode()
