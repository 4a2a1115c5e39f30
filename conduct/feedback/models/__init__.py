"""Cases from citizens, what is known of their senders, replies, apologies."""

from .apologies import Apology, ApologyQuerySet, ApologyRegister
from .cases import Case, CaseEvent, CaseQuerySet, CaseSubject, OutgoingMail, ReplyTemplate
from .contacts import Consent, ConsentText, Contact

__all__ = [
    "Apology",
    "ApologyQuerySet",
    "ApologyRegister",
    "Case",
    "CaseEvent",
    "CaseQuerySet",
    "CaseSubject",
    "Consent",
    "ConsentText",
    "Contact",
    "OutgoingMail",
    "ReplyTemplate",
]
