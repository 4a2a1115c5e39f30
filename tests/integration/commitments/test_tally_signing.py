"""What the score counts of signing: asked and signed by the end of a month, without the excused."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries

from conduct.agencies.models import Posting
from conduct.commitments.models import Campaign, NotSigning, Pledge
from conduct.commitments.tallies.signing import Signing, tally_signing
from conduct.kernel.months import Month
from tests.cast import Cast
from tests.factories import NOW, adopt, make_posting, make_user, make_version

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
OCTOBER = Month(2026, 10)
LAST_MOMENT = datetime(2026, 10, 31, 16, 59, tzinfo=UTC)
TOO_LATE = datetime(2026, 10, 31, 17, 0, tzinfo=UTC)


def tally(cast: Cast, month: Month = OCTOBER) -> dict[int, tuple[int, int]]:
    """Of each posting of the commune that is asked: how often, and how often it signed."""
    pairs = [
        (posting.pk, agency)
        for posting in Posting.objects.filter(agency__in=(cast.commune, cast.department, cast.one_stop))
        for agency in {posting.agency_id, cast.commune.pk, cast.province.pk}
    ]
    return {row.posting_id: (row.n_asked, row.n_signed) for row in tally_signing(pairs, month, ZONE)}


def sign(campaign: Campaign, posting: Posting, at: datetime = NOW) -> None:
    Pledge.objects.create(
        campaign=campaign, posting=posting, text="x", sha256="0" * 64, method="password", signed_at=at
    )


def excuse(campaign: Campaign, posting: Posting, kind: str = "excused", **fields: object) -> None:
    values: dict[str, object] = {"stated_at": NOW, "stated_by": posting.person, "reason": "Đi học", **fields}
    NotSigning.objects.create(campaign=campaign, posting=posting, kind=kind, **values)


def test_pledges_count_until_the_month_ends(cast: Cast, campaign: Campaign) -> None:
    sign(campaign, cast.lan_posting, LAST_MOMENT)
    sign(campaign, cast.minh_posting, TOO_LATE)
    found = tally(cast)
    assert (found[cast.lan_posting.pk], found[cast.minh_posting.pk]) == ((1, 1), (1, 0))
    assert len(found) == 4


def test_the_excused_are_not_asked(cast: Cast, campaign: Campaign) -> None:
    excuse(campaign, cast.lan_posting, stated_at=LAST_MOMENT)
    excuse(campaign, cast.minh_posting, stated_at=TOO_LATE)
    excuse(campaign, cast.tam_posting, kind="declined")
    found = tally(cast)
    assert cast.lan_posting.pk not in found
    assert found[cast.minh_posting.pk] == found[cast.tam_posting.pk] == (1, 0)


@pytest.mark.parametrize(("withdrawn_at", "is_asked"), [(LAST_MOMENT, True), (TOO_LATE, False)])
def test_who_was_back_before_the_end_is_asked(
    cast: Cast, campaign: Campaign, withdrawn_at: datetime, is_asked: bool
) -> None:
    excuse(campaign, cast.lan_posting, withdrawn_at=withdrawn_at, withdrawn_by=cast.tam)
    assert (cast.lan_posting.pk in tally(cast)) is is_asked


def test_who_signed_all_the_same_counts(cast: Cast, campaign: Campaign) -> None:
    excuse(campaign, cast.lan_posting)
    sign(campaign, cast.lan_posting)
    assert tally(cast)[cast.lan_posting.pk] == (1, 1)


def test_only_the_audience_is_asked(cast: Cast, campaign: Campaign) -> None:
    cast.adoption.audience = "front_desk"
    cast.adoption.save()
    assert tally(cast) == {cast.lan_posting.pk: (1, 0)}
    cast.adoption.audience, cast.adoption.categories = "categories", ["hop_dong", "can_bo"]
    cast.adoption.save()
    assert tally(cast) == {}
    worker = make_posting(make_user(), cast.department, category="hop_dong")
    assert tally(cast) == {worker.pk: (1, 0)}


def test_an_adoption_that_has_ended_asks_for_nothing(cast: Cast, campaign: Campaign) -> None:
    cast.adoption.valid_to = date(2026, 10, 30)
    cast.adoption.save()
    assert tally(cast) == {}
    assert len(tally(cast, OCTOBER.previous())) == 0  # it opened in October
    cast.adoption.valid_to = OCTOBER.last
    cast.adoption.save()
    assert len(tally(cast)) == 4


def test_a_moved_campaign_counts_before_and_after(cast: Cast, campaign: Campaign) -> None:
    """Corrected twice, from November and from December on; October is asked by what was kept then."""
    cast.adoption.valid_to = OCTOBER.last
    cast.adoption.save()
    second = adopt(
        cast.commune, make_version(), valid_from=date(2026, 11, 1), valid_to=date(2026, 11, 30),
        replaces=cast.adoption, keeps_signatures=True, audience="front_desk",
    )  # fmt: skip
    third = adopt(
        cast.commune, make_version(), valid_from=date(2026, 12, 1), replaces=second, keeps_signatures=True
    )
    campaign.adoption = third
    campaign.save()
    sign(campaign, cast.lan_posting)
    assert tally(cast)[cast.lan_posting.pk] == (1, 1)
    assert len(tally(cast)) == 4
    assert tally(cast, Month(2026, 11)) == {cast.lan_posting.pk: (1, 1)}
    assert len(tally(cast, Month(2026, 12))) == 4


def test_a_new_wording_does_not_count_for_the_months_before(cast: Cast, campaign: Campaign) -> None:
    campaign.adoption = adopt(
        cast.commune, make_version(), valid_from=date(2026, 11, 1), replaces=cast.adoption
    )
    campaign.save()
    assert tally(cast) == {}


def test_campaigns_of_all_levels_add_up(
    cast: Cast, campaign: Campaign, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    above = Campaign.objects.create(
        agency=cast.province, adoption=adopt(cast.province, make_version()), year=2026,
        opens_on=date(2026, 10, 31), due_on=date(2026, 12, 1), opened_at=NOW,
    )  # fmt: skip
    Campaign.objects.create(
        agency=cast.commune, adoption=adopt(cast.commune, make_version()), year=2026,
        opens_on=OCTOBER.last + timedelta(days=1), due_on=date(2026, 12, 1), opened_at=NOW,
    )  # fmt: skip
    sign(above, cast.lan_posting)
    pairs = [(cast.lan_posting.pk, cast.commune.pk), (cast.lan_posting.pk, cast.province.pk)]
    with django_assert_num_queries(1):
        assert tally_signing(pairs, OCTOBER, ZONE) == [Signing(cast.lan_posting.pk, 2, 1)]
