"""What an office may add to a model, and when what was signed before still counts. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from .library import LibraryGroup
from .wording import Problem, wording_problems

MOST_LOCAL_GROUPS = 5


def local_problems(base: Sequence[LibraryGroup], local: Sequence[LibraryGroup]) -> list[Problem]:
    """What is wrong with added groups, by the rules of the model's own; places count the added groups from 0.

    An added text may not stand in the model already.
    """
    if not local:
        return []
    found = wording_problems("", [*base, *local])
    return [
        replace(problem, group=problem.group - len(base))
        for problem in found
        if problem.group is not None and problem.group >= len(base)
    ]


def signatures_hold(
    *,
    is_same_model: bool,
    steps_are_minor: Iterable[bool],
    is_older: bool,
    local_before: Sequence[LibraryGroup],
    local_after: Sequence[LibraryGroup],
    is_same_audience: bool,
) -> bool:
    """Whether what was signed under an adoption counts under the one that takes its place.

    Only when every version in between corrects spelling or numbering alone (``steps_are_minor``; none when
    the version stays), the office's own items read as before and it speaks to the same staff. Emphasis may
    change.
    """
    return (
        is_same_model
        and not is_older
        and all(steps_are_minor)
        and _texts(local_before) == _texts(local_after)
        and is_same_audience
    )


def _texts(groups: Iterable[LibraryGroup]) -> Counter[tuple[str, str]]:
    return Counter((group.polarity, item.text) for group in groups for item in group.items)
