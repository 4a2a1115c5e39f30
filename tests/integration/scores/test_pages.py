"""Who sees what of scores: the table of sights, and each page whole, in part, wrong and from outside."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from conduct.agencies.models import Agency, Period, Role, User
from conduct.audit.models import AuditEvent
from conduct.kernel.months import Month
from conduct.scores.models import PersonScore
from tests.cast import Cast, make_cast
from tests.factories import NOW, grant, make_agency, make_user
from tests.integration.scores.arrange import OCTOBER, chunk_of, fill, roll_up

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("schemes")]
SCORE, CITIZENS, SUPERVISOR = "83,27", "8/10", ">3/4<"


@pytest.fixture
def cast() -> Cast:
    cast = make_cast()
    fill(cast)
    roll_up()
    return cast


def close(office: Agency, state: str = "closed") -> None:
    Period.objects.update_or_create(
        office=office, month=OCTOBER.first, defaults={"state": state, "closed_at": NOW}
    )


def page(client: Client, user: User, url: str, status: int = 200, part: str = "") -> str:
    """The text of a page, or of the part that htmx targets."""
    client.force_login(user)
    response = client.get(url, headers={"HX-Request": "true", "HX-Target": part} if part else {})
    assert response.status_code == status, response.content[:300]
    return response.content.decode()


def why(cast: Cast) -> str:
    return reverse("scores:why", args=[OCTOBER, cast.lan_posting.pk, cast.adoption.pk])


@pytest.mark.parametrize(
    ("state", "who", "sees"),
    [
        ("open", "lan", "part"),
        ("open", "minh", "part"),
        ("open", "tam", "whole"),
        ("open", "phuong", "whole"),
        ("open", "quan", "nothing"),
        ("open", "hoa", "nothing"),
        ("closing", "lan", "part"),
        ("closing", "minh", "part"),
        ("closing", "tam", "whole"),
        ("closed", "lan", "whole"),
        ("closed", "minh", "whole"),
        ("closed", "tam", "whole"),
        ("closed", "phuong", "whole"),
        ("closed", "quan", "nothing"),
        ("closed", "hoa", "nothing"),
    ],
)
def test_who_sees_how_much_of_a_score(client: Client, cast: Cast, state: str, who: str, sees: str) -> None:
    if state != "open":
        close(cast.commune, state)
    text = page(client, getattr(cast, who), why(cast), 404 if sees == "nothing" else 200)
    assert (SCORE in text, CITIZENS in text, SUPERVISOR in text) == {
        "whole": (True, True, True),
        "part": (False, False, True),
        "nothing": (False, False, False),
    }[sees]
    assert ("Ý kiến người dân hiện sau khi chốt tháng" in text) is (sees == "part")


def test_a_head_of_a_department_is_below_the_head_of_the_office(client: Client, cast: Cast) -> None:
    grant(cast.quan, cast.one_stop, Role.HEAD)
    assert SCORE not in page(client, cast.quan, why(cast))


def test_a_head_sees_the_own_month_only_when_closed(client: Client, cast: Cast) -> None:
    own = reverse("scores:why", args=[OCTOBER, cast.tam_posting.pk, cast.adoption.pk])
    assert "Tháng còn đang mở" in page(client, cast.tam, own)
    close(cast.commune)
    assert "Chưa đủ căn cứ để có điểm" in page(client, cast.tam, own)


def test_why_shows_the_ledger_and_what_was_left_out(client: Client, cast: Cast) -> None:
    close(cast.commune)
    text = page(client, cast.lan, why(cast))
    for words in (
        "Vì sao", "16,73", "điểm mất ở đâu", "× 2", "+4,2/5", "57,1\xa0%", "−7,47",
        "Người dân đánh giá người giải quyết hồ sơ", "Đánh giá qua mã QR tại quầy",
        "không phải điểm xếp loại công chức", "Mức Đạt", "Bộ quy tắc tính điểm Chuẩn Mực 2025",
    ):  # fmt: skip
        assert words in text, words
    assert reverse("judgements:mine", args=[OCTOBER]) in text


def test_what_does_not_exist_is_not_found(client: Client, cast: Cast) -> None:
    for args in ([OCTOBER, 10**9, cast.adoption.pk], [Month(2026, 1), cast.lan_posting.pk, cast.adoption.pk]):
        page(client, cast.lan, reverse("scores:why", args=args), 404)
    page(client, cast.lan, "/scores/2026-13/1/1/", 404)
    page(client, cast.lan, f"/scores/2026-10/{10**30}/1/", 404)


def test_my_scores_say_nothing_of_an_open_month(client: Client, cast: Cast) -> None:
    text = page(client, cast.lan, reverse("scores:mine"))
    assert "ý kiến người dân hiện sau khi chốt tháng" in text
    assert SCORE not in text
    assert "Đạt" not in text


def test_my_scores_show_a_closed_month(client: Client, cast: Cast) -> None:
    close(cast.commune)
    text = page(client, cast.lan, reverse("scores:mine"))
    assert SCORE in text
    assert why(cast) in text
    assert "Gương mẫu" not in text


def test_my_scores_are_mine_alone(client: Client, cast: Cast) -> None:
    assert "Lan" not in page(client, cast.hoa, reverse("scores:mine"))
    assert "Chưa có tháng nào được tổng hợp" in page(client, make_user(), reverse("scores:mine"))


def test_the_team_sees_totals_when_the_month_is_closed(client: Client, cast: Cast) -> None:
    url = reverse("scores:team", args=[OCTOBER])
    text = page(client, cast.minh, url)
    assert "Lan" in text
    assert SCORE not in text
    shown = re.sub(r"<[^>]*>", " ", text.split("<tbody>")[1].split("</tbody>")[0])
    assert "89" not in shown
    assert SCORE in page(client, cast.tam, url)
    close(cast.commune)
    assert SCORE in page(client, cast.minh, url)


def test_the_team_is_what_one_leads(client: Client, cast: Cast) -> None:
    assert "Lan" not in page(client, cast.hoa, reverse("scores:team", args=[OCTOBER]))
    assert "phụ trách" in page(client, cast.lan, reverse("scores:team"), 403)


def test_the_team_is_found_without_diacritics_and_in_part(client: Client, cast: Cast) -> None:
    url = reverse("scores:team", args=[OCTOBER])
    text = page(client, cast.tam, f"{url}?q=THAO+lan", part="people")
    assert "Lan" in text
    assert "<html" not in text
    assert "Phạm Hữu Minh" not in text
    assert "<html" in page(client, cast.tam, url, part="forged")


@pytest.mark.parametrize(
    "query", ["model=x", "model=99999999999999999999", "page=-1", "q=%00", "q=" + "a" * 9999]
)
def test_absurd_filters_do_no_harm(client: Client, cast: Cast, query: str) -> None:
    page(client, cast.tam, f"{reverse('scores:team', args=[OCTOBER])}?{query}")


def test_months_are_for_heads(client: Client, cast: Cast) -> None:
    page(client, cast.lan, reverse("scores:months"), 403)
    text = page(client, cast.tam, reverse("scores:months", args=[OCTOBER]))
    assert cast.commune.name in text
    assert cast.other_commune.name not in text
    assert cast.other_commune.name in page(client, cast.phuong, reverse("scores:months", args=[OCTOBER]))


def test_months_to_come_do_not_exist(client: Client, cast: Cast) -> None:
    page(client, cast.tam, reverse("scores:months", args=[Month(2199, 1)]), 404)
    page(client, cast.tam, reverse("scores:team", args=[Month(2199, 1)]), 404)


def test_a_head_asks_for_the_roll_up_and_sees_how_far_it_is(client: Client, cast: Cast) -> None:
    client.force_login(cast.tam)
    before = chunk_of(cast.commune).requested_at
    response = client.post(reverse("scores:roll_up", args=[OCTOBER, cast.commune.code]))
    assert response.status_code == 302
    assert chunk_of(cast.commune).requested_at > before
    assert chunk_of(cast.other_commune).finished_from is not None
    text = page(client, cast.tam, reverse("scores:months", args=[OCTOBER]), part="progress")
    assert "hx-trigger" in text
    assert "<html" not in text


@pytest.mark.parametrize(("who", "status"), [("lan", 403), ("minh", 403), ("hoa", 404), ("phuong", 302)])
def test_who_may_ask_for_the_roll_up(client: Client, cast: Cast, who: str, status: int) -> None:
    client.force_login(getattr(cast, who))
    response = client.post(reverse("scores:roll_up", args=[OCTOBER, cast.commune.code]))
    assert response.status_code == status


def test_a_closed_month_is_not_rolled_up_by_a_button(client: Client, cast: Cast) -> None:
    close(cast.commune)
    client.force_login(cast.tam)
    response = client.post(reverse("scores:roll_up", args=[OCTOBER, cast.commune.code]))
    assert response.status_code == 403
    assert "không tổng hợp lại" in response.content.decode()


def test_a_head_closes_a_month_and_the_final_roll_up_is_asked_for(client: Client, cast: Cast) -> None:
    url = reverse("scores:close_month", args=[OCTOBER, cast.commune.code])
    assert "Chốt tháng 10/2026" in page(client, cast.tam, url)
    assert client.post(url).status_code == 302
    period = Period.objects.get(office=cast.commune)
    assert (period.state, period.closed_by) == ("closing", cast.tam)
    chunk = chunk_of(cast.commune)
    assert chunk.requested_at != chunk.finished_from
    assert client.post(url).status_code == 302
    assert AuditEvent.objects.filter(act="agencies.close_month").count() == 1


@pytest.mark.parametrize(("who", "status"), [("lan", 403), ("minh", 403), ("hoa", 404), ("quan", 403)])
def test_who_may_not_close(client: Client, cast: Cast, who: str, status: int) -> None:
    client.force_login(getattr(cast, who))
    for method in (client.get, client.post):
        assert method(reverse("scores:close_month", args=[OCTOBER, cast.commune.code])).status_code == status
    assert not Period.objects.exists()


def test_a_running_month_cannot_be_closed(client: Client, cast: Cast) -> None:
    url = reverse("scores:close_month", args=[Month.of(timezone.localdate()), cast.commune.code])
    assert "Chỉ chốt được khi đã hết tháng" in page(client, cast.tam, url)
    assert client.post(url).status_code == 403
    assert not Period.objects.exists()


def test_a_province_closes_after_its_communes(client: Client, cast: Cast) -> None:
    url = reverse("scores:close_month", args=[OCTOBER, cast.province.code])
    assert "Còn <span" in page(client, cast.phuong, url)
    assert client.post(url).status_code == 403
    assert not Period.objects.filter(office=cast.province, state="closing").exists()
    close(cast.commune)
    close(cast.other_commune)
    assert client.post(url).status_code == 302
    assert Period.objects.get(office=cast.province).state == "closing"


def test_reopening_needs_someone_above_and_a_reason(client: Client, cast: Cast) -> None:
    close(cast.commune)
    url = reverse("scores:reopen_month", args=[OCTOBER, cast.commune.code])
    page(client, cast.tam, url, 403)
    page(client, cast.hoa, url, 404)
    assert "Lý do" in page(client, cast.phuong, url)
    short = client.post(url, {"reason": "nhầm"})
    assert (short.status_code, Period.objects.get(office=cast.commune).state) == (422, "closed")
    assert client.post(url, {"reason": "Nhập thiếu 12 phiếu giấy"}).status_code == 302
    assert Period.objects.get(office=cast.commune).state == "open"
    event = AuditEvent.objects.get(act="agencies.reopen_month")
    assert (event.reason, event.actor_name) == ("Nhập thiếu 12 phiếu giấy", "Võ Đình Phương")
    assert chunk_of(cast.commune).requested_at != chunk_of(cast.commune).finished_from


def test_a_system_administrator_reopens(client: Client, cast: Cast) -> None:
    close(cast.commune)
    grant(cast.quan, cast.province, Role.SYSTEM_ADMIN)
    client.force_login(cast.quan)
    url = reverse("scores:reopen_month", args=[OCTOBER, cast.commune.code])
    assert client.post(url, {"reason": "Nhập thiếu 12 phiếu giấy"}).status_code == 302


def test_what_the_office_above_has_closed_is_reopened_there_first(client: Client, cast: Cast) -> None:
    for office in (cast.commune, cast.other_commune, cast.province):
        close(office)
    client.force_login(cast.phuong)
    url = reverse("scores:reopen_month", args=[OCTOBER, cast.commune.code])
    assert client.post(url, {"reason": "Nhập thiếu 12 phiếu giấy"}).status_code == 403
    assert Period.objects.get(office=cast.commune).state == "closed"
    assert not AuditEvent.objects.filter(act="agencies.reopen_month").exists()


def test_pages_need_few_statements(
    client: Client, cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    close(cast.commune)
    for number in range(5):
        make_agency(f"Xã thuộc {number}", parent=cast.commune)
    urls = [why(cast), *(reverse(f"scores:{name}") for name in ("mine", "team", "months"))]
    client.force_login(cast.tam)
    for url in urls:
        with django_assert_max_num_queries(12):
            assert client.get(url).status_code == 200


def test_pages_speak_english_too(client: Client, cast: Cast) -> None:
    close(cast.commune)
    client.cookies["django_language"] = "en"
    text = page(client, cast.lan, why(cast))
    assert "Where did" in text
    assert "Meets the code" in text


def test_lists_are_paged(client: Client, cast: Cast) -> None:
    score = PersonScore.objects.get(posting=cast.lan_posting)
    for back in range(1, 30):
        score.pk, score.month = None, OCTOBER.plus(-back).first
        score.save()
    assert "Trang sau" in page(client, cast.lan, reverse("scores:mine"))
