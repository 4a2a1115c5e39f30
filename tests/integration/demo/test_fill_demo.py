"""The demo province in a database: complete, within the rules, always the same, with stories one can see."""

from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Max, Min

from conduct.agencies.models import Agency, Period, User
from conduct.commitments.models import (
    Pledge,
)
from conduct.demo.filling import PHRASE
from conduct.demo.people import CAST
from conduct.demo.rolling import RollUpFailed, gather_statistics, roll_up
from conduct.judgements.models import JudgementSheet
from conduct.kernel.engines import Engines
from conduct.kernel.months import Month
from conduct.scores.models import AgencyScore, PersonScore
from surveys.models import Response, ServicePoint
from tests.integration.demo.filling import fill

pytestmark = pytest.mark.django_db


@pytest.fixture
def province(as_cm_app: None) -> str:
    return fill()


CHECKSUMS = """
SELECT 'agency', md5(string_agg(concat_ws('|', code, name, valid_from, valid_to), ',' ORDER BY code))
FROM agencies_agency
UNION ALL
SELECT 'posting', md5(string_agg(
    concat_ws('|', u.username, a.code, p.title, p.starts_on, p.ends_on), ','
    ORDER BY u.username, p.starts_on))
FROM agencies_posting p JOIN agencies_user u ON u.id = p.person_id
JOIN agencies_agency a ON a.id = p.agency_id
UNION ALL
SELECT 'pledge', md5(string_agg(sha256 || signed_at, ',' ORDER BY sha256)) FROM commitments_pledge
UNION ALL
SELECT 'judgement', md5(string_agg(
    concat_ws('|', u.username, s.month, s.judged_at, s.reply, i.text, j.value, j.reason), ','
    ORDER BY u.username, s.month, s.adoption_id, g.version_id IS NULL, g.position, i.position))
FROM judgements_judgement j JOIN judgements_judgementsheet s ON s.id = j.sheet_id
JOIN models_catalog_item i ON i.id = j.item_id JOIN models_catalog_itemgroup g ON g.id = i.group_id
JOIN agencies_posting p ON p.id = s.posting_id JOIN agencies_user u ON u.id = p.person_id
UNION ALL
SELECT 'promise', md5(string_agg(
    concat_ws('|', u.username, m.what, m.made_at, m.due_at, m.outcome, m.ended_at), ','
    ORDER BY u.username, m.made_at, m.what))
FROM commitments_promise m
JOIN agencies_posting p ON p.id = m.posting_id JOIN agencies_user u ON u.id = p.person_id
UNION ALL
SELECT 'response', md5(string_agg(
    concat_ws('|', r.key, p.slug, r.month, r.channel, r.cluster, r.overall, r.factors, r.trips,
              r.item_ids, r.item_answers, r.comment, s.procedure_group), ',' ORDER BY r.key))
FROM surveys_response r JOIN surveys_servicepoint p ON p.id = r.point_id
LEFT JOIN surveys_stratum s ON s.id = r.stratum_id
WHERE r.round_id IS NULL  -- the points of a round get their short addresses from the system's randomness
"""


def filled_and_rolled_back(**options: Any) -> dict[str, str]:
    with transaction.atomic():
        fill(**options)
        with connection.cursor() as cursor:
            cursor.execute(CHECKSUMS)
            found = dict(cursor.fetchall())
        transaction.set_rollback(True)
    return found


def test_the_same_day_seed_and_size_give_the_same_province(library: None, as_cm_app: None) -> None:
    call_command("load_questionnaires", verbosity=0)
    first = filled_and_rolled_back()
    assert all(first.values())
    assert filled_and_rolled_back() == first
    other = filled_and_rolled_back(seed=7)
    assert not [table for table in first if table != "agency" and other[table] == first[table]]


