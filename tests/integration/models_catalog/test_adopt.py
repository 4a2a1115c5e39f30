"""The pages on which an office adopts a version, step by step; nothing is stored before the last one."""

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from models_catalog.models import Adoption, Emphasis, Item, ItemGroup, ModelVersion
from tests.cast import Cast, make_cast
from tests.factories import NOW, adopt, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def version() -> ModelVersion:
    return make_version(name="2 không mới")


def url(version: ModelVersion) -> str:
    return f"/catalogue/{version.model.key}/{version.number}/adopt/"


def items_of(version: ModelVersion) -> list[Item]:
    return list(Item.objects.of_version(version))


def asked(cast: Cast, version: ModelVersion, **changed: Any) -> dict[str, Any]:
    """What the last page sends."""
    weights = {f"emphasis_{item.pk}": 1 for item in items_of(version)}
    return {
        "step": "summary",
        "act": "store",
        "begun_with": f"{cast.commune.pk}-none",
        "agency": cast.commune.pk,
        "groups": 0,
        "audience": "all",
        "valid_from": "2026-10-20",
        "decision_number": "",
        **weights,
        **changed,
    }


def local(*texts: str, **changed: Any) -> dict[str, Any]:
    """One added group as the page sends it."""
    sent: dict[str, Any] = {"groups": 1, "g0-items": len(texts), "g0-keyword": "rõ", "g0-polarity": "duty"}
    for place, text in enumerate(texts):
        sent |= {f"g0-i{place}-text": text, f"g0-i{place}-sources": ["supervisor"]}
    return sent | changed


