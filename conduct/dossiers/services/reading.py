"""A list, row by row: what each row says, everything that is wrong, and the rows as COPY takes them."""

import hashlib
import hmac
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings

from conduct.agencies.models import Agency, Posting
from conduct.agencies.tree import office_of, subtree_ids
from conduct.kernel.sealing import seal

from ..rules.cells import Cell, Entry, Problem, Wrong, read_entry
from ..rules.columns import CONTACT, Field
from ..rules.contacts import keeps_contact
from ..tallies.upserts import Known, known_dossiers
from .tables import Table

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """A row with its number: its entry, or what is wrong with it."""

    number: int
    entry: Entry | None
    wrong: list[Wrong]


def read_rows(table: Table, columns: Mapping[str, int], today: date) -> Iterator[Row]:
    """Every row of a list, each by itself. Raises BadFile."""
    places = {Field(name): place for name, place in columns.items()}
    for number, cells in table.rows:
        picked = {name: cells[place] if place < len(cells) else None for name, place in places.items()}
        if all(_is_empty(cell) for cell in picked.values()):
            continue
        entry, wrong = read_entry(picked, today)
        yield Row(number, entry, wrong)


def _is_empty(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


@dataclass(slots=True)
class Officers:
    """Finds the posting of an officer by name, where exactly one person of the office bears it."""

    _by_name: dict[str, list[tuple[int, date, date | None]]]
    _found: dict[tuple[str, date], int | None] = field(default_factory=dict)

    @classmethod
    def of(cls, agency: Agency, today: date) -> "Officers":
        """Those who serve or served in the agency's office."""
        ids = subtree_ids([office_of(agency, today).pk], today)
        by_name: dict[str, list[tuple[int, date, date | None]]] = defaultdict(list)
        rows = Posting.objects.filter(agency_id__in=ids).values_list(
            "pk", "person__full_name", "starts_on", "ends_on"
        )
        for pk, name, starts_on, ends_on in rows:
            by_name[_name(name)].append((pk, starts_on, ends_on))
        return cls(by_name)

    def find(self, name: str, on: date) -> int | None:
        """The posting that was in force that day; None for nobody, or for several."""
        if not name:
            return None
        if (name, on) not in self._found:
            here = [
                pk
                for pk, starts_on, ends_on in self._by_name.get(_name(name), [])
                if starts_on <= on and (ends_on is None or ends_on >= on)
            ]
            self._found[name, on] = here[0] if len(here) == 1 else None
        return self._found[name, on]


def _name(text: str) -> str:
    """A name as lists spell it; tones stay, since they tell people apart."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


@dataclass(slots=True)
class Reader:
    """Reads a list for an agency: checks what one row cannot tell by itself, seals, writes COPY's text."""

    agency: Agency
    columns: Mapping[str, int]
    today: date
    officers: Officers
    _first_seen: dict[str, int] = field(default_factory=dict)

    @property
    def brings_contacts(self) -> bool:
        """Whether the list says whose the dossiers are."""
        return any(name.value in self.columns for name in CONTACT)

    def check(self, rows: list[Row]) -> tuple[list[tuple[int, Wrong]], list[bytes]]:
        """Of some rows what is wrong, with its row's number, and the lines of those that are right."""
        entries = [row.entry for row in rows if row.entry is not None]
        known = known_dossiers(self.agency.pk, [entry.code for entry in entries])
        wrong: list[tuple[int, Wrong]] = []
        lines: list[bytes] = []
        for row in rows:
            found = row.wrong or self._found_wrong(row, known)
            wrong += [(row.number, one) for one in found]
            if row.entry is not None and not found:
                lines.append(self._line(row.entry, known.get(row.entry.code)))
        return wrong, lines

    def _found_wrong(self, row: Row, known: Mapping[str, Known]) -> list[Wrong]:
        entry = row.entry
        if entry is None:
            return []
        first = self._first_seen.setdefault(entry.code, row.number)
        if first != row.number:
            return [Wrong(Field.CODE, Problem.TWICE, str(first))]
        here = known.get(entry.code)
        if here is not None and entry.received_on > here.promised_on:
            promised = f"{here.promised_on:%d/%m/%Y}"
            return [Wrong(Field.RECEIVED_ON, Problem.AFTER_FIRST_PROMISE, promised)]
        return []

    def _line(self, entry: Entry, known: Known | None) -> bytes:
        contact, name, email, phone, mark = self._contact(entry, known)
        posting_id = self.officers.find(entry.officer, entry.received_on)
        cells = (
            entry.code, entry.procedure, entry.procedure_group, entry.channel, entry.applicant,
            entry.received_on.isoformat(), entry.promised_on.isoformat(),
            entry.finished_on.isoformat() if entry.finished_on else None,
            None if posting_id is None else str(posting_id), "t" if contact else "f",
            _bytes(name), _bytes(email), _bytes(phone), _bytes(mark),
        )  # fmt: skip
        return ("\t".join(map(_escaped, cells)) + "\n").encode()

    def _contact(self, entry: Entry, known: Known | None) -> tuple[bool, bytes, bytes, bytes, bytes]:
        """Whether the contact is to be written, its three seals, and the mark that tells it from another."""
        if not self.brings_contacts:
            return False, b"", b"", b"", b""
        if not entry.has_contact or not keeps_contact(entry.finished_on, self.today):
            return True, b"", b"", b"", b""
        mark = contact_mark(self.agency.pk, entry)
        if known is not None and known.contact_mark == mark:
            return False, b"", b"", b"", mark
        return True, seal(entry.name), seal(entry.email), seal(entry.phone), mark


def contact_mark(agency_id: int, entry: Entry) -> bytes:
    """A hash that only who has our key can make, different for every dossier: it compares nothing else."""
    text = "\n".join((str(agency_id), entry.code, entry.name, entry.email, entry.phone))
    key = f"dossier contact {settings.PRIVATE_KEYS[0]}".encode()
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _bytes(content: bytes) -> str:
    return f"\\x{content.hex()}"


def _escaped(cell: str | None) -> str:
    """A cell in the text form of COPY. ``clean`` has left neither tabs nor line ends in it."""
    return "\\N" if cell is None else cell.replace("\\", "\\\\")
