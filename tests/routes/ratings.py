"""Visits of the pages of the statutory rating."""

from tests.routes.objects import Visit

VISITS: dict[tuple[str, int], Visit] = {}
