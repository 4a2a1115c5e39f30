from decimal import Decimal
from enum import StrEnum

import pytest

from conduct.kernel.plain import PlainError, Table


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class ListError(PlainError):
    whole = "list"


def test_what_is_asked_for_is_read_at_any_depth() -> None:
    table = Table({"a": [{"b": {"c": " x ", "n": "2.50", "on": True, "few": 3, "of": ["red"]}}]}, PlainError)
    inner = table.rows("a")[0].inside("b")
    assert inner.text("c") == "x"
    assert str(inner.decimal("n", Decimal(0), Decimal(3))) == "2.50"
    assert inner.flag("on") is True
    assert inner.whole("few", 1, 3) == 3
    assert inner.members("of", Colour) == [Colour.RED]


def test_an_error_is_of_the_kind_asked_for_and_names_the_path() -> None:
    table = Table({"a": [{"b": {}}, {"b": {"of": ["red", "red"]}}]}, ListError)
    with pytest.raises(ListError) as error:
        table.rows("a")[1].inside("b").members("of", Colour)
    assert (error.value.place, error.value.why) == ("a[1].b.of", "a word occurs twice")
    with pytest.raises(ListError, match=r"^a\[0\]\.b\.c: is missing$"):
        table.rows("a")[0].inside("b").text("c")


def test_the_whole_is_called_as_its_kind_says() -> None:
    with pytest.raises(ListError, match=r"^list: must be a table$"):
        Table([], ListError)


@pytest.mark.parametrize("value", ["true", 1, None])
def test_only_true_and_false_are_a_flag(value: object) -> None:
    with pytest.raises(PlainError, match="must be true or false"):
        Table({"on": value}, PlainError).flag("on")
