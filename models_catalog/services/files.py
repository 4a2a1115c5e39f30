"""The library's files: where they lie, reading one, and saying what is wrong with it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..rules.exchange import Document, FileProblem, Place, Unreadable, Wrong, file_problems, read_document
from ..rules.library import LibraryModel, parse_model

LIBRARY = Path(__file__).resolve().parent.parent / "library"
MOTTOES = "mottoes.yaml"


def library_schema(folder: Path = LIBRARY) -> dict[str, Any]:
    """The JSON schema of a model's file."""
    schema: dict[str, Any] = json.loads((folder / "schema.json").read_text(encoding="utf-8"))
    return schema


class BadFile(Exception):
    """A file that cannot be taken; ``problems`` in the order of its lines."""

    def __init__(self, problems: list[FileProblem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems

    def lines(self) -> list[str]:
        """A sentence each, with line and place, in the language of the reader."""
        return [
            ": ".join(filter(None, (str(problem.line), place_of(problem), sentence_of(problem))))
            for problem in self.problems
        ]


def read_model(text: str, schema: dict[str, Any] | None = None) -> tuple[LibraryModel, Document]:
    """A file's text as a model, and as a document with lines. Raises BadFile with everything wrong in it."""
    try:
        document = read_document(text)
    except Unreadable as unreadable:
        raise BadFile([unreadable.problem]) from unreadable
    problems = file_problems(document, schema or library_schema())
    if problems:
        raise BadFile(problems)
    return parse_model(document.value), document


def read_file(path: Path, schema: dict[str, Any] | None = None) -> tuple[LibraryModel, Document]:
    """A model's file, named after its key. Raises BadFile as ``read_model`` does, OSError without a file."""
    try:
        text = path.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise BadFile([FileProblem(Wrong.NOT_UTF8, 1)]) from error
    model, document = read_model(text, schema)
    if model.key != path.stem:
        problem = FileProblem(Wrong.FILE_NAME, document.line_of(("key",)), ("key",), {"name": path.name})
        raise BadFile([problem])
    return model, document


_SENTENCES = {
    Wrong.NOT_UTF8: gettext_lazy("This is no text in UTF-8."),
    Wrong.FILE_NAME: gettext_lazy("The key must be the name of the file, %(name)s, without its ending."),
    Wrong.NOT_YAML: gettext_lazy("This is not YAML from here on: look at the indentation and the quotes."),
    Wrong.ALIAS: gettext_lazy("Anchors and aliases (& and *) are not taken; write the text out."),
    Wrong.TAG: gettext_lazy("Tags (beginning with an exclamation mark) are not taken."),
    Wrong.TOO_DEEP: gettext_lazy("Lists lie too deep in one another."),
    Wrong.KEY_TWICE: gettext_lazy("“%(name)s” stands twice."),
    Wrong.CONTROL: gettext_lazy("The text holds signs that cannot be shown."),
    Wrong.NO_MODEL: gettext_lazy("The file is empty."),
    Wrong.MISSING: gettext_lazy("“%(name)s” is missing."),
    Wrong.UNKNOWN: gettext_lazy("“%(name)s” is no part of the format."),
    Wrong.TYPE: gettext_lazy("Here stands %(kinds)s."),
    Wrong.NOT_ONE_OF: gettext_lazy("Must be one of: %(allowed)s."),
    Wrong.EMPTY: gettext_lazy("Must not be empty."),
    Wrong.TOO_LONG: gettext_lazy("Is longer than %(limit)s characters."),
    Wrong.TOO_SHORT: gettext_lazy("Is shorter than %(limit)s characters."),
    Wrong.TOO_MANY: gettext_lazy("Has more than %(limit)s rows."),
    Wrong.TOO_FEW: gettext_lazy("Must have at least %(limit)s row."),
    Wrong.REPEATED: gettext_lazy("The same value stands twice."),
    Wrong.TOO_SMALL: gettext_lazy("Must be %(limit)s or more."),
    Wrong.TOO_LARGE: gettext_lazy("Must be %(limit)s or less."),
    Wrong.KEY_SHAPE: gettext_lazy("Only small letters without diacritics, digits and hyphens between them."),
    Wrong.DAY_SHAPE: gettext_lazy("A day is written in quotes as year-month-day, such as 2026-01-15."),
    Wrong.QUESTION_SHAPE: gettext_lazy("A question ends with a question mark."),
    Wrong.QUESTION_WITHOUT_CITIZEN: gettext_lazy(
        "There is a question to citizens, but citizens are not among the sources."
    ),
    Wrong.OTHER: gettext_lazy("Does not fit the format."),
    Wrong.KEY_RESERVED: gettext_lazy("This key is kept for the catalogue's own addresses; choose another."),
    Wrong.OWNER: gettext_lazy("The owner does not stand among the owners as origin."),
    Wrong.NUMBER_TWICE: gettext_lazy("Version %(number)s stands twice."),
    Wrong.NOT_A_DAY: gettext_lazy("There is no such day."),
    Wrong.YEAR_DIFFERS: gettext_lazy("The year must be that of the first day, %(year)s."),
    Wrong.TEXT_TWICE: gettext_lazy("“%(text)s” stands twice in this version."),
    Wrong.COUNT: gettext_lazy("The number says %(number)s, but there are %(n_items)s items."),
    Wrong.OPPOSITE: gettext_lazy("Read alone the item says the opposite: the word “%(keyword)s” is missing."),
    Wrong.KEY_TAKEN: gettext_lazy("Another model that others keep has this key; give this one another key."),
    Wrong.NAME_TAKEN: gettext_lazy("The catalogue has another model of this owner and name already."),
    Wrong.MODEL_DIFFERS: gettext_lazy(
        "The catalogue says “%(stored)s” here, and what is published never changes."
    ),
    Wrong.VERSION_DIFFERS: gettext_lazy(
        "Version %(number)s is published with another wording; give this one a new number."
    ),
}

_KINDS = {
    "string": gettext_lazy("a text"),
    "integer": gettext_lazy("a whole number"),
    "boolean": gettext_lazy("true or false"),
    "null": gettext_lazy("null"),
    "array": gettext_lazy("a list"),
    "object": gettext_lazy("names with values"),
}


def sentence_of(problem: FileProblem) -> str:
    """What is wrong, in the reader's language, without the place."""
    said = dict(problem.said)
    if "kinds" in said:
        said["kinds"] = _(" or ").join(str(_KINDS[kind]) for kind in said["kinds"])
    if "allowed" in said:
        said["allowed"] = ", ".join(map(str, said["allowed"]))
    return str(_SENTENCES[problem.wrong]) % said


def place_of(problem: FileProblem) -> str:
    """Where in the document, in the reader's language: “version 1, group 2, item 3, text”."""
    return ", ".join(_steps(problem.place))


def _steps(place: Place) -> Iterator[str]:
    rows = {
        "versions": gettext_lazy("version %(n)s"),
        "groups": gettext_lazy("group %(n)s"),
        "items": gettext_lazy("item %(n)s"),
        "owners": gettext_lazy("owner %(n)s"),
        "sources": gettext_lazy("source %(n)s"),
    }
    name = ""
    for step in place:
        if isinstance(step, int) and name in rows:
            yield str(rows[name]) % {"n": step + 1}
            name = ""
        else:
            if name:
                yield name
            name = str(step)
    if name:
        yield name
