"""The demo province as it lies in the database: complete, within the rules, with stories one can see."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Count, F, Max, Min, Model, Q
from pytest_django import DjangoDbBlocker

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
from conduct.dossiers.models import Dossier, OnlineTarget
from conduct.feedback.models import Apology, Case
from conduct.judgements.models import Judgement, JudgementSheet
from conduct.kernel.sealing import unseal
from conduct.kernel.vault import unseal_with
from models_catalog.models import Adoption, Item, ModelVersion
from surveys.models import DeskOfficer, Kiosk, Poster, Response, SetAside, Stratum
from tests.integration.demo.filling import AS_OF, fill


@pytest.fixture(scope="module")
def province(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """Filled once for all these tests, which only read."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield fill()
        transaction.set_rollback(True)


def test_a_small_province_is_complete_and_within_the_rules(province: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # foreign keys are checked here, not at the end
    assert Agency.objects.in_force(AS_OF).filter(kind="commune").count() == 6
    assert User.objects.count() == 140
    assert Response.objects.exclude(channel="round").count() == 1500
    assert Succession.objects.filter(kind="merge", successor__name="Xã Mặc Uyên").count() == 2
    verified = Response.objects.filter(is_verified=True).values_list("channel", flat=True)
    assert set(verified) == {"invitation", "round"}
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
