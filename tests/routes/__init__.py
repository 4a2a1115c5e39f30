"""Every address of the site with the object that stands for it: one list for the crawl and for `make shots`.

One module for each part of the site. Whoever adds an address adds a line: its name and how many parts it
takes → the visit.
"""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.routes import (
    accounts,
    agencies,
    cases,
    catalogue,
    citizens,
    commitments,
    dossiers,
    figures,
    journal,
    notices,
    oversight,
    rating_year,
    ratings,
    sampling,
    surveys,
)
from tests.routes.objects import Visit

__all__ = ["VISITS", "Visit", "addresses", "unknown_addresses", "url_of"]

VISITS: dict[tuple[str, int], Visit] = {
    **figures.VISITS,
    **agencies.VISITS,
    **catalogue.VISITS,
    **commitments.VISITS,
    **journal.VISITS,
    **notices.VISITS,
    **surveys.VISITS,
    **sampling.VISITS,
    **citizens.VISITS,
    **cases.VISITS,
    **dossiers.VISITS,
    **oversight.VISITS,
    **ratings.VISITS,
    **rating_year.VISITS,
    **accounts.VISITS,
}


def addresses() -> Iterator[tuple[str, int]]:
    """Every address of the site: its name and how many parts it takes."""

    def walk(patterns: list[URLPattern | URLResolver], namespace: str) -> Iterator[tuple[str, int]]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                yield from walk(pattern.url_patterns, inner)
            else:
                n_parts = pattern.pattern.regex.groups
                yield f"{namespace}{pattern.name}", n_parts

    return walk(get_resolver().url_patterns, "")


def unknown_addresses() -> set[tuple[str, int]]:
    """Addresses without a line above, and lines without an address."""
    return set(addresses()) ^ set(VISITS)


def url_of(address: tuple[str, int]) -> str:
    """The address with Lan's object in it."""
    return reverse(address[0], args=VISITS[address].arguments())
