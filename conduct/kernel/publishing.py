"""Telling the workers. The row is the truth; a message only makes it quicker."""

import logging
from typing import Any

from celery import Task
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def publish(task: Task, **arguments: Any) -> bool:
    """Tell the workers to run a task; when the broker is away, log it and leave the row to the sweep."""
    try:
        task.delay(**arguments)
    except (OperationalError, OSError) as error:
        logger.warning("The broker cannot be reached, the sweep will deliver %s: %s", task.name, error)
        return False
    return True
