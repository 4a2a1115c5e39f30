"""Mẫu số 02 of decree 335/2025 and the list of results, from what was confirmed or decided."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone, translation

from conduct.agencies.models import Agency, Posting
from conduct.commitments.services.papers import letterhead
from conduct.documents.official import day_in_words, signing_lines
from conduct.documents.ratings import ResultList, SignatureBlock, YearForm, result_list_pdf, year_forms_pdf
from conduct.documents.xlsx import Cell, Column, make_xlsx

from ..models import Result, YearRating
from ..rules.papers import figure
from .papers import BLANK_DAY, period_words, unit_words
from .year_results import year_form

LEVELS = {
    "htxsnv": "Hoàn thành xuất sắc nhiệm vụ",
    "httnv": "Hoàn thành tốt nhiệm vụ",
    "htnv": "Hoàn thành nhiệm vụ",
    "khtnv": "Không hoàn thành nhiệm vụ",
}
HEADINGS = (
    "TT", "Họ và tên", "Chức vụ, chức danh", "Đơn vị công tác", "Tiêu chí chung", "Kết quả nhiệm vụ",
    "Tổng điểm", "Mức", "Ghi chú",
)  # fmt: skip


def year_paper(rating: YearRating, today: date) -> YearForm:
    """Mẫu số 02; a draft until the class is decided. ``rating`` with posting (agency), person, office, scheme
    and decision (signed_by)."""
    with translation.override("vi"):
        found = year_form(rating, today)
    decision = rating.decision if rating.state == YearRating.State.DECIDED else None
    head = letterhead(rating.office, decision.decided_on if decision else today)
    own_day = _moment_words(rating.self_rated_at)
    notes = ["Bản dự thảo, chưa có quyết định xếp loại."] if decision is None else []
    if rating.number > 1:
        notes.append(f"Bản số {rating.number}, thay thế bản số {rating.number - 1}.")
    return YearForm(
        head=head,
        is_draft=decision is None,
        year=str(rating.year),
        name=rating.person.full_name,
        title=rating.posting.title,
        unit=unit_words(rating.posting.agency.name, rating.office.name),
        months=tuple((str(line.month), line.shown, line.note) for line in found.months),
        mean=found.mean_shown,
        boxes=tuple(
            (words, rating.self_level == level, decision is not None and rating.level == level)
            for level, words in LEVELS.items()
        ),
        decided=_decided(rating, found.no_class),
        handling=rating.handling,
        notes=tuple(notes),
        signatures=(
            SignatureBlock(BLANK_DAY, ("CÔNG CHỨC TỰ XẾP LOẠI",), own_day, rating.person.full_name),
            SignatureBlock(
                BLANK_DAY,
                ("CẤP CÓ THẨM QUYỀN XẾP LOẠI",),
                _moment_words(decision.signed_at) if decision else (),
                decision.signed_by.full_name if decision else "",
            ),
        ),
    )


def _decided(rating: YearRating, no_class: str) -> str:
    decision = rating.decision
    if rating.state != YearRating.State.DECIDED or decision is None:
        return ""
    words = f"Theo Quyết định số {decision.number} {day_in_words(decision.decided_on)}."
    return words if rating.level else f"Không xếp loại. {no_class} {words}"


def _moment_words(at: datetime | None) -> tuple[str, ...]:
    if at is None:
        return ()
    local = timezone.localtime(at)
    return "(Đã xác nhận trên phần mềm)", f"{local:%H:%M} {day_in_words(local.date())}"


def years_pdf(ratings: Sequence[YearRating], *, now: datetime) -> bytes:
    """Mẫu số 02 of these people, in this order."""
    today = timezone.localdate(now)
    at = max((rating.decision.signed_at if rating.decision else now) for rating in ratings)
    return year_forms_pdf([year_paper(rating, today) for rating in ratings], at=at)


def year_xlsx(rating: YearRating, today: date) -> bytes:
    """Mẫu số 02 as a table."""
    paper = year_paper(rating, today)
    rows: list[Sequence[Cell]] = [*paper.months, ("Trung bình", paper.mean, "")]
    rows += [("Tự xếp loại", words, "") for words, own, _given in paper.boxes if own]
    rows += [("Mức xếp loại", words, paper.decided) for words, _own, given in paper.boxes if given]
    rows.append(("Đề xuất xử lý", paper.handling, ""))
    columns = (Column("Tháng", width=16), Column("Tổng điểm", width=34), Column("Ghi chú", width=60))
    lines = (f"{paper.name}, {paper.title}, {paper.unit}", "Dự thảo" if paper.is_draft else paper.decided)
    return make_xlsx(f"PHIẾU XẾP LOẠI CHẤT LƯỢNG CÔNG CHỨC, NĂM {paper.year}", lines, columns, rows)


type Line = tuple[str, str, str, str, str, str, str, str]


def result_lines(results: Sequence[Result]) -> list[Line]:
    """What the list says of each result: name, post, unit, common, tasks, total, level, note."""
    lines = []
    for one in results:
        person, level = one.parts["person"], one.parts["level"]
        note = f"Kết quả số {one.number}" if one.number > 1 else ""
        lines.append(
            (
                person["name"], person["title"], person["agency"], figure(one.common), figure(one.tasks),
                figure(one.total), level.get("name", ""), note,
            )
        )  # fmt: skip
    return lines


def year_lines(ratings: Sequence[YearRating]) -> list[Line]:
    """The same of decided years; only the mean stands in the place of the total."""
    return [
        (
            one.person.full_name, one.posting.title, one.posting.agency.name, "", "", figure(one.mean),
            LEVELS.get(one.level, "Không xếp loại"),
            f"QĐ {one.decision.number}" if one.decision else "",
        )
        for one in ratings
    ]  # fmt: skip


def about_words(kind: str, period: date) -> str:
    """Of which time a list is."""
    return f"năm {period.year}" if kind == "year" else period_words(kind, period)


def list_pdf(office: Agency, kind: str, period: date, lines: Sequence[Line], *, now: datetime) -> bytes:
    """The list of results on an official paper, for the head of the office to sign."""
    today = timezone.localdate(now)
    head = letterhead(office, today)
    posting = (
        Posting.objects.in_force(today)
        .filter(agency=office, is_leader=True)
        .exclude(title__istartswith="Phó")
        .select_related("person")
        .order_by("starts_on")
        .first()
    )
    counts: dict[str, int] = {}
    for line in lines:
        counts[line[6] or "Chưa có mức"] = counts.get(line[6] or "Chưa có mức", 0) + 1
    totals = [f"Danh sách có {len(lines)} người."]
    totals += [f"{words}: {n} người." for words, n in sorted(counts.items())]
    signer = (
        (*signing_lines(posting.title, office.name), posting.person.full_name)
        if posting
        else ("THỦ TRƯỞNG CƠ QUAN", "")
    )
    return result_list_pdf(
        ResultList(
            head=head,
            about=f"{about_words(kind, period)} của {office.name}",
            lines=(),
            columns=HEADINGS,
            rows=tuple((str(place), *line) for place, line in enumerate(lines, 1)),
            totals=tuple(totals),
            signer=signer,
        ),
        at=now,
    )


def list_xlsx(office: Agency, kind: str, period: date, lines: Sequence[Line]) -> bytes:
    """The list of results as a table; figures are numbers."""
    widths = (6, 28, 30, 36, 12, 12, 12, 30, 20)
    columns = [
        Column(words, "decimal" if 4 <= place <= 6 else "text", width)
        for place, (words, width) in enumerate(zip(HEADINGS, widths, strict=True))
    ]
    rows: list[Sequence[Cell]] = [
        (str(place), *line[:3], *map(_number, line[3:6]), *line[6:]) for place, line in enumerate(lines, 1)
    ]
    title = f"DANH SÁCH KẾT QUẢ THEO DÕI, ĐÁNH GIÁ, XẾP LOẠI {about_words(kind, period).upper()}"
    return make_xlsx(title, (office.name,), columns, rows)


def _number(text: str) -> float | None:
    return float(text.replace(",", ".")) if text else None
