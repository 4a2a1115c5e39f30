"""The library's files as values, what is wrong between them, how two wordings of a version differ. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from conduct.kernel.names import fold, sort_key

KEPT_ANSWERS: Mapping[str, tuple[int, ...]] = {"yes": (1,), "no": (0,), "at_least_4": (4, 5)}
"""How a file names the kept answers, and the answers meant: 1 = yes, 0 = no, or steps 1–5."""


@dataclass(frozen=True, slots=True)
class LibraryItem:
    """One sentence; ``question`` is empty where a citizen cannot judge it."""

    text: str
    text_en: str
    sources: tuple[str, ...]
    question: str = ""
    question_en: str = ""
    answer: str = ""
    kept_answers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class LibraryGroup:
    """The "5" and the word "không" with their sentences."""

    number: int
    keyword: str
    polarity: str
    items: tuple[LibraryItem, ...]


@dataclass(frozen=True, slots=True)
class LibraryVersion:
    """One wording of a model."""

    number: int
    effective_from: date | None
    effective_year: int | None
    legal_basis: str
    source: str
    is_minor: bool
    note: str
    groups: tuple[LibraryGroup, ...]
    published: bool
    retired: bool = False


@dataclass(frozen=True, slots=True)
class LibraryOwner:
    """A body that began a model (``origin``) or took it over (``adopter``)."""

    name: str
    part: str
    year: int | None
    source: str


@dataclass(frozen=True, slots=True)
class LibraryModel:
    """One file of the library; ``absorbed_into`` and ``based_on`` are keys of other models or None."""

    key: str
    name: str
    owner: str
    owners: tuple[LibraryOwner, ...]
    year: int | None
    judged: str
    absorbed_into: str | None
    based_on: str | None
    note: str
    versions: tuple[LibraryVersion, ...]


@dataclass(frozen=True, slots=True)
class LibraryMotto:
    """A watchword: text only."""

    text: str
    text_en: str
    kind: str
    owner: str
    source: str


def search_words(text: str) -> list[str]:
    """What a search compares: words and numbers, lower case, without diacritics and signs."""
    return re.findall(r"\w+", fold(text))


def title_order(title: str) -> str:
    """A text whose code points sort as Vietnamese titles do: numbers first, then a ă â … y; tones last."""
    words = re.findall(r"\w+", title)
    spelling = [word.zfill(6) if word.isdecimal() else _spelling(word) for word in words]
    tones = ["".join(str(tone) for tone in sort_key(word)[0][1]) for word in words]
    return " ".join(spelling) + "\t" + " ".join(tones)


def _spelling(word: str) -> str:
    return "".join(chr(0x100 + letter) for letter in sort_key(word)[0][0])


def check_library(models: Sequence[LibraryModel]) -> list[str]:
    """What is wrong between files: keys, owner and name twice, lineage to nowhere."""
    keys = Counter(model.key for model in models)
    names = Counter((model.owner, model.name) for model in models)
    found = [f"{key}: the key stands in {times} files" for key, times in keys.items() if times > 1]
    found += [
        f"{owner}, {name}: stands in {times} files" for (owner, name), times in names.items() if times > 1
    ]
    for model in models:
        for kin in (model.absorbed_into, model.based_on):
            if kin is not None and (kin not in keys or kin == model.key):
                found.append(f"{model.key}: lineage names {kin!r}, which is no other model of the library")
    return found


def parse_model(document: Mapping[str, Any]) -> LibraryModel:
    """A checked file as values."""
    return LibraryModel(
        key=document["key"],
        name=document["name"],
        owner=document["owner"],
        owners=tuple(
            LibraryOwner(owner["name"], owner["role"], owner["year"], owner["source"])
            for owner in document["owners"]
        ),
        year=document["year"],
        judged=document["judged"],
        absorbed_into=document["lineage"].get("absorbed_into"),
        based_on=document["lineage"].get("based_on"),
        note=document["note"].strip(),
        versions=tuple(_parse_version(version) for version in document["versions"]),
    )


def _parse_version(version: Mapping[str, Any]) -> LibraryVersion:
    starts = version["effective_from"]
    return LibraryVersion(
        number=version["number"],
        effective_from=date.fromisoformat(starts) if starts else None,
        effective_year=version["effective_year"],
        legal_basis=version["legal_basis"].strip(),
        source=version["source"].strip(),
        is_minor=version["minor"],
        note=version["note"].strip(),
        groups=tuple(
            LibraryGroup(
                group["number"],
                group["keyword"],
                group["polarity"],
                tuple(_parse_item(i) for i in group["items"]),
            )
            for group in version["groups"]
        ),
        published=version["status"] != "draft",
        retired=version["status"] == "retired",
    )


def _parse_item(item: Mapping[str, Any]) -> LibraryItem:
    return LibraryItem(
        text=item["text"].strip(),
        text_en=item.get("text_en", "").strip(),
        sources=tuple(item["sources"]),
        question=item.get("question", ""),
        question_en=item.get("question_en", ""),
        answer=item.get("answer", ""),
        kept_answers=KEPT_ANSWERS[item["kept"]] if "kept" in item else (),
    )


def differences(stored: LibraryVersion, wanted: LibraryVersion) -> list[str]:
    """Where two wordings differ, one line a field; the state is not part of the wording."""
    before, after = asdict(stored), asdict(wanted)
    for side in (before, after):
        del side["published"], side["retired"]
    return list(_differ("", before, after))


def _differ(place: str, before: Any, after: Any) -> Iterator[str]:
    if isinstance(before, dict):
        for name in before:
            yield from _differ(f"{place} {name}".strip(), before[name], after[name])
    elif isinstance(before, tuple) and before and isinstance(before[0], dict) and len(before) == len(after):
        for index, (old, new) in enumerate(zip(before, after, strict=True), start=1):
            yield from _differ(f"{place} {index}", old, new)
    elif before != after:
        yield f"{place}: {_short(before)} in the database, {_short(after)} in the file"


def _short(value: Any) -> str:
    if isinstance(value, tuple) and value and isinstance(value[0], dict):
        return f"{len(value)} rows"
    return repr(value)
