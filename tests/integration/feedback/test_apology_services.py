"""Letters of apology: when they are owed, what they may promise, who signs, and what never changes after."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from conduct.agencies.models import Role
from conduct.agencies.permissions import Refused
from conduct.audit.models import AuditEvent
from conduct.dossiers.models import Dossier
from conduct.feedback.models import Apology, ApologyRegister
from conduct.feedback.services.apologies import (
    Changed,
    drop_apology,
    drop_needless_apologies,
    raise_overdue_apologies,
    write_apology,
)
from conduct.feedback.services.apology_signing import deliver_apology, sign_apology
from conduct.feedback.services.letters import draft_letter, read_letter
from conduct.notices.models import Notice
from tests.cast import Cast
from tests.factories import NOW, PASSWORD, grant, make_agency, make_posting, make_user
from tests.integration.feedback.apologising import NEW_DATE, TODAY, make_dossier, owed, sign, signed, written

State = Apology.State


@pytest.mark.parametrize(
    ("today", "due_on", "is_owed"),
    [
        (date(2026, 10, 20), date(2026, 10, 21), True),
        (date(2026, 10, 20), date(2026, 10, 22), False),
        (date(2026, 10, 20), date(2026, 10, 1), True),
        (date(2026, 10, 23), date(2026, 10, 26), True),  # Friday, due on Monday
        (date(2026, 10, 22), date(2026, 10, 26), False),
        (date(2027, 2, 3), date(2027, 2, 11), True),  # the last working day before Tết
        (date(2027, 2, 2), date(2027, 2, 11), False),
    ],
)
def test_a_letter_is_owed_one_working_day_before_the_due_day(
    cast: Cast, today: date, due_on: date, is_owed: bool
) -> None:
    make_dossier(cast, received_on=date(2026, 9, 1), promised_on=due_on)
    now = datetime(today.year, today.month, today.day, 0, 30, tzinfo=UTC)
    assert raise_overdue_apologies(now=now) == int(is_owed)
    if is_owed:
        letter = Apology.objects.get()
        assert (letter.office, letter.owed_on, letter.state) == (cast.commune, today, State.OWED)
        assert today <= letter.due_on < max(due_on, letter.due_on + timedelta(days=1))


def test_letters_are_raised_once_and_told_without_names(cast: Cast) -> None:
    make_dossier(cast, "A1")
    make_dossier(cast, "A2")
    make_dossier(cast, "A3", finished_on=TODAY)
    assert raise_overdue_apologies(now=NOW) == 2
    assert raise_overdue_apologies(now=NOW) == 0
    lines = Notice.objects.filter(recipient=cast.minh)
    assert [line.title for line in lines] == ["2 hồ sơ cần thư xin lỗi: Trung tâm Phục vụ hành chính công"]
    assert not Notice.objects.filter(text__contains="Mận").exists()
    assert AuditEvent.objects.get(act="feedback.raise_apologies").agency_id == cast.commune.pk


def test_a_result_in_time_drops_the_letter_and_a_late_one_does_not(cast: Cast) -> None:
    in_time, late = owed(cast, "A1"), written(cast, "A2")
    Dossier.objects.filter(code="A1").update(finished_on=TODAY + timedelta(days=1))
    Dossier.objects.filter(code="A2").update(finished_on=TODAY + timedelta(days=2))
    assert drop_needless_apologies(now=NOW + timedelta(days=3)) == 1
    in_time.refresh_from_db()
    late.refresh_from_db()
    assert (in_time.state, late.state) == (State.DROPPED, State.READY)


def test_signing_gives_the_number_seals_the_letter_and_moves_the_day(cast: Cast) -> None:
    letter = signed(cast)
    assert (letter.number, letter.year, letter.state) == (1, 2026, State.SIGNED)
    assert (letter.signer_name, letter.signer_title) == ("Lê Thị Tâm", "Chủ tịch UBND xã")
    assert "Mận".encode() not in bytes(letter.sealed_letter)
    dossier = Dossier.objects.get()
    assert (dossier.promised_on, dossier.due_on) == (TODAY + timedelta(days=1), NEW_DATE)
    words = read_letter(letter)
    assert words is not None
    assert words["head"]["number"] == "01/XL-UBND"
    assert words["to"] == "Ông/Bà Trần Thị Mận"
    assert "30/10/2026" in " ".join(words["paragraphs"])
    trail = AuditEvent.objects.get(act="feedback.sign_apology")
    assert trail.data["number"] == 1
    assert "Mận" not in str(trail.data)


def test_a_second_click_signs_nothing_twice(cast: Cast) -> None:
    letter = written(cast)
    assert sign(letter, cast.tam)
    assert not sign_apology(
        apology=letter, sha256="0" * 64, password=PASSWORD, revision=0, by=cast.tam, now=NOW
    )
    assert ApologyRegister.objects.get().last_number == 1


def test_only_the_head_or_a_deputy_signs(cast: Cast) -> None:
    letter = written(cast)
    grant(cast.phuong, cast.commune, Role.HEAD)
    for person in (cast.lan, cast.minh, cast.quan, cast.phuong):
        with pytest.raises(Refused):
            sign(letter, person)
    deputy = make_user("Phan Văn Phó")
    make_posting(deputy, cast.commune, is_leader=True, title="Phó Chủ tịch UBND xã")
    assert sign(letter, deputy)
    letter.refresh_from_db()
    words = read_letter(letter)
    assert words is not None
    assert words["signature"] == ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]


def test_wrong_password_changed_words_and_old_page_sign_nothing(cast: Cast) -> None:
    letter = written(cast)
    draft = draft_letter(letter, cast.tam_posting, TODAY)
    with pytest.raises(ValidationError):
        sign_apology(
            apology=letter,
            sha256=draft.sha256,
            password="khác",
            revision=letter.revision,
            by=cast.tam,
            now=NOW,
        )
    write_apology(
        apology=letter, reason="Lý do khác", new_date=NEW_DATE, corrective_action="",
        revision=letter.revision, by=cast.lan, now=NOW,
    )  # fmt: skip
    with pytest.raises(Changed):
        sign_apology(
            apology=letter,
            sha256=draft.sha256,
            password=PASSWORD,
            revision=letter.revision,
            by=cast.tam,
            now=NOW,
        )
    letter.refresh_from_db()
    with pytest.raises(Changed):
        sign_apology(
            apology=letter,
            sha256=draft.sha256,
            password=PASSWORD,
            revision=letter.revision,
            by=cast.tam,
            now=NOW,
        )
    assert not ApologyRegister.objects.exists()


@pytest.mark.parametrize(
    ("new_date", "field"),
    [
        (None, "new_date"),
        (TODAY, "new_date"),
        (TODAY + timedelta(days=1), "new_date"),
        (date(2026, 10, 31), "new_date"),  # a Saturday
    ],
)
def test_the_new_date_is_a_later_working_day(cast: Cast, new_date: date | None, field: str) -> None:
    letter = owed(cast)
    with pytest.raises(ValidationError) as told:
        write_apology(
            apology=letter, reason="Vì", new_date=new_date, corrective_action="", revision=0, by=cast.lan,
            now=NOW,
        )  # fmt: skip
    assert set(told.value.error_dict) == {field}


def test_a_second_new_date_is_refused_and_the_second_letter_goes_without(cast: Cast) -> None:
    signed(cast)
    later = datetime(2026, 10, 29, 1, 0, tzinfo=UTC)
    assert raise_overdue_apologies(now=later) == 1
    second = Apology.objects.get(state=State.OWED)
    said: dict[str, Any] = {
        "reason": "Vẫn chưa xong",
        "corrective_action": "Giao người khác",
        "revision": 0,
        "by": cast.lan,
    }
    with pytest.raises(ValidationError):
        write_apology(apology=second, new_date=date(2026, 11, 10), now=later, **said)
    assert write_apology(apology=second, new_date=None, now=later, **said)
    assert sign(second, cast.tam, later)
    second.refresh_from_db()
    words = " ".join((read_letter(second) or {})["paragraphs"])
    assert "ngày hẹn lại: 30/10/2026" in words
    assert raise_overdue_apologies(now=later + timedelta(days=9)) == 0


def test_nobody_signs_when_the_result_came_in_time(cast: Cast) -> None:
    letter = written(cast)
    Dossier.objects.update(finished_on=TODAY)
    with pytest.raises(ValidationError, match=r"in time|đúng hạn"):
        sign(letter, cast.tam)


def test_a_late_dossier_cannot_be_excused_from_its_letter(cast: Cast) -> None:
    letter = owed(cast, promised_on=TODAY - timedelta(days=1))
    with pytest.raises(ValidationError):
        drop_apology(apology=letter, reason="Không cần", revision=0, by=cast.tam, now=NOW)
    early = owed(cast, "A2")
    with pytest.raises(Refused):
        drop_apology(apology=early, reason="Công dân rút hồ sơ", revision=0, by=cast.minh, now=NOW)
    assert drop_apology(apology=early, reason="Công dân rút hồ sơ", revision=0, by=cast.tam, now=NOW)
    assert raise_overdue_apologies(now=NOW) == 0, "not raised again for the same day"


def test_a_signed_letter_never_changes(cast: Cast) -> None:
    letter = signed(cast)
    for change in ({"reason": "Khác"}, {"number": 2}, {"sha256": "0" * 64}, {"state": State.DROPPED}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Apology.objects.filter(pk=letter.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        letter.delete()


def test_delivery_is_noted_with_its_day(cast: Cast) -> None:
    letter = signed(cast)
    said: dict[str, Any] = {"way": "hand", "revision": letter.revision, "by": cast.lan, "now": NOW}
    for day in (None, TODAY - timedelta(days=1), TODAY + timedelta(days=1)):
        with pytest.raises(ValidationError):
            deliver_apology(apology=letter, on=day, **said)
    assert deliver_apology(apology=letter, on=TODAY, **said)
    letter.refresh_from_db()
    assert (letter.state, letter.delivered_on) == (State.DELIVERED, TODAY)


def test_others_neither_write_nor_deliver(cast: Cast) -> None:
    letter = owed(cast)
    for person in (cast.hoa, cast.yen, make_user()):
        with pytest.raises(Refused):
            write_apology(
                apology=letter,
                reason="Vì",
                new_date=NEW_DATE,
                corrective_action="",
                revision=0,
                by=person,
                now=NOW,
            )


def test_offices_and_years_have_registers_of_their_own(cast: Cast) -> None:
    assert [signed(cast, f"A{n}").number for n in range(3)] == [1, 2, 3]
    tết = datetime(2027, 1, 4, 3, 0, tzinfo=UTC)
    letter = written(cast, "B1", new_date=date(2027, 1, 29))
    assert sign(letter, cast.tam, tết)
    letter.refresh_from_db()
    assert (letter.number, letter.year) == (1, 2027)


def test_the_address_of_the_office_without_a_committee_is_plain(cast: Cast) -> None:
    centre = make_agency("Trung tâm Y tế", kind="service_unit", parent=cast.province)
    head = make_user("Vũ Thị Trưởng")
    make_posting(head, centre, is_leader=True, title="Giám đốc")
    grant(head, centre, Role.HEAD)
    dossier = make_dossier(cast, "Y1", agency=centre, posting=None, applicant="business", sealed_name=b"")
    raise_overdue_apologies(now=NOW)
    letter = Apology.objects.get(dossier=dossier)
    write_apology(
        apology=letter, reason="Vì", new_date=NEW_DATE, corrective_action="", revision=0, by=head, now=NOW
    )
    assert sign(letter, head)
    letter.refresh_from_db()
    words = read_letter(letter)
    assert words is not None
    assert words["head"]["number"] == "01/XL"
    assert words["to"] == "Tổ chức, doanh nghiệp có hồ sơ mã số Y1"
    assert words["signature"] == ["GIÁM ĐỐC"]
