"""Cases that citizens left and what became of them, and letters of apology. Acts go through the services."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from conduct.agencies.models import Agency, User
from conduct.dossiers.models import Dossier
from conduct.feedback.models import Apology, Case, ReplyTemplate
from conduct.feedback.permissions.apologies import check_can_sign
from conduct.feedback.services.apologies import (
    raise_conduct_apology,
    raise_overdue_apologies,
    write_apology,
)
from conduct.feedback.services.apology_signing import deliver_apology, sign_apology
from conduct.feedback.services.citizens import reopen_case
from conduct.feedback.services.consent_texts import texts_in_force
from conduct.feedback.services.contacts import keep_contact
from conduct.feedback.services.letters import draft_letter
from conduct.feedback.services.publishing import publish_case
from conduct.feedback.services.receiving import receive_case
from conduct.feedback.services.replies import reply_case
from conduct.feedback.services.triage import assign_case, sort_case
from conduct.kernel.workdays import working_day, working_days

from .acts import ZONE
from .copying import Ids
from .names import NameBook
from .people import Staff
from .stories import Story
from .tree import Office, Tree, Unit


@dataclass(frozen=True)
class Remark:
    """What a citizen wrote and how the office dealt with it; an empty answer: it still waits."""

    text: str
    kind: str
    summary: str
    answer: str = ""
    action: str = ""
    source: str = "mailbox"
    ago: int = 0
    """Working days before the day of the demo; 0: drawn."""
    public: tuple[str, str] = ("", "")


_REMARKS = (
    Remark(
        "Tôi nộp hồ sơ đăng ký khai sinh cho cháu, hẹn trả trong ngày nhưng phải chờ đến chiều hôm sau. "
        "Máy in ở quầy hỏng mà không ai báo trước.",
        "complaint", "Trả kết quả khai sinh chậm một ngày vì máy in hỏng, không báo trước",
        "Cơ quan xin lỗi ông/bà. Máy in đã được thay; khi máy hỏng, cán bộ gọi điện báo và hẹn lại ngay.",
        "Thay máy in; phân công người gọi điện hẹn lại khi có sự cố", ago=9,
        public=(
            "Người dân phản ánh phải chờ thêm một ngày vì máy in ở quầy hỏng mà không được báo trước.",
            "Máy in đã được thay. Khi có sự cố, quầy gọi điện báo và hẹn lại ngay trong buổi.",
        ),
    ),
    Remark(
        "Nên có thêm ghế cho người già ngồi chờ và một bàn thấp để người ngồi xe lăn viết giấy tờ.",
        "suggestion", "Thêm ghế chờ cho người già, bàn thấp cho người đi xe lăn",
        "Cảm ơn ông/bà. Trung tâm đã kê thêm sáu ghế và đang đóng một bàn thấp, xong trước cuối tháng.",
        source="box", ago=14,
        public=(
            "Góp ý thêm ghế chờ cho người già và bàn thấp cho người đi xe lăn.",
            "Đã kê thêm sáu ghế; bàn thấp được đặt tại sảnh trước cuối tháng.",
        ),
    ),
    Remark(
        "Cháu gái ở quầy hướng dẫn mẹ tôi rất kiên nhẫn, còn chụp lại giấy tờ giúp. Gia đình xin cảm ơn.",
        "praise", "Khen cán bộ tại quầy hướng dẫn người già tận tình",
        "Cơ quan cảm ơn lời khen của gia đình và đã chuyển đến các cán bộ tại quầy.", source="hotline", ago=6,
    ),
    Remark(
        "Gọi số điện thoại ghi trên giấy hẹn ba lần không ai nghe máy.",
        "complaint", "Gọi số điện thoại trên giấy hẹn không có người nghe", source="hotline", ago=2,
    ),
    Remark(
        "Đèn ở bãi xe sau trụ sở không sáng, buổi chiều muộn đi lấy xe rất nguy hiểm.",
        "suggestion", "Sửa đèn bãi để xe sau trụ sở", ago=3,
    ),
    Remark(
        "Cán bộ ở quầy nói to tiếng với tôi trước mặt nhiều người vì tôi điền nhầm tờ khai.",
        "complaint", "Cán bộ tại quầy to tiếng với người dân khi tờ khai điền nhầm",
        "Qua xác minh, phản ánh của ông/bà là đúng. Cơ quan xin lỗi ông/bà và đã nhắc nhở, rút kinh nghiệm.",
        "Nhắc nhở trong buổi họp của Trung tâm; bổ sung mẫu tờ khai điền sẵn tại quầy", ago=11,
    ),
    Remark("Hỏi thủ tục mà chỉ chỗ này chỗ kia.", "unclear", "Không rõ thủ tục, ngày và nơi hỏi", ago=2),
    Remark(
        "Tôi muốn tố cáo việc lấn chiếm đất công ở đầu thôn.",
        "forward", "Muốn tố cáo việc lấn chiếm đất công", source="meeting", ago=1,
    ),
    Remark("Biển số phòng ở tầng hai không khớp với sơ đồ treo ở sảnh.", "", "", ago=1),
)  # fmt: skip
_ORDINARY = tuple(remark for remark in _REMARKS if remark.answer)


def write_remarks(tree: Tree, staff: Staff, ids: Ids, random: Random) -> None:
    """The cast's commune has one of each; the other communes have a few, most of them answered in time."""
    book = NameBook(random)
    for office in tree.communes:
        stop = office.one_stop
        if stop is None:
            continue
        desk = _Desk(office, stop, staff, ids, tree.calendar.as_of, random, book)
        if office.story is Story.CAST:
            desk.receive_all()
        elif random.random() < 0.8:
            desk.receive_some()


