"""The dashboard of an office: who sees which month, and what is not shown for want of evidence."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from conduct.agencies.models import Agency, Period, Posting, User
from conduct.agencies.tree import standing_of
from conduct.kernel.months import Month
from conduct.kernel.wording import number_text
from conduct.reports.figures import figures_of, trend_chart
from conduct.scores.models import AgencyCount, AgencyScore, Scheme
from conduct.scores.rules.evidence import Component, Count
from conduct.scores.rules.office import score_office
from conduct.scores.rules.parts import office_to_data
from conduct.scores.rules.scheme import parse_scheme
from surveys.models import DeskOfficer, ServicePoint
from tests.cast import Cast, make_cast
from tests.factories import DAY, NOW, START, make_agency, make_posting, make_user
from tests.integration.reports.arrange import answer, make_point

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("schemes")]
BACKEND = "django.contrib.auth.backends.ModelBackend"
SEPTEMBER, OCTOBER = Month(2026, 9), Month(2026, 10)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def score(
    agency: Agency, office: Agency, month: Month, satisfied: Count, open_answers: Count | None = None
) -> None:
    """Rows as the roll-up writes them."""
    scheme = Scheme.objects.get()
    counts = {
        Component.SATISFIED: satisfied,
        Component.CONDUCT: Count(120, 108),
        Component.SIGNING: Count(10, 9),
    }
    result = score_office(parse_scheme(scheme.document), counts, serves_citizens=True)
    by_name = {**{str(name): count for name, count in counts.items()}, "open": open_answers or Count()}
    for name, count in by_name.items():
        AgencyCount.objects.create(
            agency=agency,
            office=office,
            month=month.first,
            component=name,
            kept=count.kept,
            judged=count.judged,
        )
    AgencyScore.objects.create(
        agency=agency,
        office=office,
        month=month.first,
        scheme=scheme,
        score=result.score,
        band=result.band,
        coverage=result.coverage.quantize(Decimal("0.0001")),
        n_postings=12,
        parts=office_to_data(result),
    )


def close(office: Agency, month: Month) -> None:
    Period.objects.create(office=office, month=month.first, state="closed", closed_at=NOW)


def read(client: Client, who: str, agency: Agency, month: Month) -> tuple[int, str]:
    client.force_login(User.objects.get(username=who), BACKEND)
    response = client.get(reverse("reports:office", args=[agency.code, month]))
    return response.status_code, response.content.decode()


def test_a_closed_month_is_shown_to_the_office(client: Client, cast: Cast) -> None:
    score(cast.commune, cast.commune, SEPTEMBER, Count(200, 180), Count(50, 45))
    close(cast.commune, SEPTEMBER)
    status, page = read(client, "lan", cast.commune, SEPTEMBER)
    assert status == 200
    assert "180/200" in page
    assert "45/50" in page


def test_figures_of_an_open_month_are_hidden_below_the_head(client: Client, cast: Cast) -> None:
    score(cast.commune, cast.commune, OCTOBER, Count(200, 180), Count(50, 45))
    for who in ("lan", "minh", "quan"):
        status, page = read(client, who, cast.commune, OCTOBER)
        assert status == 200
        assert "180/200" not in page
        assert "45/50" not in page
        assert "84," not in page
    for who in ("tam", "phuong"):
        assert "180/200" in read(client, who, cast.commune, OCTOBER)[1]


def test_an_open_month_of_an_office_below_is_hidden_in_the_comparison(cast: Cast) -> None:
    score(cast.province, cast.province, SEPTEMBER, Count(400, 360))
    score(cast.commune, cast.commune, SEPTEMBER, Count(200, 180))
    close(cast.province, SEPTEMBER)
    head = figures_of(
        cast.province, SEPTEMBER, standing_of(cast.phuong.pk, cast.province.pk, DAY), cast.phuong
    )
    assert {row.child.code for row in head.rows if row.share is not None} == {cast.commune.code}
    staff = figures_of(cast.province, SEPTEMBER, standing_of(cast.hoa.pk, cast.province.pk, DAY), cast.hoa)
    assert [row.share for row in staff.rows] == [None, None]


@pytest.mark.parametrize("who", ["hoa"])
def test_another_office_does_not_exist(client: Client, cast: Cast, who: str) -> None:
    score(cast.commune, cast.commune, SEPTEMBER, Count(200, 180))
    close(cast.commune, SEPTEMBER)
    assert read(client, who, cast.commune, SEPTEMBER)[0] == 404
    assert read(client, who, cast.province, SEPTEMBER)[0] == 404


def test_too_few_answers_show_no_share(client: Client, cast: Cast) -> None:
    score(cast.commune, cast.commune, SEPTEMBER, Count(4, 4), Count(3, 3))
    close(cast.commune, SEPTEMBER)
    _status, page = read(client, "lan", cast.commune, SEPTEMBER)
    assert "4/4" not in page
    assert "3/3" not in page
    assert "100,0" not in page
    assert "hưa đủ căn cứ" in page


def test_fewer_than_thirty_answers_are_not_compared(cast: Cast) -> None:
    score(cast.province, cast.province, SEPTEMBER, Count(229, 200))
    score(cast.commune, cast.commune, SEPTEMBER, Count(200, 180))
    score(cast.other_commune, cast.other_commune, SEPTEMBER, Count(29, 20))
    standing = standing_of(cast.phuong.pk, cast.province.pk, DAY)
    rows = figures_of(cast.province, SEPTEMBER, standing, cast.phuong).rows
    assert [(row.child.code, row.verdict) for row in rows] == [
        (cast.commune.code, "eq"),
        (cast.other_commune.code, "nd"),
    ]


def test_a_sure_difference_is_told_from_chance(cast: Cast) -> None:
    third = make_agency("Xã Cao Sơn", parent=cast.province)
    score(cast.province, cast.province, SEPTEMBER, Count(900, 700))
    score(cast.commune, cast.commune, SEPTEMBER, Count(300, 285))
    score(cast.other_commune, cast.other_commune, SEPTEMBER, Count(300, 180))
    score(third, third, SEPTEMBER, Count(40, 31))
    standing = standing_of(cast.phuong.pk, cast.province.pk, DAY)
    rows = {
        row.child.name: row.verdict
        for row in figures_of(cast.province, SEPTEMBER, standing, cast.phuong).rows
    }
    assert rows == {"Xã An Thuận": "hi", "Xã Cao Sơn": "eq", "Xã Bình Lâm": "lo"}


def one_person(cast: Cast, *months: Month) -> None:
    """The department's answers came in at one desk, at which one officer sits; another has two of each."""
    alone, first, second = (make_point(agency) for agency in (cast.one_stop, cast.department, cast.commune))
    DeskOfficer.objects.create(point=alone, posting=cast.lan_posting, starts_on=START)
    colleague = make_posting(make_user(username="dong-nghiep"), cast.one_stop)
    for point in (first, second):
        for posting in (cast.minh_posting, colleague):
            DeskOfficer.objects.create(point=point, posting=posting, starts_on=START)
    for month in months:
        for point in (alone, first, second):
            answer(point, month, *[5] * 7, 1, group="Đất đai")
            answer(point, month, *[5] * 7, 1)
        score(cast.one_stop, cast.commune, month, Count(56, 49), Count(32, 28))
        score(cast.department, cast.commune, month, Count(80, 66))
        score(cast.commune, cast.commune, month, Count(236, 195), Count(92, 80))
        close(cast.commune, month)


