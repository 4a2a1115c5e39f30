"""Typst templates to PDF, with the Tinos font: the metric twin of Times New Roman, which the law asks for.

The fonts come from the npm package, so that a page looks the same on every machine.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import typst
from django.conf import settings


def compile_pdf(template: str, data: Mapping[str, Any], *, at: datetime, tags: bool = True) -> bytes:
    """The PDF of ``templates/documents/<template>``.

    The template reads `data` as ``json(bytes(sys.inputs.data))``; it holds only what JSON can say (an image
    as its SVG text). `at` is written into the file as its time of making, so equal input gives equal bytes.
    `tags` mark what is a heading or a table for those who listen. Raises typst.TypstError when the template
    has a fault.
    """
    folder = settings.BASE_DIR / "templates" / "documents"
    fonts = settings.VENDOR_DIR / "@expo-google-fonts" / "tinos"
    pdf = typst.compile(
        folder / template,
        root=folder,
        font_paths=[fonts],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        timestamp=at.astimezone(UTC).replace(microsecond=0),  # Typst refuses parts of a second
        format="pdf",
        pdf_tags=tags,
    )
    if not isinstance(pdf, bytes):
        raise TypeError(f"{template} gave {len(pdf or ())} files instead of one PDF")
    return pdf
