"""Mẫu số 01 of decree 335/2025 from a confirmed result, or from the sheet as it stands (then a draft).

What stands on paper is Vietnamese whatever the language of the screens, and figures are never rounded over a
threshold.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from conduct.commitments.services.papers import letterhead
from conduct.documents.official import Head, day_in_words, place_and_date
from conduct.documents.ratings import FormGroup, FormLine, RatingForm, SignatureBlock, rating_forms_pdf
from conduct.documents.xlsx import Cell, Column, make_xlsx

from ..models import OfficeTerms, Result, Sheet
from ..rules.papers import figure, percent
from .reading import rules_of
from .result_parts import parts_of, tally_sheet

ROMAN = ("I", "II", "III", "IV")
BLANK_DAY = "....., ngày .... tháng .... năm ......"
NOBODY: Mapping[str, str | None] = {"name": "", "title": "", "at": None}
SHARES = {
    "quantity": "a) Số lượng",
    "quality": "b) Chất lượng",
    "timeliness": "c) Tiến độ",
    "unit": "d) Kết quả hoạt động của đơn vị",
    "organising": "đ) Tổ chức triển khai nhiệm vụ",
    "unity": "e) Tập hợp, đoàn kết công chức",
}
TASK_KINDS = {"planned": "", "taken_over": "Nhận thay", "unplanned": "Phát sinh"}


def period_words(kind: str, first: date) -> str:
    """ "tháng 10 năm 2026" or "quý IV năm 2026"."""
    if kind == OfficeTerms.Kind.QUARTER:
        return f"quý {ROMAN[(first.month - 1) // 3]} năm {first.year}"
    return f"tháng {first.month} năm {first.year}"


def sheet_parts(sheet: Sheet, result: Result | None) -> Mapping[str, Any]:
    """What the form prints: frozen with the result in force, else the sheet as it stands (three queries)."""
    if result is not None:
        parts: Mapping[str, Any] = result.parts
        return parts
    live = parts_of(
        sheet, tally_sheet(sheet, rules_of(sheet)), signer=sheet.posting.person, now=sheet.changed_at
    )
    return {**live, "confirmed_by": NOBODY}


def rating_form(sheet: Sheet, result: Result | None, head: Head) -> RatingForm:
    """The form of a sheet. ``sheet`` with posting (person, agency), office, scheme and reviewer."""
    parts = sheet_parts(sheet, result)
    person, common = parts["person"], parts["common"]
    is_draft = result is None
    given = common["points"]
    return RatingForm(
        head=head,
        is_draft=is_draft,
        period=period_words(parts["period"]["kind"], date.fromisoformat(parts["period"]["first"])),
        name=person["name"],
        title=person["title"],
        unit=unit_words(person["agency"], person["office"]),
        groups=tuple(_group(group) for group in parts["groups"]),
        maximum=figure(common["maximum"]),
        own_sum=figure(common["self"]),
        given_sum=figure(given),
        sums=_sums(parts),
        texts=(
            ("4. Ưu điểm", parts["strengths"]),
            ("5. Hạn chế, khuyết điểm", parts["shortcomings"]),
            ("6. Ý kiến nhận xét của cấp có thẩm quyền theo dõi, đánh giá", parts["opinion"]),
        ),
        signatures=(
            _signature(head, ("CÔNG CHỨC TỰ ĐÁNH GIÁ",), person["name"], parts["submitted_at"]),
            _signature(
                head, ("CẤP CÓ THẨM QUYỀN", "THEO DÕI, ĐÁNH GIÁ"),
                parts["reviewed_by"]["name"], parts["reviewed_by"]["at"],
            ),
        ),
        tasks=_tasks(parts["tasks"]),
        shares=_shares(parts["tasks"]),
        notes=_notes(parts, result),
    )  # fmt: skip


def unit_words(agency: str, office: str) -> str:
    """The unit, and the office it belongs to where that is another."""
    return agency if agency == office else f"{agency}, {office}"


def _group(group: Mapping[str, Any]) -> FormGroup:
    lines = tuple(
        FormLine(
            str(place),
            line["text"],
            figure(line["maximum"]),
            figure(line["self"]),
            figure(line["points"]),
            line["reason"],
        )
        for place, line in enumerate(group["lines"], 1)
    )
    return FormGroup(group["code"], group["text"], figure(group["maximum"]), lines)


def _sums(parts: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Lines 1 to 3: the authority's points, with what the person gave; the person's alone before that."""
    tasks = parts["tasks"] or {}
    rows = (
        ("1. Điểm tiêu chí chung", parts["common"]["points"], parts["common"]["self"]),
        ("2. Điểm tiêu chí kết quả thực hiện nhiệm vụ", tasks.get("points"), tasks.get("self_points")),
        ("3. Tổng điểm theo dõi, đánh giá công chức", parts["total"], parts["self_total"]),
    )

    def words(given: str | None, own: str | None) -> str:
        if given is None:
            return f"{figure(own)} (cá nhân tự chấm)" if own is not None else "chưa có"
        return f"{figure(given)} (cá nhân tự chấm: {figure(own) or 'không'})"

    return tuple((label, words(given, own)) for label, given, own in rows)


def _signature(head: Head, lines: tuple[str, ...], name: str, at: str | None) -> SignatureBlock:
    if at is None:
        return SignatureBlock(BLANK_DAY, lines, (), name)
    moment = timezone.localtime(datetime.fromisoformat(at))
    signed = ("(Đã xác nhận trên phần mềm)", f"{moment:%H:%M} {day_in_words(moment.date())}")
    return SignatureBlock(place_and_date(head.place, moment.date()), lines, signed, name)


