"""Files as people send them."""

import io
import zipfile

from PIL import Image
from pypdf import PdfWriter


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
