"""Running tests against mutants: one process per mutant, forked from one that has collected the tests.

Where a mistake lies in the body of a function, the child gives that function the changed code and runs the
tests that call it, the quickest first. What is read when a module is (a constant, a default) needs a child
that has not imported the module yet: that one is forked from a process that has loaded only what is not ours.
"""

import ast
import gc
import importlib
import importlib.machinery
import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import CodeType, FunctionType

import pytest

from tests.mutation import find_mutations

ROOT = Path(__file__).resolve().parents[1]
# What the tests of the last child printed.
SAID = ROOT / "mutants.log"
# Of the tests that call a function, so many seconds are asked.
ASKED_SECONDS = 60
LOADED_ONCE = (
    "hypothesis", "yaml", "psycopg", "celery", "django.contrib.auth", "django.contrib.postgres.fields",
    "django.db.models", "django.forms", "django.template", "django.test", "playwright.sync_api", "redis",
)  # fmt: skip
# Tests with these leave rows behind when they are killed, or drive other processes.
SHARED_STATE = {"transactional_db", "live_server", "celery_worker", "worker", "start_worker", "page"}

# By file, name and first line.
type Functions = dict[tuple[str, str, int], list[FunctionType]]


@dataclass(frozen=True, slots=True)
class Mutant:
    """The mutation of that number in a file."""

    path: str
    number: int
    line: int
    inside: str
    says: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What stays the same when lines move."""
        return self.path, self.inside, self.says


@dataclass(frozen=True, slots=True)
class Learnt:
    """Of each test, as the tree is: its seconds; of each function "path:name" the tests that call it.

    ``broken``: tests that fail as the tree is; they notice nothing and are left out.
    """

    seconds: Mapping[str, float]
    callers: Mapping[str, Sequence[str]]
    broken: Sequence[str]

    def ask(self, mutant: Mutant) -> list[str]:
        """The tests to run against this mutant, the quickest first."""
        called = f"{mutant.path}:{mutant.inside}"
        found = {
            test for name, tests in self.callers.items() for test in tests
            if name == called or (not mutant.inside and name.startswith(called))
        }  # fmt: skip
        asked, spent = [], 0.0
        for test in sorted(found or (() if mutant.inside else self.seconds), key=self._order):
            if spent < ASKED_SECONDS:
                asked.append(test)
                spent += self.seconds[test]
        return asked

    def limit(self, tests: Sequence[str]) -> float:
        """Seconds after which a child that runs these tests will not end any more."""
        return 30 + 4 * sum(self.seconds[test] for test in tests)

    def _order(self, test: str) -> tuple[float, str]:
        return round(self.seconds[test], 1), test


def mutated(mutant: Mutant) -> CodeType:
    """The changed module, compiled."""
    tree = ast.parse((ROOT / mutant.path).read_text(encoding="utf-8"))
    find_mutations(tree)[mutant.number].apply()
    return compile(ast.fix_missing_locations(tree), str(ROOT / mutant.path), "exec")


def in_child(do: Callable[[], bool], seconds: float, log: Path = SAID) -> bool:
    """Whether this is true in a fork; a fork that takes longer is killed, which is no."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            with log.open("w") as said:
                for stream in (1, 2):
                    os.dup2(said.fileno(), stream)
            status = int(not do())
        finally:
            sys.stdout.flush()
            os._exit(status)
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        found, ended = os.waitpid(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(ended) == 0
        time.sleep(0.005)
    os.kill(child, 9)
    os.waitpid(child, 0)
    return False


def prepare(servers: bool) -> None:
    """Load what every child needs; start and migrate the servers once when tests need them."""
    from tests.harness import plugin

    for name in LOADED_ONCE:
        importlib.import_module(name)
    if not servers:
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


def run_pytest(names: Sequence[str], plugin: object) -> int:
    """Pytest in this process, on these files or tests."""
    # Some plugins are loaded already: their asserts are not rewritten, which matters to nobody here.
    options = ["-x", "-s", "-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
    return int(pytest.main([*options, *names], plugins=[plugin]))


class Quick:
    """Laws that stop at the first example that breaks them; a database that is migrated already."""

    def pytest_sessionstart(self) -> None:
        """After conftest.py has chosen its profile, before a test is read."""
        from hypothesis import Phase, settings
        from hypothesis.internal import charmap

        from tests.harness import database

        charmap.charmap()

        settings.register_profile("mutants", settings(), phases=[Phase.explicit, Phase.generate])
        settings.load_profile("mutants")
        vars(database)["_migrate"] = lambda _engines: None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """At once: nobody waits for a summary."""
        if report.failed:
            print(report.nodeid, report.longreprtext, sep="\n", flush=True)


class Hunt(Quick):
    """Runs each test once in a child and notes what it calls; then a child per mutant in a function."""

    def __init__(self, mutants: Sequence[Mutant], notes: Path, told: Callable[[Mutant, bool], None]) -> None:
        self.mutants = [one for one in mutants if one.inside]
        self.paths = {one.path for one in mutants}
        self.notes, self.told = notes, told

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Instead of pytest's own."""
        items = {item.nodeid: item for item in session.items if not shares_state(item)}
        if not in_child(lambda: learn(session, items.values(), self.paths, self.notes), 3600):
            return True
        learnt = Learnt(**json.loads(self.notes.read_text()))
        functions = find_functions(self.paths)
        for mutant in self.mutants:
            asked = learnt.ask(mutant)
            hunt = partial(self._survives, session, mutant, functions, [items[name] for name in asked])
            self.told(mutant, not asked or in_child(hunt, learnt.limit(asked)))
        return True

    def _survives(
        self, session: pytest.Session, mutant: Mutant, functions: Functions, items: list[pytest.Item]
    ) -> bool:
        swap(mutant, functions)
        return all(passes(session, item, after) for item, after in in_turn(items))


def shares_state(item: pytest.Item) -> bool:
    """Whether a test commits to the database or starts other processes."""
    marker = item.get_closest_marker("django_db")
    names = set(getattr(item, "fixturenames", ()))
    return bool(SHARED_STATE & names) or bool(marker and marker.kwargs.get("transaction"))


def in_turn(items: Sequence[pytest.Item]) -> Iterator[tuple[pytest.Item, pytest.Item | None]]:
    """Each with the one after it."""
    return zip(items, [*items[1:], None], strict=True)


def passes(session: pytest.Session, item: pytest.Item, after: pytest.Item | None) -> bool:
    """Run one test; what the next one needs too stays."""
    failed = session.testsfailed
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
    return session.testsfailed == failed


def learn(session: pytest.Session, items: Iterable[pytest.Item], paths: set[str], notes: Path) -> bool:
    """Run these tests; write down how long each takes and which functions of these files it calls."""
    files = {str(ROOT / path): path for path in paths}
    called: set[str] = set()

    def started(code: CodeType, _offset: int) -> object:
        if code.co_filename not in files:
            return sys.monitoring.DISABLE
        called.add(f"{files[code.co_filename]}:{code.co_qualname.split('.<locals>')[0]}")
        return None

    watch = sys.monitoring
    watch.use_tool_id(watch.PROFILER_ID, "mutants")
    watch.register_callback(watch.PROFILER_ID, watch.events.PY_START, started)
    watch.set_events(watch.PROFILER_ID, watch.events.PY_START)
    seconds: dict[str, float] = {}
    callers: dict[str, list[str]] = defaultdict(list)
    broken: list[str] = []
    for item, after in in_turn(list(items)):
        called.clear()
        begun = time.monotonic()
        if not passes(session, item, after):
            broken.append(item.nodeid)
            continue
        seconds[item.nodeid] = time.monotonic() - begun
        for name in called:
            callers[name].append(item.nodeid)
    notes.write_text(json.dumps({"seconds": seconds, "callers": callers, "broken": broken}))
    return bool(seconds)


def find_functions(paths: set[str]) -> Functions:
    """The functions of these files by file, name and first line, wherever they are kept."""
    files = {str(ROOT / path): path for path in paths}
    found: Functions = defaultdict(list)
    for one in gc.get_objects():
        if type(one) is FunctionType and one.__code__.co_filename in files:
            code = one.__code__
            found[files[code.co_filename], code.co_qualname, code.co_firstlineno].append(one)
    return found


def swap(mutant: Mutant, functions: Functions) -> None:
    """Give the function that the mistake is in the changed code."""
    for code in _codes(mutated(mutant)):
        if code.co_qualname == mutant.inside:
            for function in functions[mutant.path, code.co_qualname, code.co_firstlineno]:
                function.__code__ = code


def _codes(code: CodeType) -> Iterator[CodeType]:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield one
            yield from _codes(one)


def survives_import(mutant: Mutant, learnt: Learnt) -> bool:
    """Whether the tests pass when the module is read with a mistake outside of its functions."""
    asked = learnt.ask(mutant)
    return in_child(partial(_passes_import, mutant, asked), learnt.limit(asked))


def _passes_import(mutant: Mutant, asked: Sequence[str]) -> bool:
    loader = importlib.machinery.SourceFileLoader
    ordinary, code = loader.get_code, mutated(mutant)
    changed = mutant.path.removesuffix(".py").replace("/", ".")

    def get_code(self: importlib.machinery.SourceFileLoader, name: str) -> CodeType | None:
        return code if name == changed else ordinary(self, name)

    type.__setattr__(loader, "get_code", get_code)
    return run_pytest(asked, Quick()) == 0
