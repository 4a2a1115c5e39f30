"""Pledges for tests of papers, and PDFs read as words."""

import io
import re
import unicodedata
from typing import Any

from django.core.files.base import ContentFile
from pypdf import PdfReader

from conduct.agencies.models import Posting, User
from conduct.commitments.models import Campaign, Pledge, RegisterPrint, SignedSheet
from conduct.commitments.rules.pledges import sha256_of
from conduct.commitments.services.signing import text_for
from tests.factories import NOW

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
