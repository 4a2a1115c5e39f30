"""How long private data are kept. Pure.

The law names no figure (domain.md 6): it is set here, stated on the pages that ask for data, and enforced by
services/erasure.py.
"""

from datetime import date, timedelta

# Days after a case was settled until its words are erased; contacts: ``ConsentText.keeps_days``.
CASE_DAYS = 730
# Days after a promise to a citizen ended, or a dossier was finished, until name and contact are erased.
PROMISE_DAYS = 180
DOSSIER_DAYS = 180
# Days after the help for a household ended until its name is erased.
HELP_DAYS = 365


def erase_on(settled_on: date, keeps_days: int) -> date:
    """The day on whose night it is erased."""
    return settled_on + timedelta(days=keeps_days)


def settled_before(today: date, keeps_days: int) -> date:
    """What was settled on this day or before has been kept long enough."""
    return today - timedelta(days=keeps_days)
