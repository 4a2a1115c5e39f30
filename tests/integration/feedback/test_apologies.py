"""The pages of letters of apology: who sees what, writing, signing, sending, and the report."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import python_calamine
from django.core import mail
from django.test import Client
from pypdf import PdfReader

from conduct.audit.models import AuditEvent
from conduct.dossiers.models import Dossier
from conduct.feedback.models import Apology, Case, CaseSubject
from conduct.feedback.services.erasure import erase_case
from conduct.feedback.tasks.apologies import apologies_morning, deliver_letters
from conduct.kernel.sealing import seal
from conduct.notices.models import Notice
from tests.cast import Cast
from tests.factories import NOW, PASSWORD, make_posting, make_user
from tests.integration.feedback.apologising import NEW_DATE, TODAY, make_dossier, owed, signed, written
from tests.integration.feedback.arrange import received

State = Apology.State


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def upheld(cast: Cast, **changes: Any) -> Case:
    """A remark that was right, with what is done about it."""
    case = received(cast)
    values = {
        "kind": "complaint", "state": "answered", "is_upheld": True, "agency": cast.commune,
        "summary": "Chờ lâu không được hướng dẫn", "corrective_action": "Bố trí thêm người trực quầy",
        **changes,
    }  # fmt: skip
    Case.objects.filter(pk=case.pk).update(**values)
    case.refresh_from_db()
    return case


def test_from_the_dossier_to_the_citizen(
    client: Client, cast: Cast, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    make_dossier(cast)
    apologies_morning()
    letter = Apology.objects.get()
    address = f"/apologies/{letter.pk}/"
    client.force_login(cast.lan)
    assert "H17.26.0001" in page(client, "/apologies/")
    said = {"revision": letter.revision, "reason": "Phải xác minh lại hộ khẩu gốc", "new_date": "30/10/2026"}
    assert client.post(f"{address}write/", said).status_code == 302
    assert client.get(f"{address}sign/").status_code == 403
    client.force_login(cast.tam)
    with django_assert_max_num_queries(12):
        sign_page = client.get(f"{address}sign/")
    content = sign_page.content.decode()
    assert "Trần Thị Mận" in content
    assert "30/10/2026" in content
    hidden = sign_page.context["hidden"].initial
    wrong = client.post(f"{address}sign/", {**hidden, "password": "sai"})
    assert wrong.status_code == 422
    assert "Mật khẩu" in wrong.content.decode()
    for _ in range(2):
        assert client.post(f"{address}sign/", {**hidden, "password": PASSWORD}).status_code == 302
    letter.refresh_from_db()
    assert (letter.state, letter.number) == (State.SIGNED, 1)
    with django_assert_max_num_queries(12):
        assert "01/XL-UBND" in page(client, address)
    assert client.post(f"{address}deliver/", {"revision": letter.revision, "way": "mail"}).status_code == 302
    assert "đang gửi thư điện tử" in page(client, address)
    assert deliver_letters(NOW) == 1
    letter.refresh_from_db()
    assert (letter.state, letter.delivered_on) == (State.DELIVERED, TODAY)
    [sent] = mail.outbox
    assert sent.to == ["man@example.vn"]
    assert sent.subject == "Thư xin lỗi số 01/XL-UBND của Xã An Thuận"
    assert "Phải xác minh lại hộ khẩu gốc" in sent.body
    name, pdf, kind = sent.attachments[0]
    assert (name, kind) == ("thu-xin-loi-01-2026.pdf", "application/pdf")
    assert pdf == client.get(f"{address}pdf/").content
    assert deliver_letters(NOW) == 0


def test_the_paper_has_what_the_form_asks(client: Client, cast: Cast) -> None:
    letter = signed(cast)
    client.force_login(cast.lan)
    response = client.get(f"/apologies/{letter.pk}/pdf/")
    assert "no-store" in response["Cache-Control"]
    reader = PdfReader(io.BytesIO(response.content))
    text = " ".join(" ".join(one.extract_text() for one in reader.pages).split())
    for words in (
        "ỦY BAN NHÂN DÂN XÃ AN THUẬN", "Số: 01/XL-UBND", "An Thuận, ngày 20 tháng 10 năm 2026",
        "VĂN BẢN XIN LỖI", "và đề nghị gia hạn thời gian giải quyết", "Kính gửi: Ông/Bà Trần Thị Mận",
        "Đăng ký khai sinh", "H17.26.0001", "Lý do: Phải xác minh lại hộ khẩu gốc.", "chân thành xin lỗi",
        "30/10/2026", "Nơi nhận:", "Lưu: VT.", "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Lê Thị Tâm",
    ):  # fmt: skip
        assert words in text, words
    assert "DỰ THẢO" not in text
    assert len(reader.pages) == 1
    draft = written(cast, "A2")
    text = PdfReader(io.BytesIO(client.get(f"/apologies/{draft.pk}/pdf/").content)).pages[0].extract_text()
    assert "DỰ THẢO" in text


def test_strangers_and_bystanders_know_of_no_letter(client: Client, cast: Cast) -> None:
    letter = signed(cast)
    bystander = make_user()
    make_posting(bystander, cast.one_stop)
    for person in (cast.hoa, bystander, cast.yen):
        client.force_login(person)
        assert "H17.26.0001" not in page(client, "/apologies/")
        for end in ("", "pdf/", "write/", "sign/", "deliver/", "drop/"):
            assert client.get(f"/apologies/{letter.pk}/{end}").status_code == 404


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"reason": "", "new_date": "30/10/2026"}, "bắt buộc"),
        ({"reason": "Vì", "new_date": ""}, "Nhập ngày hẹn trả lại"),
        ({"reason": "Vì", "new_date": "31/10/2026"}, "không phải ngày làm việc"),
        ({"reason": "Vì", "new_date": "19/10/2026"}, "phải sau hôm nay"),
        ({"reason": "Vì", "new_date": "30/10/2026", "revision": "7"}, "Thư vừa được sửa"),
        ({"reason": "Vì", "new_date": "mai"}, ""),
        ({"reason": "x" * 2000, "new_date": "30/10/2026"}, ""),
        ({"revision": "99999999999999"}, ""),
    ],
)
def test_words_that_do_not_do_are_told(client: Client, cast: Cast, said: dict[str, str], words: str) -> None:
    letter = owed(cast)
    client.force_login(cast.lan)
    response = client.post(f"/apologies/{letter.pk}/write/", {"revision": "0", **said})
    assert response.status_code == 422
    assert words in response.content.decode()
    letter.refresh_from_db()
    assert letter.state == State.OWED


def test_an_address_with_a_line_break_is_none(client: Client, cast: Cast) -> None:
    letter = signed(cast, dossier={"sealed_email": seal("man@example.vn\nBcc: all@example.vn")})
    client.force_login(cast.tam)
    response = client.post(f"/apologies/{letter.pk}/deliver/", {"revision": letter.revision, "way": "mail"})
    assert response.status_code == 422
    Apology.objects.filter(pk=letter.pk).update(way="mail")
    assert deliver_letters(NOW) == 0
    assert mail.outbox == []
    letter.refresh_from_db()
    assert letter.way == ""
    assert Notice.objects.filter(recipient=cast.tam, title__startswith="Không gửi được").exists()


def test_a_letter_is_mailed_once_by_two_sweeps(cast: Cast) -> None:
    letter = signed(cast)
    Apology.objects.filter(pk=letter.pk).update(way="mail")
    assert deliver_letters(NOW) + deliver_letters(NOW) == 1
    assert len(mail.outbox) == 1
    assert AuditEvent.objects.filter(act="feedback.mail_apology").count() == 1


def test_conduct_letters_follow_an_upheld_case(client: Client, cast: Cast) -> None:
    case = upheld(cast)
    client.force_login(cast.tam)
    address = f"/cases/{case.pk}/apology/"
    assert "Bố trí thêm người trực quầy" in page(client, address)
    said = {
        "reason": "Quầy thiếu người buổi sáng",
        "corrective_action": "Bố trí thêm người",
        "due_on": "27/10/2026",
    }
    assert client.post(address, {**said, "due_on": "01/01/2030"}).status_code == 422
    first = client.post(address, said)
    assert client.post(address, said)["Location"] == first["Location"]
    letter = Apology.objects.get()
    assert (letter.kind, letter.state, letter.office) == ("conduct", State.READY, cast.commune)
    sign_page = client.get(f"/apologies/{letter.pk}/sign/")
    hidden = sign_page.context["hidden"].initial
    assert client.post(f"/apologies/{letter.pk}/sign/", {**hidden, "password": PASSWORD}).status_code == 302
    text = page(client, f"/apologies/{letter.pk}/")
    assert "THƯ XIN LỖI" in text
    assert "Chờ lâu không được hướng dẫn" in text


@pytest.mark.parametrize(
    "changes", [{"kind": "forward"}, {"is_upheld": None}, {"is_upheld": False}, {"erased_at": NOW}]
)
def test_a_denunciation_or_a_remark_that_was_not_right_gets_no_letter(
    client: Client, cast: Cast, changes: dict[str, Any]
) -> None:
    case = upheld(cast, **changes)
    client.force_login(cast.tam)
    address = f"/cases/{case.pk}/apology/"
    said = {"reason": "Vì", "corrective_action": "Có", "due_on": "27/10/2026"}
    assert client.get(address).status_code == 403
    assert client.post(address, said).status_code == 403
    assert not Apology.objects.exists()


def test_who_is_named_neither_sees_nor_signs(client: Client, cast: Cast) -> None:
    case = upheld(cast)
    client.force_login(cast.tam)
    said = {"reason": "Vì", "corrective_action": "Có", "due_on": "27/10/2026"}
    client.post(f"/cases/{case.pk}/apology/", said)
    letter = Apology.objects.get()
    CaseSubject.objects.create(case=case, posting=cast.tam_posting)
    for address in (
        f"/cases/{case.pk}/apology/",
        f"/apologies/{letter.pk}/",
        f"/apologies/{letter.pk}/sign/",
    ):
        assert client.get(address).status_code == 404
    deputy = make_user("Phan Văn Phó")
    make_posting(deputy, cast.commune, is_leader=True, title="Phó Chủ tịch UBND xã")
    client.force_login(deputy)
    assert client.get(f"/apologies/{letter.pk}/sign/").status_code == 200


def test_erasing_a_case_makes_its_letter_unreadable(
    client: Client, cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    case = upheld(cast)
    client.force_login(cast.tam)
    said = {"reason": "Vì", "corrective_action": "Có", "due_on": "27/10/2026"}
    client.post(f"/cases/{case.pk}/apology/", said)
    letter = Apology.objects.get()
    hidden = client.get(f"/apologies/{letter.pk}/sign/").context["hidden"].initial
    client.post(f"/apologies/{letter.pk}/sign/", {**hidden, "password": PASSWORD})
    assert client.get(f"/apologies/{letter.pk}/pdf/").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        assert erase_case(case=case, reason="asked", now=NOW)
    assert client.get(f"/apologies/{letter.pk}/pdf/").status_code == 404
    assert "dữ liệu của người dân đã được xóa" in page(client, f"/apologies/{letter.pk}/")


def test_the_report_adds_up(client: Client, cast: Cast) -> None:
    kept, broken = signed(cast, "A1"), signed(cast, "A2")
    owed(cast, "A3")
    late = owed(cast, "A4", promised_on=TODAY - timedelta(days=3))
    Apology.objects.filter(pk=kept.pk).update(state="delivered", delivered_on=TODAY, way="hand")
    Apology.objects.filter(pk=broken.pk).update(
        state="delivered", delivered_on=TODAY + timedelta(days=1), way="hand"
    )
    Apology.objects.filter(pk=late.pk).update(due_on=TODAY - timedelta(days=1))
    Dossier.objects.filter(code="A1").update(finished_on=NEW_DATE)
    Dossier.objects.filter(code="A2").update(finished_on=NEW_DATE + timedelta(days=1))
    client.force_login(cast.tam)
    response = client.get("/apologies/report/?period=2026-10")
    figures = response.context["figures"]
    assert (figures.n_raised, figures.n_in_time, figures.n_late) == (4, 1, 1)
    assert (figures.n_waiting, figures.n_waiting_late, figures.n_dropped) == (1, 1, 0)
    assert (figures.n_new_dates, figures.n_kept, figures.n_broken) == (2, 1, 1)
    assert "2/4" in response.content.decode()
    rows = (
        python_calamine.load_workbook(
            io.BytesIO(client.get("/apologies/report/xlsx/?period=2026-10").content)
        )
        .get_sheet_by_index(0)
        .to_python()
    )
    assert {row[2] for row in rows} >= {"A1", "A2", "A3", "A4"}
    assert len({row[10] for row in rows if row[2] in {"A1", "A2"}}) == 2
    client.force_login(cast.hoa)
    assert client.get(f"/apologies/report/?office={cast.commune.code}").status_code == 404


def test_dropping_needs_a_reason_and_the_head(client: Client, cast: Cast) -> None:
    letter = owed(cast)
    client.force_login(cast.minh)
    assert client.get(f"/apologies/{letter.pk}/drop/").status_code == 403
    client.force_login(cast.tam)
    assert client.post(f"/apologies/{letter.pk}/drop/", {"revision": "0"}).status_code == 422
    said = {"revision": "0", "reason": "Công dân rút hồ sơ"}
    assert client.post(f"/apologies/{letter.pk}/drop/", said).status_code == 302
    assert AuditEvent.objects.get(act="feedback.drop_apology").reason == "Công dân rút hồ sơ"
