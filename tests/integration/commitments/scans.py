"""Files as people send them."""

import io
import zipfile
from datetime import date

from PIL import Image
from pypdf import PdfWriter

from conduct.agencies.models import Posting, User
from conduct.commitments.models import Campaign
from conduct.commitments.services.paper import enter_paper
from tests.factories import NOW


def enter(campaign: Campaign, *postings: Posting, by: User, signed_on: date) -> None:
    """These people signed on paper, with a scan of one page."""
    enter_paper(
        campaign=campaign, posting_ids=[posting.pk for posting in postings], signed_on=signed_on,
        content=pdf(), by=by, now=NOW,
    )  # fmt: skip


def pdf(n_pages: int = 1) -> bytes:
    writer = PdfWriter()
    for _ in range(n_pages):
        writer.add_blank_page(595, 842)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def locked_pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.encrypt("bi-mat")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((300, 400), 30).save(out, "JPEG")
    return out.getvalue()


def zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.pdf", bytes(20_000_000))
    return out.getvalue()
