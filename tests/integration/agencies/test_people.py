"""People and their postings: entered, moved, ended, with clear refusals and an audit row each."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from conduct.agencies.models import Posting, Role, RoleGrant, User
from conduct.agencies.permissions import Refused
from conduct.agencies.rules import Post
from conduct.agencies.services import (
    add_person,
    add_posting,
    end_posting,
    end_role,
    give_login,
    grant_role,
    move_posting,
    people,
)
from conduct.audit.models import AuditEvent
from tests.cast import Cast, make_cast
from tests.factories import DAY, NOW, grant, make_posting, make_user

pytestmark = pytest.mark.django_db
POST = Post("Công chức địa chính", "cong_chuc", False, True, DAY)
PASSWORD = "giu-loi-hua-voi-dan"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def enter(
    cast: Cast, *, password: str = PASSWORD, post: Post = POST, username: str = "mai"
) -> tuple[User, bool]:
    return add_person(
        agency=cast.one_stop,
        full_name="  Đặng  Thị Mai ",
        username=username,
        password=password,
        post=post,
        by=cast.quan,
        now=NOW,
    )


def messages_of(error: pytest.ExceptionInfo[ValidationError]) -> str:
    return " ".join(error.value.messages)


def test_a_person_is_entered_with_posting_and_login(cast: Cast) -> None:
    person, created = enter(cast)
    assert created
    assert person.full_name == "Đặng Thị Mai"
    assert person.search == "dang thi mai mai"
    assert person.check_password(PASSWORD)
    assert Posting.objects.get(person=person).agency == cast.one_stop
    assert set(AuditEvent.objects.values_list("act", flat=True)) == {
        "agencies.add_posting",
        "agencies.add_person",
    }


def test_an_empty_password_means_no_login(cast: Cast) -> None:
    person, _created = enter(cast, password="")
    assert not person.has_usable_password()


def test_entering_twice_is_stored_once(cast: Cast) -> None:
    person, _created = enter(cast)
    again, created = enter(cast)
    assert (again, created) == (person, False)
    assert Posting.objects.filter(person=person).count() == 1


@pytest.mark.parametrize("username", ["lan", "Mai", "mai thi", "mài", "", "-mai", "m" * 61])
def test_a_taken_or_odd_user_name_is_refused(cast: Cast, username: str) -> None:
    with pytest.raises(ValidationError) as error:
        enter(cast, username=username)
    assert "username" in error.value.message_dict
    assert not User.objects.filter(full_name="Đặng Thị Mai").exists()


def test_a_weak_password_leaves_nobody_behind(cast: Cast) -> None:
    with pytest.raises(ValidationError) as error:
        enter(cast, password="12345678")
    assert "password" in error.value.message_dict
    assert not User.objects.filter(username="mai").exists()


@pytest.mark.parametrize(
    "day", [date(1, 1, 1), date(1900, 1, 1), date(2025, 6, 30), date(2028, 1, 1), date(9999, 12, 31)]
)
def test_an_absurd_first_day_leaves_nobody_behind(cast: Cast, day: date) -> None:
    with pytest.raises(ValidationError) as error:
        enter(cast, post=replace(POST, starts_on=day))
    assert "starts_on" in error.value.message_dict
    assert not User.objects.filter(username="mai").exists()


@pytest.mark.parametrize("who", ["lan", "minh", "tam", "hoa", "phuong"])
def test_only_an_administrator_enters_people(cast: Cast, who: str) -> None:
    with pytest.raises(Refused):
        add_person(
            agency=cast.one_stop,
            full_name="Ai Đó",
            username="aido",
            password="",
            post=POST,
            by=getattr(cast, who),
            now=NOW,
        )


def test_without_its_audit_row_nobody_is_entered(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("no trail")

    monkeypatch.setattr(people, "record", fail)
    with pytest.raises(RuntimeError):
        enter(cast)
    assert not User.objects.filter(username="mai").exists()


def test_a_second_main_posting_is_refused_by_name(cast: Cast) -> None:
    with pytest.raises(ValidationError) as error:
        add_posting(person=cast.lan, agency=cast.department, post=POST, by=cast.quan, now=NOW)
    assert "Trung tâm Phục vụ hành chính công" in messages_of(error)
    assert "01/07/2025" in messages_of(error)


def test_a_second_posting_besides_the_main_one_is_stored_once(cast: Cast) -> None:
    second = replace(POST, is_main=False)
    posting, created = add_posting(
        person=cast.lan, agency=cast.department, post=second, by=cast.quan, now=NOW
    )
    again = add_posting(person=cast.lan, agency=cast.department, post=second, by=cast.quan, now=NOW)
    assert created
    assert again == (posting, False)


def test_a_posting_ends_with_the_roles_held_there(cast: Cast) -> None:
    elsewhere = grant(cast.minh, cast.department, Role.SUPERVISOR)
    assert end_posting(posting=cast.minh_posting, ends_on=DAY, by=cast.quan, now=NOW)
    assert not end_posting(posting=cast.minh_posting, ends_on=DAY, by=cast.quan, now=NOW)
    assert RoleGrant.objects.get(person=cast.minh, agency=cast.one_stop).ends_on == DAY
    elsewhere.refresh_from_db()
    assert elsewhere.ends_on is None


@pytest.mark.parametrize("day", [date(2025, 6, 30), date(2027, 12, 31), date(9999, 12, 31)])
def test_a_posting_does_not_end_on_an_absurd_day(cast: Cast, day: date) -> None:
    with pytest.raises(ValidationError):
        end_posting(posting=cast.lan_posting, ends_on=day, by=cast.quan, now=NOW)
    cast.lan_posting.refresh_from_db()
    assert cast.lan_posting.ends_on is None


def test_a_move_keeps_the_past(cast: Cast) -> None:
    moved, created = move_posting(
        posting=cast.lan_posting, agency=cast.department, post=POST, by=cast.quan, now=NOW
    )
    assert created
    assert moved.agency == cast.department
    cast.lan_posting.refresh_from_db()
    assert cast.lan_posting.ends_on == DAY - timedelta(days=1)
    assert cast.lan_posting.title == "Công chức Tư pháp – Hộ tịch"
    again = move_posting(posting=cast.lan_posting, agency=cast.department, post=POST, by=cast.quan, now=NOW)
    assert again == (moved, False)


def test_a_move_to_another_office_needs_the_right_there(cast: Cast) -> None:
    with pytest.raises(Refused):
        move_posting(posting=cast.lan_posting, agency=cast.other_commune, post=POST, by=cast.quan, now=NOW)
    cast.lan_posting.refresh_from_db()
    assert cast.lan_posting.ends_on is None


def test_a_first_login_is_given_once(cast: Cast) -> None:
    person, _created = enter(cast, password="")
    assert give_login(person=person, agency=cast.one_stop, password=PASSWORD, by=cast.quan, now=NOW)
    assert not give_login(
        person=person, agency=cast.one_stop, password="mot-mat-khau-khac", by=cast.quan, now=NOW
    )
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_an_administrator_cannot_take_over_an_account(cast: Cast) -> None:
    assert not give_login(person=cast.tam, agency=cast.commune, password=PASSWORD, by=cast.quan, now=NOW)
    cast.tam.refresh_from_db()
    assert not cast.tam.check_password(PASSWORD)


def test_a_login_is_given_only_where_the_person_serves(cast: Cast) -> None:
    stranger = User.objects.create_user("khach", "Người Ngoài", None)
    make_posting(stranger, cast.other_commune)
    with pytest.raises(Refused):
        give_login(person=stranger, agency=cast.commune, password=PASSWORD, by=cast.quan, now=NOW)


def give(cast: Cast, role: Role, starts_on: date = DAY, ends_on: date | None = None) -> bool:
    return grant_role(
        person=cast.lan,
        agency=cast.one_stop,
        role=role,
        starts_on=starts_on,
        ends_on=ends_on,
        by=cast.quan,
        now=NOW,
    )


def test_a_role_is_granted_once_and_ended_once(cast: Cast) -> None:
    assert give(cast, Role.SUPERVISOR)
    assert not give(cast, Role.SUPERVISOR)
    held = RoleGrant.objects.get(person=cast.lan)
    assert held.granted_by == cast.quan
    assert end_role(grant=held, ends_on=DAY, by=cast.quan, now=NOW)
    assert not end_role(grant=held, ends_on=DAY, by=cast.quan, now=NOW)
    assert list(AuditEvent.objects.order_by("pk").values_list("act", flat=True)) == [
        "agencies.grant_role",
        "agencies.end_role",
    ]


def test_the_same_role_does_not_overlap(cast: Cast) -> None:
    give(cast, Role.SUPERVISOR)
    with pytest.raises(ValidationError):
        give(cast, Role.SUPERVISOR, DAY + timedelta(days=3))


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (DAY, DAY - timedelta(days=1)),
        (date(2020, 1, 1), None),
        (date(2099, 1, 1), None),
        (date(1, 1, 1), None),
    ],
)
def test_a_role_is_not_granted_for_absurd_days(cast: Cast, first: date, last: date | None) -> None:
    with pytest.raises(ValidationError):
        give(cast, Role.SUPERVISOR, first, last)


def test_nobody_makes_themselves_head(cast: Cast) -> None:
    with pytest.raises(Refused):
        grant_role(
            person=cast.quan,
            agency=cast.commune,
            role=Role.HEAD,
            starts_on=DAY,
            ends_on=None,
            by=cast.quan,
            now=NOW,
        )
    with pytest.raises(Refused):
        give(cast, Role.HEAD)


def test_the_database_refuses_two_main_postings_at_a_time(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two administrators at once: the check of the second saw nothing yet."""
    from conduct.agencies.services import postings

    monkeypatch.setattr(postings, "_check_no_other_main_posting", lambda *_: None)
    with pytest.raises(ValidationError) as error:
        add_posting(person=cast.lan, agency=cast.department, post=POST, by=cast.quan, now=NOW)
    assert "starts_on" in error.value.message_dict


def test_many_people_have_their_order_by_given_name(cast: Cast) -> None:
    for name in ("Nguyễn Văn Ánh", "Trần Thị Ân", "Lê Văn An", "Đỗ Thị Ăn"):
        make_posting(make_user(name), cast.department)
    names = [
        p.person.full_name
        for p in Posting.objects.filter(agency=cast.department).order_by("person__name_order")
    ]
    assert names == ["Lê Văn An", "Nguyễn Văn Ánh", "Đỗ Thị Ăn", "Trần Thị Ân", "Đỗ Anh Quân"]
