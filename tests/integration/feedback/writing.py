"""A citizen's hands for tests: draws the form, fills it in, sends it, follows."""

import re
from typing import Any

from django.test import Client

from conduct.feedback.models import Case
from surveys.models import ServicePoint
from tests.cast import Cast
from tests.factories import START
from tests.integration.feedback.arrange import WORDS

SLUG = "bcdfghj"
NAME, PHONE, EMAIL, PARENT = "Trương Mỹ Kiều", "0987 654 321", "kieu@example.vn", "Trương Văn Bền"
CONTACT = {"name": NAME, "phone": PHONE, "email": EMAIL, "reply": "1"}
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
_CODE = re.compile(r"<b>((?:[0-9A-Z]{4}-){4}[0-9A-Z]{4})</b>")


def make_desk(cast: Cast) -> ServicePoint:
    """A desk at Lan's centre."""
    return ServicePoint.objects.create(
        agency=cast.one_stop, slug=SLUG, name="Quầy số 2", name_en="Desk 2", opened_on=START
    )


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's form; of several forms the last word."""
    return dict(_HIDDEN.findall(page))


def drawn(client: Client, address: str = f"/f/{SLUG}/") -> dict[str, str]:
    """The hidden fields of a fresh form."""
    return hidden(client.get(f"{address}?lang=vi").content.decode())


def send(client: Client, address: str = f"/f/{SLUG}/", **said: Any) -> Any:
    """Draw a form and send it."""
    return client.post(address, {**drawn(client, address), "text": WORDS, **said})


def code_in(answer: Any) -> str:
    """The follow code that a page shows."""
    found = _CODE.search(answer.content.decode())
    assert found, "no code on the page"
    return found[1]


def written(client: Client, **said: Any) -> tuple[Case, str]:
    """A case sent through the page, with its code."""
    code = code_in(send(client, **said))
    return Case.objects.order_by("-pk")[0], code


def follow(client: Client, code: str) -> Any:
    """The page of a followed case."""
    return client.post("/f/follow/", {"code": code, "lang": "vi"})


def pass_for(client: Client, code: str) -> dict[str, str]:
    """What a followed page carries along."""
    return hidden(follow(client, code).content.decode())
