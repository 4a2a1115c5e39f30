"""What a scheme would give in a month of one piece of work: the example beside its figures."""

from dataclasses import dataclass
from decimal import Decimal

from ..rules.scheme import HUNDRED, Component, Scheme
from ..rules.sheet import Task, Total, sum_up


@dataclass(frozen=True, slots=True)
class Example:
    """The month that was tried, in points and percent, and its result."""

    lost: Decimal
    done: Decimal
    returns: int
    delays: int
    result: Total

    @property
    def shares(self) -> list[tuple[Component, Decimal]]:
        """Components with their share, in the order of the scheme."""
        return list(self.result.tasks.shares.items()) if self.result.tasks else []


def try_scheme(scheme: Scheme, *, lost: Decimal, done: Decimal, returns: int, delays: int) -> Example:
    """A month in which so many common points were lost (from the first criteria on) and ``done`` percent of
    one piece were done, returned and late so often; leaders' components at 100 %."""
    left, points = min(lost, scheme.common_maximum), {}
    for criterion in scheme.criteria:
        taken = min(left, criterion.maximum)
        points[criterion.code] = criterion.maximum - taken
        left -= taken
    task = Task(HUNDRED, done, returns=returns, delays=delays)
    leading = dict.fromkeys(scheme.tasks.leading, 100) if scheme.tasks else {}
    return Example(lost, done, returns, delays, sum_up(scheme, points, [task], leading))
