"""What a case says, unsealed for who may read it. What was erased reads as None, never as an error."""

from collections.abc import Iterable
from dataclasses import dataclass

from conduct.kernel.sealing import Unreadable
from conduct.kernel.vault import unseal_with

from ..models import Case, CaseEvent


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a case with its words, "" without any, None when they were erased."""

    event: CaseEvent
    words: str | None


def read_sealed(case: Case, sealed: bytes | memoryview) -> str | None:
    """The words, None once the key is gone."""
    if not sealed:
        return ""
    try:
        return unseal_with(case.key_id, sealed)
    except Unreadable:
        return None


def read_steps(case: Case, events: Iterable[CaseEvent], *, with_words: bool) -> list[Step]:
    """The life of a case; notes and letters only for who may read words."""
    return [Step(event, read_sealed(case, event.sealed_text) if with_words else "") for event in events]