@pytest.mark.slow
def test_the_stories_can_be_read_from_the_scores(as_cm_app: None) -> None:
    fill(responses=3000)
    call_command("rollup", "2025-07..2026-03", inline=True, verbosity=0)
    assert set(Period.objects.values_list("state", flat=True)) == {"closed"}
    scores: dict[str, dict[date, Decimal | None]] = {}
    rows = AgencyScore.objects.filter(agency__kind="commune").values_list("agency__name", "month", "score")
    for name, month, score in rows:
        scores.setdefault(name, {})[month] = score
    february, september = date(2026, 2, 1), date(2025, 9, 1)
    slipping = scores["Xã Thước Khê"]
    assert (slipping[september] or 0) - (slipping[february] or 100) > 10
    known = {name: months[february] or Decimal(0) for name, months in scores.items() if february in months}
    assert max(known, key=lambda name: known[name]) == "Phường Hạc Uyên"
    assert all(score is not None and score >= 90 for score in scores["Phường Hạc Uyên"].values())
    assert set(scores["Xã Sậy Vàng"].values()) == {None}
    merger = date(2025, 9, 1)
    assert min(scores["Xã Mặc Uyên"]) == merger
    assert max(scores["Xã Mặc Lĩnh"]) < merger
    slow, quick = (
        Pledge.objects.filter(campaign__year=2026, campaign__agency__name=name).count()
        for name in ("Xã Lụa Khê", "Phường Hạc Uyên")
    )
    assert slow < 0.8 * quick
    states = set(PersonScore.objects.values_list("state", flat=True))
    assert {"scored", "insufficient"} <= states


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_command_rolls_up_with_processes_of_its_own(
    engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_OWNER_URL", engines.owner_environment()["DATABASE_OWNER_URL"])
    said = fill(offices=3, staff=60, responses=60, as_of=date(2025, 9, 10), no_rollup=False)
    assert "scored" in said
    assert "no statistics" not in said
    assert AgencyScore.objects.filter(agency__kind="province", score__isnull=False).count() == 3
    assert Period.objects.filter(state="closed").count() == Period.objects.count() > 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'surveys_response'")
        assert cursor.fetchone() == (Response.objects.count(),)


def test_statistics_of_another_database_are_not_gathered(
    engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = engines.owner_environment()["DATABASE_OWNER_URL"].replace("/conduct?", "/postgres?")
    monkeypatch.setenv("DATABASE_OWNER_URL", elsewhere)
    assert not gather_statistics()


def test_a_failed_roll_up_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_POOL", "many")
    with pytest.raises(RollUpFailed, match="DATABASE_POOL must be a whole number"):
        roll_up([Month(2025, 7)], [], processes=2, show=lambda done, asked: None)


def test_a_second_call_is_refused_and_changes_nothing(province: str) -> None:
    with pytest.raises(CommandError, match="already has agencies"):
        fill(seed=7)
    assert fill(if_empty=True) == ""
    assert User.objects.count() == 140


@pytest.mark.parametrize("as_of", [date(2025, 9, 1), date(2026, 1, 2), date(2026, 8, 1), date(2027, 6, 15)])
def test_any_day_makes_a_province_without_a_future(as_cm_app: None, as_of: date) -> None:
    fill(as_of=as_of, offices=3, staff=60, responses=200)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert Response.objects.exclude(channel="round").count() == 200
    assert Response.objects.aggregate(first=Min("month"))["first"] >= date(2025, 7, 1)
    assert JudgementSheet.objects.aggregate(last=Max("judged_at"))["last"].date() < as_of
    assert Pledge.objects.aggregate(last=Max("signed_at"))["last"].date() < as_of
    assert not Period.objects.filter(closed_at__date__gte=as_of).exists()


@pytest.mark.parametrize(
    "options",
    [{"offices": 2}, {"staff": 20}, {"as_of": date(2025, 8, 1)}, {"responses": -1}, {"offices": 99}],
)
def test_a_province_that_cannot_be_is_refused_in_a_sentence(db: None, options: dict[str, Any]) -> None:
    with pytest.raises(CommandError, match=r"^[A-Z].*\.$"):
        fill(**options)
    assert not Agency.objects.exists()


def test_only_the_cast_can_sign_in_and_the_list_says_how(province: str) -> None:
    able = {user.username for user in User.objects.all() if user.has_usable_password()}
    assert able == {member.username for member in CAST}
    assert User.objects.get(username="lan").check_password(PHRASE)
    out = StringIO()
    call_command("demo_signins", stdout=out)
    said = out.getvalue()
    assert "Công chức, quầy một cửa" in said
    assert all(f" {member.username} " in said and member.full_name in said for member in CAST)
    assert said.count(PHRASE) == len(CAST)
    slugs = ServicePoint.objects.filter(agency__postings__person__username="lan").values_list(
        "slug", flat=True
    )
    assert all(f"/r/{slug}/" in said for slug in sorted(slugs)[:1])


def test_without_a_demo_there_is_nobody_to_list(db: None) -> None:
    with pytest.raises(CommandError, match="no demo here"):
        call_command("demo_signins")
