"""The pages of bringing in a list, from the upload to what came of it."""

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import python_calamine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from conduct.dossiers.models import ColumnMapping, Dossier, DossierImport
from conduct.dossiers.services.imports import run_import
from tests.cast import Cast
from tests.factories import NOW
from tests.integration.dossiers.lists import HEADINGS, as_csv, as_xlsx, brought_in, line


@pytest.fixture(autouse=True)
def no_broker(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What would have been published; a real worker is in test_import_workers."""
    told: list[int] = []
    monkeypatch.setattr(
        "conduct.dossiers.views.imports.publish", lambda _task, *, import_id: told.append(import_id)
    )
    return told


def upload(client: Client, cast: Cast, content: bytes, name: str = "danh-sach.csv") -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post("/dossiers/imports/new/", {"agency": cast.one_stop.pk, "file": file})


def chosen(**changes: Any) -> dict[str, Any]:
    """The columns as they are proposed for HEADINGS."""
    places = {
        "code": 0, "procedure": 1, "procedure_group": 2, "channel": 3, "received_on": 4, "promised_on": 5,
        "finished_on": 6, "name": 7, "email": 8, "phone": 9, "officer": 10, "applicant": "",
    }  # fmt: skip
    return {**places, **changes}


def test_from_the_file_to_the_dossiers(
    client: Client, cast: Cast, no_broker: list[int], django_assert_max_num_queries: Callable[..., Any]
) -> None:
    client.force_login(cast.quan)
    assert "Chưa nhập danh sách nào" in client.get("/dossiers/imports/").content.decode()
    response = upload(client, cast, as_csv([line("A1", name="Trần Thị Mận"), line("A2", received="hôm qua")]))
    found = DossierImport.objects.get()
    assert response["Location"] == f"/dossiers/imports/{found.pk}/columns/"
    page = client.get(response["Location"]).content.decode()
    assert "Trần Thị Mận" in page
    assert "15/10/2026" in page
    assert "“hôm qua” không phải ngày" in page
    looked = client.post(response["Location"], chosen(name="", look="1"))
    assert "Trần Thị Mận" not in looked.content.decode()
    assert no_broker == []
    result = f"/dossiers/imports/{found.pk}/"
    for _ in range(2):
        assert client.post(response["Location"], chosen(start="1"))["Location"] == result
    assert no_broker == [found.pk]
    assert 'hx-trigger="every 2s"' in client.get(result).content.decode()
    assert run_import(import_id=found.pk, worker="w", clock=lambda: NOW)
    with django_assert_max_num_queries(12):
        page = client.get(result).content.decode()
    assert "“hôm qua” không phải ngày" in page
    assert "hx-trigger" not in page
    rows = (
        python_calamine.load_workbook(BytesIO(client.get(f"/dossiers/imports/{found.pk}/problems/").content))
        .get_sheet_by_index(0)
        .to_python()
    )
    assert rows[-1] == [3.0, "Ngày tiếp nhận", "“hôm qua” không phải ngày"]
    assert not Dossier.objects.exists()
    assert ColumnMapping.objects.get().columns["code"] == 0


def test_a_mapping_is_remembered_by_its_headings(client: Client, cast: Cast) -> None:
    headings = ["STT", "Số", "Việc", "Cách", "Từ", "Đến"]
    rows = [[1, "A1", "Khai sinh", "online", "05/10/2026", "15/10/2026"]]
    client.force_login(cast.quan)
    said = {"code": 1, "procedure": 2, "channel": 3, "received_on": 4, "promised_on": 5}
    first = upload(client, cast, as_csv(rows, headings=headings))["Location"]
    assert client.post(first, {**said, "start": "1"}).status_code == 302
    second = upload(client, cast, as_csv(rows, headings=headings))["Location"]
    assert '<option value="4" selected>Từ</option>' in client.get(second).content.decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"code": ""}, "Dossier code"),
        ({"email": 0}, "Cột này được chọn hai lần"),
        ({"code": "99"}, ""),
        ({"code": "x"}, ""),
    ],
)
def test_columns_that_make_no_sense_start_nothing(
    client: Client, cast: Cast, no_broker: list[int], change: dict[str, Any], said: str
) -> None:
    client.force_login(cast.quan)
    address = upload(client, cast, as_csv([line("A1")]))["Location"]
    response = client.post(address, chosen(start="1", **change))
    assert response.status_code == 422
    assert no_broker == []
    assert said in response.content.decode() or said == "Dossier code"


def test_only_who_keeps_the_office_brings_in_lists(client: Client, cast: Cast) -> None:
    found = brought_in(as_csv([line("A1")]), cast.one_stop, cast.quan)
    for person, status in ((cast.lan, 403), (cast.minh, 403)):
        client.force_login(person)
        assert client.get("/dossiers/imports/").status_code == status
        assert client.get("/dossiers/imports/new/").status_code == status
        assert client.get(f"/dossiers/imports/{found.pk}/").status_code == 404
    client.force_login(cast.hoa)
    for address in ("", "columns/", "problems/"):
        assert client.get(f"/dossiers/imports/{found.pk}/{address}").status_code == 404
    denied = upload(client, cast, as_csv([line("A9")]))
    assert denied.status_code == 422, "another office's agency is no choice"


def zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
        packed.writestr("xl/worksheets/sheet1.xml", b"<worksheet><sheetData>" + b" " * 330_000_000)
    return out.getvalue()


def spread(reference: str) -> bytes:
    """A real workbook whose one far cell would unfold to billions of empty ones."""
    whole, out = io.BytesIO(as_xlsx([line("A1")])), io.BytesIO()
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(out, "w") as packed:
        for part in source.infolist():
            content = source.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                row = reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
                far = f'<row r="{row}"><c r="{reference}"><v>1</v></c></row>'
                content = content.replace(b"</sheetData>", far.encode() + b"</sheetData>")
            packed.writestr(part.filename, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "errors"),
        (b"\x00\x01\x02" * 50, "không phải CSV"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 100, "Excel cũ"),
        (b"PK\x03\x04rest", "hỏng"),
        (zip_bomb(), "quá lớn"),
        (spread("XFD1048576"), "200.000 dòng"),
        (spread("ZZ3"), "200 cột"),
        (",".join(HEADINGS).encode() + b"," + b"x," * 1_000_000, "200 cột"),
        (b'a,b\n"' + b"x" * 200_000, "hỏng"),
        (b"\n\n\n", "không có dòng nào"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", ""),
    ],
    ids=[
        "empty", "binary", "xls", "zip", "bomb", "far", "wide", "columns", "quote", "blank", "pdf",
    ],
)  # fmt: skip
def test_files_that_are_no_list_are_refused_in_words(
    client: Client, cast: Cast, content: bytes, said: str
) -> None:
    client.force_login(cast.quan)
    response = upload(client, cast, content)
    if said:
        assert response.status_code == 422
        assert said in response.content.decode()
        assert not DossierImport.objects.exists()
    else:
        assert response.status_code in {302, 422}


def test_formulas_stay_text(client: Client, cast: Cast) -> None:
    formula = '=HYPERLINK("http://x","y")'
    brought_in(as_csv([line(formula, procedure="+cmd|' /C calc'!A0")]), cast.one_stop, cast.quan)
    client.force_login(cast.lan)
    content = client.get("/dossiers/as-xlsx/").content
    with zipfile.ZipFile(BytesIO(content)) as packed:
        assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")
    rows = python_calamine.load_workbook(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[-1][0] == formula


def test_a_list_that_failed_says_so(client: Client, cast: Cast) -> None:
    found = brought_in(as_csv([line("A1")]), cast.one_stop, cast.quan)
    DossierImport.objects.filter(pk=found.pk).update(
        state="failed", error="abandoned", finished_at=NOW + timedelta(1)
    )
    client.force_login(cast.quan)
    assert "Sau một ngày chưa chọn cột" in client.get(f"/dossiers/imports/{found.pk}/").content.decode()
