"""The offices and rating terms of some agencies at once: three queries however many they are."""

from collections.abc import Iterable
from datetime import date

from conduct.agencies.models import Agency
from conduct.agencies.tree import lineages_of

from ..models import OfficeTerms


class TermsBook:
    """Which office keeps the periods of an agency, and by which terms; the tree is that of the day ``on``."""

    def __init__(self, agency_ids: Iterable[int], on: date) -> None:
        self.lineages = lineages_of(agency_ids, on)
        known = {agency_id for lineage in self.lineages.values() for agency_id in lineage}
        self._agencies = Agency.objects.in_bulk(known)
        self._terms = list(OfficeTerms.objects.filter(office_id__in=known))

    def office(self, agency_id: int) -> Agency:
        """The agency itself, or the nearest office above it."""
        lineage = [self._agencies[pk] for pk in self.lineages[agency_id]]
        return next((agency for agency in lineage if agency.is_office), lineage[0])

    def terms(self, agency_id: int, on: date) -> OfficeTerms:
        """As ``services.schemes.terms_of``: the nearest office's, then the newest; the usual ones without."""
        office = self.office(agency_id)
        above = self.lineages[agency_id][self.lineages[agency_id].index(office.pk) :]
        rows = [row for row in self._terms if row.office_id in above and row.valid_from <= on]
        nearest = min(
            rows, key=lambda row: (above.index(row.office_id), -row.valid_from.toordinal()), default=None
        )
        return nearest or OfficeTerms(office=office, valid_from=on)
