"""The whole life of a case, as people click it, and who reads what of it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from conduct.audit.models import AuditEvent
from conduct.feedback.models import Case, CaseEvent
from conduct.kernel.vault import destroy_key, unseal_with
from conduct.notices.models import Notice
from tests.cast import Cast
from tests.factories import DAY, NOW, make_posting, make_user
from tests.integration.feedback.acts import ANSWER, REMEDY, SUMMARY, assign, reply, seen, sent, sort, url
from tests.integration.feedback.arrange import BACKEND, NAMING_LAN, WORDS, received

PAGES = (
    "case", "sort_case", "assign_case", "move_case", "merge_case", "note_case", "reply_case", "forward_case",
    "close_case", "publish_case", "unpublish_case",
)  # fmt: skip
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def test_a_case_is_sorted_given_answered_and_published(client: Client, cast: Cast) -> None:
    case = received(cast, agrees_public=True)
    assert "Ý kiến chưa phân loại" in seen(client, cast.oanh, case)[1]
    sort(client, cast.oanh, case)
    assert (case.state, case.kind, case.summary) == ("sorted", "complaint", SUMMARY)
    assign(client, cast.tam, case, cast.minh)
    assert (
        Notice.objects.filter(recipient=cast.minh, key__startswith=f"feedback.case:{case.pk}:").count() == 1
    )
    assert sent(client, cast.minh, case, "note_case", text="Gọi hỏi lại quầy 2")[0] == 302
    reply(client, cast.minh, case)
    assert (case.state, case.answered_on, case.answered_by, case.is_upheld) == (
        "answered",
        DAY,
        cast.minh,
        True,
    )
    assert unseal_with(case.key_id, case.sealed_answer) == ANSWER
    said = {"question": "Chờ lâu ở quầy", "answer": "Đã thêm người"}
    assert sent(client, cast.tam, case, "publish_case", **said)[0] == 302
    page = client.get(reverse("feedback:public_answers", args=[cast.commune.code])).content.decode()
    assert "Đã thêm người" in page
    assert WORDS not in page
    assert sent(client, cast.tam, case, "unpublish_case", reason="Có lỗi")[0] == 302
    page = client.get(reverse("feedback:public_answers", args=[cast.commune.code])).content.decode()
    assert "Đã thêm người" not in page
    kinds = [event.kind for event in case.events.all()]
    assert kinds == ["received", "sorted", "assigned", "note", "answered", "published", "unpublished"]
    trail = AuditEvent.objects.filter(object_id=str(case.pk)).order_by("pk")
    assert list(trail.values_list("act", flat=True)) == [
        "feedback.receive_case",
        "feedback.sort_case",
        "feedback.assign_case",
        "feedback.note_case",
        "feedback.reply_case",
        "feedback.publish_case",
        "feedback.unpublish_case",
    ]


def test_words_and_notes_stand_nowhere_but_sealed(client: Client, cast: Cast) -> None:
    case = reply(client, cast.tam, sort(client, cast.oanh, received(cast)))
    sent(client, cast.tam, case, "note_case", text="Ghi chú kín")
    rows = "".join(str(list(model.objects.values())) for model in (AuditEvent, CaseEvent, Notice))
    for secret in (WORDS, ANSWER, "Ghi chú kín"):
        assert secret not in rows


def test_handlers_read_the_words_the_others_the_summary(client: Client, cast: Cast) -> None:
    case = sort(client, cast.oanh, received(cast))
    for user in (cast.oanh, cast.tam, cast.quan, cast.phuong):
        assert WORDS in seen(client, user, case)[1]
    for user in (cast.minh, cast.lan):
        status, page = seen(client, user, case)
        assert (status, SUMMARY in page, WORDS in page) == (200, True, False)
    assign(client, cast.tam, case, cast.minh)
    assert WORDS in seen(client, cast.minh, case)[1]


def test_people_concerned_read_the_words_when_the_citizen_agreed(client: Client, cast: Cast) -> None:
    case = sort(client, cast.oanh, received(cast, shares_words=True))
    assert WORDS in seen(client, cast.minh, case)[1]


def test_what_is_not_sorted_is_seen_by_its_receivers_alone(client: Client, cast: Cast) -> None:
    case = received(cast)
    assert seen(client, cast.oanh, case)[0] == 200
    assert seen(client, cast.minh, case)[0] == 404


@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_and_who_is_named_find_nothing(client: Client, cast: Cast, name: str) -> None:
    case = sort(client, cast.oanh, received(cast, NAMING_LAN, agrees_public=True), cast.lan_posting)
    for user in (cast.hoa, cast.lan):
        assert seen(client, user, case, name)[0] == 404
        if name != "case":
            assert sent(client, user, case, name)[0] == 404


@pytest.mark.parametrize("name", [name for name in PAGES if name not in ("case",)])
def test_who_only_reads_is_told_why_not(client: Client, cast: Cast, name: str) -> None:
    case = sort(client, cast.oanh, received(cast, agrees_public=True))
    status, page = seen(client, cast.minh, case, name)
    assert (status, "vai trò" in page) == (403, True)


def test_an_erased_case_is_drawn_everywhere(client: Client, cast: Cast) -> None:
    case = reply(client, cast.tam, sort(client, cast.oanh, received(cast, agrees_public=True)))
    sent(client, cast.tam, case, "note_case", text="Ghi chú kín")
    destroy_key(case.key_id)
    page = seen(client, cast.tam, case)[1]
    assert "đã được xóa" in page
    for name in PAGES:
        assert seen(client, cast.tam, case, name)[0] in (200, 403)
    assert sent(client, cast.tam, case, "note_case", text="Thêm")[0] == 409
    assert client.get(reverse("feedback:cases")).status_code == 200
    case.erased_at = NOW
    case.save()
    for name in PAGES[1:-1]:
        assert seen(client, cast.tam, case, name)[0] == 403


def test_two_people_on_one_case_the_second_is_told(client: Client, cast: Cast) -> None:
    case = received(cast)
    said = {"kind": "complaint", "summary": SUMMARY, "revision": case.revision}
    client.force_login(cast.oanh, BACKEND)
    assert client.post(url("sort_case", case), said).status_code == 302
    client.force_login(cast.tam, BACKEND)
    response = client.post(
        url("sort_case", case), {**said, "kind": "praise", "summary": "Khen cán bộ ở quầy"}
    )
    page = response.content.decode()
    assert (response.status_code, "Có người khác vừa sửa ý kiến này" in page) == (409, True)
    assert "Khen cán bộ ở quầy" in page
    case.refresh_from_db()
    assert (case.kind, case.summary) == ("complaint", SUMMARY)


def test_a_second_click_changes_nothing(client: Client, cast: Cast) -> None:
    case = sort(client, cast.oanh, received(cast))
    client.force_login(cast.tam, BACKEND)
    said = {"answer": ANSWER, "is_upheld": "yes", "corrective_action": REMEDY, "revision": case.revision}
    assert [client.post(url("reply_case", case), said).status_code for _ in range(2)] == [302, 302]
    assert case.events.filter(kind="answered").count() == 1
    for _ in range(2):
        assert sent(client, cast.tam, case, "note_case", text="Một ghi chú")[0] == 302
    assert case.events.filter(kind="note").count() == 1


def test_no_words_become_markup(client: Client, cast: Cast) -> None:
    case = received(cast, EVIL, agrees_public=True)
    sort(client, cast.oanh, case, summary=EVIL)
    sent(client, cast.tam, case, "note_case", text=EVIL)
    pages = [seen(client, cast.tam, case, name)[1] for name in PAGES]
    reply(client, cast.tam, case, answer=EVIL, corrective_action=EVIL)
    sent(client, cast.tam, case, "publish_case", question=EVIL, answer=EVIL)
    pages += [seen(client, cast.tam, case, name)[1] for name in PAGES]
    pages.append(client.get(reverse("feedback:cases")).content.decode())
    pages.append(client.get(reverse("feedback:public_answers", args=[cast.commune.code])).content.decode())
    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    assert sum("&lt;script&gt;" in page for page in pages) >= 10


def test_the_contact_is_shown_to_handlers_and_each_look_is_written_down(client: Client, cast: Cast) -> None:
    case = sort(client, cast.oanh, received(cast))
    client.force_login(cast.tam, BACKEND)
    assert client.get(url("case_contact", case)).status_code == 405
    assert client.post(url("case_contact", case)).status_code == 200
    assert AuditEvent.objects.filter(act="feedback.look_at_contact").count() == 1
    client.force_login(cast.minh, BACKEND)
    assert client.post(url("case_contact", case)).status_code == 403
    client.force_login(cast.hoa, BACKEND)
    assert client.post(url("case_contact", case)).status_code == 404


def test_an_assigned_case_shows_its_contact_to_the_assignee_alone(client: Client, cast: Cast) -> None:
    case = sort(client, cast.oanh, received(cast))
    Case.objects.filter(pk=case.pk).update(assignee=cast.minh, state="assigned")
    client.force_login(cast.tam, BACKEND)
    assert client.post(url("case_contact", case)).status_code == 403
    client.force_login(cast.minh, BACKEND)
    assert client.post(url("case_contact", case)).status_code == 200
    assert AuditEvent.objects.filter(act="feedback.look_at_contact", actor_id=cast.minh.pk).count() == 1


def test_a_page_of_a_case_needs_few_queries(
    client: Client, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    case = sort(client, cast.oanh, received(cast), cast.lan_posting)
    for number in range(8):
        sent(client, cast.tam, case, "note_case", text=f"Ghi chú {number}")
    client.force_login(cast.tam, BACKEND)
    for name in ("case", "reply_case", "sort_case", "assign_case"):
        with django_assert_max_num_queries(12):
            assert client.get(url(name, case)).status_code == 200
    case = reply(client, cast.tam, case)
    with django_assert_max_num_queries(12):
        assert client.get(url("case", case)).status_code == 200


def test_a_handler_who_left_the_agency_sees_it_no_more(client: Client, cast: Cast) -> None:
    guest = make_user("Hà Văn Khách")
    posting = make_posting(guest, cast.one_stop)
    case = assign(client, cast.tam, sort(client, cast.oanh, received(cast)), guest)
    assert seen(client, guest, case)[0] == 200
    posting.ends_on = DAY.replace(day=19)
    posting.save()
    assert seen(client, guest, case)[0] == 404
