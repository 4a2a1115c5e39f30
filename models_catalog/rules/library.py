"""What a file of the library must say, and how two wordings of a version differ. Pure: no files, no rows."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import jsonschema

from conduct.kernel.names import fold, sort_key

from .wording import says_the_opposite, texts_given_twice

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


def check_model(document: object, schema: Mapping[str, Any]) -> list[str]:
    """Everything wrong with one file, a sentence each with its place; empty when the file may be loaded."""
    validator = jsonschema.Draft202012Validator(schema)
    found = [f"{_path(error.absolute_path)}: {error.message}" for error in validator.iter_errors(document)]
    if found or not isinstance(document, dict):
        return found or ["the file is not a mapping"]
    return list(_check_sense(document))


def _path(parts: Iterable[Any]) -> str:
    return "/".join(str(part) for part in parts) or "file"


def _check_sense(document: Mapping[str, Any]) -> Iterator[str]:
    """What a JSON schema cannot say."""
    if document["owner"] not in [owner["name"] for owner in document["owners"] if owner["role"] == "origin"]:
        yield "owner: is not among the owners as origin"
    for number, times in Counter(version["number"] for version in document["versions"]).items():
        if times > 1:
            yield f"versions: number {number} stands {times} times"
    for version in document["versions"]:
        yield from _check_version(version)


def _check_version(version: Mapping[str, Any]) -> Iterator[str]:
    place = f"version {version['number']}"
    if version["effective_from"] is not None:
        try:
            day = date.fromisoformat(version["effective_from"])
        except ValueError:
            yield f"{place}: effective_from is not a day"
        else:
            if day.year != version["effective_year"]:
                yield f"{place}: effective_year is not the year of effective_from"
    texts = texts_given_twice(item["text"] for group in version["groups"] for item in group["items"])
    yield from (f"{place}: {text!r} stands {times} times" for text, times in texts.items())
    for index, group in enumerate(version["groups"], start=1):
        n_items, keyword = len(group["items"]), group["keyword"]
        if group["number"] != n_items:
            yield f"{place}, group {index}: number is {group['number']}, but there are {n_items} items"
        for item in group["items"]:
            if says_the_opposite(group["polarity"], keyword, item["text"]):
                said = f"{item['text']!r} alone says the opposite, {keyword!r} is missing"
                yield f"{place}, group {index}: {said}"


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
        published=version["status"] == "published",
    )


def _parse_item(item: Mapping[str, Any]) -> LibraryItem:
    return LibraryItem(
        text=item["text"].strip(),
        text_en=item["text_en"].strip(),
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
        del side["published"]
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
