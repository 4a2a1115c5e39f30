"""The day's mail, over a real connection to a mail server."""

import logging
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from conduct.agencies.models import User
from conduct.notices.mail import deliver
from conduct.notices.models import MailBox, MailServer, Notice
from conduct.notices.services import LEASE, Message, claim_letter, push
from conduct.notices.tasks import sweep
from tests.factories import NOW, make_user
from tests.integration.notices.sink import Sink

MINUTE = timedelta(minutes=1)
TOMORROW = NOW + timedelta(days=1)


def tell(person: User, n: int = 1, *, now: datetime = NOW, start: int = 0) -> None:
    push(
        messages=[
            Message(person.pk, f"test:{start + i}", f"Ký cam kết số {start + i}", "Hạn 30/11/2026", "/")
            for i in range(n)
        ],
        now=now,
    )


def text_of(sink: Sink) -> str:
    return str(sink.mails[-1].get_content())


def test_one_mail_gathers_every_line(lan: User, sink: Sink) -> None:
    tell(lan, 3)
    assert deliver(NOW) == 1
    mail = sink.mails[0]
    assert (mail["Subject"], mail["To"]) == ("Chuẩn Mực: 3 việc đang chờ", "lan@an-thuan.example")
    text = text_of(sink)
    assert "Kính gửi: Tôn Nữ Hoàng Thảo Lan" in text
    assert "Có 3 việc chưa đọc trên Chuẩn Mực:" in text
    for line in Notice.objects.all():
        assert line.title in text
        assert f"https://chuanmuc.example/inbox/{line.pk}/" in text
        assert line.mailed_at == NOW
    assert "https://chuanmuc.example/inbox/\n" in text.replace("\r\n", "\n")
    assert "&" not in text


def test_read_lines_are_not_mailed(lan: User, sink: Sink) -> None:
    tell(lan, 2)
    Notice.objects.filter(key="test:0").update(read_at=NOW)
    deliver(NOW)
    assert "Ký cam kết số 1" in text_of(sink)
    assert "Ký cam kết số 0" not in text_of(sink)


def test_long_list_is_cut_and_says_so(lan: User, sink: Sink) -> None:
    tell(lan, 34)
    deliver(NOW)
    assert "Chuẩn Mực: 34 việc đang chờ" in str(sink.mails[0]["Subject"])
    assert "Còn 4 việc nữa trong hộp thông báo." in text_of(sink)
    assert not Notice.objects.filter(mailed_at=None).exists()


def test_second_mail_waits_for_the_next_working_day(lan: User, sink: Sink) -> None:
    tell(lan)
    deliver(NOW)
    tell(lan, start=1)
    for hours in range(1, 8):
        deliver(NOW + timedelta(hours=hours))
    assert len(sink.mails) == 1
    deliver(TOMORROW)
    assert len(sink.mails) == 2
    assert "số 1" in text_of(sink)
    assert "số 0" not in text_of(sink)


@pytest.mark.parametrize(
    ("moment", "leaves"),
    [
        (datetime(2026, 10, 20, 0, 44, tzinfo=UTC), False),  # 7:44
        (datetime(2026, 10, 20, 0, 45, tzinfo=UTC), True),
        (datetime(2026, 10, 20, 10, 59, tzinfo=UTC), True),  # 17:59
        (datetime(2026, 10, 20, 11, 0, tzinfo=UTC), False),
        (datetime(2026, 10, 24, 3, 0, tzinfo=UTC), False),  # Saturday
        (datetime(2026, 9, 2, 3, 0, tzinfo=UTC), False),  # National Day
    ],
)
def test_mail_leaves_in_office_hours_of_working_days(
    lan: User, sink: Sink, moment: datetime, leaves: bool
) -> None:
    tell(lan, now=moment - timedelta(minutes=5))
    assert deliver(moment) == int(leaves)


def test_nothing_goes_to_who_has_no_address_no_wish_or_no_login(db: None, lan: User, sink: Sink) -> None:
    without, gone = make_user(), make_user()
    gone.email, gone.is_active = "gone@an-thuan.example", False
    gone.save()
    MailBox.objects.create(person=lan, wants_mail=False)
    for person in (lan, without, gone):
        tell(person)
    assert deliver(NOW) == 0
    MailBox.objects.update(wants_mail=True)
    assert deliver(NOW) == 1


def test_past_is_not_mailed_when_mail_is_wanted_again(lan: User, sink: Sink) -> None:
    tell(lan, now=NOW - timedelta(days=31))
    assert deliver(NOW) == 0


def test_nothing_is_lost_while_the_mail_server_is_down(
    lan: User, sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    tell(lan, 2)
    sink.stop()
    tries = 0
    with caplog.at_level(logging.WARNING):
        for minute in range(60):
            before = len(caplog.records)
            assert deliver(NOW + minute * MINUTE) == 0
            tries += len(caplog.records) - before
    assert tries == 4  # at once, after 5, 15 and 35 minutes
    assert "The mail server cannot be reached" in caplog.text
    assert Notice.objects.filter(mailed_at=None).count() == 2

    sink.start()
    up_again = NOW + timedelta(hours=2)
    assert deliver(up_again) == 1
    assert len(sink.mails) == 1
    assert MailServer.objects.get().n_failures == 0
    assert deliver(up_again + MINUTE) == 0


def test_refused_address_does_not_stop_the_others(
    lan: User, sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    minh = make_user("Phạm Hữu Minh", username="minh")
    minh.email = "minh@an-thuan.example"
    minh.save()
    tell(lan)
    tell(minh)
    sink.refuses = {lan.email}
    assert deliver(NOW) == 1
    assert [mail["To"] for mail in sink.mails] == [minh.email]
    assert "was refused" in caplog.text
    assert deliver(NOW + MINUTE) == 0  # held for half an hour
    sink.refuses = set()
    assert deliver(NOW + timedelta(minutes=31)) == 1


def test_letter_in_hand_is_not_claimed_twice(lan: User) -> None:
    tell(lan)
    assert claim_letter(person_id=lan.pk, now=NOW) is not None
    assert claim_letter(person_id=lan.pk, now=NOW) is None
    # The worker died: after its lease the mail is sent by another.
    assert claim_letter(person_id=lan.pk, now=NOW + LEASE) is not None


@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_send_one_mail_to_each(sink: Sink) -> None:
    for number in range(12):
        person = make_user(username=f"nguoi{number}")
        person.email = f"nguoi{number}@an-thuan.example"
        person.save()
        tell(person)
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        deliver(NOW)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(str(mail["To"]) for mail in sink.mails) == sorted(
        f"nguoi{number}@an-thuan.example" for number in range(12)
    )


def test_read_lines_are_forgotten_after_90_days(lan: User, sink: Sink) -> None:
    tell(lan, 3)
    Notice.objects.filter(key="test:0").update(read_at=NOW - timedelta(days=91))
    Notice.objects.filter(key="test:1").update(read_at=NOW - timedelta(days=89))
    sweep()
    assert set(Notice.objects.values_list("key", flat=True)) == {"test:1", "test:2"}
    assert len(sink.mails) == 1
