"""Whatever bytes are uploaded: a page in words, never an error of the server, never half a list."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conduct.dossiers.models import Dossier, DossierImport
from conduct.dossiers.services.imports import run_import
from tests.cast import Cast
from tests.integration.dossiers.lists import HEADINGS, as_csv, as_xlsx, line

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
CELLS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["05/10/2026", "15/10/2026", "45000", "trực tuyến", "=1+1", "", "\0"]),
    st.floats().map(str), st.binary(max_size=10).map(lambda raw: raw.decode("utf-8", "replace")),
)  # fmt: skip
ROWS = st.lists(st.lists(CELLS, max_size=14), max_size=8)
GOOD = [line("A1"), line("A2", finished="14/10/2026")]


@pytest.fixture(autouse=True)
def signed_in(client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    client.force_login(cast.quan)
    monkeypatch.setattr("conduct.dossiers.views.imports.publish", lambda _task, *, import_id: None)


def goes_through(client: Client, cast: Cast, content: bytes) -> None:
    """The way of a list through the pages, as a careless person clicks."""
    Dossier.objects.all().delete()
    file = SimpleUploadedFile("x.csv", content)
    response = client.post("/dossiers/imports/new/", {"agency": cast.one_stop.pk, "file": file})
    assert response.status_code in {302, 422}
    if response.status_code == 422:
        return
    address = response["Location"]
    assert client.get(address).status_code in {200, 404}
    places = {"code": 0, "procedure": 1, "channel": 3, "received_on": 4, "promised_on": 5, "start": "1"}
    if client.post(address, places).status_code != 302:
        return
    found = DossierImport.objects.order_by("-pk")[0]
    assert run_import(import_id=found.pk, worker="w", clock=timezone.now)
    found.refresh_from_db()
    assert found.state in {"done", "refused", "failed"}
    n_stored = Dossier.objects.count()
    assert n_stored == (found.n_new if found.state == "done" else 0)
    assert client.get(f"/dossiers/imports/{found.pk}/").status_code == 200


@QUICK
@given(content=st.binary(max_size=2000))
def test_random_bytes(client: Client, cast: Cast, content: bytes) -> None:
    goes_through(client, cast, content)


@QUICK
@given(rows=ROWS)
def test_random_cells_as_csv(client: Client, cast: Cast, rows: list[list[str]]) -> None:
    text = "\n".join([",".join(HEADINGS), *(",".join(row) for row in rows)])
    goes_through(client, cast, text.encode("utf-8", "surrogatepass"))


@QUICK
@given(rows=ROWS)
def test_random_cells_below_good_ones_as_csv(client: Client, cast: Cast, rows: list[list[str]]) -> None:
    goes_through(client, cast, as_csv([*GOOD, *rows]))


@QUICK
@given(place=st.integers(0, 5000), junk=st.binary(min_size=1, max_size=40), which=st.integers(0, 20))
def test_a_damaged_xlsx(client: Client, cast: Cast, place: int, junk: bytes, which: int) -> None:
    whole = as_xlsx(GOOD)
    if which % 2:
        at = place % len(whole)
        goes_through(client, cast, whole[:at] + junk + whole[at + len(junk) :])
        return
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as source, zipfile.ZipFile(out, "w") as packed:
        parts = source.infolist()
        for number, part in enumerate(parts):
            content = source.read(part)
            if number == which % len(parts):
                at = place % (len(content) or 1)
                content = content[:at] + junk + content[at + len(junk) :]
            packed.writestr(part.filename, content)
    goes_through(client, cast, out.getvalue())


def test_a_good_list_goes_through(client: Client, cast: Cast) -> None:
    """The test of the test."""
    goes_through(client, cast, as_csv(GOOD))
    assert Dossier.objects.count() == 2
    goes_through(client, cast, as_xlsx(GOOD))
    assert Dossier.objects.count() == 2
