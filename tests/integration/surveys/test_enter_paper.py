"""Paper sheets: printed, typed in digit by digit, never by whoever sits at the desk."""

import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from pypdf import PdfReader

from conduct.agencies.models import Period, User
from conduct.audit.models import AuditEvent
from models_catalog.models import Item
from surveys.asking import read_sheets
from surveys.models import DeskOfficer, Response, ServicePoint
from surveys.rules.paper import printed_questions, sheet_number
from tests.cast import Cast, make_cast
from tests.factories import DAY, NOW, START
from tests.integration.surveys.arrange import SLUG, make_point

pytestmark = pytest.mark.django_db
PAPER = "/paper/"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 10:00 on 20/10/2026."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def cast(questionnaires: None) -> Cast:
    return make_cast()


@pytest.fixture
def point(cast: Cast) -> ServicePoint:
    return make_point(cast.one_stop, name_en="Desk 2 · Civil status")


def number_of(point: ServicePoint, day: date = DAY) -> str:
    questionnaire, sheet = read_sheets(point, day)[0]
    return sheet_number(questionnaire.code, questionnaire.number, printed_questions(sheet, day))


def begin(client: Client, user: User, point: ServicePoint, /, **changed: Any) -> HttpResponse:
    client.force_login(user)
    said = {
        "point": point.pk, "given_on": "19/10/2026", "printed_on": "01/10/2026", "language": "vi",
        "number": number_of(point, date(2026, 10, 1)), **changed,
    }  # fmt: skip
    answer = client.post(PAPER, said)
    assert isinstance(answer, HttpResponse)
    return answer


