"""The public page that verifies a pledge: no name, no cookie, nothing to guess."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from conduct.audit.models import AuditEvent
from conduct.commitments.models import Campaign, Pledge
from conduct.commitments.rules.pledges import in_fours
from conduct.commitments.services import verification
from models_catalog.models import ModelVersion
from tests.cast import Cast
from tests.factories import DAY, adopt
from tests.harness.worker import Broker
from tests.integration.commitments.papers import CODE, make_sheet, sign

NAME = "Tôn Nữ Hoàng Thảo Lan"
UNKNOWN = "Không có bản cam kết nào mang mã này"


@pytest.fixture
def pledge(cast: Cast, campaign: Campaign) -> Pledge:
    return sign(campaign, cast.lan_posting, code=CODE)


def shown(client: Client, code: str = CODE, **options: Any) -> str:
    return client.get(f"/v/{code}/", **options).content.decode()


def compare(client: Client, name: str, code: str = CODE, **options: Any) -> Any:
    return client.post(f"/v/{code}/", {"name": name, "lang": "vi"}, **options)


def test_page_says_where_when_how_and_what_was_signed(client: Client, cast: Cast, pledge: Pledge) -> None:
    page = shown(client)
    assert "Bản cam kết này đã được ký" in page
    assert "Xã An Thuận" in page
    assert "20/10/2026" in page
    assert "nhập lại mật khẩu" in page
    assert "2 không, 1 biết" in page
    assert "phiên bản 1, năm 2026" in page
    assert in_fours(pledge.sha256) in page


def test_page_names_neither_person_nor_title_nor_department(client: Client, pledge: Pledge) -> None:
    page = shown(client)
    for secret in ("Thảo Lan", "Công chức Tư pháp", "Trung tâm Phục vụ"):
        assert secret not in page, secret


def test_page_tells_the_version_that_was_signed(
    client: Client, cast: Cast, campaign: Campaign, pledge: Pledge
) -> None:
    """A minor correction takes the campaign along to the next version; what was signed stays signed."""
    old = cast.adoption.version
    new = ModelVersion.objects.create(model=old.model, number=2)
    campaign.adoption = adopt(
        cast.commune, new, valid_from=DAY + timedelta(days=1), replaces=cast.adoption, keeps_signatures=True
    )
    campaign.save()
    assert "phiên bản 1, năm 2026" in shown(client)


@pytest.mark.parametrize("code", [CODE.lower(), "7K3M-9PQR-ABCD-EFGH-JK01", "7k3m 9pqr abcd efgh jkoi"])
def test_code_may_be_typed_in_any_way(client: Client, pledge: Pledge, code: str) -> None:
    assert "Bản cam kết này đã được ký" in shown(client, code)


def test_page_is_read_in_english_too(client: Client, pledge: Pledge) -> None:
    assert "This pledge was signed" in client.get(f"/v/{CODE}/?lang=en").content.decode()
    assert "The name matches." in client.post(f"/v/{CODE}/", {"name": NAME, "lang": "en"}).content.decode()


@pytest.mark.parametrize(
    ("method", "said"),
    [
        ("passkey", "khóa truy cập"),
        ("paper", "ký trên giấy, bản quét được lưu"),
        ("on_behalf", "người khác ký thay"),
    ],
)
def test_page_says_how_it_was_signed(
    client: Client, cast: Cast, campaign: Campaign, method: str, said: str
) -> None:
    fields: dict[str, Any] = {"entered_by": cast.quan, "note": "Đang điều trị"}
    if method == "paper":
        fields["sheet"] = make_sheet(campaign, cast.lan_posting)
    sign(campaign, cast.lan_posting, code=CODE, method=method, **fields)
    page = shown(client)
    assert said in page
    assert "Anh Quân" not in page
    assert "Đang điều trị" not in page


def test_field_leads_to_the_page_of_the_code(client: Client, pledge: Pledge) -> None:
    response = client.get("/v/", {"code": " 7k3m-9pqr-abcd-efgh-jkoi "})
    assert (response.status_code, response["Location"]) == (302, f"/v/{CODE}/?lang=vi")
    assert 'name="code"' in client.get("/v/").content.decode()


@pytest.mark.parametrize("code", ["7K3M9PQRABCDEFGHJK02", "7K3M", "' OR 1=1 --", "%00", "U" * 20, "x" * 3000])
def test_wrong_and_malformed_codes_are_not_found(client: Client, pledge: Pledge, code: str) -> None:
    response = client.get(f"/v/{code}/")
    assert response.status_code == 404
    assert UNKNOWN in response.content.decode()


@pytest.mark.parametrize("typed", ["7K3M", "a/b", "<script>", "\x00", "７" * 20])
def test_malformed_code_in_the_field_is_not_found(client: Client, typed: str) -> None:
    response = client.get("/v/", {"code": typed})
    assert response.status_code == 404
    assert "<script>" not in response.content.decode()


@pytest.mark.parametrize("typed", [NAME, "tôn nữ  hoàng thảo lan ", "TÔN NỮ HOÀNG THẢO LAN"])
def test_name_on_the_paper_matches(client: Client, pledge: Pledge, typed: str) -> None:
    response = compare(client, typed)
    assert response.status_code == 200
    assert "Họ tên khớp." in response.content.decode()


@pytest.mark.parametrize("typed", ["Ton Nu Hoang Thao Lan", "Thảo Lan", "Trần Thị Hoa"])
def test_another_name_does_not_match(client: Client, pledge: Pledge, typed: str) -> None:
    response = compare(client, typed)
    assert response.status_code == 200
    page = response.content.decode()
    assert "Họ tên không khớp." in page
    assert NAME not in page


def test_name_is_compared_with_the_one_that_was_signed(client: Client, cast: Cast, pledge: Pledge) -> None:
    cast.lan.full_name = "Tôn Nữ Hoàng Thảo Liên"
    cast.lan.save()
    assert "Họ tên khớp." in compare(client, NAME).content.decode()


@pytest.mark.parametrize("typed", ["", "   ", "a" * 121, "\x00"])
def test_bad_name_is_refused_and_not_counted(client: Client, pledge: Pledge, typed: str) -> None:
    assert compare(client, typed).status_code == 422
    assert not AuditEvent.objects.exists()


def test_each_comparison_is_audited_without_the_typed_name(
    client: Client, cast: Cast, pledge: Pledge
) -> None:
    compare(client, NAME)
    compare(client, "Người Nào Khác")
    events = list(AuditEvent.objects.filter(act="commitments.compare_name").order_by("pk"))
    assert [event.data for event in events] == [{"matches": True}, {"matches": False}]
    assert {(event.actor_name, event.object_id) for event in events} == {("", str(pledge.pk))}
    assert "Người Nào Khác" not in str([(event.object_name, event.reason, event.data) for event in events])


def test_sixth_name_for_a_code_waits(client: Client, pledge: Pledge) -> None:
    for number in range(5):
        assert compare(client, f"Tên {number}", REMOTE_ADDR=f"127.0.1.{number}").status_code == 200
    response = compare(client, NAME, REMOTE_ADDR="127.0.1.9")
    assert response.status_code == 429
    page = response.content.decode()
    assert "Hãy thử lại sau 15 phút" in page
    assert "Họ tên khớp." not in page
    assert AuditEvent.objects.filter(act="commitments.compare_name").count() == 5


def test_an_address_compares_at_most_twenty_names(client: Client, cast: Cast, campaign: Campaign) -> None:
    postings = (cast.lan_posting, cast.minh_posting, cast.tam_posting, cast.hoa_posting)
    codes = [sign(campaign, posting).code for posting in postings]
    tried = [compare(client, "Tên Thử", codes[number // 5]).status_code for number in range(20)]
    assert tried == [200] * 20
    posting = cast.quan.postings.get()
    fresh = sign(campaign, posting).code
    assert compare(client, "Tên Thử", fresh).status_code == 429
    assert compare(client, "Tên Thử", fresh, REMOTE_ADDR="127.0.9.9").status_code == 200


def test_guessed_codes_are_limited_and_audited_once(client: Client, pledge: Pledge) -> None:
    for number in range(20):
        assert client.get(f"/v/{CODE[:-2]}{number:02}/".replace("01/", "XX/")).status_code == 404
    for code in (CODE, "7K3M"):
        response = client.get(f"/v/{code}/")
        assert response.status_code == 429
        assert "Hãy thử lại sau 15 phút" in response.content.decode()
    assert client.get(f"/v/{CODE}/", REMOTE_ADDR="127.0.9.9").status_code == 200
    event = AuditEvent.objects.get(act="commitments.guess_codes")
    assert (event.data["tries"], event.object_id, event.actor_id) == (20, "", None)
    assert "127.0.0.1" not in str(event.data)


def test_ipv6_visitor_is_counted_by_network(client: Client, pledge: Pledge) -> None:
    for number in range(20):
        client.get("/v/7K3M/", REMOTE_ADDR=f"2001:db8:1:2::{number + 1:x}")
    assert client.get(f"/v/{CODE}/", REMOTE_ADDR="2001:db8:1:2::ffff").status_code == 429
    assert client.get(f"/v/{CODE}/", REMOTE_ADDR="2001:db8:1:3::1").status_code == 200


def test_behind_a_proxy_only_its_own_word_counts(client: Client, pledge: Pledge, settings: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    for number in range(20):  # the first entry is whatever the visitor claims
        client.get("/v/7K3M/", headers={"X-Forwarded-For": f"10.0.0.{number}, 192.0.2.7"})
    assert client.get(f"/v/{CODE}/", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 429
    assert client.get(f"/v/{CODE}/", headers={"X-Forwarded-For": "192.0.2.8"}).status_code == 200


def test_page_sets_no_cookie_and_reads_no_session(client: Client, cast: Cast, pledge: Pledge) -> None:
    client.force_login(cast.hoa)
    for response in (client.get("/v/"), client.get(f"/v/{CODE}/"), compare(client, NAME)):
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")
        assert "Trần Thị Hoa" not in response.content.decode()


@pytest.mark.parametrize("address", ["/v/", f"/v/{CODE}/", "/v/7K3M/"])
def test_page_is_kept_by_no_cache_and_no_search_engine(client: Client, pledge: Pledge, address: str) -> None:
    response = client.get(address)
    assert response["Cache-Control"] == "no-store"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "no-referrer"


def test_form_needs_no_csrf_cookie(pledge: Pledge) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert compare(strict, NAME).status_code == 200


def test_text_that_does_not_fit_its_hash_is_told(
    client: Client, pledge: Pledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database refuses such a row; the page would not hide it."""
    monkeypatch.setattr(verification, "sha256_of", lambda _text: "0" * 64)
    page = shown(client)
    assert "Nội dung đang lưu không khớp với mã băm" in page
    assert "Bản cam kết này đã được ký" not in page


@pytest.mark.django_db(transaction=True)
def test_without_the_cache_the_page_stands_and_names_rest(
    client: Client, pledge: Pledge, broker: Broker
) -> None:
    broker.stop()
    assert "Bản cam kết này đã được ký" in shown(client)
    response = compare(client, NAME)
    assert response.status_code == 503
    assert "Hiện chưa đối chiếu được họ tên" in response.content.decode()
    assert not AuditEvent.objects.exists()
