"""Loaded first (``-p`` in pyproject.toml): Django's settings must see the test engines' addresses.

The engines of a test run are its own (``test-<pid>``), so runs do not disturb each other or a demo.
Nothing is started here: a run of unit tests alone starts no server.
"""

import atexit
import os
from pathlib import Path

import pytest

from conduct.kernel.engines import Engines, EnginesUnavailable, sweep_instances

ROOT = Path(__file__).resolve().parents[2]

# What a developer's shell may hold and a test must not see.
_FOREIGN = (
    *("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_ROLE", "DATABASE_POOL", "REDIS_URL", "SECRET_KEY"),
    *("DEBUG", "DEMO", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "SITE_URL", "PORT", "BEHIND_PROXY"),
    *("ROLLUP_LEASE_SECONDS", "SWEEP_SECONDS", "SSL_REDIRECT", "EMAIL_HOST", "LOG_LEVEL", "MEDIA_ROOT"),
    *("KEY_ROOT", "PRIVATE_KEYS"),
)

_static = ROOT / "var" / "test" / "static"
_static.mkdir(parents=True, exist_ok=True)
try:
    sweep_instances(ROOT, "test-")
    ENGINES = Engines(ROOT, f"test-{os.getpid()}", durable=False)
except EnginesUnavailable as unavailable:
    raise pytest.UsageError(str(unavailable)) from unavailable

for _name in _FOREIGN:
    os.environ.pop(_name, None)
os.environ.update(
    ENGINES.environment(),
    DJANGO_SETTINGS_MODULE="conduct.settings",
    STATIC_ROOT=str(_static),
    MEDIA_ROOT=str(ROOT / "var" / "test" / "media"),
    KEY_ROOT=str(ROOT / "var" / "test" / "keys"),
    # Playwright's sync API keeps an event loop in the main thread; Django would refuse the database there.
    DJANGO_ALLOW_ASYNC_UNSAFE="true",
)
# At the very end, and also when the run fails before it begins.
atexit.register(ENGINES.remove)
