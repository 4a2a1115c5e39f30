"""A signed decision: made known in the office, the notice of each, and the decision that replaces it."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from conduct.audit.models import AuditEvent
from conduct.notices.models import Notice
from conduct.ratings.models import Conclusion, YearDecision, YearRating
from conduct.ratings.services.year_replacing import replace_class
from tests.cast import Cast, make_cast
from tests.factories import PASSWORD
from tests.integration.ratings.yearly import TODAY, YEAR_END, decided, give_year, proposed, rating_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(rating_schemes: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr("django.utils.timezone.now", lambda: YEAR_END)
    cast = make_cast()
    give_year(cast.lan_posting, "80", cast.tam)
    give_year(cast.minh_posting, "75", cast.tam)
    proposed(cast)
    decided(cast)
    return cast


def test_staff_read_the_levels_once_they_are_made_known(client: Client, cast: Cast) -> None:
    decision = YearDecision.objects.get()
    address = f"/ratings/year/decisions/{decision.pk}/"
    client.force_login(cast.lan)
    assert client.get(address).status_code == 404
    assert client.post(f"{address}publish/").status_code == 404
    client.force_login(cast.tam)
    for _twice in range(2):
        assert client.post(f"{address}publish/").status_code == 302
    assert AuditEvent.objects.filter(act="ratings.publish_year_decision").count() == 1
    client.force_login(cast.lan)
    text = client.get(address).content.decode()
    assert "Phạm Hữu Minh" in text
    assert "Hoàn thành tốt nhiệm vụ" in text
    assert ">80<" not in text
    assert ">75<" not in text
    client.force_login(cast.hoa)
    assert client.get(address).status_code == 404
    client.force_login(cast.lan)
    assert "12/QĐ-UBND" in client.get("/ratings/year/").content.decode()


def test_the_person_gets_the_notice_and_confirms_it_once(client: Client, cast: Cast) -> None:
    rating = rating_of(cast.lan)
    notice = Notice.objects.get(recipient=cast.lan, key=f"ratings.year_decided:{rating.pk}")
    client.force_login(cast.lan)
    text = client.get(notice.url).content.decode()
    assert "12/QĐ-UBND" in text
    assert "80" in text
    for _twice in range(2):
        assert client.post(f"/ratings/year/people/{rating.pk}/seen/").status_code == 302
    rating.refresh_from_db()
    assert rating.seen_at == YEAR_END
    assert AuditEvent.objects.filter(act="ratings.note_year_seen").count() == 1
    client.force_login(cast.minh)
    assert client.get(notice.url).status_code == 404
    client.force_login(cast.tam)
    assert client.get(notice.url).status_code == 200
    assert client.post(f"/ratings/year/people/{rating.pk}/seen/").status_code == 403


def replacing(**changes: str) -> dict[str, str]:
    return {
        "level": "khtnv", "reason": "Phát hiện thiếu trung thực", "number": "20/QĐ-UBND",
        "decided_on": "05/12/2026", "password": PASSWORD, **changes,
    }  # fmt: skip


def test_a_fault_found_later_replaces_the_decision_and_both_stay(client: Client, cast: Cast) -> None:
    old = rating_of(cast.lan)
    Conclusion.objects.create(
        person=cast.lan, agency=cast.commune, kind="disciplined", number="5/QĐ-KL", happened_on=TODAY,
        decided_on=TODAY, by_authority="Chủ tịch UBND xã", noted_by=cast.tam, noted_at=YEAR_END,
    )  # fmt: skip
    client.force_login(cast.tam)
    address = f"/ratings/year/people/{old.pk}/replace/"
    assert client.post(address, replacing(password="sai")).status_code == 422
    assert client.post(address, replacing(level="httnv")).status_code == 422
    assert client.post(address, replacing(number="12/QĐ-UBND")).status_code == 422
    assert client.post(address, replacing(reason="")).status_code == 422
    assert YearDecision.objects.count() == 1
    for _twice in range(2):
        assert client.post(address, replacing()).status_code == 302
    new = rating_of(cast.lan)
    old.refresh_from_db()
    assert (old.level, old.replaced_by, new.level, new.number) == ("httnv", new, "khtnv", 2)
    assert new.basis["faults"][0]["number"] == "5/QĐ-KL"
    assert AuditEvent.objects.filter(act="ratings.replace_year_class").count() == 1
    text = client.get(f"/ratings/year/people/{new.pk}/").content.decode()
    assert "12/QĐ-UBND" in text
    assert "20/QĐ-UBND" in text
    assert Notice.objects.filter(recipient=cast.lan, key=f"ratings.year_decided:{new.pk}").exists()


def test_a_head_above_may_replace_and_nobody_else(client: Client, cast: Cast) -> None:
    address = f"/ratings/year/people/{rating_of(cast.lan).pk}/replace/"
    for who, code in (("lan", 403), ("quan", 403), ("minh", 404), ("hoa", 404), ("phuong", 200)):
        client.force_login(getattr(cast, who))
        assert client.get(address).status_code == code, who


def test_points_that_rose_lift_the_class_within_the_cap_only(cast: Cast) -> None:
    """After a petition the mean is 95, but of one good person nobody may be excellent."""
    rating = rating_of(cast.lan)
    values: dict[str, Any] = {
        "rating": rating, "reason": "Kiến nghị đúng", "number": "21/QĐ-UBND", "by": cast.tam, "now": YEAR_END,
    }  # fmt: skip
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError, match="không cho phép"):
        replace_class(level="htxsnv", **values)
    from conduct.ratings.models import Result

    for result in Result.objects.filter(sheet__posting=cast.lan_posting):
        new = Result.objects.get(pk=result.pk)
        new.pk, new.number, new.total = result.pk + 1000, 2, 95
        Result.objects.filter(pk=result.pk).update(replaced_by_id=new.pk)
        new.save(force_insert=True)
    with pytest.raises(ValidationError, match="Vượt tỷ lệ"):
        replace_class(level="htxsnv", **values)
    new_rating = replace_class(level="httnv", **values)
    assert (new_rating.level, new_rating.mean, new_rating.number) == ("httnv", Decimal(95), 2)
    assert YearRating.objects.filter(person=cast.lan).count() == 2
