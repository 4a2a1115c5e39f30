"""The facts in the head of an official paper (NĐ 30/2020/NĐ-CP, Phụ lục I); ``official.typ`` sets them.

The words are Vietnamese whatever the language of the screens: they stand on paper.
"""

import re
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
    bare, is_territory = _bare(name)
    return f"{committee} {bare}".upper() if is_territory else bare.upper()


def _bare(name: str) -> tuple[str, bool]:
    """A name without the committee before it, and whether it is the name of a territory or committee."""
    flat = _flat(name)
    for known in (_COMMITTEE, _COMMITTEE_SHORT):
        if flat.lower().startswith(f"{known.lower()} "):
            return flat[len(known) + 1 :], True
    return flat, flat.lower().startswith(_TERRITORIES)


def _flat(words: str) -> str:
    return " ".join(unicodedata.normalize("NFC", words).split())


def place_in_name(name: str) -> str:
    """The place that papers of a territory name: "An Thuận" for "Xã An Thuận"; empty for other agencies."""
    bare, _ = _bare(name)
    kind = next((kind for kind in _TERRITORIES if bare.lower().startswith(kind)), "")
    return bare[len(kind) :] if kind else ""


def signing_lines(title: str, issuer: str) -> tuple[str, ...]:
    """What stands above a signature: "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"; a deputy signs "KT." the head."""
    bare, is_territory = _bare(issuer)
    core = re.split(rf"\s+(?:{_COMMITTEE_SHORT}|{_COMMITTEE})\b", _flat(title), flags=re.IGNORECASE)[0]
    core = core.removesuffix(f" {bare}") or core
    lines = [f"TM. {_COMMITTEE}"] if is_territory else []
    if core.lower().startswith("phó "):
        lines.append(f"KT. {core[len('phó ') :]}")
    return tuple(line.upper() for line in (*lines, core))


def day_in_words(on: date) -> str:
    """ "ngày 05 tháng 02 năm 2026": days below 10 and the months 1 and 2 bear a leading 0, others do not."""
    month = f"{on.month:02}" if on.month < 3 else str(on.month)
    return f"ngày {on.day:02} tháng {month} năm {on.year}"


def place_and_date(place: str, on: date) -> str:
    """ "An Thuận, ngày 05 tháng 02 năm 2026"; without a place the day alone."""
    flat = _flat(place)
    return f"{flat}, {day_in_words(on)}" if flat else day_in_words(on).capitalize()
