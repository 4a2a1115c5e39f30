"""Taking in a model from a file: checked row by row, looked at, then stored as drafts or not at all."""

from io import StringIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from conduct.agencies.models import Agency, Role
from conduct.audit.models import AuditEvent
from models_catalog.models import ConductModel, Item, ModelVersion
from models_catalog.services.files import LIBRARY, read_model
from tests.cast import Cast, make_cast
from tests.factories import grant, make_user

pytestmark = pytest.mark.django_db
URL = "/catalogue/import/"
KEY = "hoa-son-5-khong-4-biet"
GOOD = (LIBRARY / f"{KEY}.yaml").read_text(encoding="utf-8")


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def upload(client: Client, text: str | bytes, keeper: Agency | str) -> Any:
    content = text.encode() if isinstance(text, str) else text
    file = SimpleUploadedFile("mo-hinh.yaml", content)
    return client.post(URL, {"file": file, "keeper": getattr(keeper, "pk", keeper)})


def store(client: Client, shown: Any, **changed: Any) -> Any:
    """Press the button of the page that showed the file."""
    context = shown.context
    sent = {
        "text": context["text"],
        "state": context["plan"].state,
        "keeper": context["keeper"].pk if context["keeper"] else "",
    }
    return client.post(URL, {**sent, **changed})


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


def test_file_is_looked_at_and_then_stored_as_a_draft_of_the_office(client: Client, cast: Cast) -> None:
    client.force_login(cast.tam)
    shown = upload(client, GOOD, cast.commune)
    assert shown.status_code == 200
    page = shown.content.decode()
    assert "Danh mục chưa có mô hình này" in page
    assert "Thành bản dự thảo mới" in page
    assert "Không thất hứa với dân" in page
    assert not ConductModel.objects.filter(key=KEY).exists(), "nothing is stored by looking"
    done = store(client, shown)
    assert done.headers["Location"] == f"/catalogue/{KEY}/"
    model = ConductModel.objects.get(key=KEY)
    version = model.versions.get()
    assert (model.keeper, model.owners.count(), version.state) == (cast.commune, 1, "draft")
    assert version.edited_at is not None
    assert Item.objects.of_version(version).count() == 9
    event = AuditEvent.objects.get(act="models_catalog.import_model")
    assert (event.actor_name, event.agency_id) == ("Lê Thị Tâm", cast.commune.pk)
    assert event.data == {"key": KEY, "versions": [1], "n_items": 9}


def test_what_one_catalogue_gives_away_another_takes_in_word_for_word(client: Client, cast: Cast) -> None:
    call_command("load_library", stdout=StringIO())
    client.force_login(cast.tam)
    text = client.get(f"/catalogue/{KEY}/export/").content.decode()
    ConductModel.objects.filter(key=KEY).update(key="khac", name="Khác")
    store(client, upload(client, text, cast.commune))
    ModelVersion.objects.filter(model__key=KEY).update(state="published", published_at="2026-10-20T00:00Z")
    again = client.get(f"/catalogue/{KEY}/export/").content.decode()
    assert read_model(again)[0] == read_model(text)[0]


def test_second_click_stores_once(client: Client, cast: Cast) -> None:
    client.force_login(cast.tam)
    shown = upload(client, GOOD, cast.commune)
    assert [store(client, shown).status_code for _click in range(2)] == [302, 302]
    assert AuditEvent.objects.filter(act="models_catalog.import_model").count() == 1


def test_mistakes_are_listed_with_line_and_place_and_nothing_is_stored(client: Client, cast: Cast) -> None:
    client.force_login(cast.tam)
    text = changed("judged: person", "judged: people").replace("number: 4", "number: bốn")
    response = upload(client, text, cast.commune)
    page = response.content.decode()
    assert response.status_code == 422
    assert "Tệp có" in page
    assert "dòng 10" in page
    assert "Phải là một trong các giá trị: person, unit." in page
    assert "phiên bản thứ 1, nhóm 2, number" in page
    assert "Chỗ này phải là số nguyên." in page
    assert not ConductModel.objects.filter(key=KEY).exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "không có nội dung"),
        (b"MZ\x90\x00\x03", "UTF-8"),
        (b"PK\x03\x04" + bytes(range(256)), "UTF-8"),
        (b"a: &a [x]\nb: [*a, *a]", "Không nhận ký hiệu tham chiếu"),
        (b"!!python/object/apply:os.system [ls]", "Không nhận thẻ kiểu dữ liệu"),
        (b"[" * 100_000, "lồng nhau quá sâu"),
        (b"key: [", "không đúng định dạng YAML"),
        (b"- a\n- b", "các cặp tên và giá trị"),
        (b"# " + b"x" * 1_000_001, "lớn hơn 1 MB"),
    ],
    ids=["empty", "exe", "zip", "alias", "tag", "deep", "broken", "list", "large"],
)
def test_bad_file_is_one_clear_sentence(client: Client, cast: Cast, content: bytes, sentence: str) -> None:
    client.force_login(cast.tam)
    response = upload(client, content, cast.commune)
    assert response.status_code == 422
    assert sentence in response.content.decode()


def test_post_without_a_file_is_told(client: Client, cast: Cast) -> None:
    client.force_login(cast.tam)
    assert client.post(URL, {}).status_code == 422
    assert client.post(URL, {"text": "key: [", "keeper": cast.commune.pk}).status_code == 422
    assert client.post(URL, {"text": GOOD, "keeper": "x"}).status_code == 422
    assert client.post(URL, {"text": "a\x00", "keeper": cast.commune.pk}).status_code == 422


