"""What offices do together: villages and households helped, savings, posters; and a version being drafted."""

from datetime import date, datetime, timedelta
from random import Random

from conduct.agencies.models import Posting, User
from conduct.commitments.models import (
    Beneficiary,
    Campaign,
    Help,
    LedgerEntry,
    SavingsPlan,
    SavingsRate,
    Support,
    Undertaking,
)
from conduct.commitments.services.prints import make_print, request_print
from conduct.kernel.months import Month
from conduct.kernel.sealing import seal
from conduct.notices.models import Notice
from conduct.notices.services import Message, push
from models_catalog.models import Adoption, ConductModel, Item, ItemGroup, ModelVersion
from models_catalog.rules.library import LibraryGroup, LibraryItem
from models_catalog.services import adopt_version
from surveys.models import Poster

from .acts import ZONE
from .copying import Ids
from .names import NameBook
from .people import Staff
from .pledging import AdoptionPlan
from .tree import Tree, Unit

_HOUSEHOLDS = 9
_NEEDS = ("Sửa mái nhà trước mùa mưa", "Cây giống, phân bón", "Học phí cho con", "Vay vốn nuôi bò sinh sản")
_DONE = ("Tặng 20 con gà giống", "Sửa lại mái tôn", "Thăm hỏi, tặng quà", "Giúp làm hồ sơ vay vốn")


def write_undertakings(tree: Tree, staff: Staff, ids: Ids, random: Random) -> None:
    """The cast's commune helps households and villages; several units share some of them."""
    office, by = tree.communes[0], ids.people[staff.cast["tam"].index]
    first = date(tree.calendar.as_of.year, 1, 6)
    begins = max(first, tree.calendar.first.first)
    book = NameBook(random)
    for name, kind in (
        ("Mỗi bộ phận giúp một hộ thoát nghèo", Undertaking.Kind.POOR_HOUSEHOLD),
        ("Cán bộ xã cùng thôn làm đường, giữ làng sạch", Undertaking.Kind.VILLAGE),
    ):
        undertaking = Undertaking.objects.create(
            agency_id=ids.units[office.unit.index], name=name, kind=kind, decision_number="12/KH-UBND",
            starts_on=begins, opened_by_id=by, opened_at=datetime.combine(begins, datetime.min.time(), ZONE),
        )  # fmt: skip
        households = kind is Undertaking.Kind.POOR_HOUSEHOLD
        for number in range(1, _HOUSEHOLDS + 1 if households else 4):
            left = households and number <= 4
            beneficiary = Beneficiary.objects.create(
                undertaking=undertaking,
                code=f"HN-{number:02d}" if households else f"T-{number:02d}",
                village=f"Thôn {(number - 1) % 3 + 1}",
                name_sealed=seal(book.draw()[0]) if households else b"",
                need=random.choice(_NEEDS) if households else "Đường liên thôn, thu gom rác",
                outcome="left_poverty" if left else "going_on",
                outcome_on=tree.calendar.as_of - timedelta(days=20 + number) if left else None,
            )
            units = office.departments[(number - 1) % 4 :][: 1 + (number % 3 == 0)]
            for unit in units:
                _support(beneficiary, unit, begins, by, ids, tree.calendar.as_of, random)


def _support(
    beneficiary: Beneficiary, unit: Unit, begins: date, by: int, ids: Ids, today: date, random: Random
) -> None:
    support = Support.objects.create(
        beneficiary=beneficiary,
        unit_id=ids.units[unit.index],
        task="Thăm mỗi tháng một lần",
        starts_on=begins,
    )
    on = max(begins, today - timedelta(days=random.randint(3, 60)))
    Help.objects.create(
        support=support, on=on, what=random.choice(_DONE), value=random.choice((None, 500_000, 1_200_000)),
        entered_by_id=by, entered_at=datetime.combine(on, datetime.min.time(), ZONE),
    )  # fmt: skip


