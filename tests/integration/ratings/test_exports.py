"""Results that leave: who may take them, what the files say, when they are due, what never leaves."""

import csv
import hashlib
import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import jsonschema
import pytest
import python_calamine
from django.conf import settings
from django.test import Client
from pypdf import PdfReader

from conduct.agencies.models import Period, Role, RoleGrant
from conduct.audit.models import AuditEvent
from conduct.ratings.models import Result, ResultExport
from conduct.ratings.rules.exports import safe_cell
from conduct.ratings.rules.papers import figure
from conduct.ratings.services.exports import count_evidence, export_results
from conduct.ratings.services.results import confirm_result
from tests.cast import Cast, make_cast
from tests.factories import NOW, grant, make_posting, make_user

from .arrange import OCTOBER
from .petitioning import confirmed

DAY = OCTOBER.first


@pytest.fixture
def cast(db: None, rating_schemes: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    return make_cast()


def address(cast: Cast, rest: str = "") -> str:
    return f"/ratings/exports/{cast.commune.code}/month/2026-10/{rest}"


def schema(name: str) -> dict[str, Any]:
    path = settings.BASE_DIR / "conduct" / "ratings" / "schema" / f"{name}.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def made(cast: Cast, target: str, form: str) -> bytes:
    return export_results(
        office=cast.commune, kind="month", period=DAY, target=target, form=form, by=cast.tam, now=NOW
    ).content


def checked(content: bytes, name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(content)
    jsonschema.validate(document, schema(name), format_checker=jsonschema.FormatChecker())
    return document


def test_the_national_file_says_who_has_how_many_points(cast: Cast) -> None:
    confirmed(cast)
    document = checked(made(cast, "national", "json"), "national")
    (row,) = document["rows"]
    assert (row["person_code"], row["common"], row["tasks"], row["total"], row["level"]) == (
        "lan", "29", "70", "99", "htxsnv",
    )  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(made(cast, "national", "csv").decode("utf-8-sig"))))
    assert {key: rows[0][key] for key in ("person_code", "total", "period")} == {
        "person_code": "lan", "total": "99", "period": "2026-10-01",
    }  # fmt: skip


def test_a_replaced_result_leaves_no_more(cast: Cast) -> None:
    old = confirmed(cast)
    confirm_result(
        sheet=old.sheet, cause=Result.Cause.RERATED, by=cast.tam, now=NOW, reason="Sai.",
        points={"I.1": Decimal("3.5")},
    )  # fmt: skip
    (row,) = checked(made(cast, "national", "json"), "national")["rows"]
    assert (row["result_number"], row["total"]) == (2, "98.5")


def test_the_province_gets_each_criterion_with_counts_and_nothing_of_an_open_month(cast: Cast) -> None:
    confirmed(cast)
    rows = checked(made(cast, "province", "json"), "province")["rows"]
    assert [row["criterion"] for row in rows][:2] == ["I.1", "I.2"]
    assert (rows[0]["maximum"], rows[0]["self_points"], rows[0]["points"]) == ("5", "4", "4")
    assert (rows[0]["answers"], rows[0]["judged"]) == (None, None)
    Period.objects.create(office=cast.commune, month=DAY, state=Period.State.CLOSED, closed_at=NOW)
    rows = checked(made(cast, "province", "json"), "province")["rows"]
    assert (rows[0]["answers"], rows[0]["judged"], rows[0]["breaches_confirmed"]) == (0, 0, 0)


