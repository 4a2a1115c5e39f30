"""The life of a draft scheme: edited with errors beside the fields, published for ever, ended."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.forms import MultipleChoiceField
from django.test import Client

from conduct.audit.models import AuditEvent
from conduct.ratings.models import RatingScheme
from conduct.ratings.services.scheme_editing import copy_scheme
from tests.cast import Cast, make_cast
from tests.factories import NOW
from tests.integration.ratings.arrange import make_sheet

DRAFT = "/ratings/schemes/nd335/2/"
FIRST = "groups-0-criteria-0"


@pytest.fixture
def cast(db: None, rating_schemes: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    return make_cast()


@pytest.fixture
def draft(cast: Cast, client: Client) -> RatingScheme:
    """The second version of the staff scheme, with its keeper signed in."""
    client.force_login(cast.hanh)
    first = RatingScheme.objects.get(code="nd335")
    return copy_scheme(scheme=first, keeper=None, by=cast.hanh, now=NOW)


def sent(client: Client, **changes: Any) -> dict[str, Any]:
    """The form as the page gives it, with these changed."""
    editor = client.get(f"{DRAFT}edit/").context["editor"]
    forms = [editor.facts, *editor.levels]
    for group, criteria in editor.groups:
        forms += [group, *criteria]
    data: dict[str, Any] = {}
    for form in forms:
        for bound in form:
            value = bound.value()
            many = isinstance(bound.field, MultipleChoiceField)
            data[bound.html_name] = (value or []) if many else ("" if value is None else value)
    data["valid_from"] = "01/11/2026"
    return data | changes


def test_saving_without_a_change_keeps_the_figures(client: Client, draft: RatingScheme) -> None:
    before = draft.document
    assert client.post(f"{DRAFT}edit/", sent(client)).status_code == 302
    draft.refresh_from_db()
    assert draft.revision == 2
    assert numbers(draft.document) == numbers(before)
    assert AuditEvent.objects.filter(act="ratings.change_scheme").count() == 1


def numbers(document: Any) -> Any:
    """A document with its numbers as numbers, evidence always there."""
    if isinstance(document, dict):
        return {name: numbers(value) for name, value in document.items() if value != []}
    if isinstance(document, list):
        return [numbers(value) for value in document]
    try:
        return Decimal(str(document))
    except ArithmeticError:
        return document


def test_every_part_can_be_changed(client: Client, draft: RatingScheme) -> None:
    data = sent(
        client,
        **{
            "name": "Nghị định mới",
            f"{FIRST}-maximum": "4,5",
            f"{FIRST}-evidence": ["conduct", "citizens"],
            "groups-0-criteria-2-code": "I.3",
            "groups-0-criteria-2-text": "Tự soi, tự sửa",
            "groups-0-criteria-2-maximum": "0.5",
            "levels-0-lower": "91",
            "rounding": "2",
            "deduction": "20",
            "leading": ["unity"],
            "categories": ["cong_chuc", "vien_chuc"],
            "cap_percent": "",
            "cap_outstanding": "",
        },
    )
    assert client.post(f"{DRAFT}edit/", data).status_code == 302
    draft.refresh_from_db()
    document = draft.document
    assert draft.name == "Nghị định mới"
    assert [one["maximum"] for one in document["groups"][0]["criteria"]] == ["4.5", "5", "0.5"]
    assert document["groups"][0]["criteria"][0]["evidence"] == ["conduct", "citizens"]
    assert document["levels"][0]["lower"] == "91"
    assert (document["rounding"], document["cap"]) == (2, None)
    assert document["tasks"]["deduction"] == "0.2"
    assert document["tasks"]["components"] == ["quantity", "quality", "timeliness", "unity"]
    assert client.get(f"{DRAFT}edit/").status_code == 200


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": ""}, "Tên"),
        ({"step": "0"}, "Bước chấm điểm"),
        ({f"{FIRST}-maximum": "4.9"}, "bội số của bước chấm"),
        ({f"{FIRST}-maximum": "năm"}, "Điểm tối đa"),
        ({f"{FIRST}-code": "I.2"}, "trùng mã"),
        ({f"{FIRST}-code": "I 1"}, "gạch nối"),
        ({"levels-1-lower": "95"}, "xếp từ cao xuống thấp"),
        ({"levels-3-lower": "1"}, "bắt đầu từ 0"),
        ({"tasks_maximum": "50"}, "cao hơn tổng điểm"),
        ({"tasks_maximum": "", "leading": ["unit"]}, "không có các thành phần"),
        ({"deduction": ""}, "ghi 0 nếu không trừ"),
        ({"cap_percent": ""}, "cả hai tỷ lệ"),
        ({"cap_outstanding": "10"}, "không thấp hơn tỷ lệ thông thường"),
        ({"valid_to": "31/10/2026"}, "không trước ngày bắt đầu"),
        ({"categories": []}, "Nhóm cán bộ"),
        ({"groups-0-code": "", "groups-0-text": ""}, "phải có mã và tên"),
        ({"groups-3-code": "IV", "groups-3-text": "Nhóm trống"}, "ít nhất một tiêu chí"),
    ],
)
def test_a_mistake_is_said_and_nothing_is_stored(
    client: Client, draft: RatingScheme, changes: dict[str, Any], says: str
) -> None:
    page = client.post(f"{DRAFT}edit/", sent(client, **changes))
    assert page.status_code == 422
    assert says in page.content.decode().split('class="scheme-group"')[0]
    draft.refresh_from_db()
    assert draft.revision == 1


def test_the_second_writer_sees_what_stands_now(client: Client, draft: RatingScheme) -> None:
    data = sent(client)
    assert client.post(f"{DRAFT}edit/", data | {"name": "Của người trước"}).status_code == 302
    page = client.post(f"{DRAFT}edit/", data | {"name": "Của người sau"})
    assert page.status_code == 409
    assert "Của người trước" in page.content.decode()
    assert client.post(f"{DRAFT}remove/", {"revision": 1}).status_code == 409


def test_publishing_ends_the_version_before(client: Client, draft: RatingScheme) -> None:
    page = client.get(f"{DRAFT}publish/")
    assert [one.number for one in page.context["ends"]] == [1]
    assert client.post(f"{DRAFT}publish/", {"revision": 1}).status_code == 302
    draft.refresh_from_db()
    first = RatingScheme.objects.get(code="nd335", number=1)
    assert (draft.state, first.valid_to) == ("published", date(2026, 10, 31))
    assert set(AuditEvent.objects.values_list("act", flat=True)) >= {
        "ratings.publish_scheme",
        "ratings.end_scheme",
    }
    # published once: the form and a second click lead nowhere else
    assert client.post(f"{DRAFT}publish/", {"revision": 1}).status_code == 403
    assert client.post(f"{DRAFT}edit/", {}).status_code == 403
    assert client.post(f"{DRAFT}remove/", {"revision": 1}).status_code == 403


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"valid_from": date(2026, 10, 1)}, "Ngày bắt đầu đã qua"),
        ({"leaders": "both"}, "công chức giữ chức vụ"),
        ({"categories": ["hop_dong", "cong_chuc"]}, "hợp đồng lao động"),
    ],
)
def test_what_stands_against_publishing_is_said(
    client: Client, draft: RatingScheme, fields: dict[str, Any], says: str
) -> None:
    RatingScheme.objects.filter(pk=draft.pk).update(**fields)
    page = client.post(f"{DRAFT}publish/", {"revision": 1})
    assert page.status_code == 422
    assert says in page.content.decode()
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_a_draft_is_deleted_once(client: Client, draft: RatingScheme) -> None:
    assert client.post(f"{DRAFT}remove/", {"revision": 1}).status_code == 302
    assert not RatingScheme.objects.filter(pk=draft.pk).exists()
    assert client.post(f"{DRAFT}remove/", {"revision": 1}).status_code == 404


def test_others_meet_no_draft_and_change_nothing(client: Client, cast: Cast, draft: RatingScheme) -> None:
    for person in (cast.lan, cast.tam, cast.quan, cast.hoa):
        client.force_login(person)
        for act in ("edit", "publish", "remove", "retire"):
            assert client.post(f"{DRAFT}{act}/", {"revision": 1}).status_code == 404
        assert client.get("/ratings/schemes/nd335/1/retire/").status_code == 403
    assert RatingScheme.objects.filter(pk=draft.pk, state="draft").exists()


def test_a_published_scheme_ends_on_a_day(client: Client, cast: Cast) -> None:
    client.force_login(cast.hanh)
    make_sheet(cast.lan_posting)
    asked = {"last_day": "31/12/2026", "reason": "Có nghị định thay thế."}
    address = "/ratings/schemes/nd335/1/retire/"
    for changes in ({"last_day": "19/10/2026"}, {"reason": ""}, {"last_day": "32/12/2026"}):
        assert client.post(address, asked | changes).status_code == 422
    assert client.post(address, asked).status_code == 302
    assert RatingScheme.objects.get(code="nd335").valid_to == date(2026, 12, 31)
    event = AuditEvent.objects.get(act="ratings.retire_scheme")
    assert event.reason == asked["reason"]


def test_one_that_has_not_begun_is_withdrawn(client: Client, draft: RatingScheme) -> None:
    asked = {"last_day": "31/12/2026", "reason": "Có nghị định thay thế."}
    assert client.post(f"{DRAFT}retire/", asked).status_code == 422
    RatingScheme.objects.filter(pk=draft.pk).update(state="published", published_at=NOW)
    assert client.post(f"{DRAFT}retire/", asked).status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.valid_to) == ("retired", None)
