"""Logs as one JSON object a line (structlog), for Django's, Celery's and our own messages alike."""

import re
from collections.abc import Mapping
from typing import Any

import structlog

# Whoever holds the address of an invitation may answer it, so that it must not lie in a log (ADR 0012).
_TOKEN = re.compile(r"(/i/)[A-Za-z0-9_-]{20,}")


def _without_tokens(_logger: Any, _name: str, line: str | Mapping[str, Any]) -> str:
    """The finished line without addresses of invitations."""
    return _TOKEN.sub(r"\1…", str(line))


def json_formatter() -> structlog.stdlib.ProcessorFormatter:
    """The formatter named in ``settings.LOGGING``."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
    ]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
            _without_tokens,
        ],
    )
