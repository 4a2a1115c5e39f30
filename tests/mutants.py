"""``make mutants``: small mistakes in the rules and permissions, each of which a test must notice.

Works on a copy of the tree in a temporary folder. A process that has loaded what is not ours forks once per
mutant and runs the tests of that part in the child, which reads the changed module instead of the file; a
child that runs too long counts as killed. Ends with 1 when less than 90 % were killed.
``ARGS="conduct/ratings/rules/sheet.py --sample 50"`` chooses.
"""

import argparse
import ast
import importlib
import importlib.machinery
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import CodeType

from tests.mutation import find_mutations

ROOT = Path(__file__).resolve().parents[1]
LEAST = 90
# What the tests of the last child printed.
SAID = ROOT / "mutants.log"
# The tests of a part, the quickest first: laws are only asked when the tables notice nothing.
TESTS = {
    "conduct/ratings/rules": ("tests/unit/ratings",),
    "conduct/scores/rules": ("tests/unit/scores",),
    "conduct/ratings/permissions": ("tests/integration/ratings",),
}
NOT_COPIED = shutil.ignore_patterns(
    ".git", "var", "node_modules", ".venv", "__pycache__", ".*_cache", ".hypothesis", "*.mo.tmp"
)
LOADED_ONCE = (
    "hypothesis", "yaml", "psycopg", "celery", "django.contrib.auth", "django.contrib.postgres.fields",
    "django.db.models", "django.forms", "django.template", "django.test", "playwright.sync_api", "redis",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """The mutation of that number in a file."""

    path: str
    number: int
    line: int
    says: str

    @property
    def part(self) -> str:
        """The folder it lies in, a key of TESTS."""
        return str(Path(self.path).parent)


def find_files(asked: Sequence[str]) -> list[str]:
    """The modules to change: those asked for (files or folders), else all of TESTS."""
    found: list[str] = []
    for name in asked or TESTS:
        path = ROOT / name
        files = sorted(path.glob("*.py")) if path.is_dir() else [path]
        found += [str(file.relative_to(ROOT)) for file in files if file.name != "__init__.py"]
    return found


def parse(path: str) -> ast.Module:
    """A file of the tree as it is."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def find_mutants(files: Sequence[str]) -> list[Mutant]:
    """All mutants of these files."""
    return [
        Mutant(path, number, mutation.line, mutation.says)
        for path in files
        for number, mutation in enumerate(
            find_mutations(ast.parse((ROOT / path).read_text(encoding="utf-8")))
        )
    ]


def mutated(mutant: Mutant) -> CodeType:
    """The changed module, compiled."""
    tree = parse(mutant.path)
    find_mutations(tree)[mutant.number].apply()
    return compile(ast.fix_missing_locations(tree), str(ROOT / mutant.path), "exec")


def read_instead(name: str, code: CodeType) -> None:
    """Let the import of this module give that code."""
    loader = importlib.machinery.SourceFileLoader
    ordinary = loader.get_code

    def get_code(self: importlib.machinery.SourceFileLoader, fullname: str) -> CodeType | None:
        return code if fullname == name else ordinary(self, fullname)

    type.__setattr__(loader, "get_code", get_code)


def tests_of(part: str) -> list[str]:
    """The test files of a part, tables before laws."""
    files: list[Path] = []
    for name in TESTS[part]:
        path = ROOT / name
        files += sorted(path.rglob("test_*.py")) if path.is_dir() else [path] * path.exists()
    return [str(file) for file in sorted(files, key=lambda file: file.name == "test_laws.py")]


def needs_servers(part: str) -> bool:
    """Whether tests of that part use the database."""
    return any("integration" in name for name in TESTS[part])


def run_tests(mutant: Mutant | None, part: str, seconds: float) -> bool:
    """Whether the tests pass in a child with this mutant (None: as the tree is)."""
    child = os.fork()
    if child == 0:
        os._exit(_in_child(mutant, part))
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(0.02)
    os.kill(child, 9)
    os.waitpid(child, 0)
    return False


class Quick:
    """Laws that stop at the first example that breaks them, without looking for the simplest."""

    def pytest_sessionstart(self) -> None:
        """After conftest.py has chosen its profile, before a test is read."""
        from hypothesis import Phase, settings

        settings.register_profile("mutants", settings(), phases=[Phase.explicit, Phase.generate])
        settings.load_profile("mutants")


def _in_child(mutant: Mutant | None, part: str) -> int:
    import pytest

    with SAID.open("w") as said:
        for stream in (1, 2):
            os.dup2(said.fileno(), stream)
    if mutant is not None:
        read_instead(mutant.path.removesuffix(".py").replace("/", "."), mutated(mutant))
    # Some plugins are loaded already: their asserts are not rewritten, which matters to nobody here.
    options = ["-x", "-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
    return int(pytest.main([*options, *tests_of(part)], plugins=[Quick()]))


def prepare(parts: set[str]) -> None:
    """Load what every child needs; start and migrate the servers once when tests need them."""
    from tests.harness import plugin

    for name in LOADED_ONCE:
        importlib.import_module(name)
    if not any(needs_servers(part) for part in parts):
        return
    plugin.ENGINES.start()
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity=0"],
        cwd=ROOT,
        env={**os.environ, **plugin.ENGINES.owner_environment()},
        check=True,
    )
    # Children use these servers as they are.
    vars(plugin.ENGINES)["start"] = lambda: None


def hunt(mutants: Sequence[Mutant], seconds: float) -> list[Mutant]:
    """Run the tests against each; returns those that no test noticed."""
    survivors = []
    for place, mutant in enumerate(mutants, start=1):
        if run_tests(mutant, mutant.part, seconds):
            survivors.append(mutant)
            print(f"survived  {mutant.path}:{mutant.line}  {mutant.says}", flush=True)
        if place % 25 == 0:
            print(f"          {place} of {len(mutants)}", flush=True)
    return survivors


def report(mutants: Sequence[Mutant], survivors: Sequence[Mutant]) -> int:
    """Killed and all, per file and in all; 1 under LEAST percent."""
    total, alive = Counter(one.path for one in mutants), Counter(one.path for one in survivors)
    for path in sorted(total):
        killed = total[path] - alive[path]
        print(f"{killed:5} of {total[path]:5} killed  {100 * killed / total[path]:5.1f} %  {path}")
    killed = len(mutants) - len(survivors)
    share = f"{100 * killed / len(mutants):5.1f} %"
    print(f"{killed:5} of {len(mutants):5} killed  {share}  in all (least {LEAST} %)")
    return int(100 * killed < LEAST * len(mutants))


def hunt_here(asked: argparse.Namespace) -> int:
    """In the copy: choose, prepare, check that the tests pass as they are, hunt, report."""
    mutants = find_mutants(find_files(asked.files))
    if asked.sample and asked.sample < len(mutants):
        chosen = Random(asked.seed).sample(range(len(mutants)), asked.sample)
        mutants = [mutants[place] for place in sorted(chosen)]
    parts = {mutant.part for mutant in mutants}
    prepare(parts)
    seconds = {}
    for part in sorted(parts):
        begun = time.monotonic()
        if not run_tests(None, part, 900):
            print(SAID.read_text(), f"the tests of {part} fail without any mutant", sep="\n")
            return 2
        seconds[part] = time.monotonic() - begun
        print(f"{part}: tests take {seconds[part]:.1f} s", flush=True)
    return report(mutants, hunt(mutants, 20 + 4 * max(seconds.values())))


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
