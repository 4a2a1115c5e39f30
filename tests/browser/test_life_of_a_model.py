"""The whole life of a model, clicked: drafted, published, adopted with items of the trade, signed, replaced.

Signed by password, by passkey and on paper; the new version is compared and signed again. A real worker
renews the campaign.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from conduct.commitments.models import Campaign, Pledge
from conduct.commitments.tasks.reminders import sweep
from conduct.documents.typst import compile_pdf
from models_catalog.models import Adoption, ConductModel, Item, ModelVersion
from tests.cast import Cast, make_cast
from tests.factories import PASSWORD
from tests.harness.worker import Worker

from .test_sign import signed_in
from .test_sign_passkey import plug_in, register

type NewContext = Callable[..., BrowserContext]

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "2 không, 1 cần"
ITEMS = {
    "không": ("không bắt người dân đi lại quá một lần", "không hẹn rồi để người dân chờ"),
    "cần": ("cần cảm ơn khi được góp ý",),
}
OWN = "mang kết quả đến nhà cho người già yếu"


@pytest.fixture
def cast() -> Cast:
    """The office keeps no model yet."""
    found = make_cast()
    found.adoption.delete()
    return found


def written(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def draft(page: Page) -> ConductModel:
    """Hạnh names a model and writes its items; what is wrong stands there until it is right."""
    page.goto(reverse("models_catalog:new_model"))
    page.locator("[name=name]").fill(NAME)
    page.locator("[name=owner]").fill("UBND tỉnh Mực Giang")
    page.get_by_role("button", name="Lập bản nháp").click()
    model = ConductModel.objects.get(name=NAME)
    edit = reverse("models_catalog:edit_version", args=[model.key, 1])
    for keyword, texts in ITEMS.items():  # the groups come from the name
        page.goto(edit)
        for place, text in enumerate(texts, 1):
            if place == len(texts) and keyword == "không":
                # One item is missing: the draft says so, plainly, and cannot be published.
                expect(page.locator("#wording")).to_contain_text("1 nội dung")
            page.get_by_role("link", name=f"Thêm nội dung vào nhóm “{keyword}”").click()
            page.locator("[name=text]").fill(text)
            page.locator("[name=sources][value=supervisor]").check()
            page.locator("main form button.btn-primary").click()
    page.goto(edit)
    page.locator("[name=legal_basis]").fill("Quyết định 12/QĐ-UBND")
    page.locator("[name=source]").fill("Văn bản gốc lưu tại Sở Nội vụ")
    page.locator("#facts button").click()
    expect(page.locator("#problems-head")).to_have_text("Không còn điểm nào cần sửa")
    return model


def publish(page: Page, model: ConductModel, number: int) -> None:
    page.goto(reverse("models_catalog:publish", args=[model.key, number]))
    page.get_by_role("button", name="Công bố").click()
    page.wait_for_url(re.compile(rf"/catalogue/{model.key}/"))
    assert ModelVersion.objects.get(model=model, number=number).state == "published"


def adopt(page: Page, model: ConductModel, cast: Cast, valid_from: date) -> Adoption:
    """Tâm takes the five steps: office, emphasis, an item of the trade, staff and dates, the summary."""
    page.goto(reverse("models_catalog:adopt", args=[model.key, 1]))
    following = page.get_by_role("button", name="Tiếp tục").last
    page.locator("[name=agency]").select_option(str(cast.commune.pk))
    following.click()
    page.locator(f"[name=emphasis_{Item.objects.get(text=ITEMS['cần'][0]).pk}][value='3']").check(force=True)
    following.click()
    page.get_by_role("button", name="Thêm nhóm").click()
    page.locator("#local fieldset [name$=keyword]").fill("phải")
    page.locator("#local fieldset [name$=polarity][value=duty]").check()
    if not page.locator("#local .local-item").count():
        page.get_by_role("button", name="Thêm mục").click()
    page.locator("#local .local-item textarea").first.fill(OWN)
    page.locator("#local .local-item [value=supervisor]").check()
    following.click()
    page.locator("[name=valid_from]").fill(written(valid_from))
    page.locator("[name=decision_number]").fill("21/QĐ-UBND")
    following.click()
    expect(page.locator("main")).to_contain_text(OWN)
    page.get_by_role("button", name="Áp dụng", exact=True).click()
    page.wait_for_url(re.compile(r"/catalogue/adoptions/\d+/$"))
    adoption = Adoption.objects.get(version__model=model)
    assert {item.text for item in Item.objects.kept_under(adoption)} == {OWN, *ITEMS["không"], *ITEMS["cần"]}
    return adoption


def ask_to_sign(page: Page, adoption: Adoption, today: date) -> Campaign:
    page.goto(reverse("commitments:open_campaign"))
    page.locator("[name=target]").select_option(index=page.locator("[name=target] option").count() - 1)
    page.locator("[name=due_on]").fill(written(min(today + timedelta(days=20), date(today.year, 12, 31))))
    page.get_by_role("button", name="Mở đợt ký").click()
    confirm = page.locator("button[name=confirmed]")
    if confirm.count():
        confirm.click()
    page.wait_for_url(re.compile(r"/commitments/(\d+/)?$"))
    return Campaign.objects.get(adoption=adoption)


def sign_by_password(page: Page, campaign: Campaign, posting_id: int) -> None:
    page.goto(reverse("commitments:sign", args=[campaign.pk, posting_id]))
    expect(page.locator(".paper")).to_contain_text(OWN)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Ký cam kết").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Đã ký ngày")


def sign_by_passkey(page: Page, campaign: Campaign, posting_id: int) -> None:
    page.goto(reverse("commitments:sign", args=[campaign.pk, posting_id]))
    page.get_by_role("button", name="Ký bằng khóa truy cập").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Đã ký ngày")


def enter_paper(page: Page, campaign: Campaign, names: list[str], scan: Path, today: date) -> None:
    """Quân enters the signatures of one sheet of paper."""
    page.goto(reverse("commitments:sign_paper", args=[campaign.pk]))
    for name in names:
        page.locator("label.check", has_text=name).locator("input").check()
    page.locator("[name=signed_on]").fill(written(today))
    page.locator("[name=scan]").set_input_files(scan)
    page.get_by_role("button", name="Nhập cam kết").click()
    page.wait_for_url(re.compile(rf"/commitments/{campaign.pk}/"))


def go_over(hanh: Page, tam: Page, model: ConductModel, adoption: Adoption, today: date) -> Adoption:
    """Hạnh publishes another wording, Tâm's office goes over to it; what it added is taken over."""
    hanh.goto(reverse("models_catalog:detail", args=[model.key]))
    hanh.get_by_role("button", name="Phiên bản mới").click()
    hanh.get_by_role("link", name=ITEMS["cần"][0]).click()
    hanh.locator("[name=text]").fill("cần cảm ơn và ghi lại khi được góp ý")
    hanh.locator("main form button.btn-primary").click()
    publish(hanh, model, 2)
    hanh.goto(f"{reverse('models_catalog:compare', args=[model.key])}?before=1&after=2")
    expect(hanh.locator("main ins")).to_have_text(re.compile("và ghi lại"))

    tam.goto(reverse("models_catalog:adoption", args=[adoption.pk]))
    tam.get_by_role("link", name="Chuyển sang phiên bản 2").click()
    following = tam.get_by_role("button", name="Tiếp tục").last
    for _step in ("office", "items", "local"):
        following.click()
    tam.locator("[name=valid_from]").fill(written(today))
    following.click()
    expect(tam.locator("main")).to_contain_text("Phải ký lại")
    tam.get_by_role("button", name="Áp dụng", exact=True).click()
    tam.wait_for_url(re.compile(r"/catalogue/adoptions/\d+/$"))
    new = Adoption.objects.get(replaces=adoption)
    assert OWN in {item.text for item in Item.objects.kept_under(new)}, "taken over from the first adoption"
    return new


