"""A small loopback HTTP publisher: scripted answers by path, every request on record.

    with Publisher() as site:
        site.answers["/feed"] = Answer(body=b"<rss/>", headers={"ETag": '"1"'})
        ...fetch site.url("/feed")...
        assert site.requests[0].headers["user-agent"]

An answer may be one Answer (given each time), a list of them (one a request, the last one for ever)
or a function from the request to an Answer. An unknown path answers 404.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as it arrived; header names in lower case."""

    method: str
    path: str  # with the query
    headers: Mapping[str, str]
    body: bytes = b""
    at: float = field(default_factory=time.monotonic)

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What to send. `stream` replaces `body`: pieces sent one by one, the connection closed after them."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    stream: Callable[[], Iterable[bytes]] | None = None
    raw: bytes | None = None  # sent as it is, in place of status line, headers and body; then closed
    reset: bool = False  # after `raw`, by a TCP reset


Scripted = Answer | list[Answer] | Callable[[Asked], Answer]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(length := int(headers.get("content-length", 0)))
        if len(body) < length:  # who asked was killed in the midst of it
            self.close_connection = True
            return
        asked = Asked(method=self.command, path=self.path, headers=headers, body=body)
        with suppress(OSError):  # who asked has left
            self._send(self.server.site.answer(asked))

    do_POST = do_PUT = do_HEAD = do_GET

    def _send(self, answer: Answer) -> None:
        if answer.raw is not None:
            self.wfile.write(answer.raw)
            self.close_connection = True
            if answer.reset:  # linger on, for no time
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
            return
        self.send_response(answer.status)
        headers = {"Content-Type": "application/rss+xml", **answer.headers}
        bodiless = answer.status in {204, 304}
        if answer.stream:
            headers["Connection"] = "close"
        elif not bodiless:
            headers.setdefault("Content-Length", str(len(answer.body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        for piece in answer.stream() if answer.stream else ():
            self.wfile.write(piece)
        if not answer.stream and not bodiless and self.command != "HEAD":
            self.wfile.write(answer.body)

    def log_message(self, *_: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    site: Publisher

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        assert isinstance(request, socket.socket)
        self.site.opened(request)
        super().process_request(request, client_address)

    def handle_error(self, request: object, client_address: object) -> None:
        """Stay silent: clients that hang up are what the tests are about."""


class _Server6(_Server):
    address_family = socket.AF_INET6


class Publisher:
    """The site; `requests` in order of arrival, `connections` counts accepted ones."""

    def __init__(self, answers: Mapping[str, Scripted] | None = None, *, host: str = "127.0.0.1") -> None:
        self.answers: dict[str, Scripted] = dict(answers or {})
        self.requests: list[Asked] = []
        self.connections = 0
        self.closing = threading.Event()
        self.lock = threading.Lock()
        self._open: list[socket.socket] = []
        self._server = (_Server6 if ":" in host else _Server)((host, 0), _Handler)
        self._server.site = self
        self.host, self.port = host, int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def url(self, path: str = "/") -> str:
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}{path}"

    def asked(self, path: str) -> list[Asked]:
        return [request for request in self.requests if request.path == path]

    def drip(self, piece: bytes, seconds: float) -> Iterable[bytes]:
        """`piece` again and again, with a pause between, until the site closes."""
        while not self.closing.wait(seconds):
            yield piece

    def opened(self, connection: socket.socket) -> None:
        with self.lock:
            self.connections += 1
            self._open = [known for known in self._open if known.fileno() >= 0] + [connection]

    def answer(self, asked: Asked) -> Answer:
        with self.lock:
            self.requests.append(asked)
            scripted = self.answers.get(asked.path, Answer(status=404))
            if isinstance(scripted, list):
                return scripted.pop(0) if len(scripted) > 1 else scripted[0]
        return scripted if isinstance(scripted, Answer) else scripted(asked)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._thread.join()
        for connection in self._open:
            with suppress(OSError):  # it was closed already
                connection.shutdown(socket.SHUT_RDWR)
        self._server.server_close()
