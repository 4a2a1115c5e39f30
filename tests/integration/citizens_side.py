"""One of everything that citizens leave behind at Lan's office, for the tests that crawl every page."""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

from conduct.dossiers.models import Dossier, DossierImport, OnlineTarget
from conduct.feedback.models import Apology, Case, Contact, ReplyTemplate
from conduct.feedback.services.receiving import receive_case
from conduct.kernel.sealing import seal
from conduct.kernel.vault import seal_with
from surveys.models import (
    CommentTag,
    DeskOfficer,
    InvitationBatch,
    Invited,
    Kiosk,
    Questionnaire,
    Response,
    Round,
    RoundUnit,
    ServicePoint,
    SetAside,
    SpentToken,
    Stratum,
    TaggedComment,
)
from tests.cast import Cast
from tests.factories import DAY, NOW
from tests.integration.scores.arrange import OCTOBER


@dataclass(frozen=True)
class Words:
    """What citizens and staff typed; ``mark`` stands before each of them."""

    mark: str = ""

    @property
    def said(self) -> tuple[str, ...]:
        """Every text that only people of the office may read."""
        return (
            self.comment, self.case, self.summary, self.answer, self.name, self.procedure, self.code,
            self.reason, self.tag, self.template, self.action,
            self.finding, self.excuse, self.decision, self.remedy,
            self.work, self.task, self.strengths, self.petition, self.minutes,
        )  # fmt: skip

    @property
    def public(self) -> tuple[str, str]:
        """A remark and its answer as everybody reads them."""
        return self._marked("Không có giấy hẹn khi máy hỏng"), self._marked("Đã thay máy, đã hẹn lại")

    def _marked(self, words: str) -> str:
        return f"{self.mark}{words}"

    @property
    def comment(self) -> str:
        return self._marked("Bảng chỉ dẫn nhỏ quá, mẹ tôi không đọc được")

    @property
    def case(self) -> str:
        return self._marked("Ba lần đến đều bảo máy hỏng mà không ai ghi giấy hẹn")

    @property
    def summary(self) -> str:
        return self._marked("Máy hỏng ba lần, không có giấy hẹn")

    @property
    def answer(self) -> str:
        return self._marked("Trung tâm đã thay máy in và gọi điện hẹn lại")

    @property
    def finding(self) -> str:
        return self._marked("Đến quầy lúc 8 giờ 05, ba người dân đang chờ")

    @property
    def excuse(self) -> str:
        return self._marked("Xe hỏng giữa đường, có gọi báo trưởng bộ phận")

    @property
    def decision(self) -> str:
        return self._marked("Có báo nhưng không bố trí người trực thay")

    @property
    def remedy(self) -> str:
        return self._marked("Bố trí người trực thay trước giờ mở quầy")

    @property
    def work(self) -> str:
        return self._marked("Trích lục hồ sơ địa chính bản giấy")

    @property
    def task(self) -> str:
        return self._marked("Rà soát sổ gốc hộ tịch năm 1987")

    @property
    def strengths(self) -> str:
        return self._marked("Trực thay đồng nghiệp ba buổi chiều")

    @property
    def petition(self) -> str:
        return self._marked("Tôi chỉ đi muộn một buổi vì ngập đường")

    @property
    def minutes(self) -> str:
        return self._marked("Hội nghị góp ý về giờ trực quầy chiều thứ Sáu")

    @property
    def name(self) -> str:
        return self._marked("Cụ Vi Thị Người Nộp")

    @property
    def procedure(self) -> str:
        return self._marked("Trích lục khai tử bản sao")

    @property
    def code(self) -> str:
        return self._marked("H41.26-0917")

    @property
    def reason(self) -> str:
        return self._marked("Mạng của xã mất kết nối hai ngày")

    @property
    def tag(self) -> str:
        return self._marked("nhãn bảng chữ nhỏ")

    @property
    def template(self) -> str:
        return self._marked("Trả lời về giấy hẹn")

    @property
    def action(self) -> str:
        return self._marked("Phân công người thay khi máy hỏng")


def leave_behind(cast: Cast, point: ServicePoint, words: Words) -> None:
    """Rows of every table of the citizens' side; October is the month of the answers."""
    dossier = _dossiers(cast, words)
    _desk(cast, point)
    _asked(cast, point, dossier)
    _comments(cast, point, words)
    case = _cases(cast, point, words)
    _apologies(cast, dossier, case, words)


def _dossiers(cast: Cast, words: Words) -> Dossier:
    OnlineTarget.objects.create(agency=cast.one_stop, year=DAY.year, low=60, high=70)
    OnlineTarget.objects.create(agency=cast.commune, year=DAY.year, low=60, high=70)
    DossierImport.objects.create(
        agency=cast.one_stop, name=f"{words.mark}ho-so-thang-10.xlsx", sha256="0" * 64, state="refused",
        problems=[[2, "received_on", "not_a_day", f"{words.mark}35/13/2026"]], n_rows=1, n_wrong=1,
        asked_by=cast.quan, asked_at=NOW, finished_at=NOW,
    )  # fmt: skip
    rows = [
        Dossier(
            agency=cast.one_stop, code=words.code if place == 0 else f"{words.code}/{place}",
            procedure=words.procedure, procedure_group=f"{words.mark}Hộ tịch", channel="online",
            received_on=DAY - timedelta(days=9), promised_on=DAY - timedelta(days=4),
            due_on=DAY - timedelta(days=4), posting=cast.lan_posting,
            finished_on=None if place == 0 else DAY - timedelta(days=5),
            sealed_name=seal(words.name), sealed_email=seal("nguoi.nop@example.com"),
        )
        for place in range(8)
    ]  # fmt: skip
    return Dossier.objects.bulk_create(rows)[0]


