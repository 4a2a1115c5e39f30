"""A wording is replaced: the campaign moves with what was signed, or people sign anew."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils.translation import override

from conduct.agencies.permissions import Refused
from conduct.audit.models import AuditEvent
from conduct.commitments.coverage import Coverage, Scope
from conduct.commitments.models import Campaign, Pledge
from conduct.commitments.permissions.signing import check_can_sign
from conduct.commitments.services.renewals import renew_campaigns
from conduct.commitments.tasks.reminders import sweep
from conduct.notices.models import Notice
from models_catalog.models import Adoption
from tests.cast import Cast, make_cast
from tests.factories import DAY, NOW, adopt, make_version


def replace(cast: Cast, on: date = DAY, *, keeps: bool, **fields: object) -> Adoption:
    """From ``on`` the commune keeps another wording."""
    cast.adoption.valid_to = on - timedelta(days=1)
    cast.adoption.save()
    return adopt(
        cast.commune, make_version(name="2 không, 1 biết (2026)"), valid_from=on, replaces=cast.adoption,
        keeps_signatures=keeps, **fields,
    )  # fmt: skip


@pytest.fixture
def signed(cast: Cast, campaign: Campaign) -> Pledge:
    return Pledge.objects.create(
        campaign=campaign,
        posting=cast.lan_posting,
        text="x",
        sha256="0" * 64,
        method="password",
        signed_at=NOW,
    )


def test_a_minor_correction_keeps_what_was_signed(cast: Cast, campaign: Campaign, signed: Pledge) -> None:
    new = replace(cast, keeps=True)
    assert renew_campaigns(now=NOW) == 1
    campaign.refresh_from_db()
    assert campaign.adoption == new
    assert Scope(campaign, DAY).total() == Coverage(1, 4)
    assert not Notice.objects.exists()
    event = AuditEvent.objects.get()
    assert (event.act, event.actor_id, event.data) == (
        "commitments.move_campaign", None, {"from_adoption": cast.adoption.pk, "adoption": new.pk},
    )  # fmt: skip


def test_a_minor_correction_waits_for_its_first_day(cast: Cast, campaign: Campaign) -> None:
    replace(cast, DAY + timedelta(days=1), keeps=True)
    assert renew_campaigns(now=NOW) == 0
    assert renew_campaigns(now=NOW + timedelta(days=1)) == 1


def test_another_wording_is_signed_anew(cast: Cast, campaign: Campaign, signed: Pledge) -> None:
    new = replace(cast, date(2026, 11, 10), keeps=False)
    with override("en"):
        assert renew_campaigns(now=NOW) == 1
    fresh = Campaign.objects.get(adoption=new)
    assert (fresh.agency, fresh.year, fresh.opens_on, fresh.due_on, fresh.opened_by) == (
        cast.commune, 2026, date(2026, 11, 10), date(2026, 12, 10), None,
    )  # fmt: skip
    assert Scope(fresh, DAY).total() == Coverage(0, 4)
    notice = Notice.objects.get()
    assert (notice.recipient, notice.title) == (cast.lan, "Cần ký lại “2 không, 1 biết (2026)”")
    assert "từ 10/11/2026 đến 10/12/2026" in notice.text
    assert [event.act for event in AuditEvent.objects.all()] == ["commitments.open_campaign"]
    assert AuditEvent.objects.get().actor_id is None


def test_what_is_replaced_is_no_longer_signed(cast: Cast, campaign: Campaign) -> None:
    replace(cast, keeps=False)
    renew_campaigns(now=NOW)
    campaign.refresh_from_db()
    with pytest.raises(Refused):
        check_can_sign(cast.lan, campaign, cast.lan_posting, DAY)
    check_can_sign(cast.lan, Campaign.objects.exclude(pk=campaign.pk).get(), cast.lan_posting, DAY)


def test_sweeping_again_changes_nothing(cast: Cast, campaign: Campaign, signed: Pledge) -> None:
    replace(cast, keeps=False)
    for _ in range(3):
        sweep()
    assert Campaign.objects.count() == 2
    assert AuditEvent.objects.count() == Notice.objects.count() == 1


@pytest.mark.parametrize("keeps", [True, False])
def test_a_campaign_opened_by_hand_is_left(cast: Cast, campaign: Campaign, keeps: bool) -> None:
    new = replace(cast, keeps=keeps)
    Campaign.objects.create(
        agency=cast.commune, adoption=new, year=2026, opens_on=DAY, due_on=DAY, opened_at=NOW
    )
    assert renew_campaigns(now=NOW) == 0
    campaign.refresh_from_db()
    assert campaign.adoption == cast.adoption


def test_campaigns_of_the_past_and_wordings_of_next_year_open_nothing(cast: Cast, campaign: Campaign) -> None:
    new = replace(cast, date(2027, 1, 1), keeps=False)
    assert renew_campaigns(now=NOW) == 0
    new.valid_from = DAY
    new.save()
    Campaign.objects.update(year=2025, opens_on=date(2025, 8, 1), due_on=date(2025, 9, 1))
    assert renew_campaigns(now=NOW) == 0


def test_a_model_for_units_is_not_put_before_people(cast: Cast, campaign: Campaign) -> None:
    new = replace(cast, keeps=False)
    new.version.model.judged = "unit"
    new.version.model.save()
    assert renew_campaigns(now=NOW) == 0


def test_a_chain_of_corrections_carries_the_pledges_along(
    cast: Cast, campaign: Campaign, signed: Pledge
) -> None:
    first = replace(cast, DAY - timedelta(days=5), keeps=True, valid_to=DAY - timedelta(days=1))
    last = adopt(cast.commune, make_version(), valid_from=DAY, replaces=first, keeps_signatures=True)
    sweep()
    sweep()
    campaign.refresh_from_db()
    assert campaign.adoption == last
    assert Campaign.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_open_one_campaign() -> None:
    cast = make_cast()
    campaign = Campaign.objects.create(
        agency=cast.commune, adoption=cast.adoption, year=2026, opens_on=date(2026, 10, 1),
        due_on=date(2026, 11, 30), opened_at=NOW,
    )  # fmt: skip
    replace(cast, keeps=False)

    def work(_: int) -> int:
        try:
            return renew_campaigns(now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(work, range(2))) == 1
    assert Campaign.objects.exclude(pk=campaign.pk).count() == 1
    assert AuditEvent.objects.count() == 1
