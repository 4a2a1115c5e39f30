"""Entering what was signed on paper, with one scan for everybody."""

import errno
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.test import Client

from conduct.agencies.models import Role
from conduct.agencies.permissions import Refused
from conduct.audit.models import AuditEvent
from conduct.commitments.models import Campaign, Pledge, SignedSheet
from conduct.commitments.rules.pledges import sha256_of
from conduct.commitments.services import paper as services
from conduct.commitments.services.signing import text_for
from conduct.documents.scans import Scan
from conduct.notices.models import Notice
from tests.cast import Cast
from tests.factories import NOW, grant, make_posting, make_user
from tests.integration.commitments.scans import jpeg, locked_pdf, pdf, zip_bomb


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    """A storage of the test's own."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def files(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


def send(client: Client, campaign: Campaign, content: bytes | None = None, **changed: Any) -> Any:
    name = changed.pop("name", "quét tháng 10.pdf")
    upload = SimpleUploadedFile(name, pdf() if content is None else content, "application/pdf")
    values = {"signed_on": "15/10/2026", "scan": upload, **changed}
    return client.post(f"/commitments/{campaign.pk}/paper/", values)


def test_everybody_ticked_gets_a_pledge(client: Client, cast: Cast, campaign: Campaign, media: Path) -> None:
    client.force_login(cast.quan)
    people = [cast.lan_posting.pk, cast.minh_posting.pk]
    response = send(client, campaign, pdf(3), people=people)
    assert response.headers["Location"] == f"/commitments/{campaign.pk}/"
    sheet = SignedSheet.objects.get()
    assert (sheet.n_pages, sheet.media_type, sheet.uploaded_by) == (3, "application/pdf", cast.quan)
    pledges = list(Pledge.objects.order_by("posting_id"))
    assert {pledge.posting_id for pledge in pledges} == set(people)
    for pledge in pledges:
        assert (pledge.method, pledge.sheet, pledge.entered_by) == ("paper", sheet, cast.quan)
        assert pledge.signed_at == datetime(2026, 10, 15, 5, tzinfo=UTC)  # noon in Hà Nội
        assert pledge.text == text_for(campaign, pledge.posting)
        assert pledge.sha256 == sha256_of(pledge.text)
    acts = AuditEvent.objects.values_list("act", flat=True).order_by("pk")
    assert list(acts) == ["commitments.enter_paper", *["commitments.sign_pledge"] * 2]
    assert "Đã nhập 2 bản cam kết" in client.get(response.headers["Location"]).content.decode()


def test_file_is_kept_under_a_name_of_ours(
    client: Client, cast: Cast, campaign: Campaign, media: Path
) -> None:
    client.force_login(cast.quan)
    content = jpeg()
    send(client, campaign, content, people=[cast.lan_posting.pk], name="../../<b>Lan</b>.pdf.exe")
    (kept,) = files(media)
    assert kept.read_bytes() == content
    assert kept.relative_to(media).parts[:2] == ("signed-sheets", "2026")
    assert (kept.suffix, len(kept.stem)) == (".jpg", 36)


def test_people_are_told(client: Client, cast: Cast, campaign: Campaign) -> None:
    client.force_login(cast.quan)
    quan = cast.quan.postings.get()
    send(client, campaign, people=[cast.lan_posting.pk, quan.pk])
    notice = Notice.objects.get()
    assert notice.recipient == cast.lan
    assert "ký ngày 15/10/2026, người nhập: Đỗ Anh Quân" in notice.text


def test_whole_department_is_one_tick(client: Client, cast: Cast, campaign: Campaign) -> None:
    client.force_login(cast.tam)
    assert send(client, campaign, departments=[cast.one_stop.pk]).status_code == 302
    assert set(Pledge.objects.values_list("posting_id", flat=True)) == {
        cast.lan_posting.pk,
        cast.minh_posting.pk,
    }


def test_same_scan_is_kept_once(client: Client, cast: Cast, campaign: Campaign, media: Path) -> None:
    client.force_login(cast.quan)
    content = pdf(2)
    send(client, campaign, content, people=[cast.lan_posting.pk])
    send(client, campaign, content, people=[cast.minh_posting.pk])
    assert SignedSheet.objects.count() == len(files(media)) == 1
    assert {pledge.sheet_id for pledge in Pledge.objects.all()} == {SignedSheet.objects.get().pk}


def test_second_click_keeps_the_first_pledge(
    client: Client, cast: Cast, campaign: Campaign, media: Path
) -> None:
    client.force_login(cast.quan)
    send(client, campaign, pdf(1), people=[cast.lan_posting.pk])
    response = send(client, campaign, pdf(2), people=[cast.lan_posting.pk])
    assert Pledge.objects.get().sheet == SignedSheet.objects.get()
    assert len(files(media)) == 1
    shown = client.get(response.headers["Location"]).content.decode()
    assert "1 người đã ký từ trước" in shown


@pytest.mark.parametrize(
    ("content", "said", "problem"),
    [
        (b"", "Tệp rỗng", "empty"),
        (b"%PDF-1.7\n" + bytes(11 * 1024**2), "lớn hơn 10 MB", "too_big"),
        (b"MZ\x90\x00" + bytes(400), "Đây không phải bản quét", "other_kind"),
        (zip_bomb(), "Đây không phải bản quét", "other_kind"),
        (b"<html><script>alert(1)</script></html>", "Đây không phải bản quét", "other_kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Đây không phải bản quét", "other_kind"),
        (jpeg()[:900], "bị hỏng", "broken"),
        (pdf()[:60], "bị hỏng", "broken"),
        (locked_pdf(), "khóa bằng mật khẩu", "encrypted"),
        (pdf(301), "hơn 300 trang", "too_many_pages"),
    ],
    ids=["0 bytes", "11 MB", "exe", "zip bomb", "html", "svg", "half a jpeg", "half a pdf", "locked", "book"],
)
def test_what_is_no_scan_is_refused_and_noted(
    client: Client, cast: Cast, campaign: Campaign, media: Path, content: bytes, said: str, problem: str
) -> None:
    client.force_login(cast.quan)
    response = send(client, campaign, content, people=[cast.lan_posting.pk])
    shown = response.content.decode()
    assert response.status_code == 422
    assert said in shown
    assert f'value="{cast.lan_posting.pk}" checked' in shown
    assert not Pledge.objects.exists()
    assert not SignedSheet.objects.exists()
    assert files(media) == []
    event = AuditEvent.objects.get()
    assert (event.act, event.actor_id) == ("commitments.refuse_scan", cast.quan.pk)
    assert event.data["problem"] == problem


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"people": []}, "Cần đánh dấu những người đã ký"),
        ({"people": ["999999999"]}, "không còn trong danh sách"),
        ({"people": ["abc"]}, "không còn trong danh sách"),
        ({"people": ["1\x00"]}, ""),
        ({"departments": ["999999999"]}, "không còn trong danh sách"),
        ({"signed_on": ""}, "Xin điền mục này"),
        ({"signed_on": "31/02/2026"}, "ngày"),
        ({"signed_on": "21/10/2026"}, "hôm nay hoặc trước đó"),
        ({"scan": ""}, "Xin điền mục này"),
    ],
)
def test_wrong_entry_stores_nothing(
    client: Client, cast: Cast, campaign: Campaign, media: Path, changed: dict[str, Any], said: str
) -> None:
    client.force_login(cast.quan)
    response = send(client, campaign, **{"people": [cast.lan_posting.pk], **changed})
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Pledge.objects.exists()
    assert files(media) == []


def test_day_before_the_campaign_is_refused(client: Client, cast: Cast, campaign: Campaign) -> None:
    client.force_login(cast.quan)
    response = send(client, campaign, people=[cast.lan_posting.pk], signed_on="30/09/2026")
    assert response.status_code == 403
    assert "mở từ ngày 01/10/2026" in response.content.decode()


def test_who_came_after_the_day_is_refused(client: Client, cast: Cast, campaign: Campaign) -> None:
    late = make_posting(make_user("Vũ Đến Sau"), cast.one_stop, starts_on=date(2026, 10, 18))
    client.force_login(cast.quan)
    response = send(client, campaign, people=[late.pk])
    assert response.status_code == 403
    assert not Pledge.objects.exists()
    assert send(client, campaign, people=[late.pk], signed_on="18/10/2026").status_code == 302


@pytest.mark.parametrize("end", ["retired", "ended"])
def test_wording_out_of_force_is_refused(client: Client, cast: Cast, campaign: Campaign, end: str) -> None:
    if end == "retired":
        cast.adoption.version.state = "retired"
        cast.adoption.version.save(update_fields=["state"])
    else:
        cast.adoption.valid_to = date(2026, 10, 14)
        cast.adoption.save()
    client.force_login(cast.quan)
    assert send(client, campaign, people=[cast.lan_posting.pk]).status_code == 403
    assert not Pledge.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("lan", 403), ("minh", 403), ("hoa", 404), ("phuong", 200)])
def test_only_who_heads_or_administers_enters(
    client: Client, cast: Cast, campaign: Campaign, who: str, status: int
) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(f"/commitments/{campaign.pk}/paper/").status_code == status
    if status != 200:
        assert send(client, campaign, people=[cast.lan_posting.pk]).status_code == status
        assert not Pledge.objects.exists()


def test_administrator_of_a_part_enters_its_people_alone(
    client: Client, cast: Cast, campaign: Campaign
) -> None:
    admin = make_user("Ngô Quản Bộ Phận")
    grant(admin, cast.one_stop, Role.OFFICE_ADMIN)
    make_posting(admin, cast.one_stop)
    client.force_login(admin)
    shown = client.get(f"/commitments/{campaign.pk}/paper/").content.decode()
    assert "Thảo Lan" in shown
    assert "Lê Thị Tâm" not in shown
    assert send(client, campaign, people=[cast.tam_posting.pk]).status_code == 422
    assert send(client, campaign, departments=[cast.commune.pk]).status_code == 422
    assert not Pledge.objects.exists()
    with pytest.raises(Refused):
        services.enter_paper(
            campaign=campaign, posting_ids={cast.tam_posting.pk}, signed_on=date(2026, 10, 15),
            content=pdf(), by=admin, now=NOW,
        )  # fmt: skip


def test_full_disk_leaves_nothing_behind(
    client: Client, cast: Cast, campaign: Campaign, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk takes the first bytes and then no more, as a full one does."""

    def half(self: FileSystemStorage, name: str, content: Any) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.read(100))
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", half)
    client.force_login(cast.quan)
    response = send(client, campaign, people=[cast.lan_posting.pk])
    assert response.status_code == 422
    assert "Không lưu được tệp" in response.content.decode()
    assert files(media) == []
    assert not Pledge.objects.exists()
    assert not SignedSheet.objects.exists()


