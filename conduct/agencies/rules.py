"""What a posting is, as a value."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Post:
    """What someone does in an agency from a day on: ``category`` is a value of Posting.Category."""

    title: str
    category: str
    is_leader: bool
    serves_citizens: bool
    starts_on: date
    is_main: bool = True
