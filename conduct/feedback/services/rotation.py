"""Changing the keys: all that is sealed in the database, and the keys of the vault, under the first one.

In batches, each row compared before it is replaced, and resumable: what the first key opens is left alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.db import models, transaction

from conduct.agencies.models import User
from conduct.audit.services import record
from conduct.kernel.sealing import Unreadable, seal, sealed_under_first, unseal
from conduct.kernel.vault import key_ids, rewrap_key

from ..models import Case, CaseEvent, Contact
from .retention import ERASED

BATCH = 500
# Sealed under keys of the vault: these are sealed anew by wrapping their keys.
IN_VAULT = (Case, CaseEvent, Contact)


@dataclass
class Turned:
    """How a column, or the vault, fared: sealed anew, was so already, opened by none of the keys."""

    what: str
    n_new: int = 0
    n_same: int = 0
    n_lost: int = 0


def sealed_columns() -> list[tuple[type[models.Model], str]]:
    """Every column that the application's keys seal: binary, ``sealed_…`` or ``…_sealed``."""
    return [
        (model, field.name)
        for model in apps.get_models()
        if model not in IN_VAULT
        for field in model._meta.get_fields()
        if isinstance(field, models.BinaryField)
        and (field.name.startswith("sealed_") or field.name.endswith("_sealed"))
    ]


def rotate_keys(*, by: User | None, now: datetime) -> Iterator[Turned]:
    """Seal everything anew under the first key; gives each column's numbers as it is done, then the vault's.

    Nothing is lost when it is interrupted; it is simply run again. Only when no column and no key is told as
    lost may the old key be thrown away.
    """
    done = []
    for model, field in sealed_columns():
        done.append(_turn_column(model, field))
        yield done[-1]
    done.append(_turn_vault())
    yield done[-1]
    _record(done, by, now)


@transaction.atomic
def _record(done: list[Turned], by: User | None, now: datetime) -> None:
    record(
        act="feedback.rotate_keys", by=by, obj=None, now=now,
        data={turned.what: [turned.n_new, turned.n_same, turned.n_lost] for turned in done},
    )  # fmt: skip


def _turn_column(model: type[models.Model], field: str) -> Turned:
    turned = Turned(f"{model._meta.label}.{field}")
    rows = model._default_manager.exclude(**{f"{field}__in": [b"", ERASED]}).order_by("pk")
    last: object = None
    while batch := list((rows.filter(pk__gt=last) if last else rows).values_list("pk", field)[:BATCH]):
        last = batch[-1][0]
        for pk, sealed in batch:
            _turn(model, field, pk, bytes(sealed), turned)
    return turned


def _turn(model: type[models.Model], field: str, pk: object, sealed: bytes, turned: Turned) -> None:
    if sealed_under_first(sealed):
        turned.n_same += 1
        return
    try:
        anew = seal(unseal(sealed))
    except Unreadable:
        turned.n_lost += 1
        return
    # Compared in the statement: a row that was changed meanwhile was sealed under the first key then.
    changed = model._default_manager.filter(pk=pk, **{field: sealed}).update(**{field: anew})
    turned.n_new += changed
    turned.n_same += 1 - changed


def _turn_vault() -> Turned:
    turned = Turned("vault")
    for key_id in key_ids():
        try:
            changed = rewrap_key(key_id)
        except Unreadable:
            turned.n_lost += 1
            continue
        turned.n_new += changed
        turned.n_same += not changed
    return turned
