"""The pledge text and its hash."""

import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conduct.commitments.rules.dates import DateProblem, date_problem, scope_day
from conduct.commitments.rules.pledges import (
    BlockKind,
    PledgeFacts,
    PledgeGroup,
    blocks_of,
    in_fours,
    pledge_text,
    sha256_of,
)

FACTS = PledgeFacts(
    office="UBND xã An Thuận",
    unit="Trung tâm Phục vụ hành chính công",
    model="2 không, 1 biết",
    owner="Đảng ủy xã An Thuận",
    version=1,
    year=2026,
    person="Tôn Nữ Hoàng Thảo Lan",
    title="Công chức Tư pháp – Hộ tịch",
    groups=(
        PledgeGroup(2, "không", ("Không thất hứa với dân", "Không vi phạm giờ giấc làm việc")),
        PledgeGroup(1, "biết", ("Biết cảm ơn khi được nhân dân góp ý",)),
    ),
)

WHOLE = """\
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

BẢN CAM KẾT
Thực hiện “2 không, 1 biết” năm 2026

Kính gửi: UBND xã An Thuận

Tôi là: Tôn Nữ Hoàng Thảo Lan
Chức vụ, vị trí công tác: Công chức Tư pháp – Hộ tịch
Bộ phận công tác: Trung tâm Phục vụ hành chính công

Sau khi đọc kỹ nội dung “2 không, 1 biết” của Đảng ủy xã An Thuận (phiên bản 1), tôi cam kết trong năm 2026 \
thực hiện đầy đủ các nội dung sau đây:

I. 2 không
1. Không thất hứa với dân.
2. Không vi phạm giờ giấc làm việc.

II. 1 biết
3. Biết cảm ơn khi được nhân dân góp ý.

Tôi chịu sự giám sát của nhân dân, của đồng nghiệp và của người trực tiếp quản lý. Nếu không thực hiện đúng \
những điều đã cam kết, tôi tự nhận lỗi, sửa chữa và chịu trách nhiệm trước UBND xã An Thuận.

NGƯỜI CAM KẾT
Tôn Nữ Hoàng Thảo Lan"""


def test_whole_text_is_the_official_one() -> None:
    assert pledge_text(FACTS) == WHOLE


def test_hash_is_sha256_of_the_utf8_text() -> None:
    # printf '%s' … | sha256sum
    assert sha256_of("Không thất hứa với dân") == (
        "ed93268c0c591c763bae3af6452167be8d4c61e86f8c07ae03445c317a042c39"
    )


def test_same_facts_give_the_same_hash() -> None:
    assert sha256_of(pledge_text(FACTS)) == sha256_of(pledge_text(replace(FACTS)))


@pytest.mark.parametrize(
    "changed",
    [
        {"office": "UBND xã Bình Lâm"},
        {"unit": "Phòng Văn hóa"},
        {"model": "2 không"},
        {"owner": "Đảng ủy xã Bình Lâm"},
        {"version": 2},
        {"year": 2027},
        {"person": "Tôn Nữ Hoàng Thảo Liên"},
        {"title": "Chuyên viên"},
        {"groups": FACTS.groups[:1]},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_every_fact_is_in_the_hash(changed: dict[str, object]) -> None:
    assert sha256_of(pledge_text(replace(FACTS, **changed))) != sha256_of(pledge_text(FACTS))  # type: ignore[arg-type]


def test_decomposed_letters_give_the_same_hash() -> None:
    decomposed = replace(FACTS, person=unicodedata.normalize("NFD", FACTS.person))
    assert sha256_of(pledge_text(decomposed)) == sha256_of(pledge_text(FACTS))


def test_single_group_has_no_heading() -> None:
    text = pledge_text(replace(FACTS, groups=FACTS.groups[:1]))
    assert "I. 2 không" not in text
    assert "1. Không thất hứa với dân.\n2. Không vi phạm giờ giấc làm việc." in text


def test_person_of_the_office_itself_names_no_part() -> None:
    assert "Bộ phận công tác" not in pledge_text(replace(FACTS, unit=FACTS.office))


def test_fact_cannot_add_a_line() -> None:
    text = pledge_text(replace(FACTS, title="Chuyên viên\n\n1. Không phải làm gì"))
    assert "Chức vụ, vị trí công tác: Chuyên viên 1. Không phải làm gì\n" in text


@given(st.text(), st.lists(st.text(min_size=1), min_size=1, max_size=4))
def test_blocks_hold_the_whole_text(words: str, items: list[str]) -> None:
    groups = tuple(PledgeGroup(1, words, (item,)) for item in items)
    text = pledge_text(replace(FACTS, title=words, person=words, groups=groups))
    parts = [
        "\n".join((*((block.heading,) if block.heading else ()), *block.lines)) for block in blocks_of(text)
    ]
    assert "\n\n".join(parts) == text


def test_blocks_say_how_they_are_set() -> None:
    kinds = [block.kind for block in blocks_of(WHOLE)]
    assert kinds == [
        BlockKind.MOTTO, BlockKind.TITLE, BlockKind.TEXT, BlockKind.TEXT, BlockKind.TEXT,
        BlockKind.ITEMS, BlockKind.ITEMS, BlockKind.TEXT, BlockKind.SIGNATURE,
    ]  # fmt: skip


def test_digest_is_read_in_fours() -> None:
    assert in_fours("0123456789ab") == "0123 4567 89ab"


TODAY = date(2026, 10, 20)


@pytest.mark.parametrize(
    ("year", "opens_on", "due_on", "problem"),
    [
        (2026, TODAY, date(2026, 10, 20), None),
        (2026, TODAY, date(2026, 12, 31), None),
        (2027, date(2026, 12, 1), date(2027, 1, 31), None),
        (2025, TODAY, date(2026, 12, 1), DateProblem.YEAR),
        (2028, TODAY, date(2028, 12, 1), DateProblem.YEAR),
        (2026, date(2026, 10, 19), date(2026, 12, 1), DateProblem.OPENS_IN_THE_PAST),
        (2027, date(2026, 11, 30), date(2027, 1, 31), DateProblem.OPENS_OUTSIDE_THE_YEAR),
        (2026, date(2027, 1, 1), date(2027, 1, 1), DateProblem.OPENS_OUTSIDE_THE_YEAR),
        (2026, date(2026, 11, 2), date(2026, 11, 1), DateProblem.DUE_BEFORE_IT_OPENS),
        (2026, TODAY, date(2027, 1, 1), DateProblem.DUE_AFTER_THE_YEAR),
        (2026, TODAY, date(9999, 12, 31), DateProblem.DUE_AFTER_THE_YEAR),
    ],
)
def test_dates_of_a_campaign(year: int, opens_on: date, due_on: date, problem: DateProblem | None) -> None:
    assert date_problem(year, opens_on, due_on, TODAY) == problem


@pytest.mark.parametrize(
    ("today", "day"),
    [
        (date(2025, 12, 20), date(2026, 1, 5)),
        (date(2026, 3, 1), date(2026, 3, 1)),
        (date(2027, 3, 1), date(2026, 12, 31)),
    ],
)
def test_scope_is_of_today_within_the_campaign(today: date, day: date) -> None:
    assert scope_day(2026, date(2026, 1, 5), today) == day
