"""What in a text looks like personal data."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conduct.feedback.rules.personal import Hint, personal_hints

NAMES = ("Tôn Nữ Hoàng Thảo Lan", "Phạm Hữu Minh")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("gọi 0912345678 nhé", [(Hint.PHONE, "0912345678")]),
        ("gọi 0912.345.678", [(Hint.PHONE, "0912.345.678")]),
        ("gọi +84 912 345 678.", [(Hint.PHONE, "+84 912 345 678")]),
        ("số (024) 3825 1234", [(Hint.PHONE, "024) 3825 1234")]),
        ("CCCD 079123456789", [(Hint.IDENTITY, "079123456789")]),
        ("CMND 123 456 789", [(Hint.IDENTITY, "123 456 789")]),
        ("thư cho dan.nguyen@example.vn, cảm ơn", [(Hint.EMAIL, "dan.nguyen@example.vn")]),
        ("anh PHAM HUU MINH và cô Lan", [(Hint.NAME, "Phạm Hữu Minh")]),
        ("ngày 20/10/2026 và 21.10.2026, lúc 9 giờ 30", []),
        ("Nghị định 61/2018, phòng 12, 3 lần", []),
        ("13.376 hồ sơ, 97,5 %", []),
        ("", []),
    ],
)
def test_pieces_are_named(text: str, found: list[tuple[Hint, str]]) -> None:
    assert personal_hints(text, NAMES) == found


@given(st.text(max_size=300))
def test_any_text_is_looked_through(text: str) -> None:
    assert all(piece for _hint, piece in personal_hints(text, NAMES))


@given(st.integers(0, 99_999_999), st.text(alphabet="abc \n,;:", max_size=30))
def test_a_mobile_number_is_never_missed(number: int, around: str) -> None:
    found = personal_hints(f"{around} 09{number:08d} {around}")
    assert [hint for hint, _piece in found] == [Hint.PHONE]
