"""Text messages go out through ``settings.SMS_BACKEND``: any class with ``send(number, text)``.

``FileSms`` is for trials: nothing reaches a phone. Its files hold the text and never the number, since the
pair of address and link must not lie on a disk (ADR 0012); and on a site with TLS it is not used at all, so
that nobody counts as invited who was not.
"""

from typing import Protocol
from uuid import uuid4

from django.conf import settings
from django.utils.module_loading import import_string


class SmsBackend(Protocol):
    """What sends a text message. ``send`` raises OSError when the gateway is away, ValueError when it refuses
    this message."""

    def send(self, number: str, text: str) -> None:
        """Send one message; ``number`` begins with +84."""


class FileSms:
    """Writes each text into a file of ``settings.SMS_FOLDER``, readable by its owner alone."""

    def send(self, number: str, text: str) -> None:
        """One file a message, under a random name; the number is left out."""
        folder = settings.SMS_FOLDER
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = folder / f"{uuid4().hex}.txt"
        file.touch(mode=0o600)
        file.write_text(f"{text}\n", encoding="utf-8")


def sms_backend() -> SmsBackend | None:
    """The backend of the settings; None when only the one for trials is there and the site is in use."""
    backend: SmsBackend = import_string(settings.SMS_BACKEND)()
    return None if isinstance(backend, FileSms) and settings.SECURE else backend
