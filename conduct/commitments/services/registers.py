"""The register of a campaign (sổ đăng ký cam kết): who signed, when, how, under which code.

The words are Vietnamese whatever the language of the screens: they stand on paper.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

from conduct.agencies.models import Agency, Posting, Role, RoleGrant, on_day
from conduct.documents.official import signing_lines
from conduct.documents.parts import compile_parts
from conduct.documents.xlsx import Cell, Column, make_xlsx
from conduct.kernel.codes import code_in_fours
from conduct.kernel.names import fold

from ..coverage import Coverage, Scope
from ..models import Campaign, Pledge
from ..rules.pledges import in_fours
from .papers import letterhead

METHODS = {
    Pledge.Method.PASSWORD: "Mật khẩu",
    Pledge.Method.PASSKEY: "Khóa truy cập",
    Pledge.Method.PAPER: "Trên giấy",
    Pledge.Method.ON_BEHALF: "Ký thay",
}
TITLE = "SỔ ĐĂNG KÝ CAM KẾT"
SIGNED, EXCUSED, DECLINED, LEFT = "Đã ký", "Được miễn ký", "Từ chối ký", "Đã ký, nay không còn ở vị trí đó"
# Rows laid out at a time: some 25 pages, some 60 MB.
PART_ROWS = 500
HASH_SIGNS = 16


@dataclass(frozen=True, slots=True)
class Signed:
    """A line of the register."""

    name: str
    title: str
    unit: str
    signed_on: date
    method: str
    code: str
    digest: str


@dataclass(frozen=True, slots=True)
class Unsigned:
    """Somebody excused from signing, or who declined; the reason is not printed."""

    name: str
    title: str
    unit: str


@dataclass(frozen=True, slots=True)
class Group:
    """The people of a department who signed, by name."""

    unit: str
    lines: list[Signed]


@dataclass(frozen=True, slots=True)
class Register:
    """What the register of an agency says on a day. ``left``: signed, in a post they no longer hold."""

    campaign: Campaign
    agency: Agency
    on: date
    total: Coverage
    groups: list[Group] = field(default_factory=list)
    left: list[Signed] = field(default_factory=list)
    excused: list[Unsigned] = field(default_factory=list)
    declined: list[Unsigned] = field(default_factory=list)

    @property
    def n_lines(self) -> int:
        """How many signatures it holds."""
        return sum(len(group.lines) for group in self.groups) + len(self.left)


type _Person = tuple[int, int, str, str, bool, bool]  # posting, agency, name, title, excused, declined
_PERSON = ("pk", "agency_id", "person__full_name", "title", "is_excused", "has_declined")


@dataclass(frozen=True, slots=True)
class _Signature:
    method: str
    on: date
    code: str
    sha256: str


def read_register(campaign: Campaign, agency: Agency, today: date) -> Register:
    """The register of an agency of the campaign with all below it, as they stand that day; five queries."""
    scope = Scope(campaign, today)
    within = scope.below(agency.pk)
    units = _Units(scope, agency, within)
    signatures = _signatures(campaign, within)
    asked: Iterable[_Person] = (
        scope.postings(within).order_by("person__name_order", "person_id", "pk").values_list(*_PERSON)
    )
    found = Register(campaign, agency, today, scope.total(within))
    by_agency: dict[int, list[Signed]] = defaultdict(list)
    for posting_id, agency_id, name, title, is_excused, has_declined in asked:
        if signature := signatures.pop(posting_id, None):
            by_agency[agency_id].append(_line(name, title, units.name(agency_id), signature))
        elif is_excused or has_declined:
            among = found.excused if is_excused else found.declined
            among.append(Unsigned(name, title, units.name(agency_id)))
    for agency_id in sorted(by_agency, key=units.order):
        found.groups.append(Group(units.name(agency_id), by_agency[agency_id]))
    found.left.extend(_those_who_left(signatures, units))
    return found


class _Units:
    """The names of an agency's parts and their order: its own people, then part by part."""

    def __init__(self, scope: Scope, agency: Agency, within: Collection[int]) -> None:
        self._names = dict(Agency.objects.filter(pk__in=within).values_list("pk", "name"))
        lines = {pk: scope.lineage(pk) for pk in within}
        self._paths = {pk: line[: line.index(agency.pk)] for pk, line in lines.items()}

    def name(self, agency_id: int) -> str:
        """From small to large, below the register's agency: "Phòng Văn hóa – Xã hội, Xã An Thuận"."""
        return ", ".join(self._names[pk] for pk in self._paths[agency_id] or [agency_id])

    def order(self, agency_id: int) -> tuple[tuple[str, int], ...]:
        """What to sort by: a part follows the one it belongs to."""
        return tuple((fold(self._names[pk]), pk) for pk in reversed(self._paths[agency_id]))


