"""Places by their real names, people by invented ones; copied into the tables."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import product

import psycopg
from vietnam_provinces import Province, Ward

from conduct.kernel.names import fold, sort_text

START = date(2020, 7, 1)
DEPARTMENTS = ("Văn phòng HĐND và UBND", "Phòng Kinh tế", "Phòng Văn hóa – Xã hội")
BUREAUS = ("Sở Nội vụ", "Sở Tài chính", "Sở Xây dựng", "Sở Y tế", "Sở Tư pháp", "Sở Khoa học và Công nghệ")
ONE_STOP = "Trung tâm Phục vụ hành chính công"
_FAMILIES = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
    "Đinh",
]
_MIDDLES = ["Văn", "Thị", "Hữu", "Ngọc", "Minh", "Thanh", "Quang", "Đức", "Thu", "Bảo", "Gia", "Xuân"]
_GIVEN = [
    "An",
    "Bình",
    "Châu",
    "Dung",
    "Đào",
    "Giang",
    "Hà",
    "Hải",
    "Hạnh",
    "Hiền",
    "Hoa",
    "Hùng",
    "Hương",
    "Khánh",
    "Lan",
    "Linh",
    "Long",
    "Mai",
    "Minh",
    "Nam",
    "Nga",
    "Oanh",
    "Phúc",
    "Phương",
    "Quân",
    "Quỳnh",
    "Sơn",
    "Tâm",
    "Thảo",
    "Trang",
    "Tuấn",
    "Uyên",
    "Vân",
    "Yến",
]


@dataclass(frozen=True, slots=True)
class Office:
    """A province or commune with its agencies; the last one is its one-stop centre."""

    agency_id: int
    kind: str
    below: tuple[int, ...]
    province_id: int


def copy_offices(connection: psycopg.Connection, size: Fraction) -> list[Office]:
    """All provinces, and of each so much of its communes; every agency under its parent."""
    offices: list[Office] = []
    agencies: list[tuple[object, ...]] = []
    parents: list[tuple[object, ...]] = []

    def add(name: str, kind: str, parent_id: int | None) -> int:
        agency_id = len(agencies) + 1
        code = f"N{agency_id}"
        agencies.append((agency_id, code, name, kind, "", START, fold(f"{name} {code}")))
        if parent_id is not None:
            parents.append((agency_id, parent_id, START))
        return agency_id

    wards: dict[object, list[str]] = {}
    for ward in Ward.iter_all():
        wards.setdefault(ward.province_code, []).append(ward.name)
    for province in Province.iter_all():
        top = add(province.name, "province", None)
        bureaus = [add(name, "department", top) for name in BUREAUS]
        offices.append(Office(top, "province", (*bureaus, add(f"{ONE_STOP} tỉnh", "one_stop", top)), top))
        names = wards[province.code]
        for place in range(round(len(names) * size) or 1):
            commune = add(names[int(place / size) % len(names)], "commune", top)
            below = [add(name, "department", commune) for name in DEPARTMENTS]
            offices.append(Office(commune, "commune", (*below, add(ONE_STOP, "one_stop", commune)), top))
    with connection.cursor() as cursor:
        with cursor.copy(
            "COPY agencies_agency (id, code, name, kind, place, valid_from, search) FROM STDIN"
        ) as copy:
            for row in agencies:
                copy.write_row(row)
        with cursor.copy("COPY agencies_agencyparent (agency_id, parent_id, valid_from) FROM STDIN") as copy:
            for row in parents:
                copy.write_row(row)
    return offices


def copy_people(connection: psycopg.Connection, offices: list[Office], postings: int) -> None:
    """People in their posts: of a commune the first leads, a third serves citizens at the one-stop centre."""
    in_provinces = postings * 4 // 25
    n_provinces = sum(office.kind == "province" for office in offices)
    n_communes = len(offices) - n_provinces
    with connection.cursor() as cursor:
        rows = list(_posts(offices, in_provinces, n_provinces, postings - in_provinces, n_communes))
        with cursor.copy(
            "COPY agencies_user (id, password, is_superuser, username, full_name, email, name_order, search,"
            " is_active, joined_at) FROM STDIN"
        ) as copy:
            for (number, *_), (name, order, found) in zip(rows, _names(len(rows)), strict=True):
                login = f"p{number}"
                copy.write_row(
                    (
                        number,
                        "!",
                        False,
                        login,
                        name,
                        "",
                        order,
                        f"{found} {login}",
                        True,
                        "2025-07-01 00:00+00",
                    )
                )
        with cursor.copy(
            "COPY agencies_posting (id, person_id, agency_id, title, category, is_leader, serves_citizens,"
            " is_main, starts_on) FROM STDIN"
        ) as copy:
            for number, agency_id, leads, serves, category, _office in rows:
                title = "Chủ tịch" if leads else "Chuyên viên"
                copy.write_row((number, number, agency_id, title, category, leads, serves, True, START))
        with cursor.copy(
            "COPY agencies_rolegrant (person_id, agency_id, role, starts_on) FROM STDIN"
        ) as copy:
            for number, _agency, leads, _serves, _category, office_id in rows:
                if leads:
                    copy.write_row((number, office_id, "head", START))


def _posts(
    offices: list[Office], in_provinces: int, n_provinces: int, in_communes: int, n_communes: int
) -> Iterator[tuple[int, int, bool, bool, str, int]]:
    """Number, agency, whether it leads, whether it serves citizens, category, office."""
    number = 0
    left = {"province": (in_provinces, n_provinces), "commune": (in_communes, n_communes)}
    categories = ("cong_chuc", "cong_chuc", "cong_chuc", "vien_chuc", "can_bo", "hop_dong")
    for office in offices:
        people, n_offices = left[office.kind]
        here = people // n_offices
        left[office.kind] = people - here, n_offices - 1
        for place in range(here):
            number += 1
            serves = place % 3 == 1
            agency_id = office.below[-1] if serves else office.below[place % (len(office.below) - 1)]
            leads = place == 0
            yield (
                number, office.agency_id if leads else agency_id, leads, serves,
                categories[number % len(categories)], office.agency_id,
            )  # fmt: skip


def _names(number: int) -> Iterator[tuple[str, str, str]]:
    """Invented names with their order and their folded form, repeated as in life."""
    known = [
        (name, sort_text(name), fold(name))
        for name in (" ".join(words) for words in product(_FAMILIES, _MIDDLES, _GIVEN))
    ]
    return (known[place * 31 % len(known)] for place in range(number))
