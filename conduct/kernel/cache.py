"""A cache that fails open: with Valkey away a page is slower, never broken."""

import hashlib
import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache import cache, caches
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis import Redis
from redis.exceptions import NoScriptError, RedisError

logger = logging.getLogger(__name__)


class OneClient(RedisCacheClient):
    """One redis-py client a thread instead of one a call: each new one fills a table of 170 entries first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._clients: dict[bool, Redis] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        if write not in self._clients:
            self._clients[write] = super().get_client(key, write=write)
        return self._clients[write]


class FailOpenCache(RedisCache):
    """Django's Redis cache; an unreachable server reads as a miss and a write is dropped with a log line."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._class = OneClient

    def _try[T](self, act: Callable[..., T], otherwise: T, *args: Any, **kwargs: Any) -> T:
        try:
            return act(*args, **kwargs)
        except RedisError as error:
            logger.warning("cache unreachable: %s", error)
            return otherwise

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._try(super().get, default, key, default, version)

    def set(self, key: Any, value: Any, timeout: Any = 300, version: int | None = None) -> None:
        self._try(super().set, None, key, value, timeout, version)

    def add(self, key: Any, value: Any, timeout: Any = 300, version: int | None = None) -> bool:
        return self._try(super().add, True, key, value, timeout, version)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        return self._try(super().incr, delta, key, delta, version)

    def delete(self, key: Any, version: int | None = None) -> bool:
        return self._try(super().delete, False, key, version)

    def run_script(self, script: "Script", name: str, *args: str | bytes | int) -> Any:
        """What a script answers, in one trip; None when the server is away. ``name``: of its key."""
        return self._try(self._run, None, script, self.make_key(name), args)

    def _run(self, script: "Script", key: str, args: tuple[str | bytes | int, ...]) -> Any:
        client = self._cache.get_client(write=True)
        try:
            return client.evalsha(script.digest, 1, key, *args)
        except NoScriptError:
            return client.eval(script.text, 1, key, *args)


class Script:
    """A Lua script for Valkey, sent whole once and named by its digest from then on."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()

    def run(self, name: str, *args: str | bytes | int) -> Any:
        """See ``FailOpenCache.run_script``."""
        backend = caches["default"]
        return backend.run_script(self, name, *args) if isinstance(backend, FailOpenCache) else None


class NearCache:
    """What this process read from the cache, or put there, a few seconds ago.

    A busy page then makes no trip to Valkey, and with Valkey away the database is spared. Another process may
    serve an old value for ``seconds`` after it was forgotten here: only for what bears that.
    """

    def __init__(self, *, seconds: float = 5, size: int = 500) -> None:
        self._seconds, self._size = seconds, size
        self._values: dict[str, tuple[float, Any]] = {}

    def get(self, key: str) -> Any:
        """The value, near or in the cache; None when neither has it."""
        near = cache.make_key(key)
        until, value = self._values.get(near, (0.0, None))
        if time.monotonic() < until:
            return value
        value = cache.get(key)
        if value is not None:
            self._keep(near, value)
        return value

    def set(self, key: str, value: Any, timeout: int) -> None:
        """Put it into the cache and keep it near."""
        cache.set(key, value, timeout)
        self._keep(cache.make_key(key), value)

    def delete(self, key: str) -> None:
        """Forget it here and in the cache."""
        self._values.pop(cache.make_key(key), None)
        cache.delete(key)

    def _keep(self, near: str, value: Any) -> None:
        if len(self._values) >= self._size:
            self._values.clear()
        self._values[near] = (time.monotonic() + self._seconds, value)
