"""Opening campaigns and signing pledges."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import psycopg
import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from redis.exceptions import ConnectionError as Unreachable

from conduct.agencies.models import User
from conduct.agencies.permissions import Refused
from conduct.audit.models import AuditEvent
from conduct.commitments.coverage import Coverage, Scope, coverage_of
from conduct.commitments.models import Campaign, Pledge
from conduct.commitments.rules.pledges import sha256_of
from conduct.commitments.services import signing as services
from conduct.commitments.services.campaigns import open_campaign
from conduct.commitments.services.signing import (
    ATTEMPTS,
    TextChanged,
    confirm_password,
    sign_pledge,
    text_for,
)
from models_catalog.models import ModelVersion
from tests.cast import Cast
from tests.factories import DAY, NOW, PASSWORD, adopt, make_posting, make_user, make_version


def opened(cast: Cast, by: User, **changed: object) -> tuple[Campaign, bool]:
    values = {"year": 2026, "opens_on": DAY, "due_on": date(2026, 12, 1), **changed}
    return open_campaign(adoption=cast.adoption, by=by, now=NOW, **values)  # type: ignore[arg-type]


def signed(cast: Cast, campaign: Campaign, **changed: object) -> tuple[Pledge, bool]:
    values = {
        "posting": cast.lan_posting,
        "password": PASSWORD,
        "sha256": sha256_of(text_for(campaign, cast.lan_posting)),
        "by": cast.lan,
        "now": NOW,
        **changed,
    }
    return sign_pledge(campaign=campaign, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("who", "may"),
    [("tam", True), ("quan", True), ("phuong", True), ("minh", False), ("lan", False), ("hoa", False)],
)
def test_head_and_administrator_of_the_office_open(cast: Cast, who: str, may: bool) -> None:
    if may:
        assert opened(cast, getattr(cast, who))[1]
        assert AuditEvent.objects.get().act == "commitments.open_campaign"
    else:
        with pytest.raises(Refused):
            opened(cast, getattr(cast, who))
        assert not Campaign.objects.exists()


def test_second_click_opens_one_campaign(cast: Cast) -> None:
    first, created = opened(cast, cast.tam)
    again, created_again = opened(cast, cast.tam)
    assert (created, created_again, again) == (True, False, first)
    assert AuditEvent.objects.count() == 1


def test_year_has_one_campaign_an_adoption(cast: Cast) -> None:
    opened(cast, cast.tam)
    with pytest.raises(ValidationError, match="đã được mở"):
        opened(cast, cast.tam, due_on=date(2026, 12, 2))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"year": 1999}, "year"),
        ({"opens_on": date(1, 1, 1)}, "opens_on"),
        ({"due_on": DAY - timedelta(days=1)}, "due_on"),
        ({"due_on": date(9999, 12, 31)}, "due_on"),
    ],
)
def test_absurd_dates_open_nothing(cast: Cast, changed: dict[str, object], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        opened(cast, cast.tam, **changed)
    assert list(caught.value.message_dict) == [field]
    assert not Campaign.objects.exists()


def retire(cast: Cast) -> None:
    cast.adoption.version.state = ModelVersion.State.RETIRED
    cast.adoption.version.save(update_fields=["state"])


def end(cast: Cast) -> None:
    cast.adoption.valid_to = DAY - timedelta(days=1)
    cast.adoption.save()


def speak_of_units(cast: Cast) -> None:
    cast.adoption.version.model.judged = "unit"
    cast.adoption.version.model.save()


@pytest.mark.parametrize("change", [retire, end, speak_of_units])
def test_only_a_model_in_force_for_persons_is_put_before_staff(
    cast: Cast, campaign: Campaign, change: Callable[[Cast], None]
) -> None:
    sha256 = sha256_of(text_for(campaign, cast.lan_posting))
    change(cast)
    with pytest.raises(Refused):
        opened(cast, cast.tam, year=2027, opens_on=date(2026, 12, 1), due_on=date(2027, 2, 1))
    with pytest.raises(Refused):
        signed(cast, campaign, sha256=sha256)
    assert not Pledge.objects.exists()


def test_pledge_keeps_the_text_that_was_read(cast: Cast, campaign: Campaign) -> None:
    pledge, created = signed(cast, campaign)
    assert created
    assert "Tôi là: Tôn Nữ Hoàng Thảo Lan" in pledge.text
    assert "1. Không thất hứa với dân.\n2. Không vi phạm giờ giấc làm việc." in pledge.text
    assert pledge.sha256 == sha256_of(pledge.text)
    event = AuditEvent.objects.get()
    assert (event.act, event.actor_id, event.data["sha256"]) == (
        "commitments.sign_pledge", cast.lan.pk, pledge.sha256,
    )  # fmt: skip


def test_second_click_is_stored_once(cast: Cast, campaign: Campaign) -> None:
    first, _ = signed(cast, campaign)
    again, created = signed(cast, campaign)
    assert (again, created) == (first, False)
    assert (Pledge.objects.count(), AuditEvent.objects.count()) == (1, 1)


def test_no_pledge_without_its_audit_row(
    cast: Cast, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise DatabaseError("no audit")

    monkeypatch.setattr(services, "record", fail)
    with pytest.raises(DatabaseError, match="no audit"), transaction.atomic():
        signed(cast, campaign)
    assert not Pledge.objects.exists()


def test_wrong_password_signs_nothing(cast: Cast, campaign: Campaign) -> None:
    with pytest.raises(ValidationError, match="Mật khẩu không đúng"):
        signed(cast, campaign, password="sai")
    assert not Pledge.objects.exists()
    assert not AuditEvent.objects.exists()


def test_signing_rests_after_too_many_wrong_passwords(cast: Cast, campaign: Campaign) -> None:
    for _ in range(ATTEMPTS):
        with pytest.raises(ValidationError):
            signed(cast, campaign, password="sai")
    with pytest.raises(ValidationError, match="nhiều lần"):
        signed(cast, campaign)
    assert not Pledge.objects.exists()


def test_right_password_forgets_the_wrong_ones(cast: Cast, campaign: Campaign) -> None:
    for _ in range(ATTEMPTS - 1):
        with pytest.raises(ValidationError):
            confirm_password(user=cast.lan, password="sai")
    confirm_password(user=cast.lan, password=PASSWORD)
    with pytest.raises(ValidationError, match="không đúng"):
        confirm_password(user=cast.lan, password="sai")


def test_signing_goes_on_without_the_cache(
    cast: Cast, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise Unreachable

    for act in ("get", "add", "incr", "delete", "set"):
        monkeypatch.setattr(f"django.core.cache.backends.redis.RedisCache.{act}", unreachable)
    for _ in range(ATTEMPTS + 1):
        with pytest.raises(ValidationError, match="không đúng"):
            signed(cast, campaign, password="sai")
    assert signed(cast, campaign)[1]


def test_account_without_password_is_told_so(cast: Cast, campaign: Campaign) -> None:
    cast.lan.set_unusable_password()
    cast.lan.save()
    with pytest.raises(ValidationError, match="chưa có mật khẩu"):
        signed(cast, campaign)


def test_changed_text_is_not_signed(cast: Cast, campaign: Campaign) -> None:
    read = sha256_of(text_for(campaign, cast.lan_posting))
    cast.lan_posting.title = "Công chức Tài chính"
    cast.lan_posting.save()
    with pytest.raises(TextChanged) as caught:
        signed(cast, campaign, sha256=read)
    assert "Công chức Tài chính" in caught.value.text
    assert not Pledge.objects.exists()


def test_only_ones_own_posting_below_the_campaign_is_signed(cast: Cast, campaign: Campaign) -> None:
    past = make_posting(
        make_user("Người cũ"), cast.one_stop, ends_on=DAY - timedelta(days=1), starts_on=date(2026, 1, 1)
    )
    for posting, by in (
        (cast.lan_posting, cast.minh),
        (cast.hoa_posting, cast.hoa),
        (past, past.person),
    ):
        with pytest.raises(Refused):
            signed(cast, campaign, posting=posting, by=by)
    assert not Pledge.objects.exists()


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"opens_on": date(2026, 10, 21)}, "mở từ ngày 21/10/2026"),
        ({"year": 2025, "opens_on": date(2025, 1, 1)}, "đã kết thúc"),
    ],
)
def test_campaign_is_signed_in_its_time(
    cast: Cast, campaign: Campaign, changed: dict[str, object], says: str
) -> None:
    for name, value in changed.items():
        setattr(campaign, name, value)
    with pytest.raises(Refused, match=says):
        signed(cast, campaign)


def test_late_signature_is_taken_within_the_year(cast: Cast, campaign: Campaign) -> None:
    campaign.due_on = date(2026, 10, 10)
    assert signed(cast, campaign)[1]


PLEDGE = "commitments_pledge"


@pytest.mark.parametrize(
    "act",
    [
        f"UPDATE {PLEDGE} SET text = text || '.'",
        f"UPDATE {PLEDGE} SET signed_at = now()",
        f"DELETE FROM {PLEDGE}",
        f"TRUNCATE {PLEDGE}",
    ],
)
def test_signed_pledge_refuses_the_application(
    cast: Cast, campaign: Campaign, as_cm_app: None, act: str
) -> None:
    pledge, _ = signed(cast, campaign)
    with (
        pytest.raises(DatabaseError, match=r"never change|permission denied|must be owner"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(act)
    assert Pledge.objects.get().text == pledge.text


@pytest.mark.parametrize("act", [f"TRUNCATE {PLEDGE}"])
def test_signed_pledge_refuses_the_owner(owner_connection: psycopg.Connection, act: str) -> None:
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="never change"):
        owner_connection.execute(act.encode())


def test_coverage_is_signed_of_those_in_scope(cast: Cast, campaign: Campaign) -> None:
    gone = make_user("Phan Văn Nghỉ")
    gone_posting = make_posting(gone, cast.one_stop, ends_on=DAY - timedelta(days=1))
    Pledge.objects.create(
        campaign=campaign, posting=gone_posting, text="x", sha256="0" * 64, method="password", signed_at=NOW
    )
    signed(cast, campaign)
    scope = Scope(campaign, DAY)
    assert [(part.agency.name, part.coverage.signed, part.coverage.in_scope) for part in scope.parts()] == [
        ("Xã An Thuận", 0, 1),
        ("Phòng Văn hóa – Xã hội", 0, 1),
        ("Trung tâm Phục vụ hành chính công", 1, 2),
    ]
    assert scope.total() == Coverage(1, 4) == coverage_of([campaign], DAY)[campaign.pk]


def test_coverage_of_many_campaigns_asks_no_more(
    cast: Cast, campaign: Campaign, django_assert_num_queries: Callable[..., AbstractContextManager[object]]
) -> None:
    others = [
        Campaign.objects.create(
            agency=agency, adoption=adopt(agency, make_version()), year=2026, opens_on=DAY, due_on=DAY,
            opened_at=NOW,
        )
        for agency in (cast.other_commune, cast.province, cast.department, cast.one_stop)
    ]  # fmt: skip
    with django_assert_num_queries(2):
        found = coverage_of([campaign, *others], DAY)
    assert [found[one.pk].in_scope for one in [campaign, *others]] == [4, 1, 6, 1, 2]
