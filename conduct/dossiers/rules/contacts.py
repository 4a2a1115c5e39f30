"""How long the contact of a dossier is kept."""

from datetime import date, timedelta

# Days after the result; what was stored before is emptied then by conduct/feedback/services/retention.py.
KEEPS_CONTACT = 180


def keeps_contact(finished_on: date | None, today: date) -> bool:
    """Whether the contact still serves something."""
    return finished_on is None or finished_on >= today - timedelta(days=KEEPS_CONTACT)
