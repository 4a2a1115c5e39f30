"""One-stop dossiers of every commune: received, promised, early, on time, late or in process."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from random import Random

from conduct.dossiers.models import Dossier, DossierImport, OnlineTarget
from conduct.kernel.months import Month
from conduct.kernel.names import fold
from conduct.kernel.sealing import seal
from conduct.kernel.workdays import working_day

from .calendar import open_days
from .copying import Ids, copy_rows
from .names import NameBook
from .people import Post, Staff
from .stories import Level, Story
from .tree import Office, Point, Tree

_A_RESPONSE = 0.8
"""So many dossiers for each response of the demo."""
_KEPT_DAYS = 60
"""Whose dossier it was, is known for so long after its end."""
_NAMES = 300
_PROCEDURES = {
    "Hộ tịch": (("Đăng ký khai sinh", 1), ("Đăng ký kết hôn", 5), ("Cấp bản sao trích lục hộ tịch", 1)),
    "Chứng thực": (("Chứng thực bản sao từ bản chính", 1), ("Chứng thực chữ ký", 1)),
    "Đất đai": (("Xác nhận tình trạng sử dụng đất", 10), ("Đăng ký biến động đất đai", 10)),
    "Xây dựng": (("Cấp giấy phép xây dựng nhà ở riêng lẻ", 10),),
    "Bảo trợ xã hội": (("Thực hiện trợ cấp xã hội hằng tháng", 7), ("Hỗ trợ chi phí mai táng", 3)),
    "Đăng ký hộ kinh doanh": (("Đăng ký thành lập hộ kinh doanh", 3), ("Thay đổi nội dung đăng ký", 3)),
}  # fmt: skip
_FIELDS = (
    "agency code procedure procedure_group channel applicant received_on promised_on due_on finished_on "
    "posting sealed_name sealed_email sealed_phone contact_mark"
)


@dataclass
class Dossiers:
    """Draws the dossiers of the whole province."""

    tree: Tree
    staff: Staff
    levels: dict[int, Level]
    ids: Ids
    random: Random
    names: list[str] = field(default_factory=list)
    _number: int = 0

    def write(self, responses: int) -> int:
        """Copy as many dossiers as fit so many responses, and each commune's targets; returns how many."""
        book = NameBook(self.random)
        self.names = [book.draw()[0] for _name in range(_NAMES)]
        offices = [office for office in (*self.tree.communes, *self.tree.predecessors) if office.points]
        years = self.tree.calendar.years
        OnlineTarget.objects.bulk_create(
            OnlineTarget(
                agency_id=self.ids.units[office.unit.index], year=year, low=60, high=70,
                legal_basis="Kế hoạch cải cách hành chính năm của tỉnh",
            )
            for office in offices for year in years
        )  # fmt: skip
        months = [(office, month) for office in offices for month in self.tree.calendar.months]
        each = max(2.0, responses * _A_RESPONSE / max(1, len(months)))
        return copy_rows(Dossier, _FIELDS, (row for one in months for row in self._rows(*one, each)))

    def write_imports(self, now: datetime) -> None:
        """How two lists of the cast's one-stop centre came in: one whole, one refused for a wrong day."""
        stop = self.tree.communes[0].one_stop
        if stop is None:
            return
        agency, by = self.ids.units[stop.index], self.ids.people[self.staff.cast["quan"].index]
        n_rows = Dossier.objects.filter(agency_id=agency, finished_on__isnull=True).count()
        for ago, name, values in (
            (9, "danh-sach-ho-so-dot-1.xlsx", {"state": "done", "n_new": n_rows, "n_done": n_rows}),
            (
                2,
                "danh-sach-ho-so-dot-2.csv",
                {"state": "refused", "n_wrong": 1, "problems": [[3, "received_on", "not_a_day", "31/02"]]},
            ),
        ):
            at = now - timedelta(days=ago)
            DossierImport.objects.create(
                agency_id=agency, name=name, sha256=sha256(name.encode()).hexdigest(), n_rows=n_rows,
                asked_by_id=by, asked_at=at, finished_at=at + timedelta(seconds=4), **values,
            )  # fmt: skip

    def _rows(self, office: Office, month: Month, each: float) -> Iterator[tuple[object, ...]]:
        last = self.tree.calendar.last_day(month)
        if office.unit.valid_from > last or (office.unit.valid_to and office.unit.valid_to < month.first):
            return
        days = open_days(month.first, last)
        few = 0.15 if office.story is Story.FEW else 1.0
        number = round(each * few * self.tree.calendar.share_gone(month) * self.random.uniform(0.85, 1.15))
        stop = office.one_stop
        serving = [
            post for post in self.staff.posts
            if stop and post.unit == stop.index and post.serves_citizens
            and post.serves_in(month.first, month.last)
        ]  # fmt: skip
        for _dossier in range(number):
            yield self._row(office, self.random.choice(office.points), self.random.choice(days), serving)

    def _row(self, office: Office, point: Point, received: date, serving: list[Post]) -> tuple[object, ...]:
        random = self.random
        self._number += 1
        group = random.choice(point.groups)
        procedure, n_days = random.choice(_PROCEDURES.get(group, ((group, 3),)))
        promised = working_day(received, n_days)
        finished = self._finished(office, received, promised, n_days)
        online = random.random() < (0.85 if office.story is Story.CAST else 0.66)
        business = group == "Đăng ký hộ kinh doanh"
        recent = finished is None or (self.tree.calendar.as_of - finished).days < _KEPT_DAYS
        name, email, phone = self._contact() if recent else (b"", b"", b"")
        return (
            self.ids.units[point.unit],
            f"{office.unit.code.replace('-', '.')}-{received:%y%m%d}-{self._number % 10_000:04d}",
            *(procedure, group, "online" if online else "desk", "business" if business else "citizen"),
            *(received, promised, promised, finished),
            self.ids.posts[random.choice(serving).index] if serving else None,
            *(name, email, phone, sha256(name).digest() if name else b""),
        )

    def _finished(self, office: Office, received: date, promised: date, n_days: int) -> date | None:
        """The day of the result: some early, most on the day, few late; None when it is still to come."""
        level = self.levels[office.unit.index].at(Month.of(received))
        late, chance = (1 - level) * 0.25, self.random.random()
        if chance < late:
            day = working_day(promised, self.random.randint(1, 6))
        elif chance < late + 0.12 and n_days > 1:
            day = working_day(received, self.random.randint(1, n_days - 1))
        else:
            day = promised
        return day if day < self.tree.calendar.as_of else None

    def _contact(self) -> tuple[bytes, bytes, bytes]:
        """Invented: a name, for most an address of a domain that nobody has, for the others a number."""
        name = self.random.choice(self.names)
        if self.random.random() < 0.7:
            return seal(name), seal(f"{fold(name).replace(' ', '.')}@example.com"), b""
        return seal(name), b"", seal(f"0900000{self.random.randint(0, 999):03d}")
