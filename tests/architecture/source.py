"""The sources as data: modules with their syntax trees, and what they import."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# From the top down; an app imports only from below. Apps on one line are siblings and never see each other.
LAYERS = (
    ("conduct.demo",),
    ("conduct.reports",),
    ("conduct.ratings",),
    ("conduct.scores",),
    ("conduct.oversight",),
    ("conduct.feedback",),
    ("conduct.judgements", "conduct.commitments", "surveys"),
    ("models_catalog", "conduct.dossiers"),
    ("conduct.notices",),
    ("conduct.agencies",),
    ("conduct.audit",),
    ("conduct.documents",),
    ("conduct.kernel",),
)
APPS = tuple(app for layer in LAYERS for app in layer)
COMPOSITION_ROOT = ("conduct.settings", "conduct.urls", "conduct.celery", "conduct.wsgi", "conduct.env")


@dataclass(frozen=True)
class Module:
    """A Python file of ours: dotted name, path, lines, syntax tree."""

    name: str
    path: Path
    n_lines: int
    tree: ast.Module

    @property
    def is_package(self) -> bool:
        """Whether the file is a package's ``__init__``."""
        return self.path.name == "__init__.py"

    @property
    def app(self) -> str:
        """The app it belongs to, empty for the composition root and tests."""
        return next((app for app in APPS if self.name == app or self.name.startswith(f"{app}.")), "")

    def functions(self) -> Iterator[ast.FunctionDef]:
        """Every function and method in it."""
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef))


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """The modules below these folders, migrations excepted."""
    found = []
    for folder in folders or ("conduct", "models_catalog", "surveys"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            text = path.read_text(encoding="utf-8")
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found.append(Module(name, path, text.count("\n") + 1, ast.parse(text)))
    return tuple(found)


def imports(module: Module) -> Iterator[str]:
    """The dotted names a module imports, relative ones made whole; of a package, the names taken from it."""
    package = module.name if module.is_package else module.name.rpartition(".")[0]
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base] if base else above)
            yield from (f"{base}.{alias.name}" for alias in node.names)
