"""An instance: both servers together, under a lock, with passwords that were made once."""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from .places import Place, check_socket_folder, find_place
from .postgres import APP, OWNER, ROLES, SUPERUSER, Postgres
from .valkey import Valkey


class EnginesBusy(Exception):
    """Another process runs this instance."""


class Engines:
    """PostgreSQL and Valkey of one instance of one checkout.

    The lock is the kernel's (``flock``), so it ends with the process that holds it, however that ended.

    >>> engines = Engines(Path("/srv/chuan-muc"), "demo")     # doctest: +SKIP
    >>> engines.start(); engines.environment(); engines.stop()  # doctest: +SKIP
    """

    def __init__(self, checkout: Path, instance: str, *, durable: bool = True) -> None:
        """Take the instance's lock and its passwords; nothing is started yet.

        Raises `EnginesBusy` when another process holds it, `EnginesUnavailable` where servers cannot run.
        """
        self.place = find_place(checkout, instance)
        with _base_lock(self.place.base):
            self.place.folder.mkdir(mode=0o700, exist_ok=True)
            self.place.make_folder(self.place.folder)
            self._lock = _take_lock(self.place.folder)
        self.place.make_folder(self.place.sockets)
        check_socket_folder(self.place)
        secret = _load_secrets(self.place.folder / "passwords.json")
        self.secret_key = secret["secret_key"]
        self.postgres = Postgres(self.place, secret, durable=durable)
        self.valkey = Valkey(self.place)

    @property
    def superuser_url(self) -> str:
        """For the test harness alone."""
        return self.postgres.url(SUPERUSER)

    def environment(self) -> dict[str, str]:
        """What an application process needs: it connects as ``cm_app`` and knows no other password."""
        return {
            "DATABASE_URL": self.postgres.url(APP),
            "REDIS_URL": self.valkey.url,
            "SECRET_KEY": self.secret_key,
        }

    def owner_environment(self) -> dict[str, str]:
        """What a migration needs."""
        return {
            **self.environment(),
            "DATABASE_OWNER_URL": self.postgres.url(OWNER),
            "DATABASE_ROLE": "owner",
        }

    def start(self, *, postgres: bool = True, valkey: bool = True) -> None:
        """Start the servers, stopping first what a killed runner may have left of them."""
        if postgres:
            self.postgres.start()
        if valkey:
            self.valkey.start()

    def stop(self) -> None:
        """Stop both servers and give the lock back."""
        self.valkey.stop()
        self.postgres.stop()
        self._lock.close()

    def remove(self) -> None:
        """Stop both servers and delete everything they held."""
        self.valkey.stop()
        self.postgres.stop()
        _delete(self.place)
        self._lock.close()


def remove_instance(checkout: Path, instance: str) -> None:
    """Delete an instance that does not run; servers a killed runner left on it are stopped first.

    Raises `EnginesBusy` when it runs.
    """
    engines = Engines(checkout, instance)
    engines.valkey.stop_leftover()
    engines.postgres.stop_leftover()
    engines.remove()


def sweep_instances(checkout: Path, prefix: str) -> None:
    """Delete the instances of that prefix whose processes are gone (a killed test run leaves one)."""
    base = find_place(checkout, prefix).base
    for folder in sorted(base.glob(f"{prefix}*")):
        with contextlib.suppress(EnginesBusy):
            remove_instance(checkout, folder.name)


def write_environment_file(path: Path, values: dict[str, str]) -> None:
    """Write ``KEY=value`` lines that only we may read, in one step."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.writelines(f"{key}={value}\n" for key, value in values.items())
    fresh.replace(path)


@contextmanager
def _base_lock(base: Path) -> Iterator[None]:
    """One at a time creates or sweeps instances, or a sweep could delete a folder made a moment ago."""
    with (base / "lock").open("a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _take_lock(folder: Path) -> TextIO:
    file = (folder / "lock").open("a", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise EnginesBusy(folder.name) from error
    return file


def _load_secrets(path: Path) -> dict[str, str]:
    try:
        loaded: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        loaded = {role: secrets.token_urlsafe(24) for role in (SUPERUSER, *ROLES)}
        loaded["secret_key"] = secrets.token_urlsafe(48)
        fresh = path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(loaded), encoding="utf-8")
        fresh.replace(path)
    return loaded


def _delete(place: Place) -> None:
    with _base_lock(place.base):
        shutil.rmtree(place.folder, ignore_errors=True)
        shutil.rmtree(place.sockets, ignore_errors=True)
