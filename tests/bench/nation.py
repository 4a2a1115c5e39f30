"""The country for benchmarks: ``python -m tests.bench.nation --size 1`` builds it and keeps it between runs.

34 provinces and 3,321 communes by their real names, 150,000 invented people, a month of 3.6 million answers.
``--size 1/10`` takes every tenth of it; ``--months 60`` puts so many months of history behind the month;
``--fresh`` builds it anew. An instance belongs to this generator and these migrations: when one of them
changes, it is built anew and the old one deleted.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import psycopg

from conduct.kernel.engines import Engines, EnginesBusy, remove_instance
from conduct.kernel.engines.places import find_place

from .nation_data import MONTH, POSTINGS, RESPONSES, fill
from .nation_history import add_history
from .servers import ROOT

PREFIX = "nation-"
# The months before have scores too: those of the month, which must be there first.
_ROLL_UP = "import django; django.setup(); from django.core.management import call_command as call; "
_ROLL_UP += f"call('rollup', '{MONTH[:7]}', '--inline', verbosity=0)"
# What a server of this size gets in production (docs/operations.md, "Sizing"); for both sides of every ratio.
_SETTINGS = {
    "shared_buffers": "1GB", "max_wal_size": "8GB", "checkpoint_timeout": "30min", "work_mem": "32MB",
    "maintenance_work_mem": "512MB", "random_page_cost": "1.1", "jit": "off",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Country:
    """A running instance with its country."""

    engines: Engines
    size: Fraction
    months: int
    seconds: float
    """How long it took to build; 0 when it was there already."""

    @property
    def environment(self) -> dict[str, str]:
        """For processes of the application."""
        return {
            **self.engines.environment(),
            "DJANGO_SETTINGS_MODULE": "conduct.settings",
            "LOG_LEVEL": "WARNING",
        }

    def superuser(self) -> psycopg.Connection:
        """A connection that may do everything, committing each statement."""
        return psycopg.connect(self.engines.superuser_url, autocommit=True)


def _hash() -> str:
    """Of everything that decides what the instance holds."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    for path in sorted(here.glob("nation*.py")):
        digest.update(path.read_bytes())
    for path in sorted(ROOT.glob("*/**/migrations/0*.py")):
        if "node_modules" not in path.parts and ".venv" not in path.parts:
            digest.update(f"{path.relative_to(ROOT)}".encode() + path.read_bytes())
    return digest.hexdigest()[:8]


def instance_name(size: Fraction, months: int) -> str:
    """The name of an instance's folder."""
    return f"{PREFIX}{_hash()}-{size.numerator}.{size.denominator}-{months}"


def sweep() -> None:
    """Delete the instances of another generator or other migrations."""
    for folder in find_place(ROOT, PREFIX).base.glob(f"{PREFIX}*"):
        if not folder.name.startswith(f"{PREFIX}{_hash()}-"):
            try:
                remove_instance(ROOT, folder.name)
            except EnginesBusy:
                continue


@contextmanager
def country(size: Fraction, *, months: int = 0, fresh: bool = False) -> Iterator[Country]:
    """Start the instance, building it where it is missing; it stops with the block and stays on the disk."""
    sweep()
    name = instance_name(size, months)
    done = find_place(ROOT, name).folder / "built"
    if fresh or not done.exists():
        remove_instance(ROOT, name)
    engines = Engines(ROOT, name, durable=False)
    try:
        seconds = 0.0
        engines.start()
        if not done.exists():
            begin = time.perf_counter()
            _build(engines, size, months)
            seconds = time.perf_counter() - begin
            done.touch()
        yield Country(engines, size, months, seconds)
    finally:
        engines.stop()


def _build(engines: Engines, size: Fraction, months: int) -> None:
    with psycopg.connect(engines.superuser_url, autocommit=True) as connection:
        for name, value in _SETTINGS.items():
            connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
    engines.postgres.stop()
    engines.postgres.start()
    owner = {**os.environ, **engines.owner_environment(), "DJANGO_SETTINGS_MODULE": "conduct.settings"}
    application = {**os.environ, **engines.environment(), "DJANGO_SETTINGS_MODULE": "conduct.settings"}
    for command, environment in (
        (["migrate", "--no-input", "--verbosity=0"], owner),
        (["load_library", "--verbosity=0"], application),
        (["load_questionnaires", "--verbosity=0"], application),
        (["load_schemes", "--verbosity=0"], application),
    ):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)
    with psycopg.connect(engines.superuser_url) as connection:
        fill(connection, size, _say)
    if months:
        _vacuum(engines)
        subprocess.run([sys.executable, "-c", _ROLL_UP], cwd=ROOT, env=application, check=True)
        with psycopg.connect(engines.superuser_url) as connection:
            add_history(connection, MONTH, months, _say)
    _vacuum(engines)


def _say(what: str) -> None:
    print(f"  {what}", flush=True)


def _vacuum(engines: Engines) -> None:
    with psycopg.connect(engines.superuser_url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")


def main() -> None:
    """Build a country and say how long it took."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.nation", description=__doc__)
    parser.add_argument("--size", type=Fraction, default=Fraction(1), help="1, 1/2, 1/4, 1/10, 1/50")
    parser.add_argument("--months", type=int, default=0, help="months of history before the month")
    parser.add_argument("--fresh", action="store_true", help="build it anew")
    asked = parser.parse_args()
    with country(asked.size, months=asked.months, fresh=asked.fresh) as built:
        people, answers = int(POSTINGS * asked.size), int(RESPONSES * asked.size)
        print(f"{people:,} postings, {answers:,} answers, {asked.months} months before: ", end="")
        print(f"built in {built.seconds:.0f} s" if built.seconds else "already there")


if __name__ == "__main__":
    main()
