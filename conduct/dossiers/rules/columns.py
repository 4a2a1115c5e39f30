"""Which column of a one-stop list means what: known headings, and what a row of a list must say."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from enum import StrEnum

from conduct.kernel.names import fold


class Field(StrEnum):
    """What a column can mean."""

    CODE = "code"
    RECEIVED_ON = "received_on"
    PROMISED_ON = "promised_on"
    FINISHED_ON = "finished_on"
    PROCEDURE = "procedure"
    GROUP = "procedure_group"
    CHANNEL = "channel"
    APPLICANT = "applicant"
    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    OFFICER = "officer"


REQUIRED = (Field.CODE, Field.RECEIVED_ON, Field.PROMISED_ON, Field.PROCEDURE, Field.CHANNEL)
CONTACT = (Field.NAME, Field.EMAIL, Field.PHONE)

# Headings as one-stop systems write them, folded (no diacritics, small letters). The first one fits best.
_HEADINGS: Mapping[Field, tuple[str, ...]] = {
    Field.CODE: ("ma ho so", "so ho so", "so bien nhan", "ma bien nhan", "ma so ho so", "dossier code"),
    Field.RECEIVED_ON: (
        "ngay tiep nhan", "ngay nhan", "ngay nhan ho so", "thoi gian tiep nhan", "ngay nop", "received on",
    ),
    Field.PROMISED_ON: (
        "ngay hen tra", "ngay hen tra ket qua", "ngay hen", "han tra", "han tra ket qua", "han xu ly",
        "han giai quyet", "promised on",
    ),
    Field.FINISHED_ON: (
        "ngay tra ket qua", "ngay tra", "ngay co ket qua", "ngay ket thuc", "ngay hoan thanh",
        "ngay giai quyet xong", "ngay ket thuc xu ly", "finished on",
    ),
    Field.PROCEDURE: (
        "thu tuc", "ten thu tuc", "thu tuc hanh chinh", "ten tthc", "tthc", "ten thu tuc hanh chinh",
        "trich yeu", "procedure",
    ),
    Field.GROUP: ("linh vuc", "ten linh vuc", "nhom thu tuc", "field"),
    Field.CHANNEL: (
        "hinh thuc nop", "hinh thuc tiep nhan", "kenh tiep nhan", "hinh thuc nhan", "nguon ho so", "channel",
    ),
    Field.APPLICANT: ("doi tuong", "loai doi tuong", "doi tuong nop", "loai nguoi nop", "applicant"),
    Field.NAME: (
        "nguoi nop", "ho ten nguoi nop", "ten nguoi nop", "chu ho so", "nguoi nop ho so", "ho va ten",
        "ho ten", "to chuc ca nhan", "name",
    ),
    Field.EMAIL: ("email", "e-mail", "thu dien tu", "dia chi email"),
    Field.PHONE: ("so dien thoai", "dien thoai", "sdt", "di dong", "phone"),
    Field.OFFICER: (
        "can bo xu ly", "can bo thu ly", "cong chuc xu ly", "nguoi xu ly", "can bo giai quyet",
        "can bo tiep nhan", "officer",
    ),
}  # fmt: skip


def plain_heading(text: str) -> str:
    """A heading as it is compared: folded, without signs other than letters, digits and "-"."""
    kept = (sign if sign.isalnum() or sign == "-" else " " for sign in fold(text))
    return " ".join("".join(kept).split())


def propose_columns(headings: Sequence[str]) -> dict[str, int]:
    """Field → place of its column, as far as the headings tell. No column stands for two fields."""
    plain = [plain_heading(heading) for heading in headings]
    found: dict[str, int] = {}
    for field, known in _HEADINGS.items():
        place = next((plain.index(name) for name in known if name in plain), None)
        if place is not None and place not in found.values():
            found[field.value] = place
    return found


def headings_hash(headings: Sequence[str]) -> str:
    """By what a mapping is remembered: the headings in their order."""
    plain = json.dumps([plain_heading(heading) for heading in headings], ensure_ascii=True)
    return hashlib.sha256(plain.encode()).hexdigest()


def find_headings(rows: Sequence[Sequence[str]]) -> int:
    """The place of the row of headings among the first rows of a list.

    It is the one that names most fields (two at least); lists bear a title above it. Without such a row the
    first one that is not empty; 0 when all are.
    """
    named = [len(propose_columns(row)) for row in rows]
    if named and max(named) >= 2:
        return named.index(max(named))
    return next((place for place, row in enumerate(rows) if any(row)), 0)
