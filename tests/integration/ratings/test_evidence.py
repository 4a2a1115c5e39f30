"""What stands beside the lines of a sheet, and what does not before the month is closed."""

from datetime import date, timedelta

import pytest
from django.test import Client

from conduct.agencies.models import Agency, Delegation, Period, User
from conduct.feedback.models import Case
from conduct.ratings.models import Sheet
from conduct.ratings.services.evidence import Evidence, evidence_about
from conduct.scores.services.schemes import load_schemes as load_conduct_schemes
from tests.cast import Cast, make_cast
from tests.factories import DAY, NOW, START
from tests.integration.commitments.journaling import SLIP_WORDS, item_of, write_kept, write_slip
from tests.integration.commitments.promising import stored
from tests.integration.scores.arrange import fill, roll_up

from .arrange import OCTOBER
from .reviewed import REVIEW_DAY, confirmed_breach, finding_of, submitted
from .reviewed import at_review as at_review

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_review", "rating_schemes")]


@pytest.fixture
def cast(rating_schemes: None) -> Cast:
    load_conduct_schemes()
    return make_cast()


@pytest.fixture
def sheet(cast: Cast) -> Sheet:
    return submitted(cast.lan_posting)


def seen_by(user: User, sheet: Sheet) -> Evidence:
    return evidence_about(sheet, reader=user, now=REVIEW_DAY)


def close(office: Agency) -> None:
    Period.objects.create(office=office, month=OCTOBER.first, state="closed", closed_at=NOW)


def test_promises_are_counted_by_their_end(cast: Cast, sheet: Sheet) -> None:
    for outcome in ("kept", "kept", "kept_late", "broken", "withdrawn"):
        stored(cast.lan_posting, outcome)
    stored(cast.lan_posting, "kept", due_at=NOW - timedelta(days=40))
    stored(cast.lan_posting, "kept", dossier_code="")
    found = seen_by(cast.minh, sheet).promises
    assert (found.n_judged, found.n_kept, found.n_kept_late, found.n_broken) == (4, 2, 1, 1)


def test_only_slips_that_were_handed_in_are_there(cast: Cast, sheet: Sheet) -> None:
    item = item_of(cast.adoption)
    write_slip(cast.lan_posting, item)
    write_kept(cast.lan_posting, item)
    assert seen_by(cast.tam, sheet).slips == []
    write_slip(cast.lan_posting, item, submitted_at=NOW)
    (one,) = seen_by(cast.minh, sheet).slips
    assert (one.text, one.item) == (SLIP_WORDS, item.text)


def test_the_superiors_judgements_are_there_with_their_reasons(cast: Cast, sheet: Sheet) -> None:
    fill(cast)
    found = seen_by(cast.minh, sheet)
    assert [judgement.value for judgement in found.judged] == [3, 4, 4]
    assert found.n_below == 1


def test_an_open_month_hides_citizens_and_score_from_who_is_below_the_head(
    client: Client, cast: Cast, sheet: Sheet
) -> None:
    fill(cast)
    roll_up()
    found = seen_by(cast.minh, sheet)
    assert (found.heard, found.scores, found.n_too_few, found.hidden) == ([], [], 0, [OCTOBER])
    client.force_login(cast.minh)
    shown = client.get(f"/ratings/review/sheets/{sheet.pk}/").content.decode()
    assert "chưa hiện trước khi chốt tháng" in shown
    assert 'tính đến ngày <span class="n">27/10/2026</span>' in shown
    assert "Điểm chuẩn mực" not in shown
    assert "8/10" not in shown
    listed = client.get("/ratings/review/").content.decode()
    assert "ý kiến người dân" not in listed.split('id="people"')[1]


def test_it_hides_them_whether_or_not_anybody_spoke(cast: Cast, sheet: Sheet) -> None:
    assert seen_by(cast.minh, sheet).hidden == [OCTOBER]


def test_the_head_sees_them_to_date_and_everybody_after_the_close(cast: Cast, sheet: Sheet) -> None:
    fill(cast)
    roll_up()
    found = seen_by(cast.tam, sheet)
    assert found.hidden == []
    assert found.to_date == date(2026, 10, 27)
    assert (found.heard[0].item, found.heard[0].kept, found.heard[0].judged) == ("", 8, 10)
    assert found.scores[0].is_open
    close(cast.commune)
    found = seen_by(cast.minh, sheet)
    assert (found.heard[0].kept, found.heard[0].judged, found.hidden) == (8, 10, [])
    assert not found.scores[0].is_open


def test_who_stands_in_for_the_supervisor_sees_no_more_than_the_supervisor(cast: Cast, sheet: Sheet) -> None:
    fill(cast)
    roll_up()
    Delegation.objects.create(
        absent=cast.minh, delegate=cast.quan, agency=cast.one_stop, starts_on=START,
        ends_on=REVIEW_DAY.date(), reason="Nghỉ phép", made_by=cast.quan, made_at=NOW,
    )  # fmt: skip
    assert seen_by(cast.quan, sheet).heard == []


def test_only_confirmed_findings_are_there(client: Client, cast: Cast, sheet: Sheet) -> None:
    finding_of(cast)
    assert seen_by(cast.minh, sheet).findings == []
    confirmed = confirmed_breach(cast)
    assert [one.pk for one in seen_by(cast.minh, sheet).findings] == [confirmed.pk]
    client.force_login(cast.minh)
    assert "Mở quầy muộn" in client.get(f"/ratings/review/sheets/{sheet.pk}/").content.decode()
    assert "Đã kết luận vi phạm" in client.get("/ratings/review/").content.decode()


def _case(cast: Cast, code: str) -> Case:
    case = Case.objects.create(
        code_hash=code * 64, key_id=code, agency=cast.commune, concerns=cast.one_stop, source="meeting",
        kind="complaint", state="answered", summary="Chờ lâu ở bàn một", received_on=DAY, due_on=DAY,
        answered_on=DAY, closed_on=DAY, is_upheld=True,
    )  # fmt: skip
    case.subjects.create(posting=cast.lan_posting)
    return case


def test_a_case_that_names_the_reader_is_never_shown(client: Client, cast: Cast, sheet: Sheet) -> None:
    plain = _case(cast, "a")
    naming = _case(cast, "b")
    naming.subjects.create(posting=cast.minh_posting)
    assert [one.pk for one in seen_by(cast.minh, sheet).cases] == [plain.pk]
    assert [one.pk for one in seen_by(cast.tam, sheet).cases] == [plain.pk, naming.pk]
    client.force_login(cast.minh)
    shown = client.get(f"/ratings/review/sheets/{sheet.pk}/").content.decode()
    assert f"/cases/{plain.pk}/" in shown
    assert f"/cases/{naming.pk}/" not in shown
    assert "1 góp ý đã giải quyết" in client.get("/ratings/review/").content.decode()


def test_without_results_nothing_is_proposed_for_the_unit(cast: Cast) -> None:
    sheet = submitted(cast.minh_posting)
    unit = seen_by(cast.tam, sheet).unit
    assert unit is not None
    assert unit.percent is None
