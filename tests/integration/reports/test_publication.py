"""Publishing: when a month is closed up to its top, once, and so that nothing hidden follows."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from conduct.agencies.models import Agency
from conduct.kernel.months import Month
from conduct.reports.models import PublicCell
from conduct.reports.services.publication import publish_due
from surveys.models import DeskOfficer, Response, ServicePoint
from tests.cast import Cast, make_cast
from tests.factories import NOW, START, adopt, make_agency, make_version
from tests.integration.reports.arrange import answer, close, make_point

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("schemes", "questionnaires")]
JULY, AUGUST, SEPTEMBER, OCTOBER = (Month(2026, number) for number in (7, 8, 9, 10))


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def serve(cast: Cast, month: Month, *numbers: int, of: str = "one_stop") -> None:
    """So many satisfied and not satisfied citizens."""
    agency = getattr(cast, of)
    satisfied, others = numbers
    answer(make_point(agency, f"Quầy {month} {satisfied}"), month, *[5] * satisfied, *[2] * others)


def close_all(cast: Cast, *months: Month) -> None:
    for office in (cast.commune, cast.other_commune, cast.province):
        close(office, *months)


def shown(kind: str = "month", question: int = 0) -> set[tuple[str, str, int]]:
    cells = PublicCell.objects.shown().filter(kind=kind, question=question).select_related("office")
    return {(cell.office.name, f"{cell.first:%m}", cell.judged) for cell in cells}


def test_nothing_is_published_before_the_top_has_closed(cast: Cast) -> None:
    serve(cast, SEPTEMBER, 40, 10)
    close(cast.commune, SEPTEMBER)
    assert publish_due(now=NOW) == 0
    close(cast.other_commune, SEPTEMBER)
    close(cast.province, SEPTEMBER)
    assert publish_due(now=NOW) == 1
    assert shown() == {("Xã An Thuận", "09", 50), ("Tỉnh Mực Giang", "09", 50)}


def test_publishing_twice_changes_nothing(cast: Cast) -> None:
    serve(cast, SEPTEMBER, 40, 10)
    close_all(cast, SEPTEMBER)
    publish_due(now=NOW)
    before = list(PublicCell.objects.order_by("pk").values())
    assert publish_due(now=NOW + timedelta(days=1)) == 0
    assert list(PublicCell.objects.order_by("pk").values()) == before


def test_a_published_figure_stays_when_answers_change_afterwards(cast: Cast) -> None:
    serve(cast, SEPTEMBER, 40, 10)
    close_all(cast, SEPTEMBER)
    publish_due(now=NOW)
    key = Response.objects.order_by("key")[0].key
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO surveys_setaside (response_id, reason, why) VALUES (%s, 'burst', '')", [key]
        )
    publish_due(now=NOW)
    assert ("Xã An Thuận", "09", 50) in shown()


def test_a_small_commune_takes_its_neighbour_along(cast: Cast) -> None:
    """The province and one of two communes would give the other away."""
    serve(cast, SEPTEMBER, 40, 10)
    serve(cast, SEPTEMBER, 10, 2, of="other_commune")
    close_all(cast, SEPTEMBER)
    publish_due(now=NOW)
    assert shown() == {("Tỉnh Mực Giang", "09", 62)}


def sit_alone(cast: Cast, agency: Agency) -> ServicePoint:
    """A desk with one officer."""
    point = make_point(agency, "Quầy một người")
    DeskOfficer.objects.create(point=point, posting=cast.lan_posting, starts_on=START)
    return point


def test_an_office_of_one_desk_and_one_officer_is_never_published(client: Client, cast: Cast) -> None:
    """Its neighbour is hidden with it in every period and file: else the rest of the sum is the person."""
    third = make_agency("Xã Cao Sơn", parent=cast.province)
    point = sit_alone(cast, cast.other_commune)
    months = (JULY, AUGUST, SEPTEMBER)
    for month in months:
        answer(point, month, *[5] * 50, *[2] * 10)
        serve(cast, month, 60, 12)
        answer(make_point(third, f"Quầy {month}"), month, *[5] * 80, *[2] * 20)
    for month in months:
        close(third, month)
    close_all(cast, *months)
    assert publish_due(now=NOW) == 3
    assert {name for name, _month, _n in shown()} == {"Tỉnh Mực Giang", "Xã Cao Sơn"}
    assert {name for name, _month, _n in shown("quarter")} == {"Tỉnh Mực Giang", "Xã Cao Sơn"}
    lines = b"".join(client.get(reverse("reports:open_data_csv")).streaming_content).decode()  # type: ignore[attr-defined]
    assert "Xã Cao Sơn" in lines
    assert "Xã Bình Lâm" not in lines
    assert "Xã An Thuận" not in lines
    page = client.get(reverse("reports:public_office", args=[cast.other_commune.code])).content.decode()
    assert "83,3" not in page


def test_one_officer_in_the_office_above_is_not_what_is_left_over(cast: Cast) -> None:
    answer(sit_alone(cast, cast.province), SEPTEMBER, *[5] * 50, *[2] * 10)
    serve(cast, SEPTEMBER, 60, 12)
    serve(cast, SEPTEMBER, 80, 20, of="other_commune")
    close_all(cast, SEPTEMBER)
    publish_due(now=NOW)
    assert shown() == {("Tỉnh Mực Giang", "09", 232), ("Xã Bình Lâm", "09", 100)}


def test_a_desk_of_two_officers_is_published(cast: Cast) -> None:
    point = sit_alone(cast, cast.other_commune)
    DeskOfficer.objects.create(point=point, posting=cast.minh_posting, starts_on=START)
    answer(point, SEPTEMBER, *[5] * 50, *[2] * 10)
    close_all(cast, SEPTEMBER)
    publish_due(now=NOW)
    assert ("Xã Bình Lâm", "09", 60) in shown()


def test_a_factor_is_published_only_where_the_whole_is(cast: Cast) -> None:
    point = make_point(cast.one_stop)
    answer(point, SEPTEMBER, *[5] * 31, *[2] * 9, factors=(5, None, None, None, None))
    close_all(cast, SEPTEMBER)
    publish_due(now=NOW)
    assert ("Xã An Thuận", "09", 40) in shown(question=1)
    assert shown(question=2) == set()


def test_a_quarter_is_published_with_its_third_month(cast: Cast) -> None:
    for month in (JULY, AUGUST, SEPTEMBER):
        serve(cast, month, 10, 4)
        close_all(cast, month)
        publish_due(now=NOW)
    assert shown() == set()
    assert shown("quarter") == {("Xã An Thuận", "07", 42), ("Tỉnh Mực Giang", "07", 42)}


def test_a_quarter_with_one_small_month_is_not_published(client: Client, cast: Cast) -> None:
    for month, n in ((JULY, 40), (AUGUST, 6), (SEPTEMBER, 50)):
        serve(cast, month, n, 10)
        close_all(cast, month)
        publish_due(now=NOW)
    assert shown("quarter") == set()
    page = public_page(client, cast)
    assert "chỉ 2 tháng" in page
    assert ">16<" not in page
    assert ">126<" not in page


def public_page(client: Client, cast: Cast, **asked: str) -> str:
    response = client.get(reverse("reports:public_office", args=[cast.commune.code]), asked)
    assert response.status_code == 200
    return response.content.decode()


def test_everybody_reads_a_closed_month_without_signing_in(client: Client, cast: Cast) -> None:
    serve(cast, SEPTEMBER, 45, 5)
    serve(cast, OCTOBER, 33, 33)
    close_all(cast, SEPTEMBER)
    publish_due(now=NOW)
    page = public_page(client, cast)
    assert "90,0" in page
    assert "45 trong 50" in page
    assert "không nói về người không trả lời" in page
    assert ">66<" not in page
    assert "10/2026" not in page
    assert "2 không, 1 biết" in page
    assert "Set-Cookie" not in client.get(reverse("reports:public")).headers
    assert "How does" in public_page(client, cast, lang="en")


def test_an_office_with_too_few_answers_publishes_nothing(client: Client, cast: Cast) -> None:
    serve(cast, SEPTEMBER, 20, 9)
    close_all(cast, SEPTEMBER)
    publish_due(now=NOW)
    page = public_page(client, cast)
    assert "20/29" not in page
    assert ">29<" not in page
    assert "chưa công bố" in page


def test_offices_are_found_without_diacritics(client: Client, cast: Cast) -> None:
    page = client.get(reverse("reports:public"), {"q": "an thuan"}).content.decode()
    assert "Xã An Thuận" in page
    assert "Xã Bình Lâm" not in page
    assert client.get(reverse("reports:public"), {"q": "\0%_'", "page": "zwei"}).status_code == 200


def test_a_department_and_an_unknown_code_have_no_public_page(client: Client, cast: Cast) -> None:
    for code in (cast.one_stop.code, "NIRGENDS"):
        assert client.get(reverse("reports:public_office", args=[code])).status_code == 404


def test_open_data_hold_what_is_shown_and_nothing_else(client: Client, cast: Cast) -> None:
    serve(cast, SEPTEMBER, 40, 10)
    serve(cast, SEPTEMBER, 10, 2, of="other_commune")
    close_all(cast, SEPTEMBER)
    publish_due(now=NOW)
    text = b"".join(client.get(reverse("reports:open_data_csv"))).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["office_name"], row["period"], row["n"], row["satisfied"]) for row in rows] == [
        ("Tỉnh Mực Giang", "2026-09", "62", "50")
    ]
    data = json.loads(b"".join(client.get(reverse("reports:open_data_json"))))
    assert [dict(zip(data["fields"], row, strict=True))["n"] for row in data["rows"]] == [62]


def test_a_name_that_looks_like_a_formula_stays_text_in_open_data(client: Client, cast: Cast) -> None:
    evil = make_agency('=HYPERLINK("http://x","y")')
    answer(make_point(evil), SEPTEMBER, *[5] * 40)
    close(evil, SEPTEMBER)
    publish_due(now=NOW)
    text = b"".join(client.get(reverse("reports:open_data_csv"))).decode("utf-8-sig")
    assert "'=HYPERLINK" in text
    assert "\n=" not in text


def test_adopted_words_of_every_group_stand_on_the_page(client: Client, cast: Cast) -> None:
    adopt(cast.commune, make_version({"biết": [{"text": "Biết lắng nghe"}]}))
    assert "Biết lắng nghe" in public_page(client, cast)