def key_on(page: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found, "the form has no key"
    return found[1]


def typed(client: Client, line: str, **changed: str) -> HttpResponse:
    """One line typed and Enter pressed."""
    key = key_on(client.get(PAPER).content.decode())
    answer = client.post(PAPER, {"key": key, "line": line, "comment": "", "respondent": "citizen", **changed})
    assert isinstance(answer, HttpResponse)
    return answer


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


def test_the_sheet_asks_what_the_desk_asks(client: Client, cast: Cast, point: ServicePoint) -> None:
    client.force_login(cast.lan)
    response = client.get(f"/points/{point.pk}/paper.pdf")
    assert response["Content-Type"] == "application/pdf"
    text = text_of(response.content)
    for words in (
        "Trung tâm Phục vụ hành chính công",
        "Xã An Thuận",
        "Quầy 2 · Hộ tịch, chứng thực",
        "Ông/bà hài lòng thế nào về lần phục vụ hôm nay?",
        "Rất không hài lòng",
        "Thái độ, sự tận tình của cán bộ",
        "Ông/bà đi lại mấy lần để xong việc này?",
        "3 lần trở lên",
        "Cán bộ có giữ đúng lời hẹn với ông/bà không?",
        "Cho doanh nghiệp",
        "Ý kiến của ông/bà",
        "Không cần ghi tên.",
        f"/r/{SLUG}",
        "In ngày 20/10/2026",
        number_of(point),
    ):
        assert words in text, words
    assert len(PdfReader(io.BytesIO(response.content)).pages) == 1
    english = text_of(client.get(f"/points/{point.pk}/paper.pdf", {"lang": "en"}).content)
    for words in ("How satisfied are you with today's service?", "Desk 2 · Civil status", number_of(point)):
        assert words in english, words
    client.force_login(cast.hoa)
    assert client.get(f"/points/{point.pk}/paper.pdf").status_code == 404


def test_a_closed_desk_prints_nothing(client: Client, cast: Cast, point: ServicePoint) -> None:
    ServicePoint.objects.update(is_open=False, closed_on=DAY)
    client.force_login(cast.quan)
    assert client.get(f"/points/{point.pk}/paper.pdf").status_code == 403


def test_a_pile_is_typed_in(client: Client, cast: Cast, point: ServicePoint) -> None:
    yes_no = Item.objects.filter(group__version=cast.adoption.version, answer="yes_no").get()
    scale = Item.objects.filter(group__version=cast.adoption.version, answer="scale5").get()
    assert begin(client, cast.oanh, point).status_code == 302
    page = client.get(PAPER).content.decode()
    assert "Phiếu thứ" in page
    assert "autofocus" in page
    # overall, five factors, the item with five boxes; trips, yes or no: 1 is yes and 2 is no on paper
    assert typed(client, "4 55034 4 22", comment="Chờ lâu", respondent="business").status_code == 302
    assert typed(client, "2").status_code == 302
    first, second = Response.objects.order_by("-overall")
    assert (first.channel, first.is_verified, first.language, first.respondent) == (
        "paper",
        False,
        "vi",
        "business",
    )
    assert (first.overall, first.factors, first.trips) == (4, [5, 5, None, 3, 4], 2)
    assert dict(zip(first.item_ids, first.item_answers, strict=True)) == {yes_no.pk: 0, scale.pk: 4}
    assert (first.comment, first.month, first.is_late) == ("Chờ lâu", date(2026, 10, 1), False)
    assert (second.overall, second.factors, second.comment) == (2, [None] * 5, "")
    page = client.post("/paper/end/", follow=True).content.decode()
    assert "Đã ghi 2 phiếu" in page


def test_the_trail_names_sittings_and_no_form(client: Client, cast: Cast, point: ServicePoint) -> None:
    begin(client, cast.oanh, point)
    for line in ("5", "4", "3"):
        typed(client, line)
    client.post("/paper/end/")
    client.post("/paper/end/")  # a double click
    trail = AuditEvent.objects.filter(act__contains="sitting").order_by("pk")
    begun = {"channel": "paper", "given_on": "2026-10-19"}
    assert [(row.act, row.data) for row in trail] == [
        ("surveys.begin_sitting", begun),
        ("surveys.end_sitting", {**begun, "forms": 3}),
    ]
    keys = [str(key) for key in Response.objects.values_list("pk", flat=True)]
    assert not any(key in str(row.data) for key in keys for row in AuditEvent.objects.all())


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", "Các chữ số trên phiếu"),
        ("0", "Cần chữ số đầu, từ 1 đến 5"),
        ("054321", "Cần chữ số đầu, từ 1 đến 5"),
        ("6", "Câu 1, “Ông/bà hài lòng thế nào về lần phục vụ hôm nay?”, không có ô 6."),
        ("45555554", "Câu 8, “Ông/bà đi lại mấy lần để xong việc này?”, không có ô 4."),
        ("4x", "không có ô x."),
        ("4 55555 3 1 1 1", "Có 10 chữ số mà phiếu chỉ có 9 câu hỏi."),
        ("４", "không có ô ４."),
        ("9" * 500, "Các chữ số trên phiếu"),
    ],
)
def test_a_line_that_cannot_be_read_is_told_and_kept(
    client: Client, cast: Cast, point: ServicePoint, line: str, words: str
) -> None:
    begin(client, cast.oanh, point)
    answer = typed(client, line, comment="Giữ lại")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert 'value="Giữ lại"' in page
    assert not Response.objects.exists()


def test_enter_pressed_twice_stores_one(client: Client, cast: Cast, point: ServicePoint) -> None:
    begin(client, cast.oanh, point)
    key = key_on(client.get(PAPER).content.decode())
    for _ in range(2):
        assert typed(client, "4", key=key).status_code == 302
    assert Response.objects.count() == 1
    page = client.get(PAPER).content.decode()
    assert "chỉ tính một lần" in page
    assert typed(client, "4", key="x" * 52).status_code == 422