def test_the_counts_of_a_closed_month_come_from_its_score(cast: Cast) -> None:
    from conduct.scores.models import PersonScore, Scheme

    Period.objects.create(office=cast.commune, month=DAY, state=Period.State.CLOSED, closed_at=NOW)
    scheme = Scheme.objects.create(code="x", number=1, name="x", valid_from=DAY, document={})
    citizen = ["citizen", 20, 18, 1, "0", "0", "0.5", "90"]
    supervisor = ["supervisor", 4, 3, 1, "0", "0", "0.5", "75"]
    items = [[7, "normal", "90", "45", "5", None, [citizen, supervisor], []]]
    PersonScore.objects.create(
        posting=cast.lan_posting, adoption=cast.adoption, office=cast.commune, month=DAY, scheme=scheme,
        state="scored", score=Decimal(90), coverage=Decimal(1),
        parts={"v": 1, "days": 22, "mean": "90", "items": items},
    )  # fmt: skip
    counts = count_evidence(cast.commune, [cast.lan_posting.pk], [OCTOBER], NOW)[cast.lan_posting.pk]
    assert (counts["answers"], counts["answers_kept"], counts["judged"], counts["judged_kept"]) == (
        20,
        18,
        4,
        3,
    )


def test_a_file_is_noted_with_its_hash(client: Client, cast: Cast) -> None:
    confirmed(cast)
    client.force_login(cast.quan)
    answer = client.post(address(cast), {"target": "national", "form": "json"})
    assert answer.status_code == 200
    row = ResultExport.objects.get()
    assert row.sha256 == hashlib.sha256(answer.content).hexdigest()
    assert (row.office, row.n_rows, row.by) == (cast.commune, 1, cast.quan)
    assert AuditEvent.objects.get(act="ratings.export_results").data["sha256"] == row.sha256
    assert "ket-qua-national" in answer["Content-Disposition"]
    assert row.sha256[:16] in client.get(address(cast)).content.decode()


@pytest.mark.parametrize("said", [{"target": "mars", "form": "json"}, {"target": "national"}, {}])
def test_a_wrong_choice_sends_nothing(client: Client, cast: Cast, said: dict[str, str]) -> None:
    confirmed(cast)
    client.force_login(cast.tam)
    assert client.post(address(cast), said).status_code == 422
    assert not ResultExport.objects.exists()


def test_the_list_says_what_is_late_and_what_has_left(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: Callable[..., Any],
) -> None:  # fmt: skip
    confirmed(cast)
    client.force_login(cast.tam)
    with django_assert_max_num_queries(12):
        page = client.get("/ratings/exports/").content.decode()
    assert "25/10/2026" in page
    assert "chưa gửi" in page
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(days=6))
    assert "quá hạn" in client.get("/ratings/exports/?state=late").content.decode()
    client.post(address(cast), {"target": "province", "form": "csv"})
    assert "quá hạn" in client.get("/ratings/exports/").content.decode()
    client.post(address(cast), {"target": "national", "form": "csv"})
    page = client.get("/ratings/exports/").content.decode()
    assert "Mọi kết quả đã được gửi" in page
    assert client.get("/ratings/exports/?state=late").context["page"].object_list == []


def test_a_result_that_comes_after_the_file_is_owed_again(client: Client, cast: Cast) -> None:
    old = confirmed(cast)
    made(cast, "national", "csv")
    confirm_result(
        sheet=old.sheet, cause=Result.Cause.RERATED, by=cast.tam, now=NOW + timedelta(days=1), reason="Sai.",
        points={"I.1": Decimal("3.5")},
    )  # fmt: skip
    client.force_login(cast.tam)
    (row,) = client.get("/ratings/exports/").context["page"].object_list
    assert (row.state, row.due_on) == ("owed", date(2026, 10, 26))


