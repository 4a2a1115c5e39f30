"""The pledge text and its hash."""

import hashlib
import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
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
        {"local_groups": FACTS.groups[:1]},
        {"recorded_by": "Lê Thị Tâm"},
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


WITH_LOCAL = replace(FACTS, local_groups=(PledgeGroup(1, "luôn", ("Luôn ghi giấy hẹn",)),))


def test_items_of_the_office_follow_under_a_line_of_their_own() -> None:
    local = "Nội dung bổ sung của UBND xã An Thuận:\n\nIII. 1 luôn\n4. Luôn ghi giấy hẹn."
    added = f"\n\n{local}\n\nTôi chịu sự giám sát"
    assert pledge_text(WITH_LOCAL) == WHOLE.replace("\n\nTôi chịu sự giám sát", added)


def test_single_group_has_a_heading_beside_items_of_the_office() -> None:
    assert "\nI. 2 không\n1. Không thất hứa" in pledge_text(replace(WITH_LOCAL, groups=FACTS.groups[:1]))


def test_pledge_recorded_by_another_says_so() -> None:
    text = pledge_text(replace(FACTS, recorded_by="Lê Thị Tâm, Chủ tịch UBND xã"))
    said = (
        "Người cam kết đã đọc và đồng ý toàn bộ nội dung nhưng không tự ký được; "
        "Lê Thị Tâm, Chủ tịch UBND xã ghi nhận thay."
    )
    assert text == WHOLE.replace("\n\nNGƯỜI CAM KẾT", f"\n\n{said}\n\nNGƯỜI CAM KẾT")


def test_more_groups_than_any_model_has_are_numbered() -> None:
    text = pledge_text(replace(FACTS, groups=tuple(PledgeGroup(1, "biết", ("Biết",)) for _ in range(24))))
    headings = [block.heading for block in blocks_of(text) if block.kind == BlockKind.ITEMS]
    assert (headings[8], headings[9], headings[13], headings[23]) == (
        "IX. 1 biết", "X. 1 biết", "XIV. 1 biết", "XXIV. 1 biết",
    )  # fmt: skip


# The first word takes a second on a busy machine: tables of letters are made for it.
LAW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The laws. Words of every kind, with line breaks of every alphabet among them.
WORDS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\n\r\x0b\x0c\x85\u2028\u2029. "))
GROUPS = st.lists(
    st.builds(PledgeGroup, st.integers(0, 20), WORDS, st.lists(WORDS, min_size=1, max_size=3).map(tuple)),
    max_size=4,
).map(tuple)
ANY_FACTS = st.builds(
    PledgeFacts,
    office=WORDS, unit=WORDS, model=WORDS, owner=WORDS, version=st.integers(1, 99),
    year=st.integers(2000, 2100), person=WORDS, title=WORDS, groups=GROUPS, local_groups=GROUPS,
    recorded_by=WORDS,
)  # fmt: skip


def n_lines(facts: PledgeFacts) -> int:
    """How many lines a pledge must have: those of the form, and one for each item and each heading."""
    groups = (*facts.groups, *facts.local_groups)
    form = 2 + 2 + 1 + 2 + (flat(facts.unit) != flat(facts.office)) + 1 + 1 + 2
    blanks = 6 + len(groups)
    for said in (facts.local_groups, flat(facts.recorded_by)):
        form, blanks = (form + 1, blanks + 1) if said else (form, blanks)
    return form + blanks + sum(len(group.items) + (len(groups) > 1) for group in groups)


def flat(words: str) -> str:
    return " ".join(words.split())


@LAW
@given(ANY_FACTS)
def test_no_fact_adds_a_line(facts: PledgeFacts) -> None:
    text = pledge_text(facts) + "."
    assert len(text.split("\n")) == len(text.splitlines()) == n_lines(facts)


@LAW
@given(ANY_FACTS)
def test_same_facts_give_the_same_text_letter_by_letter(facts: PledgeFacts) -> None:
    assert pledge_text(facts).encode() == pledge_text(replace(facts)).encode()


@LAW
@given(ANY_FACTS)
def test_text_and_hash_agree_for_ever(facts: PledgeFacts) -> None:
    """What is stored is the text as UTF-8; read back and taken apart or not, it has the same hash."""
    text = pledge_text(facts)
    stored = text.encode()
    assert sha256_of(stored.decode()) == hashlib.sha256(stored).hexdigest() == sha256_of(joined(text))
    assert unicodedata.is_normalized("NFC", text)


@LAW
@given(ANY_FACTS, st.integers(min_value=0), st.characters(exclude_categories=["Cs"]))
def test_one_changed_letter_gives_another_hash(facts: PledgeFacts, place: int, letter: str) -> None:
    text = pledge_text(facts)
    at = place % len(text)
    if text[at] != letter:
        assert sha256_of(text[:at] + letter + text[at + 1 :]) != sha256_of(text)


def joined(text: str) -> str:
    """The text put together again from its blocks."""
    return "\n\n".join(
        "\n".join((*((block.heading,) if block.heading else ()), *block.lines)) for block in blocks_of(text)
    )


@LAW
@given(ANY_FACTS)
def test_blocks_hold_the_whole_text(facts: PledgeFacts) -> None:
    assert joined(pledge_text(facts)) == pledge_text(facts)


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
