"""The people of the demo as a plan: who serves where, from when, with which role. Everybody is invented."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from django.utils.translation import gettext_noop as _

from .calendar import FIRST_DAY, open_days
from .names import NameBook
from .stories import Story
from .tree import Office, Tree, Unit

_PROVINCE_STAFF = 12
_BODY_STAFF_SHARE = 0.045
MIN_COMMUNE_STAFF = 9


@dataclass(eq=False)
class Person:
    """One member of staff; `offset` is how much better or worse than the office this person serves."""

    index: int
    full_name: str
    username: str
    offset: float
    signs_in: bool = False


@dataclass(eq=False)
class Post:
    """A posting; `supervisor` is the index of the person who judges it, None when nobody does."""

    index: int
    person: int
    unit: int
    title: str
    category: str
    starts_on: date
    ends_on: date | None = None
    is_leader: bool = False
    serves_citizens: bool = False
    supervisor: int | None = None

    def serves_in(self, first: date, last: date) -> bool:
        """Whether the posting touches these days."""
        return self.starts_on <= last and (self.ends_on is None or self.ends_on >= first)


@dataclass(eq=False)
class Grant:
    """A role for a unit's subtree."""

    person: int
    unit: int
    role: str
    starts_on: date
    ends_on: date | None = None


@dataclass(eq=False)
class Staff:
    """Everybody, and the leads of each unit by its index."""

    people: list[Person] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    heads: dict[int, int] = field(default_factory=dict)
    leaders: dict[int, int] = field(default_factory=dict)
    cast: dict[str, Person] = field(default_factory=dict)


@dataclass(frozen=True)
class CastMember:
    """Someone a visitor may sign in as; `part` is the role as the sign-in list names it."""

    username: str
    full_name: str
    part: str


# The texts of `part` are translated where they are printed (demo_signins).
CAST = (
    CastMember("lan", "Tôn Nữ Hoàng Thảo Lan", _("Staff, one-stop desk")),
    CastMember("minh", "Phạm Hữu Minh", _("Supervisor, one-stop centre")),
    CastMember("tam", "Lê Thị Tâm", _("Head of the commune")),
    CastMember("quan", "Đỗ Anh Quân", _("Office administrator of the commune")),
    CastMember("phuong", "Võ Đình Phương", _("Head of the province")),
    CastMember("khoi", "Bùi Gia Khôi", _("Inspector of the province")),
    CastMember("hanh", "Đặng Mỹ Hạnh", _("Catalogue editor of the province")),
    CastMember("thu", "Hồ Ngọc Thu", _("Auditor of the province")),
    CastMember("son", "Ngô Bá Sơn", _("System administrator of the province")),
    CastMember("hoa", "Trần Thị Mai Hoa", _("Head of another commune")),
    CastMember("yen", "Châu Hải Yến", _("Treasurer of the commune")),
    CastMember("oanh", "Mai Kiều Oanh", _("Receiver of feedback of the commune")),
)
_CAST = {member.username: member for member in CAST}
# The first of each department of the cast's commune, and what two of them look after.
_CAST_PARTS = {"HCC": "lan", "VP": "yen", "KT": "oanh"}
_CAST_ROLES = {
    "yen": ("Kế toán – Thủ quỹ", "treasurer"),
    "oanh": ("Chuyên viên tiếp công dân", "operator"),
}


