"""The agencies of the demo as a plan: no database, ids count from 0 in the order of creation."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from .calendar import FIRST_DAY, DemoCalendar
from .names import COMMUNES, PREDECESSORS, PROVINCE, PROVINCE_PLACE
from .stories import Story, story_of

MIN_OFFICES, MAX_OFFICES = 3, len(COMMUNES)

PARTY_BODY = "Đảng ủy các cơ quan Đảng tỉnh Mực Giang"
HEALTH_CENTRE = "Trung tâm Y tế khu vực Nghiên Hạ"
BANK = "Ngân hàng Nghiên Mực – Chi nhánh Trúc Nghiên"


@dataclass(eq=False)
class Unit:
    """An agency: `parent` and `index` are places in the plan, `office` is the unit whose months it shares."""

    index: int
    code: str
    name: str
    kind: str
    parent: int | None
    valid_from: date = FIRST_DAY
    valid_to: date | None = None
    place: str = ""


@dataclass(eq=False)
class Point:
    """A desk with a QR code: what it handles, and the unit it stands in."""

    index: int
    unit: int
    name: str
    name_en: str
    groups: tuple[str, ...]


@dataclass(eq=False)
class Office:
    """A commune (or another body with months of its own) with the units inside it."""

    unit: Unit
    story: Story
    departments: list[Unit] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)

    @property
    def units(self) -> list[Unit]:
        """The office itself, then what lies below."""
        return [self.unit, *self.departments]

    @property
    def one_stop(self) -> Unit | None:
        """The desk side of a commune."""
        return next((unit for unit in self.departments if unit.kind == "one_stop"), None)


@dataclass(eq=False)
class Tree:
    """The whole province."""

    calendar: DemoCalendar
    units: list[Unit] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    communes: list[Office] = field(default_factory=list)
    predecessors: list[Office] = field(default_factory=list)
    bodies: list[Office] = field(default_factory=list)
    groups: list[Unit] = field(default_factory=list)

    def add(
        self,
        code: str,
        name: str,
        kind: str,
        parent: Unit | None,
        *,
        valid_from: date | None = None,
        valid_to: date | None = None,
        place: str = "",
    ) -> Unit:
        """Append a unit that lives as long as its parent unless said otherwise."""
        begins = valid_from or (parent.valid_from if parent else FIRST_DAY)
        ends = valid_to or (parent.valid_to if parent else None)
        above = parent.index if parent else None
        unit = Unit(len(self.units), code, name, kind, above, begins, ends, place)
        self.units.append(unit)
        return unit

    @property
    def province(self) -> Unit:
        """The root."""
        return self.units[0]

    @property
    def offices(self) -> list[Office]:
        """Everything that keeps months of its own, the province itself excepted."""
        return [*self.communes, *self.predecessors, *self.bodies]

    def unit_named(self, name: str) -> Unit:
        """The first unit of that name; KeyError when there is none."""
        for unit in self.units:
            if unit.name == name:
                return unit
        raise KeyError(name)


_DESKS = (
    ("Tư pháp – Hộ tịch", "Civil status and certification", ("Hộ tịch", "Chứng thực")),
    ("Đất đai – Xây dựng", "Land and building", ("Đất đai", "Xây dựng")),
    ("Lao động – Bảo trợ xã hội", "Labour and social care", ("Bảo trợ xã hội", "Đăng ký hộ kinh doanh")),
)  # fmt: skip


def plan_tree(calendar: DemoCalendar, offices: int) -> Tree:
    """The province with so many communes in force; ValueError outside 3–40."""
    if not MIN_OFFICES <= offices <= MAX_OFFICES:
        raise ValueError(f"The demo can have {MIN_OFFICES} to {MAX_OFFICES} offices.")
    tree = Tree(calendar)
    province = tree.add("MG", PROVINCE, "province", None, place=PROVINCE_PLACE)
    for code, name in (
        ("VP", "Văn phòng UBND tỉnh"), ("SNV", "Sở Nội vụ"), ("TTR", "Thanh tra tỉnh"),
        ("SKHCN", "Sở Khoa học và Công nghệ"),
    ):  # fmt: skip
        tree.add(f"MG-{code}", name, "department", province)
    for index in range(offices):
        story = story_of(index)
        lives = {"valid_from": calendar.merger} if story is Story.MERGED else {}
        tree.communes.append(_add_commune(tree, f"MG-{index + 1:02d}", COMMUNES[index], story, **lives))
    for number, name in enumerate(PREDECESSORS, start=1):
        until = calendar.merger - timedelta(days=1)
        code = f"MG-02.{number}"
        tree.predecessors.append(_add_commune(tree, code, name, Story.MERGED, valid_to=until))
    _add_bodies(tree)
    _add_groups(tree)
    return tree


def _add_commune(tree: Tree, code: str, name: str, story: Story, **lives: date) -> Office:
    ward, place = name.startswith("Phường"), name.split(" ", 1)[1]
    commune = tree.add(code, name, "commune", tree.province, place=place, **lives)
    office = Office(commune, story)
    economy = "Phòng Kinh tế, Hạ tầng và Đô thị" if ward else "Phòng Kinh tế"
    for part, title, kind in (
        ("VP", "Văn phòng HĐND và UBND", "department"),
        ("KT", economy, "department"),
        ("VHXH", "Phòng Văn hóa – Xã hội", "department"),
        ("HCC", "Trung tâm Phục vụ hành chính công", "one_stop"),
    ):
        office.departments.append(tree.add(f"{code}-{part}", title, kind, commune))
    desks = _DESKS[:1] if story is Story.FEW else _DESKS if len(tree.communes) % 2 == 0 else _DESKS[:2]
    for number, (what, english, groups) in enumerate(desks, start=1):
        names = (f"Quầy {number} – {what}", f"Desk {number} – {english}")
        _add_point(tree, office, office.departments[-1], names, groups)
    return office


def _add_point(
    tree: Tree, office: Office, unit: Unit, names: tuple[str, str], groups: tuple[str, ...]
) -> None:
    point = Point(len(tree.points), unit.index, *names, groups)
    tree.points.append(point)
    office.points.append(point)


def _add_bodies(tree: Tree) -> None:
    """A party body, a health centre and a bank branch: the homes of the models that communes do not keep."""
    for code, name, kind in (
        ("DU", PARTY_BODY, "party_body"), ("YT", HEALTH_CENTRE, "service_unit"), ("NH", BANK, "enterprise"),
    ):  # fmt: skip
        office = Office(tree.add(f"MG-{code}", name, kind, tree.province), Story.ORDINARY)
        tree.bodies.append(office)
    _, health, bank = tree.bodies
    _add_point(tree, health, health.unit, ("Quầy tiếp đón", "Reception"), ("Khám bệnh", "Tiêm chủng"))
    _add_point(tree, bank, bank.unit, ("Quầy giao dịch 1", "Counter 1"), ("Gửi tiền", "Vay vốn"))


def _add_groups(tree: Tree) -> None:
    """Residential groups, which keep a model of units; nobody is posted to them."""
    for office in tree.communes[::5]:
        for number in (1, 2, 3):
            name = f"Tổ dân phố số {number}" if office.unit.name.startswith("Phường") else f"Thôn {number}"
            code = f"{office.unit.code}-T{number}"
            tree.groups.append(tree.add(code, name, "residential_group", office.unit))
