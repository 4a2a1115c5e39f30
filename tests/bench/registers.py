"""The register of a campaign with 5,000 pledges as one PDF: how long it takes, and how much memory.

A process of its own makes it, as a worker does: through the task, from the row. It measures itself.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from django.db import connection
from django.utils import timezone
from pypdf import PdfReader

from conduct.agencies.models import Agency, Posting, Role, User
from conduct.commitments.models import Campaign, Pledge, RegisterPrint
from conduct.commitments.rules.pledges import sha256_of
from conduct.commitments.services.prints import request_print
from conduct.commitments.services.signing import text_for, wording_of
from conduct.kernel.names import fold, sort_text
from tests.factories import START, adopt, grant, make_agency, make_user, make_version

from .report import Row
from .servers import ROOT

PLEDGES = 5000
OFFICES = 25
_DEPARTMENTS = ("Văn phòng", "Phòng Kinh tế", "Phòng Văn hóa – Xã hội", "Trung tâm Phục vụ hành chính công")
_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô")
_MIDDLE = ("Thị", "Văn", "Hữu", "Ngọc", "Thị Thanh", "Hoàng Bảo", "Quốc")
_GIVEN = ("An", "Ánh", "Bình", "Châu", "Dũng", "Đạt", "Hà", "Hòa", "Khánh", "Lan", "Minh", "Thảo Uyên", "Yến")
_TITLES = (
    "Chuyên viên", "Công chức Tư pháp – Hộ tịch", "Phó Trưởng phòng", "Văn thư",
    "Viên chức phụ trách lao động, người có công và xã hội",
)  # fmt: skip
# What the process of its own runs; it prints the seconds, those of the processor, and its memory in KB.
_WORKER = """
import resource, sys, time
import django
django.setup()
from conduct.commitments.tasks.registers import print_register
begin, used = time.perf_counter(), time.process_time()
print_register(print_id=int(sys.argv[1]))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(time.perf_counter() - begin, time.process_time() - used, peak)
"""


def register_pdf_s(environment: Mapping[str, str]) -> Row:
    """Seconds from the task's start to the stored file."""
    seconds, _, note = _made(tuple(sorted(environment.items())))
    return Row("register_pdf_s", round(seconds, 1), 60, "lower", "s", note)


def register_pdf_mb(environment: Mapping[str, str]) -> Row:
    """The highest resident memory of the process that made it, Django included."""
    _, megabytes, note = _made(tuple(sorted(environment.items())))
    return Row("register_pdf_mb", round(megabytes), 500, "lower", "MB", note)


@cache
def _made(environment: tuple[tuple[str, str], ...]) -> tuple[float, float, str]:
    """Both rows speak of one register."""
    asked = _request()
    connection.close()
    run = subprocess.run(
        [sys.executable, "-c", _WORKER, str(asked.pk)], cwd=ROOT, env={**os.environ, **dict(environment)},
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    seconds, used, kilobytes = (float(figure) for figure in run.stdout.split())
    asked.refresh_from_db()
    if asked.state != RegisterPrint.State.DONE or asked.n_done != PLEDGES:
        raise RuntimeError(f"the register was not made: {asked.state} {asked.n_done} {asked.error}")
    path = Path(asked.file.path)
    n_pages = len(PdfReader(path).pages)
    path.unlink()
    note = (
        f"{PLEDGES:,} pledges of {OFFICES * len(_DEPARTMENTS)} departments: {n_pages} pages, "
        f"{asked.n_bytes:,} bytes, {used:.1f} s of CPU"
    )
    return seconds, kilobytes / 1024, note


def _request() -> RegisterPrint:
    """A province whose people have all signed, and the request of its register by its head."""
    province = make_agency("Tỉnh Mực Giang", kind="province")
    head = make_user("Võ Đình Phương")
    grant(head, province, Role.HEAD)
    year = timezone.localdate().year
    campaign = Campaign.objects.create(
        agency=province, adoption=adopt(province, make_version()), year=year, opens_on=date(year, 1, 1),
        due_on=date(year, 12, 31), opened_at=timezone.now(),
    )  # fmt: skip
    _sign(campaign, _people(list(_departments(province))))
    return request_print(campaign=campaign, agency=province, by=head, now=timezone.now())[0]


def _departments(province: Agency) -> Iterator[Agency]:
    for number in range(OFFICES):
        office = make_agency(f"Xã {_GIVEN[number % 13]} {_FAMILY[number % 12]} {number}", parent=province)
        for name in _DEPARTMENTS:
            yield make_agency(name, kind="department", parent=office)


def _people(departments: list[Agency]) -> list[Posting]:
    """So many people, spread over the departments."""
    names = [f"{_FAMILY[n % 12]} {_MIDDLE[n // 12 % 7]} {_GIVEN[n // 5 % 13]}" for n in range(PLEDGES)]
    people = User.objects.bulk_create(
        User(username=f"reg{n}", full_name=name, name_order=sort_text(name), search=fold(name), password="!")
        for n, name in enumerate(names)
    )
    return Posting.objects.bulk_create(
        Posting(
            person=person, agency=departments[n % len(departments)], title=_TITLES[n % len(_TITLES)],
            category="cong_chuc", starts_on=START,
        )
        for n, person in enumerate(people)
    )  # fmt: skip


def _sign(campaign: Campaign, postings: list[Posting]) -> None:
    """A pledge of each, with the text that the person would read."""
    wording, methods, now = wording_of(campaign.adoption), ("password", "passkey"), timezone.now()
    texts = [text_for(campaign, posting, wording=wording) for posting in postings]
    Pledge.objects.bulk_create(
        Pledge(
            campaign=campaign, posting=posting, text=text, sha256=sha256_of(text), method=methods[n % 2],
            signed_at=now - timedelta(hours=n % 500),
        )
        for n, (posting, text) in enumerate(zip(postings, texts, strict=True))
    )  # fmt: skip
