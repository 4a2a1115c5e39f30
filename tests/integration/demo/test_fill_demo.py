"""The demo province in a database: complete, within the rules, always the same, with stories one can see."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, F, Max, Min, Model, Q

from conduct.agencies.models import Agency, Period, Posting, RoleGrant, Succession, User
from conduct.agencies.permissions import leads
from conduct.audit.models import AuditEvent
from conduct.commitments.models import (
    Beneficiary,
    Campaign,
    JournalEntry,
    LedgerEntry,
    NotSigning,
    Pledge,
    Promise,
)
from conduct.commitments.rules.pledges import sha256_of
from conduct.commitments.services.signing import text_for
from conduct.demo.acts import ZONE
from conduct.demo.filling import PHRASE
from conduct.demo.people import CAST
from conduct.demo.rolling import RollUpFailed, gather_statistics, roll_up
from conduct.dossiers.models import Dossier, OnlineTarget
from conduct.feedback.models import Apology, Case
from conduct.judgements.models import Judgement, JudgementSheet
from conduct.kernel.engines import Engines
from conduct.kernel.months import Month
from conduct.kernel.sealing import unseal
from conduct.kernel.vault import unseal_with
from conduct.scores.models import AgencyScore, PersonScore
from models_catalog.models import Adoption, Item, ModelVersion
from surveys.models import DeskOfficer, Kiosk, Poster, Response, ServicePoint, SetAside, Stratum

pytestmark = pytest.mark.django_db

AS_OF = date(2026, 3, 10)
MONTHS = ("2025-07..2026-03",)


def fill(**options: Any) -> str:
    out = StringIO()
    values = {"as_of": AS_OF, "offices": 6, "staff": 140, "responses": 1500, "no_rollup": True, **options}
    call_command("fill_demo", stdout=out, **values)
    return out.getvalue()


@pytest.fixture
def province(as_cm_app: None) -> str:
    return fill()


def test_a_small_province_is_complete_and_within_the_rules(province: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # foreign keys are checked here, not at the end
    assert Agency.objects.in_force(AS_OF).filter(kind="commune").count() == 6
    assert User.objects.count() == 140
    assert Response.objects.count() == 1500
    assert Succession.objects.filter(kind="merge", successor__name="Xã Mặc Uyên").count() == 2
    assert not Response.objects.filter(is_verified=True).exclude(channel="invitation").exists()
    open_channels = Response.objects.filter(is_verified=False).values_list("channel", flat=True)
    assert set(open_channels) == {"qr", "kiosk", "paper", "phone"}
    assert Stratum.objects.filter(posting__isnull=False).exists()
    assert 0.05 < Response.objects.exclude(comment="").count() / 1500 < 0.11
    assert Response.objects.exclude(item_ids=[]).count() > 700
    assert {grant.role for grant in RoleGrant.objects.all()} >= {
        "supervisor", "head", "office_admin", "inspector", "catalogue_editor", "auditor", "system_admin",
    }  # fmt: skip
    assert "filled" in province


def test_dossiers_are_early_on_time_late_or_in_process(province: str) -> None:
    settled = Dossier.objects.filter(finished_on__isnull=False)
    assert Dossier.objects.count() > 600
    assert settled.filter(finished_on__lt=F("promised_on")).exists()
    assert 0 < settled.filter(finished_on__gt=F("promised_on")).count() < 0.1 * settled.count()
    assert 0 < Dossier.objects.overdue(AS_OF).count() < 0.05 * settled.count()
    known = Dossier.objects.exclude(sealed_name=b"")
    assert known.exists()
    assert not known.filter(finished_on__lt=AS_OF - timedelta(days=60)).exists()
    online = Dossier.objects.filter(agency__postings__person__username="lan")
    assert 0.75 < online.filter(channel="online").count() / online.count() < 0.95
    assert OnlineTarget.objects.filter(low=60, high=70).exists()


def test_desks_have_officers_tablets_and_forms_set_aside(province: str) -> None:
    lan = DeskOfficer.objects.get(posting__person__username="lan")
    assert lan.point.agency.kind == "one_stop"
    assert Kiosk.objects.filter(paired_at__isnull=False).exists()
    assert Kiosk.objects.filter(paired_at__isnull=True, pairing_until__isnull=False).count() == 1
    assert {one.reason for one in SetAside.objects.all()} >= {"burst", "network"}  # of few forms a month
    assert SetAside.objects.filter(reinstated_by__username="tam").count() == 1


def test_remarks_live_and_late_dossiers_get_their_letters(province: str) -> None:
    minh = User.objects.get(username="minh")
    here = Case.objects.filter(concerns__postings__person=minh)
    assert {case.state for case in here} >= {"new", "assigned", "answered"}
    assert here.filter(reopened_on__isnull=False).count() == 1
    assert here.filter(published_on__isnull=False).count() == 2
    assert all(unseal_with(case.key_id, case.sealed_text) for case in here)
    assert not [case for case in here.filter(state="answered") if not case.summary]
    letters = Apology.objects.filter(office__grants__person__username="tam", signed_at__isnull=False)
    numbers = sorted((letter.year, letter.number) for letter in letters)
    assert numbers
    for year in {year for year, _number in numbers}:
        given = [number for of, number in numbers if of == year]
        assert given == list(range(1, len(given) + 1))
    assert Apology.objects.filter(state="owed", kind="overdue").exists()
    assert Apology.objects.filter(kind="conduct", state="ready").count() == 1


def test_every_published_model_is_adopted_and_its_items_are_judged(province: str) -> None:
    published = ModelVersion.objects.filter(state="published")
    in_force = Adoption.objects.in_force(AS_OF)
    assert published.exists()
    assert {version.pk for version in published} == set(in_force.values_list("version_id", flat=True))
    for adoption in in_force.filter(version__model__judged="person").select_related("version"):
        n_items = Item.objects.kept_under(adoption).count()
        sheets = JudgementSheet.objects.filter(adoption=adoption).annotate(n=Count("judgements"))
        assert set(sheets.values_list("n", flat=True)) == {n_items}


def test_nothing_lies_before_july_2025_or_after_the_day_of_the_demo(province: str) -> None:
    first, last = date(2025, 7, 1), date(2026, 3, 1)
    evidence: tuple[type[Model], ...] = (Response, JudgementSheet, Stratum, Period)
    for model in evidence:
        found = model._default_manager.aggregate(first=Min("month"), last=Max("month"))
        assert found["first"] == first
        assert found["last"] == (date(2026, 2, 1) if model is Period else last)
    acts: type[Model]
    for acts, name in (
        (Pledge, "signed_at"), (JudgementSheet, "judged_at"), (JudgementSheet, "replied_at"),
        (Period, "closed_at"), (Adoption, "adopted_at"), (Campaign, "opened_at"),
    ):  # fmt: skip
        moments = acts._default_manager.aggregate(first=Min(name), last=Max(name))
        assert moments["first"].date() >= first
        assert moments["last"].date() < AS_OF
    assert Posting.objects.aggregate(last=Max("starts_on"))["last"] < AS_OF


def test_the_acts_stand_in_the_audit_trail(province: str) -> None:
    acts = dict(AuditEvent.objects.values_list("act").annotate(n=Count("id")))
    assert acts["commitments.sign_pledge"] == Pledge.objects.count()
    assert acts["commitments.open_campaign"] == Campaign.objects.count()
    assert acts["models_catalog.adopt_version"] == Adoption.objects.count()
    assert acts["agencies.close_month"] == Period.objects.count()
    signed = AuditEvent.objects.get(
        act="commitments.sign_pledge",
        object_id=str(Pledge.objects.filter(posting__person__username="lan").earliest("signed_at").pk),
    )
    assert signed.actor_name == "Tôn Nữ Hoàng Thảo Lan"
    assert signed.at == Pledge.objects.get(pk=signed.object_id).signed_at


def test_past_months_wait_for_their_roll_up_and_the_current_one_is_open(province: str) -> None:
    assert set(Period.objects.values_list("state", flat=True)) == {"closing"}
    offices = Agency.objects.filter(kind__in=Agency.OFFICE_KINDS)
    for month in (date(2025, 7, 1), date(2026, 2, 1)):
        alive = offices.filter(valid_from__lte=month).filter(Q(valid_to=None) | Q(valid_to__gte=month))
        assert set(Period.objects.filter(month=month).values_list("office", flat=True)) == {
            a.pk for a in alive
        }


def test_those_who_judged_lead_those_they_judged(province: str) -> None:
    sheets = JudgementSheet.objects.filter(month=date(2026, 2, 1))
    pairs = {
        (sheet.judged_by, sheet.posting.agency)
        for sheet in sheets.select_related("judged_by", "posting__agency")
    }
    assert len(pairs) > 20
    assert [pair for pair in pairs if not leads(*pair, AS_OF)] == []
    assert not Judgement.objects.exclude(value=4).filter(reason="").exists()
    assert JudgementSheet.objects.exclude(reply="").exists()


def test_pledges_hold_the_very_text_of_the_form(province: str) -> None:
    assert {sha256_of(pledge.text) == pledge.sha256 for pledge in Pledge.objects.all()} == {True}
    pledge = Pledge.objects.filter(posting__person__username="lan").first()
    assert pledge is not None
    assert pledge.text == text_for(pledge.campaign, pledge.posting)


def test_lan_has_a_campaign_to_sign_and_a_month_that_waits_for_minh(province: str) -> None:
    desk = Posting.objects.get(person__username="lan").agency
    campaign = Campaign.objects.get(agency=desk)
    assert campaign.opens_on < AS_OF < campaign.due_on
    assert campaign.pledges.exists()
    assert not campaign.pledges.filter(posting__person__username="lan").exists()
    sheets = JudgementSheet.objects.filter(posting__person__username="lan")
    assert sheets.filter(month=date(2026, 2, 1)).exclude(reply="").exists()
    assert not sheets.filter(month=date(2026, 3, 1)).exists()


def test_the_cast_lives_by_its_code(province: str) -> None:
    now = datetime.combine(AS_OF, time(9, 5), ZONE)
    lan = Promise.objects.filter(posting__person__username="lan", outcome="open")
    assert lan.filter(due_at__lt=now).exists()
    assert lan.filter(due_at__gte=now).exists()
    assert lan.filter(withdrawal_asked_at__isnull=False).exists()
    assert {unseal(promise.name_sealed) for promise in lan} == {"Phùng Thị Hạ Vi"}
    assert {"kept", "kept_late", "broken"} <= set(Promise.objects.values_list("outcome", flat=True))
    entries = JournalEntry.objects.filter(posting__person__username="lan")
    assert entries.filter(submitted_at__isnull=False).count() == 2
    assert JournalEntry.objects.filter(submitted_at__isnull=False).count() == 3
    assert set(Pledge.objects.values_list("method", flat=True)) >= {"password", "paper"}
    assert set(NotSigning.objects.values_list("kind", flat=True)) >= {"excused"}
    assert Beneficiary.objects.filter(outcome="left_poverty").count() == 4
    assert LedgerEntry.objects.filter(entered_by__username="yen").exists()
    assert Poster.objects.filter(condition="damaged").count() == 1
    assert ModelVersion.objects.filter(edited_at__isnull=False, model__keeper__isnull=False).count() == 1


def test_a_model_for_the_front_desk_is_signed_and_judged_by_nobody_else(province: str) -> None:
    adoption = Adoption.objects.get(audience="front_desk")
    assert Item.objects.filter(group__adoption=adoption).count() == 2
    pledges = Pledge.objects.filter(campaign__adoption=adoption)
    sheets = JudgementSheet.objects.filter(adoption=adoption)
    assert pledges.exists()
    assert sheets.exists()
    assert not pledges.exclude(posting__serves_citizens=True).exists()
    assert not sheets.exclude(posting__serves_citizens=True).exists()


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
    call_command("rollup", *MONTHS, inline=True, verbosity=0)
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
        assert cursor.fetchone() == (60,)


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
    assert Response.objects.count() == 200
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
