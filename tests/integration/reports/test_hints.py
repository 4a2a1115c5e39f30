"""Hints of extra payment reach the inspector of the agency above, added up, and nobody else."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from conduct.agencies.models import Role, User
from conduct.kernel.months import Month
from conduct.notices.models import Notice
from conduct.reports.services.hints import tell_of_hints
from surveys.models import ServicePoint
from tests.cast import Cast, make_cast
from tests.factories import NOW, grant, make_posting, make_user
from tests.integration.reports.arrange import answer, ask_about_payment, close, make_point

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("schemes", "questionnaires")]
BACKEND = "django.contrib.auth.backends.ModelBackend"
JULY, AUGUST, SEPTEMBER = Month(2026, 7), Month(2026, 8), Month(2026, 9)


@pytest.fixture
def cast() -> Cast:
    ask_about_payment()
    return make_cast()


@pytest.fixture
def point(cast: Cast) -> ServicePoint:
    return make_point(cast.one_stop)


@pytest.fixture
def inspector(cast: Cast) -> User:
    return cast.khoi


def hint(point: ServicePoint, yes: int, no: int, month: Month = JULY) -> None:
    answer(point, month, *[3] * yes, others=(1, 1))
    answer(point, month, *[4] * no, others=(0, 1))


def read(client: Client, who: User) -> tuple[int, str]:
    client.force_login(who, BACKEND)
    response = client.get(reverse("reports:hints"))
    return response.status_code, response.content.decode()


def test_the_inspector_above_reads_a_closed_quarter(
    client: Client, cast: Cast, point: ServicePoint, inspector: User
) -> None:
    hint(point, 3, 0)
    hint(point, 1, 9, SEPTEMBER)
    close(cast.commune, JULY, AUGUST)
    assert "Xã An Thuận" not in read(client, inspector)[1]
    close(cast.commune, SEPTEMBER)
    status, page = read(client, inspector)
    assert status == 200
    assert "Xã An Thuận" in page
    assert ">4<" in page
    assert ">13<" in page
    assert "Luật Tố cáo 2018" in page


@pytest.mark.parametrize(("yes", "no"), [(4, 0), (2, 20), (0, 9)])
def test_below_the_minimum_nothing_is_told(
    client: Client, cast: Cast, point: ServicePoint, inspector: User, yes: int, no: int
) -> None:
    hint(point, yes, no)
    close(cast.commune, JULY, AUGUST, SEPTEMBER)
    assert "Xã An Thuận" not in read(client, inspector)[1]
    assert tell_of_hints(now=NOW) == 0


@pytest.mark.parametrize("who", ["lan", "minh", "tam", "quan", "phuong", "hoa"])
def test_nobody_but_inspectors_opens_the_page(
    client: Client, cast: Cast, point: ServicePoint, who: str
) -> None:
    hint(point, 9, 9)
    close(cast.commune, JULY, AUGUST, SEPTEMBER)
    status, page = read(client, User.objects.get(username=who))
    assert status == 403
    assert "Xã An Thuận</th>" not in page


def test_an_inspector_of_the_office_itself_reads_nothing_about_it(
    client: Client, cast: Cast, point: ServicePoint
) -> None:
    own = make_user(username="noi-bo")
    grant(own, cast.commune, Role.INSPECTOR)
    hint(point, 9, 9)
    close(cast.commune, JULY, AUGUST, SEPTEMBER)
    assert "Xã An Thuận</th>" not in read(client, own)[1]


def test_an_inspector_who_serves_in_the_office_reads_nothing_about_it(
    client: Client, cast: Cast, point: ServicePoint, inspector: User
) -> None:
    make_posting(inspector, cast.one_stop)
    hint(point, 9, 9)
    close(cast.commune, JULY, AUGUST, SEPTEMBER)
    assert "Xã An Thuận</th>" not in read(client, inspector)[1]
    assert tell_of_hints(now=NOW) == 0


def test_inspectors_above_are_told_once_when_the_quarter_closes(
    cast: Cast, point: ServicePoint, inspector: User
) -> None:
    hint(point, 5, 9)
    close(cast.commune, JULY, AUGUST, SEPTEMBER)
    tell_of_hints(now=NOW)
    tell_of_hints(now=NOW + timedelta(hours=1))
    notice = Notice.objects.get()
    assert notice.recipient_id == inspector.pk
    assert "5" not in notice.title + notice.text
    assert notice.url == reverse("reports:hints")


def test_nobody_is_told_of_a_quarter_that_closed_long_ago(
    cast: Cast, point: ServicePoint, inspector: User
) -> None:
    hint(point, 5, 9)
    close(cast.commune, JULY, AUGUST, SEPTEMBER)
    assert tell_of_hints(now=NOW + timedelta(days=30)) == 0
