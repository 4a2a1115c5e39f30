"""Names of invented people and places.

The province and its communes are words of ink, brush and inkstone that name no place on the map (they were
compared with the list of today's communes). People's names are drawn from the common family, middle and given
names, so that they sound right and mean nobody; well-known names are left out.
"""

from dataclasses import dataclass, field
from random import Random

from conduct.kernel.names import fold

PROVINCE = "Tỉnh Mực Giang"
PROVINCE_PLACE = "Mực Giang"

# In the order of stories.ORDER: the cast's commune, the merged one, the slipping one, …
COMMUNES = (
    "Xã Nghiên Khê", "Xã Mặc Uyên", "Xã Thước Khê", "Xã Sậy Vàng", "Phường Hạc Uyên", "Xã Lụa Khê",
    "Phường Trúc Nghiên", "Xã Nghiên Thượng", "Xã Nghiên Hạ", "Xã Bút Khê", "Xã Bút Lĩnh", "Xã Thư Uyên",
    "Xã Thư Lĩnh", "Xã Thư Khê", "Phường Vân Nghiên", "Xã Lam Uyên", "Xã Tùng Nghiên", "Xã Mai Uyên",
    "Xã Triện Khê", "Xã Triện Lĩnh", "Xã Mặc Khê", "Xã Mặc Trì", "Phường Thanh Nghiên", "Xã Ngọc Nghiên",
    "Xã Sen Uyên", "Xã Thước Giang", "Xã Giấy Thượng", "Xã Hương Nghiên", "Xã Yên Triện",
    "Phường Kim Triện", "Xã Hòa Triện", "Xã Trúc Uyên", "Xã Hạc Khê", "Xã Lam Nghiên", "Xã Tùng Uyên",
    "Xã Đông Nghiên", "Xã Tây Nghiên", "Xã Nam Triện", "Xã Bắc Triện", "Xã Cẩm Nghiên",
)  # fmt: skip
PREDECESSORS = ("Xã Mặc Lĩnh", "Xã Bút Uyên")

_FAMILIES = {
    "Nguyễn": 30, "Trần": 11, "Lê": 10, "Phạm": 7, "Huỳnh": 5, "Phan": 5, "Võ": 5, "Đặng": 4, "Bùi": 4,
    "Đỗ": 4, "Hồ": 3, "Ngô": 3, "Dương": 2, "Lý": 2, "Đinh": 2, "Trương": 2, "Mai": 1, "Tạ": 1,
    "Lương": 1, "Châu": 1, "Đoàn": 1, "Cao": 1, "Hà": 1, "Thái": 1, "Nghiêm": 1,
}  # fmt: skip
_MEN_MIDDLE = (
    "Văn", "Hữu", "Quốc", "Đình", "Minh", "Anh", "Công", "Thanh", "Đức", "Xuân", "Ngọc", "Trọng", "Bá",
    "Gia", "Thành", "Tấn", "Viết", "Quang", "Hoàng", "Duy",
)  # fmt: skip
_MEN_GIVEN = (
    "An", "Bảo", "Bình", "Cường", "Dũng", "Duy", "Đạt", "Đông", "Giang", "Hải", "Hiếu", "Hòa", "Hùng",
    "Huy", "Khải", "Khang", "Khánh", "Khoa", "Kiên", "Lâm", "Lộc", "Long", "Luân", "Mạnh", "Nam",
    "Nghĩa", "Nhân", "Phát", "Phong", "Phú", "Phúc", "Quý", "Sang", "Tài", "Tân", "Thắng", "Thiện",
    "Thịnh", "Tiến", "Toàn", "Trung", "Tú", "Tuấn", "Tùng", "Việt", "Vinh", "Vũ",
)  # fmt: skip
_WOMEN_MIDDLE = (
    "Thị", "Thị Kim", "Thị Thu", "Thị Ngọc", "Thị Bích", "Thị Thanh", "Thị Mỹ", "Thị Hồng", "Ngọc",
    "Thu", "Thanh", "Phương", "Mai", "Khánh", "Diệu", "Quỳnh", "Thùy", "Hoàng", "Bảo", "Minh",
)  # fmt: skip
_WOMEN_GIVEN = (
    "Anh", "Ánh", "Chi", "Dung", "Duyên", "Giang", "Hà", "Hân", "Hằng", "Hiền", "Hiếu", "Hương", "Huyền",
    "Lan", "Liên", "Linh", "Loan", "Ly", "Mai", "My", "Nga", "Ngân", "Ngọc", "Nguyệt", "Nhung", "Như",
    "Oanh", "Phượng", "Quyên", "Sương", "Tâm", "Thảo", "Thi", "Thơ", "Thủy", "Thúy", "Trang", "Trâm",
    "Trinh", "Trúc", "Tuyết", "Uyên", "Vân", "Vy", "Xuân", "Yến",
)  # fmt: skip
_LONG = (
    "Tôn Nữ Hoàng Thảo Nguyên", "Công Tằng Tôn Nữ Quỳnh Trang", "Nguyễn Phước Bảo Khánh Linh",
    "Tôn Thất Hoàng Minh Phúc", "Huyền Tôn Nữ Diệu Khánh An", "Nguyễn Hoàng Phương Khánh Quỳnh",
    "Trần Lê Nguyễn Gia Bảo", "Lê Hoàng Thiên Kim Ngân",
)  # fmt: skip

