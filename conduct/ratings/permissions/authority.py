"""Who rates whom, and who confirms it (Điều 10), with delegates while somebody is away.

The head of the direct unit rates its staff and deputies (1c); the head of the office its own deputies, those
who lead its units and those who serve directly at the office (1b); the head of the agency above the head of
the office (1a). The head of the office confirms (2b); for that head, the head of the agency above (2a).
Nobody rates or confirms themselves, nor is rated from below: who leads higher up is rated from there,
wherever they also serve.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from conduct.agencies.models import Posting, Role

from ..tallies.rights import tally_rights


@dataclass(frozen=True, slots=True)
class Authority:
    """Person ids. ``reviewers`` and ``approvers`` map whoever may act to the person whose right it is."""

    reviewers: Mapping[int, int] = field(default_factory=dict)
    approvers: Mapping[int, int] = field(default_factory=dict)

    def stands_in_for(self, user_id: int, rights: Mapping[int, int]) -> int | None:
        """In whose place this person acts; None when it is an own right."""
        holder = rights.get(user_id)
        return None if holder in (None, user_id) else holder


class Authorities:
    """The authority over many postings on one day; one query however many they are.

    ``names`` are those of everybody who may act. An agency that is gone has the place that it had last.
    """

    def __init__(self, postings: Collection[Posting], on: date) -> None:
        days = {posting.agency_id: min(on, posting.agency.valid_to or on) for posting in postings}
        found = tally_rights(days, on)
        self._lineages, self._offices = found.lineages, found.offices
        self._holders: dict[tuple[int, str], list[int]] = defaultdict(list)
        self._delegates: dict[tuple[int, int], int] = {}
        self.names = {right.person_id: right.name for right in found.rights}
        for right in found.rights:
            if right.absent_id is None:
                self._holders[right.agency_id, right.role].append(right.person_id)
            else:
                self._delegates[right.absent_id, right.agency_id] = right.person_id

    def lineage(self, posting: Posting) -> list[int]:
        """The agency of a posting and those above it that day."""
        return self._lineages.get(posting.agency_id, [posting.agency_id])

    def of(self, posting: Posting) -> Authority:
        """Who may rate this posting and who may confirm it, delegates among them."""
        lineage = self.lineage(posting)
        person = posting.person_id
        return Authority(
            self._with_delegates(self._reviewers(person, lineage), lineage, person),
            self._with_delegates(self._approvers(person, lineage), lineage, person),
        )

    def _place_led(self, person: int, lineage: list[int]) -> int:
        """The highest place in the lineage that this person leads; -1 for who leads nothing there."""
        led = [
            place for place, pk in enumerate(lineage)
            if person in self._holders[pk, Role.HEAD] or person in self._holders[pk, Role.SUPERVISOR]
        ]  # fmt: skip
        return max(led, default=-1)

    def _reviewers(self, person: int, lineage: list[int]) -> list[tuple[int, int]]:
        """The nearest who leads above this person: (person, agency in which that right is held)."""
        led = self._place_led(person, lineage)
        for place, agency_id in enumerate(lineage):
            if place < led or person in self._holders[agency_id, Role.HEAD]:
                continue
            found = self._holders[agency_id, Role.HEAD]
            if not found and place != led and agency_id not in self._offices:
                found = self._holders[agency_id, Role.SUPERVISOR]
            if found:
                return [(holder, agency_id) for holder in found]
        return []

    def _approvers(self, person: int, lineage: list[int]) -> list[tuple[int, int]]:
        """The head of the office; of an agency above for the head of the office."""
        office = next((place for place, pk in enumerate(lineage) if pk in self._offices), 0)
        led = self._place_led(person, lineage)
        for agency_id in lineage[max(office, led) :]:
            heads = self._holders[agency_id, Role.HEAD]
            if heads and person not in heads:
                return [(head, agency_id) for head in heads]
        return []

    def _with_delegates(
        self, holders: list[tuple[int, int]], lineage: list[int], person: int
    ) -> dict[int, int]:
        """Holders of the right and whoever acts in their place; never the person it is about.

        A delegation reaches what lies below its agency, so it may be narrower than the right itself.
        """
        found = {holder: holder for holder, _agency in holders}
        for holder, _agency in holders:
            delegates = (self._delegates.get((holder, pk)) for pk in lineage)
            delegate = next((one for one in delegates if one is not None), None)
            if delegate is not None and delegate != person:
                found.setdefault(delegate, holder)
        return found

    def mutual(self, postings: Iterable[Posting]) -> set[frozenset[int]]:
        """Pairs of people of whom each reviews or confirms the other (person ids)."""
        rated = [(posting.person_id, self.of(posting)) for posting in postings]
        return mutual_raters(rated)


def mutual_raters(rated: Iterable[tuple[int, Authority]]) -> set[frozenset[int]]:
    """Of people with whoever rates them: the pairs that rate each other. Pointed out, never forbidden."""
    raters: dict[int, set[int]] = defaultdict(set)
    for person, authority in rated:
        raters[person] |= {*authority.reviewers, *authority.approvers}
    return {
        frozenset((person, other))
        for person, others in raters.items()
        for other in others
        if person != other and person in raters.get(other, ())
    }


def authority_of(posting: Posting, on: date) -> Authority:
    """Who may rate and confirm this posting's sheet on a day."""
    return Authorities([posting], on).of(posting)
