"""``make mutants``: small mistakes in the rules and permissions, each of which a test must notice.

Works on a copy of the tree in a temporary folder, part by part: the tests of a part run once, then once more
for each mutant, as far as they call what was changed (tests/mutant_runs.py). Ends with 1 when less than 90 %
of a part were killed. ``ARGS="conduct/ratings/rules/sheet.py --sample 50"`` chooses.
"""

import argparse
import ast
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

from tests.mutant_runs import ROOT, SAID, Hunt, Learnt, Mutant, in_child, prepare, run_pytest, survives_import
from tests.mutation import find_mutations

LEAST = 90
# Those of tests/unit/kernel that are about figures.
FIGURES = ("statistics", "comparing", "standardising", "coverage", "docs")
# The tests of each part.
TESTS = {
    "conduct/kernel/statistics.py": tuple(f"tests/unit/kernel/test_{name}.py" for name in FIGURES),
    "conduct/kernel/workdays.py": tuple(
        f"tests/unit/kernel/test_work{name}.py" for name in ("days", "ing_hours")
    ),
    "conduct/oversight/rules": ("tests/unit/oversight",),
    "conduct/scores/rules": ("tests/unit/scores",),
    "conduct/ratings/rules": ("tests/unit/ratings",),
    "conduct/agencies/permissions.py": ("tests/integration/agencies",),
    "conduct/judgements/permissions.py": ("tests/integration/judgements",),
    "conduct/commitments/permissions": ("tests/integration/commitments",),
    "conduct/dossiers/permissions": ("tests/integration/dossiers",),
    "conduct/feedback/permissions": ("tests/integration/feedback",),
    "conduct/oversight/permissions": ("tests/integration/oversight",),
    "conduct/scores/permissions.py": ("tests/integration/scores",),
    "conduct/ratings/permissions": ("tests/integration/ratings",),
    "surveys/permissions": ("tests/integration/surveys",),
    "models_catalog/permissions": ("tests/integration/models_catalog",),
}
# Mistakes that change nothing: (file, function, what), and why.
EQUIVALENT = {
    (
        "conduct/ratings/rules/cap.py",
        "limit_of",
        "removed: raise AssertionError('nobody is always within the cap')",
    ): "never reached: the loop ends with nobody, who is within",
    (
        "conduct/kernel/workdays.py",
        "add_working_hours",
        "removed: raise AssertionError('working time never ends')",
    ): "never reached: the stretches have no end",
}
NOT_COPIED = shutil.ignore_patterns(
    ".git", "var", "node_modules", ".venv", "__pycache__", ".*_cache", "*.mo.tmp"
)


def part_of(path: str) -> str:
    """The key of TESTS that a file belongs to."""
    return path if path in TESTS else str(Path(path).parent)


def find_files(asked: Sequence[str]) -> list[str]:
    """The modules to change: those asked for (files or folders), else all of TESTS."""
    found: list[str] = []
    for name in asked or TESTS:
        path = ROOT / name
        files = sorted(path.glob("*.py")) if path.is_dir() else [path]
        found += [str(file.relative_to(ROOT)) for file in files if file.name != "__init__.py"]
    return found


def find_mutants(files: Iterable[str]) -> list[Mutant]:
    """All mutants of these files."""
    return [
        Mutant(path, number, mutation.line, mutation.inside, mutation.says)
        for path in files
        for number, mutation in enumerate(
            find_mutations(ast.parse((ROOT / path).read_text(encoding="utf-8")))
        )
    ]