_LONG_SHARE = 0.02
# People in public life whose names could come up by chance.
_WELL_KNOWN = frozenset({
    "Bùi Thanh Sơn", "Đặng Quốc Khánh", "Hồ Đức Phớc", "Lê Minh Khải", "Lê Thành Long", "Lê Thị Thu Hằng",
    "Mai Văn Chính", "Nguyễn Đình Khang", "Nguyễn Minh Vũ", "Nguyễn Phương Nga", "Nguyễn Quốc Tùng",
    "Nguyễn Tấn Dũng", "Nguyễn Thị Kim Ngân", "Nguyễn Trọng Nghĩa", "Nguyễn Văn An", "Nguyễn Văn Thắng",
    "Nguyễn Xuân Phúc", "Nguyễn Xuân Thắng", "Phan Văn Giang", "Phan Văn Khải", "Trần Quốc Tỏ",
    "Trần Văn Sơn", "Trương Tấn Sang", "Trương Thị Mai", "Võ Trọng Việt",
})  # fmt: skip


@dataclass
class NameBook:
    """Draws names: nobody is called like somebody else, and every user name is free."""

    random: Random
    _taken: set[str] = field(default_factory=set)
    _users: set[str] = field(default_factory=set)
    _long: list[str] = field(default_factory=lambda: list(_LONG))

    def take(self, full_name: str, username: str) -> tuple[str, str]:
        """Keep a name and a user name for one of the cast."""
        self._taken.add(full_name)
        self._users.add(username)
        return full_name, username

    def draw(self) -> tuple[str, str]:
        """A full name and a user name; now and then a long one, as there are."""
        draws_long = self.random.random() < _LONG_SHARE and bool(self._long)
        full_name = self._long.pop(0) if draws_long else self._draw_name()
        self._taken.add(full_name)
        return full_name, self._username(full_name)

    def _draw_name(self) -> str:
        families, weights = list(_FAMILIES), list(_FAMILIES.values())
        while True:
            family = self.random.choices(families, weights)[0]
            woman = self.random.random() < 0.5
            middles, givens = (_WOMEN_MIDDLE, _WOMEN_GIVEN) if woman else (_MEN_MIDDLE, _MEN_GIVEN)
            middle, given = self.random.choice(middles), self.random.choice(givens)
            full_name = f"{family} {middle} {given}"
            if full_name not in self._taken | _WELL_KNOWN and given not in middle.split():
                return full_name

    def _username(self, full_name: str) -> str:
        """Given name and initials, as offices do: "khai.vd", and "khai.vd2" for the second."""
        *others, given = fold(full_name).split()
        stem = f"{given}.{''.join(word[0] for word in others)}"
        username, number = stem, 1
        while username in self._users:
            number += 1
            username = f"{stem}{number}"
        self._users.add(username)
        return username
