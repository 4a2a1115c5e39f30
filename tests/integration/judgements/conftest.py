"""Lan's month, on a fixed day, ready to be judged."""

from collections.abc import Callable
from typing import Any

import pytest

from conduct.judgements.models import JudgementSheet
from conduct.judgements.rules import Verdict
from conduct.judgements.services import items_to_judge, judge_person
from conduct.kernel.months import Month
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
def month() -> Month:
    return Month(2026, 10)


type Judge = Callable[..., tuple[JudgementSheet, bool]]


@pytest.fixture
def judged(cast: Cast, month: Month) -> Judge:
    """Judge Lan as Minh, every item at 4 but those said: ``judged(values={1: (2, "Đi muộn")})`` by place."""

    def act(
        values: dict[int, tuple[int, str]] | None = None, revision: int = 0, **changed: Any
    ) -> tuple[JudgementSheet, bool]:
        items = items_to_judge(cast.adoption)
        verdicts = {item.pk: Verdict(*(values or {}).get(place, (4, ""))) for place, item in enumerate(items)}
        asked = {
            "posting": cast.lan_posting, "adoption": cast.adoption, "month": month, "verdicts": verdicts,
            "by": cast.minh, "now": NOW, **changed,
        }  # fmt: skip
        return judge_person(revision=revision, **asked)

    return act
