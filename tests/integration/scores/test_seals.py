"""Seals: closing writes the chain, and the check finds whatever was changed behind the application's back."""

from collections.abc import Callable
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from psycopg import sql

from conduct.agencies.models import Period
from conduct.audit.models import AuditEvent
from conduct.kernel.months import Month
from conduct.scores.models import PersonScore, Seal
from conduct.scores.services.months import reopen_month
from conduct.scores.services.seals import Fault, check_seals, seal_month
from tests.cast import Cast, make_cast
from tests.factories import NOW
from tests.integration.scores.arrange import OCTOBER, closing, fill, roll_up, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("schemes")]
SEPTEMBER = OCTOBER.previous()


@pytest.fixture
def cast(schemes: None) -> Cast:
    """September and October of the commune are closed."""
    cast = make_cast()
    fill(cast)
    for month in (SEPTEMBER, OCTOBER):
        closing(cast.commune, month)
        roll_up(month)
    return cast


type Tamper = Callable[..., None]


@pytest.fixture
def tamper(cast: Cast, superuser_connection: psycopg.Connection) -> Tamper:
    """What a person with the database's own password can do to the commune's rows: the triggers are off."""

    def change(table: str, statement: str, **fields: object) -> None:
        names = {"office": cast.commune.pk, "month": OCTOBER.first, **fields}
        text = sql.SQL(statement).format(sql.Identifier(table))
        with superuser_connection.transaction():
            superuser_connection.execute("SET LOCAL session_replication_role = replica")
            assert superuser_connection.execute(text, names).rowcount

    return change


OF_THE_MONTH = "WHERE office_id = %(office)s AND month = %(month)s"
CHANGES = {
    "scores_personscore": "coverage = coverage / 2",
    "scores_agencycount": "kept = kept - 1, judged = judged + 1",
    "scores_agencyscore": "n_postings = n_postings + 1",
}


def faults(cast: Cast, month: Month | None = None) -> list[tuple[Month, Fault]]:
    return [(found.month, found.fault) for found in check_seals(office=cast.commune, month=month)]


def seal(cast: Cast, number: int) -> Seal:
    return Seal.objects.get(office=cast.commune, number=number)


def test_closing_writes_one_link_of_the_chain_after_the_other(cast: Cast) -> None:
    first, second = seal(cast, 1), seal(cast, 2)
    assert (first.month, second.month) == (SEPTEMBER.first, OCTOBER.first)
    assert (first.previous, second.previous) == ("", first.sha256)
    assert second.n_persons == PersonScore.objects.filter(office=cast.commune, month=OCTOBER.first).count()
    told = AuditEvent.objects.filter(act="scores.seal_month").order_by("pk").last()
    assert told is not None
    assert told.data == {"month": "2026-10", "seal": 2, "sha256": second.sha256}
    assert faults(cast) == []


def test_an_open_month_bears_no_seal(cast: Cast) -> None:
    assert not Seal.objects.filter(office=cast.province).exists()
    assert list(check_seals(office=cast.province)) == []


@pytest.mark.parametrize("table", CHANGES)
def test_a_changed_row_is_found(cast: Cast, tamper: Tamper, table: str) -> None:
    one = f"{OF_THE_MONTH} AND id = (SELECT min(id) FROM {table} {OF_THE_MONTH})"
    tamper(table, f"UPDATE {{}} SET {CHANGES[table]} {one}")
    assert faults(cast) == [(OCTOBER, Fault.ROWS_CHANGED)]
    assert faults(cast, SEPTEMBER) == []


def test_a_changed_part_that_leaves_the_total_alone_is_found(cast: Cast, tamper: Tamper) -> None:
    tamper("scores_personscore", f"UPDATE {{}} SET parts = jsonb_set(parts, '{{{{x}}}}', '1') {OF_THE_MONTH}")
    assert faults(cast) == [(OCTOBER, Fault.ROWS_CHANGED)]


@pytest.mark.parametrize("table", CHANGES)
def test_a_removed_row_is_found(cast: Cast, tamper: Tamper, table: str) -> None:
    one = f"{OF_THE_MONTH} AND id = (SELECT min(id) FROM {table} {OF_THE_MONTH})"
    tamper(table, f"DELETE FROM {{}} {one}")
    (found,) = check_seals(office=cast.commune)
    assert (found.month, found.fault) == (OCTOBER, Fault.ROWS_CHANGED)
    assert "were" in found.detail


def test_a_row_put_in_is_found(cast: Cast, tamper: Tamper) -> None:
    put = (
        "INSERT INTO {} (agency_id, office_id, month, component, kept, judged, clusters, nn, nk, kk)"
        " VALUES (%(agency)s, %(office)s, %(month)s, 'dossiers', 1, 1, 0, 0, 0, 0)"
    )
    tamper("scores_agencycount", put, agency=cast.department.pk)
    assert faults(cast) == [(OCTOBER, Fault.ROWS_CHANGED)]