def published(client: Client, cast: Cast) -> ModelVersion:
    """The file as the office published it."""
    store(client, upload(client, GOOD, cast.commune))
    ModelVersion.objects.filter(model__key=KEY).update(state="published", published_at="2026-10-20T00:00Z")
    return ModelVersion.objects.get(model__key=KEY)


def test_published_version_never_changes(client: Client, cast: Cast) -> None:
    client.force_login(cast.tam)
    version = published(client, cast)
    text = changed("Không vi phạm giờ giấc làm việc", "Không vi phạm giờ giấc")
    response = upload(client, text, cast.commune)
    assert response.status_code == 422
    assert "Phiên bản 1 đã công bố với nội dung khác" in response.content.decode()
    forged = client.post(URL, {"text": text, "state": "", "keeper": cast.commune.pk})
    assert forged.status_code == 422
    version.refresh_from_db()
    assert Item.objects.of_version(version)[1].text == "Không vi phạm giờ giấc làm việc"


def test_new_version_comes_in_as_a_draft_beside_the_published_one(client: Client, cast: Cast) -> None:
    client.force_login(cast.tam)
    published(client, cast)
    start = GOOD.index("  - number: 1")
    second = (
        GOOD[start:].replace("  - number: 1", "  - number: 2", 1).replace("giờ giấc làm việc", "giờ giấc")
    )
    shown = upload(client, GOOD + second, cast.commune)
    page = shown.content.decode()
    assert "Đã có trong danh mục" in page
    assert "<del>" in page
    assert store(client, shown).status_code == 302
    assert list(ModelVersion.objects.filter(model__key=KEY).values_list("number", "state")) == [
        (1, "published"),
        (2, "draft"),
    ]


def test_file_that_says_nothing_new_stores_nothing(client: Client, cast: Cast) -> None:
    client.force_login(cast.tam)
    published(client, cast)
    page = upload(client, GOOD, cast.commune).content.decode()
    assert "không có gì để lưu" in page
    assert "Lưu thành bản dự thảo" not in page


def test_draft_changed_in_between_is_not_overwritten(client: Client, cast: Cast) -> None:
    client.force_login(cast.tam)
    store(client, upload(client, GOOD, cast.commune))
    shown = upload(client, changed("giờ giấc làm việc", "giờ giấc"), cast.commune)
    assert "Ghi lại bản dự thảo đang có" in shown.content.decode()
    ModelVersion.objects.filter(model__key=KEY).update(revision=9)
    response = store(client, shown)
    assert response.status_code == 409
    assert "vừa được người khác sửa" in response.content.decode()
    assert Item.objects.filter(
        text="Không vi phạm giờ giấc làm việc", group__version__model__key=KEY
    ).exists()
    assert store(client, response).status_code == 302
    assert not Item.objects.filter(
        text="Không vi phạm giờ giấc làm việc", group__version__model__key=KEY
    ).exists()


def test_model_of_another_office_keeps_its_key_and_its_name(client: Client, cast: Cast) -> None:
    client.force_login(cast.tam)
    store(client, upload(client, GOOD, cast.commune))
    client.force_login(cast.hoa)
    taken = upload(client, GOOD, cast.other_commune)
    assert taken.status_code == 422
    assert "Mã này đã thuộc về một mô hình do nơi khác quản lý" in taken.content.decode()
    assert "Xã An Thuận" not in taken.content.decode()
    named = upload(client, changed(f"key: {KEY}", "key: khac"), cast.other_commune)
    assert "cùng nơi khởi xướng và tên gọi" in named.content.decode()
    own = changed(f"key: {KEY}", "key: khac").replace("name: 5 không, 4 biết", "name: 5 không, 4 biết (mới)")
    assert store(client, upload(client, own, cast.other_commune)).status_code == 302


def test_kin_that_is_not_here_is_left_out_and_told(client: Client, cast: Cast) -> None:
    client.force_login(cast.tam)
    shown = upload(client, changed("lineage: {}", "lineage: {based_on: khong-co}"), cast.commune)
    assert "Tệp có nêu quan hệ với “khong-co”" in shown.content.decode()
    store(client, shown)
    assert ConductModel.objects.get(key=KEY).based_on is None


def test_kin_that_is_here_is_kept(client: Client, cast: Cast) -> None:
    client.force_login(cast.tam)
    kin = cast.adoption.version.model
    store(client, upload(client, changed("lineage: {}", f"lineage: {{based_on: {kin.key}}}"), cast.commune))
    assert ConductModel.objects.get(key=KEY).based_on == kin


def test_office_of_others_is_no_choice(client: Client, cast: Cast) -> None:
    client.force_login(cast.hoa)
    assert upload(client, GOOD, cast.commune).status_code == 422
    assert upload(client, GOOD, "").status_code == 422, "the common library is not hers"
    assert not ConductModel.objects.filter(key=KEY).exists()


def test_common_library_is_for_catalogue_editors_on_top(client: Client, cast: Cast) -> None:
    editor = make_user("Hồ Minh Châu", username="chau2")
    grant(editor, cast.province, Role.CATALOGUE_EDITOR)
    client.force_login(editor)
    assert store(client, upload(client, GOOD, "")).status_code == 302
    assert ConductModel.objects.get(key=KEY).keeper is None


@pytest.mark.parametrize("who", ["lan", "minh"])
def test_staff_without_the_right_are_refused(client: Client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(URL).status_code == 403
    assert upload(client, GOOD, cast.commune).status_code == 403


def test_nothing_is_stored_when_the_audit_row_fails(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(cast.tam)
    shown = upload(client, GOOD, cast.commune)

    def fail(**_: object) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr("models_catalog.services.exchange.record", fail)
    with pytest.raises(RuntimeError):
        store(client, shown)
    assert not ConductModel.objects.filter(key=KEY).exists()
