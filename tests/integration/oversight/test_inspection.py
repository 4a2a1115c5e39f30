"""A visit: begun, whom and what, findings, finished."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from conduct.agencies.models import RoleGrant, User
from conduct.agencies.permissions import Refused
from conduct.audit.models import AuditEvent
from conduct.notices.models import Notice
from conduct.oversight.models import Finding, Inspection, InspectionLine
from conduct.oversight.services import inspections as services
from models_catalog.models import Item
from tests.cast import Cast, make_cast
from tests.factories import NOW

from .arrange import found, hours_of, line_of, visit

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def khoi(cast: Cast) -> User:
    return cast.khoi


def test_a_visit_is_made_on_the_pages(client: Client, cast: Cast, khoi: User) -> None:
    client.force_login(khoi)
    said = {"agency": cast.one_stop.pk, "kind": "weekly", "on": "14/10/2026", "subject": "Giờ giấc"}
    begun = client.post("/oversight/inspections/begin/", said)
    inspection = Inspection.objects.get()
    assert begun["Location"] == f"/oversight/inspections/{inspection.pk}/"
    page = f"/oversight/inspections/{inspection.pk}/examine/{cast.adoption.pk}/"
    assert "Không vi phạm giờ giấc" in client.get(page).content.decode()
    client.post(page, {"people": [cast.lan_posting.pk], "items": [hours_of(cast).pk]})
    line = InspectionLine.objects.get()
    client.post(f"/oversight/lines/{line.pk}/finding/", {"text": "Đến muộn 20 phút.", "is_breach": "on"})
    assert Finding.objects.get().is_breach
    client.post(f"/oversight/inspections/{inspection.pk}/finish/", {"note": "Nhắc nhở chung."})
    inspection.refresh_from_db()
    assert inspection.done_at is not None
    assert Notice.objects.filter(recipient=cast.lan, key__startswith="oversight.finding").count() == 1
    acts = set(AuditEvent.objects.values_list("act", flat=True))
    assert {"oversight.begin_inspection", "oversight.examine", "oversight.finish_inspection"} <= acts


def test_the_same_line_is_examined_once(cast: Cast, khoi: User) -> None:
    inspection = visit(cast, khoi)
    again = services.examine(
        inspection=inspection, adoption=cast.adoption, posting_ids=[cast.lan_posting.pk],
        item_ids=[hours_of(cast).pk], by=khoi, now=NOW,
    )  # fmt: skip
    assert again == 0
    assert inspection.lines.count() == 2


def test_only_items_that_an_inspection_can_judge_are_examined(cast: Cast, khoi: User) -> None:
    inspection = visit(cast, khoi)
    friendly = Item.objects.get(text="Biết vui vẻ khi tiếp xúc với dân", group__version=cast.adoption.version)
    with pytest.raises(ValidationError, match="ít nhất"):
        services.examine(
            inspection=inspection, adoption=cast.adoption, posting_ids=[cast.lan_posting.pk],
            item_ids=[friendly.pk], by=khoi, now=NOW,
        )  # fmt: skip


def test_people_of_elsewhere_are_not_examined(cast: Cast, khoi: User) -> None:
    inspection = visit(cast, khoi)
    with pytest.raises(ValidationError, match="không thực hiện mô hình"):
        services.examine(
            inspection=inspection, adoption=cast.adoption, posting_ids=[cast.hoa_posting.pk],
            item_ids=[hours_of(cast).pk], by=khoi, now=NOW,
        )  # fmt: skip


def test_a_visit_of_tomorrow_is_refused(cast: Cast, khoi: User) -> None:
    with pytest.raises(ValidationError, match="chưa đến"):
        visit(cast, khoi, NOW.date() + timedelta(days=1))


def test_a_finished_visit_does_not_change(client: Client, cast: Cast, khoi: User) -> None:
    finding = found(cast, khoi)
    line = finding.line
    with pytest.raises(Refused, match="đã kết thúc"):
        services.note_finding(line=line, text="Thêm", is_breach=False, by=khoi, now=NOW)
    client.force_login(khoi)
    assert client.post(f"/oversight/lines/{line.pk}/leave-out/").status_code == 403
    assert services.finish_inspection(inspection=line.inspection, note="", by=khoi, now=NOW) is False


def test_a_visit_without_lines_is_not_finished(cast: Cast, khoi: User) -> None:
    empty = services.begin_inspection(
        agency=cast.one_stop, kind="weekly", on=date(2026, 10, 14), subject="Giờ", by=khoi, now=NOW
    )
    with pytest.raises(ValidationError, match="Chưa xem xét"):
        services.finish_inspection(inspection=empty, note="", by=khoi, now=NOW)


def test_a_line_ticked_by_mistake_is_left_out_unless_it_has_a_finding(cast: Cast, khoi: User) -> None:
    inspection = visit(cast, khoi)
    line = line_of(inspection, cast)
    services.note_finding(line=line, text="Đến muộn.", is_breach=False, by=khoi, now=NOW)
    assert services.leave_out(line=line, by=khoi, now=NOW) is False
    other = inspection.lines.get(posting=cast.minh_posting)
    assert services.leave_out(line=other, by=khoi, now=NOW) is True
    assert list(inspection.lines.all()) == [line]


@pytest.mark.parametrize("who", ["lan", "minh", "quan", "hoa"])
def test_nobody_else_opens_a_visit(client: Client, cast: Cast, khoi: User, who: str) -> None:
    inspection = visit(cast, khoi)
    line = line_of(inspection, cast)
    client.force_login(getattr(cast, who))
    assert client.get(f"/oversight/inspections/{inspection.pk}/").status_code == 404
    assert client.get(f"/oversight/lines/{line.pk}/finding/").status_code == 404
    assert client.get("/oversight/inspections/begin/").status_code == 403
    assert "One-stop" not in client.get("/oversight/inspections/").content.decode()


def test_a_former_inspector_opens_nothing(client: Client, cast: Cast, khoi: User) -> None:
    inspection = visit(cast, khoi)
    RoleGrant.objects.filter(person=khoi).update(ends_on=date(2026, 10, 31))
    client.force_login(khoi)
    assert client.get(f"/oversight/inspections/{inspection.pk}/").status_code == 404


def test_bad_input_says_what_is_wrong_and_stores_nothing(client: Client, cast: Cast, khoi: User) -> None:
    client.force_login(khoi)
    said = {"agency": cast.one_stop.pk, "kind": "weekly", "on": "31/02/2026", "subject": ""}
    answer = client.post("/oversight/inspections/begin/", said)
    assert answer.status_code == 422
    assert "id_on_error" in answer.content.decode()
    assert not Inspection.objects.exists()


def test_the_list_is_downloaded_as_it_is_shown(client: Client, cast: Cast, khoi: User) -> None:
    found(cast, khoi)
    client.force_login(khoi)
    assert "đã kết thúc" in client.get("/oversight/inspections/").content.decode()
    assert client.get("/oversight/inspections.xlsx?q=khong+co").status_code == 200
    assert client.get("/oversight/inspections.xlsx").content[:2] == b"PK"
