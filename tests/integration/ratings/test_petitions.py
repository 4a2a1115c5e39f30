"""A petition's life: filed, read by a second person, answered and signed; who may what, what is late."""

import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import python_calamine
from django.db import IntegrityError, transaction
from django.test import Client
from pypdf import PdfReader

from conduct.agencies.models import Delegation, RoleGrant, User
from conduct.audit.models import AuditEvent
from conduct.notices.models import Notice
from conduct.ratings.models import Petition, Result, SheetEvent
from conduct.ratings.services.petition_answers import Answer, answer_petition, is_unchanged
from conduct.ratings.services.petitions import PetitionChanged, file_petition
from conduct.ratings.tasks.petitions import petitions_morning
from tests.cast import Cast, make_cast
from tests.factories import NOW, PASSWORD

from .petitioning import confirmed, filed, make_deputy, make_second_head, read, sheet_of

State = Petition.State


@pytest.fixture
def cast(db: None, rating_schemes: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    return make_cast()


def answer_form(client: Client, petition: Petition, **changes: str) -> dict[str, str]:
    """The fields as the page gives them, with these changed."""
    page = client.get(f"/ratings/petitions/{petition.pk}/answer/")
    assert page.status_code == 200, page.content.decode()[:500]
    form = page.context["form"]
    fields = {bound.name: str(bound.initial) for bound in form if bound.initial is not None}
    return {**fields, "outcome": "upheld", "answer": "Đã xem lại chấm công.", "password": PASSWORD, **changes}


def ask_and_read(client: Client, cast: Cast, petition: Petition, deputy: User) -> None:
    """Tâm asks the deputy, who reads; each clicks twice."""
    address = f"/ratings/petitions/{petition.pk}/"
    page = client.get(f"{address}reader/")
    offered = set(page.context["form"].fields["reader"].queryset)
    assert deputy in offered
    assert not {cast.lan, cast.minh, cast.tam} & offered
    chosen = {"revision": petition.revision, "reader": deputy.pk}
    for _ in range(2):
        assert client.post(f"{address}reader/", chosen).status_code == 302

    client.force_login(deputy)
    assert client.get(f"{address}read/").status_code == 200
    for _ in range(2):
        assert client.post(f"{address}read/", {"opinion": "Nên tính một buổi."}).status_code == 302


def check_that_all_is_said(client: Client, cast: Cast, address: str) -> None:
    """Lan sees everything, on the page and on paper."""
    client.force_login(cast.lan)
    seen = client.get(address).content.decode()
    for words in ("Chỉ một buổi.", "Nên tính một buổi.", "Đã xem lại chấm công.", "99,00", "99,50"):
        assert words in seen, words
    assert Notice.objects.filter(recipient=cast.lan, url=address).exists()
    assert not Notice.objects.filter(recipient=cast.tam, url=address).exists()
    paper = client.get(f"{address}file.pdf")
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.content)).pages)
    flat = " ".join(text.split())
    for words in ("HỒ SƠ GIẢI QUYẾT KIẾN NGHỊ", "Nên tính một buổi.", "Chỉ một buổi.", "4,5", "CHỦ TỊCH"):
        assert words in flat, words


