"""Keys that can be destroyed: one for each case, outside the database, itself sealed under ``PRIVATE_KEYS``.

What is sealed with such a key stands in the database and in its dumps; when the key is destroyed, nobody can
read it again, not even out of a dump made before (ADR 0014). Backups of the folder ``settings.KEY_ROOT`` must
therefore not live longer than the lawful time of erasure (docs/operations.md). All processes of the
application share the folder.
"""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from .sealing import Unreadable, seal, sealed_under_first, unseal

_KEY_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)


def new_key() -> str:
    """Make a key and return its name. Made before the rows that need it; one left over opens nothing."""
    key_id = uuid4().hex
    _write(_path(key_id), seal(Fernet.generate_key().decode()))
    return key_id


def seal_with(key_id: str, text: str) -> bytes:
    """The text sealed under this key; empty stays empty. Raises Unreadable when the key was destroyed."""
    return _box(key_id).encrypt(text.encode()) if text else b""


def unseal_with(key_id: str, sealed: bytes | memoryview) -> str:
    """The text again. Raises Unreadable when the key was destroyed or the seal is not of this key."""
    if not sealed:
        return ""
    try:
        return _box(key_id).decrypt(bytes(sealed)).decode()
    except InvalidToken as error:
        raise Unreadable from error


def destroy_key(key_id: str) -> bool:
    """Destroy a key for good; returns whether it was there. Twice is once.

    A mark without content stays, so that a database restored from an older backup is told that its copy of
    the matter was erased (``destroyed_ids``).
    """
    path = _path(key_id)
    _write(path.with_suffix(".gone"), b"")
    with _held(path) as file:
        if file is None:
            return False
        os.pwrite(file, os.urandom(os.fstat(file).st_size), 0)  # for disks that keep deleted blocks
        os.fsync(file)
        path.unlink()
        _sync_folder(path.parent)
    return True


def destroyed_ids() -> Iterator[str]:
    """Keys that were destroyed on purpose (and are not merely missing, as on a disk not mounted)."""
    yield from _named("*.gone")


def key_ids() -> Iterator[str]:
    """Every key there is."""
    yield from _named("*.key")


def rewrap_key(key_id: str) -> bool:
    """Seal a key anew under the first of ``PRIVATE_KEYS``; what it sealed stays as it is.

    Returns whether anything changed: not for a key that is so already, or was destroyed meanwhile. Raises
    Unreadable when no listed key opens it.
    """
    path = _path(key_id)
    with _held(path) as file:
        if file is None:
            return False
        wrapped = os.pread(file, os.fstat(file).st_size, 0)
        if sealed_under_first(wrapped):
            return False
        _write(path, seal(unseal(wrapped)))
    return True


def _box(key_id: str) -> Fernet:
    try:
        return Fernet(unseal(_path(key_id).read_bytes()).encode())
    except FileNotFoundError as error:
        raise Unreadable from error


def _path(key_id: str) -> Path:
    if not _KEY_ID.fullmatch(key_id):
        raise Unreadable
    return Path(settings.KEY_ROOT) / key_id[:2] / f"{key_id}.key"


def _named(pattern: str) -> Iterator[str]:
    found = sorted(Path(settings.KEY_ROOT).glob(f"??/{pattern}"))
    yield from (path.stem for path in found if _KEY_ID.fullmatch(path.stem))


@contextmanager
def _held(path: Path) -> Iterator[int | None]:
    """The open file of a key, locked against those who would change it too; None when there is none.

    Without the lock a key destroyed while it is sealed anew would come back.
    """
    while True:
        try:
            file = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            yield None
            return
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            if _is_at(file, path):
                yield file
                return
        finally:
            os.close(file)


def _is_at(file: int, path: Path) -> bool:
    """Whether the open file is still the one at this path: it may have been replaced or removed."""
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False


def _write(path: Path, content: bytes) -> None:
    """All of it or nothing, readable by this account alone, on the disk before anything relies on it."""
    Path(settings.KEY_ROOT).mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.mkdir(exist_ok=True, mode=0o700)
    fresh = path.with_name(f"{path.name}.{uuid4().hex}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Bring to the disk that a file came, changed its name or went."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
