"""Taking a remark in: sealed, numbered by a code, routed away from whom it names, due in working days."""

from datetime import date, datetime, timedelta
from unittest.mock import patch

import pytest
from django.conf import settings

from conduct.audit.models import AuditEvent
from conduct.feedback.models import Case, CaseEvent
from conduct.feedback.services.receiving import code_hash
from conduct.kernel.sealing import Unreadable
from conduct.kernel.vault import destroy_key, key_ids, unseal_with
from surveys.models import DeskOfficer, ServicePoint
from tests.cast import Cast
from tests.factories import DAY, NOW, START, make_agency, make_posting, make_user
from tests.integration.feedback.arrange import NAMING_LAN, NAMING_TAM, WORDS, person_ids, received, taken_in


def test_the_words_are_sealed_and_the_trail_holds_none(cast: Cast) -> None:
    case, code = taken_in(cast, NAMING_LAN)
    assert unseal_with(case.key_id, case.sealed_text) == NAMING_LAN
    assert (case.code_hash, len(code)) == (code_hash(code), 20)
    trail = AuditEvent.objects.get(act="feedback.receive_case")
    assert (trail.object_id, trail.data["postings"]) == (str(case.pk), [cast.lan_posting.pk])
    written = f"{trail.data} {trail.object_name} {list(CaseEvent.objects.values_list('data', flat=True))}"
    for secret in (NAMING_LAN, "Lan", code):
        assert secret not in written
    destroy_key(case.key_id)
    with pytest.raises(Unreadable):
        unseal_with(case.key_id, case.sealed_text)


def test_it_goes_to_the_office_and_is_due_in_working_days(cast: Cast) -> None:
    case = received(cast)
    assert (case.agency, case.concerns) == (cast.commune, cast.one_stop)
    assert (case.received_on, case.due_on) == (DAY, date(2026, 10, 27))
    assert [event.kind for event in case.events.all()] == ["received"]


def test_over_tet_nobody_is_late_for_the_holidays(cast: Cast) -> None:
    before_tet = datetime(2026, 2, 12, 9, 0, tzinfo=NOW.tzinfo)  # Tết 2026: 16–20 February
    assert received(cast, now=before_tet).due_on == date(2026, 2, 26)


def test_whoever_is_named_is_found_without_case_and_diacritics(cast: Cast) -> None:
    assert person_ids(received(cast, NAMING_LAN)) == {cast.lan.pk}
    assert person_ids(received(cast, WORDS)) == set()
    assert person_ids(received(cast, "Ông Võ Đình Phương ở tỉnh hứa xem lại")) == {cast.phuong.pk}


def test_one_about_a_head_goes_to_the_agency_above(cast: Cast) -> None:
    case = received(cast, NAMING_TAM)
    assert (case.agency, person_ids(case)) == (cast.province, {cast.tam.pk})
    told = received(cast, about_heads=True)
    assert (told.agency, person_ids(told)) == (cast.province, {cast.tam.pk})


def test_one_about_a_deputy_head_goes_above_too(cast: Cast) -> None:
    deputy = make_user("Hồ Văn Khải")
    make_posting(deputy, cast.commune, is_leader=True, title="Phó Chủ tịch UBND xã")
    assert received(cast, "Ông Hồ Văn Khải trễ hẹn").agency == cast.province


def test_one_about_the_heads_of_both_goes_to_the_top_or_stays(cast: Cast) -> None:
    both = "Lê Thị Tâm và Võ Đình Phương đều biết"
    assert received(cast, both).agency == cast.commune  # nobody is above the province here
    ministry = make_agency("Bộ Thước Kẻ", kind="ministry")
    cast.province.parents.create(parent=ministry, valid_from=START)
    assert received(cast, both).agency == ministry


def test_one_about_a_head_of_a_department_stays_in_the_office(cast: Cast) -> None:
    case = received(cast, "Ông Phạm Hữu Minh tiếp tôi rất lâu")
    assert (case.agency, person_ids(case)) == (cast.commune, {cast.minh.pk})


def test_the_only_officer_of_a_desk_is_named_by_it(cast: Cast) -> None:
    point = ServicePoint.objects.create(agency=cast.one_stop, slug="quay1", name="Quầy 1", opened_on=START)
    DeskOfficer.objects.create(point=point, posting=cast.lan_posting, starts_on=START)
    assert person_ids(received(cast, point=point)) == {cast.lan.pk}
    DeskOfficer.objects.create(point=point, posting=cast.minh_posting, starts_on=START)
    assert person_ids(received(cast, point=point)) == set()


def test_sent_twice_it_is_one_case(cast: Cast) -> None:
    _case, code = taken_in(cast)
    again, same = taken_in(cast, code=code)
    assert (Case.objects.count(), same, again.pk) == (1, code, _case.pk)
    assert len(list(key_ids())) == 1


def test_a_failure_leaves_nothing_behind(cast: Cast) -> None:
    with patch("conduct.feedback.services.receiving.record", side_effect=OSError), pytest.raises(OSError):
        received(cast)
    assert (Case.objects.count(), list(key_ids())) == (0, [])


def test_the_due_day_follows_the_local_day(cast: Cast) -> None:
    late = NOW.replace(hour=18) + timedelta(0)  # 1:00 in Hà Nội, the day after
    assert settings.TIME_ZONE == "Asia/Ho_Chi_Minh"
    assert received(cast, now=late).received_on == DAY + timedelta(days=1)
