"""Filling the own sheet: drafts, autosave, the second writer."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from conduct.agencies.permissions import Refused
from conduct.audit.models import AuditEvent
from conduct.ratings.models import Sheet
from conduct.ratings.rules.scheme import parse_scheme
from conduct.ratings.services.sheets import OwnView, SheetChanged, mark_of, own_view_of, save_self
from tests.cast import Cast
from tests.factories import NOW
from tests.integration.ratings.arrange import add_task, make_sheet, submitted_sheet

pytestmark = [pytest.mark.django_db]
PART = {"HX-Request": "true", "HX-Target": "saved"}


def url(sheet: Sheet) -> str:
    return f"/ratings/sheets/{sheet.pk}/fill/"


def typed(sheet: Sheet, **changed: Any) -> dict[str, Any]:
    """The form as a browser sends it; dots of criteria as underscores in ``changed``."""
    sheet.refresh_from_db()
    fields = {"revision": sheet.revision, "seen": mark_of(own_view_of(sheet))}
    return fields | {name.replace("__", "."): value for name, value in changed.items()}


def points(sheet: Sheet) -> dict[str, Decimal | None]:
    return dict(sheet.lines.values_list("criterion", "self_points"))


def test_the_page_asks_for_every_criterion_in_the_steps_of_the_scheme(client: Client, october: Cast) -> None:
    sheet = make_sheet(october.lan_posting)
    client.force_login(october.lan)
    shown = client.get(url(sheet)).content.decode()
    for criterion in parse_scheme(sheet.scheme.document).criteria:
        assert criterion.text in shown
        assert f'name="points_{criterion.code}"' in shown
    assert '<option value="4.75">4,75</option>' in shown
    assert "Tự soi, tự sửa" in shown
    assert "leading_unit" not in shown


def test_leaders_are_asked_for_the_three_components_of_leading(client: Client, october: Cast) -> None:
    sheet = make_sheet(october.minh_posting)
    client.force_login(october.minh)
    assert 'name="leading_unit"' in client.get(url(sheet)).content.decode()
    client.post(url(sheet), typed(sheet, leading_unit="50", leading_unity="100"))
    sheet.refresh_from_db()
    assert sheet.self_leading == {"unit": 50, "unity": 100}


def test_a_half_filled_draft_is_stored_without_a_script(client: Client, october: Cast) -> None:
    sheet = make_sheet(october.lan_posting)
    client.force_login(october.lan)
    sent = typed(sheet, points_I__1="4.75", note_I__1="Một lần đi muộn", strengths="Đúng hẹn với dân")
    response = client.post(url(sheet), sent, follow=True)
    assert "Đã lưu bản nháp của phiếu" in response.content.decode()
    sheet.refresh_from_db()
    assert points(sheet)["I.1"] == Decimal("4.75")
    assert points(sheet)["I.2"] is None
    assert (sheet.strengths, sheet.revision, sheet.changed_by) == ("Đúng hẹn với dân", 2, october.lan)


def test_autosave_says_when_and_counts_on_the_server(client: Client, october: Cast) -> None:
    sheet = make_sheet(october.lan_posting)
    add_task(sheet)
    client.force_login(october.lan)
    codes = [one.code for one in parse_scheme(sheet.scheme.document).criteria]
    maxima = {one.code: one.maximum for one in parse_scheme(sheet.scheme.document).criteria}
    sent = typed(sheet) | {f"points_{code}": f"{maxima[code]:.2f}" for code in codes}
    response = client.post(url(sheet), sent, headers=PART)
    shown = response.content.decode()
    assert shown.startswith('<div id="saved"')
    assert 'Đã lưu lúc <span class="n">10:00</span>' in shown
    assert "30,00 + 70,00 = 100,00" in shown
    assert "Hoàn thành xuất sắc nhiệm vụ" in shown
    assert 'name="revision" value="2"' in shown


def test_the_same_words_again_change_nothing(client: Client, october: Cast) -> None:
    sheet = make_sheet(october.lan_posting)
    client.force_login(october.lan)
    sent = typed(sheet, points_I__1="4.00")
    assert [client.post(url(sheet), sent, headers=PART).status_code for _ in range(2)] == [200, 200]
    sheet.refresh_from_db()
    assert sheet.revision == 2


def test_a_sitting_leaves_one_audit_row(client: Client, october: Cast) -> None:
    sheet = make_sheet(october.lan_posting)
    client.force_login(october.lan)
    for value in ("4.00", "4.25", "4.50"):
        client.post(url(sheet), typed(sheet, points_I__1=value), headers=PART)
    row = AuditEvent.objects.get(act="ratings.fill_sheet")
    assert (row.actor_name, row.data) == ("Tôn Nữ Hoàng Thảo Lan", {})


def test_the_second_writer_is_told_and_nothing_is_overwritten(client: Client, october: Cast) -> None:
    sheet = make_sheet(october.lan_posting)
    client.force_login(october.lan)
    stale = typed(sheet, points_I__1="3.00", strengths="Của cửa sổ thứ hai")
    client.post(url(sheet), typed(sheet, points_I__1="5.00", note_I__2="Của cửa sổ thứ nhất"))
    part = client.post(url(sheet), stale, headers=PART)
    assert part.status_code == 409
    assert "Phiếu đã thay đổi ở cửa sổ khác" in part.content.decode()
    assert f'value="{stale["revision"]}"' in part.content.decode()
    page = client.post(url(sheet), stale)
    shown = page.content.decode()
    assert page.status_code == 409
    assert points(sheet)["I.1"] == Decimal("5.00")
    assert "Của cửa sổ thứ hai" in shown
    assert "Của cửa sổ thứ nhất" in shown
    assert '<option value="3.00" selected>' in shown
    assert 'name="revision" value="2"' in shown
    again = stale | {"revision": 2, "seen": mark_of(own_view_of(sheet))}
    assert client.post(url(sheet), again).status_code == 302
    assert points(sheet)["I.1"] == Decimal("3.00")


def test_a_task_that_was_assigned_meanwhile_is_no_conflict(client: Client, october: Cast) -> None:
    sheet = make_sheet(october.lan_posting)
    client.force_login(october.lan)
    sent = typed(sheet, points_I__1="3.00")
    Sheet.objects.filter(pk=sheet.pk).update(revision=5, changed_by=october.minh)
    assert client.post(url(sheet), sent, headers=PART).status_code == 200
    assert points(sheet)["I.1"] == Decimal("3.00")
    view = own_view_of(sheet)
    other = OwnView({**view.points, "I.1": Decimal(1)}, view.notes)
    with pytest.raises(SheetChanged):
        save_self(sheet_id=sheet.pk, revision=1, view=other, by=october.lan, now=NOW)


@pytest.mark.parametrize("value", ["5.10", "6.00", "-1", "x", "NaN"])
def test_points_outside_the_steps_are_refused_and_the_rest_is_kept_on_the_page(
    client: Client, october: Cast, value: str
) -> None:
    sheet = make_sheet(october.lan_posting)
    client.force_login(october.lan)
    response = client.post(url(sheet), typed(sheet, points_I__1=value, strengths="Vẫn còn đây"))
    assert response.status_code == 422
    assert "Vẫn còn đây" in response.content.decode()
    assert points(sheet)["I.1"] is None


@pytest.mark.parametrize(
    "view",
    [
        *(OwnView({"I.1": Decimal(points)}) for points in ("5.10", "5.25", "-0.25", "NaN")),
        OwnView({"X.1": Decimal(1)}),
        OwnView({}, leading={"unit": 75}),
    ],
)
def test_the_service_itself_refuses_points_outside_the_scheme(october: Cast, view: OwnView) -> None:
    sheet = make_sheet(october.lan_posting)
    with pytest.raises(ValidationError):
        save_self(sheet_id=sheet.pk, revision=1, view=view, by=october.lan, now=NOW)


def test_a_submitted_sheet_takes_no_more_words(client: Client, october: Cast) -> None:
    sheet = submitted_sheet(october.lan_posting)
    client.force_login(october.lan)
    response = client.post(url(sheet), typed(sheet, points_I__1="1.00"), follow=True)
    assert "không lưu thêm nội dung nào" in response.content.decode()
    assert points(sheet)["I.1"] == Decimal(5)
    with pytest.raises(Refused):
        save_self(sheet_id=sheet.pk, revision=1, view=own_view_of(sheet), by=october.lan, now=NOW)


def test_only_the_person_fills(client: Client, october: Cast) -> None:
    sheet = make_sheet(october.lan_posting)
    for user in (october.minh, october.tam, october.hoa, october.quan):
        client.force_login(user)
        assert client.get(url(sheet)).status_code == 404
        assert client.post(url(sheet), typed(sheet, points_I__1="1.00")).status_code == 404
        with pytest.raises(Refused):
            save_self(sheet_id=sheet.pk, revision=1, view=own_view_of(sheet), by=user, now=NOW)


def test_a_lost_session_leads_the_whole_page_to_sign_in(client: Client, october: Cast) -> None:
    sheet = make_sheet(october.lan_posting)
    headers = {**PART, "HX-Current-URL": f"http://testserver{url(sheet)}"}
    response = client.post(url(sheet), typed(sheet, points_I__1="1.00"), headers=headers)
    assert response["HX-Redirect"] == f"/accounts/login/?next={url(sheet)}"


def test_the_page_asks_the_database_at_most_twelve_times(
    client: Client, october: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    sheet = make_sheet(october.minh_posting)
    add_task(sheet)
    client.force_login(october.minh)
    with django_assert_max_num_queries(12):
        client.get(url(sheet))
