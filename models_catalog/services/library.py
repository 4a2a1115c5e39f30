"""Loading the library's files into the catalogue, as often as one likes; what is published never changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from django.db import models, transaction
from django.utils.translation import override

from conduct.agencies.models import User
from conduct.audit.services import record

from ..comparing import worded_group
from ..models import ConductModel, ModelOwner, ModelVersion, Motto
from ..rules.library import (
    LibraryModel,
    LibraryMotto,
    LibraryVersion,
    check_library,
    differences,
    search_words,
    title_order,
)
from .files import LIBRARY, MOTTOES, BadFile, library_schema, read_file
from .rows import rewrite_groups


class LibraryRefused(Exception):
    """Nothing was loaded; ``problems`` says what is wrong, a line each with its place."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(slots=True)
class LoadResult:
    """How many rows a load made, changed or published; all zero when the database already said the same.

    ``kept`` names what was made or edited on the screens, which no file changes.
    """

    n_created: int = 0
    n_changed: int = 0
    n_published: int = 0
    kept: list[str] = field(default_factory=list)

    @property
    def n_acts(self) -> int:
        """Everything that happened."""
        return self.n_created + self.n_changed + self.n_published


def read_library(folder: Path = LIBRARY) -> tuple[list[LibraryModel], list[LibraryMotto]]:
    """Read and check every file. Raises LibraryRefused with all problems of all files at once."""
    schema = library_schema(folder)
    found: list[LibraryModel] = []
    problems: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        if path.name != MOTTOES:
            try:
                found.append(read_file(path, schema)[0])
            except BadFile as bad:
                with override("en"):
                    problems += [f"{path.name}:{line}" for line in bad.lines()]
    problems += [] if problems else check_library(found)
    if problems:
        raise LibraryRefused(problems)
    return found, _read_mottoes(folder / MOTTOES)


def _read_mottoes(path: Path) -> list[LibraryMotto]:
    if not path.exists():
        return []
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))["mottoes"]
        mottoes = [LibraryMotto(**row) for row in rows]
    except (yaml.YAMLError, UnicodeDecodeError, TypeError, KeyError) as error:
        raise LibraryRefused(
            [f"{path.name}: must be a list of text, text_en, kind, owner, source: {error}"]
        ) from error
    wrong = [f"{row.text}: unknown kind {row.kind!r}" for row in mottoes if row.kind not in Motto.Kind.values]
    if wrong:
        raise LibraryRefused([f"{path.name}: {line}" for line in wrong])
    return mottoes


@transaction.atomic
def load_library(
    *, library: Sequence[LibraryModel], mottoes: Sequence[LibraryMotto] = (), by: User | None, now: datetime
) -> LoadResult:
    """Bring the catalogue to what the files say; a second call changes nothing.

    A draft is rewritten, a new version added. What was made or edited on the screens stays as it is
    (``LoadResult.kept``). Raises LibraryRefused, and stores nothing, when a file says something else than a
    version already published.
    """
    result = LoadResult()
    shelf = _Shelf()
    problems = [
        line
        for model in library
        if (row := shelf.find(model)) is not None
        for line in _conflicts(row, model, shelf.from_files(row))
    ]
    if problems:
        raise LibraryRefused(problems)
    for model in library:
        row = shelf.find(model)
        if row is None or not shelf.is_kept(row):
            row = _put_model(model, row, result)
            _put_owners(row, model, result)
        shelf.by_key[model.key] = row
        for version in model.versions:
            if shelf.has_own(row, model, version.number):
                result.kept.append(f"{model.key}, version {version.number}")
            else:
                old = shelf.versions.get(row.pk, {}).get(version.number)
                _put_version(row, version, old, result, by=by, now=now)
    for model in library:
        _put_lineage(model, shelf, result)
    _put_mottoes(mottoes, result)
    return result


type Stored = tuple[ModelVersion, LibraryVersion]


class _Shelf:
    """What the catalogue holds before a load, and what of it was made or edited on the screens."""

    def __init__(self) -> None:
        rows = list(ConductModel.objects.select_for_update().order_by("pk"))
        self.versions = _stored_versions()
        self.by_key = {row.key: row for row in rows}
        self._by_name = {(row.owner, row.name): row for row in rows if self.is_kept(row)}

    def find(self, model: LibraryModel) -> ConductModel | None:
        """The row of a file: one from the screens that bears its name, or the one of its key."""
        return self._by_name.get((model.owner, model.name)) or self.by_key.get(model.key)

    def is_kept(self, row: ConductModel) -> bool:
        """Whether name, owners, note and lineage are those of the screens."""
        rows = self.versions.get(row.pk, {}).values()
        return row.keeper_id is not None or any(version.edited_at for version, _said in rows)

    def has_own(self, row: ConductModel, model: LibraryModel, number: int) -> bool:
        """Whether this version was written on the screens, or a file's would be one of another model."""
        if row.keeper_id is not None:
            return True
        known = self.versions.get(row.pk, {}).get(number)
        if known is not None:
            return known[0].edited_at is not None
        return self.is_kept(row) and (row.owner, row.name) != (model.owner, model.name)

    def from_files(self, row: ConductModel) -> dict[int, Stored]:
        """The versions of a model that files wrote."""
        if row.keeper_id is not None:
            return {}
        known = self.versions.get(row.pk, {})
        return {number: told for number, told in known.items() if told[0].edited_at is None}