def test_a_model_from_its_draft_to_the_second_signature(
    new_context: NewContext, cast: Cast, worker: Worker, tmp_path: Path
) -> None:
    today = timezone.localdate()
    scan = tmp_path / "ban-ky.pdf"
    scan.write_bytes(compile_pdf("demo-scan.typ", {}, at=timezone.now()))
    hanh, tam = signed_in(new_context, cast.hanh), signed_in(new_context, cast.tam)

    model = draft(hanh)
    publish(hanh, model, 1)
    adoption = adopt(tam, model, cast, today - timedelta(days=10))
    campaign = ask_to_sign(tam, adoption, today)

    lan = signed_in(new_context, cast.lan, viewport={"width": 360, "height": 740})
    sign_by_password(lan, campaign, cast.lan_posting.pk)
    minh = signed_in(new_context, cast.minh)
    plug_in(minh)
    register(minh)
    sign_by_passkey(minh, campaign, cast.minh_posting.pk)
    quan = signed_in(new_context, cast.quan)
    enter_paper(quan, campaign, [cast.tam.full_name, cast.quan.full_name], scan, today)

    # Everybody has signed: password, passkey, and twice on paper.
    tam.goto(reverse("commitments:campaign", args=[campaign.pk]))
    expect(tam.locator("#coverage .figure").first).to_have_text("4/4")
    methods = sorted(Pledge.objects.filter(campaign=campaign).values_list("method", flat=True))
    assert methods == ["paper", "paper", "passkey", "password"]

    new = go_over(hanh, tam, model, adoption, today)
    sweep.delay()
    again = _renewed(tam, new)
    lan.goto(reverse("commitments:sign", args=[again.pk, cast.lan_posting.pk]))
    expect(lan.locator("#change ins")).to_have_text(re.compile("và ghi lại"))
    sign_by_password(lan, again, cast.lan_posting.pk)
    tam.goto(reverse("commitments:campaign", args=[again.pk]))
    expect(tam.locator("#coverage .figure").first).to_have_text("1/4")
    assert Pledge.objects.filter(campaign=campaign).count() == 4, "the first signatures stay what they were"


def _renewed(page: Page, adoption: Adoption) -> Campaign:
    """The campaign that the worker opens within seconds."""
    for _second in range(40):
        if found := Campaign.objects.filter(adoption=adoption).first():
            return found
        page.wait_for_timeout(500)
    raise AssertionError("the worker opened no campaign for the new wording")