def test_only_heads_and_office_administrators_take_results_out(client: Client, cast: Cast) -> None:
    confirmed(cast)
    files = ("", "list.pdf", "list.xlsx", "forms.pdf")
    for user in (cast.lan, cast.minh, cast.hanh, cast.oanh):
        client.force_login(user)
        assert client.get("/ratings/exports/").status_code == 403, user
        for rest in files:
            assert client.get(address(cast, rest)).status_code == 404, (user, rest)
    client.force_login(cast.hoa)
    assert client.get("/ratings/exports/").context["page"].object_list == []
    for rest in files:
        assert client.get(address(cast, rest)).status_code == 404
    assert client.post(address(cast), {"target": "national", "form": "csv"}).status_code == 404
    for user in (cast.tam, cast.quan, cast.phuong):
        client.force_login(user)
        for rest in files:
            assert client.get(address(cast, rest)).status_code == 200, (user, rest)
    RoleGrant.objects.filter(person=cast.quan).update(ends_on=date(2026, 10, 19))
    client.force_login(cast.quan)
    assert client.get(address(cast)).status_code == 404


@pytest.mark.parametrize("rest", ["week/2026-10/", "year/2026-10/", "month/2026-13/"])
def test_a_time_that_cannot_be_is_not_found(client: Client, cast: Cast, rest: str) -> None:
    client.force_login(cast.tam)
    assert client.get(f"/ratings/exports/{cast.commune.code}/{rest}").status_code == 404


def test_the_list_and_the_forms_of_a_period(client: Client, cast: Cast) -> None:
    confirmed(cast)
    client.force_login(cast.tam)
    paper = PdfReader(io.BytesIO(client.get(address(cast, "list.pdf")).content))
    text = " ".join(" ".join(page.extract_text() for page in paper.pages).split())
    for words in ("DANH SÁCH KẾT QUẢ", "tháng 10 năm 2026", "99", "Danh sách có 1 người.", "CHỦ TỊCH"):
        assert words in text, words
    book = python_calamine.CalamineWorkbook.from_filelike(
        io.BytesIO(client.get(address(cast, "list.xlsx")).content)
    )
    cells = [cell for row in book.get_sheet_by_index(0).to_python() for cell in row]
    assert 99.0 in cells
    assert "Tôn Nữ Hoàng Thảo Lan" in cells
    assert client.get(address(cast, f"forms.pdf?unit={cast.one_stop.pk}")).status_code == 200
    assert client.get(address(cast, f"forms.pdf?unit={cast.department.pk}")).status_code == 404
    assert client.get(address(cast, "forms.pdf?unit=x")).status_code == 200


def test_words_never_become_formulas(cast: Cast) -> None:
    evil = make_user("=HYPERLINK(1)", username="evil")
    posting = make_posting(evil, cast.one_stop, title="+SUM(A1)")
    grant(evil, cast.one_stop, Role.STAFF)
    confirmed(cast, posting)
    text = made(cast, "national", "csv").decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["name"], row["post"]) == ("'=HYPERLINK(1)", "'+SUM(A1)")


@pytest.mark.parametrize(
    ("value", "text"), [("@x", "'@x"), ("-1", "'-1"), ("\tx", "'\tx"), ("x=1", "x=1"), (None, ""), (3, "3")]
)
def test_a_cell_is_safe(value: object, text: str) -> None:
    assert safe_cell(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("28.50", "28,5"), ("66.666666666667", "66,67"), ("90", "90"), ("89.996", "89,996"),
        ("89.995", "89,995"), ("0", "0"), ("69.995", "69,995"), ("100.000000000000", "100"), (None, ""),
    ],
)  # fmt: skip
def test_a_figure_on_paper_is_never_rounded_over_a_threshold(value: str | None, text: str) -> None:
    assert figure(value) == text


def test_a_long_list_of_results_has_pages(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conduct.ratings.views.exports.PEOPLE_A_PAGE", 1)
    confirmed(cast)
    confirmed(cast, make_posting(make_user(username="an", full_name="Đỗ An"), cast.one_stop))
    client.force_login(cast.tam)
    first, second = (client.get(address(cast, f"?page={n}")).content.decode() for n in (1, 2))
    assert "2</span> kết quả" in first
    assert [("Đỗ An<" in page, "Tôn Nữ Hoàng Thảo Lan<" in page) for page in (first, second)] == [
        (True, False), (False, True),
    ]  # fmt: skip
