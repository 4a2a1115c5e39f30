"""Answers and the mails that carry them, forwarding, closing, making public."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from conduct.feedback.models import Case, OutgoingMail, ReplyTemplate
from conduct.feedback.services.consent_texts import texts_in_force
from conduct.feedback.services.contacts import keep_contact
from conduct.feedback.services.outbox import TRIES, queue_mail
from conduct.feedback.tasks.mail import deliver
from conduct.kernel.vault import destroy_key, unseal_with
from tests.cast import Cast
from tests.factories import DAY, NOW
from tests.integration.feedback.acts import ANSWER, REMEDY, SUMMARY, reply, seen, sent, sort
from tests.integration.feedback.arrange import BACKEND, NAMING_LAN, received
from tests.integration.notices.sink import Sink

ADDRESS = "anh.ho@example.vn"


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    sink = Sink()
    settings.MAILERS = {"default": sink.mailer()}
    settings.SITE_URL = "https://chuanmuc.example"
    yield sink
    sink.stop()


def with_address(case: Case, email: str = ADDRESS) -> Case:
    """The citizen left an address and agreed to be answered."""
    call_command("load_consent_texts", verbosity=0)
    keep_contact(
        case=case, name="Hồ Thị Ánh", phone="", email=email, language="vi", through="page", now=NOW,
        consent_texts=[texts_in_force(DAY)["reply"]],
    )  # fmt: skip
    return case


def ready(client: Client, cast: Cast, **said: Any) -> Case:
    return sort(client, cast.oanh, received(cast), **said)


def test_the_answer_leaves_once_to_who_left_an_address(client: Client, cast: Cast, sink: Sink) -> None:
    case = with_address(ready(client, cast))
    reply(client, cast.tam, case)
    assert ADDRESS not in str(list(OutgoingMail.objects.values()))
    assert [deliver(NOW), deliver(NOW)] == [1, 0]
    [mail] = sink.mails
    body = mail.get_content()
    assert (mail["To"], mail["Subject"]) == (ADDRESS, "Trả lời ý kiến của ông/bà ngày 20/10/2026")
    for part in (ANSWER, "https://chuanmuc.example/f/follow/", cast.commune.name):
        assert part in body


def test_without_an_address_nothing_leaves(client: Client, cast: Cast, sink: Sink) -> None:
    reply(client, cast.tam, ready(client, cast))
    assert (OutgoingMail.objects.count(), deliver(NOW), sink.mails) == (0, 0, [])


@pytest.mark.parametrize(
    "address", [f"{ADDRESS}\nBcc: all@example.vn", f"{ADDRESS}\r\nSubject: x", "a@b.vn, c@d.vn", "no address"]
)
def test_an_address_that_is_another_header_gets_nothing(
    client: Client, cast: Cast, sink: Sink, address: str
) -> None:
    reply(client, cast.tam, with_address(ready(client, cast), address))
    assert (deliver(NOW), sink.mails) == (0, [])


def test_an_answer_with_line_breaks_stays_in_the_body(client: Client, cast: Cast, sink: Sink) -> None:
    case = with_address(ready(client, cast))
    reply(client, cast.tam, case, answer="Xin cảm ơn\r\nBcc: all@example.vn\r\n\r\n.\r\nQUIT")
    assert deliver(NOW) == 1
    assert sink.mails[0]["Bcc"] is None
    assert "Bcc: all@example.vn" in sink.mails[0].get_content()


def test_after_the_key_is_gone_or_the_consent_taken_back_nothing_leaves(
    client: Client, cast: Cast, sink: Sink
) -> None:
    erased, taken_back = with_address(ready(client, cast)), with_address(ready(client, cast))
    reply(client, cast.tam, erased)
    reply(client, cast.tam, taken_back)
    destroy_key(erased.key_id)
    last = taken_back.consents.get()
    taken_back.consents.create(text=last.text, language="vi", is_given=False, through="page", at=NOW)
    assert (deliver(NOW), sink.mails) == (0, [])
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {"dropped"}


def test_a_server_that_is_away_loses_no_mail(client: Client, cast: Cast, sink: Sink) -> None:
    reply(client, cast.tam, with_address(ready(client, cast)))
    sink.stop()
    assert deliver(NOW) == 0
    sink.start()
    assert deliver(NOW) == 0  # it is left alone for some minutes
    assert deliver(NOW + timedelta(hours=1)) == 1


def test_an_address_that_is_always_refused_is_given_up(client: Client, cast: Cast, sink: Sink) -> None:
    reply(client, cast.tam, with_address(ready(client, cast)))
    sink.refuses = {ADDRESS}
    moment = NOW
    for _ in range(TRIES):
        deliver(moment)
        moment += timedelta(days=2)
    assert OutgoingMail.objects.get().state == "dropped"


def test_those_of_merged_ones_get_the_same_answer(client: Client, cast: Cast, sink: Sink) -> None:
    main, twin = ready(client, cast), with_address(ready(client, cast))
    assert sent(client, cast.oanh, twin, "merge_case", main=main.pk)[0] == 302
    reply(client, cast.tam, main)
    assert deliver(NOW) == 1
    assert ANSWER in sink.mails[0].get_content()


def test_one_waiting_mail_is_enough(client: Client, cast: Cast) -> None:
    case = with_address(ready(client, cast))
    for _ in range(2):
        assert queue_mail(case=case, kind="answer", now=NOW)
    assert OutgoingMail.objects.count() == 1


@pytest.mark.parametrize(
    "said",
    [
        {"answer": ANSWER}, {"answer": "", "is_upheld": "no"}, {"answer": ANSWER, "is_upheld": "yes"},
        {"answer": ANSWER, "is_upheld": "perhaps"}, {"answer": "x" * 7000, "is_upheld": "no"},
    ],
)  # fmt: skip
def test_an_answer_says_whether_it_was_right_and_what_is_put_right(
    client: Client, cast: Cast, said: dict[str, str]
) -> None:
    assert sent(client, cast.tam, ready(client, cast), "reply_case", **said)[0] == 422


def test_what_was_not_sorted_is_not_answered(client: Client, cast: Cast) -> None:
    said = {"answer": ANSWER, "is_upheld": "yes", "corrective_action": REMEDY}
    assert sent(client, cast.tam, received(cast), "reply_case", **said)[0] == 403


def test_praise_is_answered_or_closed_the_rest_is_answered(client: Client, cast: Cast) -> None:
    praise = ready(client, cast, kind="praise")
    assert sent(client, cast.tam, praise, "close_case", reason="Đã đọc trước toàn cơ quan")[0] == 302
    praise.refresh_from_db()
    assert (praise.state, praise.closed_on, praise.answered_on) == ("closed", DAY, None)
    assert sent(client, cast.tam, ready(client, cast), "close_case", reason="x")[0] == 403


def test_a_denunciation_is_forwarded_with_how_to_file_it(client: Client, cast: Cast) -> None:
    case = ready(client, cast, kind="forward")
    page = seen(client, cast.tam, case, "forward_case")[1]
    assert "chữ ký hoặc điểm chỉ" in page
    assert sent(client, cast.tam, case, "forward_case", to="", text="x")[0] == 422
    assert sent(client, cast.tam, case, "forward_case", to="Thanh tra tỉnh", text="Nộp đơn tại…")[0] == 302
    case.refresh_from_db()
    assert (case.state, unseal_with(case.key_id, case.sealed_answer)) == ("forwarded", "Nộp đơn tại…")
    assert "Thanh tra tỉnh" in seen(client, cast.tam, case)[1]
    assert sent(client, cast.tam, ready(client, cast), "forward_case", to="a", text="b")[0] == 403


def test_an_answer_is_public_only_when_the_citizen_agreed(client: Client, cast: Cast) -> None:
    case = reply(client, cast.tam, ready(client, cast))
    said = {"question": "Chờ lâu", "answer": "Đã thêm người"}
    assert sent(client, cast.tam, case, "publish_case", **said)[0] == 403
    case.citizen_agrees_public = True
    case.save()
    assert sent(client, cast.oanh, case, "publish_case", **said)[0] == 403  # a receiver speaks for nobody
    personal = {**said, "answer": "Cảm ơn ông, số 079 123 456 789; anh Phạm Hữu Minh xin lỗi"}
    status, page = sent(client, cast.tam, case, "publish_case", **personal)
    assert status == 422
    assert "“079 123 456 789”" in page
    assert "“Phạm Hữu Minh”" in page
    assert sent(client, cast.tam, case, "publish_case", **personal, looked_through="on")[0] == 302
    case.refresh_from_db()
    assert (case.published_on, case.public_question) == (DAY, "Chờ lâu")


def test_the_public_page_is_for_everybody_and_shows_one_office(client: Client, cast: Cast) -> None:
    case = received(cast, agrees_public=True)
    Case.objects.filter(pk=case.pk).update(
        state="answered", published_on=DAY, public_question="Chờ lâu", public_answer="Đã thêm người"
    )
    client.logout()
    for code in (cast.commune.code, cast.one_stop.code):
        assert "Đã thêm người" in client.get(f"/f/answers/{code}/").content.decode()
    assert "Đã thêm người" not in client.get(f"/f/answers/{cast.other_commune.code}/?page=9").content.decode()
    assert client.get("/f/answers/NOT-THERE/").status_code == 404


def test_templates_begin_an_answer_and_belong_to_an_office(client: Client, cast: Cast) -> None:
    client.force_login(cast.oanh, BACKEND)
    said = {"agency": cast.commune.pk, "kind": "complaint", "title": "Chờ lâu", "text": "Kính gửi ông/bà, …"}
    add = reverse("feedback:add_template")
    assert client.post(add, said).status_code == 302
    assert client.post(add, said).status_code == 422  # one of a title
    assert client.post(add, {**said, "agency": cast.other_commune.pk, "title": "b"}).status_code == 422
    one = ReplyTemplate.objects.get()
    case = ready(client, cast)
    client.force_login(cast.tam, BACKEND)
    page = client.get(reverse("feedback:reply_case", args=[case.pk]), {"template": one.pk}).content.decode()
    assert "Kính gửi ông/bà, …</textarea>" in page
    assert client.get(reverse("feedback:reply_case", args=[case.pk]), {"template": "x"}).status_code == 200
    edit, delete = (reverse(f"feedback:{name}_template", args=[one.pk]) for name in ("edit", "delete"))
    assert client.post(edit, {"kind": "praise", "title": "Cảm ơn", "text": "Xin cảm ơn"}).status_code == 302
    client.force_login(cast.hoa, BACKEND)
    assert "Cảm ơn" not in client.get(reverse("feedback:templates")).content.decode()
    assert [client.get(edit).status_code, client.post(delete).status_code] == [404, 404]
    client.force_login(cast.lan, BACKEND)
    assert client.get(reverse("feedback:templates")).status_code == 403
    client.force_login(cast.tam, BACKEND)
    assert client.post(delete).status_code == 302
    assert ReplyTemplate.objects.count() == 0


def test_a_mail_names_nobody_of_the_office(client: Client, cast: Cast, sink: Sink) -> None:
    case = with_address(received(cast, NAMING_LAN))
    sort(client, cast.oanh, case, cast.lan_posting, summary=SUMMARY)
    reply(client, cast.tam, case)
    deliver(NOW)
    assert "Thảo Lan" not in sink.mails[0].as_string()
