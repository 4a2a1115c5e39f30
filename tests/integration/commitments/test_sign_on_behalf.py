"""The head or the administrator records the pledge of somebody who agreed but cannot sign."""

import re
from datetime import date

import pytest
from django.test import Client

from conduct.audit.models import AuditEvent
from conduct.commitments.models import Campaign, NotSigning, Pledge
from conduct.notices.models import Notice
from tests.cast import Cast
from tests.factories import NOW, PASSWORD

NOTE = "Đang điều trị đến cuối tháng; đồng ý qua điện thoại ngày 19/10"


def url(campaign: Campaign, posting_id: int) -> str:
    return f"/commitments/{campaign.pk}/behalf/{posting_id}/"


def read(client: Client, address: str) -> str:
    found = re.search(r'name="sha256" value="([0-9a-f]{64})"', client.get(address).content.decode())
    assert found
    return found[1]


def sent(client: Client, address: str, **changed: str) -> dict[str, str]:
    values = {"note": NOTE, "agreed": "on", "password": PASSWORD, "sha256": read(client, address), **changed}
    return {name: value for name, value in values.items() if value}


def test_head_records_and_the_text_says_so(client: Client, cast: Cast, campaign: Campaign) -> None:
    client.force_login(cast.tam)
    address = url(campaign, cast.lan_posting.pk)
    values = sent(client, address)
    first, again = client.post(address, values), client.post(address, values)
    pledge = Pledge.objects.get()
    assert first.headers["Location"] == again.headers["Location"] == f"/commitments/pledges/{pledge.pk}/"
    assert (pledge.method, pledge.entered_by, pledge.note) == ("on_behalf", cast.tam, NOTE)
    assert "Lê Thị Tâm, Chủ tịch UBND xã ghi nhận thay." in pledge.text
    event = AuditEvent.objects.get(act="commitments.sign_pledge")
    assert (event.actor_id, event.data["method"]) == (cast.tam.pk, "on_behalf")
    assert NOTE not in str(event.data) + event.reason


def test_person_is_told_by_whom_and_why(client: Client, cast: Cast, campaign: Campaign) -> None:
    client.force_login(cast.quan)
    address = url(campaign, cast.lan_posting.pk)
    client.post(address, sent(client, address))
    notice = Notice.objects.get(recipient=cast.lan)
    assert notice.title == "Đỗ Anh Quân đã ghi nhận thay bản cam kết của tôi"
    assert NOTE in notice.text
    client.force_login(cast.lan)
    shown = client.get(notice.url).content.decode()
    for words in ("Ghi nhận thay ngày", "Đỗ Anh Quân", NOTE):
        assert words in shown


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"note": ""}, "note"),
        ({"note": "   "}, "note"),
        ({"note": "x" * 501}, "note"),
        ({"agreed": ""}, "agreed"),
        ({"password": "sai"}, "password"),
        ({"password": ""}, "password"),
        ({"sha256": "abc"}, "sha256"),
    ],
)
def test_missing_or_wrong_entry_stores_nothing(
    client: Client, cast: Cast, campaign: Campaign, changed: dict[str, str], field: str
) -> None:
    client.force_login(cast.tam)
    address = url(campaign, cast.lan_posting.pk)
    response = client.post(address, sent(client, address, **changed))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert PASSWORD not in response.content.decode()
    assert not Pledge.objects.exists()
    assert not Notice.objects.exists()


def test_text_that_changed_meanwhile_is_read_again(client: Client, cast: Cast, campaign: Campaign) -> None:
    client.force_login(cast.tam)
    address = url(campaign, cast.lan_posting.pk)
    values = sent(client, address)
    cast.lan_posting.title = "Công chức Tài chính"
    cast.lan_posting.save()
    response = client.post(address, values)
    assert response.status_code == 409
    assert "Văn bản đã thay đổi" in response.content.decode()
    assert NOTE in response.content.decode()
    assert not Pledge.objects.exists()


def test_nobody_records_the_own_pledge(client: Client, cast: Cast, campaign: Campaign) -> None:
    client.force_login(cast.tam)
    response = client.post(url(campaign, cast.tam_posting.pk), {})
    assert response.status_code == 403
    assert "hãy tự ký" in response.content.decode()


@pytest.mark.parametrize(("who", "status"), [("lan", 403), ("minh", 403), ("hoa", 404), ("phuong", 200)])
def test_only_who_heads_or_administers_records(
    client: Client, cast: Cast, campaign: Campaign, who: str, status: int
) -> None:
    client.force_login(getattr(cast, who))
    posting = cast.minh_posting if who == "lan" else cast.lan_posting
    assert client.get(url(campaign, posting.pk)).status_code == status


def test_who_declined_is_left_alone(client: Client, cast: Cast, campaign: Campaign) -> None:
    reason = NotSigning.objects.create(
        campaign=campaign, posting=cast.lan_posting, kind="declined", reason="Chưa đồng ý điều 2",
        stated_by=cast.lan, stated_at=NOW,
    )  # fmt: skip
    client.force_login(cast.tam)
    address = url(campaign, cast.lan_posting.pk)
    response = client.get(address)
    assert response.status_code == 403
    assert "đã từ chối ký" in response.content.decode()
    reason.withdrawn_by, reason.withdrawn_at = cast.lan, NOW
    reason.save()
    assert client.get(address).status_code == 200


def test_retired_version_is_not_recorded(client: Client, cast: Cast, campaign: Campaign) -> None:
    cast.adoption.version.state = "retired"
    cast.adoption.version.save(update_fields=["state"])
    client.force_login(cast.tam)
    assert client.get(url(campaign, cast.lan_posting.pk)).status_code == 403


def test_ended_adoption_is_not_recorded(client: Client, cast: Cast, campaign: Campaign) -> None:
    cast.adoption.valid_to = date(2026, 10, 19)
    cast.adoption.save()
    client.force_login(cast.tam)
    assert client.get(url(campaign, cast.lan_posting.pk)).status_code == 403
