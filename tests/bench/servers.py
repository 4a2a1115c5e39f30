"""The web server as `make demo` runs it, on a free port, for our application or the bare one."""

import os
import signal
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from conduct.kernel.engines.processes import spawn, stop, tail, wait_until

ROOT = Path(__file__).resolve().parents[2]
WORKERS = 2
THREADS = 4


def free_port() -> int:
    """A port that nobody uses now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def server(application: str, environment: Mapping[str, str]) -> Iterator[int]:
    """Run an application under Granian and give its port; it ends with the block."""
    port = free_port()
    log = ROOT / "var" / "bench" / f"{application.partition(':')[0]}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    process = spawn(
        [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"),
            *("--port", str(port), "--workers", str(WORKERS), "--blocking-threads", str(THREADS)),
            *("--no-access-log", application),
        ],
        log=log,
        environment={**os.environ, **environment},
        death_signal=signal.SIGTERM,
        folder=ROOT,
    )
    try:
        wait_until(lambda: process.poll() is not None or _answers(port), seconds=30)
        if not _answers(port):
            raise RuntimeError(f"{application} did not come up:\n{tail(log, 20)}")
        yield port
    finally:
        stop(process, signal.SIGTERM)
