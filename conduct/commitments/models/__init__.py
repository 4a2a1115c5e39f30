"""Tables of what staff commit themselves to, alone and together."""

from .campaigns import (
    CODE_LENGTH,
    CODE_SIGNS,
    NAMING,
    Campaign,
    NotSigning,
    Pledge,
    RegisterPrint,
    SignedSheet,
    new_code,
)
from .contributions import LedgerEntry, SavingsPlan, SavingsRate
from .journal import JournalEntry
from .promises import Promise, PromiseChange
from .undertakings import Beneficiary, Help, Support, Undertaking

__all__ = [
    "CODE_LENGTH",
    "CODE_SIGNS",
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
    "new_code",
]
