"""Opening a line."""

import pytest
from django.test import Client

from conduct.agencies.models import User
from conduct.notices.models import Notice
from conduct.notices.services import Message, push
from tests.factories import NOW, make_user


def line_of(person: User, url: str = "/catalogue/") -> Notice:
    push(messages=[Message(person.pk, "x", "Xem mô hình", url=url)], now=NOW)
    return Notice.objects.get(recipient=person)


@pytest.mark.parametrize("method", ["get", "post"])
def test_opening_marks_as_read_and_leads_to_the_matter(client: Client, lan: User, method: str) -> None:
    line = line_of(lan)
    client.force_login(lan)
    response = getattr(client, method)(f"/inbox/{line.pk}/")
    assert (response.status_code, response.headers["Location"]) == (302, "/catalogue/")
    line.refresh_from_db()
    assert line.read_at == NOW


def test_line_without_an_address_leads_back(client: Client, lan: User) -> None:
    line = line_of(lan, url="")
    client.force_login(lan)
    assert client.get(f"/inbox/{line.pk}/").headers["Location"] == "/inbox/"


def test_second_opening_keeps_the_first_time(client: Client, lan: User) -> None:
    line = line_of(lan)
    Notice.objects.update(read_at=line.made_at.replace(hour=1))
    client.force_login(lan)
    client.get(f"/inbox/{line.pk}/")
    assert Notice.objects.get().read_at == line.made_at.replace(hour=1)


def test_line_of_somebody_else_is_not_found(client: Client, lan: User) -> None:
    line = line_of(lan)
    client.force_login(make_user())
    assert client.get(f"/inbox/{line.pk}/").status_code == 404
    assert client.get("/inbox/999999/").status_code == 404
    assert Notice.objects.get().read_at is None
