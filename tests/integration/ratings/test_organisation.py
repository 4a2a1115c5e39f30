"""The class of an organisation: noted from above, replaced by a later decision, never changed."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from conduct.audit.models import AuditEvent
from conduct.ratings.models import OrganisationClass
from tests.cast import Cast, make_cast
from tests.integration.ratings.yearly import YEAR_END

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(rating_schemes: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr("django.utils.timezone.now", lambda: YEAR_END)
    return make_cast()


def said(**changes: object) -> dict[str, object]:
    return {
        "level": "httnv", "points": "88,5", "number": "9/QĐ-UBND", "decided_on": "01/12/2026",
        "by_authority": "Chủ tịch UBND tỉnh", **changes,
    }  # fmt: skip


def test_a_later_decision_replaces_and_both_stay(client: Client, cast: Cast) -> None:
    client.force_login(cast.phuong)
    address = f"/ratings/year/{cast.commune.code}/2026/organisation/"
    for _twice in range(2):
        assert client.post(f"{address}add/", said()).status_code == 302
    old = OrganisationClass.objects.get()
    assert client.post(f"{address}add/", said(level="htnv")).status_code == 422
    assert client.post(f"{address}add/", said(level="htnv", number="10/QĐ-UBND")).status_code == 302
    new = OrganisationClass.objects.get(replaced_by__isnull=True)
    old.refresh_from_db()
    assert (old.level, old.replaced_by, new.level) == ("httnv", new, "htnv")
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        OrganisationClass.objects.filter(pk=new.pk).update(level="htxsnv")
    assert AuditEvent.objects.filter(act="ratings.note_organisation_class").count() == 2
    text = client.get(address).content.decode()
    assert "9/QĐ-UBND" in text
    assert "10/QĐ-UBND" in text


@pytest.mark.parametrize(
    "change",
    [{"decided_on": "06/12/2026"}, {"decided_on": "31/12/2025"}, {"level": "best"}, {"points": "101"}],
)
def test_what_cannot_be_is_said(client: Client, cast: Cast, change: dict[str, object]) -> None:
    client.force_login(cast.phuong)
    answer = client.post(f"/ratings/year/{cast.commune.code}/2026/organisation/add/", said(**change))
    assert answer.status_code == 422
    assert not OrganisationClass.objects.exists()


def test_only_the_agency_above_notes_it(client: Client, cast: Cast) -> None:
    address = f"/ratings/year/{cast.commune.code}/2026/organisation/"
    for who, code, new in (("tam", 200, 403), ("quan", 200, 403), ("lan", 403, 403), ("hoa", 404, 404)):
        client.force_login(getattr(cast, who))
        assert client.get(address).status_code == code, who
        assert client.get(f"{address}add/").status_code == new, who
    client.force_login(cast.tam)
    unit = f"/ratings/year/{cast.one_stop.code}/2026/organisation/add/"
    assert client.post(unit, said()).status_code == 302
