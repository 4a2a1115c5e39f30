"""The library's own files: complete, well formed, and word for word what the sources say."""

import re
from pathlib import Path

import pytest
import yaml

from models_catalog.rules.exchange import file_problems, read_document
from models_catalog.rules.library import LibraryItem, LibraryVersion, check_library
from tests.unit.models_catalog.library_files import LIBRARY, PATHS, SCHEMA, document, models

MODELS = models()
FORBIDDEN = re.compile(r"https?://|www\.", re.IGNORECASE)

# Group by group as the sources write it; a file repeats the group's word where the sources leave it out.
WORD_FOR_WORD = {
    "hoa-son-5-khong-4-biet": {
        "5 không": (
            "không thất hứa với dân; không vi phạm giờ giấc làm việc; không giải quyết công việc "
            "theo lối ban ơn, nhận trả ơn; không gây khó dễ, đùn đẩy trách nhiệm; không sử dụng "
            "rượu, bia trong giờ hành chính khi giải quyết công việc, tiếp xúc với nhân dân"
        ),
        "4 biết": (
            "biết vui vẻ khi tiếp xúc với dân; biết cảm ơn khi được nhân dân góp ý; biết nghe dân "
            "nói, nói dân nghe, dân hiểu; biết nhận lỗi, xin lỗi khi mình sai sót"
        ),
    },
    "4-xin-4-luon": {
        "4 xin": "xin chào; xin lỗi; xin cảm ơn; xin phép",
        "4 luôn": "luôn mỉm cười; luôn nhẹ nhàng; luôn lắng nghe; luôn giúp đỡ",
    },
    "dien-bien-4-xin-4-luon-5-khong": {
        "4 xin": "xin chào; xin lỗi; xin cảm ơn; xin phép",
        "4 luôn": "luôn mỉm cười; luôn nhẹ nhàng; luôn lắng nghe; luôn giúp đỡ",
        "5 không": (
            "không cửa quyền, hách dịch; không quan liêu vô cảm, vô trách nhiệm; không tham nhũng,"
            " lãng phí; không xu nịnh, chạy chọt, gian dối; không lợi dụng chức vụ, quyền hạn khi "
            "thực thi công vụ"
        ),
    },
    "phu-ninh-4-dung-4-phai-3-sat-3-nhat": {
        "4 đúng": (
            "đúng giờ; đúng kế hoạch; đúng chức trách nhiệm vụ; đúng chủ trương chính sách, pháp luật"
        ),
        "4 phải": "phải minh bạch; phải tận tình; phải chính xác; phải đúng hẹn",
        "3 sát": "sát dân; sát việc; sát cơ sở",
        "3 nhất": "gương mẫu nhất; hiệu quả nhất; sâu sát cơ sở nhất",
    },
    "agribank-hoa-vang-3-c": {
        "3 C": "cười; chào; cảm ơn",
    },
    "y-te-hoa-vang-giam-tang": {
        "3 giảm, tăng": (
            "giảm lời nói, tăng hành động; giảm lý do, tăng biện pháp; giảm phàn nàn, tăng nhiệt huyết"
        ),
    },
    "thanh-xuan-to-dan-pho-5-khong": {
        "5 không": (
            "không có rác thải; không lấn chiếm lòng đường, vỉa hè; không vi phạm trật tự xây "
            "dựng; không phát sinh mới về tệ nạn xã hội; không còn hộ nghèo"
        ),
    },
}
DRAFTS = {
    "hoa-vang-3-nam-3-biet",
    "hoa-phong-4-voi",
    "hoa-chau-cong-so-than-thien",
    "agribank-hoa-vang-tan-tuy",
    "agribank-hoa-vang-tiet-kiem",
    "dien-bien-chinh-quyen-than-thien",
    "dien-bien-cong-an-than-thien",
    "ta-phin-nu-cuoi-cong-so",
    "ha-noi-quy-tac-ung-xu-522",
    "ha-noi-quy-tac-noi-cong-cong-1665",
}


def items(version: LibraryVersion) -> list[LibraryItem]:
    return [item for group in version.groups for item in group.items]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_file_is_well_formed_and_named_by_its_key(path: Path) -> None:
    assert file_problems(read_document(path.read_text(encoding="utf-8")), SCHEMA) == []
    assert document(path)["key"] == path.stem


def test_files_agree_with_each_other() -> None:
    assert check_library(list(MODELS.values())) == []


def test_library_holds_the_seventeen_models_and_no_other() -> None:
    assert set(MODELS) == set(WORD_FOR_WORD) | DRAFTS
    assert len(MODELS) == 17


