"""Forms set aside: a number for those who watch, and whoever they do not rate lets them count again."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from conduct.agencies.models import Agency, Period, Role, User
from conduct.agencies.permissions import Refused
from conduct.audit.models import AuditEvent
from conduct.kernel.months import Month
from surveys.models import DeskOfficer, Questionnaire, Response, ServicePoint, SetAside
from surveys.services.honesty import reinstate_forms
from surveys.tallies.answers import tally_satisfaction
from tests.cast import Cast, make_cast
from tests.factories import grant
from tests.integration.surveys.arrange import make_point

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(questionnaires: None) -> Cast:
    return make_cast()


@pytest.fixture
def point(cast: Cast) -> ServicePoint:
    return make_point(cast.one_stop)


def this_month() -> Month:
    return Month.of(timezone.localdate())


def aside(
    point: ServicePoint, reason: str = "burst", *, month: Month | None = None, **fields: Any
) -> Response:
    """A form that does not count (an empty reason: one that does)."""
    values = {"overall": 1, "cluster": 1, "channel": "qr", **fields}
    response = Response.objects.create(
        key=uuid4(),
        agency=point.agency,
        point=point,
        month=(month or this_month()).first,
        questionnaire=Questionnaire.objects.filter(asked_at="desk")[0],
        **values,
    )
    if reason:
        SetAside.objects.create(response=response, reason=reason)
    return response


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, **query: str) -> str:
    return signed_in(user).get("/set-aside/", query).content.decode()


def reinstate(
    user: User, *forms: Response, why: str = "Lớp học thăm cơ quan", month: str = ""
) -> HttpResponse:
    query = f"?unit={forms[0].agency.code}&month={month or this_month()}" if forms else ""
    fields = {"form": [form.key.hex for form in forms], "why": why}
    answer = signed_in(user).post(f"/set-aside/reinstate/{query}", fields)
    assert isinstance(answer, HttpResponse)
    return answer


def close(office: Agency, month: Month) -> None:
    Period.objects.create(
        office=office, kind="month", month=month.first, state="closed", closed_at=timezone.now()
    )


def test_the_head_sees_the_number_by_desk_and_reason(cast: Cast, point: ServicePoint) -> None:
    aside(point)
    aside(point)
    aside(point, "speed")
    said = page(cast.tam)
    assert '<span class="n">3</span> phiếu đang để riêng' in said
    assert str(SetAside.Reason.SPEED.label) in said
    assert said.count('name="form"') == 3


def test_marks_are_covered_while_the_month_is_open(cast: Cast, point: ServicePoint) -> None:
    for _ in range(6):
        aside(point, "", overall=4)
    aside(point, comment="Lời bí mật")
    said = page(cast.tam)
    assert "Lời bí mật" not in said
    assert "Mức 1 trên 5" not in said


def test_marks_and_comments_are_read_in_a_closed_month_with_enough_forms(
    cast: Cast, point: ServicePoint
) -> None:
    last = this_month().previous()
    aside(point, comment="<script>alert(1)</script>", month=last)
    for _ in range(4):
        aside(point, "", overall=4, month=last)
    close(cast.commune, last)
    assert "Mức 1 trên 5" not in page(cast.minh, unit=cast.one_stop.code, month=str(last))
    aside(point, "", overall=4, month=last)
    said = page(cast.minh, unit=cast.one_stop.code, month=str(last))
    assert "Mức 1 trên 5" in said
    assert "&lt;script&gt;" in said
    assert 'name="form"' not in said


def test_below_the_head_nobody_sees_an_open_month(cast: Cast, point: ServicePoint) -> None:
    aside(point)
    for user in (cast.minh, cast.quan):
        said = page(user, unit=cast.one_stop.code, month=str(this_month()))
        assert "còn mở" in said
        assert 'name="form"' not in said
        assert "phiếu đang để riêng" not in said
    assert reinstate(cast.minh, aside(point)).status_code == 403


@pytest.mark.parametrize("who", ["lan", "yen", "oanh", "hanh"])
def test_staff_do_not_open_it(cast: Cast, point: ServicePoint, who: str) -> None:
    answer = signed_in(getattr(cast, who)).get("/set-aside/")
    assert answer.status_code == 403


def test_a_stranger_finds_nothing_of_another_office(cast: Cast, point: ServicePoint) -> None:
    form = aside(point)
    make_point(cast.other_commune, slug="khacxa1", name="Quầy 9")
    answer = signed_in(cast.hoa).get("/set-aside/", {"unit": cast.one_stop.code, "month": str(this_month())})
    assert answer.status_code == 422
    assert point.name not in answer.content.decode()
    assert reinstate(cast.hoa, form).status_code == 403
    assert SetAside.objects.get().reinstated_at is None


def test_reinstated_forms_count_and_the_act_is_written_down(cast: Cast, point: ServicePoint) -> None:
    forms = [aside(point), aside(point, "speed"), aside(point)]
    month = this_month()
    assert tally_satisfaction([point.agency_id], month) == []
    answer = reinstate(cast.tam, *forms[:2])
    assert answer.status_code == 302
    [counted] = tally_satisfaction([point.agency_id], month)
    assert counted.judged == 2
    event = AuditEvent.objects.get(act="surveys.reinstate_forms")
    assert (event.actor_id, event.reason) == (cast.tam.pk, "Lớp học thăm cơ quan")
    assert event.data == {"month": str(month), "forms": {"burst": 1, "speed": 1}}
    assert not any(form.key.hex in str(event.data) + event.object_id for form in forms)
    assert "Lớp học thăm cơ quan" in page(cast.tam)


def test_a_second_click_changes_nothing(cast: Cast, point: ServicePoint) -> None:
    form = aside(point)
    reinstate(cast.tam, form)
    reinstate(cast.tam, form, why="Lần hai")
    assert SetAside.objects.get().why == "Lớp học thăm cơ quan"
    assert AuditEvent.objects.filter(act="surveys.reinstate_forms").count() == 1


def test_nobody_decides_about_the_own_desk(cast: Cast, point: ServicePoint) -> None:
    """Even a head: the desk is neither shown nor may its forms be named."""
    form = aside(point)
    DeskOfficer.objects.create(
        point=point, posting=cast.tam_posting, starts_on=date(2025, 7, 1), ends_on=timezone.localdate()
    )
    said = page(cast.tam)
    assert point.name not in said
    assert form.key.hex not in said
    assert reinstate(cast.tam, form).status_code == 403
    assert reinstate(cast.phuong, form).status_code == 302
    assert SetAside.objects.get().reinstated_by == cast.phuong


def test_a_desk_of_earlier_months_is_no_hindrance(cast: Cast, point: ServicePoint) -> None:
    before = this_month().first - timedelta(days=1)
    DeskOfficer.objects.create(
        point=point, posting=cast.tam_posting, starts_on=date(2025, 7, 1), ends_on=before
    )
    assert reinstate(cast.tam, aside(point)).status_code == 302


def test_a_closed_month_takes_no_more_decisions(cast: Cast, point: ServicePoint) -> None:
    last = this_month().previous()
    form = aside(point, month=last)
    close(cast.commune, last)
    assert reinstate(cast.tam, form, month=str(last)).status_code == 403
    with pytest.raises(Refused):
        reinstate_forms(
            agency=point.agency, month=last, keys=[form.key], reason="x", by=cast.tam, now=timezone.now()
        )
    assert SetAside.objects.get().reinstated_at is None


def test_an_inspector_decides_too(cast: Cast, point: ServicePoint) -> None:
    grant(cast.hanh, cast.province, Role.INSPECTOR)
    assert reinstate(cast.hanh, aside(point)).status_code == 302


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"why": "x"}, "Chọn ít nhất một phiếu."),
        ({"why": "x", "form": ["không phải khóa"]}, "Có phiếu không tồn tại."),
        ({"why": "", "form": ["0" * 32]}, "Vì sao được tính"),
        ({"why": "x" * 301, "form": ["0" * 32]}, "Vì sao được tính"),
    ],
)
def test_what_cannot_be_done_is_said(
    cast: Cast, point: ServicePoint, fields: dict[str, Any], said: str
) -> None:
    aside(point)
    query = f"?unit={cast.one_stop.code}&month={this_month()}"
    answer = signed_in(cast.tam).post(f"/set-aside/reinstate/{query}", fields)
    assert answer.status_code == 422
    assert said in answer.content.decode()


@pytest.mark.parametrize(
    "query", [{"unit": "X", "month": "2026-99"}, {"unit": "\x00", "month": ""}, {"desk": "x", "reason": "y"}]
)
def test_an_odd_address_is_no_error_of_ours(cast: Cast, point: ServicePoint, query: dict[str, str]) -> None:
    assert signed_in(cast.tam).get("/set-aside/", query).status_code == 422


def test_a_form_of_another_month_or_agency_is_not_touched(cast: Cast, point: ServicePoint) -> None:
    other = make_point(cast.other_commune, slug="khacxa1", name="Quầy 9")
    mine, theirs, earlier = aside(point), aside(other), aside(point, month=this_month().previous())
    reinstate(cast.tam, mine, theirs, earlier)
    assert list(SetAside.objects.filter(reinstated_at__isnull=False)) == [mine.set_aside]


def test_the_points_page_leads_there_for_those_who_watch(cast: Cast, point: ServicePoint) -> None:
    address = f"/set-aside/?unit={cast.one_stop.code}"
    assert address in signed_in(cast.tam).get(f"/points/{point.pk}/").content.decode()
    assert address not in signed_in(cast.lan).get(f"/points/{point.pk}/").content.decode()


def test_the_page_costs_few_queries(
    cast: Cast, point: ServicePoint, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(cast.tam)
    for _ in range(60):
        aside(point)
    with django_assert_max_num_queries(12):
        assert client.get("/set-aside/").status_code == 200