def write_savings(tree: Tree, staff: Staff, ids: Ids, random: Random) -> None:
    """This year's voluntary savings of the cast's commune: 30.000 and 15.000 đồng a month, two gifts."""
    office, today = tree.communes[0], tree.calendar.as_of
    by = ids.people[staff.cast["yen"].index]
    first = max(Month(today.year, 1), tree.calendar.first)
    opened = datetime.combine(first.first, datetime.min.time(), ZONE)
    plan = SavingsPlan.objects.create(
        agency_id=ids.units[office.unit.index], year=today.year, decision_number="03/KH-UBND",
        purpose="Giúp trẻ em nghèo, nạn nhân chất độc da cam và người nghèo trong xã",
        opened_by_id=ids.people[staff.cast["tam"].index], opened_at=opened,
    )  # fmt: skip
    rates = {"can_bo": 30_000, "cong_chuc": 30_000, "vien_chuc": 15_000, "hop_dong": 15_000}
    SavingsRate.objects.bulk_create(
        SavingsRate(plan=plan, category=category, amount=amount) for category, amount in rates.items()
    )
    units = [ids.units[unit.index] for unit in office.units]
    givers = [
        (posting, rates[posting.category])
        for posting in Posting.objects.in_force(today).filter(agency_id__in=units).order_by("pk")
        if random.random() < 0.7
    ]
    entries = []
    for month in first.until(Month.of(today).previous()):
        at = datetime.combine(month.last, datetime.min.time(), ZONE) + timedelta(hours=9)
        entries += [
            LedgerEntry(
                plan=plan, kind="contribution", person_id=posting.person_id, month=month.first,
                amount=amount, entered_by_id=by, entered_at=at,
            )
            for posting, amount in givers
            if random.random() < 0.95
        ]  # fmt: skip
    spent = first.plus(3)
    if spent < Month.of(today):
        entries.append(
            LedgerEntry(
                plan=plan, kind="spending", month=spent.first, amount=-1_500_000,
                text="Tặng sách vở cho 15 học sinh nghèo đầu năm học", entered_by_id=by,
                entered_at=datetime.combine(spent.last, datetime.min.time(), ZONE),
            )
        )  # fmt: skip
    LedgerEntry.objects.bulk_create(entries)


def write_posters(tree: Tree, adoptions: list[AdoptionPlan], ids: Ids) -> None:
    """Where the commune's model hangs: one is to be checked, one is torn."""
    office, today = tree.communes[0], tree.calendar.as_of
    adoption = next(plan for plan in adoptions if plan.unit is office.unit)
    point = next((point for point in office.points), None)
    for place, paper, days, check, condition in (
        ("Sảnh Trung tâm Phục vụ hành chính công", "a3", 200, 60, "good"),
        ("Phòng họp tầng 2", "a4", 180, -6, "good"),
        ("Nhà văn hóa Thôn 1", "a3", 150, -2, "damaged"),
        ("Cổng trụ sở, bảng tin ngoài trời", "a3", 90, 30, "missing"),
    ):
        Poster.objects.create(
            agency_id=ids.units[office.unit.index], adoption_id=ids.adoptions[adoption.index],
            point_id=ids.points[point.index] if point else None, place=place, paper=paper,
            hung_on=max(adoption.valid_from, today - timedelta(days=days)),
            check_by=today + timedelta(days=check), condition=condition,
            checked_on=None if condition == "good" else today - timedelta(days=4),
        )  # fmt: skip


def write_drafts(adoptions: list[AdoptionPlan], tree: Tree, ids: Ids, now: datetime) -> None:
    """A next version of the commune's model, and one that the commune completes itself."""
    kept = next(plan for plan in adoptions if plan.unit is tree.communes[0].unit)
    before = ModelVersion.objects.get(pk=kept.version.id)
    draft = ModelVersion.objects.create(
        model=before.model, number=before.number + 1, legal_basis=before.legal_basis, source=before.source,
        note="Bổ sung câu chữ sau sơ kết", edited_at=now, revision=3,
    )  # fmt: skip
    for group in ItemGroup.objects.filter(version=before).order_by("position"):
        items = list(Item.objects.filter(group=group).order_by("position"))
        group.pk, group.version, group._state.adding = None, draft, True
        group.save()
        for item in items:
            item.pk, item.group, item._state.adding = None, group, True
            if item.position == 1:
                item.text = f"{item.text}, kể cả ngoài giờ hành chính"
            item.save()
    _complete(tree, ids, now)