def _put_lineage(model: LibraryModel, shelf: _Shelf, result: LoadResult) -> None:
    """What a model was built on and folded into; folding on the screens (merged_into) is not undone."""
    row = shelf.find(model)
    if row is None or shelf.is_kept(row):
        return
    wanted: dict[str, ConductModel | None] = {
        "based_on": shelf.by_key[model.based_on] if model.based_on else None
    }
    if not any(version.merged_into_id for version, _said in shelf.versions.get(row.pk, {}).values()):
        wanted["absorbed_into"] = shelf.by_key[model.absorbed_into] if model.absorbed_into else None
    _change(row, result, **wanted)


def _stored_versions() -> dict[int, dict[int, Stored]]:
    """By model and number: the row, and what it says in the form of a file."""
    found: dict[int, dict[int, Stored]] = {}
    for row in ModelVersion.objects.prefetch_related("groups__items").select_related("model"):
        said = LibraryVersion(
            number=row.number,
            effective_from=row.effective_from,
            effective_year=row.effective_year,
            legal_basis=row.legal_basis,
            source=row.source,
            is_minor=row.is_minor,
            note=row.note,
            groups=tuple(worded_group(group, group.items.all()) for group in row.groups.all()),
            published=row.state != ModelVersion.State.DRAFT,
            retired=row.state == ModelVersion.State.RETIRED,
        )
        found.setdefault(row.model_id, {})[row.number] = (row, said)
    return found


def _conflicts(row: ConductModel, model: LibraryModel, versions: Mapping[int, Stored]) -> list[str]:
    """What the file says otherwise than something already published, a line each."""
    if not any(said.published for _version, said in versions.values()):
        return []
    found = [
        f"{model.key}: {name}: {getattr(row, name)!r} in the database, {getattr(model, name)!r} in the file"
        for name in ("name", "owner", "judged")
        if getattr(row, name) != getattr(model, name)
    ]
    for version in model.versions:
        _row, said = versions.get(version.number, (None, None))
        if said is None or not said.published:
            continue
        place = f"{model.key}, version {version.number}"
        found += [f"{place}: {line}" for line in differences(said, version)]
        if not version.published:
            found.append(f"{place}: is published in the database, a draft in the file")
    return found


def _change(row: models.Model, result: LoadResult, **wanted: Any) -> None:
    changed = [name for name, value in wanted.items() if getattr(row, name) != value]
    if changed:
        for name in changed:
            setattr(row, name, wanted[name])
        row.save(update_fields=changed)
        result.n_changed += 1


def _put_model(model: LibraryModel, row: ConductModel | None, result: LoadResult) -> ConductModel:
    wanted: dict[str, Any] = {
        "name": model.name,
        "owner": model.owner,
        "year": model.year,
        "judged": model.judged,
        "note": model.note,
        "name_order": title_order(model.name)[:300],
        "search": " " + " ".join(search_words(_searched(model))),
    }
    if row is None:
        result.n_created += 1
        return ConductModel.objects.create(key=model.key, **wanted)
    _change(row, result, **wanted)
    return row


def _searched(model: LibraryModel) -> str:
    """Everything a search should find a model by."""
    items = [item.text for version in model.versions for group in version.groups for item in group.items]
    notes = [text for version in model.versions for text in (version.note, version.legal_basis)]
    return " ".join(
        [model.name, *(owner.name for owner in model.owners), str(model.year or ""), *items, *notes]
    )


def _put_owners(row: ConductModel, model: LibraryModel, result: LoadResult) -> None:
    old = {owner.name: owner for owner in row.owners.all()}
    for owner in model.owners:
        wanted = {"part": owner.part, "year": owner.year, "source": owner.source}
        known = old.pop(owner.name, None)
        if known is None:
            ModelOwner.objects.create(model=row, name=owner.name, **wanted)
            result.n_created += 1
        else:
            _change(known, result, **wanted)
    for gone in old.values():
        gone.delete()
        result.n_changed += 1


def _put_version(
    model: ConductModel,
    version: LibraryVersion,
    old: Stored | None,
    result: LoadResult,
    *,
    by: User | None,
    now: datetime,
) -> None:
    """Write a new version or a draft; items go in while it is a draft, publishing is the last step."""
    if old is not None and (old[1].published or (not version.published and not differences(old[1], version))):
        return
    wanted = {
        "effective_from": version.effective_from,
        "effective_year": version.effective_year,
        "legal_basis": version.legal_basis,
        "source": version.source,
        "is_minor": version.is_minor,
        "note": version.note,
    }
    if old is None:
        row = ModelVersion.objects.create(model=model, number=version.number, **wanted)
        result.n_created += 1
    else:
        row = old[0]
        _change(row, result, **wanted)
    if old is None or old[1].groups != version.groups:
        rewrite_groups(row, version.groups)
        result.n_changed += old is not None
    if version.published:
        states = ModelVersion.State
        row.state, row.published_at = states.RETIRED if version.retired else states.PUBLISHED, now
        row.save(update_fields=["state", "published_at"])
        result.n_published += 1
    act = "publish_version" if version.published else "draft_version"
    n_items = sum(group.number for group in version.groups)
    record(act=f"models_catalog.{act}", by=by, obj=row, now=now, data={"key": model.key, "n_items": n_items})


def _put_mottoes(mottoes: Sequence[LibraryMotto], result: LoadResult) -> None:
    old = {row.text: row for row in Motto.objects.all()}
    for motto in mottoes:
        wanted = {"text_en": motto.text_en, "kind": motto.kind, "owner": motto.owner, "source": motto.source}
        if motto.text in old:
            _change(old[motto.text], result, **wanted)
        else:
            Motto.objects.create(text=motto.text, **wanted)
            result.n_created += 1
