"""Everything at once."""

from django.test import Client

from conduct.agencies.models import User
from conduct.notices.models import Notice
from conduct.notices.services import Message, push
from tests.factories import NOW, make_user


def test_every_own_line_is_read_and_no_other(client: Client, lan: User) -> None:
    other = make_user()
    push(messages=[Message(one.pk, key, "Xem") for one in (lan, other) for key in "ab"], now=NOW)
    client.force_login(lan)
    assert client.get("/inbox/read-all/").status_code == 405
    assert client.post("/inbox/read-all/").headers["Location"] == "/inbox/"
    assert list(Notice.objects.unread().values_list("recipient_id", flat=True)) == [other.pk, other.pk]