def _signatures(campaign: Campaign, within: Collection[int]) -> dict[int, _Signature]:
    rows = Pledge.objects.filter(campaign=campaign, posting__agency_id__in=within).values_list(
        "posting_id", "method", "signed_at", "code", "sha256"
    )
    return {
        posting_id: _Signature(METHODS[Pledge.Method(method)], timezone.localdate(signed_at), code, digest)
        for posting_id, method, signed_at, code, digest in rows
    }


def _line(name: str, title: str, unit: str, signature: _Signature) -> Signed:
    return Signed(
        name, title, unit, signature.on, signature.method, code_in_fours(signature.code),
        in_fours(signature.sha256[:HASH_SIGNS]),
    )  # fmt: skip


def _those_who_left(signatures: Mapping[int, _Signature], units: _Units) -> Iterator[Signed]:
    """Signatures of posts that are no longer asked: the person moved on, or the post ended."""
    postings = Posting.objects.filter(pk__in=signatures).select_related("person")
    for posting in postings.order_by("person__name_order", "pk"):
        unit = units.name(posting.agency_id)
        yield _line(posting.person.full_name, posting.title, unit, signatures[posting.pk])


def register_xlsx(register: Register) -> bytes:
    """The register as a sheet; those excused and those who declined follow, without reasons."""
    campaign, day = register.campaign, f"{register.on:%d/%m/%Y}"
    version = campaign.adoption.version
    lines = [
        register.agency.name,
        f"“{version.model.name}”, phiên bản {version.number}, năm {campaign.year}. Lập ngày {day}.",
        ". ".join(f"{words}: {number}" for words, number in _totals(register.total)) + ".",
    ]
    columns = [
        Column("TT", "integer", 6), Column("Họ và tên", width=30), Column("Chức vụ", width=32),
        Column("Đơn vị", width=44), Column("Tình trạng", width=16), Column("Ngày ký", "day", 12),
        Column("Cách ký", width=16), Column("Mã kiểm tra", width=28),
        Column(f"SHA-256 ({HASH_SIGNS} ký tự đầu)", width=24),
    ]  # fmt: skip
    return make_xlsx(TITLE, lines, columns, _rows(register))


def _rows(register: Register) -> Iterator[Sequence[Cell]]:
    number = 0
    signed = [(line, SIGNED) for group in register.groups for line in group.lines]
    for line, state in [*signed, *((line, LEFT) for line in register.left)]:
        number += 1
        yield (number, line.name, line.title, line.unit, state, line.signed_on, line.method, line.code,
               line.digest)  # fmt: skip
    for people, state in ((register.excused, EXCUSED), (register.declined, DECLINED)):
        for person in people:
            number += 1
            yield number, person.name, person.title, person.unit, state, None, None, None, None


def _totals(total: Coverage) -> list[tuple[str, int]]:
    return [
        ("Tổng số người thuộc diện ký", total.in_scope), (SIGNED, total.signed), (EXCUSED, total.excused),
        (DECLINED, total.declined), ("Chưa ký", total.open),
    ]  # fmt: skip


