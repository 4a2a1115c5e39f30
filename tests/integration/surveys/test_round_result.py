"""The result of a round, reckoned by hand: response rate, interval over units, weights, hidden parts."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from conduct.agencies.models import User
from conduct.kernel.statistics import ClusterSums, effective_n, wilson
from surveys.models import Round, RoundUnit
from surveys.services.round_results import read_result
from surveys.services.rounds import close_round
from tests.cast import Cast, make_cast
from tests.factories import NOW, make_agency
from tests.integration.surveys.surveying import LAST, survey, type_in, unit_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 10:00 on 20/10/2026."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def cast(questionnaires: None) -> Cast:
    return make_cast()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def field_work(unit: RoundUnit, **numbers: int) -> None:
    RoundUnit.objects.filter(pk=unit.pk).update(**numbers)


@pytest.fixture
def found(cast: Cast) -> Round:
    """An Thuận: 10 forms, 8 satisfied, of 20 drawn from 900. Bình Lâm: 10 forms, 4 satisfied, 30 from 100."""
    found = survey(cast)
    one, two = unit_of(found, cast.commune), unit_of(found, cast.other_commune)
    field_work(one, n_frame=900, n_drawn=20, n_reached=15, n_refused=3)
    field_work(two, n_frame=100, n_drawn=30, n_reached=20, n_refused=4)
    type_in(one, cast.phuong, *[5] * 5, *[4] * 3, 3, 1)
    type_in(two, cast.phuong, *[4] * 4, *[2] * 1)
    type_in(two, cast.phuong, *[2] * 5, respondent="business")
    return found


def test_shares_rates_and_weights_are_those_on_paper(found: Round) -> None:
    result = read_result(found)
    overall = result.whole.overall
    assert (overall.n, overall.kept, overall.total) == (20, 12, 5 * 5 + 3 * 4 + 3 + 1 + 4 * 4 + 6 * 2)
    assert result.response_rate == 20 / 50
    assert result.refusal_rate == 7 / 35
    assert result.weighted == pytest.approx(0.9 * 0.8 + 0.1 * 0.4)
    by_unit = {part.name: part.counts.overall for part in result.by_unit}
    assert by_unit["Xã An Thuận"].share == 0.8
    assert by_unit["Xã Bình Lâm"].share == 0.4
    by_kind = {part.name: (part.counts.overall.n, part.counts.overall.kept) for part in result.by_kind}
    assert by_kind == {"Người dân": (15, 12), "Doanh nghiệp": (5, 0)}


def test_the_interval_takes_units_as_clusters(found: Round) -> None:
    result = read_result(found)
    sums = ClusterSums.of([(8, 10), (4, 10)])
    assert result.n_eff == effective_n(12, 20, sums)
    assert result.n_eff < 20
    low, high = wilson(12, 20, result.n_eff)
    plain_low, plain_high = wilson(12, 20)
    assert low < plain_low
    assert high > plain_high


def test_factors_count_their_own_answers(found: Round) -> None:
    factors = read_result(found).whole.factors
    assert (factors[0].n, factors[0].kept) == (20, 12)
    assert (factors[2].n, factors[2].mean) == (20, 5.0)
    assert factors[1].share is None


def test_a_small_unit_and_the_next_smallest_are_not_shown(cast: Cast) -> None:
    third = make_agency("Xã Cẩm Tú", parent=cast.province)
    found = survey(cast, cast.commune, cast.other_commune, third)
    type_in(unit_of(found, cast.commune), cast.phuong, *[5] * 9)
    type_in(unit_of(found, cast.other_commune), cast.phuong, *[4] * 6)
    type_in(unit_of(found, third), cast.phuong, 1, 2)
    close_round(found=found, by=cast.phuong, now=NOW)
    hidden = {part.name for part in read_result(found).by_unit if part.is_hidden}
    assert hidden == {"Xã Bình Lâm", "Xã Cẩm Tú"}
    rows = (
        CalamineWorkbook.from_filelike(
            io.BytesIO(signed_in(cast.phuong).get(f"/rounds/{found.pk}/result.xlsx").content)
        )
        .get_sheet_by_index(0)
        .to_python()
    )
    by_name = {row[0]: row[1] for row in rows}
    assert (by_name["Tất cả"], by_name["Xã An Thuận"]) == (17, 9)
    assert by_name["Xã Cẩm Tú"] == by_name["Xã Bình Lâm"] == ""


def test_too_few_forms_show_nothing(cast: Cast) -> None:
    found = survey(cast)
    type_in(unit_of(found, cast.commune), cast.phuong, 5, 5, 1)
    close_round(found=found, by=cast.phuong, now=NOW)
    page = signed_in(cast.phuong).get(f"/rounds/{found.pk}/result/").content.decode()
    assert "Quá ít phiếu để có kết quả" in page
    assert "66,7" not in page


def test_the_page_shows_what_was_reckoned(found: Round, cast: Cast) -> None:
    close_round(found=found, by=cast.phuong, now=NOW)
    page = " ".join(signed_in(cast.phuong).get(f"/rounds/{found.pk}/result/").content.decode().split())
    for words in ("60,0 %", "40,0 %", "76,0 %", "80,0 %", "12/20"):
        assert words in page.replace("\N{NO-BREAK SPACE}", " "), words


def test_an_open_round_has_no_result(found: Round, cast: Cast) -> None:
    page = signed_in(cast.phuong).get(f"/rounds/{found.pk}/result/")
    assert page.status_code == 403
    assert "khi đợt khảo sát kết thúc" in page.content.decode()


def test_those_below_the_head_wait_for_the_month_to_close(
    found: Round, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    close_round(found=found, by=cast.phuong, now=NOW)
    address = f"/rounds/{found.pk}/result/"
    assert signed_in(cast.phuong).get(address).status_code == 200
    assert signed_in(cast.tam).get(address).status_code == 403
    assert signed_in(cast.lan).get(f"/rounds/{found.pk}/result.xlsx").status_code == 403
    later: Any = NOW + (LAST - NOW.date()) + timedelta(days=30)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    assert signed_in(cast.lan).get(address).status_code == 200
