"""A paired tablet and what it sends."""

import json
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client

from surveys.models import Kiosk, Questionnaire, ServicePoint
from surveys.services import kiosks
from tests.cast import Cast
from tests.factories import DAY, NOW
from tests.integration.surveys.arrange import SLUG

ANSWERS = "/k/answers/"


def asked() -> Questionnaire:
    """What the desk asks today."""
    found = Questionnaire.objects.in_force(DAY)
    assert found, "no questionnaire is in force"
    return found


def add(cast: Cast, point: ServicePoint, name: str = "Máy ở quầy 2") -> tuple[Kiosk, str]:
    """A kiosk and the code that waits to be typed."""
    return kiosks.add_kiosk(point=point, name=name, by=cast.quan, now=NOW)


def pair(code: str) -> Client:
    """A tablet on which the code was typed."""
    tablet = Client()
    answer = tablet.post("/k/pair/", {"code": code})
    assert answer.status_code == 302, answer.content.decode()
    return tablet


def form(**changed: Any) -> dict[str, Any]:
    """A form as the tablet sends it: satisfied, today."""
    return {
        "key": str(uuid4()), "slug": SLUG, "questionnaire": asked().pk, "language": "vi",
        "day": DAY.isoformat(), "outside": False, "seconds": None, "values": {"overall": "4"}, **changed,
    }  # fmt: skip


def hand_in(tablet: Client, *forms: Any) -> HttpResponse:
    answer = tablet.post(ANSWERS, json.dumps({"answers": forms}), content_type="application/json")
    assert isinstance(answer, HttpResponse)
    return answer


def outcomes(answer: HttpResponse) -> list[tuple[str, str]]:
    assert answer.status_code == 200, answer.content
    return [(one["is"], one["why"]) for one in json.loads(answer.content)["answers"]]
