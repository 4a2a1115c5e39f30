"""Sorting: the due day follows the kind, whoever is named loses it at once, the summary is looked through."""

from datetime import date

from django.test import Client
from django.urls import reverse

from conduct.agencies.models import User
from conduct.feedback.models import Case
from conduct.notices.models import Notice
from tests.cast import Cast
from tests.factories import make_agency, make_posting
from tests.integration.feedback.acts import SUMMARY, assign, seen, sent, sort
from tests.integration.feedback.arrange import BACKEND, NAMING_TAM, person_ids, received


def lines(user: User) -> list[str]:
    return list(Notice.objects.filter(recipient=user).values_list("url", flat=True))


def test_the_due_day_follows_the_kind(client: Client, cast: Cast) -> None:
    case = sort(client, cast.oanh, received(cast), kind="suggestion")
    assert case.due_on == date(2026, 11, 3)
    assert sort(client, cast.oanh, case, kind="complaint").due_on == date(2026, 10, 27)


def test_whoever_is_added_loses_it_at_once_with_its_lines(client: Client, cast: Cast) -> None:
    case = assign(client, cast.tam, sort(client, cast.oanh, received(cast)), cast.minh)
    assert f"/cases/{case.pk}/" in lines(cast.minh)
    sort(client, cast.oanh, case, cast.minh_posting)
    assert (case.assignee, case.state) == (None, "sorted")
    assert lines(cast.minh) == []
    assert seen(client, cast.minh, case)[0] == 404


def test_one_whose_head_is_added_goes_above(client: Client, cast: Cast) -> None:
    case = sort(client, cast.oanh, received(cast), cast.tam_posting)
    assert case.agency == cast.province
    assert seen(client, cast.tam, case)[0] == 404
    assert seen(client, cast.oanh, case)[0] == 404
    assert f"/cases/{case.pk}/" in lines(cast.phuong)
    assert seen(client, cast.phuong, case)[0] == 200


def test_who_sorts_may_say_that_it_names_them(client: Client, cast: Cast) -> None:
    own = make_posting(cast.oanh, cast.one_stop)
    case = sort(client, cast.oanh, received(cast), own)
    assert person_ids(case) == {cast.oanh.pk}
    assert seen(client, cast.oanh, case)[0] == 404


def test_a_summary_is_compulsory_and_looked_through(client: Client, cast: Cast) -> None:
    case = received(cast)
    status, page = sent(client, cast.oanh, case, "sort_case", kind="praise", summary="  ")
    assert (status, 'role="alert"' in page) == (422, True)
    told = "Anh Tôn nữ hoàng thảo lan, số 0912.345.678, dan@example.vn"
    status, page = sent(client, cast.oanh, case, "sort_case", kind="praise", summary=told)
    assert status == 422
    for piece in ("0912.345.678", "dan@example.vn", "Tôn Nữ Hoàng Thảo Lan"):
        assert f"“{piece}”" in page
    said = {"kind": "praise", "summary": told, "looked_through": "on"}
    assert sent(client, cast.oanh, case, "sort_case", **said)[0] == 302


def test_nonsense_is_refused(client: Client, cast: Cast) -> None:
    case = received(cast)
    for said in (
        {"kind": "x", "summary": SUMMARY},
        {"kind": "praise", "summary": "x" * 301},
        {"kind": "praise", "summary": SUMMARY, "postings": [cast.hoa_posting.pk]},
        {"kind": "praise", "summary": SUMMARY, "postings": ["x"]},
        {"kind": "praise", "summary": SUMMARY, "revision": "x"},
        {"kind": "praise", "summary": SUMMARY, "revision": 10**20},
    ):
        assert sent(client, cast.oanh, case, "sort_case", **said)[0] == 422
    case.refresh_from_db()
    assert (case.state, case.revision) == ("new", 0)


def test_only_people_of_the_agency_who_are_not_named_are_given_it(client: Client, cast: Cast) -> None:
    case = sort(client, cast.oanh, received(cast), cast.lan_posting)
    page = seen(client, cast.tam, case, "assign_case")[1]
    assert "Phạm Hữu Minh" in page
    for user in (cast.lan, cast.hoa, cast.phuong):
        assert user.full_name not in page
        assert sent(client, cast.tam, case, "assign_case", assignee=user.pk)[0] == 422
    case.refresh_from_db()
    assert case.assignee is None


def test_it_moves_to_another_agency_but_not_to_one_that_a_named_person_leads(
    client: Client, cast: Cast
) -> None:
    case = sort(client, cast.oanh, received(cast))
    said = {"agency": cast.other_commune.pk, "reason": "Việc của xã bên"}
    assert sent(client, cast.oanh, case, "move_case", **said)[0] == 302
    case.refresh_from_db()
    assert (case.agency, case.concerns) == (cast.other_commune, cast.other_commune)
    assert seen(client, cast.oanh, case)[0] == 404
    assert seen(client, cast.hoa, case)[0] == 200
    about_hoa = received(cast)
    about_hoa.subjects.create(posting=cast.hoa_posting)
    said["reason"] = "Nhầm xã"
    assert sent(client, cast.oanh, about_hoa, "move_case", **said)[0] == 403
    far = make_agency("Xã Ngoài Tỉnh")
    assert sent(client, cast.oanh, about_hoa, "move_case", agency=far.pk, reason="x")[0] == 422


def test_one_that_was_taken_over_stays_about_the_office(client: Client, cast: Cast) -> None:
    case = received(cast)
    assert (
        sent(client, cast.oanh, case, "move_case", agency=cast.province.pk, reason="Quá thẩm quyền")[0] == 302
    )
    case.refresh_from_db()
    assert (case.agency, case.concerns) == (cast.province, cast.one_stop)


def test_merged_ones_share_the_answer_and_whom_they_name(client: Client, cast: Cast) -> None:
    main, twin, third = received(cast), received(cast, "Cũng việc ấy"), received(cast, "Việc ấy nữa")
    sort(client, cast.oanh, main)
    sort(client, cast.oanh, twin, cast.lan_posting)
    assert sent(client, cast.oanh, third, "merge_case", main=twin.pk)[0] == 302
    assert sent(client, cast.oanh, twin, "merge_case", main=main.pk)[0] == 302
    for one in (main, twin, third):
        one.refresh_from_db()
        assert cast.lan.pk in person_ids(one)
    assert (twin.state, twin.merged_into, third.merged_into) == ("merged", main, main)
    assert sent(client, cast.oanh, main, "merge_case", main=twin.pk)[0] == 422
    assert sent(client, cast.oanh, main, "merge_case", main=main.pk)[0] == 422


def test_nothing_is_merged_with_what_the_reader_may_not_know_of(client: Client, cast: Cast) -> None:
    case, hidden = received(cast), received(cast, NAMING_TAM)
    elsewhere = received(cast, agency=cast.other_commune)
    for other in (hidden, elsewhere):
        assert sent(client, cast.oanh, case, "merge_case", main=other.pk)[0] == 422
    assert Case.objects.filter(state="merged").count() == 0


def test_a_new_arrival_is_told_to_its_receivers_without_a_word_of_it(client: Client, cast: Cast) -> None:
    case = received(cast)
    told = Notice.objects.filter(url=reverse("feedback:case", args=[case.pk]))
    assert set(told.values_list("recipient", flat=True)) == {cast.oanh.pk, cast.tam.pk, cast.quan.pk}
    assert {line.title for line in told} == {"Một ý kiến của người dân chờ phân loại"}
    client.force_login(cast.oanh, BACKEND)
    assert client.get(reverse("notices:inbox")).status_code == 200