class _Desk:
    """An office that takes remarks in."""

    def __init__(
        self, office: Office, stop: Unit, staff: Staff, ids: Ids, as_of: date, random: Random, book: NameBook
    ) -> None:
        self.as_of, self.random, self.book = as_of, random, book
        self.late = 0.0 if office.story is Story.GOOD else 0.12
        self.agency = Agency.objects.get(pk=ids.units[stop.index])
        self.head = User.objects.get(pk=ids.people[staff.heads[office.unit.index]])
        leader = staff.leaders.get(stop.index)
        self.handler = User.objects.get(pk=ids.people[leader]) if leader is not None else self.head

    def receive_all(self) -> None:
        """Everything, and what citizens said afterwards."""
        cases = [(remark, self._live(remark, remark.ago)) for remark in _REMARKS]
        for remark, case in cases:
            if remark.public[0]:
                publish_case(
                    case=_fresh(case), question=remark.public[0], answer=remark.public[1],
                    looked_through=True,
                    revision=_fresh(case).revision, by=self.head, now=self._at(remark.ago - 7),
                )  # fmt: skip
        upheld = _fresh(cases[5][1])
        raise_conduct_apology(
            case=upheld, reason="Cán bộ tại quầy đã nói to tiếng với ông/bà khi hướng dẫn điền tờ khai.",
            corrective_action=upheld.corrective_action, due_on=working_day(self.as_of, 3), by=self.head,
            now=self._at(1),
        )  # fmt: skip
        reopened = _fresh(self._live(_REMARKS[0], 22))
        reopen_case(case=reopened, words="Hôm qua tôi đến vẫn phải chờ như cũ.", now=self._at(2))
        ReplyTemplate.objects.create(
            agency=self.agency, kind="complaint", title="Xin lỗi vì chậm trả kết quả",
            text="Cơ quan xin lỗi ông/bà vì đã trả kết quả chậm. Nguyên nhân: … Biện pháp khắc phục: …",
        )  # fmt: skip

    def receive_some(self) -> None:
        """Two to four of the ordinary ones, spread over the last three months, if it is that old."""
        age = working_days(self.agency.valid_from, self.as_of) - 1
        for remark in self.random.sample(_ORDINARY, self.random.randint(2, 4)) if age > 8 else ():
            self._live(remark, self.random.randint(8, min(60, age)))

    def _live(self, remark: Remark, ago: int) -> Case:
        """From the first word to the answer, if there is one."""
        case, _code = receive_case(
            agency=self.agency, text=remark.text, source=remark.source, respondent="citizen", language="vi",
            agrees_public=bool(remark.public[0]), now=self._at(ago),
        )  # fmt: skip
        consent = texts_in_force(self.as_of).get("reply")  # the law's words begin with 2026
        if remark.answer and consent is not None and self.random.random() < 0.7:
            name = self.book.draw()[0]
            keep_contact(
                case=case, name=name, phone=f"0900000{self.random.randint(0, 999):03d}", email="",
                consent_texts=[consent], language="vi", through="page", now=self._at(ago),
            )  # fmt: skip
        if not remark.kind:
            return case
        sort_case(
            case=case, kind=remark.kind, summary=remark.summary, postings=(), revision=_fresh(case).revision,
            by=self.head, now=self._at(ago, hour=10),
        )  # fmt: skip
        case = _fresh(case)
        assign_case(
            case=case, assignee=self.handler, revision=case.revision, by=self.head,
            now=self._at(ago, hour=11),
        )  # fmt: skip
        if remark.answer:
            case = _fresh(case)
            late = 3 if self.random.random() < self.late else 0
            reply_case(
                case=case, answer=remark.answer, corrective_action=remark.action,
                is_upheld=bool(remark.action) if remark.kind == "complaint" else None,
                revision=case.revision, by=self.handler, now=self._at(max(1, ago - 4 - late)),
            )  # fmt: skip
        return case

    def _at(self, ago: int, hour: int = 9) -> datetime:
        """So many working days before the day of the demo, at that hour."""
        day = self.as_of
        for _step in range(max(1, ago)):
            day = _day_before(day)
        return datetime.combine(day, time(hour), ZONE)


