"""The office's pages about invitations: preview, batches, progress, reminder, rights."""

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from conduct.agencies.models import User
from conduct.audit.models import AuditEvent
from surveys.models import InvitationBatch, Invited, ServicePoint, Stratum
from surveys.services import sending
from surveys.tasks import mailing
from tests.cast import Cast, make_cast
from tests.factories import NOW
from tests.integration.notices.sink import Sink
from tests.integration.surveys.arrange import make_point
from tests.integration.surveys.inviting import answer, finish, invite, send_out, tokens_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 10:00 on 20/10/2026."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def sink(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    monkeypatch.setattr(mailing, "PAUSES", ())
    sink = Sink()
    settings.MAILERS = {"default": sink.mailer()}
    yield sink
    sink.stop()


@pytest.fixture
def cast(questionnaires: None) -> Cast:
    return make_cast()


@pytest.fixture
def point(cast: Cast) -> ServicePoint:
    return make_point(cast.one_stop)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def asked(cast: Cast, point: ServicePoint, **changed: Any) -> dict[str, Any]:
    values = {"agency": cast.one_stop.pk, "point": point.pk, "month": "2026-09", "expires_on": "19/11/2026"}
    return {**values, **changed}


def test_the_preview_says_who_would_be_invited_and_why_not_the_others(
    cast: Cast, point: ServicePoint
) -> None:
    finish(cast, 21, posting=cast.lan_posting)
    finish(cast, 6, group="Đất đai")
    finish(cast, 5, group="Chứng thực", email="mot-nguoi@example.vn")
    finish(cast, 2, group="Xây dựng", email="", phone="")
    page = signed_in(cast.quan).post("/invitations/new/", asked(cast, point))
    assert page.status_code == 200
    plan, lines = page.context["plan"], page.context["lines"]
    assert (plan.n_finished, plan.n_invited) == (34, 28)
    assert plan.left_out == {"same_person": 4, "no_address": 2}
    assert {(line.cell.group, line.officer, line.n_people, line.n_merged) for line in lines} == {
        ("Hộ tịch", "Tôn Nữ Hoàng Thảo Lan", 21, 0), ("", "", 7, 7),
    }  # fmt: skip
    text = " ".join(page.content.decode().split())
    assert "Gửi 28 thư mời" in text
    assert "của người đã được mời theo hồ sơ khác" in text
    assert not InvitationBatch.objects.exists()


def test_a_batch_is_made_once_with_its_strata(cast: Cast, point: ServicePoint) -> None:
    finish(cast, 8)
    finish(cast, 5, group="Đất đai")
    client = signed_in(cast.tam)
    first = client.post("/invitations/new/", asked(cast, point, confirmed="1"))
    batch = InvitationBatch.objects.get()
    assert first["Location"] == f"/invitations/{batch.pk}/"
    assert (
        client.post("/invitations/new/", asked(cast, point, confirmed="1"))["Location"] == first["Location"]
    )
    assert InvitationBatch.objects.count() == 1
    assert (batch.n_dossiers, batch.questionnaire.code) == (13, "one-stop-2026")
    assert Invited.objects.count() == 13
    assert set(Stratum.objects.values_list("procedure_group", flat=True)) == {"Hộ tịch", "Đất đai"}
    row = AuditEvent.objects.get(act="surveys.create_batch")
    assert row.data == {
        "point": point.pk, "month": "2026-09", "invited": 13, "strata": 2, "left_out": {},
    }  # fmt: skip


def test_those_invited_before_are_not_invited_again(cast: Cast, point: ServicePoint) -> None:
    finish(cast, 8)
    invite(cast, point)
    finish(cast, 5)
    later = invite(cast, point, now=NOW + timedelta(hours=1))
    assert (later.n_dossiers, later.left_out) == (5, {"invited": 8})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("expires_on", "20/10/2026"),
        ("expires_on", "19/01/2027"),
        ("expires_on", "mai"),
        ("month", "2026-11"),
        ("month", "2020-01"),
        ("month", "\0"),
        ("agency", "0"),
        ("point", "x"),
    ],
)
def test_a_batch_that_makes_no_sense_is_told(cast: Cast, point: ServicePoint, field: str, value: str) -> None:
    finish(cast, 6)
    page = signed_in(cast.quan).post("/invitations/new/", {**asked(cast, point, confirmed="1"), field: value})
    assert page.status_code == 422
    assert f'href="#id_{field}"' in page.content.decode()
    assert not InvitationBatch.objects.exists()


def test_a_desk_of_another_office_cannot_be_spoken_of(cast: Cast, point: ServicePoint) -> None:
    finish(cast, 6)
    foreign = make_point(cast.other_commune, slug="foreign1", name="Quầy xã bạn")
    client = signed_in(cast.phuong)
    page = client.post("/invitations/new/", asked(cast, foreign, confirmed="1"))
    assert page.status_code == 422
    assert "Quầy này thuộc cơ quan khác" in page.content.decode()


