"""HTTP beneath `fetch`: each exchange guarded, bounded, polite, and explained when it fails.

Redirects are followed here and not by aiohttp, since each hop is checked again and takes its own host's slot.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver

from extractors.fetch.answers import ExchangeError, answered
from extractors.fetch.guard import RefusedError, check_url, guarded_session, parsed, place
from extractors.fetch.inflate import Inflater
from extractors.fetch.limits import Limits
from extractors.fetch.slots import Slot
from extractors.model import Fetched, OutcomeKind, Request

_CODINGS: Final = "gzip, deflate, br"
_FEEDS: Final = "application/rss+xml, application/atom+xml, application/xml;q=0.9, application/json;q=0.9, */*;q=0.5"
_PAGES: Final = "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"
_REDIRECTS: Final = {301, 302, 303, 307, 308}
_PERMANENT: Final = {301, 308}
_PRIVATE_CONNECTIONS: Final = 16  # to a feed's own host that `allow_private` opens; one to any other
_SHARE: Final = 262_144  # bytes that every body may hold, whatever the others hold
_PAGE_BYTES, _PAGE_SECONDS = 32_768, 3.0  # read of an error's page
_REASON: Final = 300  # characters


@dataclass(slots=True, kw_only=True)
class _Trip:
    """One exchange on its way through its redirects."""

    ask: Request
    url: str
    headers: dict[str, str]
    cookies: aiohttp.CookieJar = field(default_factory=lambda: aiohttp.CookieJar(unsafe=True))  # of this trip only
    status: int | None = None
    hops: list[int] = field(default_factory=list)  # the redirects' statuses
    body: Inflater | None = None
    held: int = 0  # bytes taken from what all bodies share
    spent: float = 0.0  # seconds, without the waiting for a slot


def run(
    requests: Sequence[Request],
    *,
    limits: Limits,
    user_agent: str,
    deadline: float | None,
    on_done: Callable[[Fetched], None] | None = None,
    names: AbstractResolver | None = None,
) -> tuple[Fetched, ...]:
    """Fetch all of them at once, within the limits and the deadline (seconds from now), in an event loop of its own.

    Never raises for what a server or its name does; `names` replaces the system's resolver beneath the guard.
    """

    async def all_of_them() -> list[Fetched]:
        ends = None if deadline is None else _clock() + deadline
        headers = {"User-Agent": user_agent, "Accept-Encoding": _CODINGS}
        public, opened = (guarded_session(limits, headers, allow_private=any_, names=names) for any_ in (False, True))
        async with public, opened:
            exchanges = _Exchanges(limits, public, opened)

            async def one(ask: Request) -> Fetched:
                fetched = await exchanges.fetch(ask, ends)
                if on_done:
                    on_done(fetched)
                return fetched

            return await asyncio.gather(*map(one, requests))

    return tuple(asyncio.run(all_of_them()))


class _Exchanges:
    def __init__(self, limits: Limits, public: aiohttp.ClientSession, opened: aiohttp.ClientSession) -> None:
        self._limits = limits
        self._public, self._opened = public, opened
        self._spare = limits.held_bytes
        self._slots: dict[tuple[str | None, int | None], Slot] = {}
        self._everywhere = asyncio.Semaphore(limits.connections)

    async def fetch(self, ask: Request, ends: float | None) -> Fetched:
        """Run one exchange to its end, whatever it is; `ends` is the loop's time."""
        said = {
            "If-None-Match": ask.etag,
            "If-Modified-Since": ask.last_modified,
            "Accept": _PAGES if ask.page else _FEEDS,
        }
        trip = _Trip(ask=ask, url=ask.url, headers={name: value for name, value in said.items() if value})
        try:
            async with asyncio.timeout_at(ends):
                await asyncio.sleep(0)  # a deadline already past strikes here, before anything is sent
                fetched = await self._follow(trip)
        except Exception as error:  # noqa: BLE001 - nothing that a feed sends may raise out of a cycle
            self._spare += trip.held
            cut_short = isinstance(error, TimeoutError) and ends is not None and _clock() >= ends
            kind, reason = _explained(error, self._limits)
            if cut_short:
                reason = f"{'cut off' if trip.spent else 'not reached'} by the cycle's deadline"
            fetched = Fetched(
                feed=ask.feed.name, kind=kind, reason=reason, status=trip.status, url=trip.url, cut_short=cut_short
            )
        return replace(
            fetched,
            reason=_legible(fetched.reason),
            moved=bool(trip.hops) and _PERMANENT.issuperset(trip.hops),
            wire_bytes=trip.body.wire if trip.body else 0,
            milliseconds=round(trip.spent * 1000),
        )

    async def _follow(self, trip: _Trip) -> Fetched:
        for _ in range(self._limits.redirects + 1):
            if fetched := await self._hop(trip):
                return fetched
        raise ExchangeError(OutcomeKind.UNREACHABLE, f"over {self._limits.redirects} redirects, the last to {trip.url}")

    async def _hop(self, trip: _Trip) -> Fetched | None:
        """Ask one address; None when it sent us on."""
        url = parsed(trip.url)
        own = trip.ask.feed.allow_private and place(url) == place(parsed(trip.ask.feed.url))
        if refusal := check_url(str(url), allow_private=own):
            raise ExchangeError(OutcomeKind.REFUSED, refusal)
        slot = self._slots.setdefault(place(url), Slot(_PRIVATE_CONNECTIONS if own else 1))
        session = self._opened if own else self._public
        cookies = "; ".join(f"{m.key}={m.coded_value}" for m in trip.cookies.filter_cookies(url).values())
        headers = {**trip.headers, "Cookie": cookies} if cookies else trip.headers
        async with (
            slot.taken(),
            self._everywhere,
            self._timed(trip),
            session.get(url, headers=headers, allow_redirects=False) as response,
        ):
            trip.status = response.status
            trip.cookies.update_cookies(response.cookies, url)
            if response.status in _REDIRECTS and "Location" in response.headers:
                trip.hops.append(response.status)
                trip.url = str(url.join(parsed(response.headers["Location"])))
                if url.scheme == "https" and trip.url.startswith("http:"):
                    raise ExchangeError(
                        OutcomeKind.REFUSED, f"a redirect from https to {trip.url}, open to anybody's hand"
                    )
                return None
            return await self._answer(response, trip)

    @asynccontextmanager
    async def _timed(self, trip: _Trip) -> AsyncIterator[None]:
        began = _clock()
        try:
            async with asyncio.timeout(self._limits.total_seconds - trip.spent):
                yield
        finally:
            trip.spent += _clock() - began

    async def _answer(self, response: aiohttp.ClientResponse, trip: _Trip) -> Fetched:
        received = trip.ask.now or datetime.now(UTC)
        fetched = answered(trip.ask, response.status, response.headers, url=str(response.url), received=received)
        match fetched.kind:
            case None:
                return replace(fetched, body=await self._body(response, trip))
            case OutcomeKind.UNCHANGED:
                return fetched
            case _:
                return replace(fetched, body=await _page(response, trip))

    async def _body(self, response: aiohttp.ClientResponse, trip: _Trip) -> bytes:
        inflater = trip.body = Inflater(
            response.headers.get("Content-Encoding", ""), wire=self._limits.wire_bytes, limit=self._limits.body_bytes
        )
        inflater.expect(response.content_length or 0)
        async for chunk in response.content.iter_any():
            inflater.feed(chunk)
            self._take(trip, inflater.size)
        return inflater.finish()

    def _take(self, trip: _Trip, size: int) -> None:
        """Count what a body holds beyond its share against what all of them may hold together."""
        more = max(0, size - _SHARE) - trip.held
        if more > self._spare:
            raise ExchangeError(OutcomeKind.TOO_LARGE, f"with {size:,} bytes here, all bodies together hold too much")
        self._spare -= more
        trip.held += more


