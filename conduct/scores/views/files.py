"""Files as answers."""

from django.http import HttpResponse
from django.utils.text import slugify


def pdf_response(name: str, pdf: bytes) -> HttpResponse:
    """A paper to keep; no proxy may."""
    headers = {
        "Content-Disposition": f'inline; filename="{slugify(name)}.pdf"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)
