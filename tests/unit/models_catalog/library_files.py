"""The library as it lies on disk, for the tests."""

import json
from pathlib import Path
from typing import Any

import yaml

from models_catalog.rules.library import LibraryModel, parse_model

LIBRARY = Path(__file__).resolve().parents[3] / "models_catalog" / "library"
SCHEMA: dict[str, Any] = json.loads((LIBRARY / "schema.json").read_text(encoding="utf-8"))
PATHS = sorted(path for path in LIBRARY.glob("*.yaml") if path.name != "mottoes.yaml")


def document(path: Path) -> dict[str, Any]:
    """One file as YAML gives it."""
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def models() -> dict[str, LibraryModel]:
    """Every model by key."""
    return {path.stem: parse_model(document(path)) for path in PATHS}
