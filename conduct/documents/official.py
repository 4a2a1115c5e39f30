"""The facts in the head of an official paper (NĐ 30/2020/NĐ-CP, Phụ lục I); ``official.typ`` sets them.

The words are Vietnamese whatever the language of the screens: they stand on paper.
"""

import unicodedata
from dataclasses import dataclass
from datetime import date

# Names of territories. Their papers are issued by the people's committee, whose name stands before theirs.
_TERRITORIES = (
    "tỉnh ",
    "thành phố ",
    "huyện ",
    "quận ",
    "thị xã ",
    "thị trấn ",
    "xã ",
    "phường ",
    "đặc khu ",
)
_COMMITTEE, _COMMITTEE_SHORT = "Ủy ban nhân dân", "UBND"


@dataclass(frozen=True, slots=True)
class Head:
    """The head: agency above (none: empty), issuing agency, number of the paper (none: empty), place, day."""

    superior: str
    issuer: str
    place: str
    on: date
    number: str = ""

    def as_data(self) -> dict[str, str]:
        """What ``head`` of official.typ reads."""
        return {
            "superior": superior_name(self.superior),
            "issuer": issuer_name(self.issuer),
            "number": self.number,
            "place_and_date": place_and_date(self.place, self.on),
        }


def issuer_name(name: str) -> str:
    """The issuing agency in capitals: "Xã An Thuận" issues as "ỦY BAN NHÂN DÂN XÃ AN THUẬN"."""
    return _named(name, _COMMITTEE)


def superior_name(name: str) -> str:
    """The agency above in capitals; the usual abbreviation is allowed there ("UBND TỈNH MỰC GIANG")."""
    return _named(name, _COMMITTEE_SHORT)


def _named(name: str, committee: str) -> str:
    flat = " ".join(unicodedata.normalize("NFC", name).split())
    is_territory = flat.lower().startswith(_TERRITORIES)
    return f"{committee} {flat}".upper() if is_territory else flat.upper()


def day_in_words(on: date) -> str:
    """ "ngày 05 tháng 02 năm 2026": days below 10 and the months 1 and 2 bear a leading 0, others do not."""
    month = f"{on.month:02}" if on.month < 3 else str(on.month)
    return f"ngày {on.day:02} tháng {month} năm {on.year}"


def place_and_date(place: str, on: date) -> str:
    """ "An Thuận, ngày 05 tháng 02 năm 2026"; without a place the day alone."""
    flat = " ".join(unicodedata.normalize("NFC", place).split())
    return f"{flat}, {day_in_words(on)}" if flat else day_in_words(on).capitalize()
