"""Whose figures may be shown by name, and whose are shown together."""

from collections.abc import Mapping

MINIMUM = 5


def pooled(received: Mapping[int, int], n_unnamed: int) -> frozenset[int]:
    """The people whose dossiers are counted together with those that name nobody.

    Nobody is shown with fewer than five; and what is left must not be told from the total: the rest is empty,
    or holds five and is not one person's alone.
    """
    hidden = {person for person, n in received.items() if n < MINIMUM}
    shown = sorted((n, person) for person, n in received.items() if person not in hidden)
    while hidden and shown:
        n_rest = n_unnamed + sum(received[person] for person in hidden)
        if n_rest >= MINIMUM and (len(hidden) > 1 or n_unnamed):
            break
        hidden.add(shown.pop(0)[1])
    return frozenset(hidden)
