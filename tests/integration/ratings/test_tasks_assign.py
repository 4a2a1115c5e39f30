"""``/ratings/tasks/assign/``: one task for several people, last month's tasks once more."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from conduct.agencies.models import Posting
from conduct.ratings.models import Sheet, SheetTask
from conduct.ratings.services.tasks_many import copy_tasks
from tests.cast import Cast, make_cast
from tests.factories import NOW, make_posting, make_user
from tests.integration.ratings.arrange import OCTOBER, add_task, make_sheet
from tests.integration.ratings.tasking import TASK, make_work, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rating_schemes")]
URL = "/ratings/tasks/assign/"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 10:00 on 20/10/2026."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def mai(cast: Cast) -> Posting:
    """A colleague of Lan's."""
    return make_posting(make_user("Ngô Thị Mai"), cast.one_stop)


def form(*people: Posting, act: str = "assign", **fields: Any) -> dict[str, Any]:
    return {**TASK, "people": [posting.pk for posting in people], "act": act, **fields}


def test_one_task_goes_to_several_people_whose_sheets_are_opened(
    client: Client, cast: Cast, mai: Posting
) -> None:
    client.force_login(cast.minh)
    for _click in range(2):
        assert client.post(URL, form(cast.lan_posting, mai)).status_code == 302
    sheets = Sheet.objects.filter(posting__in=(cast.lan_posting, mai))
    assert sheets.count() == 2
    for sheet in sheets:
        task = sheet.tasks.get()
        assert (task.name, task.assigned_by, sheet.period) == ("Tiếp công dân", cast.minh, OCTOBER.first)
    page = text_of(client, URL)
    assert "Ngô Thị Mai" in page
    assert "2</span>/<span" in page


def test_all_or_nobody_is_assigned(client: Client, cast: Cast, mai: Posting) -> None:
    make_sheet(mai, state="reviewed", submitted_at=NOW, reviewed_at=NOW, reviewer=cast.minh)
    client.force_login(cast.minh)
    answer = client.post(URL, form(cast.lan_posting, mai))
    assert answer.status_code == 422
    assert "Ngô Thị Mai: Phiếu đã được đánh giá" in answer.content.decode()
    assert not SheetTask.objects.exists()


def test_nobody_chosen_or_a_stranger_is_refused(client: Client, cast: Cast) -> None:
    client.force_login(cast.minh)
    for people in ((), (cast.hoa_posting,), (cast.minh_posting,)):
        assert client.post(URL, form(*people)).status_code == 422
    assert client.post(URL, form(cast.lan_posting, assigned="x")).status_code == 422
    assert not SheetTask.objects.exists()


@pytest.mark.parametrize(
    ("who", "query", "status"),
    [
        ("minh", "", 200),
        ("tam", "", 200),
        ("lan", "", 403),
        ("quan", "", 403),
        ("minh", "?agency={other}", 404),
        ("minh", "?agency=x", 404),
        ("minh", "?agency=99999999999999999999", 404),
        ("minh", "?month=2026-13", 404),
        ("minh", "?month=1999-01", 404),
        ("hoa", "?agency={unit}", 404),
    ],
)
def test_page_is_for_whoever_leads(client: Client, cast: Cast, who: str, query: str, status: int) -> None:
    client.force_login(getattr(cast, who))
    place = query.format(other=cast.other_commune.pk, unit=cast.one_stop.pk)
    assert client.get(f"{URL}{place}").status_code == status


def test_plan_of_last_month_is_copied_once(client: Client, cast: Cast) -> None:
    item = make_work(cast)
    last = make_sheet(cast.lan_posting, OCTOBER.previous())
    add_task(last, name="Khai sinh", returns=2, delays=1, due_on=date(2026, 9, 30), work=item)
    add_task(last, name="Đột xuất", kind="unplanned")
    add_task(last, name="Đã trả lại", handed_back_at=NOW, handed_back_reason="Ốm")
    client.force_login(cast.minh)
    for _click in range(2):
        assert client.post(URL, {"people": [cast.lan_posting.pk], "act": "copy"}).status_code == 302
    task = SheetTask.objects.get(sheet__period=OCTOBER.first)
    assert (task.name, task.done, task.returns, task.delays) == ("Khai sinh", Decimal(0), 0, 0)
    assert (task.due_on, task.factor, task.assigned) == (date(2026, 10, 30), Decimal("1.5"), Decimal(10))


def test_copy_takes_the_factor_that_holds_now(cast: Cast) -> None:
    old = make_work(cast, valid_to=date(2026, 9, 30))
    make_work(cast, valid_from=date(2026, 10, 1), factor=Decimal(2))
    last = make_sheet(cast.lan_posting, OCTOBER.previous())
    add_task(last, work=old, factor=Decimal("1.5"))
    sheet = make_sheet(cast.lan_posting)
    assert copy_tasks(sheet_id=sheet.pk, by=cast.minh, now=NOW) == 1
    assert sheet.tasks.get().factor == 2


def test_page_asks_at_most_twelve_times(
    client: Client, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        posting = make_posting(make_user(f"Công chức {number}"), cast.one_stop)
        add_task(make_sheet(posting))
    client.force_login(cast.minh)
    with django_assert_max_num_queries(12):
        assert client.get(URL).status_code == 200


def test_a_large_unit_has_pages_and_is_counted_whole(client: Client, cast: Cast) -> None:
    for number in range(105):
        make_posting(make_user(f"Ngô Thị Mai {number:03}"), cast.one_stop)
    make_sheet(Posting.objects.get(person__full_name="Ngô Thị Mai 104"))
    client.force_login(cast.minh)
    first, second = text_of(client, URL), text_of(client, f"{URL}?page=2")
    assert [page.count('name="people"') for page in (first, second)] == [100, 6]
    for page in (first, second):
        assert '<span class="n">1</span>/<span class="n">106</span>' in page
    assert f'<form method="post" action="{URL}?' in second
    assert "page=2" in second.split(f'<form method="post" action="{URL}?')[1].split('"')[0]
