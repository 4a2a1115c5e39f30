"""Lists to bring in. The row is the request; a message only says "look"."""

import os
from uuid import uuid4

from celery import shared_task
from django.utils import timezone

from conduct.kernel.publishing import publish

from ..services import imports


@shared_task(name="dossiers.import_list")
def import_list(*, import_id: int, **_: object) -> None:
    """Bring in one list."""
    imports.run_import(import_id=import_id, worker=f"{os.getpid()}:{uuid4().hex}", clock=timezone.now)


@shared_task(name="dossiers.sweep")
def sweep(**_: object) -> None:
    """Each minute: deliver what waits or was left behind, remove files that are old."""
    for import_id in imports.sweep_imports(now=timezone.now()):
        publish(import_list, import_id=import_id)
