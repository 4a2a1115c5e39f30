"""The page on which one person's sheet is reviewed."""

from decimal import Decimal

import pytest
from django.test import Client

from conduct.agencies.models import Role, RoleGrant
from conduct.ratings.models import Sheet
from conduct.ratings.services.results import confirm_result
from tests.cast import Cast, make_cast
from tests.factories import DAY

from .reviewed import at_review as at_review
from .reviewed import colleague, full_points, reviewed, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_review", "rating_schemes")]


@pytest.fixture
def cast(rating_schemes: None) -> Cast:
    return make_cast()


def url(sheet: Sheet) -> str:
    return f"/ratings/review/sheets/{sheet.pk}/"


def test_own_points_last_points_and_fields_stand_side_by_side(client: Client, cast: Cast) -> None:
    sheet = submitted(cast.lan_posting, less="0.5")
    sheet.lines.filter(criterion="I.1").update(self_note="Đi muộn một buổi")
    client.force_login(cast.minh)
    shown = client.get(url(sheet)).content.decode()
    assert "Tôn Nữ Hoàng Thảo Lan" in shown
    assert "4,50" in shown
    assert "Đi muộn một buổi" in shown
    assert 'name="points_I.1"' in shown
    assert "Giải quyết hồ sơ" in shown


def test_a_review_leads_to_the_next_person(client: Client, cast: Cast) -> None:
    sheet = submitted(cast.lan_posting)
    other = submitted(colleague(cast, "Hồ Thị Mai Vy"))
    client.force_login(cast.minh)
    response = client.post(url(sheet), full_points(sheet, then="next"))
    assert (response.status_code, response["Location"]) == (302, url(other))
    sheet.refresh_from_db()
    assert (sheet.state, sheet.reviewer, sheet.review_total) == ("reviewed", cast.minh, Decimal(100))


def test_lines_without_points_are_taken_from_the_person_when_ticked(client: Client, cast: Cast) -> None:
    sheet = submitted(cast.lan_posting)
    client.force_login(cast.minh)
    assert client.post(url(sheet), {"revision": 1, "rest_as_self": "on", "then": "next"}).status_code == 302
    assert sheet.lines.get(criterion="I.1").review_points == 5


def test_what_is_missing_is_named_at_its_line(client: Client, cast: Cast) -> None:
    sheet = submitted(cast.lan_posting)
    client.force_login(cast.minh)
    response = client.post(url(sheet), full_points(sheet, then="next", **{"points_I.1": "4.00"}))
    assert response.status_code == 422
    assert "Điểm dưới mức tối đa cần ghi lý do." in response.content.decode()
    response = client.post(url(sheet), {"revision": 1, "then": "next"})
    assert response.status_code == 422
    assert "Cần chấm điểm cho dòng này." in response.content.decode()


@pytest.mark.parametrize(
    "sent",
    [
        {"points_I.1": "99"}, {"points_I.1": "vô lý"}, {"revision": "x"},
        {"revision": "99999999999999999999"}, {"opinion": "a" * 5000}, {"leading_unit": "70"},
    ],
)  # fmt: skip
def test_bad_input_is_answered_and_changes_nothing(client: Client, cast: Cast, sent: dict[str, str]) -> None:
    sheet = submitted(cast.minh_posting if "leading_unit" in sent else cast.lan_posting)
    client.force_login(cast.tam if "leading_unit" in sent else cast.minh)
    assert client.post(url(sheet), full_points(sheet, then="next", **sent)).status_code == 422
    sheet.refresh_from_db()
    assert (sheet.state, sheet.revision) == ("submitted", 1)


def test_autosave_answers_with_the_new_revision_only(client: Client, cast: Cast) -> None:
    sheet = submitted(cast.lan_posting)
    client.force_login(cast.minh)
    headers = {"HX-Request": "true", "HX-Target": "saved"}
    response = client.post(url(sheet), {"revision": 1, "opinion": "Đang xem"}, headers=headers)
    shown = response.content.decode()
    assert response.status_code == 200
    assert shown.lstrip().startswith('<div id="saved"')
    assert 'name="revision" value="2"' in shown
    sheet.refresh_from_db()
    assert (sheet.opinion, sheet.state) == ("Đang xem", "submitted")


def test_the_second_writer_sees_what_changed(client: Client, cast: Cast) -> None:
    sheet = submitted(cast.lan_posting)
    client.force_login(cast.minh)
    client.post(url(sheet), {"revision": 1, "opinion": "Của người trước", "points_I.1": "3.00"})
    response = client.post(url(sheet), full_points(sheet, then="next", opinion="Của người sau"))
    shown = response.content.decode()
    assert response.status_code == 409
    assert "Chưa có gì bị ghi đè" in shown
    assert "Đang lưu:" in shown
    assert "Của người sau" in shown
    sheet.refresh_from_db()
    assert sheet.opinion == "Của người trước"
    assert client.post(url(sheet), full_points(sheet, then="next", revision=2)).status_code == 302


def test_a_leader_has_components_with_a_proposal(client: Client, cast: Cast) -> None:
    lan = reviewed(cast.lan_posting, cast)
    Sheet.objects.filter(pk=lan.pk).update(state="approved", approver=cast.tam, approved_at=lan.reviewed_at)
    lan.refresh_from_db()
    confirm_result(sheet=lan, cause="confirmed", by=cast.tam, now=lan.changed_at)
    sheet = submitted(cast.minh_posting)
    client.force_login(cast.tam)
    assert "Tiêu chí d, đề xuất 100/100: trong 1 kết quả" in client.get(url(sheet)).content.decode()
    said = {f"leading_{name}": "100" for name in ("unit", "organising", "unity")}
    assert client.post(url(sheet), full_points(sheet, then="next", **said)).status_code == 302
    sheet.refresh_from_db()
    assert sheet.review_leading == {"unit": 100, "organising": 100, "unity": 100}


@pytest.mark.parametrize(
    ("who", "status"),
    [("minh", 200), ("tam", 403), ("phuong", 403), ("lan", 403), ("hoa", 404), ("quan", 404), ("yen", 404)],
)
def test_who_may_open_it(client: Client, cast: Cast, who: str, status: int) -> None:
    sheet = submitted(cast.lan_posting)
    client.force_login(getattr(cast, who))
    assert client.get(url(sheet)).status_code == status
    if status != 200:
        assert client.post(url(sheet), full_points(sheet, then="next")).status_code == status


def test_a_former_supervisor_finds_nothing(client: Client, cast: Cast) -> None:
    sheet = submitted(cast.lan_posting)
    RoleGrant.objects.filter(person=cast.minh, role=Role.SUPERVISOR).update(ends_on=DAY)
    client.force_login(cast.minh)
    assert client.get(url(sheet)).status_code == 404


def test_a_sheet_that_was_not_handed_in_is_not_read(client: Client, cast: Cast) -> None:
    sheet = submitted(cast.lan_posting)
    Sheet.objects.filter(pk=sheet.pk).update(state="draft")
    client.force_login(cast.minh)
    response = client.get(url(sheet))
    assert response.status_code == 403
    assert "Phiếu chưa được nộp." in response.content.decode()
