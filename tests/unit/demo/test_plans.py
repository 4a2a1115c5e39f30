"""The plans of the demo, before any database: people, places, months."""

import re
from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise
from random import Random

import pytest

from conduct.demo.calendar import DemoCalendar, closing_day, open_days
from conduct.demo.names import COMMUNES, PREDECESSORS, PROVINCE
from conduct.demo.people import CAST, Planner, Post, Staff
from conduct.demo.stories import Level, Story, draw_level
from conduct.demo.texts import (
    COMPLAINT,
    MIXED,
    OTHER_REASONS,
    PRAISE,
    REASONS,
    REPLIES,
    is_grave,
    reasons_for,
)
from conduct.demo.tree import Tree, plan_tree
from conduct.judgements.rules import Verdict, problem_of
from conduct.kernel.months import Month

AS_OF = date(2026, 11, 22)
REAL_PROVINCES = (
    "An Giang", "Bắc Ninh", "Cà Mau", "Cần Thơ", "Cao Bằng", "Đà Nẵng", "Đắk Lắk", "Điện Biên",
    "Đồng Nai", "Đồng Tháp", "Gia Lai", "Hà Nội", "Hà Tĩnh", "Hải Phòng", "Hồ Chí Minh", "Huế",
    "Hưng Yên", "Khánh Hòa", "Lai Châu", "Lâm Đồng", "Lạng Sơn", "Lào Cai", "Nghệ An", "Ninh Bình",
    "Phú Thọ", "Quảng Ngãi", "Quảng Ninh", "Quảng Trị", "Sơn La", "Tây Ninh", "Thái Nguyên",
    "Thanh Hóa", "Tuyên Quang", "Vĩnh Long",
)  # fmt: skip


def plan(
    as_of: date = AS_OF, offices: int = 30, staff: int = 900, seed: str = "people"
) -> tuple[Tree, Staff]:
    tree = plan_tree(DemoCalendar(as_of), offices)
    return tree, Planner(tree, staff, Random(seed)).run()


def test_months_go_back_eighteen_and_never_before_july_2025() -> None:
    assert DemoCalendar(AS_OF).months[0] == Month(2025, 7)
    assert DemoCalendar(date(2027, 6, 15)).months[0] == Month(2025, 12)
    assert len(DemoCalendar(date(2027, 6, 15)).months) == 19


def test_a_month_is_closed_after_working_day_five_of_the_next() -> None:
    assert closing_day(Month(2026, 10)) == date(2026, 11, 6)
    assert DemoCalendar(AS_OF).is_closed(Month(2026, 10))
    assert not DemoCalendar(date(2026, 11, 6)).is_closed(Month(2026, 10))
    assert not DemoCalendar(AS_OF).is_closed(Month(2026, 11))


def test_the_merger_was_half_a_year_ago_within_the_months_shown() -> None:
    assert DemoCalendar(AS_OF).merger == date(2026, 5, 1)
    early = DemoCalendar(date(2025, 9, 1))
    assert early.merger == date(2025, 8, 1)
    assert early.months[0].first < early.merger


def test_a_day_before_the_two_tier_government_settled_is_refused() -> None:
    with pytest.raises(ValueError, match="1/9/2025"):
        DemoCalendar(date(2025, 8, 31))


def test_open_days_leave_out_weekends_and_holidays() -> None:
    assert open_days(date(2025, 8, 30), date(2025, 9, 3)) == [date(2025, 9, 3)]
    assert open_days(date(2025, 9, 3), date(2025, 9, 1)) == []


def test_the_province_has_as_many_communes_as_asked_and_two_that_are_gone() -> None:
    tree, _staff = plan()
    in_force = [u for u in tree.units if u.kind == "commune" and u.valid_to is None]
    gone = [u for u in tree.units if u.kind == "commune" and u.valid_to is not None]
    assert len(in_force) == 30
    assert [u.valid_to for u in gone] == [date(2026, 4, 30)] * 2
    assert len({u.code for u in tree.units}) == len(tree.units)
    assert all(re.fullmatch(r"[A-Z0-9][A-Z0-9.-]*", u.code) for u in tree.units)


def test_units_live_within_the_life_of_what_they_belong_to() -> None:
    tree, _staff = plan()
    for unit in tree.units[1:]:
        assert unit.parent is not None
        parent = tree.units[unit.parent]
        assert unit.valid_from >= parent.valid_from
        assert (unit.valid_to or date.max) <= (parent.valid_to or date.max)


def test_every_one_stop_centre_has_its_desks() -> None:
    tree, _staff = plan()
    for office in tree.communes:
        assert office.one_stop is not None
        assert {point.unit for point in office.points} == {office.one_stop.index}
        assert len(office.points) == 1 if office.story is Story.FEW else len(office.points) in (2, 3)


@pytest.mark.parametrize(("offices", "staff"), [(30, 900), (3, 60), (5, 120), (40, 1500)])
def test_there_are_as_many_people_as_asked(offices: int, staff: int) -> None:
    _tree, people = plan(offices=offices, staff=staff)
    assert len(people.people) == staff


@pytest.mark.parametrize(("offices", "staff"), [(2, 900), (41, 2000), (30, 200)])
def test_numbers_that_do_not_fit_are_refused_in_a_sentence(offices: int, staff: int) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        plan(offices=offices, staff=staff)