def _legible(words: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in words).split())[:_REASON]


def _clock() -> float:
    return asyncio.get_running_loop().time()


def _explained(error: Exception, limits: Limits) -> tuple[OutcomeKind, str]:
    """Name what an exception means for the poll."""
    cause = getattr(error, "os_error", error)
    words = f"{type(error).__name__}: {error}"
    match cause:
        case ExchangeError():
            ending = cause.kind, cause.reason
        case RefusedError():
            ending = OutcomeKind.REFUSED, str(cause)
        case aiohttp.ConnectionTimeoutError():
            ending = OutcomeKind.TIMEOUT, f"no connection within {limits.connect_seconds:g} s"
        case aiohttp.SocketTimeoutError():
            ending = OutcomeKind.TIMEOUT, f"nothing came for {limits.read_seconds:g} s"
        case TimeoutError():
            ending = OutcomeKind.TIMEOUT, f"not finished after {limits.total_seconds:g} s"
        case ssl.SSLError() | ssl.CertificateError():
            ending = OutcomeKind.TLS, words
        case _:
            ending = OutcomeKind.UNREACHABLE, words
    return ending


async def _page(response: aiohttp.ClientResponse, trip: _Trip) -> bytes:
    """Read the beginning of an error's page; whatever goes wrong meanwhile, the status has said enough."""
    shown = b""
    with suppress(ExchangeError, TimeoutError, aiohttp.ClientError, OSError):
        encoding = response.headers.get("Content-Encoding", "")
        inflater = trip.body = Inflater(encoding, wire=_PAGE_BYTES, limit=_PAGE_BYTES)
        try:
            async with asyncio.timeout(_PAGE_SECONDS):
                inflater.feed(await response.content.read(_PAGE_BYTES))
        finally:
            shown = inflater.held
    return shown
