"""On which days people are reminded of a pledge. Pure."""

from datetime import date, timedelta

from conduct.kernel.workdays import is_working_day, working_days

# Working days before the due day; 0 is the due day itself, or the last working day before it.
AHEAD = frozenset({7, 3, 1, 0})
# Overdue, once in so many working days.
EVERY = 5


def is_reminder_day(day: date, opens_on: date, due_on: date) -> bool:
    """Whether those who have not signed are reminded on ``day``.

    Working days only: the first one after the opening, some days ahead of the due day, then now and again.
    """
    if day <= opens_on or not is_working_day(day):
        return False
    if working_days(opens_on + timedelta(days=1), day) == 1:
        return True
    if day <= due_on:
        return working_days(day + timedelta(days=1), due_on) in AHEAD
    return working_days(due_on + timedelta(days=1), day) % EVERY == 0
