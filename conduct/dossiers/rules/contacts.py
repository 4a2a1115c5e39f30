"""How long the contact of a dossier is kept."""

from datetime import date, timedelta

# Days after the result: time for an invitation and for a letter of apology, no longer.
KEEPS_CONTACT = 90


def keeps_contact(finished_on: date | None, today: date) -> bool:
    """Whether the contact still serves something."""
    return finished_on is None or finished_on >= today - timedelta(days=KEEPS_CONTACT)
