"""Business acts on agencies, people and months."""

from .months import begin_closing, finish_closing, reopen_month
from .people import add_person, give_login
from .postings import add_posting, end_posting, move_posting
from .roles import end_role, grant_role

__all__ = [
    "add_person",
    "add_posting",
    "begin_closing",
    "end_posting",
    "end_role",
    "finish_closing",
    "give_login",
    "grant_role",
    "move_posting",
    "reopen_month",
]