class Tally:
    """Who was killed, said as it becomes known."""

    def __init__(self, notes: Path) -> None:
        self.notes = notes
        self.out = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)

    def tell(self, mutant: Mutant, survived: bool) -> None:
        """Note one; children of this process note theirs in the same file."""
        known = mutant.key in EQUIVALENT
        verdict = "killed" if not survived else "equal" if known else "survived"
        if verdict == "survived":
            print(f"survived  {mutant.path}:{mutant.line}  {mutant.inside}  {mutant.says}", file=self.out)
        with self.notes.open("a") as notes:
            notes.write(f"{verdict} {mutant.path}\n")

    def report(self) -> int:
        """Killed and all, per file and per part; 1 when a part is under LEAST percent."""
        found = Counter(self.notes.read_text().splitlines())
        rows: dict[str, list[tuple[str, int, int, int]]] = {}
        for path in sorted({line.split(maxsplit=1)[1] for line in found}):
            rows.setdefault(part_of(path), []).append(
                (path, found[f"killed {path}"], found[f"survived {path}"], found[f"equal {path}"])
            )
        low = False
        for part, files in rows.items():
            for path, killed, survived, equal in files:
                print(f"{killed:7} of {killed + survived:5}  {path}" + f"  ({equal} equal)" * bool(equal))
            killed, survived = sum(row[1] for row in files), sum(row[2] for row in files)
            low = low or 100 * killed < LEAST * (killed + survived)
            share = 100 * killed / max(1, killed + survived)
            print(f"{killed:7} of {killed + survived:5}  {share:5.1f} %  {part} (least {LEAST} %)")
        return int(low)


def hunt_part(part: str, mutants: Sequence[Mutant], tally: Tally, folder: Path) -> bool:
    """All mutants of one part; False when its tests fail without any."""
    learnt = folder / f"{part.replace('/', '.')}.json"
    log = folder / "hunt.log"
    hunt = Hunt(mutants, learnt, tally.tell)
    if not in_child(lambda: run_pytest(TESTS[part], hunt) == 0, 24 * 3600, log) or not learnt.exists():
        what = "the hunt broke off" if learnt.exists() else "the tests fail without any mutant"
        print(SAID.read_text(), log.read_text(), f"{part}: {what}", sep="\n")
        return False
    known = Learnt(**json.loads(learnt.read_text()))
    for test in known.broken:
        print(f"left out, it fails without any mutant: {test}", flush=True)
    for mutant in mutants:
        if not mutant.inside:
            tally.tell(mutant, survives_import(mutant, known))
    return True


def hunt_here(asked: argparse.Namespace) -> int:
    """In the copy: choose, prepare, hunt part by part, report."""
    mutants = find_mutants(find_files(asked.files))
    gone = EQUIVALENT.keys() - {one.key for one in find_mutants(find_files(()))}
    if gone:
        print("listed as equal, but nowhere in the source:", *sorted(gone), sep="\n")
        return 2
    if asked.sample and asked.sample < len(mutants):
        chosen = Random(asked.seed).sample(range(len(mutants)), asked.sample)
        mutants = [mutants[place] for place in sorted(chosen)]
    parts = list(dict.fromkeys(part_of(one.path) for one in mutants))
    prepare(any("integration" in name for part in parts for name in TESTS[part]))
    with tempfile.TemporaryDirectory(prefix="learnt-") as folder:
        tally = Tally(Path(folder) / "verdicts")
        for part in parts:
            own = [one for one in mutants if part_of(one.path) == part]
            print(f"{part}: {len(own)} mutants", flush=True)
            if not hunt_part(part, own, tally, Path(folder)):
                return 2
        return tally.report()


def main() -> int:
    """Copy the tree and hunt there."""
    parser = argparse.ArgumentParser(prog="make mutants", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="*", help="files or folders, all parts by default")
    parser.add_argument("--sample", type=int, default=0, help="so many mutants, chosen by chance")
    parser.add_argument("--seed", type=int, default=1, help="of that chance")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inside:
        return hunt_here(asked)
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = Path(folder) / "tree"
        shutil.copytree(ROOT, copy, ignore=NOT_COPIED, symlinks=True)
        (copy / "node_modules").symlink_to(ROOT / "node_modules")
        command = [sys.executable, "-m", "tests.mutants", "--inside", *sys.argv[1:]]
        return subprocess.run(command, cwd=copy, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
