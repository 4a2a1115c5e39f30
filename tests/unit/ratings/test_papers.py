"""Figures as they stand on a paper, files that leave, and the hash of a petition's answer."""

import csv
import io
from decimal import Decimal

import pytest

from conduct.ratings.rules.exports import csv_bytes, json_bytes, safe_cell
from conduct.ratings.rules.papers import figure, percent
from conduct.ratings.rules.petitions import answer_sha256


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, ""),
        ("0", "0"),
        ("28.5", "28,5"),
        ("28.50", "28,5"),
        ("30", "30"),
        ("100", "100"),
        ("100.00", "100"),
        ("66.666667", "66,67"),
        ("66.665", "66,67"),
        ("66.664", "66,66"),
        ("66.204", "66,2"),
        # rounded to a whole number it would say another level
        ("89.996", "89,996"),
        ("89.995", "89,995"),
        ("90.004", "90,004"),
        ("89.99", "89,99"),
        (Decimal("1E+2"), "100"),
    ],
)
def test_a_figure_has_a_comma_and_never_rounds_over_a_threshold(
    value: str | Decimal | None, said: str
) -> None:
    assert figure(value) == said


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (None, ""),
        ("0", "0 %"),
        ("0.975", "97,5 %"),
        ("1", "100 %"),
        ("0.333333", "33,33 %"),
        ("1.2", "120 %"),
    ],
)
def test_a_share_is_said_in_percent(share: str | None, said: str) -> None:
    assert percent(share) == said


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""), ("", ""), (0, "0"), (12.5, "12.5"), ("Lan", "Lan"), ("a=b", "a=b"),
        ("=1+1", "'=1+1"), ("+84", "'+84"), ("-1", "'-1"), (-1, "'-1"), ("@x", "'@x"), ("\tx", "'\tx"),
        ("\rx", "'\rx"),
    ],
)  # fmt: skip
def test_no_cell_is_read_as_a_formula(value: object, cell: str) -> None:
    assert safe_cell(value) == cell


def test_a_csv_has_its_mark_its_columns_and_every_row() -> None:
    made = csv_bytes(("name", "points"), [{"name": "Lê, Tâm", "points": 90}, {"name": "=x", "other": 1}])
    assert made.startswith(b"\xef\xbb\xbfname,points\r\n")
    assert list(csv.reader(io.StringIO(made.decode("utf-8-sig")))) == [
        ["name", "points"], ["Lê, Tâm", "90"], ["'=x", ""],
    ]  # fmt: skip


def test_json_keeps_its_order_and_its_letters() -> None:
    assert json_bytes({"tên": "Tâm", "a": [1]}) == '{\n "tên": "Tâm",\n "a": [\n  1\n ]\n}\n'.encode()
    assert json_bytes({}) == b"{}\n"


def test_equal_facts_give_one_hash_that_others_can_compute() -> None:
    # printf '{"a":"Tâm","b":1}' | sha256sum
    written = "1eae1d8b19b2706974492d062f1c2de6824402b88ca7413ecedb4ea7863fd143"
    assert answer_sha256({"b": 1, "a": "Tâm"}) == answer_sha256({"a": "Tâm", "b": 1}) == written
    assert answer_sha256({"a": "Tam", "b": 1}) != written