def test_a_day_of_a_closed_month_counts_in_the_open_one_and_is_late(
    client: Client, cast: Cast, point: ServicePoint
) -> None:
    for month in (date(2026, 7, 1), date(2026, 8, 1)):
        Period.objects.create(office=cast.commune, month=month, state="closed", closed_at=NOW)
    day = date(2026, 7, 15)
    begin(
        client, cast.oanh, point, given_on="16/07/2026", printed_on="15/07/2026", number=number_of(point, day)
    )
    typed(client, "5")
    row = Response.objects.get()
    assert (row.month, row.is_late) == (date(2026, 9, 1), True)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"given_on": "21/10/2026"}, "Cần chọn hôm nay hoặc ngày trước đó."),
        ({"given_on": "18/10/2025", "printed_on": "18/10/2025"}, "Không nhận phiếu đã quá một năm."),
        (
            {"given_on": "30/06/2025", "printed_on": "30/06/2025"},
            "Ngày đó điểm phục vụ này không lấy ý kiến.",
        ),
        ({"printed_on": "20/10/2026"}, "Ngày in lại sau ngày trả lời"),
        ({"number": "ABCDE"}, "không có mẫu mang số này"),
        ({"given_on": "31/02/2026"}, "Ngày trả lời"),
        ({"point": "0"}, "Điểm phục vụ"),
        ({"language": "fr"}, "Ngôn ngữ"),
    ],
)
def test_a_sitting_that_cannot_be_is_told(
    client: Client, cast: Cast, point: ServicePoint, changed: dict[str, str], words: str
) -> None:
    answer = begin(client, cast.oanh, point, **changed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not AuditEvent.objects.filter(act__contains="sitting").exists()


def test_the_number_is_typed_in_any_case(client: Client, cast: Cast, point: ServicePoint) -> None:
    number = number_of(point, date(2026, 10, 1))
    assert begin(client, cast.oanh, point, number=f" {number[:2].lower()} {number[2:]} ").status_code == 302


def test_who_sits_at_the_desk_does_not_enter_its_forms(
    client: Client, cast: Cast, point: ServicePoint
) -> None:
    other = make_point(cast.one_stop, "khac234", name="Quầy 3")
    DeskOfficer.objects.create(point=point, posting=cast.tam_posting, starts_on=START)
    assert begin(client, cast.tam, point).status_code == 422  # not among the desks to choose
    assert begin(client, cast.tam, other, number=number_of(other, date(2026, 10, 1))).status_code == 302


def test_who_sat_there_on_that_day_is_refused(client: Client, cast: Cast, point: ServicePoint) -> None:
    DeskOfficer.objects.create(
        point=point, posting=cast.tam_posting, starts_on=START, ends_on=DAY - timedelta(days=1)
    )
    answer = begin(client, cast.tam, point)
    assert answer.status_code == 403
    assert "không tự nhập phiếu của quầy mình" in answer.content.decode()
    assert begin(client, cast.tam, point, given_on="20/10/2026").status_code == 302


def test_who_takes_a_seat_during_the_sitting_stores_nothing_more(
    client: Client, cast: Cast, point: ServicePoint
) -> None:
    begin(client, cast.tam, point)
    key = key_on(client.get(PAPER).content.decode())
    DeskOfficer.objects.create(point=point, posting=cast.tam_posting, starts_on=DAY)
    client.post(PAPER, {"key": key, "line": "5", "respondent": "citizen"})
    assert not Response.objects.exists()


def test_only_those_who_may_enter_forms(client: Client, cast: Cast, point: ServicePoint) -> None:
    for user in (cast.lan, cast.minh, cast.yen):
        client.force_login(user)
        assert client.get(PAPER).status_code == 403
        assert client.get("/phone/").status_code == 403
    for user in (cast.oanh, cast.quan, cast.tam, cast.phuong):
        client.force_login(user)
        assert client.get(PAPER).status_code == 200
    make_point(cast.other_commune, "khac234", name="Quầy của Bình Lâm")
    assert begin(client, cast.hoa, point).status_code == 422
    client.force_login(cast.lan)
    assert PAPER not in client.get(f"/points/{point.pk}/").content.decode()
    client.force_login(cast.oanh)
    assert PAPER in client.get(f"/points/{point.pk}/").content.decode()
