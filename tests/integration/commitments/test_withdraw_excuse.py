"""Who is back is asked again."""

import pytest
from django.test import Client

from conduct.audit.models import AuditEvent
from conduct.commitments.coverage import Scope
from conduct.commitments.models import Campaign, NotSigning
from conduct.notices.models import Notice
from tests.cast import Cast
from tests.factories import DAY, NOW


@pytest.fixture
def excuse(cast: Cast, campaign: Campaign) -> NotSigning:
    return NotSigning.objects.create(
        campaign=campaign, posting=cast.lan_posting, kind="excused", reason="Điều trị dài ngày",
        stated_by=cast.tam, stated_at=NOW,
    )  # fmt: skip


def url(excuse: NotSigning) -> str:
    return f"/commitments/excuses/{excuse.pk}/withdraw/"


def test_who_is_back_is_in_scope_again(
    client: Client, cast: Cast, campaign: Campaign, excuse: NotSigning
) -> None:
    client.force_login(cast.minh)
    assert "Điều trị dài ngày" in client.get(url(excuse)).content.decode()
    for _ in range(2):
        assert client.post(url(excuse)).headers["Location"] == f"/commitments/{campaign.pk}/"
    excuse.refresh_from_db()
    assert (excuse.withdrawn_by, excuse.withdrawn_at) == (cast.minh, NOW)
    found = Scope(campaign, DAY).total()
    assert (found.excused, found.open) == (0, 4)
    assert [event.act for event in AuditEvent.objects.all()] == ["commitments.withdraw_excuse"]
    notice = Notice.objects.get()
    assert notice.recipient == cast.lan
    assert "Hạn ký: 30/11/2026" in notice.text


def test_the_same_person_can_be_excused_anew(
    client: Client, cast: Cast, campaign: Campaign, excuse: NotSigning
) -> None:
    client.force_login(cast.tam)
    client.post(url(excuse))
    client.post(
        f"/commitments/{campaign.pk}/excuse/",
        {"posting": [cast.lan_posting.pk], "reason": "Đi học tập trung"},
    )
    assert NotSigning.objects.filter(withdrawn_at=None).get().reason == "Đi học tập trung"


@pytest.mark.parametrize(("who", "status"), [("hoa", 404), ("lan", 404)])
def test_others_find_no_such_page(
    client: Client, cast: Cast, excuse: NotSigning, who: str, status: int
) -> None:
    client.force_login(getattr(cast, who))
    for response in (client.get(url(excuse)), client.post(url(excuse))):
        assert response.status_code == status
    assert NotSigning.objects.get().withdrawn_at is None


def test_nobody_ends_the_own_excuse(client: Client, cast: Cast, excuse: NotSigning) -> None:
    NotSigning.objects.update(posting=cast.minh_posting)
    client.force_login(cast.minh)
    assert client.post(url(excuse)).status_code == 403
    assert NotSigning.objects.get().withdrawn_at is None


def test_a_decline_is_not_ended_by_others(client: Client, cast: Cast, excuse: NotSigning) -> None:
    NotSigning.objects.update(kind="declined")
    client.force_login(cast.tam)
    assert client.post(url(excuse)).status_code == 404
