"""The processes of the demo: started together, watched, ended together, found again after a crash."""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .engines.processes import spawn, stop, tail, wait_until

_PATIENCE_SECONDS = 10
_SHORTEST_LIFE_SECONDS = 20
_RECORD = "processes.json"


class ChildFailed(Exception):
    """A process of the demo ended by itself. The message names it and ends with its last words."""


@dataclass
class Child:
    """One process, how it was started and where its output goes."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes]
    log: Path
    began: float


class Children:
    """Web, worker and beat: all as ``cm_app``, each in a session of its own."""

    def __init__(self, folder: Path, environment: Mapping[str, str], *, root: Path) -> None:
        self._folder = folder
        self._environment = dict(environment)
        self._root = root
        self._record = folder / _RECORD
        self._children: list[Child] = []

    def start(self, name: str, command: Sequence[str]) -> Child:
        """Start a process."""
        log = self._folder / f"{name}.log"
        child = Child(name, command, self._spawn(command, log), log, time.monotonic())
        self._children.append(child)
        self._note()
        return child

    def check(self) -> list[str]:
        """Start again what ended by itself (a worker that lost its broker does); returns the names.

        Raises `ChildFailed` for one that ended within seconds of its start: that would go on for ever.
        """
        ended = [child for child in self._children if child.process.poll() is not None]
        for child in ended:
            if time.monotonic() - child.began < _SHORTEST_LIFE_SECONDS:
                raise ChildFailed(f"{child.name} ended by itself:\n{tail(child.log, 15)}\n({child.log})")
            child.process = self._spawn(child.command, child.log)
            child.began = time.monotonic()
        if ended:
            self._note()
        return [child.name for child in ended]

    def _spawn(self, command: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
        return spawn(
            command,
            log=log,
            environment=self._environment,
            death_signal=signal.SIGTERM,
            folder=self._root,
        )

    def _note(self) -> None:
        """Write down who runs, for the next start, should this one be killed."""
        noted = [{"pid": one.process.pid, "started": _started_at(one.process.pid)} for one in self._children]
        self._record.write_text(json.dumps(noted), encoding="utf-8")

    def stop(self) -> None:
        """Ask all of them to end, then end them."""
        for child in self._children:
            with contextlib.suppress(ProcessLookupError):
                child.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        for child in self._children:
            stop(child.process, signal.SIGTERM, patience=max(0.1, deadline - time.monotonic()))
        self._children.clear()
        self._record.unlink(missing_ok=True)


def stop_leftovers(folder: Path) -> int:
    """End what a killed runner left in that folder's record; returns how many processes those were."""
    record = folder / _RECORD
    try:
        noted = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return 0
    started = {one["pid"]: one["started"] for one in noted if one["started"]}
    left = [pid for pid in started if _started_at(pid) == started[pid]]
    _signal_groups(left, signal.SIGTERM)
    wait_until(lambda: all(_started_at(pid) != started[pid] for pid in left), seconds=_PATIENCE_SECONDS)
    _signal_groups(left, signal.SIGKILL)
    record.unlink(missing_ok=True)
    return len(left)


def _signal_groups(leaders: Sequence[int], number: signal.Signals) -> None:
    for pid in leaders:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, number)


def _started_at(pid: int) -> str | None:
    """When a process started, to tell it from a later one with the same number; None: it is gone."""
    if Path("/proc/self/stat").exists():
        try:
            state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return None if state == "Z" else fields[18]
    shown = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return shown.stdout.strip() or None