def test_from_the_filing_to_the_new_result(
    client: Client, cast: Cast, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    result, deputy = confirmed(cast), make_deputy(cast)
    client.force_login(cast.lan)
    assert f"/ratings/petitions/add/{result.pk}/" in client.get("/ratings/petitions/").content.decode()
    said = {"text": "Tôi chỉ đi muộn một buổi.", "wish": "Xem lại."}
    for _ in range(2):  # a double click files once
        assert client.post(f"/ratings/petitions/add/{result.pk}/", said).status_code == 302
    petition = Petition.objects.get()
    address = f"/ratings/petitions/{petition.pk}/"
    assert petition.due_on == date(2026, 10, 29)
    assert Notice.objects.filter(recipient=cast.tam, url=address).count() == 1

    client.force_login(cast.tam)
    with django_assert_max_num_queries(12):
        assert "Tôi chỉ đi muộn một buổi." in client.get(address).content.decode()
    assert client.get(f"{address}answer/").status_code == 403  # she confirmed the result herself
    ask_and_read(client, cast, petition, deputy)

    client.force_login(cast.tam)
    with django_assert_max_num_queries(12):
        client.get(f"{address}answer/")
    fields = answer_form(client, petition, outcome="changed", points_0="4.50", reason_0="Chỉ một buổi.")
    wrong = client.post(f"{address}answer/", {**fields, "password": "sai"})
    assert wrong.status_code == 422
    assert "Mật khẩu" in wrong.content.decode()
    for _ in range(2):
        assert client.post(f"{address}answer/", fields).status_code == 302
    petition.refresh_from_db()
    assert (petition.state, petition.outcome, petition.answered_by) == (State.ANSWERED, "changed", cast.tam)
    assert is_unchanged(petition)
    old, new = Result.objects.order_by("number")
    assert (old.replaced_by, new.cause, new.replaced_by) == (new, "petition", None)
    assert new.total - old.total == Decimal("0.5")
    assert SheetEvent.objects.filter(sheet=new.sheet, kind="replaced").count() == 1
    assert list(
        AuditEvent.objects.filter(object_type="ratings.petition").order_by("pk").values_list("act", flat=True)
    ) == [f"ratings.{act}" for act in ("file_petition", "ask_reader", "read_petition", "answer_petition")]

    check_that_all_is_said(client, cast, address)


def test_nobody_else_gets_near(client: Client, cast: Cast) -> None:
    petition = read(cast, filed(cast))
    acts = ("", "reader/", "read/", "answer/", "file.pdf")
    for user in (cast.hoa, cast.quan, cast.minh, cast.hanh, cast.yen):
        client.force_login(user)
        for act in acts:
            assert client.get(f"/ratings/petitions/{petition.pk}/{act}").status_code == 404, (user, act)
        assert client.post(f"/ratings/petitions/{petition.pk}/withdraw/").status_code == 404
        assert "Tôn Nữ" not in client.get("/ratings/petitions/").content.decode()
    reader = petition.reader
    assert reader is not None
    for user, act, status in (
        (cast.lan, "answer/", 403), (cast.lan, "reader/", 403), (cast.lan, "read/", 403),
        (cast.phuong, "", 200), (cast.phuong, "answer/", 403), (cast.phuong, "read/", 403),
        (cast.tam, "read/", 403), (reader, "answer/", 403), (reader, "", 200),
    ):  # fmt: skip
        client.force_login(user)
        assert client.get(f"/ratings/petitions/{petition.pk}/{act}").status_code == status, (user, act)
    client.force_login(cast.tam)
    assert client.post(f"/ratings/petitions/{petition.pk}/withdraw/").status_code == 403


def test_a_former_head_and_a_former_reader_see_nothing(client: Client, cast: Cast) -> None:
    petition = read(cast, filed(cast))
    RoleGrant.objects.filter(person=cast.tam).update(ends_on=date(2026, 10, 19))
    client.force_login(cast.tam)
    assert client.get(f"/ratings/petitions/{petition.pk}/").status_code == 404
    Petition.objects.filter(pk=petition.pk).update(state=State.WITHDRAWN)
    assert petition.reader is not None
    client.force_login(petition.reader)
    assert client.get(f"/ratings/petitions/{petition.pk}/").status_code == 404


def test_only_the_person_files_and_only_against_the_result_in_force(client: Client, cast: Cast) -> None:
    result = confirmed(cast)
    client.force_login(cast.tam)
    assert client.get(f"/ratings/petitions/add/{result.pk}/").status_code == 403
    client.force_login(cast.hoa)
    assert client.get(f"/ratings/petitions/add/{result.pk}/").status_code == 404
    client.force_login(cast.lan)
    empty = client.post(f"/ratings/petitions/add/{result.pk}/", {"text": ""})
    assert empty.status_code == 422
    petition = read(cast, filed(cast, result))
    answer_petition(
        petition=petition, revision=petition.revision, password=PASSWORD, by=cast.tam, now=NOW,
        said=Answer("changed", "Sửa.", {"I.1": Decimal(5)}, {"I.1": "Đúng giờ."}, {}),
    )  # fmt: skip
    assert client.get(f"/ratings/petitions/add/{result.pk}/").status_code == 403


def test_a_head_does_not_answer_an_own_petition(client: Client, cast: Cast) -> None:
    result = confirmed(cast, cast.tam_posting, reviewer=cast.phuong, approver=cast.phuong)
    petition = filed(cast, result, by=cast.tam)
    client.force_login(cast.tam)
    assert client.get(f"/ratings/petitions/{petition.pk}/answer/").status_code == 403
    client.force_login(cast.phuong)
    assert client.get(f"/ratings/petitions/{petition.pk}/reader/").status_code == 200


def test_whoever_stands_in_answers_and_the_second_reader_is_asked_for_all_the_same(
    client: Client, cast: Cast
) -> None:
    petition, deputy = filed(cast), make_deputy(cast)
    Delegation.objects.create(
        absent=cast.tam, delegate=deputy, agency=cast.commune, starts_on=NOW.date(), ends_on=NOW.date(),
        reason="Đi công tác", made_by=cast.tam, made_at=NOW,
    )  # fmt: skip
    client.force_login(deputy)
    assert client.get(f"/ratings/petitions/{petition.pk}/").status_code == 200
    assert client.get(f"/ratings/petitions/{petition.pk}/answer/").status_code == 403


def test_a_result_stands_without_a_new_one(client: Client, cast: Cast) -> None:
    petition = read(cast, filed(cast))
    client.force_login(cast.tam)
    fields = answer_form(client, petition)
    assert client.post(f"/ratings/petitions/{petition.pk}/answer/", fields).status_code == 302
    petition.refresh_from_db()
    assert (petition.outcome, petition.new_result, Result.objects.count()) == ("upheld", None, 1)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "ít nhất một dòng"),
        ({"points_0": "4.50"}, "lý do"),
        ({"points_0": "5.25"}, ""),
        ({"outcome": "maybe"}, ""),
        ({"answer": ""}, ""),
    ],
)  # fmt: skip
def test_a_change_needs_a_line_and_its_reason(
    client: Client, cast: Cast, changes: dict[str, str], words: str
) -> None:
    petition = read(cast, filed(cast))
    client.force_login(cast.tam)
    fields = answer_form(client, petition, **{"outcome": "changed", **changes})
    page = client.post(f"/ratings/petitions/{petition.pk}/answer/", fields)
    assert page.status_code == 422
    assert words in page.content.decode()
    petition.refresh_from_db()
    assert (petition.state, Result.objects.count()) == (State.FILED, 1)