class Planner:
    """Fills a tree with people. `staff` is the number of persons, all postings counted once."""

    def __init__(self, tree: Tree, staff: int, random: Random) -> None:
        """ValueError when so few people cannot fill the tree."""
        slots = [office for office in tree.communes if office.story is not Story.MERGED] + tree.predecessors
        self.tree, self.random, self.book = tree, random, NameBook(random)
        self.body = max(3, round(staff * _BODY_STAFF_SHARE / 3))
        left = staff - _PROVINCE_STAFF - self.body * len(tree.bodies)
        if left < MIN_COMMUNE_STAFF * len(slots):
            least = MIN_COMMUNE_STAFF * len(slots) + _PROVINCE_STAFF + 3 * len(tree.bodies)
            raise ValueError(f"So many offices need at least {least} staff.")
        each, more = divmod(left, len(slots))
        self.sizes = [each + (place < more) for place in range(len(slots))]
        self.slots = slots
        self.plan = Staff()

    def run(self) -> Staff:
        """Everybody, in a fixed order."""
        for member in CAST:
            self.book.take(member.full_name, member.username)
        self._fill_province()
        for office, size in zip(self.slots, self.sizes, strict=True):
            self._fill_commune(office, size)
        for office in self.tree.bodies:
            self._fill_body(office)
        self._merge()
        self._move_some()
        self._name_supervisors()
        return self.plan

    def _person(self, login: str = "") -> Person:
        name, username = (_CAST[login].full_name, login) if login else self.book.draw()
        person = Person(len(self.plan.people), name, username, self.random.gauss(0, 0.035), bool(login))
        self.plan.people.append(person)
        if login:
            self.plan.cast[login] = person
        return person

    def _post(
        self,
        unit: Unit,
        title: str,
        category: str,
        login: str = "",
        *,
        leads: bool = False,
        serves: bool = False,
    ) -> Post:
        person = self._person(login)
        post = Post(
            len(self.plan.posts), person.index, unit.index, title, category, unit.valid_from, unit.valid_to,
            is_leader=leads, serves_citizens=serves,
        )  # fmt: skip
        self.plan.posts.append(post)
        return post

    def _grant(self, person: int, unit: Unit, role: str) -> None:
        self.plan.grants.append(Grant(person, unit.index, role, unit.valid_from, unit.valid_to))

    def _lead(self, post: Post, unit: Unit, role: str) -> None:
        """Make a posting the head or the supervisor of a unit."""
        (self.plan.heads if role == "head" else self.plan.leaders)[unit.index] = post.person
        self._grant(post.person, unit, role)

    def _fill_province(self) -> None:
        province = self.tree.province
        named = {unit.name: unit for unit in self.tree.units}
        head = self._post(province, "Phó Chủ tịch UBND tỉnh", "can_bo", "phuong", leads=True)
        self._lead(head, province, "head")
        for unit_name, title, login, role in (
            ("Sở Nội vụ", "Chuyên viên phòng Công chức, viên chức", "hanh", "catalogue_editor"),
            ("Thanh tra tỉnh", "Thanh tra viên", "khoi", "inspector"),
            ("Sở Khoa học và Công nghệ", "Chuyên viên quản trị phần mềm", "son", "system_admin"),
            ("Văn phòng UBND tỉnh", "Chuyên viên kiểm soát thủ tục hành chính", "thu", "auditor"),
        ):
            unit = named[unit_name]
            boss = self._post(unit, _BOSSES[unit_name], "cong_chuc", leads=True)
            self._lead(boss, unit, "supervisor")
            self._grant(self._post(unit, title, "cong_chuc", login).person, province, role)
        for unit_name in ("Sở Nội vụ", "Sở Nội vụ", "Thanh tra tỉnh"):
            self._post(named[unit_name], "Chuyên viên", "cong_chuc")

    def _fill_commune(self, office: Office, size: int) -> None:
        cast, other = office.story is Story.CAST, office is self.tree.communes[-1]
        what = "phường" if office.unit.name.startswith("Phường") else "xã"
        login = "tam" if cast else "hoa" if other else ""
        head = self._post(office.unit, f"Chủ tịch UBND {what}", "can_bo", login, leads=True)
        self._lead(head, office.unit, "head")
        deputies = 2 if size >= 16 else 0
        for _place in range(deputies):
            self._post(office.unit, f"Phó Chủ tịch UBND {what}", "can_bo")
        for unit, number in zip(office.departments, _shares(size - 1 - deputies), strict=True):
            self._fill_department(office, unit, number, cast)

    def _fill_department(self, office: Office, unit: Unit, number: int, cast: bool) -> None:
        desk, clerk = unit.kind == "one_stop", unit.name.startswith("Văn phòng")
        title = "Phó Giám đốc Trung tâm" if desk else "Chánh Văn phòng" if clerk else "Trưởng phòng"
        login = ("minh" if desk else "quan" if clerk else "") if cast else ""
        boss = self._post(unit, title, "cong_chuc", login, leads=True)
        self._lead(boss, unit, "supervisor")
        if clerk:
            self._grant(boss.person, office.unit, "office_admin")
        titles = _TITLES["one_stop" if desk else "clerk" if clerk else "other"]
        for place in range(number - 1):
            login = _CAST_PARTS.get(unit.code.rpartition("-")[2], "") if cast and place == 0 else ""
            job, category = titles[place % len(titles)]
            post = self._post(unit, job, category, login, serves=desk)
            if login in _CAST_ROLES:
                post.title, role = _CAST_ROLES[login]
                self._grant(post.person, office.unit, role)

    def _fill_body(self, office: Office) -> None:
        boss, others = _BODY_TITLES[office.unit.kind]
        category = "can_bo" if office.unit.kind == "party_body" else "vien_chuc"
        head = self._post(office.unit, boss, category, leads=True)
        self._lead(head, office.unit, "head")
        self.plan.leaders[office.unit.index] = head.person
        for place in range(self.body - 1):
            job, category = others[place % len(others)]
            self._post(office.unit, job, category, serves=bool(office.points) and place % 2 == 0)

    def _merge(self) -> None:
        """Everybody of the two communes goes on in the new one; the second's leaders become deputies."""
        merged = next((office for office in self.tree.communes if office.story is Story.MERGED), None)
        if merged is None:
            return
        for number, office in enumerate(self.tree.predecessors):
            targets = {old.index: new for old, new in zip(office.units, merged.units, strict=True)}
            for post in [post for post in self.plan.posts if post.unit in targets]:
                self._carry_over(post, targets[post.unit], first=number == 0)

    def _carry_over(self, old: Post, unit: Unit, *, first: bool) -> None:
        title = old.title if first or not old.is_leader else _DEPUTY.get(old.title, f"Phó {old.title}")
        post = Post(
            len(self.plan.posts), old.person, unit.index, title, old.category, unit.valid_from, None,
            is_leader=old.is_leader and first, serves_citizens=old.serves_citizens,
        )  # fmt: skip
        self.plan.posts.append(post)
        if not (first and old.is_leader):
            return
        self._lead(post, unit, "head" if unit.kind == "commune" else "supervisor")
        if unit.name.startswith("Văn phòng"):
            self._grant(post.person, self.tree.units[unit.parent or 0], "office_admin")

    def _move_some(self) -> None:
        """A few joined later, a few left, a few moved to another department of their office."""
        calendar = self.tree.calendar
        days = open_days(calendar.first.first + timedelta(days=20), calendar.as_of - timedelta(days=10))
        siblings = {unit.index: office for office in self.tree.communes for unit in office.departments}
        for post in list(self.plan.posts):
            plain = not post.is_leader and post.ends_on is None and post.starts_on == FIRST_DAY
            if not plain or self.plan.people[post.person].signs_in or post.unit not in siblings:
                continue
            chance, day = self.random.random(), self.random.choice(days)
            if chance < 0.03:
                post.starts_on = day
            elif chance < 0.045:
                post.ends_on = day
            elif chance < 0.08 and post.title.startswith("Chuyên viên"):
                self._move(post, siblings[post.unit], day)

    def _move(self, old: Post, office: Office, day: date) -> None:
        others = [unit for unit in office.departments if unit.index != old.unit]
        unit = self.random.choice(others)
        old.ends_on = day - timedelta(days=1)
        desk = unit.kind == "one_stop"
        title = "Chuyên viên tiếp nhận hồ sơ" if desk else "Chuyên viên"
        place = len(self.plan.posts)
        self.plan.posts.append(
            Post(place, old.person, unit.index, title, "cong_chuc", day, serves_citizens=desk)
        )

    def _name_supervisors(self) -> None:
        """Staff are judged by their unit's leader, leaders by the head above; nobody by himself."""
        for post in self.plan.posts:
            unit: Unit | None = self.tree.units[post.unit]
            while unit is not None and post.supervisor is None:
                for lead in (self.plan.leaders.get(unit.index), self.plan.heads.get(unit.index)):
                    if lead is not None and lead != post.person:
                        post.supervisor = lead
                        break
                unit = self.tree.units[unit.parent] if unit.parent is not None else None


