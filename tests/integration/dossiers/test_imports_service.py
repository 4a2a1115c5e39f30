"""What a list does to the dossiers: all of it or nothing, twice is once, later lists update."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from conduct.audit.models import AuditEvent
from conduct.dossiers.models import Dossier, DossierImport
from conduct.dossiers.services.dossiers import move_due_day
from conduct.dossiers.services.imports import LEASE, run_import, sweep_imports
from conduct.kernel.sealing import unseal
from tests.cast import Cast
from tests.factories import NOW
from tests.integration.dossiers.lists import as_csv, as_xlsx, asked, brought_in, line

STATE = DossierImport.State
ROWS = [
    line(
        "A1",
        name="Trần Thị Mận",
        email="man@example.vn",
        phone="0912 345 678",
        officer="Tôn Nữ Hoàng Thảo Lan",
    ),
    line("A2", finished="14/10/2026", channel="Trực tiếp"),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1258"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_csv_is_read_in_every_encoding(cast: Cast, encoding: str, sign: str) -> None:
    name = "Trần Thị Mận" if encoding != "cp1258" else "Tr\u00e2\u0300n Thi\u0323 M\u00e2\u0323n"
    if encoding == "cp1258":
        rows = [
            ["A1", "Ho\u0323 ti\u0323ch", "H", "online", "05/10/2026", "15/10/2026", "", name, "", "", ""]
        ]
        headings = (
            "Ma ho so",
            "Thu tuc",
            "Linh vuc",
            "Hinh thuc nop",
            "Ngay tiep nhan",
            "Ngay hen tra",
            "Ngay tra",
            "Nguoi nop",
            "Email",
            "SDT",
            "Can bo xu ly",
        )
        content = as_csv(rows, headings=headings, sign=sign, encoding=encoding)
    else:
        content = as_csv(ROWS[:1], sign=sign, encoding=encoding)
    found = brought_in(content, cast.commune, cast.quan)
    assert (found.state, found.n_new) == (STATE.DONE, 1), found.problems
    one = Dossier.objects.get()
    assert one.received_on == date(2026, 10, 5)
    assert unseal(one.sealed_name) in {"Trần Thị Mận"}


def test_an_xlsx_with_a_title_above_is_read(cast: Cast) -> None:
    rows = [
        line("A1", received=date(2026, 10, 5), promised=date(2026, 10, 15), officer="Tôn Nữ Hoàng Thảo Lan"),
        line("A2", received=46300, promised=46310.5, finished="2026-10-08"),
    ]
    found = brought_in(as_xlsx(rows, above=3), cast.one_stop, cast.quan, "ho-so.xlsx")
    assert found.state == STATE.DONE, found.problems
    first, second = Dossier.objects.order_by("code")
    assert (first.promised_on, first.posting) == (date(2026, 10, 15), cast.lan_posting)
    assert (second.received_on, second.promised_on) == (date(2026, 10, 5), date(2026, 10, 15))
    assert second.finished_on == date(2026, 10, 8)


def test_contacts_are_sealed_and_the_file_is_gone(cast: Cast, media: Path) -> None:
    found = brought_in(as_csv(ROWS), cast.commune, cast.quan)
    one = Dossier.objects.get(code="A1")
    assert b"Tr" not in bytes(one.sealed_name)[:4]
    assert [unseal(seal) for seal in (one.sealed_name, one.sealed_email, one.sealed_phone)] == [
        "Trần Thị Mận", "man@example.vn", "0912345678",
    ]  # fmt: skip
    assert not found.file
    assert not list(media.rglob("*.list"))
    trail = AuditEvent.objects.filter(act="dossiers.run_import").get()
    assert trail.data["new"] == 2
    assert "Mận" not in str(trail.data)


def test_the_same_list_twice_changes_nothing(cast: Cast) -> None:
    brought_in(as_csv(ROWS), cast.commune, cast.quan)
    before = list(Dossier.objects.order_by("pk").values())
    again = brought_in(as_csv(ROWS), cast.commune, cast.quan)
    assert (again.n_new, again.n_changed, again.n_same) == (0, 0, 2)
    assert list(Dossier.objects.order_by("pk").values()) == before


def test_a_later_list_updates_and_the_first_promise_stays(cast: Cast) -> None:
    brought_in(as_csv(ROWS), cast.commune, cast.quan)
    later = [line("A1", promised="25/10/2026", name="Trần Thị Mận", email="khac@example.vn"), line("A3")]
    found = brought_in(as_csv(later), cast.commune, cast.quan)
    assert (found.n_new, found.n_changed, found.n_same) == (1, 1, 0)
    one = Dossier.objects.get(code="A1")
    assert (one.promised_on, one.due_on) == (date(2026, 10, 15), date(2026, 10, 25))
    assert unseal(one.sealed_email) == "khac@example.vn"
    assert Dossier.objects.get(code="A2").finished_on == date(2026, 10, 14), "not in the list: stays"


def test_a_day_moved_by_a_letter_outlives_the_next_list(cast: Cast) -> None:
    brought_in(as_csv(ROWS), cast.commune, cast.quan)
    move_due_day(dossier=Dossier.objects.get(code="A1"), to=date(2026, 10, 30), by=cast.tam, now=NOW)
    brought_in(as_csv([*ROWS, line("A9")]), cast.commune, cast.quan)
    one = Dossier.objects.get(code="A1")
    assert (one.promised_on, one.due_on) == (date(2026, 10, 15), date(2026, 10, 30))


def test_columns_that_a_list_lacks_stay_as_they_were(cast: Cast) -> None:
    brought_in(as_csv(ROWS), cast.commune, cast.quan)
    before = Dossier.objects.order_by("code").values(
        "finished_on", "procedure_group", "posting", "sealed_name"
    )
    known = list(before)
    short = ("Mã hồ sơ", "Thủ tục", "Hình thức nộp", "Ngày tiếp nhận", "Ngày hẹn trả")
    rows = [
        ["A1", "Đăng ký lại", "Trực tuyến", "05/10/2026", "15/10/2026"],
        ["A2", "Chứng thực", "Bưu chính", "05/10/2026", "15/10/2026"],
    ]
    found = brought_in(as_csv(rows, headings=short), cast.commune, cast.quan)
    assert found.n_changed == 2
    assert list(before.all()) == known
    assert Dossier.objects.get(code="A2").channel == "post"


def test_one_bad_row_keeps_the_whole_list_out(cast: Cast) -> None:
    rows = [
        line("B1"), line("B2", received="31/02/2026"), line("", channel="bồ câu"), line("B1"),
        line("B3", received="21/10/2026", promised="20/10/2026"), line("B4", email="a@b\r\nBcc: x@y.vn"),
        line("B5", phone="gọi sau"), line("B6", promised=""), line("B7", procedure="x" * 301),
        line("B8", finished="01/10/2026"),
    ]  # fmt: skip
    found = brought_in(as_csv(rows), cast.commune, cast.quan)
    assert (found.state, found.n_wrong) == (STATE.REFUSED, 9)
    assert not Dossier.objects.exists()
    told = {(number, field, problem) for number, field, problem, _ in found.problems}
    assert told == {
        (3, "received_on", "not_a_day"), (4, "code", "missing"), (4, "channel", "unknown_channel"),
        (5, "code", "twice"), (6, "received_on", "future"), (6, "promised_on", "before_receipt"),
        (7, "email", "not_an_email"), (8, "phone", "not_a_phone"), (9, "promised_on", "missing"),
        (10, "procedure", "too_long"), (11, "finished_on", "before_receipt"),
    }  # fmt: skip
    assert "Bcc" not in str(found.problems), "contacts are not quoted"


def test_receipt_after_the_first_promise_is_told_before_the_database_refuses(cast: Cast) -> None:
    brought_in(as_csv(ROWS), cast.commune, cast.quan)
    found = brought_in(
        as_csv([line("A1", received="18/10/2026", promised="28/10/2026")]), cast.commune, cast.quan
    )
    assert found.state == STATE.REFUSED
    assert found.problems[0][2:] == ["after_first_promise", "15/10/2026"]


def test_a_worker_that_died_leaves_the_list_to_another(cast: Cast) -> None:
    found = asked(as_csv(ROWS), cast.commune, cast.quan)
    DossierImport.objects.filter(pk=found.pk).update(
        state=STATE.RUNNING, worker="dead", lease_until=NOW + LEASE, n_tries=1, n_done=1
    )
    assert not run_import(import_id=found.pk, worker="two", clock=lambda: NOW), "the lease still holds"
    later = NOW + LEASE + timedelta(seconds=1)
    assert sweep_imports(now=later) == [found.pk]
    assert run_import(import_id=found.pk, worker="two", clock=lambda: later)
    assert Dossier.objects.count() == 2


def test_who_lost_the_lease_stores_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    found = asked(as_csv(ROWS), cast.commune, cast.quan)

    def stolen() -> object:
        DossierImport.objects.filter(pk=found.pk, worker="one").update(worker="two")
        return NOW

    assert not run_import(import_id=found.pk, worker="one", clock=stolen)  # type: ignore[arg-type]
    assert not Dossier.objects.exists()


def test_an_error_is_tried_three_times(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    found = asked(as_csv(ROWS), cast.commune, cast.quan)

    def broken(*_: object, **__: object) -> tuple[int, int]:
        raise RuntimeError

    monkeypatch.setattr("conduct.dossiers.services.imports.write_dossiers", broken)
    ended = [run_import(import_id=found.pk, worker=str(n), clock=lambda: NOW) for n in range(3)]
    found.refresh_from_db()
    assert (ended, found.state, found.error) == ([False, False, True], STATE.FAILED, "RuntimeError")
    assert not found.file


def test_files_whose_columns_nobody_named_are_removed(cast: Cast, media: Path) -> None:
    from tests.integration.dossiers.lists import uploaded

    found = uploaded(as_csv(ROWS), cast.commune, cast.quan)
    assert sweep_imports(now=NOW + timedelta(hours=23)) == []
    assert list(media.rglob("*.list"))
    sweep_imports(now=NOW + timedelta(hours=25))
    found.refresh_from_db()
    assert (found.state, found.error) == (STATE.FAILED, "abandoned")
    assert not list(media.rglob("*.list"))


def test_the_contact_of_a_dossier_settled_long_ago_is_not_taken(cast: Cast) -> None:
    old = {"received": "01/03/2026", "promised": "10/03/2026", "name": "Trần Thị Mận"}
    rows = [line("A1", finished="23/04/2026", **old), line("A2", finished="22/04/2026", **old)]
    found = brought_in(as_csv(rows, encoding="utf-8"), cast.commune, cast.quan)
    assert found.state == STATE.DONE
    known = {one.code: unseal(one.sealed_name) for one in Dossier.objects.all()}
    assert known == {"A1": "Trần Thị Mận", "A2": ""}
