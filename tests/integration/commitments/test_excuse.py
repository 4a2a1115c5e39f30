"""Excusing people who are away, several at once, with a reason."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from conduct.audit.models import AuditEvent
from conduct.commitments.coverage import Coverage, Scope, coverage_of
from conduct.commitments.models import Campaign, NotSigning, Pledge
from conduct.commitments.services import excuses
from conduct.notices.models import Notice
from tests.cast import Cast
from tests.factories import DAY, NOW, make_posting, make_user

REASON = "Nghỉ thai sản đến hết tháng 12/2026"


def url(campaign: Campaign) -> str:
    return f"/commitments/{campaign.pk}/excuse/"


def sent(*postings: object, reason: str = REASON) -> dict[str, object]:
    return {"posting": [getattr(one, "pk", one) for one in postings], "reason": reason}


def sign(campaign: Campaign, cast: Cast) -> None:
    Pledge.objects.create(
        campaign=campaign,
        posting=cast.lan_posting,
        text="x",
        sha256="0" * 64,
        method="password",
        signed_at=NOW,
    )


def test_several_are_excused_for_one_reason(client: Client, cast: Cast, campaign: Campaign) -> None:
    client.force_login(cast.tam)
    keys = f"?posting={cast.lan_posting.pk}&posting={cast.minh_posting.pk}"
    shown = client.get(url(campaign) + keys).content.decode()
    assert "Tôn Nữ Hoàng Thảo Lan" in shown
    assert "Phạm Hữu Minh" in shown
    response = client.post(url(campaign), sent(cast.lan_posting, cast.minh_posting), follow=True)
    assert "Đã miễn ký cho 2 người" in response.content.decode()
    rows = NotSigning.objects.order_by("posting_id")
    assert [(row.posting_id, row.kind, row.reason, row.stated_by) for row in rows] == [
        (cast.lan_posting.pk, "excused", REASON, cast.tam),
        (cast.minh_posting.pk, "excused", REASON, cast.tam),
    ]


def test_excused_are_counted_apart_and_may_make_it_whole(cast: Cast, campaign: Campaign) -> None:
    rest = [
        *Scope(campaign, DAY)
        .postings()
        .exclude(person__in=(cast.lan, cast.quan))
        .values_list("pk", flat=True)
    ]
    sign(campaign, cast)
    excuses.excuse_postings(campaign=campaign, posting_ids=rest, reason=REASON, by=cast.quan, now=NOW)
    found = Scope(campaign, DAY).total()
    assert found == coverage_of([campaign], DAY)[campaign.pk] == Coverage(1, 4, excused=2)
    assert (found.to_sign, found.open, found.is_full) == (2, 1, False)
    last = Scope(campaign, DAY).postings().get(person=cast.quan)
    excuses.excuse_postings(campaign=campaign, posting_ids=[last.pk], reason=REASON, by=cast.tam, now=NOW)
    assert Scope(campaign, DAY).total().is_full


def test_a_later_pledge_outweighs_the_excuse(cast: Cast, campaign: Campaign) -> None:
    excuses.excuse_postings(
        campaign=campaign, posting_ids=[cast.lan_posting.pk], reason=REASON, by=cast.tam, now=NOW
    )
    sign(campaign, cast)
    assert Scope(campaign, DAY).total() == coverage_of([campaign], DAY)[campaign.pk] == Coverage(1, 4)


def test_the_person_is_told_and_the_trail_keeps_no_reason(
    client: Client, cast: Cast, campaign: Campaign
) -> None:
    client.force_login(cast.minh)
    client.post(url(campaign), sent(cast.lan_posting))
    notice = Notice.objects.get()
    assert (notice.recipient, notice.title) == (cast.lan, "Được miễn ký “2 không, 1 biết” năm 2026")
    assert REASON in notice.text
    event = AuditEvent.objects.get()
    assert (event.act, event.actor_id, event.data["posting"]) == (
        "commitments.excuse_posting", cast.minh.pk, cast.lan_posting.pk,
    )  # fmt: skip
    assert "thai sản" not in f"{event.reason}{event.data}{event.object_name}"


def test_second_click_excuses_once(client: Client, cast: Cast, campaign: Campaign) -> None:
    client.force_login(cast.tam)
    for _ in range(2):
        assert client.post(url(campaign), sent(cast.lan_posting)).status_code == 302
    assert NotSigning.objects.count() == AuditEvent.objects.count() == Notice.objects.count() == 1


def test_who_signed_or_declined_is_left_as_it_is(client: Client, cast: Cast, campaign: Campaign) -> None:
    sign(campaign, cast)
    NotSigning.objects.create(
        campaign=campaign, posting=cast.minh_posting, kind="declined", reason="Chưa đồng ý mục 2",
        stated_by=cast.minh, stated_at=NOW,
    )  # fmt: skip
    client.force_login(cast.tam)
    client.post(url(campaign), sent(cast.lan_posting, cast.minh_posting))
    assert [row.kind for row in NotSigning.objects.all()] == ["declined"]


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_no_excuse_without_a_reason(client: Client, cast: Cast, campaign: Campaign, reason: str) -> None:
    client.force_login(cast.tam)
    response = client.post(url(campaign), sent(cast.lan_posting, reason=reason))
    assert response.status_code == 422
    assert "Lý do" in response.content.decode()
    assert not NotSigning.objects.exists()


@pytest.mark.parametrize("keys", [[], ["0"], ["abc"], ["9" * 40], ["-1"], ["1e3"]])
def test_nobody_chosen_excuses_nobody(
    client: Client, cast: Cast, campaign: Campaign, keys: list[str]
) -> None:
    client.force_login(cast.tam)
    assert client.post(url(campaign), sent(*keys)).status_code == 422
    response = client.get(url(campaign), {"posting": keys})
    assert "Chưa chọn ai" in response.content.decode()
    assert not NotSigning.objects.exists()


def test_nobody_excuses_oneself(client: Client, cast: Cast, campaign: Campaign) -> None:
    client.force_login(cast.tam)
    assert "Chưa chọn ai" in client.get(f"{url(campaign)}?posting={cast.tam_posting.pk}").content.decode()
    response = client.post(url(campaign), sent(cast.tam_posting))
    assert response.status_code == 403
    assert "Không ai tự miễn ký cho mình" in response.content.decode()
    assert not NotSigning.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("lan", 403), ("hoa", 404)])
def test_staff_and_strangers_excuse_nobody(
    client: Client, cast: Cast, campaign: Campaign, who: str, status: int
) -> None:
    client.force_login(getattr(cast, who))
    for response in (client.get(url(campaign)), client.post(url(campaign), sent(cast.minh_posting))):
        assert response.status_code == status
    assert not NotSigning.objects.exists()


def test_supervisor_excuses_the_own_people_only(client: Client, cast: Cast, campaign: Campaign) -> None:
    client.force_login(cast.minh)
    assert client.post(url(campaign), sent(cast.tam_posting)).status_code == 422
    assert not NotSigning.objects.exists()


def test_whom_the_campaign_does_not_ask_needs_no_excuse(
    client: Client, cast: Cast, campaign: Campaign
) -> None:
    past = make_posting(make_user("Người cũ"), cast.one_stop, ends_on=DAY - timedelta(days=1))
    client.force_login(cast.tam)
    for posting in (past, cast.hoa_posting):
        assert client.post(url(campaign), sent(posting)).status_code == 422
    assert not NotSigning.objects.exists()


def test_a_campaign_of_last_year_excuses_nobody(client: Client, cast: Cast, campaign: Campaign) -> None:
    Campaign.objects.update(year=2025, opens_on=date(2025, 8, 1), due_on=date(2025, 9, 1))
    client.force_login(cast.tam)
    response = client.post(url(campaign), sent(cast.lan_posting))
    assert response.status_code == 403
    assert "đã kết thúc" in response.content.decode()


def test_no_excuse_without_its_audit_row(
    cast: Cast, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise DatabaseError("no audit")

    monkeypatch.setattr(excuses, "record", fail)
    with pytest.raises(DatabaseError, match="no audit"), transaction.atomic():
        excuses.excuse_postings(
            campaign=campaign, posting_ids=[cast.lan_posting.pk], reason=REASON, by=cast.tam, now=NOW
        )
    assert not NotSigning.objects.exists()
    assert not Notice.objects.exists()
