"""A model written as a YAML file of the library: readable, keys in the order of the format. Pure."""

from typing import Any

import yaml

from .library import KEPT_ANSWERS, LibraryGroup, LibraryItem, LibraryModel, LibraryVersion


class _Dumper(yaml.SafeDumper):
    """Lists stand under their name, indented, as in the library."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=False)


class _Short(list[str]):
    """A list that stays on one line."""


_Dumper.add_representer(
    _Short,
    lambda dumper, rows: dumper.represent_sequence("tag:yaml.org,2002:seq", rows, flow_style=True),
)


def written_model(model: LibraryModel) -> str:
    """A model in the format of the library: readable, keys in the order of the format."""
    said: str = yaml.dump(
        _model_document(model), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100
    )
    return said


def _model_document(model: LibraryModel) -> dict[str, Any]:
    kin = {"absorbed_into": model.absorbed_into, "based_on": model.based_on}
    return {
        "key": model.key,
        "name": model.name,
        "owner": model.owner,
        "owners": [
            {"name": owner.name, "role": owner.part, "year": owner.year, "source": owner.source}
            for owner in model.owners
        ],
        "year": model.year,
        "judged": model.judged,
        "lineage": {side: key for side, key in kin.items() if key},
        "note": model.note,
        "versions": [_version_document(version) for version in model.versions],
    }


def _version_document(version: LibraryVersion) -> dict[str, Any]:
    return {
        "number": version.number,
        "effective_from": version.effective_from.isoformat() if version.effective_from else None,
        "effective_year": version.effective_year,
        "legal_basis": version.legal_basis,
        "source": version.source,
        "status": _status(version),
        "minor": version.is_minor,
        "note": version.note,
        "groups": [_group_document(group) for group in version.groups],
    }


def _status(version: LibraryVersion) -> str:
    if version.retired:
        return "retired"
    return "published" if version.published else "draft"


def _group_document(group: LibraryGroup) -> dict[str, Any]:
    """A group with its items as a file says it."""
    return {
        "number": group.number,
        "keyword": group.keyword,
        "polarity": group.polarity,
        "items": [_item_document(item) for item in group.items],
    }


def _item_document(item: LibraryItem) -> dict[str, Any]:
    """Empty parts are left out."""
    kept = {answers: name for name, answers in KEPT_ANSWERS.items()}
    said = {
        "text": item.text,
        "text_en": item.text_en,
        "sources": _Short(item.sources),
        "question": item.question,
        "question_en": item.question_en,
        "answer": item.answer,
        "kept": kept.get(item.kept_answers, ""),
    }
    return {name: value for name, value in said.items() if value}
