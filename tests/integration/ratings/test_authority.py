"""Who rates and confirms whom (Điều 10), with delegates, and who sees which sheet."""

from datetime import timedelta

import pytest

from conduct.agencies.models import Posting, Role, RoleGrant, User
from conduct.agencies.permissions import Refused
from conduct.ratings.models import Sheet
from conduct.ratings.permissions.authority import Authorities, authority_of
from conduct.ratings.permissions.sheets import check_can_approve, check_can_review
from tests.cast import Cast
from tests.factories import DAY, grant, make_agency, make_posting, make_user
from tests.integration.ratings.arrange import delegate, submitted_sheet

pytestmark = [pytest.mark.django_db]


def raters(posting: Posting) -> tuple[set[int], set[int]]:
    found = authority_of(posting, DAY)
    return set(found.reviewers), set(found.approvers)


def sees(user: User) -> set[Sheet]:
    return set(Sheet.objects.visible_to(user, DAY))


def test_deputies_of_a_unit_are_rated_by_its_head(october: Cast) -> None:
    chief = make_user("Nguyễn Văn Trưởng")
    make_posting(chief, october.one_stop, is_leader=True)
    grant(chief, october.one_stop, Role.HEAD)
    assert raters(october.minh_posting) == ({chief.pk}, {october.tam.pk})
    assert raters(october.lan_posting) == ({chief.pk}, {october.tam.pk})


def test_the_head_of_a_unit_is_rated_by_the_head_of_the_office(october: Cast) -> None:
    grant(october.minh, october.one_stop, Role.HEAD)
    assert raters(october.minh_posting) == ({october.tam.pk}, {october.tam.pk})


def test_deputies_of_the_office_are_rated_by_its_head(october: Cast) -> None:
    deputy = make_user("Trần Phó")
    posting = make_posting(deputy, october.commune, is_leader=True)
    grant(deputy, october.commune, Role.SUPERVISOR)
    assert raters(posting) == ({october.tam.pk}, {october.tam.pk})
    assert raters(october.lan_posting) == ({october.minh.pk}, {october.tam.pk})


def test_people_of_a_unit_without_a_leader_are_rated_by_the_head_of_the_office(october: Cast) -> None:
    posting = make_posting(make_user(), october.department)
    assert raters(posting) == ({october.tam.pk}, {october.tam.pk})


def test_the_head_who_also_serves_in_a_unit_is_not_rated_from_below(october: Cast) -> None:
    posting = make_posting(october.tam, october.one_stop, is_main=False)
    assert raters(posting) == ({october.phuong.pk}, {october.phuong.pk})


def test_a_deputy_who_also_serves_in_a_unit_is_not_rated_from_below(october: Cast) -> None:
    deputy = make_user("Trần Phó")
    grant(deputy, october.commune, Role.SUPERVISOR)
    posting = make_posting(deputy, october.one_stop, is_leader=True)
    assert raters(posting) == ({october.tam.pk}, {october.tam.pk})


def test_a_delegate_reviews_in_the_others_place(october: Cast) -> None:
    sheet = submitted_sheet(october.lan_posting)
    with pytest.raises(Refused):
        check_can_review(october.quan, sheet, DAY)
    delegate(october.minh, october.quan, october.one_stop)
    assert check_can_review(october.quan, sheet, DAY) == october.minh.pk
    assert check_can_review(october.minh, sheet, DAY) is None
    assert sees(october.quan) == {sheet}


def test_a_delegation_may_reach_one_unit_only(october: Cast) -> None:
    other = make_posting(make_user(), october.department)
    delegate(october.tam, october.quan, october.one_stop)
    assert raters(october.lan_posting)[1] == {october.tam.pk, october.quan.pk}
    assert raters(other)[1] == {october.tam.pk}


def test_a_delegate_never_rates_their_own_sheet(october: Cast) -> None:
    delegate(october.minh, october.lan, october.one_stop)
    sheet = submitted_sheet(october.lan_posting)
    assert raters(october.lan_posting)[0] == {october.minh.pk}
    with pytest.raises(Refused, match="phiếu của mình"):
        check_can_review(october.lan, sheet, DAY)


def test_nobody_confirms_their_own_sheet(october: Cast) -> None:
    sheet = submitted_sheet(october.tam_posting)
    with pytest.raises(Refused, match="phiếu của mình"):
        check_can_approve(october.tam, sheet, DAY)
    with pytest.raises(Refused):
        check_can_approve(october.minh, sheet, DAY)
    assert check_can_approve(october.phuong, sheet, DAY) is None


def test_a_delegation_ends_with_its_last_day(october: Cast) -> None:
    delegate(october.minh, october.quan, october.one_stop, ends_on=DAY)
    assert october.quan.pk in authority_of(october.lan_posting, DAY).reviewers
    assert october.quan.pk not in authority_of(october.lan_posting, DAY + timedelta(days=1)).reviewers


def test_who_led_until_yesterday_neither_rates_nor_sees(october: Cast) -> None:
    sheet = submitted_sheet(october.lan_posting)
    Sheet.objects.filter(pk=sheet.pk).update(reviewer=october.minh)
    assert sees(october.minh) == {sheet}
    RoleGrant.objects.filter(person=october.minh).update(ends_on=DAY - timedelta(days=1))
    assert sees(october.minh) == set()
    with pytest.raises(Refused):
        check_can_review(october.minh, sheet, DAY)


def test_supervisors_do_not_see_those_beside_and_above_them(october: Cast) -> None:
    beside = make_user("Lê Phó Hai")
    make_posting(beside, october.one_stop, is_leader=True)
    grant(beside, october.one_stop, Role.SUPERVISOR)
    minh, lan = submitted_sheet(october.minh_posting), submitted_sheet(october.lan_posting)
    tam = submitted_sheet(october.tam_posting)
    assert sees(beside) == {lan}
    assert sees(october.minh) == {minh, lan}
    assert sees(october.tam) == {minh, lan, tam}
    assert sees(october.lan) == {lan}
    assert sees(october.hoa) == sees(october.quan) == set()


def test_two_who_rate_each_other_are_pointed_out(october: Cast) -> None:
    postings = [october.minh_posting, october.tam_posting, october.lan_posting]
    assert Authorities(postings, DAY).mutual(postings) == set()
    delegate(october.phuong, october.minh, october.commune)
    assert Authorities(postings, DAY).mutual(postings) == {frozenset((october.minh.pk, october.tam.pk))}


def test_an_agency_that_is_gone_keeps_its_last_place(october: Cast) -> None:
    gone = make_agency("Phòng cũ", kind="department", parent=october.commune)
    posting = make_posting(make_user(), gone)
    gone.valid_to = DAY - timedelta(days=5)
    gone.save()
    gone.parents.update(valid_to=gone.valid_to)
    posting.agency.refresh_from_db()
    assert raters(posting)[1] == {october.tam.pk}
