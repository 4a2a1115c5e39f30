"""Where an invitation can be sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.rules.addresses import Address, read_address


@pytest.mark.parametrize("typed", ["An.Nguyen@Example.VN", " an.nguyen@example.vn "])
def test_one_address_is_one_person_however_it_is_typed(typed: str) -> None:
    assert read_address(typed, "0912345678") == Address("an.nguyen@example.vn")


@pytest.mark.parametrize("typed", ["0912 345 678", "0912.345.678", "+84 912345678", "84912345678"])
def test_a_mobile_number_stands_in_for_a_missing_address(typed: str) -> None:
    assert read_address("", typed) == Address("+84912345678", is_phone=True)


@pytest.mark.parametrize("typed", ["", "0243 825 3536", "12345", "0912345678 hoặc 0987654321", "٠٩١٢٣٤٥٦٧٨"])
def test_other_numbers_take_no_message(typed: str) -> None:
    assert read_address("", typed) is None


def test_channels_that_are_not_set_up_are_not_used() -> None:
    assert read_address("a@b.vn", "0912345678", with_mail=False) == Address("+84912345678", is_phone=True)
    assert read_address("", "0912345678", with_phone=False) is None


@pytest.mark.parametrize(
    "typed",
    [
        "an@example.vn\nBcc: all@example.vn",
        "an@example.vn\r\nSubject: x",
        "an@example.vn, hai@example.vn",
        "An <an@example.vn>",
        "an@example",
        "an@@example.vn",
        "@example.vn",
        "an example@example.vn",
        f"{'a' * 300}@example.vn",
    ],
)
def test_what_is_more_than_one_plain_address_is_none(typed: str) -> None:
    assert read_address(typed, "") is None


@given(st.text(max_size=60), st.text(max_size=30))
def test_nothing_that_is_read_can_end_a_header(email: str, phone: str) -> None:
    found = read_address(email, phone)
    if found is not None:
        assert found.value.isascii()
        assert not set(found.value) & set("\r\n\0,;<> ")
