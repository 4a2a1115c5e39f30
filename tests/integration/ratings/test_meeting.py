"""The meeting of the year: draft, clash, signature, frozen."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from conduct.audit.models import AuditEvent
from conduct.ratings.models import YearMeeting, YearRating
from tests.cast import Cast, make_cast
from tests.factories import PASSWORD
from tests.integration.ratings.yearly import YEAR_END, heard, opened, rating_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(rating_schemes: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr("django.utils.timezone.now", lambda: YEAR_END)
    cast = make_cast()
    opened(cast)
    return cast


def said(cast: Cast, **changes: object) -> dict[str, object]:
    return {
        "revision": 1, "held_on": "03/12/2026", "place": "Hội trường", "chair": cast.tam.pk,
        "secretary": cast.lan.pk, "n_called": 4, "n_present": 4, "minutes": "Toàn thể góp ý.",
        f"opinion_{rating_of(cast.lan).pk}": "Tận tụy với người dân", **changes,
    }  # fmt: skip


def new(cast: Cast) -> str:
    return f"/ratings/year/{cast.commune.code}/2026/meeting/"


def test_minutes_are_drafted_changed_and_signed_by_the_chair(client: Client, cast: Cast) -> None:
    client.force_login(cast.quan)
    assert client.post(new(cast), said(cast)).status_code == 302
    meeting = YearMeeting.objects.get()
    address = f"/ratings/year/meetings/{meeting.pk}/"
    assert "Tận tụy với người dân" in client.get(address).content.decode()
    assert client.post(f"{address}edit/", said(cast, minutes="Sửa lại")).status_code == 302
    assert client.post(f"{address}edit/", said(cast, minutes="Cửa sổ hai")).status_code == 409
    assert client.post(address, {"revision": 2, "password": PASSWORD}).status_code == 403
    client.force_login(cast.tam)
    assert client.post(address, {"revision": 2, "password": "sai"}).status_code == 422
    assert client.post(address, {"revision": 1, "password": PASSWORD}).status_code == 409
    for _twice in range(2):
        assert client.post(address, {"revision": 2, "password": PASSWORD}).status_code == 302
    assert set(YearRating.objects.values_list("state", "meeting")) == {("heard", meeting.pk)}
    assert rating_of(cast.lan).meeting_opinion == "Tận tụy với người dân"
    assert AuditEvent.objects.filter(act="ratings.sign_meeting").count() == 1
    assert client.get(f"{address}edit/").status_code == 403


def test_signed_minutes_are_frozen(cast: Cast) -> None:
    meeting = heard(cast)
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        YearMeeting.objects.filter(pk=meeting.pk).update(minutes="Khác")


@pytest.mark.parametrize(
    "change",
    [
        {"n_present": 9}, {"held_on": "06/12/2026"}, {"held_on": "hôm qua"}, {"minutes": ""},
        {"secretary": "same"}, {"chair": 10**9},
    ],
)  # fmt: skip
def test_what_cannot_be_is_said(client: Client, cast: Cast, change: dict[str, object]) -> None:
    client.force_login(cast.tam)
    if change.get("secretary") == "same":
        change = {"secretary": cast.tam.pk}
    answer = client.post(new(cast), said(cast, **change))
    assert answer.status_code == 422
    assert not YearMeeting.objects.exists()


def test_strangers_and_colleagues_see_no_minutes(client: Client, cast: Cast) -> None:
    meeting = heard(cast)
    address = f"/ratings/year/meetings/{meeting.pk}/"
    for who, code in (
        ("hoa", 404),
        ("minh", 404),
        ("lan", 200),
        ("quan", 200),
        ("tam", 200),
        ("phuong", 200),
    ):
        client.force_login(getattr(cast, who))
        assert client.get(address).status_code == code, who
    client.force_login(cast.lan)
    assert client.get(new(cast)).status_code == 403
    client.force_login(cast.hoa)
    assert client.get(new(cast)).status_code == 404
