"""Tables of what staff commit themselves to, alone and together."""

from .campaigns import (
    NAMING,
    Campaign,
    NotSigning,
    Pledge,
    RegisterPrint,
    SignedSheet,
)
from .contributions import LedgerEntry, SavingsPlan, SavingsRate
from .journal import JournalEntry
from .promises import Promise, PromiseChange
from .undertakings import Beneficiary, Help, Support, Undertaking

__all__ = [
    "NAMING",
    "Beneficiary",
    "Campaign",
    "Help",
    "JournalEntry",
    "LedgerEntry",
    "NotSigning",
    "Pledge",
    "Promise",
    "PromiseChange",
    "RegisterPrint",
    "SavingsPlan",
    "SavingsRate",
    "SignedSheet",
    "Support",
    "Undertaking",
]