@pytest.mark.parametrize("key", WORD_FOR_WORD)
def test_items_are_word_for_word(key: str) -> None:
    groups = MODELS[key].versions[0].groups
    written = {
        f"{group.number} {group.keyword}": "; ".join(
            item.text if group.keyword == "C" else item.text[0].lower() + item.text[1:]
            for item in group.items
        )
        for group in groups
    }
    wanted = WORD_FOR_WORD[key]
    assert {name: text.lower() for name, text in written.items()} == {
        name: text.lower() for name, text in wanted.items()
    }
    assert MODELS[key].versions[0].published


@pytest.mark.parametrize("key", sorted(DRAFTS))
def test_draft_says_what_is_known_and_invents_no_items(key: str) -> None:
    version = MODELS[key].versions[0]
    assert not version.published
    assert version.groups == ()
    assert len(version.note) > 40


@pytest.mark.parametrize("key", WORD_FOR_WORD)
def test_every_line_of_a_prohibition_says_so(key: str) -> None:
    for group in MODELS[key].versions[0].groups:
        if group.polarity == "prohibition":
            assert all(item.text.startswith("Không ") for item in group.items)


@pytest.mark.parametrize("key", WORD_FOR_WORD)
def test_citizen_form_stays_short_and_polite(key: str) -> None:
    questions = [item for item in items(MODELS[key].versions[0]) if item.question]
    assert 1 <= len(questions) <= 4
    for item in questions:
        assert "ông/bà" in item.question.lower() or item.question.startswith("Cán bộ"), item.question
        assert len(item.question) <= 90
        assert "bạn" not in item.question.lower().split()


@pytest.mark.parametrize("key", WORD_FOR_WORD)
def test_yes_to_a_question_about_a_prohibition_is_not_kept(key: str) -> None:
    for group in MODELS[key].versions[0].groups:
        for item in group.items:
            if item.answer == "yes_no":
                assert item.kept_answers == ((0,) if group.polarity == "prohibition" else (1,)), item.text


@pytest.mark.parametrize("key", WORD_FOR_WORD)
def test_every_item_can_be_judged_by_the_supervisor(key: str) -> None:
    for item in items(MODELS[key].versions[0]):
        assert "supervisor" in item.sources
        assert ("citizen" in item.sources) == bool(item.question)


def test_three_models_called_5_khong_differ() -> None:
    five = [
        tuple(item.text for item in group.items)
        for model in MODELS.values()
        for group in model.versions[0].groups
        if (group.number, group.keyword) == (5, "không")
    ]
    assert len(five) == len(set(five)) == 3


def test_4_xin_4_luon_has_one_origin_and_several_owners() -> None:
    owners = MODELS["4-xin-4-luon"].owners
    assert [owner.part for owner in owners].count("origin") == 1
    assert [(owner.name, owner.year) for owner in owners if owner.part == "origin"] == [
        ("Thủ tướng Chính phủ (Đề án Văn hóa công vụ)", 2018)
    ]
    names = " ".join(owner.name for owner in owners if owner.part == "adopter")
    assert all(place in names for place in ("Hòa Phước", "Hà Nội", "Điện Biên"))


def test_lineage_is_told() -> None:
    assert MODELS["agribank-hoa-vang-3-c"].absorbed_into == "agribank-hoa-vang-tan-tuy"
    assert MODELS["dien-bien-4-xin-4-luon-5-khong"].based_on == "4-xin-4-luon"


def test_savings_model_tells_the_two_amounts() -> None:
    note = MODELS["agribank-hoa-vang-tiet-kiem"].versions[0].note
    assert "30.000 đồng" in note
    assert "15.000 đồng" in note


def test_only_neighbourhood_and_body_models_judge_a_unit() -> None:
    assert {key for key, model in MODELS.items() if model.judged == "unit"} == {
        "thanh-xuan-to-dan-pho-5-khong",
        "dien-bien-chinh-quyen-than-thien",
        "dien-bien-cong-an-than-thien",
        "ha-noi-quy-tac-noi-cong-cong-1665",
    }


def test_mottoes_are_texts_of_their_own() -> None:
    mottoes = yaml.safe_load((LIBRARY / "mottoes.yaml").read_text(encoding="utf-8"))["mottoes"]
    assert {motto["text"] for motto in mottoes} == {
        "Nói đi đôi với làm, làm nhiều hơn nói",
        "Kỷ cương, trách nhiệm, hành động, sáng tạo, phát triển",
    }


@pytest.mark.parametrize("path", [*PATHS, LIBRARY / "mottoes.yaml"], ids=lambda path: path.stem)
def test_file_cites_in_own_words_without_links(path: Path) -> None:
    assert not FORBIDDEN.search(path.read_text(encoding="utf-8"))
