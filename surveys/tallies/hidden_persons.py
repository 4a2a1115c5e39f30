"""Who sees citizens' counts that are one officer's: that officer once the month is closed, and who leads.

One rule for every page, paper and export inside; to the public such a count is never shown.
"""

from collections.abc import Callable, Hashable, Iterable

from conduct.agencies.models import User
from conduct.agencies.permissions import LEADING
from conduct.agencies.tree import Standing

from ..models import DeskOfficer
from .persons import Group, tally_lone


def may_see_person(person_id: int, reader: User, standing: Standing, *, is_open: bool) -> bool:
    """Whether the reader may see counts that are this person's; nobody sees the own ones of an open month."""
    if reader.pk == person_id:
        return not is_open
    return bool(standing.roles & set(LEADING))


def persons_hidden_from[K: Hashable](
    reader: User,
    standing: Standing,
    groups: Callable[[], Iterable[Group[K]]],
    *,
    is_open: Callable[[Group[K]], bool],
) -> set[K]:
    """The groups that are one officer's whom this reader may not look at.

    ``groups`` is asked only when needed: a leader who sat at no desk sees them all.
    """
    leads = bool(standing.roles & set(LEADING))
    if leads and not DeskOfficer.objects.filter(posting__person=reader).exists():
        return set()
    asked = list(groups())
    lone = tally_lone(asked)
    return {
        group.key
        for group in asked
        if group.key in lone and not may_see_person(lone[group.key], reader, standing, is_open=is_open(group))
    }
