"""Each test begins in the language of the offices, whatever the last one opened."""

import pytest
from django.conf import settings
from django.utils import translation


@pytest.fixture(autouse=True)
def own_language() -> None:
    """Vietnamese, until the test itself asks for another."""
    translation.activate(settings.LANGUAGE_CODE)
