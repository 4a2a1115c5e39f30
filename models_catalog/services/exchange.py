"""Models given away as files and taken in: an import stores drafts only, all of a file or nothing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.utils import timezone

from conduct.agencies.models import Agency, User
from conduct.audit.services import record

from ..comparing import worded_group
from ..models import ConductModel, ModelOwner, ModelVersion
from ..permissions.editing import check_can_keep, may_edit
from ..rules.diff import Diff, compare, lines_of
from ..rules.exchange import Document, FileProblem, Wrong, conflicts
from ..rules.library import LibraryModel, LibraryOwner, LibraryVersion, differences
from ..rules.writing import written_model
from .files import BadFile, read_model
from .rows import rewrite_groups
from .wording import refresh_search


class Fate(StrEnum):
    """What an import makes of a version in the file."""

    NEW = "new"
    REWRITTEN = "rewritten"
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class PlannedVersion:
    """A version of the file, what becomes of it, and how it differs from the one nearest to it here."""

    version: LibraryVersion
    fate: Fate
    diff: Diff


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What storing a file would do. ``known``: the model that is here already, which keeps name and owners.

    ``state`` tells what the drafts looked like; ``missing_kin`` names models of the lineage that are not
    here.
    """

    model: LibraryModel
    known: ConductModel | None
    versions: tuple[PlannedVersion, ...]
    missing_kin: tuple[str, ...]
    state: str

    @property
    def stores(self) -> bool:
        """Whether there is anything that the catalogue does not say already."""
        return self.known is None or any(planned.fate is not Fate.KNOWN for planned in self.versions)


class ImportOutdated(Exception):
    """A draft was changed after the plan was shown; nothing was stored."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A version that is no whole wording yet and cannot be given away, and why."""

    number: int
    sentences: tuple[str, ...]


def exported_model(*, model: ConductModel, by: User, on: date) -> tuple[str, list[LeftOut]]:
    """The model as a file with every version the person may see; empty when none is whole."""
    rows = ModelVersion.objects.visible_to(by, on).filter(model=model)
    stored = _stored_model(model, rows.order_by("number").prefetch_related("groups__items"))
    good, left_out = [], []
    for version in stored.versions:
        try:
            read_model(written_model(replace(stored, versions=(version,))))
        except BadFile as bad:
            left_out.append(LeftOut(version.number, tuple(line.split(": ", 1)[1] for line in bad.lines())))
        else:
            good.append(version)
    return (written_model(replace(stored, versions=tuple(good))) if good else ""), left_out


def _stored_model(model: ConductModel, rows: Iterable[ModelVersion]) -> LibraryModel:
    """What the catalogue says of a model, in the form of a file."""
    owners = [
        LibraryOwner(owner.name, owner.part, owner.year, owner.source or model.owner)
        for owner in model.owners.order_by("-part", "pk")
    ]
    return LibraryModel(
        key=model.key,
        name=model.name,
        owner=model.owner,
        owners=tuple(owners),
        year=model.year,
        judged=model.judged,
        absorbed_into=model.absorbed_into.key if model.absorbed_into else None,
        based_on=model.based_on.key if model.based_on else None,
        note=model.note,
        versions=tuple(_stored_version(row) for row in rows),
    )


def _stored_version(row: ModelVersion) -> LibraryVersion:
    groups = sorted(row.groups.all(), key=lambda group: group.position)
    return LibraryVersion(
        number=row.number,
        effective_from=row.effective_from,
        effective_year=row.effective_year,
        legal_basis=row.legal_basis,
        source=row.source,
        is_minor=row.is_minor,
        note=row.note,
        groups=tuple(
            worded_group(group, sorted(group.items.all(), key=lambda item: item.position)) for group in groups
        ),
        published=not row.is_draft,
        retired=row.state == ModelVersion.State.RETIRED,
    )


