"""Switching the daily mail off and on."""

from django.test import Client

from conduct.agencies.models import User
from conduct.audit.models import AuditEvent
from conduct.notices.models import MailBox


def test_mail_is_switched_off_and_on(client: Client, lan: User) -> None:
    client.force_login(lan)
    assert "Thôi nhận thư" in client.get("/inbox/").content.decode()
    shown = client.post("/inbox/mail/", {}, follow=True).content.decode()
    assert "Đã tắt thư báo" in shown
    assert "Nhận thư trở lại" in shown
    assert MailBox.objects.get(person=lan).wants_mail is False
    client.post("/inbox/mail/", {"wants_mail": "on"})
    assert MailBox.objects.get(person=lan).wants_mail is True
    assert [event.data for event in AuditEvent.objects.filter(act="notices.choose_mail").order_by("pk")] == [
        {"wants_mail": False},
        {"wants_mail": True},
    ]


def test_second_click_changes_nothing(client: Client, lan: User) -> None:
    client.force_login(lan)
    for _click in range(2):
        client.post("/inbox/mail/", {})
    assert AuditEvent.objects.count() == 1
