"""The citizen's side: how heavy the first load is, and how many complete responses a second are stored."""

import re
from collections.abc import Mapping
from itertools import count
from statistics import median
from urllib.parse import urlencode
from uuid import UUID

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from conduct.kernel.engines import Engines
from models_catalog.models import ModelVersion
from surveys.models import Response, SetAside
from surveys.rules.keys import issued_at, sign_key
from tests.cast import make_cast
from tests.factories import adopt
from tests.integration.surveys.arrange import SLUG, make_point

from .bare import TABLE
from .client import Connection, rate
from .report import Row
from .servers import THREADS, WORKERS, server

CONCURRENCY = 8
ROUNDS = 5
SECONDS = 4.0
OURS, BARE = "conduct.wsgi:application", "tests.bench.bare:application"
_KEY = b'name="key" value="'
_KEY_LENGTH = 56
_COMMENT = "Cán bộ giải thích rõ, nhưng tôi phải đi lại hai lần vì thiếu một tờ giấy."
_SAID = urlencode(
    {"lang": "vi", "overall": 4, **{f"f{n}": 4 for n in range(1, 6)}, "comment": _COMMENT}
).encode()
_PHONE = "User-Agent: Mozilla/5.0 (Linux; Android 14) Mobile\r\n"
_MODEL = "5 không, 4 biết"
_networks = count(0x0A000000)


def arrange(engines: Engines) -> None:
    """A desk in an office that keeps a model, and the table of the bare view."""
    call_command("load_library", verbosity=0)
    call_command("load_questionnaires", verbosity=0)
    cast = make_cast()
    version = ModelVersion.objects.get(model__name=_MODEL, state=ModelVersion.State.PUBLISHED)
    adopt(cast.commune, version)
    make_point(cast.one_stop)
    with psycopg.connect(engines.owner_environment()["DATABASE_OWNER_URL"]) as owner:
        owner.execute(TABLE)
    connection.close()


def citizen_form_bytes(environment: Mapping[str, str]) -> Row:
    """Everything a phone downloads to show the form for the first time, as the server compresses it."""
    with server(OURS, environment) as port:
        phone = Connection(port)
        accept = "Accept-Encoding: gzip, deflate, br\r\n"
        page = phone.get(f"/r/{SLUG}/", accept)
        text = page.body.decode()
        if "<script" in text:
            raise RuntimeError("the citizen form has a script")
        files = re.findall(r'(?:href|src)="(/static/[^"]+)"', text)
        sizes = [len(page.body), *(len(phone.get(address, accept).body) for address in files)]
        phone.close()
    note = f"page {sizes[0]}, {len(files)} files {sum(sizes[1:])} bytes, no script; two models adopted"
    return Row("citizen_form_bytes", sum(sizes), 25_000, "lower", "B", note)


def _given_before(key: str) -> bytes:
    """The key of a page, as if it had been fetched a minute ago: citizens read before they answer."""
    earlier = sign_key(UUID(hex=key[:32]), SLUG, settings.SECRET_KEY, issued_at(key) - 600)
    return earlier.encode()


def _respond(phone: Connection) -> None:
    """Fetch the form, answer six ratings and a comment of one's own from another phone, be thanked."""
    page = phone.get(f"/r/{SLUG}/").body
    start = page.index(_KEY) + len(_KEY)
    key = _given_before(page[start : start + _KEY_LENGTH].decode())
    number = next(_networks)
    network = ".".join(map(str, number.to_bytes(4)))
    headers = f"Origin: http://{phone.host}\r\n{_PHONE}X-Forwarded-For: {network}\r\n"
    answer = phone.post(f"/r/{SLUG}/", b"key=" + key + b"&" + _SAID + b"+%d" % number, headers)
    if answer.status != 302 or b"again" in answer.head:
        raise RuntimeError(f"not stored: {answer.head!r}")


def _insert(client: Connection) -> None:
    if client.post("/insert/", b"").status != 200:
        raise RuntimeError("the bare view failed")


def submit_ratio(environment: Mapping[str, str]) -> Row:
    """Complete responses a second against bare inserts a second, in turns; every one is verified.

    Each comes from another phone and counts; nothing of what is done for an honest form is left out.
    """
    environment = {**environment, "BEHIND_PROXY": "1"}
    bare_environment = {**environment, "DJANGO_SETTINGS_MODULE": "tests.bench.bare_settings"}
    ratios, ours, bares = [], [], []
    with server(OURS, environment) as port, server(BARE, bare_environment) as bare_port:
        rate(port, _respond, seconds=1, concurrency=CONCURRENCY)
        rate(bare_port, _insert, seconds=1, concurrency=CONCURRENCY)
        for _ in range(ROUNDS):
            before = Response.objects.count()
            n_done, per_second = rate(port, _respond, seconds=SECONDS, concurrency=CONCURRENCY)
            if Response.objects.count() - before != n_done:
                raise RuntimeError(
                    "a response that was acknowledged is not in the table, or one is there twice"
                )
            if SetAside.objects.exists():
                raise RuntimeError("an honest response was set aside")
            _, bare_per_second = rate(bare_port, _insert, seconds=SECONDS, concurrency=CONCURRENCY)
            ours.append(per_second)
            bares.append(bare_per_second)
            ratios.append(per_second / bare_per_second)
    note = (
        f"{median(ours):.0f}/s against {median(bares):.0f}/s bare; {WORKERS} workers × {THREADS} threads, "
        f"concurrency {CONCURRENCY}, median of {ROUNDS} rounds ({min(ratios):.3f}–{max(ratios):.3f})"
    )
    return Row("submit_ratio", round(median(ratios), 3), 0.25, "higher", "", note)
