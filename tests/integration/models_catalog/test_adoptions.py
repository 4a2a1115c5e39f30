"""Adopting and ending: who may, what is refused, what is stored."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from conduct.agencies.models import Period
from conduct.agencies.permissions import Refused
from conduct.audit.models import AuditEvent
from models_catalog.models import Adoption, Emphasis, Item, ModelVersion
from models_catalog.services import adopt_version, end_adoption
from tests.cast import Cast, make_cast
from tests.factories import DAY, NOW, START, adopt, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def version() -> ModelVersion:
    return make_version()


@pytest.mark.parametrize(
    ("who", "where", "allowed"),
    [
        ("tam", "commune", True),
        ("quan", "commune", True),
        ("phuong", "commune", True),
        ("phuong", "province", True),
        ("tam", "province", False),
        ("quan", "other_commune", False),
        ("tam", "other_commune", False),
        ("lan", "commune", False),
        ("minh", "commune", False),
        ("minh", "one_stop", False),
        ("hoa", "commune", False),
        ("hoa", "other_commune", True),
        ("tam", "department", False),
    ],
)
def test_head_or_administrator_of_the_office_or_above_adopts(
    cast: Cast, version: ModelVersion, who: str, where: str, allowed: bool
) -> None:
    call = {"agency": getattr(cast, where), "version": version, "valid_from": DAY, "by": getattr(cast, who)}
    if allowed:
        adoption, created = adopt_version(**call, now=NOW)
        assert created
        assert adoption.agency == getattr(cast, where)
    else:
        with pytest.raises(Refused):
            adopt_version(**call, now=NOW)
        assert not Adoption.objects.filter(version=version).exists()


def test_adoption_keeps_emphasis_decision_and_an_audit_row(cast: Cast, version: ModelVersion) -> None:
    first, second = Item.objects.filter(group__version=version)
    adoption, _created = adopt_version(
        agency=cast.commune,
        version=version,
        valid_from=DAY,
        decision_number=" 15/QĐ-UBND ",
        emphasis={first.pk: 3, second.pk: 1},
        by=cast.tam,
        now=NOW,
    )
    assert adoption.decision_number == "15/QĐ-UBND"
    assert list(Emphasis.objects.values_list("item", "weight")) == [(first.pk, 3)]
    event = AuditEvent.objects.get(act="models_catalog.adopt_version")
    assert (event.actor_name, event.agency_id) == ("Lê Thị Tâm", cast.commune.pk)
    assert event.data["emphasis"] == {str(first.pk): 3}


@pytest.mark.parametrize("weight", [0, 4, -1])
def test_emphasis_is_one_to_three(cast: Cast, version: ModelVersion, weight: int) -> None:
    item = Item.objects.filter(group__version=version).first()
    assert item is not None
    with pytest.raises(ValidationError):
        adopt_version(
            agency=cast.commune,
            version=version,
            valid_from=DAY,
            emphasis={item.pk: weight},
            by=cast.tam,
            now=NOW,
        )


def test_emphasis_of_another_models_item_is_refused(cast: Cast, version: ModelVersion) -> None:
    strange = Item.objects.exclude(group__version=version).first()
    assert strange is not None
    with pytest.raises(ValidationError):
        adopt_version(
            agency=cast.commune,
            version=version,
            valid_from=DAY,
            emphasis={strange.pk: 2},
            by=cast.tam,
            now=NOW,
        )


@pytest.mark.parametrize(("state", "word"), [("draft", "bản dự thảo"), ("retired", "không còn dùng")])
def test_draft_and_retired_versions_are_refused(cast: Cast, state: str, word: str) -> None:
    version = make_version(published=state != "draft")
    if state == "retired":
        ModelVersion.objects.filter(pk=version.pk).update(state=state)
        version.refresh_from_db()
    with pytest.raises(Refused, match=word):
        adopt_version(agency=cast.commune, version=version, valid_from=DAY, by=cast.tam, now=NOW)


def test_same_adoption_twice_is_stored_once(cast: Cast, version: ModelVersion) -> None:
    (first, created), (again, created_again) = (
        adopt_version(agency=cast.commune, version=version, valid_from=DAY, by=cast.tam, now=NOW)
        for _click in range(2)
    )
    assert (created, created_again, again) == (True, False, first)
    assert AuditEvent.objects.filter(act="models_catalog.adopt_version").count() == 1


@pytest.mark.parametrize("day", [date(2026, 9, 1), date(2026, 12, 1)])
def test_second_adoption_of_a_version_is_refused(cast: Cast, version: ModelVersion, day: date) -> None:
    adopt(cast.commune, version, valid_from=DAY)
    with pytest.raises(ValidationError, match="đang áp dụng"):
        adopt_version(agency=cast.commune, version=version, valid_from=day, by=cast.tam, now=NOW)


def test_version_can_be_adopted_again_after_its_end(cast: Cast, version: ModelVersion) -> None:
    adopt(cast.commune, version, valid_from=START, valid_to=date(2026, 8, 31))
    _adoption, created = adopt_version(
        agency=cast.commune, version=version, valid_from=DAY, by=cast.tam, now=NOW
    )
    assert created


def test_office_must_exist_on_the_first_day(cast: Cast, version: ModelVersion) -> None:
    with pytest.raises(ValidationError, match="chưa thành lập hoặc đã kết thúc"):
        adopt_version(
            agency=cast.commune, version=version, valid_from=date(2025, 6, 30), by=cast.tam, now=NOW
        )


def close(cast: Cast, month: date) -> None:
    Period.objects.create(office=cast.commune, month=month, state=Period.State.CLOSED, closed_at=NOW)


def test_closed_months_are_not_changed_by_an_adoption(cast: Cast, version: ModelVersion) -> None:
    close(cast, date(2026, 9, 1))
    with pytest.raises(ValidationError, match="đã chốt"):
        adopt_version(
            agency=cast.commune, version=version, valid_from=date(2026, 9, 30), by=cast.tam, now=NOW
        )
    assert adopt_version(
        agency=cast.commune, version=version, valid_from=date(2026, 10, 1), by=cast.tam, now=NOW
    )[1]


def test_adoption_ends_with_a_reason_and_an_audit_row(cast: Cast) -> None:
    ended = end_adoption(adoption=cast.adoption, ends_on=DAY, reason="Theo QĐ 20", by=cast.tam, now=NOW)
    cast.adoption.refresh_from_db()
    assert ended
    assert cast.adoption.valid_to == DAY
    event = AuditEvent.objects.get(act="models_catalog.end_adoption")
    assert event.reason == "Theo QĐ 20"
    assert not end_adoption(adoption=cast.adoption, ends_on=DAY, reason="x", by=cast.tam, now=NOW)
    assert AuditEvent.objects.filter(act="models_catalog.end_adoption").count() == 1


@pytest.mark.parametrize(
    ("day", "reason", "word"),
    [
        (DAY, " ", "lý do"),
        (date(2025, 6, 30), "x", "trước ngày bắt đầu"),
        (date(2026, 9, 29), "x", "đã chốt"),
    ],
)
def test_impossible_end_is_refused(cast: Cast, day: date, reason: str, word: str) -> None:
    close(cast, date(2026, 9, 1))
    with pytest.raises(ValidationError) as refused:
        end_adoption(adoption=cast.adoption, ends_on=day, reason=reason, by=cast.tam, now=NOW)
    assert word in " ".join(refused.value.messages)


def test_end_is_not_moved(cast: Cast) -> None:
    end_adoption(adoption=cast.adoption, ends_on=DAY, reason="x", by=cast.tam, now=NOW)
    with pytest.raises(ValidationError, match="20/10/2026"):
        end_adoption(adoption=cast.adoption, ends_on=date(2026, 12, 1), reason="x", by=cast.tam, now=NOW)


@pytest.mark.parametrize("who", ["lan", "minh", "hoa"])
def test_only_those_who_may_adopt_end(cast: Cast, who: str) -> None:
    with pytest.raises(Refused):
        end_adoption(adoption=cast.adoption, ends_on=DAY, reason="x", by=getattr(cast, who), now=NOW)
    cast.adoption.refresh_from_db()
    assert cast.adoption.valid_to is None


def test_nothing_is_stored_when_the_audit_row_fails(
    cast: Cast, version: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr("models_catalog.services.adoptions.record", fail)
    with pytest.raises(RuntimeError):
        adopt_version(agency=cast.commune, version=version, valid_from=DAY, by=cast.tam, now=NOW)
    with pytest.raises(RuntimeError):
        end_adoption(adoption=cast.adoption, ends_on=DAY, reason="x", by=cast.tam, now=NOW)
    assert not Adoption.objects.filter(version=version).exists()
    assert not Adoption.objects.filter(valid_to__isnull=False).exists()
