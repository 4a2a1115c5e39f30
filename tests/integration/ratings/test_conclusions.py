"""Conclusions: noted with number and authority, one act counted once, withdrawn with a reason."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from conduct.audit.models import AuditEvent
from conduct.ratings.models import Conclusion
from conduct.ratings.services.year_facts import count_year
from tests.cast import Cast, make_cast
from tests.factories import make_posting
from tests.integration.ratings.yearly import TODAY, YEAR_END, give_year, opened, rating_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(rating_schemes: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr("django.utils.timezone.now", lambda: YEAR_END)
    cast = make_cast()
    give_year(cast.lan_posting, "95", cast.tam)
    opened(cast)
    return cast


def said(cast: Cast, **changes: object) -> dict[str, object]:
    return {
        "kind": "disciplined", "number": "5/QĐ-KL", "decided_on": "02/05/2026", "happened_on": "01/02/2026",
        "by_authority": "Chủ tịch UBND xã", "where": cast.commune.pk, "same_as": "", "summary": "Khiển trách",
        **changes,
    }  # fmt: skip


def address(cast: Cast) -> str:
    return f"/ratings/year/{cast.commune.code}/conclusions/"


def test_a_conclusion_counts_until_the_record_is_withdrawn(client: Client, cast: Cast) -> None:
    client.force_login(cast.quan)
    for _twice in range(2):
        assert client.post(f"{address(cast)}add/{cast.lan.pk}/", said(cast)).status_code == 302
    row = Conclusion.objects.get()
    assert count_year(rating_of(cast.lan), TODAY).highest == "khtnv"
    assert "5/QĐ-KL" in client.get(address(cast)).content.decode()
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        Conclusion.objects.filter(pk=row.pk).update(kind="degraded")
    withdraw = f"{address(cast)}{row.pk}/withdraw/"
    assert client.post(withdraw, {"reason": ""}).status_code == 422
    for _twice in range(2):
        assert client.post(withdraw, {"reason": "Nhầm người trùng tên"}).status_code == 302
    assert count_year(rating_of(cast.lan), TODAY).highest == "htxsnv"
    assert AuditEvent.objects.filter(act="ratings.withdraw_conclusion").count() == 1
    assert "Nhầm người trùng tên" in client.get(address(cast)).content.decode()


def test_party_and_administrative_discipline_of_one_act_count_once(client: Client, cast: Cast) -> None:
    client.force_login(cast.quan)
    first = said(cast, number="1/QĐ-ĐU", decided_on="20/11/2025", happened_on="01/11/2025")
    client.post(f"{address(cast)}add/{cast.lan.pk}/", first)
    row = Conclusion.objects.get()
    client.post(f"{address(cast)}add/{cast.lan.pk}/", said(cast, same_as=row.pk, happened_on="01/11/2025"))
    counted = count_year(rating_of(cast.lan), TODAY)
    assert counted.highest == "htxsnv"
    assert [fault["why"] for fault in counted.basis["faults"]] == ["same_act"]


def test_a_fault_in_the_old_office_stays_there(client: Client, cast: Cast) -> None:
    make_posting(cast.lan, cast.other_commune, is_main=False, starts_on="2024-01-01", ends_on="2025-06-30")
    client.force_login(cast.quan)
    there = said(cast, where=cast.other_commune.pk)
    assert client.post(f"{address(cast)}add/{cast.lan.pk}/", there).status_code == 302
    assert count_year(rating_of(cast.lan), TODAY).highest == "htxsnv"


@pytest.mark.parametrize(
    "change",
    [
        {"decided_on": "06/12/2026"}, {"happened_on": "03/05/2026"}, {"number": ""}, {"kind": "gossip"},
        {"where": "other"}, {"same_as": 10**9},
    ],
)  # fmt: skip
def test_what_cannot_be_is_said(client: Client, cast: Cast, change: dict[str, object]) -> None:
    client.force_login(cast.quan)
    if change.get("where") == "other":
        change = {"where": cast.other_commune.pk}
    assert client.post(f"{address(cast)}add/{cast.lan.pk}/", said(cast, **change)).status_code == 422
    assert not Conclusion.objects.exists()


def test_nobody_notes_or_withdraws_the_own_and_strangers_see_none(client: Client, cast: Cast) -> None:
    client.force_login(cast.quan)
    assert client.get(f"{address(cast)}add/{cast.quan.pk}/").status_code == 403
    assert client.get(f"{address(cast)}add/{cast.hoa.pk}/").status_code == 404
    client.post(f"{address(cast)}add/{cast.lan.pk}/", said(cast))
    withdraw = f"{address(cast)}{Conclusion.objects.get().pk}/withdraw/"
    for who, code in (("lan", 403), ("minh", 403), ("hoa", 404)):
        client.force_login(getattr(cast, who))
        for one in (address(cast), f"{address(cast)}add/{cast.lan.pk}/", withdraw):
            assert client.get(one).status_code == code, (who, one)
