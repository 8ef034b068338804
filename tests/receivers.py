"""Receivers on loopback with scripted faults: what a channel's far end may do to a message.

    with HttpReceiver(["500", Reply(429, {"Retry-After": "30"}), "ok"]) as receiver:
        send(message, f"json://127.0.0.1:{receiver.port}/hook", timeout=1)
        receiver.received[0].json

A script is used up one step a message; then the receiver does what `otherwise` says ("ok"). What was taken is in
`received` whatever was answered. `hold` is a callable that runs after a message was taken and before its reply.
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass(frozen=True)
class Reply:
    """One HTTP reply in full."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b"ok"


@dataclass(frozen=True)
class Received:
    """One HTTP request as it arrived."""

    path: str
    headers: Mapping[str, str]
    body: bytes
    at: float  # time.monotonic

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


def _nothing() -> None:
    return None


class _Script:
    """Steps used up one a message, shared by the handler's threads."""

    def __init__(self, steps: Iterable[Any], otherwise: Any) -> None:
        self.steps, self.otherwise, self._lock = list(steps), otherwise, threading.Lock()

    def next(self) -> Any:
        with self._lock:
            return self.steps.pop(0) if self.steps else self.otherwise


class HttpReceiver:
    """A web hook's or Slack's far end.

    Steps: "ok", a status such as "500", a `Reply`, "error-body" (200 with Slack's error JSON), "slow" (answers after
    `delay` seconds), "reset" (taken, then a TCP reset before the reply), "cut" (a reset in mid-body of a reply 200),
    "close" (taken, then closed without a reply), "drip" (a byte of a reply 200 every `delay` seconds, for ever).
    """

    def __init__(
        self,
        script: Iterable[str | Reply] = (),
        *,
        otherwise: str | Reply = "ok",
        delay: float = 3.0,
        port: int = 0,
        hold: Callable[[], None] = _nothing,
    ) -> None:
        self.received: list[Received] = []
        self.script = _Script(script, otherwise)
        self.hold = hold
        self._over = threading.Event()
        self._delay = delay
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                receiver.received.append(Received(self.path, dict(self.headers), body, time.monotonic()))
                step = receiver.script.next()
                receiver.hold()
                receiver._answer(self, step)

            do_GET = do_PUT = do_POST

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler

    def _answer(self, handler: BaseHTTPRequestHandler, step: str | Reply) -> None:
        match step:
            case "reset":
                _reset(handler.connection)
            case "close":
                handler.close_connection = True
                handler.connection.shutdown(socket.SHUT_RDWR)
            case "cut":
                handler.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
                handler.wfile.flush()
                _reset(handler.connection)
            case "slow":
                self._over.wait(self._delay)
                self._reply(handler, Reply())
            case "drip":
                self._drip(handler)
            case "error-body":
                self._reply(handler, Reply(body=b'{"ok": false, "error": "invalid_blocks"}'))
            case "ok":
                self._reply(handler, Reply())
            case Reply():
                self._reply(handler, step)
            case _:
                self._reply(handler, Reply(status=int(step), body=b""))

    def _drip(self, handler: BaseHTTPRequestHandler) -> None:
        try:
            handler.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
            while not self._over.wait(self._delay):
                handler.wfile.write(b".")
        except OSError:
            pass  # the sender has left

    def _reply(self, handler: BaseHTTPRequestHandler, reply: Reply) -> None:
        try:
            handler.send_response(reply.status)
            for name, value in {**reply.headers, "Content-Length": str(len(reply.body))}.items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(reply.body)
        except OSError:
            pass  # the sender has given up waiting


def _reset(connection: socket.socket) -> None:
    """Close with a TCP reset: linger on, for no time."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


class SmtpReceiver:
    """A mail server without TLS; takes any user and password, or only those it is told ("user:pass").

    Steps: "ok"; a reply to the content such as "421", "450", "550"; "rcpt-550" and the like (a reply to the
    recipient); "disconnect" (content taken, then the line goes dead); "hangup" (before the content);
    "slow" (replies after `delay` seconds); "dawdle" (as `otherwise` only: every command waits `delay` seconds).
    """

    def __init__(
        self,
        script: Iterable[str] = (),
        *,
        otherwise: str = "ok",
        delay: float = 3.0,
        port: int = 0,
        hold: Callable[[], None] = _nothing,
        login: str | None = None,
    ) -> None:
        self.received: list[EmailMessage] = []
        self.contents: list[bytes] = []
        self.script = _Script(script, otherwise)
        self.hold = hold
        self._delay = delay
        self._login = login
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=port or _free_port(),
            auth_require_tls=False,
            auth_required=False,
            authenticator=self._authenticate,
            ready_timeout=20,
        )

    @property
    def port(self) -> int:
        return int(self._controller.port)

    @property
    def url(self) -> str:
        """An Apprise URL for this receiver."""
        return f"mailto://user:pass@127.0.0.1:{self.port}?from=konato@desk.example&to=reader@desk.example"

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    def _authenticate(self, *arguments: object) -> AuthResult:
        given = arguments[-1]
        named = isinstance(given, LoginPassword) and f"{given.login.decode()}:{given.password.decode()}"
        good = self._login in {None, named}
        return AuthResult(success=good, handled=good)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        del server, envelope
        await self._dawdle()
        session.host_name = hostname
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, mail_options: list[str]
    ) -> str:
        del server, session
        await self._dawdle()
        envelope.mail_from = address
        envelope.mail_options.extend(mail_options)
        return "250 OK"

    async def _dawdle(self) -> None:
        if self.script.otherwise == "dawdle":
            await asyncio.sleep(self._delay)

    async def handle_RCPT(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        rcpt_options: list[str],
    ) -> str:
        await self._dawdle()
        session.step = self.script.next()
        if session.step == "hangup":
            server.transport.abort()
        if session.step.startswith("rcpt-"):
            return f"{session.step.removeprefix('rcpt-')} 5.1.1 not this one"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        message = email.message_from_bytes(raw, policy=email.policy.default)
        if isinstance(message, EmailMessage):
            self.received.append(message)
            self.contents.append(raw)
        self.hold()
        match session.step:
            case "disconnect":
                server.transport.abort()
                return "250 OK"
            case "slow":
                time.sleep(self._delay)
                return "250 OK"
            case "ok":
                return "250 OK"
            case code:
                return f"{code} scripted"


@contextmanager
def drip(first: bytes, again: bytes, every: float = 0.05) -> Iterator[int]:
    """The port of a server that says `first` to whoever comes, and then `again` and `again`, for ever."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):  # the sender has left
                connection.sendall(first)
                while not over.wait(every):
                    connection.sendall(again)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield int(server.getsockname()[1])
        over.set()
        thread.join(5)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def closed_port() -> int:
    """A port on which nobody listens."""
    return _free_port()
