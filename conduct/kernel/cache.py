"""A cache that fails open: with Valkey away a page is slower, never broken."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis import Redis
from redis.exceptions import RedisError

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
