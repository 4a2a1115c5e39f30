"""A lean HTTP client: one kept-alive connection, so that the client takes little of the two cores."""

import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor


class Answer:
    """Status line, headers and body, unparsed."""

    __slots__ = ("body", "head")

    def __init__(self, head: bytes, body: bytes) -> None:
        self.head, self.body = head, body

    @property
    def status(self) -> int:
        """The status code."""
        return int(self.head[9:12])


class Connection:
    """One connection to a server on this machine."""

    def __init__(self, port: int) -> None:
        self.host = f"localhost:{port}"
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._rest = b""

    def get(self, path: str, headers: str = "") -> Answer:
        """GET; ``headers`` are whole lines."""
        return self._ask(f"GET {path} HTTP/1.1\r\nHost: {self.host}\r\n{headers}\r\n".encode())

    def post(self, path: str, body: bytes, headers: str = "") -> Answer:
        """POST a form; ``headers`` are whole lines."""
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {self.host}\r\nContent-Length: {len(body)}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\n{headers}\r\n"
        )
        return self._ask(head.encode() + body)

    def _ask(self, request: bytes) -> Answer:
        self._socket.sendall(request)
        data = self._rest
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._read()
        head, data = data[:end], data[end + 4 :]
        lower = head.lower()
        start = lower.find(b"content-length: ")
        if start < 0:
            raise RuntimeError(f"an answer without its length: {head!r}")
        length = int(lower[start + 16 :].split(b"\r\n", 1)[0])
        while len(data) < length:
            data += self._read()
        self._rest = data[length:]
        return Answer(head, data[:length])

    def _read(self) -> bytes:
        data = self._socket.recv(65536)
        if not data:
            raise ConnectionError("the server closed the connection")
        return data

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


def rate(
    port: int, act: Callable[[Connection], None], *, seconds: float, concurrency: int
) -> tuple[int, float]:
    """How often so many connections could do the act at once: the number, and how many a second."""
    begin = time.perf_counter()

    def run(_: int) -> int:
        one, n_done = Connection(port), 0
        while time.perf_counter() - begin < seconds:
            act(one)
            n_done += 1
        one.close()
        return n_done

    with ThreadPoolExecutor(concurrency) as pool:
        total = sum(pool.map(run, range(concurrency)))
    return total, total / (time.perf_counter() - begin)