def register_pdf(register: Register, *, at: datetime, tell: Callable[[float], None]) -> bytes:
    """The register as an official paper; ``tell`` hears which share of it is laid out."""
    version = register.campaign.adoption.version
    shared: dict[str, object] = {
        "title": TITLE,
        "about": f"Thực hiện “{version.model.name}” năm {register.campaign.year}",
        "issuer": register.agency.name,
    }
    parts: list[dict[str, object]] = [{**shared, "groups": groups} for groups in _in_parts(register)]
    parts[0] = {**parts[0], "opening": _opening(register)}
    parts[-1] = {**parts[-1], "closing": _closing(register)}
    return compile_parts("register.typ", parts, at=at, tell=tell)


def _opening(register: Register) -> dict[str, object]:
    version, adoption = register.campaign.adoption.version, register.campaign.adoption
    under = f", theo Quyết định số {adoption.decision_number}" if adoption.decision_number else ""
    return {
        "head": letterhead(register.agency, register.on).as_data(),
        "lines": [f"Nội dung cam kết: phiên bản {version.number} của {version.model.owner}{under}."],
    }


def _closing(register: Register) -> dict[str, object]:
    name, lines = signer(register.agency, register.on)
    return {
        "totals": [[words, _number(number)] for words, number in _totals(register.total)],
        "unsigned": [
            {
                "heading": f"{state} ({_number(len(people))} người)",
                "rows": [
                    [str(place), one.name, one.title, one.unit] for place, one in enumerate(people, start=1)
                ],
            }
            for state, people in ((EXCUSED, register.excused), (DECLINED, register.declined))
            if people
        ],
        "signer": {"lines": lines, "name": name},
    }


def signer(agency: Agency, on: date) -> tuple[str, Sequence[str]]:
    """Who signs papers of an agency that day, and the lines above the signature. At most two queries.

    The head by role, else who leads it by post; without either there is room for a name.
    """
    in_force = Posting.objects.in_force(on).filter(agency=agency).select_related("person")
    heads = RoleGrant.objects.filter(on_day(on, "starts_on", "ends_on"), agency=agency, role=Role.HEAD)
    posting = (
        in_force.filter(person__in=heads.values("person_id")).order_by("-is_leader", "pk").first()
        or in_force.filter(is_leader=True).order_by("pk").first()
    )
    if posting is None:
        return "", signing_lines("Thủ trưởng đơn vị", "")
    return posting.person.full_name, signing_lines(posting.title, agency.name)


def _in_parts(register: Register) -> list[list[dict[str, object]]]:
    """The groups with their rows, numbered through, in parts of at most PART_ROWS rows.

    A part ends with a department where it can, since the next one begins on a new page.
    """
    named = [(f"{group.unit} ({_number(len(group.lines))} người)", group.lines) for group in register.groups]
    if register.left:
        named.append((f"{LEFT} ({_number(len(register.left))} người)", register.left))
    parts: list[list[dict[str, object]]] = [[]]
    free, number = PART_ROWS, 0
    for name, lines in named:
        if len(lines) > free and parts[-1]:
            parts.append([])
            free = PART_ROWS
        for start in range(0, len(lines), PART_ROWS):
            if start:
                parts.append([])
                free = PART_ROWS
            some = lines[start : start + PART_ROWS]
            parts[-1].append(
                {"name": name, "rows": [_cells(number + n, one) for n, one in enumerate(some, 1)]}
            )
            free -= len(some)
            number += len(some)
    return parts


def _cells(number: int, line: Signed) -> list[str]:
    return [
        str(number),
        line.name,
        line.title,
        f"{line.signed_on:%d/%m/%Y}",
        line.method,
        line.code,
        line.digest,
    ]


def _number(number: int) -> str:
    return f"{number:,}".replace(",", ".")
