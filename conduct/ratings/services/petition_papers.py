"""The file of a petition as an official paper (Điều 24.2đ): asked, read, answered, changed."""

from datetime import datetime

from django.utils import timezone

from conduct.agencies.models import Posting
from conduct.commitments.rules.pledges import in_fours
from conduct.commitments.services.papers import letterhead
from conduct.documents.official import day_in_words, signing_lines
from conduct.documents.ratings import PetitionFile, SignatureBlock, petition_file_pdf

from ..models import Petition
from ..rules.papers import figure
from .papers import SHARES, period_words
from .papers_year import LEVELS
from .petitions import OUTCOMES


def subject_words(petition: Petition) -> str:
    """ "kết quả theo dõi, đánh giá tháng 10 năm 2026"."""
    if petition.result is not None:
        sheet = petition.result.sheet
        return f"kết quả theo dõi, đánh giá {period_words(sheet.kind, sheet.period)}"
    year = petition.year_rating.year if petition.year_rating else 0
    return f"kết quả xếp loại chất lượng năm {year}"


def petition_pdf(petition: Petition, *, now: datetime) -> bytes:
    """The file as it stands; a draft until it is answered. ``petition`` from ``with_subject``."""
    at = petition.answered_at or now
    return petition_file_pdf(
        PetitionFile(
            head=letterhead(petition.office, timezone.localdate(at)),
            is_draft=petition.state == Petition.State.FILED,
            about=f"về {subject_words(petition)}",
            facts=_facts(petition),
            parts=_parts(petition),
            changes=_changes(petition),
            signature=_signature(petition),
            digest=in_fours(petition.sha256),
        ),
        at=at,
    )


def _moment(at: datetime | None) -> str:
    if at is None:
        return ""
    local = timezone.localtime(at)
    return f"{local:%H:%M} {day_in_words(local.date())}"


def _facts(petition: Petition) -> tuple[tuple[str, str], ...]:
    posting = petition.posting
    filed = _moment(petition.filed_at) + (
        " (sau 05 ngày làm việc kể từ khi có thông báo)" if petition.is_late else ""
    )
    facts = [
        ("Người kiến nghị", petition.filed_by.full_name),
        ("Chức vụ, chức danh", posting.title),
        ("Đơn vị công tác", posting.agency.name),
        ("Kết quả bị kiến nghị", _result_words(petition)),
        ("Ngày nhận kiến nghị", filed),
        ("Thời hạn giải quyết", day_in_words(petition.due_on)),
    ]
    if petition.answered_at:
        is_late = timezone.localdate(petition.answered_at) > petition.due_on
        facts.append(("Ngày trả lời", _moment(petition.answered_at) + (" (quá hạn)" if is_late else "")))
    if petition.state == Petition.State.WITHDRAWN:
        facts.append(("Tình trạng", "Người kiến nghị đã rút kiến nghị"))
    return tuple(facts)


def _result_words(petition: Petition) -> str:
    if petition.result is not None:
        result = petition.result
        return f"số {result.number}, {figure(result.total)} điểm, {_moment(result.at)}"
    rating = petition.year_rating
    if rating is None or rating.decision is None:
        return ""
    return f"{LEVELS.get(rating.level, '')}, Quyết định số {rating.decision.number}"


def _parts(petition: Petition) -> tuple[tuple[str, tuple[str, ...]], ...]:
    parts = [("Nội dung kiến nghị", _lines(petition.text))]
    if petition.wish:
        parts.append(("Đề nghị", _lines(petition.wish)))
    if petition.read_at and petition.reader:
        said = (*_lines(petition.read_opinion), f"{petition.reader.full_name}, {_moment(petition.read_at)}")
        parts.append(("Ý kiến của người đọc thứ hai", said))
    if petition.answered_at:
        parts.append(
            ("Trả lời của người có thẩm quyền", (OUTCOMES[petition.outcome], *_lines(petition.answer)))
        )
    level = petition.changes.get("level")
    if level:
        was, new = LEVELS.get(level["was"], "không xếp loại"), LEVELS[level["now"]]
        words = f"{was} → {new}, theo Quyết định thay thế số {level['number']}."
        parts.append(("Mức xếp loại được sửa", (words,)))
    if petition.new_result is not None:
        words = f"Kết quả số {petition.new_result.number}: {figure(petition.new_result.total)} điểm."
        parts.append(("Kết quả mới", (words,)))
    return tuple((f"{place}. {heading}", lines) for place, (heading, lines) in enumerate(parts, 1))


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _changes(petition: Petition) -> tuple[tuple[str, ...], ...]:
    if petition.result is None:
        return ()
    texts = {
        line["code"]: line["text"] for group in petition.result.parts["groups"] for line in group["lines"]
    }
    points = tuple(
        (texts.get(code, code), figure(change["was"]), figure(change["now"]), change["reason"])
        for code, change in petition.changes.get("points", {}).items()
    )
    leading = tuple(
        (SHARES[part], f"{change['was'] or 0} %", f"{change['now']} %", "")
        for part, change in petition.changes.get("leading", {}).items()
    )
    return points + leading


def _signature(petition: Petition) -> SignatureBlock | None:
    if petition.answered_by is None or petition.answered_at is None:
        return None
    on = timezone.localdate(petition.answered_at)
    postings = Posting.objects.in_force(on).filter(person=petition.answered_by).select_related("agency")
    posting = postings.order_by("-is_leader", "-is_main").first()
    lines = signing_lines(posting.title, posting.agency.name) if posting else ()
    signed = ("(Đã ký trên phần mềm)", _moment(petition.answered_at))
    return SignatureBlock("", lines, signed, petition.answered_by.full_name)
