"""The papers "Vì sao?": the ledgers of a person and of an office in words of paper, which are Vietnamese."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import override

from conduct.agencies.models import Agency, AgencyParent, on_day
from conduct.documents.official import Head
from conduct.documents.scores import WhyPaper, WhyTable, why_pdf
from conduct.kernel.statistics import wilson
from conduct.kernel.wording import date_text, month_text, number_text, percent_text, time_text

from ..ledger import Entry, Ledger
from ..models import PersonScore
from ..rules.evidence import Component, Source
from ..rules.person import LeftOut, Reason, SourcePart
from .why_office import ComponentRow, OfficeLedger

SOURCES = {
    Source.CITIZEN: "Người dân, có xác thực",
    Source.SUPERVISOR: "Cấp trên trực tiếp",
    Source.INSPECTION: "Kiểm tra, đã xác nhận",
    Source.PROMISE: "Lời hẹn đến hạn",
    Source.SELF: "Tự nhìn nhận",
    Source.JOURNAL: "Nhật ký",
}
COMPONENTS = {
    Component.SATISFIED: "Người dân hài lòng (được mời)",
    Component.CONDUCT: "Chuẩn mực được giữ",
    Component.SIGNING: "Cam kết đã ký",
    Component.DOSSIERS: "Hồ sơ đúng hẹn lần đầu",
    Component.FEEDBACK: "Phản ánh trả lời đúng hạn",
    Component.CORRECTIVE: "Khắc phục đúng hạn",
    Component.BREACHES: "Vi phạm đã xác nhận",
}
NOT_STATUTORY = (
    "Điểm chuẩn mực là căn cứ tham khảo bên cạnh phiếu theo dõi tháng, không phải kết quả xếp loại theo Nghị "
    "định số 335/2025/NĐ-CP."
)
ROUNDED_ONCE = "Điểm được tính với đủ chữ số và chỉ làm tròn một lần khi hiển thị."


def person_paper(score: PersonScore, ledger: Ledger, *, is_closed: bool, now: datetime) -> bytes:
    """A person's month: where the points went, then every item with its sources."""
    posting = score.posting
    with override("vi"):
        lines = [
            f"Họ và tên: {posting.person.full_name}. Chức vụ: {posting.title}, {posting.agency.name}.",
            f"Bộ chuẩn mực: {score.adoption.version.model.name}.",
            _rules(score.scheme.name, score.scheme.number),
            _person_result(score, ledger),
        ]
        tables = [_items(ledger), _sources(ledger)]
        left_out = _left_out(ledger)
        if left_out.rows:
            tables.append(left_out)
        paper = WhyPaper(
            _head(score.office, now),
            "VÌ SAO",
            f"Điểm chuẩn mực tháng {month_text(score.month)}",
            not is_closed,
            lines,
            tables,
            [ROUNDED_ONCE, NOT_STATUTORY, _made(now)],
        )
        return why_pdf(paper, at=now)


def office_paper(ledger: OfficeLedger, *, is_closed: bool, now: datetime) -> bytes:
    """An office's month: its components, what was left out, who brought in what, the months before."""
    score = ledger.score
    with override("vi"):
        paper = WhyPaper(
            _head(score.office, now),
            "VÌ SAO",
            f"Điểm chuẩn mực của {score.agency.name}, tháng {month_text(score.month)}",
            not is_closed,
            [_office_result(ledger), _rules(score.scheme.name, score.scheme.number)],
            [table for table in _office_tables(ledger) if table.rows],
            [
                "Khoảng tin cậy 95 % chỉ nói về may rủi khi lấy ý kiến, không nói về người không trả lời.",
                ROUNDED_ONCE,
                NOT_STATUTORY,
                _made(now),
            ],
        )
        return why_pdf(paper, at=now)


def _head(office: Agency, now: datetime) -> Head:
    today = timezone.localdate(now)
    above = (
        AgencyParent.objects.filter(on_day(today, "valid_from", "valid_to"), agency=office)
        .select_related("parent")
        .first()
    )
    return Head(above.parent.name if above else "", office.name, office.place, today)


def _rules(name: str, number: int) -> str:
    return f"Quy tắc tính điểm: {name}, bản số {number}."


def _made(now: datetime) -> str:
    return f"Lập lúc {time_text(now)} ngày {date_text(now)}."


def _person_result(score: PersonScore, ledger: Ledger) -> str:
    covered = percent_text(score.coverage, 0)
    if score.score is not None:
        band = ledger.scheme.band_named(score.band).names["vi"]
        return (
            f"Điểm: {number_text(score.score, 2)}, mức {band}. Căn cứ bao phủ {covered} của những gì cần có; "
            f"{ledger.n_counted} dòng có điểm."
        )
    if score.state == PersonScore.State.NOT_CONSIDERED:
        return f"Không xét: tháng này có {ledger.parts.working_days} ngày làm việc."
    return f"Chưa đủ căn cứ để tính điểm: căn cứ bao phủ {covered} của những gì cần có."


def _office_result(ledger: OfficeLedger) -> str:
    score, covered = ledger.score, percent_text(ledger.score.coverage, 0)
    if score.score is None:
        return f"Chưa đủ căn cứ để tính điểm: căn cứ bao phủ {covered} của những gì cần có."
    band = ledger.scheme.band_named(score.band).names["vi"]
    return (
        f"Điểm: {number_text(score.score, 2)}, mức {band}. Căn cứ bao phủ {covered} của những gì cần có; "
        f"{number_text(score.n_postings)} vị trí công tác."
    )