def test_file_goes_when_the_pledges_cannot_be_stored(
    cast: Cast, campaign: Campaign, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        assert files(media)
        raise DatabaseError("no audit")

    monkeypatch.setattr(services, "record", fail)
    with pytest.raises(DatabaseError, match="no audit"):
        services.enter_paper(
            campaign=campaign, posting_ids={cast.lan_posting.pk}, signed_on=date(2026, 10, 15),
            content=pdf(), by=cast.quan, now=NOW,
        )  # fmt: skip
    assert files(media) == []
    assert not Pledge.objects.exists()
    assert not SignedSheet.objects.exists()


def test_same_scan_from_two_desks_at_once_is_kept_once(
    cast: Cast, campaign: Campaign, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between looking and storing, somebody else has stored the same scan: looked for again, it is found."""
    write, calls = services._write, []

    def late(scan: Scan, now: datetime) -> str:
        calls.append(scan.sha256)
        if len(calls) == 1:
            services._sheet(campaign, scan, "signed-sheets/other.pdf", cast.tam, now)
        return write(scan, now)

    monkeypatch.setattr(services, "_write", late)
    entered = services.enter_paper(
        campaign=campaign, posting_ids={cast.lan_posting.pk}, signed_on=date(2026, 10, 15),
        content=pdf(), by=cast.quan, now=NOW,
    )  # fmt: skip
    assert (entered.n_new, len(calls)) == (1, 2)
    assert SignedSheet.objects.count() == len(files(media)) == 1


def test_list_is_filtered_by_name_and_department(client: Client, cast: Cast, campaign: Campaign) -> None:
    client.force_login(cast.quan)
    address = f"/commitments/{campaign.pk}/paper/"
    by_name = client.get(address, {"q": "thao lan"}).content.decode()
    assert "Thảo Lan" in by_name
    assert "Hữu Minh" not in by_name
    by_part = client.get(address, {"agency": cast.commune.pk}).content.decode()
    assert "Lê Thị Tâm" in by_part
    assert "Thảo Lan" not in by_part
    assert "Không có người chưa ký nào" in client.get(address, {"q": "xyz"}).content.decode()
    for nonsense in ({"agency": "abc"}, {"agency": "9" * 40}, {"page": "-3"}, {"q": "x" * 300}):
        assert client.get(address, nonsense).status_code == 200


def test_who_has_signed_is_not_on_the_list(client: Client, cast: Cast, campaign: Campaign) -> None:
    client.force_login(cast.quan)
    everybody = [cast.commune.pk, cast.one_stop.pk, cast.department.pk]
    send(client, campaign, departments=everybody)
    assert Pledge.objects.count() == 4
    shown = client.get(f"/commitments/{campaign.pk}/paper/").content.decode()
    assert "Mọi người trong phạm vi phụ trách đã ký" in shown


def test_page_and_entry_ask_little_of_the_database(
    client: Client, cast: Cast, campaign: Campaign, django_assert_max_num_queries: Any
) -> None:
    for number in range(40):
        make_posting(make_user(f"Nguyễn Thị Số {number}"), cast.one_stop)
    client.force_login(cast.quan)
    client.get(f"/commitments/{campaign.pk}/paper/")
    with django_assert_max_num_queries(12):
        assert "Số 39" in client.get(f"/commitments/{campaign.pk}/paper/").content.decode()