def _shares(number: int) -> list[int]:
    """Split a commune's staff over its four units; two in each at least."""
    parts = [max(2, round(number * share)) for share in (0.24, 0.24, 0.24, 0.28)]
    parts[3] += number - sum(parts)
    return parts


_BOSSES = {
    "Sở Nội vụ": "Giám đốc Sở", "Thanh tra tỉnh": "Chánh Thanh tra",
    "Sở Khoa học và Công nghệ": "Giám đốc Sở", "Văn phòng UBND tỉnh": "Chánh Văn phòng",
}  # fmt: skip
_DEPUTY = {
    "Chủ tịch UBND xã": "Phó Chủ tịch UBND xã", "Chánh Văn phòng": "Phó Chánh Văn phòng",
    "Trưởng phòng": "Phó Trưởng phòng", "Phó Giám đốc Trung tâm": "Chuyên viên chính",
}  # fmt: skip
_TITLES = {
    "one_stop": (
        ("Chuyên viên tiếp nhận hồ sơ Tư pháp – Hộ tịch", "cong_chuc"),
        ("Chuyên viên tiếp nhận hồ sơ Đất đai", "cong_chuc"),
        ("Chuyên viên tiếp nhận hồ sơ Lao động – Xã hội", "cong_chuc"),
        ("Nhân viên hướng dẫn nộp hồ sơ trực tuyến", "hop_dong"),
        ("Chuyên viên trả kết quả", "cong_chuc"),
    ),
    "clerk": (
        ("Chuyên viên Văn phòng", "cong_chuc"), ("Kế toán", "cong_chuc"), ("Văn thư – Lưu trữ", "cong_chuc"),
        ("Nhân viên phục vụ", "hop_dong"), ("Công chức Tư pháp", "cong_chuc"),
    ),
    "other": (
        ("Chuyên viên", "cong_chuc"), ("Phó Trưởng phòng", "cong_chuc"), ("Chuyên viên chính", "cong_chuc"),
        ("Chuyên viên", "cong_chuc"), ("Viên chức sự nghiệp", "vien_chuc"),
    ),
}  # fmt: skip
_BODY_TITLES = {
    "party_body": (
        "Bí thư Đảng ủy",
        (
            ("Chuyên viên Ban Tổ chức", "cong_chuc"), ("Chuyên viên Ủy ban Kiểm tra", "cong_chuc"),
            ("Chuyên viên Ban Tuyên giáo và Dân vận", "cong_chuc"), ("Kế toán", "cong_chuc"),
            ("Chuyên viên Văn phòng Đảng ủy", "cong_chuc"), ("Văn thư – Lưu trữ", "hop_dong"),
        ),
    ),
    "service_unit": (
        "Giám đốc Trung tâm",
        (
            ("Điều dưỡng tiếp đón", "vien_chuc"), ("Bác sĩ", "vien_chuc"),
            ("Nhân viên thu viện phí", "vien_chuc"), ("Dược sĩ", "vien_chuc"),
        ),
    ),
    "enterprise": (
        "Giám đốc Chi nhánh",
        (("Giao dịch viên", "hop_dong"), ("Cán bộ tín dụng", "hop_dong"), ("Kiểm ngân", "hop_dong")),
    ),
}  # fmt: skip