@pytest.mark.usefixtures("questionnaires")
def test_a_department_of_one_desk_and_one_officer_is_that_person(client: Client, cast: Cast) -> None:
    """Neither share nor score (it would tell the share) is shown to a colleague; the others see them."""
    one_person(cast, SEPTEMBER)
    stored = AgencyScore.objects.get(agency=cast.one_stop)
    for who, sees in (("dong-nghiep", False), ("lan", True), ("minh", True), ("tam", True)):
        status, page = read(client, who, cast.one_stop, SEPTEMBER)
        assert status == 200
        assert ("49/56" in page) is sees, who
        assert ("28/32" in page) is sees
        assert (number_text(stored.score, 2) in page) is sees
        assert ("Đây là số liệu của một người" in page) is not sees


@pytest.mark.usefixtures("questionnaires")
def test_a_person_is_not_found_in_the_office_above(client: Client, cast: Cast) -> None:
    """The neighbour is hidden with it, or the difference from the sum would be the person."""
    one_person(cast, SEPTEMBER)
    page = read(client, "dong-nghiep", cast.commune, SEPTEMBER)[1]
    assert "195/236" in page
    assert "số liệu của một người" in page
    assert number_text(AgencyScore.objects.get(agency=cast.one_stop).score, 2) not in page
    for share in ("87,5", "82,5"):
        assert share not in page
        assert share in read(client, "tam", cast.commune, SEPTEMBER)[1]


