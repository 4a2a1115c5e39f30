"""A list of 50,000 dossiers, brought in by the real task in a process of its own, as a worker would."""

import csv
import io
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import date, timedelta

from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from conduct.agencies.models import Role
from conduct.dossiers.models import Dossier, DossierImport
from conduct.dossiers.rules.columns import propose_columns
from conduct.dossiers.services.imports import start_import, upload_list
from tests.factories import grant, make_agency, make_posting, make_user

from .report import Row
from .servers import ROOT

DOSSIERS = 50_000
_HEADINGS = [
    "Mã hồ sơ", "Thủ tục", "Lĩnh vực", "Hình thức nộp", "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày trả kết quả",
    "Người nộp", "Email", "Số điện thoại", "Cán bộ xử lý",
]  # fmt: skip
# What the process of its own runs; it prints the seconds, those of the processor, and its memory in KB.
_WORKER = """
import resource, sys, time
import django
django.setup()
from conduct.dossiers.tasks.imports import import_list
begin, used = time.perf_counter(), time.process_time()
import_list(import_id=int(sys.argv[1]))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(time.perf_counter() - begin, time.process_time() - used, peak)
"""


def dossier_import_s(environment: Mapping[str, str]) -> Row:
    """Seconds from the task's start until all dossiers are stored, with sealed names and contacts."""
    asked = _request()
    connection.close()
    run = subprocess.run(
        [sys.executable, "-c", _WORKER, str(asked.pk)], cwd=ROOT, env={**os.environ, **dict(environment)},
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    seconds, used, kilobytes = (float(figure) for figure in run.stdout.split())
    asked.refresh_from_db()
    if asked.n_new != DOSSIERS or Dossier.objects.count() != DOSSIERS:
        raise RuntimeError(f"the list was not brought in: {asked.state} {asked.n_new} {asked.error}")
    note = f"{DOSSIERS:,} rows as CSV, {used:.1f} s of CPU, {kilobytes / 1024:.0f} MB at most"
    return Row("dossier_import_s", round(seconds, 1), 60, "lower", "s", note)


def _request() -> DossierImport:
    """The list of a commune, named and waiting for a worker."""
    commune = make_agency("Xã An Thuận")
    keeper = make_user("Đỗ Anh Quân")
    grant(keeper, commune, Role.OFFICE_ADMIN)
    make_posting(make_user("Tôn Nữ Hoàng Thảo Lan"), commune)
    now = timezone.now()
    file = ContentFile(_list(timezone.localdate(now)), name="ho-so.csv")
    found = upload_list(agency=commune, file=file, by=keeper, now=now)
    start_import(found=found, columns=propose_columns(_HEADINGS), headings=_HEADINGS, by=keeper, now=now)
    return found


def _list(today: date) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_HEADINGS)
    for number in range(DOSSIERS):
        received = today - timedelta(days=number % 120)
        promised = received + timedelta(days=5)
        finished = f"{promised:%d/%m/%Y}" if promised <= today else ""
        writer.writerow(
            [
                f"H17.26.{number:06}", "Đăng ký khai sinh kết hợp nhận cha, mẹ, con", "Hộ tịch",
                "Trực tuyến" if number % 4 else "Trực tiếp", f"{received:%d/%m/%Y}",
                f"{promised:%d/%m/%Y} 17:00", finished, f"Nguyễn Thị Thử {number}", f"thu{number}@example.vn",
                f"09{number:08}", "Tôn Nữ Hoàng Thảo Lan",
            ]
        )  # fmt: skip
    return out.getvalue().encode()
