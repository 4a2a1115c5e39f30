"""Every text our pages can show, found in the sources: ours, and those of Django and allauth that we use."""

import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import allauth
import django
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation import template

ROOT = Path(__file__).resolve().parents[2]
_DJANGO = Path(django.__file__).parent
_ALLAUTH = Path(allauth.__file__).parent

_OURS = ("conduct", "models_catalog", "surveys", "templates")
_OF_DJANGO = (
    "forms",
    "core/validators.py",
    "core/paginator.py",
    "db/models/base.py",
    "db/models/constraints.py",
    "db/models/fields/__init__.py",
    "db/models/fields/related.py",
    "utils/dates.py",
    "utils/dateformat.py",
    "utils/timesince.py",
    "utils/text.py",
    "contrib/auth/forms.py",
    "contrib/auth/password_validation.py",
    "contrib/auth/validators.py",
)
_OF_ALLAUTH = ("account", "mfa", "core", "templates/account", "templates/mfa", "templates/allauth")
_CATALOGUES = (
    _DJANGO / "conf/locale/vi/LC_MESSAGES/django.po",
    _DJANGO / "contrib/auth/locale/vi/LC_MESSAGES/django.po",
)
_KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop", "translate")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}


@dataclass(frozen=True, order=True)
class Text:
    """One text as gettext knows it; where it was found does not count for equality."""

    msgid: str
    context: str = ""
    place: str = field(default="", compare=False)


def shown_texts() -> set[Text]:
    """All texts that a page of ours, a mail of allauth or a form's error may show."""
    found = {text for folder in _OURS for text in _texts_below(ROOT / folder)}
    found |= {text for part in _OF_DJANGO for text in _texts_below(_DJANGO / part)}
    own = {file.relative_to(ROOT / "templates").as_posix() for file in (ROOT / "templates").rglob("*.*")}
    for part in _OF_ALLAUTH:
        found |= {text for text in _texts_below(_ALLAUTH / part) if not _replaced(text, own)}
    return found


def vietnamese_texts() -> set[Text]:
    """All texts with a Vietnamese translation, in our catalogues or in Django's."""
    ours = sorted((ROOT / "locale").glob("*/vi/LC_MESSAGES/django.po"))
    return {text for file in (*ours, *_CATALOGUES) for text in _translated(file)}


def _translated(file: Path) -> Iterator[Text]:
    with file.open("rb") as stream:
        catalogue = read_po(stream, locale="vi")
    for message in catalogue:
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if message.id and all(strings) and not message.fuzzy:
            msgid = message.id[0] if isinstance(message.id, tuple | list) else message.id
            yield Text(msgid, message.context or "", file.name)


def _replaced(text: Text, own: set[str]) -> bool:
    """Whether the text stands in a template of allauth for which we have our own."""
    _, _, name = text.place.partition("allauth/templates/")
    return name in own


def _texts_below(path: Path) -> Iterator[Text]:
    files = [path] if path.is_file() else sorted(path.rglob("*"))
    for file in files:
        if "tests" in file.parts or not file.is_file():
            continue
        if file.suffix == ".py":
            yield from _texts_in(file, file.read_text(encoding="utf-8"))
        elif file.suffix in {".html", ".txt"} and "templates" in file.parts:
            source = template.templatize(file.read_text(encoding="utf-8"), str(file))
            # Blanked out HTML keeps its indentation, which Babel's tokenizer takes for Python's.
            yield from _texts_in(file, "\n".join(line.lstrip() for line in source.splitlines()))


def _texts_in(file: Path, source: str) -> Iterator[Text]:
    try:
        messages = list(extract("python", io.BytesIO(source.encode()), keywords=_KEYWORDS))
    except (tokenize.TokenError, SyntaxError) as error:
        raise ValueError(f"{file}: {error}") from error
    for _line, message, _comments, context in messages:
        msgid = message[0] if isinstance(message, tuple) else message
        if msgid:
            yield Text(msgid, context or "", file.as_posix())
