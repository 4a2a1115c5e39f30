"""An app imports only from below, and inside an app the kinds of file have their order."""

import pytest

from tests.architecture.source import APPS, COMPOSITION_ROOT, LAYERS, Module, imports, modules

RANK = {app: rank for rank, layer in enumerate(LAYERS) for app in layer}

# Inside an app, from the top down. A module that is named after a thing says here which kind it is of.
KINDS = (
    ("urls",),
    ("views", "management"),
    ("forms",),
    ("tasks",),
    ("services",),
    ("permissions",),
    ("tallies",),
    ("models",),
    ("rules",),
)
KIND_RANK = {kind: rank for rank, kinds in enumerate(KINDS) for kind in kinds}
NAMED = {
    "conduct.agencies.branches": "tallies",
    "conduct.agencies.navigation": "views",
    "conduct.agencies.periods": "permissions",
    "conduct.agencies.tree": "tallies",
    "conduct.commitments.coverage": "tallies",
    "conduct.judgements.team": "permissions",
    "conduct.notices.frame": "views",
    "conduct.notices.mail": "tasks",
    "conduct.reports.figures": "services",
    "conduct.reports.waiting": "services",
    "conduct.reports.wording": "services",
    "conduct.scores.ledger": "services",
    "conduct.scores.writes": "tallies",
    "models_catalog.comparing": "services",
    "models_catalog.templatetags": "views",
    "surveys.accounts": "views",
    "surveys.asking": "services",
    "surveys.sms": "services",
}
# No pages, no acts: helpers (kernel, documents), the trail, and the generator, which has an order of its own.
WITHOUT_KINDS = ("conduct.kernel", "conduct.documents", "conduct.audit", "conduct.demo")


def target_app(name: str) -> str:
    return next((app for app in APPS if name == app or name.startswith(f"{app}.")), "")


def kind_of(name: str, app: str) -> str | None:
    """The kind of a module; None for the app's package itself, apps.py and what is no module of the app."""
    for named, kind in NAMED.items():
        if name == named or name.startswith(f"{named}."):
            return kind
    rest = name.removeprefix(f"{app}.").split(".")
    if name == app or rest[0] in {"apps", "migrations"}:
        return None
    return rest[0]


@pytest.mark.parametrize("module", [m for m in modules() if m.app], ids=lambda m: m.name)
def test_an_app_imports_only_from_below(module: Module) -> None:
    for name in imports(module):
        app = target_app(name)
        if app and app != module.app:
            assert RANK[app] > RANK[module.app], f"{module.name} imports {name}"


@pytest.mark.parametrize("module", [m for m in modules() if m.app], ids=lambda m: m.name)
def test_nobody_imports_the_composition_root(module: Module) -> None:
    for name in imports(module):
        assert not name.startswith(COMPOSITION_ROOT), f"{module.name} imports {name}"


@pytest.mark.parametrize("module", [m for m in modules() if m.app], ids=lambda m: m.name)
def test_inside_an_app_the_kinds_of_file_have_their_order(module: Module) -> None:
    if module.app in WITHOUT_KINDS:
        return
    kind = kind_of(module.name, module.app)
    if kind is None:
        return
    assert kind in KIND_RANK, f"{module.name} is of no known kind: name it in NAMED"
    for name in imports(module):
        if target_app(name) != module.app:
            continue
        other = kind_of(name, module.app)
        if other in KIND_RANK:
            assert KIND_RANK[other] >= KIND_RANK[kind], f"{module.name} ({kind}) imports {name} ({other})"


@pytest.mark.parametrize("module", [m for m in modules() if m.app], ids=lambda m: m.name)
def test_services_never_import_tasks(module: Module) -> None:
    if kind_of(module.name, module.app) == "services":
        tasks = f"{module.app}.tasks"
        assert not [name for name in imports(module) if name == tasks or name.startswith(f"{tasks}.")]


@pytest.mark.parametrize("module", [m for m in modules() if m.app == "conduct.scores"], ids=lambda m: m.name)
def test_scores_see_the_evidence_through_tallies_alone(module: Module) -> None:
    for name in imports(module):
        for app in (
            "conduct.judgements", "conduct.commitments", "surveys", "conduct.dossiers", "conduct.feedback",
        ):  # fmt: skip
            if name.startswith(f"{app}."):
                assert name.startswith(f"{app}.tallies"), f"{module.name} imports {name}"


@pytest.mark.parametrize(
    "module", [m for m in modules() if m.app and ".rules" in f"{m.name}."], ids=lambda m: m.name
)
def test_rules_know_neither_django_nor_engines(module: Module) -> None:
    foreign = {"django", "celery", "psycopg", "redis", "allauth", "os", "pathlib", "subprocess", "socket"}
    assert not {name.split(".")[0] for name in imports(module)} & foreign


def test_every_named_module_exists() -> None:
    known = {module.name for module in modules()}
    assert set(NAMED) <= known, sorted(set(NAMED) - known)


def test_a_wrong_arrow_would_be_found() -> None:
    """The test of the test: relative imports and imports inside functions are seen."""
    import ast
    from pathlib import Path

    text = "def late():\n    from ..scores import tasks\n    import surveys.views\n"
    module = Module("conduct.agencies.tree", Path("tree.py"), 3, ast.parse(text))
    assert set(imports(module)) == {"conduct.scores.tasks", "surveys.views"}