def test_fewer_than_five_people_are_not_invited(cast: Cast, point: ServicePoint) -> None:
    finish(cast, 4)
    page = signed_in(cast.quan).post("/invitations/new/", asked(cast, point, confirmed="1"))
    assert page.status_code == 422
    assert "Không mời được ai" in page.content.decode()
    assert "tất cả chưa đủ năm người" in page.content.decode()


@pytest.mark.parametrize("who", ["lan", "minh", "hanh"])
def test_officers_invite_nobody(cast: Cast, point: ServicePoint, who: str) -> None:
    finish(cast, 6)
    batch = invite(cast, point)
    client = signed_in(getattr(cast, who))
    for address in ("/invitations/", "/invitations/new/", "/invitations/list.xlsx"):
        assert client.get(address).status_code == 403
    assert client.post("/invitations/new/", asked(cast, point, confirmed="1")).status_code == 403
    assert client.get(f"/invitations/{batch.pk}/").status_code in {403, 404}
    assert client.post(f"/invitations/{batch.pk}/remind/").status_code in {403, 404}


def test_the_head_of_another_office_finds_no_batch(cast: Cast, point: ServicePoint) -> None:
    finish(cast, 6)
    batch = invite(cast, point)
    client = signed_in(cast.hoa)
    assert client.get(f"/invitations/{batch.pk}/").status_code == 404
    assert client.post(f"/invitations/{batch.pk}/remind/").status_code == 404
    assert "Trung tâm Phục vụ" not in client.get("/invitations/").content.decode()


def test_few_answers_are_not_counted_out_loud(
    cast: Cast, point: ServicePoint, sink: Sink, client: Client
) -> None:
    """Whoever reloads the page while a citizen types would learn who answered."""
    finish(cast, 12)
    batch = invite(cast, point)
    send_out(batch)
    tokens = list(tokens_of(sink.mails).values())
    reader = signed_in(cast.quan)
    for token in tokens[:4]:
        answer(client, token)
    assert reader.get(f"/invitations/{batch.pk}/").context["answered"] is None
    assert "dưới 5" in reader.get("/invitations/").content.decode()
    for token in tokens[4:6]:
        answer(client, token)
    context = reader.get(f"/invitations/{batch.pk}/").context
    assert (context["answered"], context["rate"]) == (6, 0.5)
    sending.sweep_batches(now=NOW + timedelta(days=32))
    assert reader.get(f"/invitations/{batch.pk}/").context["answered"] == 6


def test_the_reminder_is_offered_until_its_secret_is_lost(
    cast: Cast, point: ServicePoint, sink: Sink
) -> None:
    finish(cast, 6)
    batch = invite(cast, point)
    client, address = signed_in(cast.quan), f"/invitations/{batch.pk}/"
    assert "Nhắc được khi đã gửi xong" in client.get(address).content.decode()
    send_out(batch)
    assert "Nhắc tất cả" in client.get(address).content.decode()
    cache.delete(sending._secret_key(batch.pk))
    assert "Không nhắc được nữa" in client.get(address).content.decode()
    page = client.post(f"{address}remind/")
    assert page.status_code == 422
    assert "Không nhắc được đợt mời này" in page.content.decode()


def test_a_reminder_is_asked_for_on_the_page(cast: Cast, point: ServicePoint, sink: Sink) -> None:
    finish(cast, 6)
    batch = invite(cast, point)
    send_out(batch)
    client = signed_in(cast.tam)
    assert client.post(f"/invitations/{batch.pk}/remind/").status_code == 302
    assert client.post(f"/invitations/{batch.pk}/remind/").status_code == 302
    assert InvitationBatch.objects.get().state == "reminding"
    assert AuditEvent.objects.filter(act="surveys.remind_batch").count() == 1


def test_the_list_is_filtered_exported_and_cheap(cast: Cast, point: ServicePoint) -> None:
    finish(cast, 6)
    batch = invite(cast, point)
    client = signed_in(cast.phuong)
    with CaptureQueriesContext(connection) as counted:
        assert "9/2026" in client.get("/invitations/?q=ho+tich").content.decode()
    assert len(counted) <= 14
    assert "Không có đợt mời nào" in client.get("/invitations/?state=failed").content.decode()
    assert client.get("/invitations/?state=odd").status_code == 422
    rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(client.get("/invitations/list.xlsx").content))
        .get_sheet_by_index(0)
        .to_python()
    )
    assert rows[-1][2] == "09/2026"
    with CaptureQueriesContext(connection) as counted:
        client.get(f"/invitations/{batch.pk}/")
    assert len(counted) <= 14


def test_the_progress_is_a_part_of_its_own(cast: Cast, point: ServicePoint) -> None:
    finish(cast, 6)
    batch = invite(cast, point)
    part = signed_in(cast.quan).get(
        f"/invitations/{batch.pk}/", headers={"HX-Request": "true", "HX-Target": "progress"}
    )
    assert part.content.decode().strip().startswith('<div id="progress" hx-get=')
