"""Nobody reads English on a Vietnamese page: every text that can be shown has its Vietnamese."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.harness.messages import ROOT, shown_texts, vietnamese_texts

CATALOGUES = sorted((ROOT / "locale").glob("*/vi/LC_MESSAGES/django.po"))
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")


def test_every_text_has_its_vietnamese() -> None:
    missing = sorted(shown_texts() - vietnamese_texts())
    listed = "\n".join(f"{text.place.removeprefix(f'{ROOT}/')}: {text.msgid!r}" for text in missing)
    assert not missing, f"{len(missing)} texts without Vietnamese:\n{listed}"


def test_extraction_sees_templates_code_plurals_and_contexts() -> None:
    texts = {text.msgid for text in shown_texts()}
    assert "Skip to the main content" in texts
    assert "This field is required." in texts
    assert "Sign In" in texts
    assert "%(first)s–%(last)s" not in texts


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda file: file.parts[-4])
def test_translation_keeps_the_placeholders(catalogue: Path) -> None:
    with catalogue.open("rb") as stream:
        messages = [message for message in read_po(stream, locale="vi") if message.id and message.string]
    assert messages
    for message in messages:
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        allowed = {name for text in ids for name in _PLACEHOLDER.findall(text)}
        for string in filter(None, strings):
            assert set(_PLACEHOLDER.findall(string)) <= allowed, f"{catalogue}: {ids[-1]!r} → {string!r}"


def test_one_text_has_one_vietnamese_in_all_catalogues() -> None:
    """gettext merges the catalogues, so a second translation of a text would win by accident."""
    seen: dict[tuple[str, str], tuple[str, Path]] = {}
    clashes = []
    for catalogue in CATALOGUES:
        with catalogue.open("rb") as stream:
            for message in read_po(stream, locale="vi"):
                if not message.id or not message.string:
                    continue
                key = (message.context or "", str(message.id))
                string = str(message.string)
                earlier, where = seen.setdefault(key, (string, catalogue))
                if earlier != string:
                    clashes.append(
                        f"{key[1]!r}: {earlier!r} in {where.parts[-4]}, {string!r} in {catalogue.parts[-4]}"
                    )
    assert not clashes, "\n".join(clashes)