def plan_import(*, text: str, keeper: Agency | None, by: User, on: date) -> ImportPlan:
    """What storing the file would do; nothing is stored.

    Raises BadFile with everything wrong in it, also against what is here; Refused when the person may not
    keep models for this office (None: the common library).
    """
    model, document = read_model(text)
    known = (
        ConductModel.objects.select_related("keeper", "absorbed_into", "based_on")
        .filter(key=model.key)
        .first()
    )
    if known is None:
        check_can_keep(by, keeper, on)
        stored: LibraryModel | None = None
        rows: list[ModelVersion] = []
    else:
        if not may_edit(by, known, on):
            raise BadFile([_problem(document, Wrong.KEY_TAKEN, "key")])
        rows = list(known.versions.order_by("number").prefetch_related("groups__items"))
        stored = _stored_model(known, rows)
    wrong = list(conflicts(document, model, stored)) if stored else []
    if ConductModel.objects.filter(owner=model.owner, name=model.name).exclude(key=model.key).exists():
        wrong.append(_problem(document, Wrong.NAME_TAKEN, "name"))
    if wrong:
        raise BadFile(wrong)
    kin = {key for key in (model.absorbed_into, model.based_on) if key}
    here = set(ConductModel.objects.visible_to(by, on).filter(key__in=kin).values_list("key", flat=True))
    return ImportPlan(
        model=model,
        known=known,
        versions=tuple(_planned(model, stored.versions if stored else ())),
        missing_kin=tuple(sorted(kin - here)),
        state=",".join(f"{row.number}:{row.state}:{row.revision}" for row in rows),
    )


def _problem(document: Document, wrong: Wrong, name: str) -> FileProblem:
    return FileProblem(wrong, document.line_of((name,)), (name,))


def _planned(model: LibraryModel, stored: Iterable[LibraryVersion]) -> Iterator[PlannedVersion]:
    """Each version against the one of its number here, or against the one before it."""
    here: Mapping[int, LibraryVersion] = {version.number: version for version in stored}
    before = dict(here)
    for version in sorted(model.versions, key=lambda version: version.number):
        known = here.get(version.number)
        earlier = [number for number in before if number < version.number]
        nearest = known or (before[max(earlier)] if earlier else None)
        diff = compare(lines_of(nearest.groups) if nearest else [], lines_of(version.groups))
        fate = Fate.NEW if known is None else Fate.REWRITTEN if differences(known, version) else Fate.KNOWN
        yield PlannedVersion(version, fate, diff)
        before[version.number] = version


@transaction.atomic
def import_model(
    *, text: str, keeper: Agency | None, state: str, by: User, now: datetime
) -> tuple[ConductModel, bool]:
    """Store a file's versions as drafts; returns the model and whether anything was stored.

    ``state`` is that of the plan the person saw. Raises BadFile and Refused as ``plan_import`` does,
    ImportOutdated when a draft changed since.
    """
    list(ConductModel.objects.select_for_update(of=("self",)).filter(key=read_model(text)[0].key))
    plan = plan_import(text=text, keeper=keeper, by=by, on=timezone.localdate(now))
    if plan.known is not None and not plan.stores:
        return plan.known, False
    if plan.state != state:
        raise ImportOutdated
    model = plan.known or _created(plan, keeper, by, now)
    written = [planned for planned in plan.versions if planned.fate is not Fate.KNOWN]
    for planned in written:
        _put_draft(model, planned.version, now)
    refresh_search(model)
    record(
        act="models_catalog.import_model",
        by=by,
        obj=model,
        agency=model.keeper,
        now=now,
        data={
            "key": model.key,
            "versions": [planned.version.number for planned in written],
            "n_items": sum(group.number for planned in written for group in planned.version.groups),
        },
    )
    return model, True


def _created(plan: ImportPlan, keeper: Agency | None, by: User, now: datetime) -> ConductModel:
    said = plan.model
    kin = {
        row.key: row
        for row in ConductModel.objects.visible_to(by, timezone.localdate(now)).filter(
            key__in=[key for key in (said.absorbed_into, said.based_on) if key]
        )
    }
    try:
        with transaction.atomic():
            model = ConductModel.objects.create(
                key=said.key,
                name=said.name,
                owner=said.owner,
                year=said.year,
                judged=said.judged,
                note=said.note,
                keeper=keeper,
                absorbed_into=kin.get(said.absorbed_into or ""),
                based_on=kin.get(said.based_on or ""),
            )
    except IntegrityError as error:  # somebody was faster by a moment
        raise BadFile([FileProblem(Wrong.KEY_TAKEN, 1, ("key",))]) from error
    ModelOwner.objects.bulk_create(
        ModelOwner(model=model, name=owner.name, part=owner.part, year=owner.year, source=owner.source)
        for owner in said.owners
    )
    return model


def _put_draft(model: ConductModel, version: LibraryVersion, now: datetime) -> None:
    row = ModelVersion.objects.filter(model=model, number=version.number).first()
    row = row or ModelVersion(model=model, number=version.number)
    row.effective_from, row.effective_year = version.effective_from, version.effective_year
    row.legal_basis, row.source, row.note = version.legal_basis, version.source, version.note
    row.is_minor = version.is_minor
    row.edited_at = now
    row.revision += 1
    row.save()
    rewrite_groups(row, version.groups)
