"""Visits of the pages of inspections."""

from tests.routes.objects import Visit

VISITS: dict[tuple[str, int], Visit] = {}
