"""What tests of ratings share: the cast, the schemes, and the clock on 20 October 2026."""

from typing import Any

import pytest

from tests.cast import Cast, make_cast
from tests.factories import NOW


@pytest.fixture
def october(monkeypatch: pytest.MonkeyPatch, rating_schemes: Any) -> Cast:
    """The cast in October 2026: five days before own sheets are due."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    return make_cast()
