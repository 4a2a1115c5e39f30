"""Letters of apology: when they are owed, what they may promise, and their words.

Content by TT 03/2025/TT-VPCP, Phụ lục I, Mẫu 04 "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết":
name, kind of dossier, receipt number, how it stands, reason, new date, words of apology. The words are
Vietnamese whatever the language of the screens: they stand on paper. One new date; a second is refused.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from conduct.documents.official import issuer_name
from conduct.kernel.workdays import is_working_day, working_day


class Fault(StrEnum):
    """Why a letter cannot be written so."""

    NO_REASON = "no_reason"
    NO_NEW_DATE = "no_new_date"
    NEW_DATE_TOO_EARLY = "new_date_too_early"
    NOT_A_WORKING_DAY = "not_a_working_day"
    SECOND_NEW_DATE = "second_new_date"
    NEEDS_NO_NEW_DATE = "needs_no_new_date"
    NO_CORRECTIVE_ACTION = "no_corrective_action"


def raised_until(today: date) -> date:
    """Dossiers due by this day need a letter today: it is the next working day after today."""
    return working_day(today, 1)


def send_by(due_on: date, today: date) -> date:
    """When the letter must have reached the citizen: one working day before the due day, at latest today."""
    day = due_on - timedelta(days=1)
    while not is_working_day(day):
        day -= timedelta(days=1)
    return max(day, today)


def overdue_faults(
    *, reason: str, new_date: date | None, is_finished: bool, has_moved: bool, after: date
) -> list[Fault]:
    """What is wrong with a letter for a dossier; ``after``: the later of today and the day it is due now."""
    faults = [] if reason.strip() else [Fault.NO_REASON]
    if new_date is None:
        return faults if is_finished or has_moved else [*faults, Fault.NO_NEW_DATE]
    if is_finished:
        return [*faults, Fault.NEEDS_NO_NEW_DATE]
    if has_moved:
        return [*faults, Fault.SECOND_NEW_DATE]
    if new_date <= after:
        return [*faults, Fault.NEW_DATE_TOO_EARLY]
    return faults if is_working_day(new_date) else [*faults, Fault.NOT_A_WORKING_DAY]


def conduct_faults(*, reason: str, corrective_action: str) -> list[Fault]:
    """What is wrong with a letter after an upheld case: it says why, and what is done about it."""
    faults = [] if reason.strip() else [Fault.NO_REASON]
    return faults if corrective_action.strip() else [*faults, Fault.NO_CORRECTIVE_ACTION]


def number_text(number: int, office: str) -> str:
    """ "05/XL-UBND": a number below 10 bears a leading 0 (NĐ 30/2020/NĐ-CP, Phụ lục I)."""
    return f"{number:02}/XL-UBND" if issuer_name(office).startswith("ỦY BAN NHÂN DÂN") else f"{number:02}/XL"


def issuer_in_text(office: str) -> str:
    """The issuing agency as a sentence names it: "Ủy ban nhân dân xã An Thuận" for "Xã An Thuận"."""
    if not issuer_name(office).startswith("ỦY BAN NHÂN DÂN"):
        return office
    bare = office
    for known in ("Ủy ban nhân dân ", "UBND "):
        bare = bare.removeprefix(known)
    return f"Ủy ban nhân dân {bare[:1].lower()}{bare[1:]}"


@dataclass(frozen=True, slots=True)
class OverdueFacts:
    """What a letter for a dossier speaks of."""

    office: str
    name: str
    is_business: bool
    code: str
    procedure: str
    received_on: date
    promised_on: date
    again_on: date | None
    finished_on: date | None
    reason: str
    new_date: date | None
    corrective_action: str


def overdue_title(new_date: date | None) -> tuple[str, str]:
    """The name of the paper, and what it is about."""
    if new_date is not None:
        return "VĂN BẢN XIN LỖI", "và đề nghị gia hạn thời gian giải quyết"
    return "VĂN BẢN XIN LỖI", "về việc chậm trả kết quả giải quyết thủ tục hành chính"


def addressee(name: str, *, is_business: bool, code: str) -> str:
    """To whom; without a name the dossier stands for the person."""
    if is_business:
        return f"{name}" if name else f"Tổ chức, doanh nghiệp có hồ sơ mã số {code}"
    return f"Ông/Bà {name}" if name else f"Ông/Bà có hồ sơ mã số {code}"


def overdue_paragraphs(facts: OverdueFacts) -> list[str]:
    """The body of a letter for a dossier that is or will be late."""
    you = "Quý đơn vị" if facts.is_business else "Ông/Bà"
    office = issuer_in_text(facts.office)
    again = f"; ngày hẹn lại: {facts.again_on:%d/%m/%Y}" if facts.again_on else ""
    what = facts.procedure
    received = (
        f"Ngày {facts.received_on:%d/%m/%Y}, {office} tiếp nhận hồ sơ của {you} về thủ tục: {what}; "
        f"mã số hồ sơ: {facts.code}; ngày hẹn trả kết quả: {facts.promised_on:%d/%m/%Y}{again}."
    )
    said = [received]
    if facts.finished_on is not None:
        said.append(
            f"Kết quả giải quyết hồ sơ có ngày {facts.finished_on:%d/%m/%Y}, chậm so với ngày đã hẹn."
        )
    else:
        said.append("Đến nay hồ sơ đang được giải quyết và chưa có kết quả để trả đúng ngày đã hẹn.")
    said.append(f"Lý do: {_sentence(facts.reason)}")
    apology = f"{office} chân thành xin lỗi {you} vì sự chậm trễ này"
    if facts.new_date is not None:
        said.append(
            f"{apology}, đề nghị được gia hạn thời gian giải quyết và hẹn trả kết quả cho {you} vào ngày "
            f"{facts.new_date:%d/%m/%Y}."
        )
    else:
        said.append(f"{apology}.")
        if facts.finished_on is None:
            said.append(f"Kết quả sẽ được trả cho {you} ngay khi có, không hẹn lại ngày khác.")
    if facts.corrective_action:
        said.append(f"Biện pháp khắc phục: {_sentence(facts.corrective_action)}")
    said.append(f"Rất mong nhận được sự thông cảm của {you}. Trân trọng./.")
    return said


@dataclass(frozen=True, slots=True)
class ConductFacts:
    """What a letter after an upheld case speaks of; ``summary`` is without personal data."""

    office: str
    name: str
    received_on: date
    summary: str
    reason: str
    corrective_action: str


def conduct_paragraphs(facts: ConductFacts) -> list[str]:
    """The body of a letter after an upheld case."""
    office = issuer_in_text(facts.office)
    about = f" về việc: {_sentence(facts.summary)}" if facts.summary else "."
    return [
        f"Ngày {facts.received_on:%d/%m/%Y}, {office} nhận được ý kiến phản ánh của Ông/Bà{about}",
        "Sau khi xem xét, chúng tôi nhận thấy ý kiến của Ông/Bà là đúng.",
        f"Nguyên nhân: {_sentence(facts.reason)}",
        f"{office} chân thành xin lỗi Ông/Bà về việc này.",
        f"Biện pháp khắc phục: {_sentence(facts.corrective_action)}",
        "Chúng tôi cảm ơn Ông/Bà đã góp ý và mong nhận được sự thông cảm. Trân trọng./.",
    ]


def _sentence(text: str) -> str:
    """On one line, ended by a full stop."""
    flat = " ".join(text.split())
    return flat if flat.endswith((".", "…", "?")) else f"{flat}."


def canonical(letter: Mapping[str, object]) -> str:
    """The letter as the one text that is sealed and hashed."""
    return json.dumps(letter, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256_of(text: str) -> str:
    """Its hash, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


class NewDate(StrEnum):
    """What became of a new date."""

    NONE = "none"
    KEPT = "kept"
    BROKEN = "broken"
    OPEN = "open"


def new_date_outcome(new_date: date | None, finished_on: date | None, today: date) -> NewDate:
    """Whether the result came by the new date; open while neither has."""
    if new_date is None:
        return NewDate.NONE
    if finished_on is not None:
        return NewDate.KEPT if finished_on <= new_date else NewDate.BROKEN
    return NewDate.BROKEN if new_date < today else NewDate.OPEN
