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


def main() -> int:
    """Run the rows that were asked for."""
    parser = argparse.ArgumentParser(prog="make bench", description="Measure the product against its limits.")
    parser.add_argument("--only", choices=NAMES, default=os.environ.get("ONLY") or None, help="one row")
    only = parser.parse_args().only
    sweep_instances(ROOT, "bench-")
    engines = Engines(ROOT, f"bench-{os.getpid()}")
    try:
        environment = _prepare(engines)
        from . import citizens

        citizens.arrange(engines)
        rows = []
        for name, measure in _measures().items():
            if only in {None, name}:
                print(f"Measuring {name} …", flush=True)
                rows.append(measure(environment))
    finally:
        engines.remove()
    write(rows, ROOT / "var" / "bench.json")
    print(table(rows))
    return 0 if all(row.ok for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
