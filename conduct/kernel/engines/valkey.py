"""Valkey of an instance: broker and cache in memory. What it holds may be lost at any time, by design."""

import contextlib
import os
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from .places import EnginesUnavailable, Place
from .processes import spawn, stop, tail, wait_until

_START_PATIENCE_SECONDS = 15


class Valkey:
    """One Valkey server, on a socket of its own."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        """The path of the socket."""
        return self.place.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        """The address in the spelling of redis-py."""
        return f"unix://{quote(str(self.socket), safe='/')}?db=0"

    def client(self) -> "redis.Redis":
        """A connection for the runner and the tests."""
        return redis.Redis(unix_socket_path=str(self.socket), socket_timeout=5, retry=Retry(NoBackoff(), 0))

    def start(self) -> None:
        """Start the server, empty."""
        self.stop_leftover()
        log = self.place.folder / "valkey.log"
        process = spawn(
            [
                str(self.place.binaries.valkey),
                *("--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"),
                *("--dir", str(self.place.folder), "--save", "", "--appendonly", "no"),
                *("--maxmemory", "256mb", "--maxmemory-policy", "volatile-lru"),
            ],
            log=log,
            environment={"LC_ALL": "C", "PATH": os.defpath},
            death_signal=signal.SIGTERM,
            account=self.place.account,
        )
        self._process = process
        wait_until(lambda: process.poll() is not None or self._answers(), seconds=_START_PATIENCE_SECONDS)
        if process.poll() is not None or not self._answers():
            self.stop()
            raise EnginesUnavailable(f"Valkey did not start:\n{tail(log)}")

    def stop(self) -> None:
        """End the server."""
        if self._process:
            stop(self._process, signal.SIGTERM)
            self._process = None

    def alive(self) -> bool:
        """Whether the server we started still runs."""
        return self._process is not None and self._process.poll() is None

    def stop_leftover(self) -> None:
        """End a server that somebody else's end left running on our socket."""
        with contextlib.suppress(redis.RedisError, OSError), contextlib.closing(self.client()) as client:
            client.shutdown(nosave=True)
        self.socket.unlink(missing_ok=True)

    def _answers(self) -> bool:
        try:
            with contextlib.closing(self.client()) as client:
                return bool(client.ping())
        except (redis.RedisError, OSError):
            return False
