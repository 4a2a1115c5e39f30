"""The facts in the head of an official paper."""

import unicodedata
from datetime import date

import pytest

from conduct.documents.official import (
    Head,
    day_in_words,
    issuer_name,
    place_and_date,
    place_in_name,
    signing_lines,
    superior_name,
)


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2026, 2, 5), "ngày 05 tháng 02 năm 2026"),
        (date(2026, 1, 10), "ngày 10 tháng 01 năm 2026"),
        (date(2026, 3, 9), "ngày 09 tháng 3 năm 2026"),
        (date(2026, 11, 22), "ngày 22 tháng 11 năm 2026"),
    ],
)
def test_only_small_days_and_the_first_two_months_bear_a_zero(on: date, said: str) -> None:
    assert day_in_words(on) == said


def test_place_comes_before_the_day() -> None:
    assert place_and_date(" An  Thuận ", date(2026, 2, 5)) == "An Thuận, ngày 05 tháng 02 năm 2026"
    assert place_and_date("", date(2026, 2, 5)) == "Ngày 05 tháng 02 năm 2026"


@pytest.mark.parametrize(
    ("name", "issuer", "superior"),
    [
        ("Xã An Thuận", "ỦY BAN NHÂN DÂN XÃ AN THUẬN", "UBND XÃ AN THUẬN"),
        ("Phường Hòa Xuân", "ỦY BAN NHÂN DÂN PHƯỜNG HÒA XUÂN", "UBND PHƯỜNG HÒA XUÂN"),
        ("Tỉnh Mực Giang", "ỦY BAN NHÂN DÂN TỈNH MỰC GIANG", "UBND TỈNH MỰC GIANG"),
        ("Đặc khu Hòn Mực", "ỦY BAN NHÂN DÂN ĐẶC KHU HÒN MỰC", "UBND ĐẶC KHU HÒN MỰC"),
        ("Sở Y tế", "SỞ Y TẾ", "SỞ Y TẾ"),
        ("Đảng ủy xã An Thuận", "ĐẢNG ỦY XÃ AN THUẬN", "ĐẢNG ỦY XÃ AN THUẬN"),
        ("UBND xã An Thuận", "ỦY BAN NHÂN DÂN XÃ AN THUẬN", "UBND XÃ AN THUẬN"),
    ],
)
def test_a_territory_issues_through_its_committee(name: str, issuer: str, superior: str) -> None:
    assert issuer_name(name) == issuer
    assert superior_name(name) == superior


def test_names_typed_with_loose_signs_are_put_together() -> None:
    loose = unicodedata.normalize("NFD", "Xã  Hòa Thắng")
    assert issuer_name(loose) == "ỦY BAN NHÂN DÂN XÃ HÒA THẮNG"


def test_head_gives_what_the_template_reads() -> None:
    head = Head("Tỉnh Mực Giang", "Xã An Thuận", "An Thuận", date(2026, 2, 5))
    assert head.as_data() == {
        "superior": "UBND TỈNH MỰC GIANG",
        "issuer": "ỦY BAN NHÂN DÂN XÃ AN THUẬN",
        "number": "",
        "place_and_date": "An Thuận, ngày 05 tháng 02 năm 2026",
    }


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Xã An Thuận", "An Thuận"),
        ("UBND phường Hòa Xuân", "Hòa Xuân"),
        ("Thành phố Huế", "Huế"),
        ("Sở Y tế", ""),
    ],
)
def test_a_territory_gives_its_papers_the_place(name: str, place: str) -> None:
    assert place_in_name(name) == place


@pytest.mark.parametrize(
    ("title", "issuer", "lines"),
    [
        ("Chủ tịch UBND xã", "Xã An Thuận", ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")),
        ("Chủ tịch Ủy ban nhân dân xã", "Xã An Thuận", ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")),
        ("Phó Chủ tịch", "Xã An Thuận", ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")),
        ("Giám đốc", "Sở Y tế", ("GIÁM ĐỐC",)),
        ("Giám đốc Sở Y tế", "Sở Y tế", ("GIÁM ĐỐC",)),
        ("Phó Giám đốc", "Sở Y tế", ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")),
        ("Bí thư Đảng ủy", "Đảng ủy xã An Thuận", ("BÍ THƯ ĐẢNG ỦY",)),
    ],
)
def test_who_signs_says_by_what_authority(title: str, issuer: str, lines: tuple[str, ...]) -> None:
    assert signing_lines(title, issuer) == lines
