"""Lan's October sheet with tasks, as Minh, who leads her unit, has assigned them."""

from decimal import Decimal
from typing import Any

from django.test import Client

from conduct.agencies.models import Period
from conduct.ratings.models import Sheet, SheetTask, WorkItem
from tests.cast import Cast
from tests.factories import NOW, START
from tests.integration.ratings.arrange import OCTOBER

TASK: dict[str, Any] = {
    "work": "", "name": "Tiếp công dân", "product": "Biên bản tiếp công dân", "assigned": "4", "unit": "buổi",
    "factor": "1,5", "due_on": "28/10/2026", "kind": "planned",
}  # fmt: skip


def url(sheet: Sheet, *more: object) -> str:
    """A page of the sheet's tasks."""
    return f"/ratings/tasks/{'/'.join(str(part) for part in (sheet.pk, *more))}/"


def act(sheet: Sheet, **fields: Any) -> dict[str, Any]:
    """What a form sends with the revision that was read."""
    sheet.refresh_from_db()
    return {"revision": sheet.revision, **fields}


def sent(task: SheetTask, **fields: Any) -> dict[str, Any]:
    """The form of a change, as the page shows the task."""
    shown = {
        "work": task.work_id or "", "name": task.name, "product": task.product, "unit": task.unit,
        "assigned": f"{task.assigned:f}", "factor": f"{task.factor:.2f}", "due_on": "", "kind": task.kind,
        "returns": task.returns, "delays": task.delays,
    }  # fmt: skip
    return act(task.sheet, act="change", **{**shown, **fields})


def make_work(cast: Cast, **fields: Any) -> WorkItem:
    """A kind of work in the list of Lan's commune."""
    values = {
        "agency": cast.commune, "code": "HT01", "name": "Đăng ký khai sinh", "unit": "hồ sơ", "group": 2,
        "factor": Decimal("1.5"), "valid_from": START, **fields,
    }  # fmt: skip
    return WorkItem.objects.create(**values)


def close_october(cast: Cast) -> None:
    """October of Lan's office takes no more evidence."""
    Period.objects.create(
        office=cast.commune, kind=Period.Kind.MONTH, month=OCTOBER.first, state=Period.State.CLOSED,
        closed_at=NOW, closed_by=cast.tam,
    )  # fmt: skip


def text_of(client: Client, address: str) -> str:
    """A page as text."""
    return client.get(address).content.decode()