def _tasks(tasks: Mapping[str, Any] | None) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            row["name"],
            figure(row["factor"]),
            f"{figure(row['assigned'])} {row['unit']}".strip(),
            figure(row["done"]),
            _times(row["returns"], row["excused_returns"]),
            _times(row["delays"], row["excused_delays"]),
            "; ".join(filter(None, (TASK_KINDS[row["kind"]], "Trả lại" if row["handed_back"] else ""))),
        )
        for row in (tasks or {}).get("rows", ())
    )


def _times(times: int, excused: int) -> str:
    return f"{times} (miễn {excused})" if excused else str(times)


def _shares(tasks: Mapping[str, Any] | None) -> tuple[tuple[str, str], ...]:
    if not tasks:
        return ()
    found = [(SHARES[name], percent(share)) for name, share in tasks["shares"].items()]
    if tasks["share"] is not None:
        found.append(("Tỷ lệ chung", percent(tasks["share"])))
    return tuple(found)


def _notes(parts: Mapping[str, Any], result: Result | None) -> tuple[str, ...]:
    scheme = f"Bộ tiêu chí: {parts['scheme']['name']}."
    if result is None:
        return (scheme, "Bản dự thảo, chưa được cấp có thẩm quyền xác nhận.")
    signer = parts["confirmed_by"]
    post = f", {signer['title']}" if signer["title"] else ""
    at = timezone.localtime(result.at)
    found = [scheme, f"Người xác nhận kết quả: {signer['name']}{post}, {at:%H:%M} {day_in_words(at.date())}."]
    if parts["level"]:
        found.append(f"Tổng điểm nằm trong mức: {parts['level']['name']}.")
    if (parts["tasks"] or {}).get("is_capped"):
        found.append("Điểm kết quả thực hiện nhiệm vụ được tính đến mức tối đa.")
    if result.number > 1:
        found.append(f"Kết quả số {result.number}, thay thế kết quả số {result.number - 1}: {result.reason}")
    return tuple(found)


def forms_pdf(sheets: Sequence[tuple[Sheet, Result | None]]) -> bytes:
    """Mẫu số 01 of these sheets, in this order. The same results give the same bytes.

    Sheets with posting (person, agency), office, scheme and reviewer.
    """
    heads: dict[tuple[int, date], Head] = {}
    forms = []
    for sheet, result in sheets:
        day = timezone.localdate(result.at if result else sheet.changed_at)
        key = sheet.office_id, day.replace(day=1)
        if key not in heads:
            heads[key] = letterhead(sheet.office, day)
        forms.append(rating_form(sheet, result, heads[key]))
    at = max(result.at if result else sheet.changed_at for sheet, result in sheets)
    return rating_forms_pdf(forms, at=at)


_COLUMNS = (
    Column("TT", width=6),
    Column("Tiêu chí chấm điểm", width=70),
    Column("Điểm tối đa", "decimal", 12),
    Column("Điểm do cá nhân tự chấm", "decimal", 14),
    Column("Điểm của cấp có thẩm quyền", "decimal", 14),
    Column("Lý do", width=40),
)


def form_xlsx(sheet: Sheet, result: Result | None) -> bytes:
    """Mẫu số 01 as a table: criteria, sums, texts."""
    parts = sheet_parts(sheet, result)
    person, common, tasks = parts["person"], parts["common"], parts["tasks"] or {}
    rows: list[Sequence[Cell]] = []
    for group in parts["groups"]:
        rows.append((group["code"], group["text"], _value(group["maximum"]), None, None, None))
        rows += [
            (str(place), line["text"], *map(_value, (line["maximum"], line["self"], line["points"])),
             line["reason"])
            for place, line in enumerate(group["lines"], 1)
        ]  # fmt: skip
    rows.append(
        (
            None,
            "Điểm tiêu chí chung",
            *map(_value, (common["maximum"], common["self"], common["points"])),
            None,
        )
    )
    if tasks:
        values = map(_value, (tasks["maximum"], tasks["self_points"], tasks["points"]))
        rows.append((None, "Điểm tiêu chí kết quả thực hiện nhiệm vụ", *values, None))
    totals = map(_value, (parts["maximum"], parts["self_total"], parts["total"]))
    rows.append((None, "Tổng điểm theo dõi, đánh giá công chức", *totals, None))
    texts = (
        ("Ưu điểm", "strengths"),
        ("Hạn chế, khuyết điểm", "shortcomings"),
        ("Ý kiến nhận xét", "opinion"),
    )
    rows += [(None, label, None, None, None, parts[key]) for label, key in texts]
    period = period_words(parts["period"]["kind"], date.fromisoformat(parts["period"]["first"]))
    lines = (
        f"Kỳ theo dõi, đánh giá: {period}",
        f"{person['name']}, {person['title']}, {unit_words(person['agency'], person['office'])}",
        "Dự thảo, chưa được xác nhận" if result is None else f"Kết quả số {result.number}",
    )
    return make_xlsx("PHIẾU THEO DÕI, ĐÁNH GIÁ CÔNG CHỨC", lines, _COLUMNS, rows)


def _value(text: str | None) -> float | None:
    return None if text is None else float(Decimal(text))
