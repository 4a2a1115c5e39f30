"""Plain data (as YAML, JSON or a form gives it) read with the path to each entry: an error can say where."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, ClassVar


class PlainError(ValueError):
    """Data that cannot be used; ``place`` says where, ``why`` what is wrong with it."""

    whole: ClassVar[str] = "document"
    """What the whole is called, where no path leads further."""

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"{place}: {why}")
        self.place, self.why = place, why


class Table:
    """A table of plain data and where it stands. Every reader raises ``error`` with the path to the entry."""

    def __init__(self, data: object, error: type[PlainError], path: str = "") -> None:
        if not isinstance(data, Mapping):
            raise error(path or error.whole, "must be a table")
        self.data: Mapping[str, Any] = data
        self.error = error
        self.path = path

    def _at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def _fault(self, key: str, why: str) -> PlainError:
        return self.error(self._at(key), why)

    def _get(self, key: str) -> Any:
        if key not in self.data:
            raise self._fault(key, "is missing")
        return self.data[key]

    def inside(self, key: str) -> "Table":
        """The table under a key."""
        return Table(self._get(key), self.error, self._at(key))

    def rows(self, key: str) -> list["Table"]:
        """The tables of a list that is not empty."""
        value = self._get(key)
        if not isinstance(value, list) or not value:
            raise self._fault(key, "must be a list")
        return [Table(row, self.error, f"{self._at(key)}[{index}]") for index, row in enumerate(value)]

    def members[E: StrEnum](self, key: str, kind: type[E]) -> list[E]:
        """A list of known words, each once."""
        value = self._get(key)
        if not isinstance(value, list):
            raise self._fault(key, "must be a list of words")
        try:
            found = [kind(word) for word in value]
        except ValueError as error:
            raise self._fault(key, str(error)) from error
        if len(set(found)) != len(found):
            raise self._fault(key, "a word occurs twice")
        return found

    def text(self, key: str) -> str:
        """A text that is not empty, without the blanks around it."""
        value = self._get(key)
        if not isinstance(value, str) or not value.strip():
            raise self._fault(key, "must be a text")
        return value.strip()

    def flag(self, key: str) -> bool:
        """True or false."""
        value = self._get(key)
        if not isinstance(value, bool):
            raise self._fault(key, "must be true or false")
        return value

    def whole(self, key: str, low: int, high: int) -> int:
        """A whole number in a range."""
        value = self._get(key)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self._fault(key, f"must be a whole number from {low} to {high}")
        return value

    def decimal(self, key: str, low: Decimal, high: Decimal) -> Decimal:
        """A number written whole or in quotes: 0.1 as a float is not what was written."""
        value = self._get(key)
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise self._fault(key, "write a whole number, or decimals in quotes")
        try:
            number = Decimal(value)
        except InvalidOperation as error:
            raise self._fault(key, f"{value!r} is not a number") from error
        if not (number.is_finite() and low <= number <= high):
            raise self._fault(key, f"must be from {low} to {high}")
        return number