def _items(ledger: Ledger) -> WhyTable:
    rows = [
        (
            _item(entry),
            "–" if entry.part.score is None else number_text(entry.part.score, 2),
            f"× {entry.part.emphasis}",
            number_text(entry.part.earned, 2),
            number_text(entry.part.minus, 2) if entry.part.lost else "0,00",
        )
        for entry in ledger.entries
    ]
    total: tuple[str, ...] = ()
    if ledger.parts.mean is not None:
        mean = ledger.parts.mean
        total = (
            "Cộng",
            number_text(mean, 2),
            str(ledger.total_emphasis),
            number_text(mean, 2),
            number_text(mean - 100, 2),
        )
    return WhyTable(
        "Điểm từng nội dung", ("Nội dung", "Điểm", "Nhấn mạnh", "Được", "Mất"), (10, 3, 3, 3, 3), rows, total
    )


def _item(entry: Entry) -> str:
    number = f"{entry.number}. " if entry.number else ""
    breach = " (có vi phạm đã xác nhận: 0 điểm)" if entry.part.breach else ""
    return f"{number}{entry.text}{breach}"


def _sources(ledger: Ledger) -> WhyTable:
    rows = [_source(entry, part) for entry in ledger.entries for part in entry.part.sources]
    heads = ("Nội dung và nguồn", "Giữ/xét", "Bù mẫu nhỏ", "Tỷ trọng", "Điểm")
    return WhyTable("Từng nguồn nói gì", heads, (10, 3, 3, 3, 3), rows)


def _source(entry: Entry, part: SourcePart) -> tuple[str, ...]:
    where = f"{entry.number}. " if entry.number else f"{entry.text}: "
    pooled = f", gộp {part.months} tháng" if part.months > 1 else ""
    prior = f"+{number_text(part.prior_kept, 1)}/{number_text(part.k)}" if part.k else ""
    return (
        f"{where}{SOURCES[part.source]}{pooled}",
        f"{number_text(part.kept)}/{number_text(part.judged)}",
        prior,
        percent_text(part.share),
        number_text(part.points, 2),
    )


def _left_out(ledger: Ledger) -> WhyTable:
    rows = [
        (f"{_item(entry)}: {SOURCES[left.source]}", _why_left(left))
        for entry in ledger.entries
        for left in entry.part.left_out
    ]
    return WhyTable("Không tính vào điểm", ("Nội dung và nguồn", "Lý do"), (10, 9), rows, n_words=2)


def _why_left(left: LeftOut) -> str:
    if left.reason is Reason.BELOW_MINIMUM:
        return f"{left.judged} ý kiến, chưa đủ số tối thiểu"
    if left.reason is Reason.NO_WEIGHT:
        return "nêu bên cạnh, không có trọng số"
    return "không có ý kiến nào"


def _office_tables(ledger: OfficeLedger) -> list[WhyTable]:
    score = ledger.score
    total: tuple[str, ...] = ()
    if score.score is not None:
        earned, lost = number_text(score.score, 2), number_text(score.score - 100, 2)
        total = ("Cộng", "", "", "", "", earned, lost)
    return [
        WhyTable(
            "Điểm từng thành phần",
            ("Thành phần", "Đạt/xét", "Tỷ lệ", "Khoảng 95 %", "Tỷ trọng", "Được", "Mất"),
            (8, 4, 3, 5, 3, 3, 3),
            [_component(row) for row in ledger.rows],
            total,
        ),
        WhyTable(
            "Không tính vào điểm",
            ("Thành phần", "Lý do"),
            (10, 9),
            [(COMPONENTS[row.part.component], _why_absent(row)) for row in ledger.left_out],
            n_words=2,
        ),
        *(
            WhyTable(
                f"{COMPONENTS[row.part.component]}: ai góp vào",
                ("Đơn vị", "Đạt/xét"),
                (10, 4),
                [
                    (
                        agency.name if agency else "Phần còn lại của cơ quan",
                        f"{number_text(share.kept)}/{number_text(share.judged)}"
                        if share
                        else "ít ý kiến hoặc của một người",
                    )
                    for agency, share in row.branches
                ],
            )
            for row in ledger.rows
        ),
        _months(ledger),
    ]


def _months(ledger: OfficeLedger) -> WhyTable:
    rows = []
    for one in ledger.before:
        if one.score or one.breaks:
            cuts = "".join(f"; sắp xếp lại ngày {date_text(cut.on)}" for cut in one.breaks)
            score = one.score.score if one.score else None
            rows.append((f"{month_text(one.month)}{cuts}", number_text(score, 2)))
    return WhyTable("Những tháng trước", ("Tháng", "Điểm"), (10, 4), rows)


def _component(row: ComponentRow) -> tuple[str, ...]:
    part = row.part
    counts = f"{number_text(part.kept)}/{number_text(part.judged)}"
    share = interval = ""
    if part.component is not Component.BREACHES:
        low, high = wilson(part.kept, part.judged, row.n_eff)
        share, interval = (
            percent_text(part.kept / part.judged),
            f"{number_text(100 * low, 1)}–{percent_text(high)}",
        )
    return (
        COMPONENTS[part.component],
        counts,
        share,
        interval,
        percent_text(part.share),
        number_text(part.earned, 2),
        number_text(-part.lost, 2) if part.lost else "0,00",
    )


def _why_absent(row: ComponentRow) -> str:
    if row.part.reason is Reason.BELOW_MINIMUM:
        return f"{number_text(row.part.judged)} lượt xét, cần ít nhất {row.minimum}"
    if row.part.reason is Reason.NO_WEIGHT:
        return "không có trọng số trong quy tắc này"
    return "không có căn cứ nào trong tháng"
