"""The embedded servers: PostgreSQL and Valkey from their wheels, for the demo and for the tests.

An *instance* is one pair of servers with data, sockets and passwords of its own ("demo", "test-4711").
They listen on sockets only, so instances run side by side without choosing ports, and they end with the
process that started them. Production sets ``DATABASE_URL`` and ``REDIS_URL`` and never comes here.
"""

from .instance import Engines, EnginesBusy, remove_instance, sweep_instances
from .places import EnginesUnavailable

__all__ = ["Engines", "EnginesBusy", "EnginesUnavailable", "remove_instance", "sweep_instances"]