def remove(tamper: Tamper, month: Month) -> None:
    """A month with all that it has left behind, save for the audit trail."""
    for table in (*CHANGES, "scores_seal", "agencies_period"):
        tamper(table, f"DELETE FROM {{}} {OF_THE_MONTH}", month=month.first)


def test_a_month_taken_out_of_the_middle_is_found(cast: Cast, tamper: Tamper) -> None:
    remove(tamper, SEPTEMBER)
    assert (OCTOBER, Fault.SEAL_MISSING) in faults(cast)
    assert (SEPTEMBER, Fault.SEAL_MISSING) in faults(cast, SEPTEMBER)


def test_the_newest_month_taken_away_with_its_seal_is_found_by_the_trail(cast: Cast, tamper: Tamper) -> None:
    remove(tamper, OCTOBER)
    assert faults(cast) == [(OCTOBER, Fault.SEAL_MISSING)]


def test_a_month_whose_period_alone_is_gone_is_found(cast: Cast, tamper: Tamper) -> None:
    tamper("agencies_period", f"DELETE FROM {{}} {OF_THE_MONTH}")
    assert faults(cast) == [(OCTOBER, Fault.SEAL_MISSING)]


def test_a_closed_month_without_a_seal_is_found(cast: Cast) -> None:
    Period.objects.create(
        office=cast.other_commune, month=OCTOBER.first, state=Period.State.CLOSED, closed_at=NOW
    )
    found = [one.fault for one in check_seals(office=cast.other_commune)]
    assert found == [Fault.NOT_SEALED]
    call_command("seal_months", verbosity=0)
    assert list(check_seals(office=cast.other_commune)) == []


@pytest.mark.parametrize("change", ["n_persons = 99", "sha256 = repeat('0', 64)", "month = '2026-08-01'"])
def test_a_changed_seal_is_found(cast: Cast, tamper: Tamper, change: str) -> None:
    tamper("scores_seal", f"UPDATE {{}} SET {change} {OF_THE_MONTH}")
    assert Fault.SEAL_CHANGED in {fault for _month, fault in faults(cast)}


def test_rows_changed_and_sealed_anew_by_hand_are_found_by_the_trail(cast: Cast, tamper: Tamper) -> None:
    tamper("scores_agencycount", f"UPDATE {{}} SET kept = 0 {OF_THE_MONTH}")
    tamper("scores_seal", f"DELETE FROM {{}} {OF_THE_MONTH}")
    with transaction.atomic():
        seal_month(office=cast.commune, month=OCTOBER, now=NOW)
    tamper("audit_auditevent", "DELETE FROM {} WHERE id = (SELECT max(id) FROM audit_auditevent)")
    assert faults(cast) == [(OCTOBER, Fault.SEAL_CHANGED)]


def test_reopening_keeps_the_old_seal_and_closing_again_adds_a_new_one(cast: Cast) -> None:
    old = seal(cast, 2)
    reopen_month(
        office=cast.commune, month=OCTOBER, reason="Sót phiếu giấy của ngày 30", by=cast.phuong, now=NOW
    )
    work()
    assert seal(cast, 2).sha256 == old.sha256
    assert faults(cast) == []
    Period.objects.filter(office=cast.commune, month=OCTOBER.first).update(state="closing")
    roll_up()
    assert (seal(cast, 3).month, seal(cast, 3).previous) == (OCTOBER.first, old.sha256)
    assert faults(cast) == []


def test_the_application_can_neither_change_nor_remove_a_seal(cast: Cast) -> None:
    for act in (lambda: Seal.objects.update(n_persons=0), lambda: Seal.objects.all().delete()):
        with pytest.raises(Exception, match=r"never|only added|refused|permission"), transaction.atomic():
            act()
    with pytest.raises(IntegrityError), transaction.atomic():
        Seal.objects.create(
            office=cast.commune, number=3, month=OCTOBER.first, sealed_at=NOW, previous="",
            n_persons=0, n_counts=0, n_agencies=0,
        )  # fmt: skip


def test_the_command_says_that_all_is_whole_or_fails(cast: Cast, tamper: Tamper) -> None:
    out, err = StringIO(), StringIO()
    call_command("verify_seals", stdout=out, stderr=err)
    assert out.getvalue().strip() == "2 seals of 1 offices are whole."
    tamper("scores_agencyscore", f"UPDATE {{}} SET n_postings = 1 {OF_THE_MONTH}")
    call_command("verify_seals", "--month", "2026-09", "--office", cast.commune.code, stdout=out, stderr=err)
    with pytest.raises(CommandError, match="1 faults in the seals of 1 offices"):
        call_command("verify_seals", stdout=out, stderr=err)
    assert f"{cast.commune.code} 2026-10 rows_changed: seal 2: a row was changed" in err.getvalue()


@pytest.mark.parametrize(
    ("words", "says"), [(["--month", "soon"], "not a month"), (["--office", "X"], "no agency")]
)
def test_the_command_names_a_wrong_word(words: list[str], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        call_command("verify_seals", *words)
