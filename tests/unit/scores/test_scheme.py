from decimal import Decimal
from typing import Any

import pytest

from conduct.scores.rules.evidence import Source
from conduct.scores.rules.scheme import SchemeError, parse_scheme
from tests.unit.scores.schemes import PLAIN, plain


def test_a_scheme_is_read_with_decimals_as_written() -> None:
    scheme = plain(person__sources__citizen__p="0.84")
    assert scheme.sources[Source.CITIZEN].p == Decimal("0.84")
    assert scheme.pool_months == 2


@pytest.mark.parametrize(
    ("score", "code"),
    [
        ("100", "exemplary"),
        ("90.00", "exemplary"),
        ("89.99", "meets"),
        ("75.00", "meets"),
        ("74.99", "strives"),
        ("60.00", "strives"),
        ("59.99", "rectifies"),
        ("0", "rectifies"),
    ],
)
def test_bands_begin_at_their_lower_end(score: str, code: str) -> None:
    assert plain().band(Decimal(score)).code == code


def test_bands_know_their_ends_and_words() -> None:
    scheme = plain()
    assert (scheme.upper("exemplary"), scheme.upper("strives")) == (Decimal(100), Decimal(75))
    assert scheme.band_named("strives").names["vi"] == "Cần cố gắng"
    with pytest.raises(KeyError):
        scheme.band_named("best")


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("person__sources__citizen__p", 0.84, "person.sources.citizen.p: write a whole number, or decimals"),
        ("person__sources__citizen__p", "1.2", "must be from 0 to 1"),
        ("person__sources__citizen__p", "many", "'many' is not a number"),
        ("person__sources__citizen__k", "NaN", "person.sources.citizen.k"),
        ("person__sources__citizen__weight", True, "write a whole number"),
        ("person__sources__citizen__minimum", 0, "whole number from 1 to 1000"),
        ("person__sources__citizen__pool_months", 3, "whole number from 0 to 2"),
        ("person__sources__friends", {}, "person.sources: unknown friends"),
        ("person__sources__citizen", "much", "person.sources.citizen: must be a table"),
        ("person__expected__others", ["friends"], "person.expected.others: 'friends' is not a valid Source"),
        ("person__expected__others", ["self"], "self never counts"),
        ("person__expected__others", [], "one with weight must be expected"),
        ("person__expected__others", "supervisor", "must be a list of words"),
        ("person__coverage_floor", "1.5", "must be from 0 to 1"),
        ("office__components__satisfied__expected", 1, "must be true or false"),
        ("office__breaches_per_100", 0, "must be from 0.01 to 100"),
        ("minimum__public", 4, "must not be below"),
        ("bands", [], "bands: must be a list"),
        ("bands", [{"code": "a", "lower": 10, "vi": "A", "en": "A"}], "one that begins at 0"),
        ("bands", [{"code": "a", "lower": 0, "vi": " ", "en": "A"}], "bands[0].vi: must be a text"),
    ],
)
def test_a_wrong_entry_is_named(path: str, value: Any, says: str) -> None:
    with pytest.raises(SchemeError) as error:
        plain(**{path: value})
    assert says in str(error.value)


@pytest.mark.parametrize("entry", ["person", "office", "minimum", "bands"])
def test_a_missing_entry_is_named(entry: str) -> None:
    with pytest.raises(SchemeError, match=f"{entry}: is missing"):
        parse_scheme({key: value for key, value in PLAIN.items() if key != entry})


def test_weights_cannot_all_be_zero() -> None:
    zero = {name: dict(rule, weight=0) for name, rule in PLAIN["person"]["sources"].items()}
    with pytest.raises(SchemeError, match="some weight must be above 0"):
        plain(person__sources=zero)


def test_a_band_code_occurs_once() -> None:
    twice = [{"code": "a", "lower": lower, "vi": "A", "en": "A"} for lower in (50, 0)]
    with pytest.raises(SchemeError, match="a code occurs twice"):
        plain(bands=twice)
