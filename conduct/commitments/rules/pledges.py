"""The text of a pledge and its hash. Pure: the same facts always give the same text, letter by letter.

The wording follows the usual form of a *bản cam kết* of public staff (national motto, title, who, what,
to whom answerable, signature). It is an official Vietnamese paper and is not translated with the screens.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

_ONES = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
_ITEM = re.compile(r"\d+\. ")
_GROUP = re.compile(r"[IVX]+\. ")
_SIGNATURE = "NGƯỜI CAM KẾT"
_TITLE = "BẢN CAM KẾT"
_MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")


@dataclass(frozen=True, slots=True)
class PledgeGroup:
    """The "5" and the word "không" with their sentences in full."""

    number: int
    keyword: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PledgeFacts:
    """All that a pledge says. ``unit`` is the part of the office where the person serves.

    ``local_groups`` is what the office added to the model. ``recorded_by`` (name and title) is filled when
    somebody else records the pledge of a person who agreed but cannot sign.
    """

    office: str
    unit: str
    model: str
    owner: str
    version: int
    year: int
    person: str
    title: str
    groups: tuple[PledgeGroup, ...]
    local_groups: tuple[PledgeGroup, ...] = ()
    recorded_by: str = ""


def pledge_text(facts: PledgeFacts) -> str:
    """The exact text, in NFC, blocks apart by an empty line. No fact can add a line of its own."""
    facts = _flat(facts)
    blocks = [
        "\n".join(_MOTTO),
        f"{_TITLE}\nThực hiện “{facts.model}” năm {facts.year}",
        f"Kính gửi: {facts.office}",
        "\n".join(_who(facts)),
        (
            f"Sau khi đọc kỹ nội dung “{facts.model}” của {facts.owner} (phiên bản {facts.version}), "
            f"tôi cam kết trong năm {facts.year} thực hiện đầy đủ các nội dung sau đây:"
        ),
        *_contents(facts),
        (
            "Tôi chịu sự giám sát của nhân dân, của đồng nghiệp và của người trực tiếp quản lý. "
            f"Nếu không thực hiện đúng những điều đã cam kết, tôi tự nhận lỗi, sửa chữa "
            f"và chịu trách nhiệm trước {facts.office}."
        ),
        *_recorded(facts),
        f"{_SIGNATURE}\n{facts.person}",
    ]
    return unicodedata.normalize("NFC", "\n\n".join(blocks))


def list_text(facts: PledgeFacts) -> str:
    """The text over a list that several people sign on paper: the same promises, said by all of them.

    Person, title and unit are left out; they stand in the list.
    """
    facts = _flat(facts)
    blocks = [
        f"{_TITLE}\nThực hiện “{facts.model}” năm {facts.year}",
        f"Kính gửi: {facts.office}",
        (
            f"Sau khi đọc kỹ nội dung “{facts.model}” của {facts.owner} (phiên bản {facts.version}), "
            f"mỗi người có tên và ký trong danh sách dưới đây cam kết trong năm {facts.year} "
            "thực hiện đầy đủ các nội dung sau đây:"
        ),
        *_contents(facts),
        (
            "Mỗi người ký tên chịu sự giám sát của nhân dân, của đồng nghiệp và của người trực tiếp quản lý. "
            "Nếu không thực hiện đúng những điều đã cam kết, người đó tự nhận lỗi, sửa chữa "
            f"và chịu trách nhiệm trước {facts.office}."
        ),
    ]
    return unicodedata.normalize("NFC", "\n\n".join(blocks))


def _flat(facts: PledgeFacts) -> PledgeFacts:
    """Every fact on one line: blanks and line breaks inside become single spaces."""

    def flat(words: str) -> str:
        return " ".join(words.split())

    def flat_groups(groups: tuple[PledgeGroup, ...]) -> tuple[PledgeGroup, ...]:
        return tuple(
            PledgeGroup(group.number, flat(group.keyword), tuple(flat(item) for item in group.items))
            for group in groups
        )

    return replace(
        facts,
        office=flat(facts.office),
        unit=flat(facts.unit),
        model=flat(facts.model),
        owner=flat(facts.owner),
        person=flat(facts.person),
        title=flat(facts.title),
        groups=flat_groups(facts.groups),
        local_groups=flat_groups(facts.local_groups),
        recorded_by=flat(facts.recorded_by),
    )


def _who(facts: PledgeFacts) -> Iterator[str]:
    yield f"Tôi là: {facts.person}"
    yield f"Chức vụ, vị trí công tác: {facts.title}"
    if facts.unit != facts.office:
        yield f"Bộ phận công tác: {facts.unit}"


def _contents(facts: PledgeFacts) -> Iterator[str]:
    """The groups of the model, then under a line of their own those of the office.

    Items are numbered through, so that "điều 7" is unmistakable; a single group needs no heading.
    """
    several = len(facts.groups) + len(facts.local_groups) > 1
    number = 0
    for place, group in enumerate((*facts.groups, *facts.local_groups), 1):
        if place == len(facts.groups) + 1:
            yield f"Nội dung bổ sung của {facts.office}:"
        lines = [f"{_roman(place)}. {group.number} {group.keyword}"] if several else []
        for item in group.items:
            number += 1
            lines.append(f"{number}. {item.rstrip('.')}.")
        yield "\n".join(lines)


def _roman(number: int) -> str:
    """A number in Roman figures; tens are only added up (no model has forty groups)."""
    return "X" * (number // 10) + _ONES[number % 10]


def _recorded(facts: PledgeFacts) -> Iterator[str]:
    if facts.recorded_by:
        yield (
            f"Người cam kết đã đọc và đồng ý toàn bộ nội dung nhưng không tự ký được; "
            f"{facts.recorded_by} ghi nhận thay."
        )


def sha256_of(text: str) -> str:
    """The SHA-256 of the text in UTF-8, 64 small hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def in_fours(digest: str) -> str:
    """A digest in groups of four, to be compared by eye."""
    return " ".join(digest[start : start + 4] for start in range(0, len(digest), 4))


class BlockKind(StrEnum):
    """How a block of a pledge is set on the page."""

    MOTTO = "motto"
    TITLE = "title"
    ITEMS = "items"
    TEXT = "text"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a pledge; in one of kind ITEMS ``heading`` may name the group."""

    kind: BlockKind
    lines: tuple[str, ...]
    heading: str = ""


def blocks_of(text: str) -> tuple[Block, ...]:
    """A stored text taken apart for the page; joined again it is the text, nothing is lost or added."""
    return tuple(_block(tuple(part.split("\n"))) for part in text.split("\n\n"))


def _block(lines: tuple[str, ...]) -> Block:
    first = lines[0]
    if first == _MOTTO[0]:
        return Block(BlockKind.MOTTO, lines)
    if first == _TITLE:
        return Block(BlockKind.TITLE, lines)
    if first == _SIGNATURE:
        return Block(BlockKind.SIGNATURE, lines)
    if _GROUP.match(first):
        return Block(BlockKind.ITEMS, lines[1:], first)
    if _ITEM.match(first):
        return Block(BlockKind.ITEMS, lines)
    return Block(BlockKind.TEXT, lines)
