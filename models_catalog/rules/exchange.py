"""A model as a YAML file: reading what strangers wrote, and what is wrong with it, line by line. Pure.

Problems are values without words; ``services.files`` says them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import islice
from typing import Any
from unicodedata import category, normalize

import jsonschema
import yaml

from .library import LibraryModel, differences
from .wording import says_the_opposite, texts_given_twice

MOST_PROBLEMS = 100
"""No more are looked for in one file: who has so many begins with the first."""
DEEPEST = 12
"""How deep lists and mappings may lie in one another; the format needs 7."""
RESERVED_KEYS = frozenset({"adoptions", "import", "new"})
"""Words that addresses of the catalogue use where a model's key would stand."""

type Place = tuple[str | int, ...]


class Wrong(StrEnum):
    """What can be wrong with a file."""

    NOT_UTF8 = "not_utf8"
    FILE_NAME = "file_name"
    NOT_YAML = "not_yaml"
    ALIAS = "alias"
    TAG = "tag"
    TOO_DEEP = "too_deep"
    KEY_TWICE = "key_twice"
    CONTROL = "control"
    NO_MODEL = "no_model"
    MISSING = "missing"
    UNKNOWN = "unknown"
    TYPE = "type"
    NOT_ONE_OF = "not_one_of"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    TOO_SHORT = "too_short"
    TOO_MANY = "too_many"
    TOO_FEW = "too_few"
    REPEATED = "repeated"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    KEY_SHAPE = "key_shape"
    DAY_SHAPE = "day_shape"
    QUESTION_SHAPE = "question_shape"
    QUESTION_WITHOUT_CITIZEN = "question_without_citizen"
    OTHER = "other"
    KEY_RESERVED = "key_reserved"
    OWNER = "owner"
    NUMBER_TWICE = "number_twice"
    NOT_A_DAY = "not_a_day"
    YEAR_DIFFERS = "year_differs"
    TEXT_TWICE = "text_twice"
    COUNT = "count"
    OPPOSITE = "opposite"
    KEY_TAKEN = "key_taken"
    NAME_TAKEN = "name_taken"
    MODEL_DIFFERS = "model_differs"
    VERSION_DIFFERS = "version_differs"


@dataclass(frozen=True, slots=True)
class FileProblem:
    """One thing to put right: the line (from 1), the place in the document, and what a sentence needs."""

    wrong: Wrong
    line: int
    place: Place = ()
    said: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says, and on which line each part of it begins."""

    value: Any
    lines: Mapping[Place, int]

    def line_of(self, place: Place) -> int:
        """The line of a place, or of the nearest one around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


class Unreadable(Exception):
    """The file is no document at all; ``problem`` says why and where."""

    def __init__(self, problem: FileProblem) -> None:
        super().__init__(problem.wrong)
        self.problem = problem


_BASE: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_BASE):  # type: ignore[misc]
    """YAML 1.2's few plain values: true, false, null, whole numbers; a day and "no" are texts."""

    yaml_implicit_resolvers: dict[str, Any] = {}


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|)$"), ["~", "n", ""])
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^-?\d{1,9}$"), list("-0123456789"))


def read_document(text: str) -> Document:
    """A YAML text as values with their lines. Raises Unreadable for what is no plain YAML document."""
    try:
        _check_events(text)
        root = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line = mark.line + 1 if mark else text.count("\n", 0, getattr(error, "position", 0)) + 1
        raise Unreadable(FileProblem(Wrong.NOT_YAML, min(line, text.count("\n") + 1))) from error
    if root is None:
        raise Unreadable(FileProblem(Wrong.NO_MODEL, 1))
    lines: dict[Place, int] = {}
    return Document(_value(root, (), lines), lines)


