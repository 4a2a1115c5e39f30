"""The roll-up of a nation's month, by the real chunks in processes of their own."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from fractions import Fraction
from statistics import median

import psycopg

from .nation import Country, country
from .nation_data import MONTH, POSTINGS
from .report import Row
from .rollup_bare import RESULTS, check_sums, run_bare, save_results
from .servers import ROOT

ROUNDS = 3
WHOLE = Fraction(os.environ.get("NATION", "1"))
"""The size that is called the nation; smaller ones are for work on the benchmark itself."""
_ASK = """
import django
django.setup()
from conduct.kernel.months import Month
from conduct.scores.services.rollup import ask_for_roll_up
print(len(ask_for_roll_up(month=Month(2026, 10))))
"""
_WORK = """
import json, sys
import django
django.setup()
from conduct.kernel.months import Month
from tests.bench.rollup_work import work
if len(sys.argv) > 1:
    import cProfile
    profile = cProfile.Profile()
    done = profile.runcall(work, Month(2026, 10))
    profile.dump_stats(sys.argv[1])
else:
    done = work(Month(2026, 10))
print(json.dumps(done))
"""
type Done = dict[str, float]


def empty(connection: psycopg.Connection) -> None:
    """As if the month had never been rolled up; months before stay."""
    connection.execute("TRUNCATE scores_rollupchunk CASCADE")
    for table in RESULTS:
        connection.execute(f"DELETE FROM {table} WHERE month = '{MONTH}'")
        connection.execute(f"VACUUM (ANALYZE, TRUNCATE, PARALLEL 0) {table}")


def ask(built: Country) -> None:
    """Ask for the month of every office."""
    environment = {**os.environ, **built.environment}
    subprocess.run([sys.executable, "-c", _ASK], cwd=ROOT, env=environment, check=True, capture_output=True)


def roll_up(built: Country, *, workers: int = 1, profile: str = "") -> list[Done]:
    """Ask for the month and let so many workers do it, side by side; what each did."""
    environment = {**os.environ, **built.environment, "PGOPTIONS": "-c max_parallel_workers_per_gather=0"}
    with built.superuser() as connection:
        empty(connection)
    ask(built)
    command = [sys.executable, "-c", _WORK, *([profile] if profile else [])]
    running = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(workers)
    ]
    done: list[Done] = []
    for process in running:
        text, _ = process.communicate()
        if process.returncode:
            raise RuntimeError("a worker of the roll-up failed")
        done.append(json.loads(text.splitlines()[-1]))
    return done


def rollup_rows() -> list[Row]:
    """The nation's month against the bare side, in turns; then with two workers."""
    ours: list[Done] = []
    bares = []
    with country(WHOLE) as built, built.superuser() as connection:
        for _ in range(ROUNDS):
            ours += roll_up(built)
            bares.append(run_bare(connection, save_results(connection)))
            check_sums(connection, bares[-1])
        n_rows = sum(_count(connection, table) for table in RESULTS)
        pairs = [roll_up(built, workers=2) for _ in range(ROUNDS)]
        ratios = [one["seconds"] / bare.seconds for one, bare in zip(ours, bares, strict=True)]
        alone = median(one["seconds"] for one in ours)
        together = median(max(one["seconds"] for one in pair) for pair in pairs)
        memory = max(one["peak_mb"] for one in [*ours, *(one for pair in pairs for one in pair)])
    bare_seconds = median(one.seconds for one in bares)
    used, read = median(one["cpu"] for one in ours), median(one.reading for one in bares)
    note = (
        f"{alone:.1f} s ({used:.1f} s of its processor) against {bare_seconds:.1f} s bare ({read:.1f} s "
        f"of it aggregates); one process each, {n_rows:,} rows, {POSTINGS * WHOLE} postings; "
        f"median of {ROUNDS} ({min(ratios):.2f}–{max(ratios):.2f}), sums equal"
    )
    return [
        Row("rollup_ratio", round(median(ratios), 2), 4, "lower", "", note),
        Row("rollup_worker_mb", round(memory), 600, "lower", "MB", "peak of a worker in it"),
        Row(
            "rollup_two_workers", round(alone / together, 2), 1.4, "higher", "",
            f"{alone:.1f} s with one, {together:.1f} s with two, no parallel plans, median of {ROUNDS}",
        ),
    ]  # fmt: skip


def growth_rows() -> list[Row]:
    """Seconds for each posting at a quarter and half of the nation against all of it."""
    sizes = (WHOLE / 4, WHOLE / 2, WHOLE)
    each: dict[Fraction, float] = {}
    for size in sizes:
        with country(size) as built:
            runs = [roll_up(built)[0]["seconds"] for _ in range(ROUNDS)]
            each[size] = median(runs) / float(POSTINGS * size)
    note = ", ".join(f"{size}: {1e6 * each[size]:.0f} µs" for size in sizes) + " for each posting"
    return [
        Row(
            "rollup_growth", round(max(each.values()) / min(each.values()), 2), 1.25, "lower", "",
            f"slowest against fastest; {note}",
        )
    ]  # fmt: skip


def history_rows() -> list[Row]:
    """A month at a tenth of the nation with 60 months behind it, against none."""
    size, seconds = WHOLE / 10, {}
    for months in (0, 60):
        with country(size, months=months) as built:
            seconds[months] = median(roll_up(built)[0]["seconds"] for _ in range(ROUNDS + 2))
    note = f"{seconds[0]:.2f} s without, {seconds[60]:.2f} s with 60 months, median of {ROUNDS + 2}"
    return [Row("rollup_history_ratio", round(seconds[60] / seconds[0], 3), 1.15, "lower", "", note)]


def _count(connection: psycopg.Connection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0


def profile(size: Fraction, path: str) -> Sequence[Done]:
    """One roll-up under cProfile, for whoever wants to make it faster."""
    with country(size) as built:
        return roll_up(built, profile=path)
