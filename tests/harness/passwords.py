"""Hashing passwords costs a tenth of a second on purpose; tests need not pay for it."""

from collections.abc import Iterator

import pytest
from django.test import override_settings


@pytest.fixture(autouse=True, scope="session")
def cheap_passwords() -> Iterator[None]:
    """One cheap hasher for the whole run: hashes made in one test are checked in another."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield
