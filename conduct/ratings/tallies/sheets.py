"""The offices and rating terms of some agencies at once: two queries however many they are."""

from collections.abc import Iterable
from datetime import date

from conduct.agencies.models import Agency
from conduct.agencies.tree import agencies_above

from ..models import OfficeTerms


class TermsBook:
    """Which office keeps the periods of an agency, and by which terms; the tree is that of the day ``on``."""

    def __init__(self, agency_ids: Iterable[int], on: date) -> None:
        self.above = agencies_above(agency_ids, on)
        self.lineages = {start: [agency.pk for agency in found] for start, found in self.above.items()}
        known = {agency_id for lineage in self.lineages.values() for agency_id in lineage}
        self._terms = list(OfficeTerms.objects.filter(office_id__in=known))

    def office(self, agency_id: int) -> Agency:
        """The agency itself, or the nearest office above it."""
        lineage = self.above[agency_id]
        return next((agency for agency in lineage if agency.is_office), lineage[0])

    def kinds(self, agency_id: int) -> set[str]:
        """The kinds of the agency and of those above it."""
        return {agency.kind for agency in self.above[agency_id]}

    def terms(self, agency_id: int, on: date) -> OfficeTerms:
        """As ``services.schemes.terms_of``: the nearest office's, then the newest; the usual ones without."""
        office = self.office(agency_id)
        above = self.lineages[agency_id][self.lineages[agency_id].index(office.pk) :]
        rows = [row for row in self._terms if row.office_id in above and row.valid_from <= on]
        nearest = min(
            rows, key=lambda row: (above.index(row.office_id), -row.valid_from.toordinal()), default=None
        )
        return nearest or OfficeTerms(office=office, valid_from=on)
