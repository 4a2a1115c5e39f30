"""Which published counts would be one officer's: nobody but that officer and who leads may see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from conduct.kernel.months import Month
from surveys.tallies.persons import Group, tally_lone


@dataclass(frozen=True, slots=True)
class LoneParts:
    """Offices whose answers all came in at one desk with one officer, with everything below them
    (``offices``) or without the offices below (``own``)."""

    offices: set[int]
    own: set[int]


def lone_parts(
    office_of: Mapping[tuple[int, Month], int], above: Mapping[int, int | None], months: Sequence[Month]
) -> LoneParts:
    """Read it for the offices of a tree over consecutive months; ``office_of`` holds agencies by month."""
    own: dict[int, set[int]] = {office: set() for office in above}
    for (agency_id, _month), office in office_of.items():
        own.setdefault(office, set()).add(agency_id)
    whole: dict[int, set[int]] = {office: set() for office in own}
    for office, ids in own.items():
        part: int | None = office
        while part is not None:
            whole[part] |= ids
            part = above.get(part)
    first, last = months[0], months[-1]
    groups = [Group((office, True), ids, first, last) for office, ids in whole.items() if ids]
    groups += [Group((office, False), ids, first, last) for office, ids in own.items() if ids]
    lone = tally_lone(groups)
    return LoneParts(
        {office for office, is_whole in lone if is_whole},
        {office for office, is_whole in lone if not is_whole} & {one for one in above.values() if one},
    )
