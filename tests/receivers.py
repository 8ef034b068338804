"""Receivers on loopback with scripted faults: what a channel's far end may do to a message.

    with HttpReceiver(["500", Reply(status=429, headers={"Retry-After": "30"}), "ok"]) as receiver:
        send(message, f"json://127.0.0.1:{receiver.port}/hook", timeout=1)
        receiver.received[0].json

A script is used up one step a message; then the receiver does what `otherwise` says ("ok"). What was taken is in
`received` whatever was answered. `hold` is a callable that runs after a message was taken and before its reply.
"""

import asyncio
import email
import email.policy
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.publisher import Answer, Asked, Publisher

Reply = Answer
Step = str | Reply
Hold = Callable[[], object]


class _Script:
    """Steps used up one a message, shared by the handler's threads."""

    def __init__(self, steps: Iterable[Any], otherwise: Any) -> None:
        self.steps, self.otherwise, self._lock = list(steps), otherwise, threading.Lock()

    def next(self) -> Any:
        with self._lock:
            return self.steps.pop(0) if self.steps else self.otherwise


class HttpReceiver(Publisher):
    """A web hook's or Slack's far end.

    Steps: "ok", a status such as "500", a `Reply`, "error-body" (200 with Slack's error JSON), "slow" (answers after
    `delay` seconds), "reset" (taken, then a TCP reset before the reply), "cut" (a reset in mid-body of a reply 200),
    "close" (taken, then closed without a reply), "drip" (a byte of a reply 200 every `delay` seconds, for ever).
    """

    def __init__(
        self, script: Iterable[Step] = (), *, otherwise: Step = "ok", delay: float = 3.0, hold: Hold = lambda: None
    ) -> None:
        super().__init__()
        self.received = self.requests
        self.script, self.hold, self._delay = _Script(script, otherwise), hold, delay

    def answer(self, asked: Asked) -> Answer:
        with self.lock:
            self.received.append(asked)
        step = self.script.next()
        self.hold()
        match step:
            case Reply():
                return step
            case "slow":
                self.closing.wait(self._delay)
            case "drip":
                return Reply(stream=lambda: self.drip(b".", self._delay))
        faults = {
            "reset": Reply(raw=b"", reset=True),
            "cut": Reply(raw=b"HTTP/1.0 200 OK\r\nContent-Length: 100\r\n\r\nhalf", reset=True),
            "close": Reply(raw=b""),
            "error-body": Reply(body=b'{"ok": false, "error": "invalid_blocks"}'),
        }
        return faults.get(step) or (Reply(status=int(step)) if step.isdecimal() else Reply(body=b"ok"))


class SmtpReceiver:
    """A mail server without TLS; takes any user and password, or only those it is told ("user:pass").

    Steps: "ok"; a reply to the content such as "421", "450", "550"; "rcpt-550" and the like (a reply to the
    recipient); "disconnect" (content taken, then the line goes dead); "hangup" (before the content);
    "slow" (replies after `delay` seconds); "dawdle" (as `otherwise` only: every command waits `delay` seconds).
    """

    def __init__(
        self, script: Iterable[str] = (), *, otherwise: str = "ok", delay: float = 3.0, login: str | None = None
    ) -> None:
        self.received: list[EmailMessage] = []
        self.contents: list[bytes] = []
        self.script, self._delay, self._login = _Script(script, otherwise), delay, login
        self.hold: Hold = lambda: None
        given = {"auth_require_tls": False, "auth_required": False, "authenticator": self._authenticate}
        self._controller = Controller(self, "127.0.0.1", closed_port(), ready_timeout=20, **given)

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

    async def _dawdle(self) -> None:
        if self.script.otherwise == "dawdle":
            await asyncio.sleep(self._delay)

    async def handle_EHLO(self, _: SMTP, session: Session, __: Envelope, host: str, responses: list[str]) -> list[str]:
        await self._dawdle()
        session.host_name = host
        return responses

    async def handle_MAIL(self, _: SMTP, __: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        await self._dawdle()
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, _: list[str]) -> str:
        await self._dawdle()
        session.step = self.script.next()
        if session.step == "hangup":
            server.transport.abort()
        if session.step.startswith("rcpt-"):
            return f"{session.step.removeprefix('rcpt-')} 5.1.1 not this one"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        raw = bytes(envelope.content or b"")
        message = email.message_from_bytes(raw, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.received.append(message)
        self.contents.append(raw)
        self.hold()
        if session.step == "disconnect":
            server.transport.abort()
        elif session.step == "slow":
            time.sleep(self._delay)
        return f"{session.step} scripted" if session.step.isdecimal() else "250 OK"


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


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
