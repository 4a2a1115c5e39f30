"""Lists as a one-stop system exports them."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import xlsxwriter
from django.core.files.base import ContentFile
from django.utils import timezone

from conduct.agencies.models import Agency, User
from conduct.dossiers.models import DossierImport
from conduct.dossiers.rules.columns import propose_columns
from conduct.dossiers.services.imports import run_import, start_import, upload_list
from conduct.dossiers.services.tables import open_table

HEADINGS = (
    "Mã hồ sơ", "Thủ tục", "Lĩnh vực", "Hình thức nộp", "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày trả kết quả",
    "Người nộp", "Email", "Số điện thoại", "Cán bộ xử lý",
)  # fmt: skip
SEED_YEAR = 2022


def line(code: str, **cells: Any) -> list[Any]:
    """A row under HEADINGS; received 5/10/2026, promised 15/10/2026, no result."""
    values = {
        "procedure": "Đăng ký khai sinh", "group": "Hộ tịch", "channel": "Trực tuyến",
        "received": "05/10/2026",
        "promised": "15/10/2026", "finished": "", "name": "", "email": "", "phone": "", "officer": "",
    } | cells  # fmt: skip
    return [code, *values.values()]


def as_csv(
    rows: Iterable[Sequence[Any]],
    *,
    headings: Sequence[str] = HEADINGS,
    sign: str = ",",
    encoding: str = "utf-8",
) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=sign)
    writer.writerow(headings)
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def as_xlsx(rows: Iterable[Sequence[Any]], *, headings: Sequence[str] = HEADINGS, above: int = 0) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet("Hồ sơ")
    for place in range(above):
        sheet.write(place, 0, "DANH SÁCH HỒ SƠ" if place == 0 else "")
    sheet.write_row(above, 0, headings)
    for place, row in enumerate(rows, above + 1):
        sheet.write_row(place, 0, row)
    book.close()
    return out.getvalue()


def seed_rows() -> list[list[Any]]:
    """What a newspaper reported: 13,376 received, 1,097 early, 12,277 on time, 2 in process; 85 % online."""
    rows, first = [], date(SEED_YEAR, 1, 4)
    for number in range(13_376):
        received = first + timedelta(days=number % 295)
        promised = received + timedelta(days=5)
        early = timedelta(days=1 + number % 3 if number < 1_097 else 0)
        finished = f"{promised - early:%d/%m/%Y}" if number < 1_097 + 12_277 else ""
        online = number % 20 < 17
        rows.append(
            line(
                f"H17.{number:06}", received=f"{received:%d/%m/%Y}", promised=f"{promised:%d/%m/%Y} 17:00",
                finished=finished,
                channel="Nộp trực tuyến" if online else "Nộp trực tiếp",
                group=("Hộ tịch", "Đất đai", "Chứng thực")[number % 3],
            )
        )  # fmt: skip
    return rows


def uploaded(content: bytes, agency: Agency, by: User, name: str = "ho-so.csv") -> DossierImport:
    return upload_list(agency=agency, file=ContentFile(content, name=name), by=by, now=timezone.now())


def asked(content: bytes, agency: Agency, by: User, name: str = "ho-so.csv") -> DossierImport:
    """A list whose columns are named as proposed; it waits for a worker."""
    found = uploaded(content, agency, by, name)
    headings = open_table(io.BytesIO(content)).headings
    start_import(found=found, columns=propose_columns(headings), headings=headings, by=by, now=timezone.now())
    return found


def brought_in(content: bytes, agency: Agency, by: User, name: str = "ho-so.csv") -> DossierImport:
    """A list brought in, as a worker does it."""
    found = asked(content, agency, by, name)
    run_import(import_id=found.pk, worker="test", clock=timezone.now)
    found.refresh_from_db()
    return found
