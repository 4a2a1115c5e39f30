"""The page of signals: an office on which each question comes up, one on which none does, and rights."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from conduct.agencies.models import User
from conduct.ratings.models import Sheet
from conduct.ratings.rules.periods import Period
from conduct.ratings.services import inflation as services
from conduct.ratings.services.inflation import read_signals
from conduct.ratings.tallies.inflation import tally_rated, tally_serving
from surveys.tallies.answers import PostingAnswers
from tests.cast import Cast, make_cast
from tests.factories import NOW, make_posting, make_user
from tests.integration.ratings.arrange import OCTOBER, give_points, make_sheet

PERIOD = Period(OCTOBER)


@pytest.fixture
def cast(db: None, rating_schemes: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    return make_cast()


def reviewed(
    cast: Cast, reviewer: User, given: str, own: str | None = None, *, serves: bool = False
) -> Sheet:
    """A reviewed sheet of a new person with this total."""
    posting = make_posting(make_user(), cast.one_stop, serves_citizens=serves)
    total = None if own is None else Decimal(own)
    return make_sheet(
        posting, state="reviewed", submitted_at=NOW, reviewed_at=NOW, reviewer=reviewer,
        review_total=Decimal(given), self_total=total,
    )  # fmt: skip


def alike(cast: Cast) -> None:
    """Minh gives everybody everything, as they said themselves; Tâm tells people apart."""
    for _ in range(10):
        give_points(reviewed(cast, cast.minh, "100", "100", serves=True), "review")
    for total in ("70", "75", "80", "85", "90", "95", "70", "75", "80", "85"):
        reviewed(cast, cast.tam, total, str(Decimal(total) + 1))


def test_every_question_comes_up_on_prepared_data(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    alike(cast)
    said = [
        PostingAnswers(row.posting_id, cast.one_stop.pk, OCTOBER.first, 0, judged=20, kept=12)
        for row in tally_serving(cast.commune.pk, OCTOBER.first, "month")
    ]
    monkeypatch.setattr(services, "tally_posting_answers", lambda _ids, _month: said)
    client.force_login(cast.tam)
    page = client.get("/ratings/signals/")
    assert page.status_code == 200
    minh, tam = page.context["signals"].reviewers
    assert [one.question for one in minh.signals] == ["all_maximum", "narrow", "identical", "citizens_below"]
    assert tam.signals == []
    assert page.context["signals"].question is None
    text = page.content.decode()
    for words in ("100,0\xa0%", "60,0\xa0%", "lặp lại đúng điểm tự chấm", "Người dân đã gặp điều gì"):
        assert words in text


def test_nothing_is_asked_about_an_ordinary_office(client: Client, cast: Cast) -> None:
    for place, total in enumerate(("72", "78", "83", "88", "91", "94", "80", "85", "76", "89")):
        reviewed(cast, cast.minh if place % 2 else cast.tam, total, str(Decimal(total) + 1))
    client.force_login(cast.tam)
    page = client.get("/ratings/signals/")
    assert page.context["signals"].n_questions == 0
    assert "Không có điều cần hỏi" in page.content.decode()


def test_an_office_without_reviewed_sheets_says_so(client: Client, cast: Cast) -> None:
    make_sheet(cast.lan_posting)
    client.force_login(cast.tam)
    page = client.get("/ratings/signals/")
    assert page.context["signals"] is None
    assert "Chưa có phiếu nào" in page.content.decode()


def test_only_those_who_serve_and_are_answered_about_are_compared(cast: Cast) -> None:
    give_points(reviewed(cast, cast.minh, "100", serves=True), "review", less="0")
    give_points(reviewed(cast, cast.minh, "100"), "review")
    (row,) = tally_serving(cast.commune.pk, OCTOBER.first, "month")
    assert (row.reviewer, row.given, row.most) == (cast.minh.pk, Decimal("2.5"), Decimal("2.5"))
    assert read_signals(cast.commune, PERIOD).reviewers[0].served is None


def test_the_maximum_is_that_of_the_scheme(cast: Cast) -> None:
    reviewed(cast, cast.minh, "100")
    contract = make_posting(make_user(), cast.one_stop, category="hop_dong")
    make_sheet(
        contract, state="reviewed", submitted_at=NOW, reviewed_at=NOW, reviewer=cast.minh, review_total=90
    )
    assert [one.maximum for one in tally_rated(cast.commune.pk, OCTOBER.first, "month")] == [100, 100]
    assert tally_rated(cast.other_commune.pk, OCTOBER.first, "month") == []
    assert tally_rated(cast.commune.pk, OCTOBER.first, "quarter") == []


def test_heads_see_their_offices_and_nobody_else_does(client: Client, cast: Cast) -> None:
    alike(cast)
    for person in (cast.lan, cast.minh, cast.quan, cast.hanh):
        client.force_login(person)
        assert client.get("/ratings/signals/").status_code == 403
    client.force_login(cast.hoa)
    assert client.get("/ratings/signals/").context["office"] == cast.other_commune
    assert client.get("/ratings/signals/", {"office": cast.commune.code}).status_code == 404
    client.force_login(cast.phuong)
    page = client.get("/ratings/signals/", {"office": cast.commune.code, "period": "2026-10/1"})
    assert page.context["period"] == PERIOD
    assert page.context["signals"].n_questions
    assert client.get("/ratings/signals/", {"period": "gone"}).status_code == 200


def test_the_number_of_statements_does_not_grow(cast: Cast, django_assert_max_num_queries: Any) -> None:
    alike(cast)
    with django_assert_max_num_queries(6):
        read_signals(cast.commune, PERIOD)
