"""A limit for everything that is uploaded, before any of it is written to disk."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

# A form says more kindly that its file is too big; this is for what no form would take anyway.
MAX_BYTES = 64 * 1024 * 1024


class CappedUploads(FileUploadHandler):
    """Answers 400 to a request that says it brings more than MAX_BYTES; leaves others to the next handler."""

    def handle_raw_input(
        self,
        input_data: Any,
        meta: Any,
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        if content_length > MAX_BYTES:
            raise RequestDataTooBig(f"{content_length} bytes are more than a request may bring")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
