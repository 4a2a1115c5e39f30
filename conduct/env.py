"""The environment, read once and typed. docs/operations.md lists every variable."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
ENGINES_FILE = BASE_DIR / "var" / "engines.env"


def read_engines_file(path: Path = ENGINES_FILE) -> dict[str, str]:
    """The addresses of the embedded servers, as the runner wrote them; empty when they do not run."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {key.strip(): value.strip() for key, value in pairs}


def text(name: str, default: str = "") -> str:
    """A variable as text: the environment first, then the file of the embedded servers."""
    return os.environ.get(name) or read_engines_file().get(name, default)


def flag(name: str, *, default: bool = False) -> bool:
    """A variable as yes or no: 1/true/yes/on and 0/false/no/off."""
    value = os.environ.get(name, "").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    if value:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}. See docs/operations.md.")
    return default


def number(name: str, default: int) -> int:
    """A variable as a whole number."""
    value = os.environ.get(name, "")
    if not value:
        return default
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name} must be a whole number, not {value!r}. See docs/operations.md."
        ) from error


def words(name: str, default: str = "") -> list[str]:
    """A variable as a list, separated by commas."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


@dataclass(frozen=True)
class DatabaseAddress:
    """A PostgreSQL address taken apart. ``host`` is a name or the folder of a socket."""

    name: str
    user: str
    password: str
    host: str
    port: str


def database_address(url: str) -> DatabaseAddress:
    """Take ``postgresql://user:password@host:port/name`` or ``…@/name?host=/socket/folder`` apart."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql://. See docs/operations.md.")
    query = parse_qs(parts.query)
    return DatabaseAddress(
        name=unquote(parts.path.lstrip("/")),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        host=query.get("host", [unquote(parts.hostname or "")])[0],
        port=str(parts.port or query.get("port", [""])[0]),
    )


def mailer() -> dict[str, Any]:
    """Where mail goes: to the server of EMAIL_HOST (by STARTTLS unless EMAIL_TLS=0), else to the console."""
    host = text("EMAIL_HOST")
    if not host:
        return {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": host,
            "port": number("EMAIL_PORT", 587),
            "username": text("EMAIL_USER"),
            "password": text("EMAIL_PASSWORD"),
            "use_tls": flag("EMAIL_TLS", default=True),
            "timeout": 10,
        },
    }


def broker_url(redis_url: str) -> str:
    """Celery's spelling of a Redis address: a socket is ``redis+socket://``, everything else stays."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    database = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={database}"
