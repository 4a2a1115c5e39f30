"""One model's page."""

import pytest
from django.test import Client

from models_catalog.models import ConductModel, ModelVersion
from tests.cast import Cast, make_cast
from tests.factories import adopt, make_agency, make_user, make_version

from .drafting import next_draft, unknown_model

pytestmark = pytest.mark.django_db


@pytest.fixture
def lan(client: Client, library: None) -> Client:
    client.force_login(make_user("Tôn Nữ Hoàng Thảo Lan"))
    return client


def text_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_every_model_has_its_page(lan: Client) -> None:
    for key in ConductModel.objects.values_list("key", flat=True):
        assert lan.get(f"/catalogue/{key}/").status_code == 200, key


def test_page_shows_items_polarity_questions_and_sources(lan: Client) -> None:
    text = text_of(lan, "/catalogue/hoa-son-5-khong-4-biet/")
    for said in (
        "Không sử dụng rượu, bia trong giờ hành chính khi giải quyết công việc, tiếp xúc với nhân dân",
        "Điều không được làm",
        "Điều cần làm",
        "Đảng bộ xã Hòa Sơn",
        "Cán bộ có lần nào đã hẹn mà không giữ lời với ông/bà không?",
        "Tính là giữ đúng khi trả lời: Không",
        "Tính là giữ đúng khi trả lời: mức 4, 5 trên 5",
        "tháng 11/2022",
        "Đã công bố",
    ):
        assert said in text, said


def test_draft_says_so_with_what_is_known(lan: Client) -> None:
    text = text_of(lan, "/catalogue/agribank-hoa-vang-tiet-kiem/")
    assert "Những gì đã biết" in text
    assert "30.000 đồng" in text
    assert "Áp dụng cho cơ quan" not in text


def test_family_is_shown_from_both_sides(lan: Client) -> None:
    assert "dựa trên mô hình trên" in text_of(lan, "/catalogue/4-xin-4-luon/")
    assert "mô hình dưới dựa trên mô hình này" in text_of(lan, "/catalogue/dien-bien-4-xin-4-luon-5-khong/")
    assert "mô hình trên đã lồng vào đây" in text_of(lan, "/catalogue/agribank-hoa-vang-3-c/")
    assert "đã lồng vào mô hình dưới" in text_of(lan, "/catalogue/agribank-hoa-vang-tan-tuy/")


def test_family_goes_over_generations_and_tells_its_ties_apart(client: Client) -> None:
    cast = make_cast()
    oldest, old, new, newest, folded = (make_version(name=f"Đời {place}").model for place in range(5))
    model = cast.adoption.version.model
    for younger, elder in ((old, oldest), (model, old), (new, model), (newest, new)):
        younger.based_on = elder
        younger.save(update_fields=["based_on"])
    folded.absorbed_into = model
    folded.save(update_fields=["absorbed_into"])
    family = page(client, cast, "lan").split('<div class="family">')[1].split("</section>")[0]
    places = [family.index(name) for name in ("Đời 0", "Đời 1", "2 không, 1 biết", "Đời 2", "Đời 3")]
    assert places == sorted(places)
    assert family.index("Đời 4") < places[2]
    assert family.count('class="kin based_on"') == 4
    assert family.count('class="kin absorbed"') == 1


def test_family_in_a_circle_ends(client: Client) -> None:
    cast = make_cast()
    model, other = cast.adoption.version.model, make_version(name="Vòng").model
    model.based_on, other.based_on = other, model
    model.save()
    other.save()
    family = page(client, cast, "lan").split('<div class="family">')[1].split("</section>")[0]
    assert family.count("Vòng") == 2, "once above, once below"


def test_draft_of_another_office_is_no_kin_in_sight(client: Client) -> None:
    cast = make_cast()
    own = unknown_model("Bản riêng", keeper=cast.commune)
    own.based_on = cast.adoption.version.model
    own.save()
    assert "Bản riêng" in page(client, cast, "tam")
    assert "Bản riêng" not in page(client, cast, "hoa")


