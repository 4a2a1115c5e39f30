"""A campaign of Lan's office, on a fixed day."""

from datetime import date

import pytest

from conduct.commitments.models import Campaign
from tests.cast import Cast, make_cast
from tests.factories import NOW


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 10:00 on 20/10/2026."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    return Campaign.objects.create(
        agency=cast.commune, adoption=cast.adoption, year=2026, opens_on=date(2026, 10, 1),
        due_on=date(2026, 11, 30), opened_by=cast.tam, opened_at=NOW,
    )  # fmt: skip