def test_the_second_of_two_answerers_is_told(client: Client, cast: Cast) -> None:
    petition = read(cast, filed(cast))
    second = make_second_head(cast)
    revision = petition.revision

    def answer(by: User) -> bool:
        return answer_petition(
            petition=petition, said=Answer("upheld", "Giữ nguyên.", {}, {}, {}), revision=revision,
            password=PASSWORD, by=by, now=NOW,
        )  # fmt: skip

    assert answer(cast.tam)
    assert not answer(cast.tam)
    with pytest.raises(PetitionChanged):
        answer(second)
    petition.refresh_from_db()
    assert petition.answered_by == cast.tam


def test_a_stale_page_changes_nothing(client: Client, cast: Cast) -> None:
    petition = read(cast, filed(cast))
    client.force_login(cast.tam)
    fields = answer_form(client, petition)
    Petition.objects.filter(pk=petition.pk).update(revision=petition.revision + 1)
    page = client.post(f"/ratings/petitions/{petition.pk}/answer/", fields)
    assert page.status_code == 422
    assert "thay đổi" in page.content.decode()
    assert Petition.objects.get().state == State.FILED


def test_an_answered_petition_never_changes(client: Client, cast: Cast) -> None:
    petition = read(cast, filed(cast))
    answer_petition(
        petition=petition, said=Answer("upheld", "Giữ nguyên.", {}, {}, {}), revision=petition.revision,
        password=PASSWORD, by=cast.tam, now=NOW,
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Petition.objects.filter(pk=petition.pk).update(answer="Khác.")
    client.force_login(cast.lan)
    assert client.post(f"/ratings/petitions/{petition.pk}/withdraw/").status_code == 403


def test_taken_back_and_filed_anew(client: Client, cast: Cast) -> None:
    petition = filed(cast)
    client.force_login(cast.lan)
    for _ in range(2):
        assert client.post(f"/ratings/petitions/{petition.pk}/withdraw/").status_code == 302
    petition.refresh_from_db()
    assert petition.state == State.WITHDRAWN
    assert not Notice.objects.filter(recipient=cast.tam).exists()
    assert filed(cast, petition.result).pk != petition.pk


def test_two_open_ones_against_one_result_cannot_be(cast: Cast) -> None:
    petition = filed(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Petition.objects.create(
            result=petition.result, text="Nữa.", filed_by=cast.lan, filed_at=NOW, due_on=petition.due_on
        )


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 3, tzinfo=UTC)


# By hand from the calendar of public holidays: Tết 2026 is 14–22/2 (off 16–20/2), 30/4–1/5, 2/9 with 1/9.
@pytest.mark.parametrize(
    ("filed_at", "due_on"),
    [
        (at(2026, 10, 20), date(2026, 10, 29)),  # Tuesday
        (at(2026, 10, 24), date(2026, 11, 3)),  # Saturday: counted from Monday
        (at(2026, 2, 9), date(2026, 2, 25)),  # over Tết
        (at(2026, 2, 18), date(2026, 3, 3)),  # in Tết
        (at(2026, 4, 27), date(2026, 5, 8)),  # over 30/4 and 1/5
    ],
)
def test_seven_working_days(cast: Cast, filed_at: datetime, due_on: date) -> None:
    assert filed(cast, now=filed_at).due_on == due_on


@pytest.mark.parametrize(("days", "is_late"), [(0, False), (7, False), (8, True), (60, True)])
def test_late_filing_is_accepted_and_marked(cast: Cast, days: int, is_late: bool) -> None:
    result = confirmed(cast)  # 20/10, a Tuesday; the fifth working day after it is 27/10
    made, _ = file_petition(
        about=result, text="Xem lại.", wish="", by=cast.lan, now=NOW + timedelta(days=days)
    )
    assert made.is_late is is_late


def test_overdue_ones_are_listed_and_reminded_once_a_day(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    petition = read(cast, filed(cast))
    later = NOW + timedelta(days=12)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    for _ in range(2):
        petitions_morning()
    assert Notice.objects.filter(recipient=cast.tam, key__contains=":due:").count() == 1
    client.force_login(cast.tam)
    page = client.get("/ratings/petitions/?state=overdue").content.decode()
    assert "Tôn Nữ Hoàng Thảo Lan" in page
    assert "quá hạn" in page
    book = python_calamine.CalamineWorkbook.from_filelike(
        io.BytesIO(client.get("/ratings/petitions/list.xlsx?state=overdue").content)
    )
    cells = [cell for row in book.get_sheet_by_index(0).to_python() for cell in row]
    assert "Tôn Nữ Hoàng Thảo Lan" in cells
    fields = answer_form(client, petition)
    assert client.post(f"/ratings/petitions/{petition.pk}/answer/", fields).status_code == 302
    assert "trả lời quá hạn" in client.get(f"/ratings/petitions/{petition.pk}/").content.decode().lower()
    assert AuditEvent.objects.get(act="ratings.answer_petition").data["is_late"] is True


def test_the_sheet_keeps_what_the_reviewer_wrote(cast: Cast) -> None:
    petition = read(cast, filed(cast))
    answer_petition(
        petition=petition, revision=petition.revision, password=PASSWORD, by=cast.tam, now=NOW,
        said=Answer("changed", "Sửa.", {"I.1": Decimal(5)}, {"I.1": "Đúng giờ."}, {}),
    )  # fmt: skip
    assert sheet_of(petition).lines.get(criterion="I.1").review_points == Decimal(4)
    assert petition.pk == Petition.objects.get(new_result__number=2).pk
