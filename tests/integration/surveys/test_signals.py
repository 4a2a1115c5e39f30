"""Signals for those who lead: who is heard, silent tablets, hours, one mark; never about the own desk."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from conduct.dossiers.models import Dossier
from surveys.models import DeskOfficer, Kiosk, ServicePoint
from tests.cast import Cast, make_cast
from tests.integration.surveys.arrange import make_point
from tests.integration.surveys.test_set_aside import aside, close, signed_in, this_month

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(questionnaires: None) -> Cast:
    return make_cast()


@pytest.fixture
def point(cast: Cast) -> ServicePoint:
    return make_point(cast.one_stop)


def finish(cast: Cast, n: int, on: date, **fields: Any) -> None:
    """Dossiers that Lan finished."""
    Dossier.objects.bulk_create(
        Dossier(
            agency=cast.one_stop,
            code=f"H{on:%m%d}-{number}",
            procedure="Khai sinh",
            channel="desk",
            received_on=on - timedelta(days=3),
            promised_on=on,
            due_on=on,
            finished_on=on,
            **{"posting": cast.lan_posting, **fields},
        )
        for number in range(n)
    )


def sits(cast: Cast, point: ServicePoint) -> None:
    DeskOfficer.objects.create(point=point, posting=cast.lan_posting, starts_on=date(2025, 7, 1))


def test_coverage_is_forms_a_finished_dossier(cast: Cast, point: ServicePoint) -> None:
    last = this_month().previous()
    close(cast.commune, last)
    sits(cast, point)
    finish(cast, 40, last.first + timedelta(days=10))
    aside(point, "", month=last)
    said = signed_in(cast.minh).get("/signals/").content.decode()
    assert "1 phiếu được tính, 40 hồ sơ đã giải quyết: 2,5 %" in said.replace("\xa0", " ")
    assert "Rất ít người được hỏi ý kiến" in said


def test_a_dossier_of_an_officer_of_two_desks_counts_at_neither(cast: Cast, point: ServicePoint) -> None:
    second = make_point(cast.one_stop, slug="haiquay", name="Quầy 3")
    sits(cast, point)
    sits(cast, second)
    finish(cast, 40, timezone.localdate())
    said = signed_in(cast.tam).get("/signals/").content.decode()
    assert "40 hồ sơ đã giải quyết" in said
    assert "Rất ít người được hỏi ý kiến" not in said


def test_a_silent_tablet_is_told_at_once_and_a_revoked_one_is_not(cast: Cast, point: ServicePoint) -> None:
    long_ago = timezone.now() - timedelta(days=20)
    made = {"made_by": cast.quan, "made_at": long_ago, "paired_at": long_ago}
    Kiosk.objects.create(point=point, name="Máy cạnh cửa", answered_on=long_ago.date(), **made)
    Kiosk.objects.create(point=point, name="Máy đã thu hồi", revoked_at=long_ago, **made)
    Kiosk.objects.create(point=point, name="Máy mới dùng", answered_on=timezone.localdate(), **made)
    said = signed_in(cast.minh).get("/signals/", {"unit": cast.one_stop.code, "month": str(this_month())})
    page = said.content.decode()
    assert "Máy cạnh cửa" in page
    assert "Máy đã thu hồi" not in page
    assert "Máy mới dùng" not in page


def test_presses_after_hours_and_one_mark_stand_out(cast: Cast, point: ServicePoint) -> None:
    for n in range(25):
        aside(point, "", overall=5, is_outside_hours=n < 5)
    page = signed_in(cast.tam).get("/signals/").content.decode()
    assert "Phiếu ngoài giờ làm việc" in page
    assert "Gần như luôn cùng một mức" in page


def test_counts_of_an_open_month_are_for_the_head(cast: Cast, point: ServicePoint) -> None:
    for _ in range(23):
        aside(point, "", overall=5)
    query = {"unit": cast.one_stop.code, "month": str(this_month())}
    assert ">23<" in signed_in(cast.tam).get("/signals/", query).content.decode()
    page = signed_in(cast.minh).get("/signals/", query).content.decode()
    assert ">23<" not in page
    assert "Gần như luôn cùng một mức" not in page


def test_an_officer_sees_no_signals_and_a_leader_none_of_the_own_desk(
    cast: Cast, point: ServicePoint
) -> None:
    assert signed_in(cast.lan).get("/signals/").status_code == 403
    assert signed_in(cast.lan).get("/signals/list.xlsx").status_code == 403
    DeskOfficer.objects.create(point=point, posting=cast.minh_posting, starts_on=date(2025, 7, 1))
    assert point.name not in signed_in(cast.minh).get("/signals/").content.decode()
    assert point.name in signed_in(cast.tam).get("/signals/").content.decode()


def test_the_file_holds_what_the_page_shows(cast: Cast, point: ServicePoint) -> None:
    point.name = "=1+1"
    point.save()
    for _ in range(21):
        aside(point, "", overall=5)
    aside(point)
    answer = signed_in(cast.tam).get("/signals/list.xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[-1][0] == "=1+1"
    assert rows[-1][1:5] == [21, "", 0, 1]
    assert rows[-1][6] == "gần như luôn cùng một mức"


def test_the_file_of_an_open_month_is_empty_below_the_head(cast: Cast, point: ServicePoint) -> None:
    aside(point, "")
    query = {"unit": cast.one_stop.code, "month": str(this_month())}
    answer = signed_in(cast.minh).get("/signals/list.xlsx", query)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[-1][0] == point.name
    assert set(rows[-1][1:]) == {""}


def test_signals_cost_few_queries(
    cast: Cast, point: ServicePoint, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(cast.tam)
    for n in range(12):
        make_point(cast.one_stop, slug=f"them{n:03}", name=f"Quầy {n + 20}")
    with django_assert_max_num_queries(12):
        assert client.get("/signals/").status_code == 200
