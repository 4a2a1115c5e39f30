"""The register of a campaign: what stands in it, who has it, how the file is made and kept."""

import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from python_calamine import CalamineWorkbook

from conduct.agencies.models import Agency
from conduct.agencies.permissions import Refused
from conduct.audit.models import AuditEvent
from conduct.commitments.models import Campaign, NotSigning, RegisterPrint
from conduct.commitments.services import prints, registers
from conduct.commitments.services.prints import make_print, request_print, sweep_prints
from conduct.commitments.services.registers import read_register, register_pdf, register_xlsx, signer
from conduct.documents import parts
from tests.cast import Cast
from tests.factories import DAY, NOW, make_agency, make_posting, make_user
from tests.integration.commitments.papers import CODE, make_sheet, pages_of, sign, words_of

HEADINGS = "TT Họ và tên Chức vụ Ngày ký Cách ký Mã kiểm tra SHA-256"
STATE = RegisterPrint.State


@pytest.fixture(autouse=True)
def no_broker(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What would have been published; real workers are in test_register_workers."""
    told: list[int] = []
    monkeypatch.setattr(
        "conduct.commitments.views.registers.publish", lambda _task, *, print_id: told.append(print_id)
    )
    return told


@pytest.fixture
def signed(cast: Cast, campaign: Campaign) -> Campaign:
    """Lan, Tâm and Khánh signed in three ways, Minh is excused, Quân declined."""
    sign(campaign, cast.lan_posting, code=CODE)
    sign(campaign, cast.tam_posting, method="passkey")
    khanh = make_posting(make_user("Đặng Quốc Khánh"), cast.one_stop, title="Nhân viên")
    sign(campaign, khanh, method="paper", sheet=make_sheet(campaign, khanh), entered_by=cast.quan)
    for posting, kind, reason in (
        (cast.minh_posting, "excused", "Nghỉ thai sản"),
        (cast.quan.postings.get(), "declined", "Không đồng ý với điều 2"),
    ):
        NotSigning.objects.create(
            campaign=campaign, posting=posting, kind=kind, reason=reason, stated_by=cast.tam, stated_at=NOW
        )
    return campaign


def staff(agency: Agency, campaign: Campaign, n: int) -> None:
    """So many people of an agency who have signed."""
    for number in range(n):
        person = make_user(f"Nguyễn Thị Hoàng Bảo Ngọc {number:04}")
        sign(
            campaign, make_posting(person, agency, title="Chuyên viên phụ trách tổng hợp"), text=f"x{number}"
        )


def pdf_of(campaign: Campaign, agency: Agency) -> list[str]:
    register = read_register(campaign, agency, DAY)
    return pages_of(register_pdf(register, at=NOW, tell=lambda _share: None))


def asked(campaign: Campaign, cast: Cast) -> RegisterPrint:
    return request_print(campaign=campaign, agency=cast.commune, by=cast.tam, now=NOW)[0]


def make(print_id: int, worker: str = "w1", now: datetime = NOW) -> bool:
    return make_print(print_id=print_id, worker=worker, clock=lambda: now)


def test_register_lists_by_department_and_given_name(cast: Cast, signed: Campaign) -> None:
    found = read_register(signed, cast.commune, DAY)
    assert [(group.unit, [line.name for line in group.lines]) for group in found.groups] == [
        ("Xã An Thuận", ["Lê Thị Tâm"]),
        ("Trung tâm Phục vụ hành chính công", ["Đặng Quốc Khánh", "Tôn Nữ Hoàng Thảo Lan"]),
    ]
    assert [one.name for one in found.excused] == ["Phạm Hữu Minh"]
    assert [one.name for one in found.declined] == ["Đỗ Anh Quân"]
    assert (found.total.in_scope, found.total.signed, found.total.excused, found.total.declined) == (
        5,
        3,
        1,
        1,
    )


def test_paper_says_who_signed_when_and_how(cast: Cast, signed: Campaign) -> None:
    said = " ".join(pdf_of(signed, cast.commune))
    for words in (
        "UBND TỈNH MỰC GIANG", "ỦY BAN NHÂN DÂN XÃ AN THUẬN", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc", "An Thuận, ngày 20 tháng 10 năm 2026", "SỔ ĐĂNG KÝ CAM KẾT",
        "Thực hiện “2 không, 1 biết” năm 2026", "Tôn Nữ Hoàng Thảo Lan", "Công chức Tư pháp – Hộ tịch",
        "20/10/2026", "Mật khẩu", "Khóa truy cập", "Trên giấy", "7K3M-9PQR-ABCD-EFGH-JK01",
        "Tổng số người thuộc diện ký: 5. Đã ký: 3. Được miễn ký: 1. Từ chối ký: 1. Chưa ký: 0.",
        "TM. ỦY BAN NHÂN DÂN CHỦ TỊCH", "Nơi nhận:",
    ):  # fmt: skip
        assert words in said, words


def test_paper_gives_no_reasons(cast: Cast, signed: Campaign) -> None:
    said = " ".join(pdf_of(signed, cast.commune))
    assert "Phạm Hữu Minh" in said
    assert "thai sản" not in said
    assert "đồng ý" not in said


def test_register_of_a_department_holds_nobody_else(cast: Cast, signed: Campaign) -> None:
    said = " ".join(pdf_of(signed, cast.one_stop))
    assert "Thảo Lan" in said
    assert "Thị Tâm" not in said
    assert "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG" in said
    assert "UBND XÃ AN THUẬN" in said


def test_register_of_a_province_names_department_and_office(cast: Cast, signed: Campaign) -> None:
    signed.agency = cast.province
    signed.save()
    units = [group.unit for group in read_register(signed, cast.province, DAY).groups]
    assert units == ["Xã An Thuận", "Trung tâm Phục vụ hành chính công, Xã An Thuận"]


def test_who_signed_and_moved_on_stays_in_the_register(cast: Cast, signed: Campaign) -> None:
    cast.lan_posting.ends_on = DAY - timedelta(days=1)
    cast.lan_posting.save()
    found = read_register(signed, cast.commune, DAY)
    assert [line.name for line in found.left] == ["Tôn Nữ Hoàng Thảo Lan"]
    assert found.total.in_scope == 4
    assert "Đã ký, nay không còn ở vị trí đó (1 người)" in " ".join(pdf_of(signed, cast.commune))


def test_register_without_signatures_says_so(cast: Cast, campaign: Campaign) -> None:
    assert "Chưa có người ký." in " ".join(pdf_of(campaign, cast.commune))


def test_head_is_repeated_on_every_page_and_pages_are_counted(cast: Cast, campaign: Campaign) -> None:
    staff(cast.one_stop, campaign, 60)
    pages = pdf_of(campaign, cast.commune)
    assert len(pages) >= 3
    tables = [page for page in pages if "Nguyễn Thị Hoàng Bảo Ngọc" in page]
    assert len(tables) >= 3
    for page in tables:
        assert page.count(HEADINGS) == 1
        assert "Trung tâm Phục vụ hành chính công (60 người)" in page
    assert not pages[0].startswith("1/")
    for number, page in enumerate(pages[1:], 2):
        assert page.startswith(f"{number}/{len(pages)} "), page[:30]


def test_long_register_is_made_in_parts_that_count_on(
    cast: Cast, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registers, "PART_ROWS", 25)
    staff(cast.one_stop, campaign, 60)
    staff(cast.department, campaign, 8)
    told: list[float] = []
    pages = pages_of(register_pdf(read_register(campaign, cast.commune, DAY), at=NOW, tell=told.append))
    for number, page in enumerate(pages[1:], 2):
        assert page.startswith(f"{number}/{len(pages)} "), page[:30]
    numbers = [int(one) for one in re.findall(r"(\d+) Nguyễn Thị Hoàng Bảo Ngọc", " ".join(pages))]
    assert numbers == list(range(1, 69))
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert " ".join(pages).count("SỔ ĐĂNG KÝ CAM KẾT") == " ".join(pages).count("Nơi nhận:") == 1


def test_parts_end_with_departments(cast: Cast, campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    """20 and 20 do not fit into 25: two parts; 60 alone are cut."""
    monkeypatch.setattr(registers, "PART_ROWS", 25)
    staff(cast.one_stop, campaign, 20)
    staff(cast.department, campaign, 20)
    made: list[Any] = []
    monkeypatch.setattr(registers, "compile_parts", lambda _name, some, **_: made.extend(some) or b"")
    register_pdf(read_register(campaign, cast.commune, DAY), at=NOW, tell=lambda _: None)
    assert [[len(group["rows"]) for group in part["groups"]] for part in made] == [[20], [20]]


def test_every_word_of_long_names_is_on_the_paper(cast: Cast, campaign: Campaign) -> None:
    long = make_agency(
        "Trung tâm Phục vụ hành chính công và tiếp nhận, trả kết quả giải quyết thủ tục hành chính",
        kind="one_stop", parent=cast.commune,
    )  # fmt: skip
    person = make_user("Công Tằng Tôn Nữ Nguyễn Phước Quỳnh Hoàng Thảo Uyên")
    title = "Viên chức Văn hóa – Xã hội, phụ trách công tác gia đình, trẻ em và bình đẳng giới"
    sign(campaign, make_posting(person, long, title=title))
    said = words_of(" ".join(pdf_of(campaign, long)))
    assert words_of(f"{person.full_name} {title} {long.name.upper()}") <= said


def test_head_of_the_office_signs_it(cast: Cast) -> None:
    assert signer(cast.commune, DAY) == ("Lê Thị Tâm", ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"))
    assert signer(cast.one_stop, DAY) == (
        "Phạm Hữu Minh",
        ("KT. GIÁM ĐỐC TRUNG TÂM", "PHÓ GIÁM ĐỐC TRUNG TÂM"),
    )
    assert signer(cast.department, DAY) == ("", ("THỦ TRƯỞNG ĐƠN VỊ",))


def test_sheet_holds_the_same(cast: Cast, signed: Campaign) -> None:
    content = register_xlsx(read_register(signed, cast.commune, DAY))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[0][0] == "SỔ ĐĂNG KÝ CAM KẾT"
    table = [row for row in rows if isinstance(row[0], float)]
    assert [(row[1], row[4]) for row in table] == [
        ("Lê Thị Tâm", "Đã ký"), ("Đặng Quốc Khánh", "Đã ký"), ("Tôn Nữ Hoàng Thảo Lan", "Đã ký"),
        ("Phạm Hữu Minh", "Được miễn ký"), ("Đỗ Anh Quân", "Từ chối ký"),
    ]  # fmt: skip
    assert table[2][5] == DAY
    assert table[2][7] == "7K3M-9PQR-ABCD-EFGH-JK01"
    assert "thai sản" not in str(rows)


def test_request_is_made_into_a_file(cast: Cast, signed: Campaign) -> None:
    one = asked(signed, cast)
    assert make(one.pk)
    one.refresh_from_db()
    assert (one.state, one.n_done, one.n_all, one.n_tries) == (STATE.DONE, 3, 3, 1)
    with one.file.open("rb") as stored:
        content = stored.read()
    assert len(content) == one.n_bytes
    assert "Thảo Lan" in " ".join(pages_of(content))


def test_request_is_made_once(cast: Cast, signed: Campaign) -> None:
    one = asked(signed, cast)
    assert make(one.pk)
    assert not make(one.pk, "w2")


def test_two_clicks_ask_once(cast: Cast, campaign: Campaign) -> None:
    first = request_print(campaign=campaign, agency=cast.commune, by=cast.tam, now=NOW)
    again = request_print(campaign=campaign, agency=cast.commune, by=cast.tam, now=NOW)
    assert (first[1], again[1]) == (True, False)
    assert first[0] == again[0]
    assert AuditEvent.objects.filter(act="commitments.request_print").count() == 1


def test_claimed_request_waits_for_its_lease(cast: Cast, signed: Campaign) -> None:
    one = asked(signed, cast)
    RegisterPrint.objects.filter(pk=one.pk).update(
        state=STATE.RUNNING, worker="dead", lease_until=NOW + timedelta(minutes=1), n_tries=1
    )
    assert not make(one.pk)
    assert sweep_prints(now=NOW) == []
    later = NOW + timedelta(minutes=2)
    assert sweep_prints(now=later) == [one.pk]
    assert make(one.pk, now=later)


def test_who_lost_the_lease_writes_nothing(
    cast: Cast, signed: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, real = asked(signed, cast), prints.register_pdf

    def slow(*args: Any, **options: Any) -> bytes:
        RegisterPrint.objects.filter(pk=one.pk).update(worker="other")
        return real(*args, **options)

    monkeypatch.setattr(prints, "register_pdf", slow)
    stored: list[str] = []
    monkeypatch.setattr(one.file.storage, "delete", stored.append)
    assert not make(one.pk)
    one.refresh_from_db()
    assert (one.state, one.worker, one.file.name) == (STATE.RUNNING, "other", "")
    assert len(stored) == 1


def test_third_failure_ends_it_with_the_reason(
    cast: Cast, signed: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: Any, **_options: Any) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(prints, "register_pdf", full)
    one = asked(signed, cast)
    for tries in (1, 2, 3):
        assert sweep_prints(now=NOW) == [one.pk]
        assert not make(one.pk)
        one.refresh_from_db()
        assert one.n_tries == tries
    assert (one.state, one.error) == (STATE.FAILED, "OSError")
    assert sweep_prints(now=NOW) == []
    assert not make(one.pk)


def test_three_dead_workers_end_it(cast: Cast, signed: Campaign) -> None:
    one = asked(signed, cast)
    RegisterPrint.objects.filter(pk=one.pk).update(
        state=STATE.RUNNING, worker="dead", lease_until=NOW - timedelta(minutes=1), n_tries=3
    )
    assert sweep_prints(now=NOW) == []
    one.refresh_from_db()
    assert (one.state, one.error) == (STATE.FAILED, prints.WORKER_ENDED)


def test_file_goes_after_seven_days(cast: Cast, signed: Campaign) -> None:
    one = asked(signed, cast)
    make(one.pk)
    one.refresh_from_db()
    name, storage = one.file.name, one.file.storage
    sweep_prints(now=NOW + timedelta(days=7))
    assert storage.exists(name)
    sweep_prints(now=NOW + timedelta(days=7, minutes=1))
    assert not storage.exists(name)
    one.refresh_from_db()
    assert (one.state, one.file.name) == (STATE.DONE, "")


def test_request_that_is_not_there_is_nobodys(cast: Cast) -> None:
    assert not make(999_999)


@pytest.mark.parametrize(
    ("who", "of", "may"),
    [
        ("tam", "commune", True), ("quan", "commune", True), ("phuong", "commune", True),
        ("minh", "one_stop", True), ("minh", "commune", False), ("lan", "one_stop", False),
        ("hoa", "commune", False),
    ],
)  # fmt: skip
def test_register_is_for_those_who_lead_or_administer(
    cast: Cast, campaign: Campaign, who: str, of: str, may: bool
) -> None:
    def ask() -> bool:
        agency = getattr(cast, of)
        return request_print(campaign=campaign, agency=agency, by=getattr(cast, who), now=NOW)[1]

    if may:
        assert ask()
    else:
        with pytest.raises(Refused):
            ask()


def test_page_makes_the_register(
    client: Client, cast: Cast, signed: Campaign, no_broker: list[int],
    django_assert_max_num_queries: Callable[..., Any],
) -> None:  # fmt: skip
    client.force_login(cast.tam)
    address = f"/commitments/{signed.pk}/register/"
    assert "Chưa lập sổ PDF nào" in client.get(address).content.decode()
    response = client.post(address, {"office": cast.commune.code}, follow=True)
    assert "Đang chờ" in response.content.decode()
    client.post(address, {"office": cast.commune.code})
    one = RegisterPrint.objects.get()
    assert no_broker == [one.pk]
    assert make(one.pk)
    with django_assert_max_num_queries(14):  # two of them read the session and the person
        page = client.get(address).content.decode()
    assert "Đã xong" in page
    assert f"/commitments/registers/{one.pk}/" in page
    file = client.get(f"/commitments/registers/{one.pk}/")
    assert file["Content-Disposition"].startswith('attachment; filename="so-dang-ky-cam-ket-')
    assert file["Cache-Control"] == "private, no-store"
    assert file.content.startswith(b"%PDF-")


def test_list_of_files_refreshes_alone_while_one_is_made(
    client: Client, cast: Cast, signed: Campaign
) -> None:
    client.force_login(cast.tam)
    one = asked(signed, cast)
    RegisterPrint.objects.filter(pk=one.pk).update(state=STATE.RUNNING, n_done=1200, n_all=5000)
    address = f"/commitments/{signed.pk}/register/?office={cast.commune.code}"
    headers = {"HX-Request": "true", "HX-Target": "prints"}
    part = client.get(address, headers=headers).content.decode()
    assert part.lstrip().startswith('<div id="prints"')
    assert 'hx-trigger="every 2s"' in part
    assert "1.200/5.000" in part
    RegisterPrint.objects.filter(pk=one.pk).update(state=STATE.FAILED, error="OSError")
    part = client.get(address, headers=headers).content.decode()
    assert "hx-trigger" not in part
    assert "Lập ba lần không được (OSError)" in part


def test_file_that_was_removed_is_not_offered(client: Client, cast: Cast, signed: Campaign) -> None:
    one = asked(signed, cast)
    make(one.pk)
    sweep_prints(now=NOW + timedelta(days=8))
    client.force_login(cast.tam)
    assert "đã xóa khi hết hạn lưu" in client.get(f"/commitments/{signed.pk}/register/").content.decode()
    assert client.get(f"/commitments/registers/{one.pk}/").status_code == 404


def test_supervisor_starts_with_the_own_department(client: Client, cast: Cast, signed: Campaign) -> None:
    client.force_login(cast.minh)
    page = client.get(f"/commitments/{signed.pk}/register/").content.decode()
    assert "Trung tâm Phục vụ hành chính công: " in page
    page = client.get(f"/commitments/{signed.pk}/register/?office={cast.commune.code}").content.decode()
    assert "Trung tâm Phục vụ hành chính công: " in page


def test_supervisor_gets_the_own_department_and_no_more(
    client: Client, cast: Cast, signed: Campaign, no_broker: list[int]
) -> None:
    client.force_login(cast.minh)
    address = f"/commitments/{signed.pk}/register"
    assert client.get(f"{address}.xlsx?office={cast.one_stop.code}").status_code == 200
    assert client.get(f"{address}.xlsx?office={cast.commune.code}").status_code == 403
    assert client.post(f"{address}/", {"office": cast.commune.code}).status_code == 403
    assert client.post(f"{address}/").status_code == 403
    assert no_broker == []


def test_head_of_the_province_goes_down_the_tree(client: Client, cast: Cast, signed: Campaign) -> None:
    signed.agency = cast.province
    signed.save()
    client.force_login(cast.phuong)
    page = client.get(f"/commitments/{signed.pk}/register/").content.decode()
    assert f'value="{cast.commune.code}"' in page
    page = client.get(f"/commitments/{signed.pk}/register/?office={cast.commune.code}").content.decode()
    assert f'value="{cast.one_stop.code}"' in page
    assert f'value="{cast.province.code}"' in page


@pytest.mark.parametrize("path", ["register/", "register.xlsx"])
@pytest.mark.parametrize(("who", "status"), [("tam", 200), ("phuong", 200), ("lan", 403), ("hoa", 404)])
def test_pages_are_for_those_who_lead_or_administer(
    client: Client, cast: Cast, signed: Campaign, who: str, status: int, path: str
) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(f"/commitments/{signed.pk}/{path}").status_code == status


@pytest.mark.parametrize(("who", "status"), [("quan", 200), ("minh", 403), ("lan", 403), ("hoa", 404)])
def test_file_is_for_those_who_lead_or_administer_the_whole_of_it(
    client: Client, cast: Cast, signed: Campaign, who: str, status: int
) -> None:
    one = asked(signed, cast)
    make(one.pk)
    client.force_login(getattr(cast, who))
    assert client.get(f"/commitments/registers/{one.pk}/").status_code == status


@pytest.mark.parametrize("office", ["NOWHERE", "x" * 500, "\x00", "0"])
def test_unknown_office_is_not_found(client: Client, cast: Cast, signed: Campaign, office: str) -> None:
    client.force_login(cast.tam)
    assert client.get(f"/commitments/{signed.pk}/register/", {"office": office}).status_code == 404
    assert client.post(f"/commitments/{signed.pk}/register/", {"office": office}).status_code == 404


def test_office_outside_the_campaign_is_not_found(client: Client, cast: Cast, signed: Campaign) -> None:
    client.force_login(cast.phuong)
    response = client.get(f"/commitments/{signed.pk}/register/?office={cast.other_commune.code}")
    assert response.status_code == 404


def test_unfinished_or_lost_file_is_not_found(client: Client, cast: Cast, signed: Campaign) -> None:
    one = asked(signed, cast)
    client.force_login(cast.tam)
    assert client.get(f"/commitments/registers/{one.pk}/").status_code == 404
    one.file.save("lost.pdf", ContentFile(b"%PDF-"))
    RegisterPrint.objects.filter(pk=one.pk).update(state=STATE.DONE)
    one.file.storage.delete(one.file.name)
    assert client.get(f"/commitments/registers/{one.pk}/").status_code == 404


def test_typst_is_made_to_forget(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[bytes] = []
    monkeypatch.setattr(parts.typst, "compile", lambda source, **_: made.append(source))
    parts.forget_layouts()
    assert len(made) > 10