@pytest.mark.usefixtures("questionnaires")
def test_a_persons_months_leave_no_trend(cast: Cast) -> None:
    one_person(cast, SEPTEMBER.previous(), SEPTEMBER)
    colleague = User.objects.get(username="dong-nghiep")
    for reader, n_months in ((colleague, 0), (cast.lan, 2), (cast.minh, 2)):
        standing = standing_of(reader.pk, cast.one_stop.pk, DAY)
        trend = figures_of(cast.one_stop, SEPTEMBER, standing, reader).trend
        assert sum(row is not None for _month, row in trend) == n_months


@pytest.mark.usefixtures("questionnaires")
def test_the_officer_waits_for_the_end_of_the_month(cast: Cast) -> None:
    """Also one who heads the office and sees everything else of an open month."""
    one_person(cast, SEPTEMBER)
    Period.objects.all().delete()
    DeskOfficer.objects.filter(posting=cast.lan_posting).delete()
    own = Posting.objects.get(person=cast.tam)
    point = ServicePoint.objects.get(agency=cast.one_stop)
    DeskOfficer.objects.create(point=point, posting=own, starts_on=START)
    standing = standing_of(cast.tam.pk, cast.one_stop.pk, DAY)
    assert figures_of(cast.one_stop, SEPTEMBER, standing, cast.tam).is_person
    close(cast.commune, SEPTEMBER)
    assert not figures_of(cast.one_stop, SEPTEMBER, standing, cast.tam).is_person


def test_the_trend_needs_two_months(cast: Cast) -> None:
    standing = standing_of(cast.lan.pk, cast.commune.pk, DAY)
    score(cast.commune, cast.commune, SEPTEMBER, Count(200, 180))
    close(cast.commune, SEPTEMBER)
    assert trend_chart(figures_of(cast.commune, SEPTEMBER, standing, cast.lan)) is None
    score(cast.commune, cast.commune, SEPTEMBER.previous(), Count(200, 150))
    close(cast.commune, SEPTEMBER.previous())
    figures = figures_of(cast.commune, SEPTEMBER, standing, cast.lan)
    chart = trend_chart(figures)
    assert chart is not None
    assert figures.change is not None
    assert figures.change > 0
    assert len(figures.trend) == 12


@pytest.mark.parametrize("month", ["2099-01", "2025-06", "2026-13", "9999-01", "0000-00"])
def test_a_month_outside_the_office_does_not_exist(client: Client, cast: Cast, month: str) -> None:
    client.force_login(cast.tam, BACKEND)
    url = reverse("reports:office", args=[cast.commune.code])
    assert client.get(f"{url}{month}/").status_code == 404


def test_without_a_month_the_last_closed_one_is_shown(client: Client, cast: Cast) -> None:
    score(cast.commune, cast.commune, SEPTEMBER, Count(200, 180))
    close(cast.commune, SEPTEMBER)
    client.force_login(cast.lan, BACKEND)
    page = client.get(reverse("reports:office", args=[cast.commune.code])).content.decode()
    assert "180/200" in page


def test_own_office_leads_to_the_readers_office(client: Client, cast: Cast) -> None:
    client.force_login(cast.lan, BACKEND)
    response = client.get(reverse("reports:own_office"))
    assert response["Location"] == reverse("reports:office", args=[cast.commune.code])


def test_the_page_asks_at_most_twelve_times(
    client: Client, cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    score(cast.province, cast.province, SEPTEMBER, Count(229, 200), Count(60, 40))
    for number in range(20):
        below = make_agency(f"Xã Thử {number}", parent=cast.province, valid_from=date(2025, 7, 1))
        score(below, below, SEPTEMBER, Count(40 + number, 30))
    client.force_login(cast.phuong, BACKEND)
    with django_assert_max_num_queries(12):
        url = reverse("reports:office", args=[cast.province.code, SEPTEMBER])
        assert client.get(url).status_code == 200


def test_many_offices_below_are_paged_and_compared_as_a_whole(client: Client, cast: Cast) -> None:
    for number in range(30):
        make_agency(f"Xã {number:02}", parent=cast.province)
    client.force_login(cast.phuong, BACKEND)
    first = client.get(reverse("reports:office", args=[cast.province.code])).content.decode()
    second = client.get(reverse("reports:office", args=[cast.province.code]), {"page": "2"}).content.decode()
    listed = [page.split('id="below-head"')[1].count('<th scope="row">') for page in (first, second)]
    assert listed == [25, 7]
    assert "1–25" in first
    compared = client.get(reverse("reports:compare_offices", args=[cast.province.code])).content.decode()
    assert compared.split('id="list-head"')[1].count('<th scope="row">') == 25
