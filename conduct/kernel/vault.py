"""Keys that can be destroyed: one for each case, outside the database, itself sealed under ``PRIVATE_KEYS``.

What is sealed with such a key stands in the database and in its dumps; when the key is destroyed, nobody can
read it again, not even out of a dump made before. Backups of the folder ``settings.KEY_ROOT`` must therefore
not live longer than the lawful time of erasure (docs/operations.md).
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from .sealing import Unreadable, seal, unseal

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
    """Destroy a key for good; returns whether it was there. Twice is once."""
    path = _path(key_id)
    try:
        size = path.stat().st_size
        with path.open("r+b") as file:  # overwritten first, for disks that keep deleted blocks
            file.write(os.urandom(size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        return False
    return True


def key_ids() -> Iterator[str]:
    """Every key there is."""
    root = Path(settings.KEY_ROOT)
    yield from (path.stem for path in sorted(root.glob("??/*.key")) if _KEY_ID.fullmatch(path.stem))


def rewrap_key(key_id: str) -> None:
    """Seal a key anew under the first of ``PRIVATE_KEYS``; what it sealed stays as it is."""
    path = _path(key_id)
    _write(path, seal(unseal(path.read_bytes())))


def _box(key_id: str) -> Fernet:
    try:
        return Fernet(unseal(_path(key_id).read_bytes()).encode())
    except FileNotFoundError as error:
        raise Unreadable from error


def _path(key_id: str) -> Path:
    if not _KEY_ID.fullmatch(key_id):
        raise Unreadable
    return Path(settings.KEY_ROOT) / key_id[:2] / f"{key_id}.key"


def _write(path: Path, content: bytes) -> None:
    """All of it or nothing, readable by this account alone, on the disk before anything relies on it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_suffix(f".{os.getpid()}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
