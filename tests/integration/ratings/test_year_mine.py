"""The own year: months and own view, until the meeting."""

import pytest
from django.test import Client

from conduct.audit.models import AuditEvent
from conduct.ratings.models import YearRating
from tests.cast import Cast, make_cast
from tests.factories import make_posting, make_user
from tests.integration.ratings.yearly import YEAR_END, decided, give_year, heard, opened, proposed, rating_of

pytestmark = pytest.mark.django_db
ADDRESS = "/ratings/year/2026/"


@pytest.fixture
def cast(rating_schemes: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr("django.utils.timezone.now", lambda: YEAR_END)
    return make_cast()


def said(revision: int = 1, **changes: str) -> dict[str, str]:
    return {"revision": str(revision), "level": "httnv", "report": "Giải quyết 812 hồ sơ.", **changes}


def test_the_own_year_is_seen_and_rated_before_anybody_opens_it(client: Client, cast: Cast) -> None:
    give_year(cast.lan_posting, "88", cast.tam, months=(1, 2))
    client.force_login(cast.lan)
    assert "88" in client.get(ADDRESS).content.decode()
    assert not YearRating.objects.exists()
    for _twice in range(2):
        assert client.post(ADDRESS, said()).status_code == 302
    rating = rating_of(cast.lan)
    assert (rating.self_level, rating.state, rating.office) == ("httnv", "self_rated", cast.commune)
    assert AuditEvent.objects.filter(act="ratings.rate_own_year").count() == 1


def test_bad_input_and_a_second_window_lose_nothing(client: Client, cast: Cast) -> None:
    opened(cast)
    client.force_login(cast.lan)
    answer = client.post(ADDRESS, said(report="x", level="best"))
    assert answer.status_code == 422
    assert client.post(ADDRESS, said()).status_code == 302
    answer = client.post(ADDRESS, said(level="htnv", report="Nội dung gõ ở cửa sổ hai"))
    assert answer.status_code == 409
    assert "Nội dung gõ ở cửa sổ hai" in answer.content.decode()
    assert rating_of(cast.lan).self_level == "httnv"


def test_after_the_meeting_the_own_view_stands(client: Client, cast: Cast) -> None:
    opened(cast)
    heard(cast, {rating_of(cast.lan).pk: "Tận tụy, cần học thêm ngoại ngữ"})
    client.force_login(cast.lan)
    assert client.post(ADDRESS, said(rating_of(cast.lan).revision)).status_code == 403
    assert "Tận tụy, cần học thêm" in client.get(ADDRESS).content.decode()


def test_the_decision_is_shown(client: Client, cast: Cast) -> None:
    give_year(cast.lan_posting, "88", cast.tam, months=(1, 2))
    proposed(cast)
    decided(cast)
    client.force_login(cast.lan)
    text = client.get(ADDRESS).content.decode()
    assert "12/QĐ-UBND" in text
    assert f"/ratings/year/people/{rating_of(cast.lan).pk}/notice/" in text


def test_who_has_no_posting_or_other_rules_is_told(client: Client, cast: Cast) -> None:
    client.force_login(make_user())
    assert client.get(ADDRESS).status_code == 403
    worker = make_posting(make_user(), cast.department, category="vien_chuc")
    client.force_login(worker.person)
    assert client.get(ADDRESS).status_code == 403
    client.force_login(cast.lan)
    assert client.get("/ratings/year/2025/").status_code == 404


def test_an_agreement_page_names_the_own_years(client: Client, cast: Cast) -> None:
    opened(cast)
    client.force_login(cast.lan)
    text = client.get("/ratings/year/").content.decode()
    assert "Xã An Thuận" in text
    client.force_login(cast.tam)
    assert f"/ratings/year/{cast.commune.code}/2026/" in client.get("/ratings/year/").content.decode()
