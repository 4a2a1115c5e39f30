"""When mail may leave, and how long to wait after it could not. Pure."""

from datetime import time, timedelta

# Reminders are pushed at 7:30; mail begins after them, so that the day's one mail carries them.
MAIL_FROM, MAIL_UNTIL = time(7, 45), time(18, 0)
# Lines older than this are no news: whoever switches mail on again is not sent the past.
NEWS = timedelta(days=30)
KEEP_READ = timedelta(days=90)

_FIRST_REST, _LONGEST_REST = timedelta(minutes=5), timedelta(hours=1)
_FIRST_HOLD, _LONGEST_HOLD = timedelta(minutes=30), timedelta(days=1)


def is_mail_time(clock: time, *, is_working_day: bool) -> bool:
    """Whether mail may leave at this local time: working days, in office hours."""
    return is_working_day and MAIL_FROM <= clock < MAIL_UNTIL


def rest_of_server(n_failures: int) -> timedelta:
    """How long to leave a server alone that could not be reached so often: 5, 10, 20, 40 minutes, an hour."""
    return _grown(_FIRST_REST, _LONGEST_REST, n_failures)


def hold_of_address(n_failures: int) -> timedelta:
    """How long to leave an address alone that was refused so often: half an hour at first, at most a day."""
    return _grown(_FIRST_HOLD, _LONGEST_HOLD, n_failures)


def _grown(first: timedelta, longest: timedelta, n_failures: int) -> timedelta:
    """Twice as long after each failure."""
    if n_failures < 1:
        return timedelta(0)
    return min(first * (1 << min(n_failures - 1, 10)), longest)