def _desk(cast: Cast, point: ServicePoint) -> None:
    for posting in (cast.lan_posting, cast.minh_posting):
        DeskOfficer.objects.create(point=point, posting=posting, starts_on=DAY - timedelta(days=90))
    Kiosk.objects.create(
        point=point, name="Máy tính bảng sảnh chờ", made_by=cast.quan, made_at=NOW, paired_at=NOW,
        seen_at=NOW, answered_on=DAY, secret_hash=sha256(b"tablet").hexdigest(),
    )  # fmt: skip


def _asked(cast: Cast, point: ServicePoint, dossier: Dossier) -> None:
    asked = Questionnaire.objects.filter(state="published").order_by("pk").first()
    assert asked is not None
    Questionnaire.objects.create(
        code="cua-xa", number=1, name="Bộ câu hỏi riêng của xã", keeper=cast.commune, state="draft",
        valid_from=DAY + timedelta(days=30), questions=asked.questions, edited_at=NOW, revision=1,
    )  # fmt: skip
    batch = InvitationBatch.objects.create(
        agency=cast.one_stop, point=point, questionnaire=asked, month=OCTOBER.first, state="sent",
        expires_on=DAY + timedelta(days=30), n_dossiers=8, n_sent=8, made_by=cast.quan, made_at=NOW,
    )  # fmt: skip
    stratum = Stratum.objects.create(point=point, month=OCTOBER.first, procedure_group="Chứng thực")
    Invited.objects.create(batch=batch, dossier=dossier, stratum=stratum, state="sent")
    SpentToken.objects.create(hash="a" * 64, batch=batch)
    survey = Round.objects.create(
        agency=cast.commune, questionnaire=asked, name="Khảo sát ý kiến năm", mode="paper", frame="dossiers",
        frame_from=DAY - timedelta(days=60), frame_to=DAY, starts_on=DAY - timedelta(days=10),
        ends_on=DAY + timedelta(days=30), made_by=cast.quan, made_at=NOW,
    )  # fmt: skip
    RoundUnit.objects.create(round=survey, agency=cast.one_stop, point=point, target=90, n_frame=8)


def _comments(cast: Cast, point: ServicePoint, words: Words) -> None:
    """Six open answers with the comment: enough to be shown when the month is closed; two set aside."""
    known = Response.objects.filter(point=point).first()
    assert known is not None
    tag = CommentTag.objects.create(agency=cast.commune, name=words.tag)
    for place in range(8):
        response = Response.objects.create(
            key=uuid4(), agency=point.agency, point=point, questionnaire=known.questionnaire,
            month=OCTOBER.first, channel="kiosk" if place % 2 else "qr", cluster=place, overall=4,
            factors=[4] * 5, comment=words.comment,
        )  # fmt: skip
        if place < 2:
            SetAside.objects.create(response=response, reason="burst")
        elif place == 2:
            TaggedComment.objects.create(tag=tag, response=response)


def _cases(cast: Cast, point: ServicePoint, words: Words) -> Case:
    """One that waits for Minh, one that was answered, upheld and made public; none names anybody."""
    cases = []
    for place in range(2):
        case, _code = receive_case(
            agency=cast.one_stop, text=words.case, source="mailbox", respondent="citizen", language="vi",
            point=None, agrees_public=True, now=NOW,
        )  # fmt: skip
        case.kind, case.summary, case.assignee = "complaint", words.summary, cast.minh
        case.state = "assigned"
        if place == 1:
            case.state, case.sealed_answer = "answered", seal_with(case.key_id, words.answer)
            case.answered_on, case.answered_by, case.is_upheld = DAY, cast.tam, True
            case.corrective_action = words.action
            case.published_on, case.public_question, case.public_answer = DAY, *words.public
        case.save()
        Contact.objects.create(case=case, sealed_name=seal_with(case.key_id, words.name))
        cases.append(case)
    ReplyTemplate.objects.create(
        agency=cast.commune, kind="complaint", title=words.template, text=words.answer
    )
    return cases[1]


def _apologies(cast: Cast, dossier: Dossier, case: Case, words: Words) -> None:
    Apology.objects.create(
        office=cast.commune, kind="overdue", dossier=dossier, state="ready", owed_on=DAY - timedelta(days=5),
        due_on=DAY - timedelta(days=4), reason=words.reason, new_date=DAY + timedelta(days=3),
        corrective_action=words.action, prepared_by=cast.minh, prepared_at=NOW,
    )  # fmt: skip
    Apology.objects.create(
        office=cast.commune, kind="conduct", case=case, state="owed", owed_on=DAY, reason=words.reason,
        due_on=DAY + timedelta(days=5), corrective_action=words.action,
    )  # fmt: skip