def sent_by(page: str) -> dict[str, list[str]]:
    """The fields of the form as a browser without JavaScript would send them."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", page[page.index('<form method="post" class="form-wide">') :]):
        said = {name: unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        if said.get("type") in {"radio", "checkbox"} and " checked" not in tag:
            continue
        found.setdefault(said["name"], []).append(said.get("value", ""))
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.DOTALL):
        found[name] = [unescape(text).strip()]
    for name, chosen in re.findall(r'<select name="([^"]+)".*?value="([^"]*)" selected', page, re.DOTALL):
        found[name] = [chosen]
    return found


def test_form_offers_only_ones_own_offices(client: Client, cast: Cast, version: ModelVersion) -> None:
    client.force_login(cast.quan)
    response = client.get(url(version))
    assert response.status_code == 200
    assert list(response.context["wizard"].office.fields["agency"].queryset) == [cast.commune]


def test_every_step_leads_to_the_next_without_javascript(
    client: Client, cast: Cast, version: ModelVersion
) -> None:
    client.force_login(cast.tam)
    first, second = items_of(version)
    steps = []
    fields: dict[str, Any] = {}
    page = client.get(url(version))
    for _step in range(4):
        steps.append(page.context["wizard"].step)
        fields = sent_by(page.content.decode())
        if steps[-1] == "items":
            assert first.text in page.content.decode()
            fields[f"emphasis_{second.pk}"] = ["3"]
        page = client.post(url(version), {**fields, "act": "next"})
        assert page.status_code == 200
    assert steps == ["office", "items", "local", "terms"]
    assert page.context["wizard"].step == "summary"
    assert not Adoption.objects.filter(version=version).exists()
    done = client.post(url(version), {**sent_by(page.content.decode()), "act": "store"})
    adoption = Adoption.objects.get(version=version)
    assert done.headers["Location"] == f"/catalogue/adoptions/{adoption.pk}/"
    assert list(Emphasis.objects.filter(adoption=adoption).values_list("item", "weight")) == [(second.pk, 3)]


def test_head_adopts_with_emphasis_local_items_and_staff(
    client: Client, cast: Cast, version: ModelVersion
) -> None:
    client.force_login(cast.tam)
    item = items_of(version)[0]
    sent = asked(
        cast,
        version,
        decision_number="15/QĐ-UBND",
        audience="categories",
        categories=["cong_chuc", "hop_dong"],
        **{f"emphasis_{item.pk}": 3},
        **local(
            "Rõ người",
            "Rõ việc",
            **{
                "g0-i1-sources": ["supervisor", "citizen"],
                "g0-i1-question": "Cán bộ có nói rõ việc không?",
                "g0-i1-kept": "yes",
            },
        ),
    )
    response = client.post(url(version), sent, follow=True)
    adoption = Adoption.objects.get(version=version)
    assert (adoption.agency, adoption.adopted_by, adoption.decision_number) == (
        cast.commune,
        cast.tam,
        "15/QĐ-UBND",
    )
    assert (adoption.audience, adoption.categories) == ("categories", ["cong_chuc", "hop_dong"])
    assert list(Emphasis.objects.filter(adoption=adoption).values_list("item", "weight")) == [(item.pk, 3)]
    group = ItemGroup.objects.get(adoption=adoption)
    assert (group.number, group.keyword, group.polarity) == (2, "rõ", "duty")
    assert [row.text for row in Item.objects.kept_under(adoption)] == [
        "Không thất hứa với dân",
        "Không vi phạm giờ giấc",
        "Rõ người",
        "Rõ việc",
    ]
    assert group.items.get(position=2).kept_answers == [1]
    assert "Xã An Thuận áp dụng “2 không mới” từ ngày 20/10/2026." in response.content.decode()


def test_double_click_adopts_once(client: Client, cast: Cast, version: ModelVersion) -> None:
    client.force_login(cast.tam)
    for _click in range(2):
        assert client.post(url(version), asked(cast, version, **local("Rõ việc"))).status_code == 302
    assert Adoption.objects.filter(version=version).count() == 1
    assert ItemGroup.objects.filter(adoption__version=version).count() == 1


def test_rows_are_added_and_dropped_and_nothing_typed_is_lost(
    client: Client, cast: Cast, version: ModelVersion
) -> None:
    client.force_login(cast.tam)
    sent = asked(cast, version, step="local", **local("Rõ người", "", "Rõ việc"))
    for act, texts in (
        ("add-0", ["Rõ người", "", "Rõ việc", None]),
        ("drop-0-1", ["Rõ người", "Rõ việc"]),
        ("add-group", ["Rõ người", "", "Rõ việc", None]),
        ("drop-0", []),
        ("drop-7", ["Rõ người", "", "Rõ việc"]),
        ("add-x", ["Rõ người", "", "Rõ việc"]),
    ):
        page = client.post(url(version), {**sent, "act": act})
        wizard = page.context["wizard"]
        assert (page.status_code, wizard.step) == (200, "local"), act
        said = [item["text"].value() for group in wizard.local.groups for item in group.items]
        assert said == texts, act


def test_htmx_gets_the_rows_alone(client: Client, cast: Cast, version: ModelVersion) -> None:
    client.force_login(cast.tam)
    sent = asked(cast, version, step="local", act="add-group")
    headers = {"HX-Request": "true", "HX-Target": "local"}
    page = client.post(url(version), sent, headers=headers).content.decode()
    assert page.lstrip().startswith('<div id="local">')
    assert 'name="g0-i0-text"' in page


def test_rows_left_empty_do_not_count(client: Client, cast: Cast, version: ModelVersion) -> None:
    client.force_login(cast.tam)
    sent = asked(cast, version, **local("Rõ việc", "", **{"g0-i1-sources": []}))
    assert client.post(url(version), sent).status_code == 302
    assert ItemGroup.objects.get(adoption__version=version).number == 1


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (local("Hút thuốc", **{"g0-keyword": "không", "g0-polarity": "prohibition"}), "“không”"),
        (local("Rõ việc", "Rõ việc"), "trùng"),
        (local("Không thất hứa với dân"), "trùng"),
        (local("Rõ việc", **{"g0-i0-sources": []}), "nguồn"),
        (local("Rõ việc", **{"g0-i0-sources": ["citizen"]}), "câu hỏi"),
        (local("Rõ việc", **{"g0-keyword": ""}), "này"),
        (local("Rõ việc", **{"g0-polarity": "maybe"}), "maybe"),
        (local("x" * 401), "400"),
        (local("a\x00"), "ký tự"),
        ({"groups": 1, "g0-items": 0, "g0-keyword": "rõ", "g0-polarity": "duty"}, "ít nhất một mục"),
    ],
)
def test_local_item_that_breaks_the_rules_is_told_at_its_place(
    client: Client, cast: Cast, version: ModelVersion, changed: dict[str, Any], sentence: str
) -> None:
    client.force_login(cast.tam)
    response = client.post(url(version), asked(cast, version, step="local", act="next", **changed))
    assert response.status_code == 422
    assert response.context["wizard"].step == "local"
    page = response.content.decode()
    assert 'role="alert"' in page
    assert sentence in page.lower() or sentence in page
    assert client.post(url(version), asked(cast, version, **changed)).status_code == 422
    assert not Adoption.objects.filter(version=version).exists()


@pytest.mark.parametrize(
    ("changed", "step"),
    [
        ({"agency": ""}, "office"),
        ({"agency": "9" * 30}, "office"),
        ({"agency": "1 OR 1=1"}, "office"),
        ({"valid_from": "32/13/2026"}, "terms"),
        ({"valid_from": "0001-01-01"}, "terms"),
        ({"valid_from": "2025-06-30"}, "terms"),
        ({"decision_number": "x" * 81}, "terms"),
        ({"decision_number": "a\x00"}, "terms"),
        ({"audience": "nobody"}, "terms"),
        ({"audience": "categories"}, "terms"),
        ({"audience": "categories", "categories": ["king"]}, "terms"),
        ({"emphasis": "7"}, "items"),
        ({"emphasis": ""}, "items"),
    ],
)
def test_bad_input_is_told_and_nothing_is_stored(
    client: Client, cast: Cast, version: ModelVersion, changed: dict[str, Any], step: str
) -> None:
    client.force_login(cast.tam)
    if "emphasis" in changed:
        changed = {f"emphasis_{items_of(version)[0].pk}": changed["emphasis"]}
    response = client.post(url(version), asked(cast, version, **changed))
    assert response.status_code == 422
    assert response.context["wizard"].step == step
    assert 'role="alert"' in response.content.decode()
    assert not Adoption.objects.filter(version=version).exists()


@pytest.mark.parametrize("groups", ["-1", "x", "99999", "²", ""])
def test_forged_counts_are_taken_for_what_is_there(
    client: Client, cast: Cast, version: ModelVersion, groups: str
) -> None:
    client.force_login(cast.tam)
    sent = asked(cast, version, groups=groups, **{"g0-items": groups})
    assert client.post(url(version), sent).status_code == 302


def test_office_that_keeps_the_version_already_changes_it_by_replacing(
    client: Client, cast: Cast, version: ModelVersion
) -> None:
    client.force_login(cast.tam)
    client.post(url(version), asked(cast, version))
    old = Adoption.objects.get(version=version)
    again = asked(cast, version, valid_from="2026-11-01", replaces="none")
    response = client.post(url(version), again)
    assert response.status_code == 422
    assert "đang áp dụng phiên bản này" in response.content.decode()
    again |= {"replaces": old.pk, "begun_with": f"{cast.commune.pk}-{old.pk}", "audience": "front_desk"}
    assert client.post(url(version), again).status_code == 302
    old.refresh_from_db()
    assert old.valid_to == date(2026, 10, 31)
    assert (old.replaced_by.audience, old.replaced_by.keeps_signatures) == ("front_desk", False)


def test_what_was_stressed_and_added_is_carried_over(client: Client, cast: Cast) -> None:
    item = items_of(cast.adoption.version)[1]
    Emphasis.objects.create(adoption=cast.adoption, item=item, weight=2)
    group = ItemGroup.objects.create(
        adoption=cast.adoption, position=1, number=1, keyword="rõ", polarity="duty"
    )
    Item.objects.create(group=group, position=1, text="Rõ việc", sources=["supervisor"])
    newer = next_version(cast.adoption.version)
    client.force_login(cast.tam)
    first = client.get(url(newer))
    assert "phiên bản 1, từ ngày 01/07/2025" in first.content.decode()
    page = client.post(url(newer), {**sent_by(first.content.decode()), "act": "next"})
    wizard = page.context["wizard"]
    assert wizard.replaced == cast.adoption
    weights = {row.text: field.value() for row, field in wizard.emphasis.rows()}
    assert weights["Không vi phạm giờ giấc làm việc, học tập"] == 2
    assert [item["text"].value() for rows in wizard.local.groups for item in rows.items] == ["Rõ việc"]
    for _step in range(3):
        page = client.post(url(newer), {**sent_by(page.content.decode()), "act": "next"})
    text = page.content.decode()
    assert page.context["wizard"].step == "summary"
    assert "Phải ký lại" in text
    assert "So với nội dung đang áp dụng" in text
    assert client.post(url(newer), {**sent_by(text), "act": "store"}).status_code == 302
    adoption = Adoption.objects.get(version=newer)
    assert (adoption.replaces, adoption.keeps_signatures) == (cast.adoption, False)


def next_version(version: ModelVersion, *, is_minor: bool = False) -> ModelVersion:
    """The version after, with one item worded at greater length."""
    newer = ModelVersion.objects.create(model=version.model, number=version.number + 1, is_minor=is_minor)
    for group in version.groups.all():
        row = ItemGroup.objects.create(
            version=newer,
            position=group.position,
            number=group.number,
            keyword=group.keyword,
            polarity=group.polarity,
        )
        for item in group.items.all():
            text = item.text.replace("làm việc", "làm việc, học tập")
            Item.objects.create(group=row, position=item.position, text=text, sources=["supervisor"])
    newer.state, newer.published_at = ModelVersion.State.PUBLISHED, NOW
    newer.save()
    return newer


def test_minor_correction_says_that_nobody_signs_again(client: Client, cast: Cast) -> None:
    newer = next_version(cast.adoption.version, is_minor=True)
    client.force_login(cast.tam)
    sent = asked(cast, newer, replaces=cast.adoption.pk, begun_with=f"{cast.commune.pk}-{cast.adoption.pk}")
    page = client.post(url(newer), {**sent, "act": "look"})
    assert page.context["wizard"].step == "summary"
    assert "Không phải ký lại: chỉ khác chính tả, đánh số hoặc trọng tâm" in page.content.decode()
    assert client.post(url(newer), sent).status_code == 302
    assert Adoption.objects.get(version=newer).keeps_signatures


def test_another_office_is_asked_anew_what_it_replaces(client: Client, cast: Cast) -> None:
    newer = next_version(cast.adoption.version)
    adopt(cast.other_commune, cast.adoption.version)
    client.force_login(cast.phuong)
    page = client.post(url(newer), {"agency": cast.other_commune.pk, "replaces": cast.adoption.pk})
    wizard = page.context["wizard"]
    assert (page.status_code, wizard.step, wizard.is_invalid) == (200, "office", False)
    assert len(wizard.office.offered) == 1
    assert str(cast.adoption.pk) not in wizard.office.offered


def test_going_back_keeps_what_was_typed(client: Client, cast: Cast, version: ModelVersion) -> None:
    client.force_login(cast.tam)
    sent = asked(cast, version, step="summary", act="back", decision_number="7/QĐ", **local("Rõ việc"))
    seen = []
    for _step in range(4):
        page = client.post(url(version), sent)
        seen.append(page.context["wizard"].step)
        sent = {**sent_by(page.content.decode()), "act": "back"}
    assert seen == ["terms", "local", "items", "office"]
    sent |= {"act": "next"}
    page = client.post(url(version), sent)
    assert page.context["wizard"].terms["decision_number"].value() == "7/QĐ"
    assert escape("Rõ việc") in page.content.decode()


def test_head_of_another_office_cannot_adopt_for_this_one(
    client: Client, cast: Cast, version: ModelVersion
) -> None:
    client.force_login(cast.hoa)
    response = client.post(url(version), asked(cast, version))
    assert response.status_code == 422
    assert "Xã An Thuận" not in response.content.decode()
    assert not Adoption.objects.filter(version=version).exists()


@pytest.mark.parametrize("who", ["lan", "minh"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_staff_without_the_right_are_refused_with_the_reason(
    client: Client, cast: Cast, version: ModelVersion, who: str, method: str
) -> None:
    client.force_login(getattr(cast, who))
    response = getattr(client, method)(url(version), asked(cast, version))
    assert response.status_code == 403
    assert "Chỉ người đứng đầu hoặc người quản trị" in response.content.decode()


def test_draft_is_refused_with_the_reason(client: Client, cast: Cast) -> None:
    draft = make_version(published=False)
    client.force_login(cast.tam)
    response = client.post(url(draft), asked(cast, draft))
    assert response.status_code == 403
    assert "còn là bản dự thảo" in response.content.decode()


@pytest.mark.parametrize("number", ["7", "99999999999999999999"])
def test_unknown_version_is_404(client: Client, cast: Cast, version: ModelVersion, number: str) -> None:
    client.force_login(cast.tam)
    assert client.get(f"/catalogue/{version.model.key}/{number}/adopt/").status_code == 404
