"""The fixtures of all tests, by name. What they do is in tests/harness."""

import os

import pytest
from hypothesis import settings

from tests.harness.browser import NO_BROWSER, browser, new_context, page, skip_without_browser
from tests.harness.cache import own_cache
from tests.harness.database import (
    as_cm_app,
    consent_texts,
    django_db_setup,
    engines,
    library,
    owner_connection,
    questionnaires,
    rating_schemes,
    schemes,
    superuser_connection,
)
from tests.harness.language import own_language
from tests.harness.network import loopback_only
from tests.harness.passwords import cheap_passwords
from tests.harness.worker import broker, celery_worker, start_worker, worker

__all__ = [
    "as_cm_app",
    "broker",
    "browser",
    "celery_worker",
    "cheap_passwords",
    "consent_texts",
    "django_db_setup",
    "engines",
    "library",
    "loopback_only",
    "new_context",
    "own_cache",
    "own_language",
    "owner_connection",
    "page",
    "questionnaires",
    "rating_schemes",
    "schemes",
    "start_worker",
    "superuser_connection",
    "worker",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip browser tests where there is no browser (and say so at the end)."""
    skip_without_browser(items)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One visible line about what was not tested."""
    skipped = [one for one in terminalreporter.stats.get("skipped", ()) if NO_BROWSER in str(one.longrepr)]
    if skipped:
        terminalreporter.write_line(f"{len(skipped)} browser tests skipped: {NO_BROWSER}.", yellow=True)


# A change must pass or fail by what it changes, not by luck: the examples follow from the code.
# `EXPLORE=1 make test ARGS=…` draws others.
settings.register_profile("steady", derandomize=True)
settings.register_profile("explore", print_blob=True)
settings.load_profile("explore" if os.environ.get("EXPLORE") else "steady")
