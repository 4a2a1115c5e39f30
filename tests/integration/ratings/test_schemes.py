"""Pages of rating schemes: the list, one with its figures and the example, a copy."""

from decimal import Decimal

import pytest
from django.test import Client

from conduct.agencies.models import Role
from conduct.audit.models import AuditEvent
from conduct.ratings.models import RatingScheme
from tests.cast import Cast, make_cast
from tests.factories import NOW, grant

STAFF = "/ratings/schemes/nd335/1/"


@pytest.fixture
def cast(db: None, rating_schemes: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    return make_cast()


def draft(**fields: object) -> RatingScheme:
    """A draft of the staff scheme's second version."""
    first = RatingScheme.objects.get(code="nd335", number=1)
    values = {
        "code": first.code,
        "number": 2,
        "name": first.name,
        "legal_basis": first.legal_basis,
        "categories": first.categories,
        "leaders": first.leaders,
        "excluded_kinds": first.excluded_kinds,
        "valid_from": first.valid_from.replace(year=2027),
        "document": first.document,
        **fields,
    }
    return RatingScheme.objects.create(**values)


def test_everybody_reads_what_is_published_and_keepers_their_drafts(client: Client, cast: Cast) -> None:
    draft()
    client.force_login(cast.lan)
    page = client.get("/ratings/schemes/")
    assert page.status_code == 200
    assert len(page.context["page"].object_list) == 4
    assert not page.context["may_begin"]
    assert client.get("/ratings/schemes/nd335/2/").status_code == 404
    client.force_login(cast.hanh)
    page = client.get("/ratings/schemes/")
    assert [one.state for one in page.context["page"]].count("draft") == 1
    assert client.get("/ratings/schemes/nd335/2/").status_code == 200


def test_the_list_is_chosen_by_state(client: Client, cast: Cast) -> None:
    draft()
    RatingScheme.objects.filter(code="hop-dong").update(valid_to=NOW.date().replace(day=19))
    client.force_login(cast.hanh)
    for state, codes in (
        ("now", {"nd335", "nd335-lanh-dao", "loai-abcd"}),
        ("draft", {"nd335"}),
        ("past", {"hop-dong"}),
    ):
        page = client.get("/ratings/schemes/", {"state": state})
        assert {one.row.code for one in page.context["page"]} == codes
    empty = client.get("/ratings/schemes/", {"state": "later"}).content.decode()
    assert "Không có bộ tiêu chí nào" in empty


def test_a_scheme_of_another_office_is_not_there(client: Client, cast: Cast) -> None:
    draft(code="rieng", number=1, keeper=cast.other_commune, state="published", published_at=NOW)
    client.force_login(cast.lan)
    assert client.get("/ratings/schemes/rieng/1/").status_code == 404
    client.force_login(cast.hoa)
    assert client.get("/ratings/schemes/rieng/1/").status_code == 200
    client.force_login(cast.phuong)
    assert client.get("/ratings/schemes/rieng/1/").status_code == 200


def test_a_scheme_of_the_province_is_seen_below_it(client: Client, cast: Cast) -> None:
    draft(code="rieng", number=1, keeper=cast.province, state="published", published_at=NOW)
    client.force_login(cast.lan)
    assert client.get("/ratings/schemes/rieng/1/").status_code == 200


def test_the_page_says_all_figures(client: Client, cast: Cast) -> None:
    client.force_login(cast.lan)
    text = client.get("/ratings/schemes/nd335-lanh-dao/1/").content.decode()
    for said in ("Điều 12, 13, 15–17, 20", "Sẵn sàng tham gia", "e: tập hợp, đoàn kết", "25,00 %", "Công an"):
        assert said in text
    assert "/copy/" not in text


def test_the_example_computes_the_usual_and_what_is_asked(client: Client, cast: Cast) -> None:
    client.force_login(cast.lan)
    usual = client.get(STAFF).context["example"].result
    assert round(usual.total, 6) == Decimal("94.166667")
    asked = client.get(STAFF, {"common": "2.5", "done": "50", "returns": "0", "delays": "4"})
    result = asked.context["example"].result
    assert result.common == Decimal("27.5")
    # 27.5 + 70 × (0.5 + 0.5 + 0) / 3
    assert round(result.total, 6) == Decimal("50.833333")
    wrong = client.get(STAFF, {"done": "nhiều"})
    assert wrong.status_code == 200
    assert wrong.context["example"] is None
    everything = client.get("/ratings/schemes/hop-dong/1/", {"common": "25"}).context["example"].result
    assert everything.total == 75


def test_a_copy_for_the_same_keeper_is_the_next_version(client: Client, cast: Cast) -> None:
    client.force_login(cast.hanh)
    assert client.get(f"{STAFF}copy/").status_code == 200
    sent = client.post(f"{STAFF}copy/", {"keeper": ""})
    assert sent["Location"] == "/ratings/schemes/nd335/2/edit/"
    made = RatingScheme.objects.get(code="nd335", number=2)
    assert (made.state, made.keeper, made.edited_by) == ("draft", None, cast.hanh)
    assert made.valid_from.isoformat() == "2026-11-01"
    assert made.document == RatingScheme.objects.get(code="nd335", number=1).document
    assert AuditEvent.objects.get(act="ratings.copy_scheme").data["number"] == 2


def test_a_copy_for_an_office_is_a_scheme_of_its_own(client: Client, cast: Cast) -> None:
    client.force_login(cast.hanh)
    client.post(f"{STAFF}copy/", {"keeper": cast.commune.pk})
    made = RatingScheme.objects.get(keeper=cast.commune)
    assert (made.code, made.number) == (f"nd335-{cast.commune.code.lower()}", 1)
    client.post(f"{STAFF}copy/", {"keeper": cast.commune.pk})
    assert RatingScheme.objects.filter(keeper=cast.commune).count() == 2


def test_who_keeps_no_scheme_begins_none(client: Client, cast: Cast) -> None:
    for person in (cast.lan, cast.minh, cast.tam, cast.quan, cast.phuong):
        client.force_login(person)
        assert client.get(f"{STAFF}copy/").status_code == 403
        assert client.post(f"{STAFF}copy/", {"keeper": ""}).status_code == 403
    assert RatingScheme.objects.count() == 4


def test_an_offices_editor_copies_for_the_own_office_only(client: Client, cast: Cast) -> None:
    grant(cast.lan, cast.commune, Role.CATALOGUE_EDITOR)
    client.force_login(cast.lan)
    assert client.post(f"{STAFF}copy/", {"keeper": ""}).status_code == 422
    assert client.post(f"{STAFF}copy/", {"keeper": cast.other_commune.pk}).status_code == 422
    assert client.post(f"{STAFF}copy/", {"keeper": cast.commune.pk}).status_code == 302
