"""The command that checks models' files before they are shared."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from models_catalog.services.files import LIBRARY

GOOD = LIBRARY / "hoa-son-5-khong-4-biet.yaml"


def check(*files: Path) -> tuple[str, str]:
    """What it prints, and how it ends."""
    said = StringIO()
    try:
        call_command("check_library", *files, stdout=said)
    except CommandError as error:
        return said.getvalue(), str(error)
    return said.getvalue(), ""


def test_shipped_library_keeps_its_format() -> None:
    assert check() == ("17 files keep the format.\n", "")


def test_one_good_file_is_enough() -> None:
    assert check(GOOD) == ("1 files keep the format.\n", "")


def test_everything_wrong_is_told_with_file_line_and_place(tmp_path: Path) -> None:
    path = tmp_path / GOOD.name
    text = GOOD.read_text(encoding="utf-8")
    bad = text.replace("judged: person", "judged: people").replace("    minor: false\n", "")
    path.write_text(bad, "utf-8")
    said, ended = check(path)
    assert said.splitlines() == [
        f"{path}:10: judged: Phải là một trong các giá trị: person, unit.",
        f"{path}:16: phiên bản thứ 1, minor: Thiếu “minor”.",
    ]
    assert ended == "2 problems in 1 files."


def test_rules_beyond_the_schema_are_told(tmp_path: Path) -> None:
    path = tmp_path / GOOD.name
    path.write_text(GOOD.read_text(encoding="utf-8").replace("number: 4", "number: 5"), "utf-8")
    said, ended = check(path)
    assert "phiên bản thứ 1, nhóm 2, number: Ghi số 5 nhưng có 4 mục." in said
    assert ended


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe", "không phải văn bản UTF-8"),
        (b"key: [", "không đúng định dạng YAML"),
        (b"", "không có nội dung"),
    ],
)
def test_file_that_is_no_document_is_one_line(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(content)
    said, ended = check(path)
    assert said.count("\n") == 1
    assert sentence in said
    assert ended


def test_key_is_the_name_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "khac.yaml"
    path.write_bytes(GOOD.read_bytes())
    assert "Mã (key) phải trùng với tên tệp khac.yaml" in check(path)[0]


def test_missing_file_is_told(tmp_path: Path) -> None:
    assert "cannot be read" in check(tmp_path / "none.yaml")[1]
