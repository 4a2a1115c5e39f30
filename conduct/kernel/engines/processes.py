"""Children that end with their parent, and are stopped politely first."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LOG_LIMIT_BYTES = 5_000_000


@dataclass(frozen=True)
class Account:
    """The system account that servers run as when the runner is root."""

    uid: int
    gid: int
    name: str


def _die_with_parent(death_signal: signal.Signals) -> Callable[[], None]:
    """What a child does before it becomes its program: ask the kernel for a signal when the parent ends."""
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def prepare() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:  # the parent ended before the request was in place
            os._exit(1)

    return prepare


def spawn(
    command: Sequence[str],
    *,
    log: Path | None,
    environment: Mapping[str, str],
    death_signal: signal.Signals,
    account: Account | None = None,
    folder: Path = Path("/"),
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own; its output goes to ``log``, or where ours goes.

    A Ctrl-C reaches only the caller, who stops its children in order. Where the kernel can (Linux), a caller
    that is killed takes them along by ``death_signal``. Call it from the main thread: the kernel sends that
    signal when the *thread* ends.
    """
    with contextlib.ExitStack() as stack:
        output = None
        if log:
            fresh = not log.exists() or log.stat().st_size > _LOG_LIMIT_BYTES
            output = stack.enter_context(log.open("wb" if fresh else "ab"))
        return subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            env=dict(environment),
            cwd=folder,
            start_new_session=True,
            preexec_fn=_die_with_parent(death_signal) if sys.platform == "linux" else None,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )


def stop(process: subprocess.Popen[bytes], polite: signal.Signals, *, patience: float = 20) -> None:
    """Ask a child to end; after ``patience`` seconds end it and everything in its session."""
    if process.poll() is None:
        process.send_signal(polite)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def tail(log: Path, lines: int = 5) -> str:
    """The last lines of a log, for an error message."""
    try:
        return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
    except OSError:
        return ""


def wait_until(done: Callable[[], bool], *, seconds: float, pause: float = 0.05) -> bool:
    """Ask again and again until it is done; false when the time is up."""
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True
