"""The page on which one person's month is judged."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from conduct.agencies.models import Period, RoleGrant
from conduct.judgements.models import Judgement, JudgementSheet
from conduct.judgements.services import items_to_judge, reply_to_judgement
from conduct.kernel.months import Month
from tests.cast import Cast
from tests.factories import DAY, NOW, adopt, make_version

from .conftest import Judge


def url(cast: Cast, month: str = "2026-10", posting: Any = None) -> str:
    return f"/judgements/{month}/{(posting or cast.lan_posting).pk}/{cast.adoption.pk}/"


def answers(cast: Cast, *values: Any, **changed: Any) -> dict[str, Any]:
    items = items_to_judge(cast.adoption)
    given = {f"value_{item.pk}": value for item, value in zip(items, values, strict=False)}
    return {"revision": 0, **given, **changed}


def values() -> list[int]:
    return list(Judgement.objects.order_by("item_id").values_list("value", flat=True))


def test_nothing_is_chosen_beforehand(client: Client, cast: Cast) -> None:
    client.force_login(cast.minh)
    shown = client.get(url(cast)).content.decode()
    assert shown.count('type="radio"') == 15
    assert " checked" not in shown
    for word in ("không giữ", "ít khi giữ", "lúc giữ lúc không", "thường giữ", "luôn giữ"):
        assert word in shown
    assert "data-chosen>0</span>/3</span> điều" in shown


def test_judgement_is_stored_and_shown_again(client: Client, cast: Cast) -> None:
    client.force_login(cast.minh)
    second = items_to_judge(cast.adoption)[1].pk
    sent = answers(cast, 4, 2, 4, **{f"reason_{second}": "Đi muộn hai buổi"})
    response = client.post(url(cast), sent, follow=True)
    shown = response.content.decode()
    assert values() == [4, 2, 4]
    assert "Đã lưu phiếu của Tôn Nữ Hoàng Thảo Lan" in shown
    assert shown.count(" checked") == 3
    assert "Đi muộn hai buổi" in shown


def test_all_the_rest_kept_in_one_act(client: Client, cast: Cast) -> None:
    client.force_login(cast.minh)
    second = items_to_judge(cast.adoption)[1].pk
    sent = {"revision": 0, "rest_kept": "on", f"value_{second}": 3, f"reason_{second}": "Đi muộn một buổi"}
    assert client.post(url(cast), sent).status_code == 302
    assert values() == [4, 3, 4]


def test_unanswered_items_are_named(client: Client, cast: Cast) -> None:
    client.force_login(cast.minh)
    response = client.post(url(cast), answers(cast, 4))
    assert response.status_code == 422
    assert response.content.decode().count("Chọn một trong năm mức.") == 4
    assert not JudgementSheet.objects.exists()


@pytest.mark.parametrize("value", ["9", "-1", "abc", "4.0", "", "\x00", "4" * 5_000])
def test_tampered_value_stores_nothing(client: Client, cast: Cast, value: str) -> None:
    client.force_login(cast.minh)
    assert client.post(url(cast), answers(cast, value, 4, 4)).status_code == 422
    assert not JudgementSheet.objects.exists()


@pytest.mark.parametrize("reason", ["", "muộn", "x" * 10_000, "có\x00rỗng bên trong"])
def test_unfit_reason_stores_nothing(client: Client, cast: Cast, reason: str) -> None:
    client.force_login(cast.minh)
    first = items_to_judge(cast.adoption)[0].pk
    response = client.post(url(cast), answers(cast, 2, 4, 4, **{f"reason_{first}": reason}))
    assert response.status_code == 422
    assert f"id_reason_{first}_error" in response.content.decode()
    assert not JudgementSheet.objects.exists()


def test_reason_may_hold_any_letters(client: Client, cast: Cast) -> None:
    client.force_login(cast.minh)
    first = items_to_judge(cast.adoption)[0].pk
    reason = "🙂 <b>muộn</b> \u202eabc"
    client.post(url(cast), answers(cast, 2, 4, 4, **{f"reason_{first}": reason}))
    assert Judgement.objects.get(item_id=first).reason == reason
    assert "<b>muộn</b>" not in client.get(url(cast)).content.decode()


def test_line_breaks_count_once(client: Client, cast: Cast) -> None:
    client.force_login(cast.minh)
    first = items_to_judge(cast.adoption)[0].pk
    reason = "x\r\n" * 499 + "ab"
    assert client.post(url(cast), answers(cast, 2, 4, 4, **{f"reason_{first}": reason})).status_code == 302


@pytest.mark.parametrize("name", ["value_{}", "reason_{}", "value_0", "value_abc"])
def test_item_of_another_model_stores_nothing(client: Client, cast: Cast, name: str) -> None:
    client.force_login(cast.minh)
    strange = items_to_judge(adopt(cast.other_commune, make_version()))[0].pk
    response = client.post(url(cast), answers(cast, 4, 4, 4, **{name.format(strange): "4"}))
    assert response.status_code == 422
    assert "không thuộc mô hình này" in response.content.decode()
    assert not JudgementSheet.objects.exists()


@pytest.mark.parametrize("revision", ["", "abc", "-1", "9" * 30])
def test_tampered_revision_stores_nothing(client: Client, cast: Cast, revision: str) -> None:
    client.force_login(cast.minh)
    assert client.post(url(cast), answers(cast, 4, 4, 4, revision=revision)).status_code == 422
    assert not JudgementSheet.objects.exists()


def test_second_supervisor_sees_who_changed_what(client: Client, cast: Cast, judged: Judge) -> None:
    judged({1: (2, "Đi muộn hai buổi")})
    client.force_login(cast.tam)
    response = client.post(url(cast), answers(cast, 4, 4, 4))
    shown = response.content.decode()
    assert response.status_code == 409
    assert 'Phiếu vừa được Phạm Hữu Minh lưu lúc <span class="n">10:00</span>' in shown
    assert "Đang lưu:" in shown
    assert "Đi muộn hai buổi" in shown
    assert 'name="revision" value="1"' in shown
    assert values() == [4, 2, 4]
    assert client.post(url(cast), answers(cast, 4, 4, 4, revision=1)).status_code == 302
    assert values() == [4, 4, 4]


def test_next_leads_to_the_next_person(client: Client, cast: Cast) -> None:
    client.force_login(cast.tam)
    response = client.post(url(cast), answers(cast, 4, 4, 4, then="next"))
    assert response.headers["Location"] == url(cast, posting=cast.minh_posting)


def test_next_leads_first_to_the_other_model(client: Client, cast: Cast) -> None:
    other = adopt(cast.commune, make_version(name="3 sát"))
    client.force_login(cast.tam)
    response = client.post(url(cast), answers(cast, 4, 4, 4, then="next"))
    assert response.headers["Location"] == f"/judgements/2026-10/{cast.lan_posting.pk}/{other.pk}/"


def test_next_after_the_last_person_leads_to_the_list(client: Client, cast: Cast) -> None:
    client.force_login(cast.minh)
    response = client.post(url(cast), answers(cast, 4, 4, 4, then="next"))
    assert response.headers["Location"] == "/judgements/team/2026-10/"


def test_last_month_stands_beside(client: Client, cast: Cast, judged: Judge) -> None:
    judged({0: (1, "Nhiều lần lỗi hẹn")}, month=Month(2026, 9))
    client.force_login(cast.minh)
    shown = " ".join(client.get(url(cast)).content.decode().split())
    assert 'Tháng trước: <span class="n">1</span> · ít khi giữ' in shown
    assert " checked" not in shown


def test_closed_month_is_only_read(client: Client, cast: Cast, judged: Judge) -> None:
    sheet, _ = judged({1: (2, "Đi muộn hai buổi")})
    reply_to_judgement(sheet=sheet, text="Hôm đó nước ngập.", by=cast.lan, now=NOW)
    Period.objects.create(office=cast.commune, month=Month(2026, 10).first, state="closed", closed_at=NOW)
    client.force_login(cast.minh)
    shown = client.get(url(cast)).content.decode()
    assert 'type="radio"' not in shown
    assert "Đi muộn hai buổi" in shown
    assert "Hôm đó nước ngập." in shown
    response = client.post(url(cast), answers(cast, 4, 4, 4, revision=1))
    assert response.status_code == 403
    assert values() == [4, 2, 4]


@pytest.mark.parametrize(
    ("who", "status"),
    [("minh", 200), ("tam", 200), ("phuong", 200), ("lan", 404), ("quan", 404), ("hoa", 404)],
)
def test_page_is_for_those_who_lead(client: Client, cast: Cast, who: str, status: int) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(url(cast)).status_code == status
    if status == 404:
        assert client.post(url(cast), answers(cast, 4, 4, 4)).status_code == 404
        assert not JudgementSheet.objects.exists()


def test_former_supervisor_finds_no_such_page(client: Client, cast: Cast, judged: Judge) -> None:
    judged()
    RoleGrant.objects.filter(person=cast.minh).update(ends_on=DAY - timedelta(days=1))
    client.force_login(cast.minh)
    assert client.get(url(cast)).status_code == 404


def test_own_sheet_is_no_page_to_judge_on(client: Client, cast: Cast) -> None:
    client.force_login(cast.tam)
    assert client.get(url(cast, posting=cast.tam_posting)).status_code == 404


@pytest.mark.parametrize(
    "month", ["2026-11", "2026-13", "2099-01", "0001-01", "2025-05", "1900-01", "2199-12"]
)
def test_month_without_work_is_not_found(client: Client, cast: Cast, month: str) -> None:
    client.force_login(cast.minh)
    assert client.get(url(cast, month)).status_code == 404


def test_strange_ids_are_not_found(client: Client, cast: Cast) -> None:
    client.force_login(cast.minh)
    for path in (f"{cast.lan_posting.pk}/99999999999999999999", "99999999999999999999/1", "0/0"):
        assert client.get(f"/judgements/2026-10/{path}/").status_code == 404


def test_forged_part_gets_the_page(client: Client, cast: Cast) -> None:
    client.force_login(cast.minh)
    response = client.get(url(cast), headers={"HX-Request": "true", "HX-Target": "people"})
    assert "<!doctype html>" in response.content.decode()


def test_page_asks_few_questions(
    client: Client,
    cast: Cast,
    judged: Judge,
    django_assert_max_num_queries: Callable[..., AbstractContextManager[object]],
) -> None:
    judged(month=Month(2026, 9))
    judged()
    client.force_login(cast.tam)
    client.get(url(cast))
    with django_assert_max_num_queries(12):
        client.get(url(cast))
