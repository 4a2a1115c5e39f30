"""Sizes that read well, no clock where acts are decided, services that are called by name."""

import ast
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, Module, modules
from tests.architecture.test_arrows import kind_of

OURS = modules("conduct", "models_catalog", "surveys", "tests")
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
CLOCKS = {"now", "utcnow", "today", "localdate", "localtime", "time", "monotonic"}

# What the timetable does, and what is read from the repository's own files: nobody's act, hence no `by`.
BY_NOBODY = {
    "conduct.agencies.services.months.finish_closing",
    "conduct.feedback.services.consent_texts.load_consent_text",
    "conduct.reports.services.hints.tell_of_hints",
    "conduct.reports.services.publication.publish_due",
    "conduct.reports.services.publication.publish_month",
    "conduct.ratings.services.schemes.load_schemes",
    "conduct.scores.services.schemes.load_schemes",
    "conduct.scores.services.seals.seal_closed_months",
    "models_catalog.services.library.load_library",
    "surveys.services.questionnaires.load_questionnaire",
}


@pytest.mark.parametrize("module", OURS, ids=lambda m: m.name)
def test_a_file_has_at_most_400_lines(module: Module) -> None:
    assert module.n_lines <= 400


@pytest.mark.parametrize("module", OURS, ids=lambda m: m.name)
def test_a_function_has_at_most_50_lines(module: Module) -> None:
    long = {f.name: n for f in module.functions() if (n := (f.end_lineno or f.lineno) - f.lineno + 1) > 50}
    assert not long


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT / "templates")))
def test_a_template_has_at_most_120_lines(template: Path) -> None:
    assert len(template.read_text(encoding="utf-8").splitlines()) <= 120


def test_no_file_is_called_utils_or_signals() -> None:
    assert not [m.name for m in OURS if m.name.rpartition(".")[2] in {"utils", "helpers", "misc", "signals"}]


def _reads_a_clock(module: Module) -> list[str]:
    found = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not node.args:
            owner = node.func.value
            if isinstance(owner, ast.Name) and node.func.attr in CLOCKS:
                found.append(f"{owner.id}.{node.func.attr}() in line {node.lineno}")
    return found


@pytest.mark.parametrize(
    "module",
    [
        m
        for m in modules()
        if m.app and kind_of(m.name, m.app) in {"services", "permissions", "tallies", "models", "rules"}
    ],
    ids=lambda m: m.name,
)
def test_no_clock_below_views_and_tasks(module: Module) -> None:
    assert not _reads_a_clock(module)


def _services() -> list[tuple[str, ast.FunctionDef]]:
    """Business acts: public functions of services modules that open a transaction."""
    found = []
    for module in modules():
        if not module.app or ".services" not in f"{module.name}.":
            continue
        for node in module.tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                decorators = [ast.unparse(decorator) for decorator in node.decorator_list]
                if any(name.startswith("transaction.atomic") for name in decorators):
                    found.append((f"{module.name}.{node.name}", node))
    return found


SERVICES = _services()


def test_there_are_services() -> None:
    assert len(SERVICES) >= 10


@pytest.mark.parametrize(("name", "node"), SERVICES, ids=[name for name, _node in SERVICES])
def test_a_service_is_called_by_names_and_told_who_and_when(name: str, node: ast.FunctionDef) -> None:
    assert name in BY_NOBODY or not node.args.args, f"{name} takes positional arguments"
    assert not node.args.posonlyargs
    taken = {argument.arg for argument in node.args.kwonlyargs}
    if name not in BY_NOBODY:
        assert "by" in taken, f"{name} does not say by whom"
        assert "now" in taken, f"{name} does not say when"


def _calls(node: ast.AST) -> set[str]:
    """Names of the functions it calls; those of other modules with a dot before them."""
    found = set()
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
            found.add(call.func.id)
        elif isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            found.add(f".{call.func.attr}")
    return found


def _reached(name: str, node: ast.FunctionDef) -> set[str]:
    """What a service calls, also through private functions of its own module."""
    module = next(m for m in modules() if m.name == name.rpartition(".")[0])
    private = {f.name: f for f in module.functions() if f.name.startswith("_")}
    reached, todo = set(), _calls(node)
    while todo:
        one = todo.pop()
        if one not in reached:
            reached.add(one)
            todo |= _calls(private[one]) if one in private else set()
    return reached


@pytest.mark.parametrize(("name", "node"), SERVICES, ids=[name for name, _node in SERVICES])
def test_a_service_leaves_a_trail(name: str, node: ast.FunctionDef) -> None:
    """It records its act, or it is made of services that do."""
    if name in BY_NOBODY:
        return
    acts = {other.rpartition(".")[2] for other, _node in SERVICES}
    elsewhere = {f".{act}" for act in acts}
    assert _reached(name, node) & ({"record"} | acts - {node.name} | elsewhere), f"{name} leaves no audit row"
