"""To which month a form belongs that arrives after the day on which it was given."""

from datetime import date

from conduct.agencies.models import Agency, Period
from conduct.agencies.periods import closed_months, hold_month, state_of
from conduct.kernel.months import Month


def hold_month_of(*, office: Agency, given_on: date, today: date) -> tuple[Month, bool]:
    """The month in which a form of that day counts, and whether that is late; kept open until the
    transaction ends.

    It is the month of the day while that is open, else the first open one after it. A month closes only after
    it has ended, so the running one always takes forms.
    """
    given, running = Month.of(given_on), Month.of(today)
    closed = {month for _office, month in closed_months([office.pk])}
    for month in given.until(running):
        if month in closed:
            continue
        hold_month(office, month)
        if state_of(office, month) == Period.State.OPEN:
            return month, month != given
    raise ValueError(f"{given_on} is after {today}")