def test_nobody_shares_a_name_or_a_user_name() -> None:
    _tree, staff = plan()
    assert not [name for name, times in Counter(p.full_name for p in staff.people).items() if times > 1]
    assert len({p.username for p in staff.people}) == len(staff.people)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9._-]*", p.username) for p in staff.people)


def test_some_names_are_long_ones() -> None:
    _tree, staff = plan()
    assert any(len(person.full_name.split()) >= 5 for person in staff.people if not person.signs_in)


def test_nobody_has_two_main_postings_at_a_time() -> None:
    _tree, staff = plan()
    by_person: dict[int, list[Post]] = defaultdict(list)
    for post in staff.posts:
        by_person[post.person].append(post)
    for posts in by_person.values():
        posts.sort(key=lambda post: post.starts_on)
        for earlier, later in pairwise(posts):
            assert earlier.ends_on is not None
            assert earlier.ends_on < later.starts_on
    assert sum(len(posts) > 1 for posts in by_person.values()) > 50


def test_postings_lie_within_the_life_of_their_unit() -> None:
    tree, staff = plan()
    for post in staff.posts:
        unit = tree.units[post.unit]
        assert unit.valid_from <= post.starts_on
        assert post.starts_on <= (post.ends_on or date.max) <= (unit.valid_to or date.max)


def test_nobody_judges_himself_and_only_the_top_is_judged_by_nobody() -> None:
    _tree, staff = plan()
    assert all(post.supervisor != post.person for post in staff.posts)
    assert [post.title for post in staff.posts if post.supervisor is None] == ["Phó Chủ tịch UBND tỉnh"]


def test_the_merger_carries_everybody_over() -> None:
    tree, staff = plan()
    old = {unit.index for office in tree.predecessors for unit in office.units}
    new = {unit.index for unit in tree.communes[1].units}
    before = {post.person for post in staff.posts if post.unit in old}
    after = {
        post.person for post in staff.posts if post.unit in new and post.starts_on == tree.calendar.merger
    }
    assert before == after
    heads = [p for p in staff.posts if p.unit == tree.communes[1].unit.index and p.is_leader]
    assert [post.title for post in heads] == ["Chủ tịch UBND xã"]


def test_every_department_has_one_supervisor_and_every_office_one_head() -> None:
    tree, staff = plan()
    day = tree.calendar.as_of
    held = Counter((g.unit, g.role) for g in staff.grants if g.ends_on is None or g.ends_on >= day)
    for office in tree.communes:
        assert held[office.unit.index, "head"] == held[office.unit.index, "office_admin"] == 1
        assert all(held[unit.index, "supervisor"] == 1 for unit in office.departments)


def test_only_the_cast_signs_in() -> None:
    _tree, staff = plan()
    assert {p.username for p in staff.people if p.signs_in} == {member.username for member in CAST}


def test_the_same_seed_gives_the_same_people_and_another_gives_others() -> None:
    first, second, other = plan()[1], plan()[1], plan(seed="another")[1]
    assert [p.full_name for p in first.people] == [p.full_name for p in second.people]
    assert [p.full_name for p in first.people] != [p.full_name for p in other.people]


def test_no_place_bears_the_name_of_a_real_province() -> None:
    tree, _staff = plan(offices=40, staff=1500)
    names = [PROVINCE, *COMMUNES, *PREDECESSORS, *(unit.name for unit in tree.units)]
    assert not [name for name in names for real in REAL_PROVINCES if real in name]


def test_the_slipping_office_falls_over_its_last_five_closed_months() -> None:
    level = Level(Story.SLIPPING, 0.9, DemoCalendar(AS_OF))
    values = [level.at(month) for month in Month(2026, 5).until(Month(2026, 10))]
    assert values[0] == 0.9
    assert values == sorted(values, reverse=True)
    assert values[-1] < 0.65


def test_the_merged_office_dips_and_recovers() -> None:
    level = Level(Story.MERGED, 0.87, DemoCalendar(AS_OF))
    assert level.at(Month(2026, 4)) == 0.87
    assert level.at(Month(2026, 5)) < 0.75
    assert level.at(Month(2026, 10)) == 0.87


def test_ordinary_offices_lie_around_the_national_index() -> None:
    random = Random(1)
    levels = [draw_level(Story.ORDINARY, DemoCalendar(AS_OF), random).base for _ in range(200)]
    assert 0.76 <= min(levels) <= max(levels) <= 0.94
    assert 0.83 < sum(levels) / len(levels) < 0.88


def test_reasons_would_pass_the_form_of_the_judgement() -> None:
    for reason in [*OTHER_REASONS, *(text for _words, texts in REASONS for text in texts)]:
        assert problem_of(Verdict(3, reason)) is None


def test_reasons_speak_of_their_item() -> None:
    assert "Đi muộn hai buổi trong tháng, đã nhắc." in reasons_for("Không vi phạm giờ giấc làm việc")
    assert reasons_for("Một điều chưa ai nghĩ tới") == OTHER_REASONS
    assert is_grave("Không tham nhũng, lãng phí")
    assert not is_grave("Luôn mỉm cười")


def test_texts_are_said_once() -> None:
    texts = [*PRAISE, *MIXED, *COMPLAINT, *REPLIES]
    assert len(set(texts)) == len(texts)
    assert all(text.endswith(".") for text in texts)


def test_moves_and_arrivals_leave_time_to_be_seen() -> None:
    tree, staff = plan()
    late = [p for p in staff.posts if p.starts_on > tree.calendar.first.first + timedelta(days=1)]
    assert max(post.starts_on for post in late) < AS_OF
