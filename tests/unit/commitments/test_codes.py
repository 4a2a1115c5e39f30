"""Codes and names as people type them from paper."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conduct.commitments.rules.names import is_same_name
from conduct.kernel.codes import CODE_LENGTH, CODE_SIGNS, code_in_fours, new_code, read_code

CODE = "7K3M9PQRABCDEFGHJK01"


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        "7K3M-9PQR-ABCD-EFGH-JK01",
        "7k3m 9pqr abcd efgh jk01",
        "  7k3m–9pqr‐ABCD-efgh jkO1 ",
        "7K3M-9PQR-ABCD-EFGH-JKOI",
        "7K3M-9PQR-ABCD-EFGH-jkol",
    ],
)
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert read_code(typed) == CODE


@pytest.mark.parametrize(
    "typed",
    [
        "", "7K3M", CODE + "0", CODE[:-1], CODE[:-1] + "U", CODE[:-1] + "!", CODE[:-1] + "Đ", "-" * 20,
        "\uff10" * 20, CODE + "\0", " " * 10_000 + CODE,
    ],
)  # fmt: skip
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


@given(st.text(alphabet=CODE_SIGNS, min_size=CODE_LENGTH, max_size=CODE_LENGTH))
def test_what_stands_on_paper_is_read_back(code: str) -> None:
    assert read_code(code_in_fours(code)) == read_code(code_in_fours(code).lower()) == code


@given(st.text(max_size=70))
def test_whatever_is_typed_gives_a_code_or_none(typed: str) -> None:
    code = read_code(typed)
    assert code is None or (len(code) == CODE_LENGTH and set(code) <= set(CODE_SIGNS))


def test_new_codes_are_codes() -> None:
    assert all(read_code(code) == code for code in (new_code() for _ in range(50)))


@pytest.mark.parametrize(
    "typed",
    [
        "Tôn Nữ Hoàng Thảo Lan",
        "tôn nữ  hoàng thảo lan ",
        "TÔN NỮ HOÀNG THẢO LAN",
        unicodedata.normalize("NFD", "Tôn Nữ Hoàng Thảo Lan"),
    ],
)
def test_case_blanks_and_composition_do_not_count(typed: str) -> None:
    assert is_same_name(typed, "Tôn Nữ Hoàng Thảo Lan")


@pytest.mark.parametrize(
    ("typed", "name"),
    [("Trần Thị Hoà", "Trần Thị Hòa"), ("Thuý", "Thúy"), ("LÊ KHẢI HOÀ", "Lê Khải Hòa"), ("Hoè", "Hòe")],
)
def test_both_places_of_a_tone_are_one_name(typed: str, name: str) -> None:
    assert is_same_name(typed, name)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Ton Nu Hoang Thao Lan", "Tôn Nữ Hoàng Thảo Lan"),
        ("Nguyễn Thị Lan", "Nguyễn Thi Lan"),
        ("Lan", "Tôn Nữ Hoàng Thảo Lan"),
        ("Hoàng Thảo Lan Tôn Nữ", "Tôn Nữ Hoàng Thảo Lan"),
        ("Đào Anh", "Dào Anh"),
        ("Trần Bảo", "Trần Bão"),
        ("Ân", "An"),
        ("Ơn", "Ôn"),
        ("", "Tôn Nữ Hoàng Thảo Lan"),
    ],
)
def test_another_letter_or_tone_is_another_name(typed: str, name: str) -> None:
    assert not is_same_name(typed, name)