def _check_events(text: str) -> None:
    """Nothing that grows when it is read: no aliases, no tags, no deep nesting, one document."""
    depth = n_documents = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Unreadable(FileProblem(Wrong.ALIAS, line))
        if getattr(event, "tag", None):
            raise Unreadable(FileProblem(Wrong.TAG, line))
        n_documents += isinstance(event, yaml.DocumentStartEvent)
        if n_documents > 1:
            raise Unreadable(FileProblem(Wrong.NOT_YAML, line))
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise Unreadable(FileProblem(Wrong.TOO_DEEP, line))


def _value(node: yaml.Node, place: Place, lines: dict[Place, int]) -> Any:
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return [_value(child, (*place, index), lines) for index, child in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, place, lines)
    return _scalar(node, place) if isinstance(node, yaml.ScalarNode) else None


def _mapping(node: yaml.MappingNode, place: Place, lines: dict[Place, int]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, child in node.value:
        line = key_node.start_mark.line + 1
        name = _scalar(key_node, place) if isinstance(key_node, yaml.ScalarNode) else None
        if not isinstance(name, str):
            raise Unreadable(FileProblem(Wrong.NOT_YAML, line, place))
        if name in found:
            raise Unreadable(FileProblem(Wrong.KEY_TWICE, line, place, {"name": name}))
        lines[*place, name] = line
        found[name] = _value(child, (*place, name), lines)
    return found


def _scalar(node: yaml.ScalarNode, place: Place) -> str | int | bool | None:
    text, tag = node.value, node.tag.rpartition(":")[2]
    if tag == "null":
        return None
    if tag == "bool":
        return bool(text == "true")
    if tag == "int":
        return int(text)
    if any(category(letter) in {"Cc", "Cs"} and letter not in "\n\t" for letter in text):
        raise Unreadable(FileProblem(Wrong.CONTROL, node.start_mark.line + 1, place))
    return normalize("NFC", text)


def file_problems(document: Document, schema: Mapping[str, Any]) -> list[FileProblem]:
    """Everything wrong with one model's file, in the order of its lines; empty when it may be taken."""
    validator = jsonschema.Draft202012Validator(schema)
    found = {
        (problem.line, str(problem.place), problem.wrong): problem
        for error in islice(validator.iter_errors(document.value), MOST_PROBLEMS)
        for problem in _shape_problems(document, error)
    }
    if not found:
        sense = islice(_check_sense(document), MOST_PROBLEMS)
        return sorted(sense, key=lambda problem: problem.line)
    return [found[key] for key in sorted(found)]


_PATTERNS = {
    "key": Wrong.KEY_SHAPE,
    "absorbed_into": Wrong.KEY_SHAPE,
    "based_on": Wrong.KEY_SHAPE,
    "effective_from": Wrong.DAY_SHAPE,
    "question": Wrong.QUESTION_SHAPE,
    "question_en": Wrong.QUESTION_SHAPE,
}
_LIMITS = {
    "minLength": Wrong.TOO_SHORT,
    "maxLength": Wrong.TOO_LONG,
    "minItems": Wrong.TOO_FEW,
    "maxItems": Wrong.TOO_MANY,
    "minimum": Wrong.TOO_SMALL,
    "maximum": Wrong.TOO_LARGE,
}


def _shape_problems(document: Document, error: jsonschema.ValidationError) -> Iterator[FileProblem]:
    """What the schema says, told apart by kind; missing and unknown names one by one."""
    place: Place = tuple(error.absolute_path)
    line, kind = document.line_of(place), str(error.validator)
    limit: Any = error.validator_value
    said: Any = error.instance
    if kind == "required":
        for name in limit:
            if name not in said:
                yield FileProblem(Wrong.MISSING, line, (*place, name), {"name": name})
    elif kind == "additionalProperties":
        properties: Any = error.schema.get("properties", {}) if isinstance(error.schema, Mapping) else {}
        for name in sorted(set(said) - set(properties)):
            yield FileProblem(Wrong.UNKNOWN, document.line_of((*place, name)), (*place, name), {"name": name})
    elif kind == "type":
        yield FileProblem(
            Wrong.TYPE, line, place, {"kinds": (limit,) if isinstance(limit, str) else tuple(limit)}
        )
    elif kind in {"enum", "const"}:
        allowed = tuple(limit) if kind == "enum" else (limit,)
        yield FileProblem(Wrong.NOT_ONE_OF, line, place, {"allowed": allowed})
    elif kind == "pattern":
        yield FileProblem(_PATTERNS.get(str(place[-1]), Wrong.EMPTY), line, place)
    elif kind in _LIMITS:
        wrong = Wrong.EMPTY if kind == "minLength" and limit == 1 else _LIMITS[kind]
        yield FileProblem(wrong, line, place, {"limit": limit})
    else:
        others = {"uniqueItems": Wrong.REPEATED, "not": Wrong.QUESTION_WITHOUT_CITIZEN}
        yield FileProblem(others.get(kind, Wrong.OTHER), line, place)


def _check_sense(document: Document) -> Iterator[FileProblem]:
    """What a JSON schema cannot say."""
    model = document.value

    def problem(wrong: Wrong, place: Place, **said: Any) -> FileProblem:
        return FileProblem(wrong, document.line_of(place), place, said)

    if model["key"] in RESERVED_KEYS:
        yield problem(Wrong.KEY_RESERVED, ("key",))
    if model["owner"] not in [owner["name"] for owner in model["owners"] if owner["role"] == "origin"]:
        yield problem(Wrong.OWNER, ("owner",))
    numbers = [version["number"] for version in model["versions"]]
    for index, version in enumerate(model["versions"]):
        place: Place = ("versions", index)
        if version["number"] in numbers[:index]:
            yield problem(Wrong.NUMBER_TWICE, (*place, "number"), number=version["number"])
        for wrong, inner, said in _version_sense(version):
            yield problem(wrong, (*place, *inner), **said)


type Found = tuple[Wrong, Place, dict[str, Any]]


def _version_sense(version: Mapping[str, Any]) -> Iterator[Found]:
    if version["effective_from"] is not None:
        try:
            day = date.fromisoformat(version["effective_from"])
        except ValueError:
            yield Wrong.NOT_A_DAY, ("effective_from",), {}
        else:
            if day.year != version["effective_year"]:
                yield Wrong.YEAR_DIFFERS, ("effective_year",), {"year": day.year}
    texts = [item["text"].strip() for group in version["groups"] for item in group["items"]]
    twice, seen = texts_given_twice(texts), set[str]()
    for index, group in enumerate(version["groups"]):
        place: Place = ("groups", index)
        if group["number"] != len(group["items"]):
            yield Wrong.COUNT, (*place, "number"), {"number": group["number"], "n_items": len(group["items"])}
        for row, item in enumerate(group["items"]):
            text, inner = item["text"].strip(), (*place, "items", row, "text")
            if text in twice and text in seen:
                yield Wrong.TEXT_TWICE, inner, {"text": text}
            seen.add(text)
            if says_the_opposite(group["polarity"], group["keyword"], text):
                yield Wrong.OPPOSITE, inner, {"keyword": group["keyword"]}


def conflicts(document: Document, model: LibraryModel, stored: LibraryModel) -> Iterator[FileProblem]:
    """Where a file says something else than what is published under its key already."""
    published = {version.number: version for version in stored.versions if version.published}
    if published:
        for name in ("name", "owner", "judged"):
            if getattr(model, name) != getattr(stored, name):
                place: Place = (name,)
                said = {"stored": getattr(stored, name)}
                yield FileProblem(Wrong.MODEL_DIFFERS, document.line_of(place), place, said)
    for index, version in enumerate(model.versions):
        known = published.get(version.number)
        if known is not None and differences(known, version):
            place = ("versions", index, "number")
            yield FileProblem(
                Wrong.VERSION_DIFFERS, document.line_of(place), place, {"number": version.number}
            )
