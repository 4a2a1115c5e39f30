"""A cache that fails open: with Valkey away a page is slower, never broken."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class FailOpenCache(RedisCache):
    """Django's Redis cache; an unreachable server reads as a miss and a write is dropped with a log line."""

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