def _day_before(day: date) -> date:
    back = day - timedelta(days=1)
    return back if working_day(back) == back else _day_before(back)


def _fresh(case: Case) -> Case:
    return Case.objects.select_related("agency", "concerns").get(pk=case.pk)


_REASONS = (
    "Hồ sơ phải xác minh thêm tại thực địa, trời mưa nhiều ngày nên đoàn chưa đi được.",
    "Mạng dùng chung của tỉnh gián đoạn hai ngày, chưa ký số được kết quả.",
    "Hồ sơ cần ý kiến của cơ quan phối hợp, đến nay chưa có văn bản trả lời.",
)


def write_apologies(tree: Tree, staff: Staff, ids: Ids, *, password: str) -> None:
    """What dossiers owe today, everywhere; the cast's office has signed, sent and written some before."""
    yesterday = datetime.combine(_day_before(tree.calendar.as_of), time(7, 30), ZONE)
    _write_earlier(tree, staff, ids, password)
    raise_overdue_apologies(now=yesterday)
    head, leader = (User.objects.get(pk=ids.people[staff.cast[one].index]) for one in ("tam", "minh"))
    owed = Apology.objects.filter(dossier__agency_id=_one_stop(tree, ids), state=Apology.State.OWED)
    for place, apology in enumerate(owed.filter(kind="overdue").order_by("pk")[:5]):
        when = yesterday + timedelta(hours=1, minutes=place)
        _write(apology, _REASONS[place % len(_REASONS)], leader, when)
        if place < 2:
            _sign(apology, head, password, when + timedelta(hours=1))


def _write_earlier(tree: Tree, staff: Staff, ids: Ids, password: str) -> None:
    """Letters for dossiers that came late in the last months: the new date was kept by most."""
    head, leader = (User.objects.get(pk=ids.people[staff.cast[one].index]) for one in ("tam", "minh"))
    for place, (dossier, finished) in enumerate(_late_ones(tree, ids)):
        Dossier.objects.filter(pk=dossier.pk).update(finished_on=None)
        due = _day_before(dossier.promised_on)
        apology = Apology.objects.create(
            office_id=ids.units[tree.communes[0].unit.index], kind="overdue", dossier=dossier,
            for_due_on=dossier.due_on, owed_on=due, due_on=due,
        )  # fmt: skip
        at = datetime.combine(due, time(8), ZONE)
        _write(apology, _REASONS[place % len(_REASONS)], leader, at, kept_by=finished if place % 4 else None)
        _sign(apology, head, password, at + timedelta(hours=2))
        signed = Apology.objects.get(pk=apology.pk)
        deliver_apology(
            apology=signed, way="hand", on=due, revision=signed.revision, by=head,
            now=at + timedelta(hours=4),
        )  # fmt: skip
        Dossier.objects.filter(pk=dossier.pk).update(finished_on=finished)


def _late_ones(tree: Tree, ids: Ids) -> Iterator[tuple[Dossier, date]]:
    late = Dossier.objects.filter(agency_id=_one_stop(tree, ids), finished_on__isnull=False)
    for dossier in late.order_by("-finished_on", "pk")[:400]:
        if (
            dossier.finished_on is not None
            and dossier.finished_on > dossier.promised_on
            and dossier.sealed_name
        ):
            yield dossier, dossier.finished_on


def _one_stop(tree: Tree, ids: Ids) -> int:
    stop = tree.communes[0].one_stop
    return ids.units[stop.index] if stop else 0


def _write(apology: Apology, reason: str, by: User, now: datetime, kept_by: date | None = None) -> None:
    due = apology.dossier.due_on if apology.dossier else now.date()
    new_date = max(kept_by or due, working_day(max(due, now.date()), 2))
    write_apology(
        apology=apology, reason=reason, new_date=working_day(new_date), corrective_action="",
        revision=apology.revision, by=by, now=now,
    )  # fmt: skip


def _sign(apology: Apology, head: User, password: str, now: datetime) -> None:
    fresh = Apology.objects.select_related("office", "dossier__agency", "case").get(pk=apology.pk)
    posting = check_can_sign(head, fresh, now.date())
    letter = draft_letter(fresh, posting, now.date())
    sign_apology(
        apology=fresh, sha256=letter.sha256, password=password, revision=fresh.revision, by=head, now=now
    )
