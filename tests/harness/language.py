"""Each test begins in the language of the offices: a page that one test opened in English stays in no other."""

import pytest
from django.conf import settings
from django.utils import translation


@pytest.fixture(autouse=True)
def own_language() -> None:
    """Vietnamese, until the test itself asks for another."""
    translation.activate(settings.LANGUAGE_CODE)
