"""The start page: what waits for whom."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from conduct.agencies.models import Period, Posting, Role
from conduct.commitments.models import Campaign, NotSigning, Pledge
from conduct.judgements.models import Judgement, JudgementSheet
from conduct.kernel.months import Month
from conduct.reports.waiting import Kind, closing_day, waiting_for
from models_catalog.models import Adoption, Item
from tests.cast import Cast, make_cast
from tests.factories import NOW, grant, make_posting, make_user

BACKEND = "django.contrib.auth.backends.ModelBackend"
pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    return Campaign.objects.create(
        agency=cast.commune,
        adoption=cast.adoption,
        year=2026,
        opens_on=date(2026, 1, 1),
        due_on=date(2026, 10, 25),
        opened_at=NOW,
    )


def judge(cast: Cast, month: str, *values: int) -> JudgementSheet:
    sheet = JudgementSheet.objects.create(
        posting=cast.lan_posting,
        adoption=cast.adoption,
        month=Month.parse(month).first,
        judged_by=cast.minh,
        judged_at=NOW,
    )
    items = Item.objects.filter(group__version=cast.adoption.version)
    for item, value in zip(items, values, strict=True):
        Judgement.objects.create(
            sheet=sheet, item=item, value=value, reason="" if value == 4 else "Hai lần muộn"
        )
    return sheet


def things(cast: Cast, who: str, now: datetime = NOW) -> list[tuple[Kind, date, int]]:
    return [(due.kind, due.on, due.n) for due in waiting_for(getattr(cast, who), now).everything]


def test_a_campaign_waits_until_it_is_signed(cast: Cast, campaign: Campaign) -> None:
    assert things(cast, "lan") == [(Kind.SIGN, date(2026, 10, 25), 1)]
    assert (Kind.SIGN, date(2026, 10, 25), 1) not in things(cast, "hoa")
    Pledge.objects.create(
        campaign=campaign,
        posting=cast.lan_posting,
        text="…",
        sha256="0" * 64,
        method=Pledge.Method.PASSWORD,
        signed_at=NOW,
    )
    assert things(cast, "lan") == []


@pytest.mark.parametrize("kind", ["excused", "declined"])
def test_a_campaign_waits_for_nobody_who_said_why_not(cast: Cast, campaign: Campaign, kind: str) -> None:
    row = NotSigning.objects.create(
        campaign=campaign, posting=cast.lan_posting, kind=kind, reason="Đi học", stated_by=cast.tam,
        stated_at=NOW,
    )  # fmt: skip
    assert things(cast, "lan") == []
    row.withdrawn_by, row.withdrawn_at = cast.tam, NOW
    row.save()
    assert things(cast, "lan") == [(Kind.SIGN, date(2026, 10, 25), 1)]


@pytest.mark.parametrize(
    ("changed", "waits"),
    [
        ({"audience": "front_desk"}, True),
        ({"audience": "categories", "categories": ["vien_chuc"]}, False),
        ({"audience": "categories", "categories": ["cong_chuc", "vien_chuc"]}, True),
        ({"valid_to": date(2026, 10, 19)}, False),
        ({"valid_from": date(2026, 10, 21)}, False),
    ],
)
def test_a_campaign_waits_for_those_its_wording_concerns(
    cast: Cast, campaign: Campaign, changed: dict[str, object], waits: bool
) -> None:
    Adoption.objects.filter(pk=cast.adoption.pk).update(**changed)
    assert bool(things(cast, "lan")) is waits
    Posting.objects.filter(pk=cast.lan_posting.pk).update(serves_citizens=False)
    assert bool(things(cast, "lan")) is (waits and changed.get("audience") != "front_desk")


def test_a_supervisor_is_told_whom_to_judge(cast: Cast) -> None:
    october = closing_day(Month(2026, 10))
    assert things(cast, "minh") == [(Kind.JUDGE, october, 1)]
    judge(cast, "2026-10", 4, 4, 4)
    assert things(cast, "minh") == []


def test_the_head_judges_those_whom_nobody_nearer_leads(cast: Cast) -> None:
    waiting = [due for due in waiting_for(cast.tam, NOW).everything if due.kind is Kind.JUDGE]
    # Minh leads Lan; Tâm is left with Minh and with Quân of the department that nobody leads.
    assert [due.n for due in waiting] == [2]


def test_months_that_ended_wait_for_the_head(cast: Cast) -> None:
    closing = [due for due in waiting_for(cast.tam, NOW).everything if due.kind is Kind.CLOSE]
    assert len(closing) == 6
    assert closing[-1].on == closing_day(Month(2026, 9))
    for month in Month(2026, 4).until(Month(2026, 9)):
        Period.objects.create(office=cast.commune, month=month.first, state="closed", closed_at=NOW)
    assert [due for due in waiting_for(cast.tam, NOW).everything if due.kind is Kind.CLOSE] == []


def test_a_remark_below_four_can_be_answered_for_a_week(cast: Cast) -> None:
    sheet = judge(cast, "2026-10", 4, 2, 4)
    assert [kind for kind, _on, _n in things(cast, "lan")] == [Kind.READ]
    assert things(cast, "lan", datetime(2026, 10, 28, 3, tzinfo=UTC)) == []
    sheet.reply, sheet.replied_at = "Tôi đã xin phép", NOW
    sheet.save()
    assert things(cast, "lan") == []


def test_a_month_without_remarks_does_not_wait(cast: Cast) -> None:
    judge(cast, "2026-10", 4, 4, 4)
    assert things(cast, "lan") == []


@pytest.mark.parametrize("who", ["lan", "minh", "tam", "quan", "phuong", "hoa"])
def test_the_page_opens_for_everyone(client: Client, cast: Cast, campaign: Campaign, who: str) -> None:
    client.force_login(getattr(cast, who), BACKEND)
    response = client.get(reverse("reports:today"))
    assert response.status_code == 200
    assert "Hôm nay" in response.content.decode()


def test_a_newcomer_without_a_posting_is_told_that_nothing_waits(client: Client) -> None:
    client.force_login(make_user("Bùi Thị Mới"), BACKEND)
    response = client.get(reverse("reports:today"))
    assert "Hôm nay không có việc nào đang chờ" in response.content.decode()


def test_the_page_asks_at_most_twelve_times(
    client: Client, cast: Cast, campaign: Campaign, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    judge(cast, "2026-10", 4, 2, 4)
    grant(cast.tam, cast.commune, Role.SUPERVISOR)
    for number in range(20):
        make_posting(make_user(f"Ngô Văn {number}"), cast.department)
    client.force_login(cast.tam, BACKEND)
    with django_assert_max_num_queries(12):
        assert client.get(reverse("reports:today")).status_code == 200


def test_strangers_sign_in_first(client: Client) -> None:
    response = client.get(reverse("reports:today"))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))
