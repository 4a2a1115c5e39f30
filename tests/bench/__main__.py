"""``python -m tests.bench [--only ROW]``: measure, print one table, write ``var/bench.json``.

Ends with 1 when a row is outside its limit.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Mapping

import django

from conduct.kernel.engines import Engines, sweep_instances

from .report import Row, table, write
from .servers import ROOT

NAMES = ("citizen_form_bytes", "submit_ratio", "register_pdf_s", "register_pdf_mb", "dossier_import_s")
NATION = {
    "rollup": ("rollup_ratio", "rollup_worker_mb", "rollup_two_workers"),
    "lanes": ("prompt_behind_rollup_s",),
    "growth": ("rollup_growth",),
    "history": ("rollup_history_ratio",),
    "pages": (
        "page_queries_max",
        "page_p95_ms",
        "staff_first_bytes",
        "staff_chart_bytes",
        "staff_next_bytes",
    ),
}
"""Rows of the country (tests/bench/nation.py), which is kept between runs; rows measured together."""


def _prepare(engines: Engines) -> dict[str, str]:
    """Start the engines, migrate, collect static files, load Django; returns what a server needs."""
    engines.start()
    environment = {
        **engines.environment(),
        "DJANGO_SETTINGS_MODULE": "conduct.settings",
        "STATIC_ROOT": str(ROOT / "var" / "bench" / "static"),
        "LOG_LEVEL": "WARNING",
        "DEBUG": "0",
    }
    os.environ.update(environment)
    owner = {**os.environ, **engines.owner_environment()}
    for command in (["migrate", "--no-input"], ["collectstatic", "--no-input"]):
        subprocess.run(
            [sys.executable, "manage.py", *command, "--verbosity=0"], cwd=ROOT, env=owner, check=True
        )
    django.setup()
    return environment


def _measures() -> Mapping[str, Callable[[Mapping[str, str]], Row]]:
    """The rows by name; imported late, since models need a loaded Django."""
    from . import citizens, dossiers, registers

    return {
        "citizen_form_bytes": citizens.citizen_form_bytes,
        "submit_ratio": citizens.submit_ratio,
        "register_pdf_s": registers.register_pdf_s,
        "register_pdf_mb": registers.register_pdf_mb,
        "dossier_import_s": dossiers.dossier_import_s,
    }


def _small_rows(only: str | None) -> list[Row]:
    """The rows that need no country, on engines that are thrown away."""
    if only not in {None, *NAMES}:
        return []
    sweep_instances(ROOT, "bench-")
    engines = Engines(ROOT, f"bench-{os.getpid()}")
    rows = []
    try:
        environment = _prepare(engines)
        from . import citizens

        citizens.arrange(engines)
        for name, measure in _measures().items():
            if only in {None, name}:
                print(f"Measuring {name} …", flush=True)
                rows.append(measure(environment))
    finally:
        engines.remove()
    return rows


def _nation_rows(only: str | None) -> list[Row]:
    """The rows of the country, each group on the instances that it needs."""
    from . import lanes, pages, rollup

    measures = {
        "rollup": rollup.rollup_rows, "growth": rollup.growth_rows, "history": rollup.history_rows,
        "lanes": lanes.lane_rows, "pages": pages.page_rows,
    }  # fmt: skip
    rows = []
    for group, names in NATION.items():
        if only in {None, *names}:
            print(f"Measuring {', '.join(names)} …", flush=True)
            rows += measures[group]()
    return rows


def main() -> int:
    """Run the rows that were asked for."""
    names = [*NAMES, *(name for group in NATION.values() for name in group)]
    parser = argparse.ArgumentParser(prog="make bench", description="Measure the product against its limits.")
    parser.add_argument("--only", choices=names, default=os.environ.get("ONLY") or None, help="one row")
    parser.add_argument("--fresh", action="store_true", help="build the country anew")
    asked = parser.parse_args()
    if asked.fresh:
        sweep_instances(ROOT, "nation-")
    rows = [*_nation_rows(asked.only), *_small_rows(asked.only)]
    write(rows, ROOT / "var" / "bench.json")
    print(table(rows))
    return 0 if all(row.ok for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
