"""What an office adds of its own, for whom it adopts, and what staff promised: how they reach the scores."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conduct.commitments.models import Promise
from conduct.dossiers.models import Dossier
from conduct.judgements.models import Judgement
from conduct.kernel.months import Month
from conduct.scores.models import AgencyCount, PersonScore
from conduct.scores.rules.evidence import Source
from conduct.scores.rules.parts import person_from_data
from tests.cast import Cast, make_cast
from tests.factories import NOW, add_local, make_posting, make_user
from tests.integration.scores.arrange import OCTOBER, closing, items_of, judge, roll_up

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("schemes")]


@pytest.fixture
def cast() -> Cast:
    """Lan works behind the scenes here, so that the supervisor alone is expected to speak."""
    found = make_cast()
    found.lan_posting.serves_citizens = False
    found.lan_posting.save()
    return found


def promised(cast: Cast, due_at: datetime, outcome: str = "kept") -> Promise:
    ended = None if outcome == "open" else due_at
    return Promise.objects.create(
        posting=cast.lan_posting, what="Trả kết quả", dossier_code="H12.34-26-0001", outcome=outcome,
        made_at=due_at - timedelta(days=3), due_at=due_at, ended_at=ended,
        apology="Xin lỗi ông/bà." if outcome == "broken" else "",
    )  # fmt: skip


def test_a_local_item_counts_for_the_person_and_not_in_the_share_of_the_office(cast: Cast) -> None:
    [local] = add_local(cast.adoption, "Phải trả hồ sơ tại nhà cho người cao tuổi")
    sheet = judge(cast.lan_posting, cast.adoption, [4, 4, 4], cast.minh)
    Judgement.objects.create(sheet=sheet, item=local, value=0, reason="không đến")
    roll_up()
    score = PersonScore.objects.get(posting=cast.lan_posting)
    lines = {item.key: item.score for item in person_from_data(score.parts).items}
    assert lines[local.pk] == Decimal(0)
    assert list(lines)[-1] == local.pk, "after the base items"
    share = AgencyCount.objects.get(agency=cast.commune, component="conduct", month=OCTOBER.first)
    assert (share.kept, share.judged) == (12, 12)


def test_an_adoption_for_the_front_desk_scores_nobody_else(cast: Cast) -> None:
    type(cast.adoption).objects.filter(pk=cast.adoption.pk).update(audience="front_desk")
    clerk = make_posting(make_user(), cast.one_stop, serves_citizens=True)
    roll_up()
    assert set(PersonScore.objects.values_list("posting", flat=True)) == {clerk.pk}


def test_an_adoption_for_a_category_scores_that_category(cast: Cast) -> None:
    worker = make_posting(make_user(), cast.department, category="hop_dong")
    type(cast.adoption).objects.filter(pk=cast.adoption.pk).update(
        audience="categories", categories=["hop_dong"]
    )
    roll_up()
    assert set(PersonScore.objects.values_list("posting", flat=True)) == {worker.pk}


def test_promises_speak_to_the_items_that_they_can_judge(cast: Cast) -> None:
    promise, hours, _friendly = items_of(cast.adoption)
    judge(cast.lan_posting, cast.adoption, [4, 4, 4], cast.minh)
    for day, outcome in ((5, "kept"), (6, "kept"), (7, "broken"), (8, "withdrawn")):
        promised(cast, NOW.replace(day=day), outcome)
    roll_up()
    parts = person_from_data(PersonScore.objects.get(posting=cast.lan_posting).parts).items
    by_item = {part.key: {source.source: source for source in part.sources} for part in parts}
    counted = by_item[promise.pk][Source.PROMISE]
    assert (counted.judged, counted.kept) == (3, 2)
    assert Source.PROMISE not in by_item[hours.pk]
    # Supervisor 100 with weight 30, promises 66.67 with weight 10: (3000 + 666.67) / 40.
    line = next(part.score for part in parts if part.key == promise.pk)
    assert line is not None
    assert round(line, 2) == Decimal("91.67")


def test_a_promise_that_is_not_due_yet_does_not_count(cast: Cast) -> None:
    judge(cast.lan_posting, cast.adoption, [4, 4, 4], cast.minh)
    promised(cast, NOW + timedelta(days=2), "open")
    roll_up(now=NOW)
    assert _promises_counted(cast) is None
    roll_up(now=NOW + timedelta(days=3))
    assert _promises_counted(cast) == (1, 0)


def test_a_promise_belongs_to_the_month_in_which_it_falls_due(cast: Cast) -> None:
    tz = timezone.get_default_timezone()
    judge(cast.lan_posting, cast.adoption, [4, 4, 4], cast.minh)
    promised(cast, Month(2026, 11).bounds(tz)[0], "kept")
    promised(cast, Month(2026, 11).bounds(tz)[0] - timedelta(minutes=1), "kept_late")
    roll_up(now=NOW + timedelta(days=30))
    assert _promises_counted(cast) == (1, 0)


def _promises_counted(cast: Cast) -> tuple[int, int] | None:
    promise = items_of(cast.adoption)[0]
    parts = person_from_data(PersonScore.objects.get(posting=cast.lan_posting).parts).items
    sources = next(part.sources for part in parts if part.key == promise.pk)
    counted = [(part.judged, part.kept) for part in sources if part.source is Source.PROMISE]
    return counted[0] if counted else None


def settled(cast: Cast, code: str, promised_on: date, finished_on: date | None, **fields: object) -> Dossier:
    values = {"due_on": promised_on, "received_on": date(2026, 9, 1), "agency": cast.one_stop, **fields}
    return Dossier.objects.create(
        code=code, procedure="Khai sinh", channel="desk", promised_on=promised_on, finished_on=finished_on,
        **values,
    )  # fmt: skip


def _dossiers_counted(cast: Cast, month: Month = OCTOBER) -> tuple[int, int] | None:
    found = AgencyCount.objects.filter(agency=cast.commune, component="dossiers", month=month.first).first()
    return (found.judged, found.kept) if found else None


def test_a_dossier_counts_once_by_its_first_promised_day(cast: Cast) -> None:
    settled(cast, "kept early", date(2026, 11, 3), date(2026, 10, 7))
    settled(cast, "kept", date(2026, 10, 9), date(2026, 10, 9))
    settled(cast, "late", date(2026, 10, 9), date(2026, 10, 10), due_on=date(2026, 10, 20))
    settled(cast, "late in the month after", date(2026, 10, 9), date(2026, 11, 2))
    settled(cast, "never settled", date(2026, 10, 9), None, due_on=date(2026, 12, 1))
    settled(cast, "of the month before", date(2026, 9, 30), date(2026, 10, 1))
    settled(cast, "not due yet", date(2026, 10, 20), None)
    settled(cast, "of another office", date(2026, 10, 9), None, agency=cast.other_commune)
    roll_up(now=NOW)
    assert _dossiers_counted(cast) == (5, 2)
    roll_up(now=NOW + timedelta(days=1))
    assert _dossiers_counted(cast) == (6, 2), "the first promised day has passed"
    november = Month(2026, 11)
    roll_up(november, now=NOW + timedelta(days=60))
    assert _dossiers_counted(cast, november) is None, "what was late in October counts there alone"


def test_why_leads_the_person_to_the_own_promises(cast: Cast, client: Client) -> None:
    judge(cast.lan_posting, cast.adoption, [4, 4, 4], cast.minh)
    promised(cast, NOW.replace(day=5), "broken")
    closing(cast.commune)
    roll_up()
    client.force_login(cast.lan)
    page = client.get(
        reverse("scores:why", args=[OCTOBER, cast.lan_posting.pk, cast.adoption.pk])
    ).content.decode()
    assert f'<a href="{reverse("commitments:promises")}">0/1</a>' in page
