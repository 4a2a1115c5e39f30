"""Absences: noted, ended, private."""

import pytest
from django.test import Client

from conduct.audit.models import AuditEvent
from conduct.ratings.models import Absence
from tests.cast import Cast, make_cast
from tests.integration.ratings.yearly import YEAR_END

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(rating_schemes: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr("django.utils.timezone.now", lambda: YEAR_END)
    return make_cast()


def said(cast: Cast, **changes: object) -> dict[str, object]:
    values = {"person": cast.lan.pk, "kind": "sick", "starts_on": "01/03/2026", "ends_on": "30/06/2026"}
    return {**values, **changes}


def test_an_absence_is_noted_once_and_ended(client: Client, cast: Cast) -> None:
    client.force_login(cast.quan)
    address = f"/ratings/year/{cast.commune.code}/absences/"
    for _twice in range(2):
        assert client.post(f"{address}add/", said(cast)).status_code == 302
    absence = Absence.objects.get()
    assert client.post(f"/ratings/year/absences/{absence.pk}/", {"ends_on": "15/05/2026"}).status_code == 302
    absence.refresh_from_db()
    assert f"{absence.ends_on}" == "2026-05-15"
    assert "01/03/2026 – 15/05/2026" in client.get(address).content.decode()
    trail = AuditEvent.objects.filter(act__in=("ratings.note_absence", "ratings.end_absence"))
    assert trail.count() == 2
    assert "sick" not in str(list(trail.values_list("data", "object_name", "reason")))


@pytest.mark.parametrize(
    "change",
    [
        {"ends_on": "28/02/2026"}, {"ends_on": "30/06/2036"}, {"kind": "holiday"},
        {"starts_on": "31/02/2026"},
        {"starts_on": "01/04/2026"}, {"person": 10**9},
    ],
)  # fmt: skip
def test_what_cannot_be_is_said(client: Client, cast: Cast, change: dict[str, object]) -> None:
    client.force_login(cast.quan)
    address = f"/ratings/year/{cast.commune.code}/absences/add/"
    client.post(address, said(cast))
    answer = client.post(address, said(cast, **change))
    assert answer.status_code == 422
    assert Absence.objects.count() == 1


def test_nobody_notes_the_own_and_strangers_see_none(client: Client, cast: Cast) -> None:
    client.force_login(cast.quan)
    address = f"/ratings/year/{cast.commune.code}/absences/"
    assert client.post(f"{address}add/", said(cast, person=cast.quan.pk)).status_code == 422
    client.post(f"{address}add/", said(cast))
    one = f"/ratings/year/absences/{Absence.objects.get().pk}/"
    for who, code in (("lan", 403), ("minh", 403), ("hoa", 404)):
        client.force_login(getattr(cast, who))
        assert client.get(address).status_code == code
        assert client.get(f"{address}add/").status_code == code
        assert client.get(one).status_code == (403 if who == "lan" else 404)
