"""Whether the servers that this process needs can be reached. Says yes or no, never how or where."""

import logging
from enum import StrEnum

from django.conf import settings
from django.db import Error, connection
from psycopg_pool import PoolTimeout
from redis import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
_SECONDS = 2


class Health(StrEnum):
    """``ok``; ``degraded``: answers are stored, the roll-up waits; ``down``: nothing can be stored."""

    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"


def database_answers() -> bool:
    """Whether PostgreSQL answers a query."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (Error, PoolTimeout) as error:
        logger.warning("health: the database does not answer: %s", error)
        return False
    return True


def broker_answers() -> bool:
    """Whether Valkey answers a ping within two seconds."""
    try:
        with Redis.from_url(
            settings.REDIS_URL, socket_timeout=_SECONDS, socket_connect_timeout=_SECONDS
        ) as broker:
            return bool(broker.ping())
    except (RedisError, OSError, ValueError) as error:
        logger.warning("health: the broker does not answer: %s", error)
        return False


def check_health() -> dict[str, str]:
    """Database, broker, and what follows from them."""
    database, broker = database_answers(), broker_answers()
    status = Health.DOWN if not database else Health.OK if broker else Health.DEGRADED
    return {
        "status": status.value,
        "database": "ok" if database else "away",
        "broker": "ok" if broker else "away",
    }