def test_a_large_family_is_counted_not_listed(client: Client) -> None:
    cast = make_cast()
    for place in range(43):
        child = make_version(name=f"Con {place}").model
        child.based_on = cast.adoption.version.model
        child.save()
    text = page(client, cast, "lan")
    assert text.count('class="kin based_on"') == 40
    assert 'và <span class="n">3</span> mô hình khác' in text


@pytest.mark.parametrize(
    ("who", "offered"),
    [
        ("lan", set()),
        ("tam", {"adopt"}),
        ("hanh", {"edit", "retire", "merge"}),
    ],
)
def test_acts_are_offered_by_right(who: str, offered: set[str], client: Client) -> None:
    cast = make_cast()
    key = next_draft(cast).model.key
    text = page(client, cast, who)
    acts = {
        "edit": f"/catalogue/{key}/2/edit/",
        "new": f"/catalogue/{key}/new-version/",
        "retire": f"/catalogue/{key}/1/retire/",
        "merge": f"/catalogue/{key}/merge/",
        "adopt": f"/catalogue/{key}/1/adopt/",
        "complete": f"/catalogue/{key}/complete/",
    }
    assert {act for act, url in acts.items() if url in text} == offered
    assert f"/catalogue/{key}/compare/?before=1&amp;after=2" in text
    assert text.count("btn btn-primary") <= 1


def test_draft_with_items_says_that_it_can_change(client: Client) -> None:
    cast = make_cast()
    url = f"/catalogue/{next_draft(cast).model.key}/?version=2"
    client.force_login(cast.lan)
    assert "Nội dung còn có thể sửa" in text_of(client, url)


def test_english_page_gives_the_glosses(lan: Client) -> None:
    lan.cookies["django_language"] = "en"
    text = text_of(lan, "/catalogue/4-xin-4-luon/")
    assert "Always listen" in text
    assert "Did the officer speak to you gently?" in text
    assert "Luôn lắng nghe" in text


def test_unknown_model_or_version_is_404(lan: Client) -> None:
    assert lan.get("/catalogue/khong-co/").status_code == 404
    for asked in ("9", "x", "", "%00"):
        assert lan.get(f"/catalogue/4-xin-4-luon/?version={asked}").status_code == 404, asked


def test_older_version_can_be_read(lan: Client) -> None:
    version = make_version(name="2 không")
    ModelVersion.objects.create(model=version.model, number=2, note="Bản mới đang soạn")
    url = f"/catalogue/{version.model.key}/"
    assert "Không thất hứa với dân" in text_of(lan, url)
    assert "Bản mới đang soạn" in text_of(lan, f"{url}?version=2")


def page(client: Client, cast: Cast, who: str) -> str:
    client.force_login(getattr(cast, who))
    return text_of(client, f"/catalogue/{cast.adoption.version.model.key}/")


def test_offices_that_keep_it_are_those_one_may_see(client: Client) -> None:
    cast = make_cast()
    assert "Xã An Thuận" in page(client, cast, "lan")
    assert "Xã An Thuận" in page(client, cast, "phuong")
    assert "Xã An Thuận" not in page(client, cast, "hoa")


def test_end_is_offered_only_to_those_who_may(client: Client) -> None:
    cast = make_cast()
    link = f"/catalogue/adoptions/{cast.adoption.pk}/end/"
    assert link in page(client, cast, "tam")
    assert link not in page(client, cast, "lan")


def test_adopting_is_offered_only_to_those_who_may(client: Client) -> None:
    cast = make_cast()
    assert "Áp dụng cho cơ quan" in page(client, cast, "quan")
    assert "Áp dụng cho cơ quan" not in page(client, cast, "lan")


def test_hundreds_of_offices_are_counted_not_listed(client: Client) -> None:
    cast = make_cast()
    for _index in range(32):
        adopt(make_agency(parent=cast.province), cast.adoption.version)
    assert "và 3 cơ quan khác" in page(client, cast, "phuong")
