"""A small mail server on this machine that keeps what it gets. It can be down, and refuse addresses."""

import socketserver
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    sink: "Sink"


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        sink = cast(_Server, self.server).sink
        self._say("220 sink")
        while line := self.rfile.readline():
            word, rest = line[:4].upper(), line.decode()
            if word == b"DATA":
                self._say("354 go on")
                sink.keep(b"".join(iter(self.rfile.readline, b".\r\n")))
                self._say("250 kept")
            elif word == b"RCPT" and any(address in rest for address in sink.refuses):
                self._say("550 nobody here")
            elif word == b"QUIT":
                self._say("221 goodbye")
                return
            else:
                self._say("250 sink")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class Sink:
    """Use ``start`` and ``stop``; ``port`` stays the same in between."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuses: set[str] = set()
        self._lock = threading.Lock()
        self._server: _Server | None = None
        self.port = 0
        self.start()

    def start(self) -> None:
        """Listen; the first time on a free port."""
        self._server = _Server(("127.0.0.1", self.port), _Talk)
        self._server.sink = self
        self.port = self._server.server_address[1]
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        ).start()

    def stop(self) -> None:
        """Refuse connections from now on."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def keep(self, raw: bytes) -> None:
        """One more mail."""
        with self._lock:
            self.mails.append(message_from_bytes(raw, policy=policy.default))

    def mailer(self) -> dict[str, object]:
        """The entry of settings.MAILERS that leads here."""
        return {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": self.port, "timeout": 5},
        }