def _complete(tree: Tree, ids: Ids, now: datetime) -> None:
    """The commune fills in a model whose items the sources do not give."""
    office = tree.communes[0].unit
    library = ConductModel.objects.get(key="hoa-phong-4-voi")
    own = ConductModel.objects.create(
        key="nghien-khe-4-voi", name=library.name, owner=f"UBND {office.name}", year=now.year,
        based_on=library, keeper_id=ids.units[office.index],
        name_order=library.name_order, search=library.search,
    )  # fmt: skip
    draft = ModelVersion.objects.create(model=own, number=1, edited_at=now, revision=1)
    group = ItemGroup.objects.create(version=draft, position=1, number=4, keyword="với", polarity="duty")
    for place, text in enumerate(("Tận tụy với công việc", "Gần gũi với nhân dân"), 1):
        Item.objects.create(group=group, position=place, text=text, sources=["supervisor"])


def write_replacement(
    adoptions: list[AdoptionPlan], tree: Tree, staff: Staff, ids: Ids, now: datetime
) -> None:
    """From next month Hoa's commune keeps its model with an addition: it will be signed anew."""
    plan = next(plan for plan in adoptions if plan.unit is tree.communes[-1].unit)
    old = Adoption.objects.select_related("agency", "version__model").get(pk=ids.adoptions[plan.index])
    own = LibraryItem("rõ ai xử lý, xử lý đến đâu, khi nào xong", "", ("supervisor",))
    adopt_version(
        agency=old.agency, version=old.version, valid_from=tree.calendar.current.next().first,
        decision_number="31/QĐ-UBND", local_groups=(LibraryGroup(1, "rõ", "duty", (own,)),), replaces=old,
        by=User.objects.get(pk=ids.people[staff.cast["hoa"].index]), now=now,
    )  # fmt: skip


def write_notices(staff: Staff, ids: Ids, now: datetime) -> None:
    """A few lines in the inboxes of the cast; what is a week old has been read."""
    lan, minh, tam = (ids.people[staff.cast[name].index] for name in ("lan", "minh", "tam"))
    old = now - timedelta(days=9)
    push(
        messages=[
            Message(lan, "demo.asked", "Đợt ký cam kết mới đã mở", "Đọc toàn văn rồi ký.", "/commitments/"),
            Message(tam, "demo.asked", "Đợt ký cam kết mới đã mở", "Theo dõi tỷ lệ ký.", "/commitments/"),
        ],
        now=old,
    )
    Notice.objects.filter(key="demo.asked").update(read_at=old + timedelta(hours=3))
    push(
        messages=[
            Message(lan, "demo.sign", "Còn một bản cam kết chờ ký", "Đọc và ký trước hạn.", "/commitments/"),
            Message(
                lan, "demo.promise", "Một lời hứa đã quá hạn", "Gọi lại báo kết quả thẩm tra hồ sơ.",
                "/commitments/promises/",
            ),
            Message(minh, "demo.judge", "Đến kỳ đánh giá tháng", "Còn người chờ.", "/judgements/team/"),
        ],
        now=now,
    )  # fmt: skip


def write_register(tree: Tree, staff: Staff, ids: Ids, now: datetime) -> None:
    """The head had the register of the commune's newest campaign printed this morning."""
    campaigns = Campaign.objects.filter(agency_id=ids.units[tree.communes[0].unit.index])
    newest = campaigns.select_related("agency").order_by("year").last()
    if newest is None:
        return
    head = User.objects.get(pk=ids.people[staff.cast["tam"].index])
    asked, _created = request_print(campaign=newest, agency=newest.agency, by=head, now=now)
    make_print(print_id=asked.pk, worker="demo", clock=lambda: now)
