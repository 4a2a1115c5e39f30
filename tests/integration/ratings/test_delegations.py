"""Recording who acts in whose place, and ending it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from conduct.agencies.models import Delegation, RoleGrant, User
from conduct.agencies.permissions import Refused
from conduct.agencies.services.delegations import end_delegation, record_delegation
from conduct.audit.models import AuditEvent
from tests.cast import Cast
from tests.factories import DAY, NOW
from tests.integration.ratings.arrange import delegate

pytestmark = [pytest.mark.django_db]
LIST = "/ratings/sheets/delegations/"


def record(cast: Cast, by: User, **changed: Any) -> bool:
    fields = {
        "absent": cast.minh, "delegate": cast.lan, "agency": cast.one_stop, "starts_on": DAY,
        "ends_on": DAY + timedelta(days=5), "reason": "Nghỉ phép năm", **changed,
    }  # fmt: skip
    return record_delegation(**fields, by=by, now=NOW)


def typed(cast: Cast, **changed: Any) -> dict[str, Any]:
    grant = RoleGrant.objects.get(person=cast.minh)
    return {
        "absent": grant.pk, "delegate": cast.lan.pk, "starts_on": "20/10/2026", "ends_on": "25/10/2026",
        "reason": "Nghỉ phép năm", **changed,
    }  # fmt: skip


def test_the_office_administrator_records_one_and_it_is_listed(client: Client, october: Cast) -> None:
    client.force_login(october.quan)
    response = client.post(f"{LIST}add/", typed(october), follow=True)
    page = response.content.decode()
    assert "Tôn Nữ Hoàng Thảo Lan thực hiện thay Phạm Hữu Minh" in page
    assert "đang có hiệu lực" in page
    assert "Nghỉ phép năm" in page
    client.post(f"{LIST}add/", typed(october))
    assert Delegation.objects.count() == 1
    row = AuditEvent.objects.get(act="agencies.record_delegation")
    assert (row.actor_name, row.reason) == ("Đỗ Anh Quân", "Nghỉ phép năm")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"ends_on": "19/10/2026"}, "sớm hơn ngày bắt đầu"),
        ({"starts_on": "19/10/2026"}, "không ghi lùi ngày"),
        ({"ends_on": "20/10/2028"}, "Tối đa một năm"),
        ({"starts_on": "31/02/2026"}, "ngày"),
        ({"reason": " "}, ""),
        ({"delegate": "x"}, ""),
        ({"absent": "999999"}, ""),
    ],
)
def test_bad_input_is_said_and_nothing_is_recorded(
    client: Client, october: Cast, changed: dict[str, str], sentence: str
) -> None:
    client.force_login(october.quan)
    response = client.post(f"{LIST}add/", typed(october, **changed))
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Delegation.objects.exists()


def test_who_may_record(october: Cast) -> None:
    for user in (october.hoa, october.lan, october.hanh, october.yen):
        with pytest.raises(Refused):
            record(october, user, delegate=october.quan)
    assert record(october, october.minh)
    assert record(october, october.tam, starts_on=DAY + timedelta(days=6), ends_on=DAY + timedelta(days=9))
    with pytest.raises(Refused, match="tự ghi mình"):
        record(october, october.quan, delegate=october.quan)


def test_one_stands_in_at_a_time_and_only_for_who_leads(october: Cast) -> None:
    record(october, october.tam)
    with pytest.raises(ValidationError, match="đã có người"):
        record(october, october.tam, delegate=october.quan)
    with pytest.raises(ValidationError, match="không giữ vai trò lãnh đạo"):
        record(october, october.tam, absent=october.yen)
    with pytest.raises(ValidationError, match="không có vị trí công tác"):
        record(october, october.tam, delegate=october.hanh, starts_on=DAY + timedelta(days=8),
               ends_on=DAY + timedelta(days=9))  # fmt: skip


def test_it_ends_with_today_or_is_taken_away_before_it_begins(client: Client, october: Cast) -> None:
    running = delegate(october.minh, october.lan, october.one_stop, starts_on=date(2026, 10, 1))
    coming = delegate(october.tam, october.lan, october.commune, starts_on=date(2026, 10, 25))
    client.force_login(october.quan)
    for one in (running, coming, running):
        client.post(f"{LIST}{one.pk}/end/")
    running.refresh_from_db()
    assert running.ends_on == DAY
    assert list(Delegation.objects.all()) == [running]
    assert AuditEvent.objects.filter(act="agencies.end_delegation").count() == 2
    assert end_delegation(delegation=running, by=october.tam, now=NOW) is False


def test_strangers_see_and_end_none(client: Client, october: Cast) -> None:
    one = delegate(october.minh, october.yen, october.one_stop)
    for user, status in ((october.hoa, 404), (october.hanh, 404), (october.yen, 403)):
        client.force_login(user)
        assert client.get(f"{LIST}{one.pk}/end/").status_code == status
        assert client.post(f"{LIST}{one.pk}/end/").status_code == status
    client.force_login(october.lan)
    assert client.get(LIST).status_code == 403
    assert client.get(f"{LIST}add/").status_code == 403
    client.force_login(october.hoa)
    assert "Hữu Minh" not in client.get(LIST).content.decode()
    assert "Hữu Minh" not in client.get(f"{LIST}add/").content.decode()
    client.force_login(october.yen)
    assert "Phạm Hữu Minh" in client.get(LIST).content.decode()
