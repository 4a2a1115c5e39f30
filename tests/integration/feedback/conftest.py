"""Fixtures of cases: the cast, keys in a folder of the test's own, and the clock at NOW."""

from pathlib import Path
from typing import Any

import pytest

from tests.cast import Cast, make_cast
from tests.factories import NOW


@pytest.fixture
def cast(db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cast:
    settings.KEY_ROOT = tmp_path / "keys"
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    return make_cast()
