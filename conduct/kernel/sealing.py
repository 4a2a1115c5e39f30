"""Names and contacts of citizens, unreadable in the database: sealed under keys that no backup of it holds.

The first key of ``settings.PRIVATE_KEYS`` seals, every key unseals, so that keys can be changed one by one.
"""

import base64
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Unreadable(Exception):
    """Sealed under a key that is no longer there, or changed since."""


def seal(text: str) -> bytes:
    """The sealed text; empty stays empty. Two seals of one text differ, so nobody can compare them."""
    return _box(tuple(settings.PRIVATE_KEYS)).encrypt(text.encode()) if text else b""


def unseal(sealed: bytes | memoryview) -> str:
    """The text again. Raises Unreadable."""
    if not sealed:
        return ""
    try:
        return _box(tuple(settings.PRIVATE_KEYS)).decrypt(bytes(sealed)).decode()
    except InvalidToken as error:
        raise Unreadable from error


def sealed_under_first(sealed: bytes | memoryview) -> bool:
    """Whether the first of the keys opens it: nothing is left to do for a change of keys."""
    try:
        _box(tuple(settings.PRIVATE_KEYS[:1])).decrypt(bytes(sealed))
    except InvalidToken:
        return False
    return True


@cache
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_stretched(key)) for key in keys])


def _stretched(key: str) -> bytes:
    """A Fernet key out of any long secret; the label keeps it apart from every other use of the secret."""
    found = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"chuan-muc private").derive(key.encode())
    return base64.urlsafe_b64encode(found)
