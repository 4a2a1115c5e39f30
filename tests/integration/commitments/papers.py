"""Pledges for tests of papers, and PDFs read as words."""

import io
import re
import unicodedata
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from pypdf import PdfReader

from conduct.agencies.models import Agency, Posting, User
from conduct.commitments.models import Campaign, NotSigning, Pledge, RegisterPrint, SignedSheet
from conduct.commitments.rules.pledges import sha256_of
from conduct.commitments.services.prints import make_print, request_print
from conduct.commitments.services.signing import text_for
from tests.cast import Cast
from tests.factories import NOW, make_posting, make_user

CODE = "7K3M9PQRABCDEFGHJK01"


def sign(campaign: Campaign, posting: Posting, **fields: Any) -> Pledge:
    """A stored pledge of this posting, signed now with the password unless said otherwise."""
    text = fields.pop("text", None) or text_for(campaign, posting)
    values = {"method": "password", "signed_at": NOW, **fields}
    return Pledge.objects.create(
        campaign=campaign, posting=posting, text=text, sha256=sha256_of(text), **values
    )


def make_sheet(campaign: Campaign, posting: Posting) -> SignedSheet:
    """A scan."""
    return SignedSheet.objects.create(
        campaign=campaign, file="signed-sheets/2026/x.pdf", sha256="0" * 64, media_type="application/pdf",
        n_bytes=1, n_pages=1, uploaded_by=posting.person, uploaded_at=NOW,
    )  # fmt: skip


def made_print(campaign: Campaign, by: User) -> RegisterPrint:
    """A register of the whole campaign that was made; its file holds a name."""
    made = RegisterPrint(campaign=campaign, requested_by=by, requested_at=NOW, state="done", finished_at=NOW)
    made.file.save("register.pdf", ContentFile("%PDF- Tôn Nữ Hoàng Thảo Lan".encode()), save=True)
    return made


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page in NFC, blanks single."""
    texts = (page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return [" ".join(unicodedata.normalize("NFC", text).split()) for text in texts]


def words_of(text: str) -> set[str]:
    """The words of a text in NFC, with what punctuation clings to them."""
    return set(re.split(r"\s+", unicodedata.normalize("NFC", text))) - {""}


def have_signed(cast: Cast, campaign: Campaign) -> None:
    """Lan, Tâm and Khánh signed in three ways, Minh is excused, Quân declined."""
    sign(campaign, cast.lan_posting, code=CODE)
    sign(campaign, cast.tam_posting, method="passkey")
    khanh = make_posting(make_user("Đặng Quốc Khánh"), cast.one_stop, title="Nhân viên")
    sign(campaign, khanh, method="paper", sheet=make_sheet(campaign, khanh), entered_by=cast.quan)
    for posting, kind, reason in (
        (cast.minh_posting, "excused", "Nghỉ thai sản"),
        (cast.quan.postings.get(), "declined", "Không đồng ý với điều 2"),
    ):
        NotSigning.objects.create(
            campaign=campaign, posting=posting, kind=kind, reason=reason, stated_by=cast.tam, stated_at=NOW
        )


def staff(agency: Agency, campaign: Campaign, n: int) -> None:
    """So many people of an agency who have signed."""
    for number in range(n):
        person = make_user(f"Nguyễn Thị Hoàng Bảo Ngọc {number:04}")
        sign(
            campaign, make_posting(person, agency, title="Chuyên viên phụ trách tổng hợp"), text=f"x{number}"
        )


def asked(campaign: Campaign, cast: Cast) -> RegisterPrint:
    return request_print(campaign=campaign, agency=cast.commune, by=cast.tam, now=NOW)[0]


def make(print_id: int, worker: str = "w1", now: datetime = NOW) -> bool:
    return make_print(print_id=print_id, worker=worker, clock=lambda: now)
